"""What `cakernel claims` found: a verdict on each claim in each variant of the model."""

from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.paper.claims.judgement import least_in_favour
from cakernel.pictures.theme import BLUE, ORANGE, VERMILLION, finished, layered
from cakernel.recovery.report.best_policies import best_lines
from cakernel.recovery.report.policies import ranking_picture
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import (
    Answer,
    Cell,
    Choices,
    Filter,
    Grid,
    Picture,
    Prose,
    Section,
    by_varying,
    options,
    picture,
    simple_grid,
)

MARKS: Final = {
    "holds": (BLUE, "circle"),
    "depends": (ORANGE, "triangle-up"),
    "fails": (VERMILLION, "square"),
}
"""Verdicts and how they are drawn."""
NAMED: Final = 4
"""Claims that fail are told, at most."""


def claims_contents(folder: RunFolder, told: str) -> Contents:
    """Return the findings and sections of what `cakernel claims` wrote."""
    return _findings(folder), _sections(folder, told)


def _findings(folder: RunFolder) -> list[Any]:
    """Return a card: how many claims hold, which fail, how sure that is, what is best."""
    sheet = folder.sheet("claims")
    variants = sheet.frame["variant"].unique(maintain_order=True).to_list()
    lines: list[tuple[str, Any]] = []
    for variant in variants:
        part = sheet.rows(pl.col("variant") == variant)
        counts = [
            part.rows(pl.col("verdict") == verdict).over("verdict", "count") for verdict in MARKS
        ]
        told = say(
            "of {} claims {} hold in all settings that they speak of, {} in some of them, {} in "
            "none",
            part.over("verdict", "count"),
            *counts,
        )
        lines.append((f"Variant {variant}", told))
    first_part = sheet.rows(pl.col("variant") == variants[0])
    failing = first_part.rows(pl.col("verdict") == "fails").frame.head(NAMED)
    if failing.height:
        named = [first_part.cite(r, "statement", style="sentence") for r in failing.to_dicts()]
        lines.append(("Do not hold", say("; ").join(named)))
    opens = first_part.over("open", "sum of sizes of lists", style=",")
    comparisons = folder.sheet("comparisons").rows(pl.col("variant") == variants[0])
    sure = say(
        "{} settings of claims are open: their replications do not tell; {} comparisons were made, "
        "the chance of any wrong verdict shared out among those of a claim",
        opens, comparisons.over("comparison", "count", style=","),
    )  # fmt: skip
    lines.append(("How sure", sure))
    cards = [Answer("Do claims on recovery speeds hold?", lines)]
    if folder.has("means"):
        means = folder.sheet("means")
        mine = means.rows((pl.col("variant") == variants[0]) & ~pl.col("setting").str.contains("/"))
        setting = mine.frame["setting"].unique(maintain_order=True)[:1].to_list()
        for name in setting:
            heading = f"Which speed is best, setting {name}"
            cards.append(Answer(heading, best_lines(mine.rows(pl.col("setting") == name))))
    return cards


def _sections(folder: RunFolder, note: str) -> list[Section]:
    """Return the verdicts, drawn and listed, and the means that they are drawn from."""
    sheet, comparisons = folder.sheet("claims"), folder.sheet("comparisons")
    variants = sheet.frame["variant"].unique(maintain_order=True).to_list()
    weakest = {
        (row["variant"], row["id"]): row
        for row in least_in_favour(comparisons.frame).iter_rows(named=True)
    }
    parts = [
        Section(
            f"claims-{variant}",
            f"Variant {variant}",
            [_grid(sheet.rows(pl.col("variant") == variant), comparisons, weakest, variant)],
        )
        for variant in variants
    ]
    filters = [
        *by_varying(sheet.frame, {"variant": "variant"}),
        Filter("verdict", "verdict", options(list(MARKS)), "verdict"),
    ]
    restated = folder.recorded("settings", "restated")
    legend = say(
        "True, false and open count the settings that a claim speaks of. Least in favour is the "
        "comparison whose difference, counted in standard errors, speaks least for the claim. {}",
        "" if restated is None else restated.value,
    )
    sections = [
        Section("verdicts-section", "Verdicts", [_verdict_picture(sheet.frame, note)]),
        Section(
            "claims",
            "Claim by claim",
            [Prose([legend], finding=False), Choices("claims-choice", "Show", filters)],
            parts,
        ),
    ]
    if folder.has("means"):
        means = folder.sheet("means").frame.filter(~pl.col("setting").str.contains("/"))
        first = means.filter(pl.col("variant") == variants[0])
        drawn = ranking_picture(
            first,
            groups={"setting": "setting"},
            caption=f"The means that the verdicts on variant {variants[0]} rest on.",
            note=note,
            source="means.parquet",
        )
        sections.append(Section("means", "Policies in each setting", [drawn]))
    return sections


def _grid(
    claims: Sheet, comparisons: Sheet, weakest: dict[tuple[str, str], Any], variant: str
) -> Grid:
    rows, facts = [], []
    for row in claims.frame.iter_rows(named=True):
        low = weakest[variant, row["id"]]
        difference, lower, upper = (
            comparisons.cite(low, column, style="+.2f", brief=True)
            for column in ("difference", "lower", "upper")
        )
        one = claims.rows(pl.col("row") == row["row"])
        counts = [one.over(kind, "size of list", brief=True) for kind in ("true", "false", "open")]
        rows.append(
            [
                row["id"],
                row["statement"],
                Cell(claims.cite(row, "verdict", brief=True), kind=f"verdict {row['verdict']}"),
                say("{} / {} / {}", *counts),
                claims.cite(row, "probability", style=".2f", brief=True),
                say(
                    "{}, {}: {} ({} to {})",
                    low["setting"], low["comparison"], difference, lower, upper,
                ),
            ]
        )  # fmt: skip
        facts.append({"verdict": row["verdict"]})
    return simple_grid(
        f"claims-table-{variant}",
        f"Claims tested on variant {variant}. Source: claims.parquet and comparisons.parquet.",
        ["claim", "statement", "verdict", "true / false / open", "probability", "least in favour"],
        rows,
        row_facts=facts,
        kind="numbers wordy claims",
        facts={"variant": variant},
    )


def _verdict_picture(claims: pl.DataFrame, note: str) -> Picture:
    """Return the verdict on each claim in each variant of the model."""
    rows = claims.select(
        "variant",
        pl.col("id").alias("claim"),
        "verdict",
        pl.col("true", "false", "open").list.len(),
        "probability",
    )
    names = list(MARKS)
    colours, shapes = (list(marks) for marks in zip(*MARKS.values(), strict=True))
    chart = layered(
        alt.Chart(rows)
        .mark_point(filled=True, size=80, opacity=1)
        .encode(
            x=alt.X("variant:N", sort=None, axis=alt.Axis(title=None, orient="top", labelAngle=0)),
            y=alt.Y("claim:N", sort=None, axis=alt.Axis(title=None)),
            color=alt.Color(
                "verdict:N",
                scale=alt.Scale(domain=names, range=colours),
                legend=alt.Legend(title=None, orient="top"),
            ),
            shape=alt.Shape("verdict:N", scale=alt.Scale(domain=names, range=shapes)),
            tooltip=["claim:N", "variant:N", "verdict:N", "true:Q", "false:Q", "open:Q"],
        )
    ).properties(width=alt.Step(72), height=alt.Step(16))
    counts = rows.group_by("verdict", maintain_order=True).len()
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in counts.iter_rows())
    return picture(
        finished(
            chart,
            title="Verdicts on the claims, by variant of the model",
            notes=["Holds: true in all settings that it speaks of; fails: false in all.", note],
            description=f"Verdicts: {told}. The table below has them one by one.",
        ),
        id="verdicts",
        caption="What becomes of each claim when the model is changed.",
        source="claims.parquet",
        filters=[
            *by_varying(rows, {"variant": "variant"}),
            Filter("verdict", "verdict", options(names), "verdict"),
        ],
        columns={name: name for name in ("claim", "variant", "verdict")}
        | {kind: f"settings {kind}" for kind in ("true", "false", "open")}
        | {"probability": "probability"},
    )
