"""What `cakernel conventions` found: how well each set of conventions fits the printed tables."""

from typing import Any

import altair as alt
import polars as pl

from cakernel.paper.conventions import OTHER_DRAWS, PUBLISHED
from cakernel.paper.published import QUANTITIES
from cakernel.pictures.theme import BLUE, ORANGE, finished, layered
from cakernel.report.cited_numbers import Cited, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import Answer, Grid, Picture, Prose, Section, picture, simple_grid
from cakernel.wording import MISSING


def conventions_contents(folder: RunFolder, told: str) -> Contents:
    """Return the findings and sections of what `cakernel conventions` wrote."""
    fits = Section(
        "fit-section",
        "How well each set of conventions fits",
        [
            Prose(
                [
                    "A residual is a difference of a printed and a simulated figure in units of "
                    "their Monte Carlo errors and rounding; its mean square is about 1 where "
                    "these explain all. The figures share draws, so they are no independent "
                    "tests: other-draws says what chance and rounding alone give."
                ],
                finding=False,
            ),
            _picture(folder, told),
            _fits(folder),
        ],
    )
    errors = Section(
        "errors-section", "The Monte Carlo error of the printed figures", [_errors(folder)]
    )
    return _findings(folder), [fits, errors]


def _findings(folder: RunFolder) -> list[Any]:
    """Return a card: what the conventions found explain, how sure, what alternatives cost."""
    sheet = folder.sheet("conventions")
    rows = {row["name"]: row for row in sheet.frame.iter_rows(named=True)}
    found = rows[PUBLISHED]
    lines: list[tuple[str, Any]] = [
        (
            "Found",
            say(
                "the conventions that the tables imply explain {} of {} printed cells",
                sheet.cite(found, "within_tolerance"),
                sheet.cite(found, "cells"),
            ),
        )
    ]
    square = sheet.cite(found, "mean_square", style=".2f")
    sure = say("the mean square of the residuals is {}", square)
    if OTHER_DRAWS in rows:
        alone = sheet.cite(rows[OTHER_DRAWS], "mean_square", style=".2f")
        sure += say("; chance and rounding alone give {}", alone)
    lines.append(("How sure", sure))
    others = sheet.frame.filter(~pl.col("name").is_in([PUBLISHED, OTHER_DRAWS]))
    if others.height:
        ordered = others.sort("mean_square")
        near, far = (ordered.row(place, named=True) for place in (0, -1))
        words = "{}: {} fits {} times worse and explains {} cells"
        told = [
            say(
                words,
                sheet.cite(row, "question"),
                sheet.cite(row, "answer"),
                sheet.cite(row, "times_published", style=",.1f"),
                sheet.cite(row, "within_tolerance"),
            )
            for row in (near, far)
        ]
        lines.append(("Nearest alternative", told[0]))
        if others.height > 1:
            lines.append(("Farthest", told[1]))
    return [Answer("Which conventions do the printed tables follow?", lines)]


def _fits(folder: RunFolder) -> Grid:
    """Return one row a set of conventions."""
    sheet = folder.sheet("conventions")
    squares = ["mean_square", *(f"mean_square_{name}" for name in QUANTITIES)]
    rows = [
        [
            sheet.cite(row, "name", brief=True),
            sheet.cite(row, "question", brief=True),
            sheet.cite(row, "answer", brief=True),
            sheet.cite(row, "within_tolerance", brief=True),
            *(sheet.cite(row, name, style=_style(row[name]), brief=True) for name in squares),
            sheet.cite(row, "beyond_3", style=",", brief=True),
        ]
        for row in sheet.frame.iter_rows(named=True)
    ]
    return simple_grid(
        "fit",
        "Mean squares of the residuals by sets of conventions, of all figures and of x, y and R; "
        "beyond 3: residuals larger than 3. "
        "Source: conventions.parquet.",
        ["conventions", "changed", "to", "cells agree", "all", "x", "y", "R", "beyond 3"],
        rows,
        kind="numbers wordy",
    )


def _errors(folder: RunFolder) -> Grid:
    """Return one row a figure and regime."""
    sheet = folder.sheet("errors")
    columns = ("expected", "rounding", "difference", "implied", "ratio", "runs")
    rows = [
        [
            "R" if row["quantity"] == "resources" else row["quantity"],
            row["regime"],
            *(_or_missing(sheet.cite(row, name, style=".2g", brief=True)) for name in columns),
        ]
        for row in sheet.frame.iter_rows(named=True)
    ]
    return simple_grid(
        "errors",
        "Roots of mean squares. Expected: sd / sqrt(200), of our replications. Implied: what is "
        "left of the differences without our own error and rounding. Runs: how many independent "
        f"ones would have it; {MISSING}: nothing is left. Source: errors.parquet.",
        ["figure", "regime", *columns],
        rows,
        kind="numbers",
    )


def _or_missing(cited: Cited) -> Any:
    return MISSING if cited.value is None else cited


def _style(number: float) -> str:
    """Write large mean squares whole, others with two decimals."""
    return ",.0f" if number >= 100 else ".2f"


def _picture(folder: RunFolder, note: str) -> Picture:
    """Return the mean square of each set of conventions, in the order of the table."""
    rows = folder.sheet("conventions").frame.select(
        pl.col("name").alias("conventions"),
        pl.col("mean_square").alias("square"),
        pl.col("within_tolerance").alias("agree"),
        pl.when(pl.col("name").is_in([PUBLISHED, OTHER_DRAWS]))
        .then(pl.lit("implied by the tables"))
        .otherwise(pl.lit("an alternative"))
        .alias("kind"),
    )
    kinds = ["implied by the tables", "an alternative"]
    chart = layered(
        alt.Chart(rows)
        .mark_point(filled=True, size=60, opacity=1)
        .encode(
            x=alt.X(
                "square:Q",
                scale=alt.Scale(type="log"),
                axis=alt.Axis(title="mean square of the residuals (log scale)", tickCount=6),
            ),
            y=alt.Y("conventions:N", sort=None, axis=alt.Axis(title=None, grid=True)),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=kinds, range=[BLUE, ORANGE]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "square"])),
            tooltip=["conventions:N", "square:Q", "agree:Q"],
        )
    ).properties(width=460, height=alt.Step(18))
    return picture(
        finished(
            chart,
            title="The printed tables fit one set of conventions",
            notes=["About 1: explained by Monte Carlo error and rounding.", note],
            description="Mean squares of residuals by sets of conventions; the table has them.",
        ),
        id="fits",
        caption="How well each set of conventions explains the printed figures.",
        source="conventions.parquet",
        filters=[],
        columns={
            "conventions": "conventions",
            "square": "mean square",
            "agree": "cells that agree",
        },
    )
