"""What `cakernel best` and `cakernel run` found: rankings of policies."""

from typing import Any, Final

import polars as pl

from cakernel.paper.five_percent import WITHIN
from cakernel.pictures import distribution
from cakernel.recovery.outcomes import OUTCOMES
from cakernel.recovery.report.pictures import best_picture, ranking_picture
from cakernel.report.cited import Cited, Sheet, say
from cakernel.report.filtered import picture
from cakernel.report.folder import RunFolder
from cakernel.report.page import Cell, Grid, Picture, Section, simple_grid
from cakernel.report.pictures import by_values

DRAWN: Final = 8
"""Policies of each group whose distributions are drawn."""
LISTED: Final = 40
"""Rows of a ranking; the folder has all."""


def name(sheet: Sheet, row: dict[str, Any], **how: Any) -> Any:
    """Cite the three parts of a policy."""
    parts = ("supply_rule", "cyber_rule", "principle")
    return say("{} {} {}", *(sheet.cite(row, part, **how) for part in parts))


def best_words(folder: RunFolder) -> list[Any]:
    """Return what each group's best policy is, and how sure that is."""
    sheet = folder.sheet("best")
    sentences = []
    for (group,), rows in sheet.frame.group_by("group", maintain_order=True):
        sentences += group_words(folder, Sheet(sheet.file, rows), group)
    return sentences


def group_words(folder: RunFolder, part: Sheet, group: Any) -> list[Any]:
    """Return what is best of policies ranked together, and how sure that is."""
    first = part.frame.row(0, named=True)
    others = part.rows(pl.col("may_be_best") & (pl.col("rank") > 1))
    inside = part.rows(pl.col("within"))
    unsure = part.rows(pl.col("side") == "open")
    return [
        say(
            "Among the {} policies {}, {} has the highest {}, {} (standard error {}). Its "
            "difference from {} is {}, with an interval from {} to {}; it is the best in {} of "
            "resamples.",
            part.over("rank", "count"), group, name(part, first), _outcome(folder),
            *(part.cite(first, column, style=style) for column, style in (
                ("mean", ".2f"), ("standard_error", ".2f"), ("compared_with", ""),
                ("difference", "+.2f"), ("lower", "+.2f"), ("upper", "+.2f"),
                ("probability_best", ".1%"),
            )),
        ),
        say(
            "Of the others, {} cannot be ruled out as the best. The best set, those within the "
            "tolerance of the highest, holds {}; the side of its edge is open for {}.",
            others.over("rank", "count"), inside.over("rank", "count"),
            unsure.over("rank", "count"),
        ),
    ]  # fmt: skip


def best_sections(folder: RunFolder, note: str) -> list[Section]:
    """Return a picture and a table for each group, and distributions."""
    sheet = folder.sheet("best")
    parts = []
    groups = sheet.frame.group_by("group", maintain_order=True)
    for number, ((group,), rows) in enumerate(groups):
        parts.append(
            group_section(folder, Sheet(sheet.file, rows), number, group=str(group), note=note)
        )
    sections = [Section("ranking-section", "How far policies lie from the best", [], parts)]
    if folder.has("outcomes"):
        drawn = _distributions(folder, note)
        sections.append(Section("distributions", "How outcomes vary", [drawn]))
    return sections


def group_section(folder: RunFolder, part: Sheet, number: int, *, group: str, note: str) -> Section:
    """Return a picture and a table of policies ranked together."""
    drawn = _best_picture(folder, part, number, group, note)
    return Section(f"group-{number}", f"Policies {group}", [drawn, _best_grid(part, number, group)])


def _outcome(folder: RunFolder) -> str:
    named = folder.recorded("settings", "outcome")
    return OUTCOMES[str(named.value) if named else "resources"]


def _best_picture(folder: RunFolder, part: Sheet, number: int, group: str, note: str) -> Picture:
    tolerance = folder.recorded("settings", "tolerance")
    renamed = {"lower": "low", "upper": "high", "within": "within_tolerance"}
    return best_picture(
        part.frame.drop("row").rename(renamed),
        id=f"best-{number}",
        group=group,
        source=part.file,
        outcome=_outcome(folder),
        tolerance=tolerance.value if tolerance else WITHIN,
        note=note,
    )


def _best_grid(sheet: Sheet, number: int, group: str) -> Grid:
    rows = []
    for row in sheet.frame.head(LISTED).iter_rows(named=True):

        def cite(column: str, style: str = "", row: dict[str, Any] = row) -> Cited:
            return sheet.cite(row, column, style=style, brief=True)

        rows.append(
            [
                name(sheet, row, brief=True),
                cite("mean", ".2f"),
                cite("standard_error", ".2f"),
                cite("difference", "+.2f"),
                say("{} to {}", cite("lower", "+.2f"), cite("upper", "+.2f")),
                Cell(cite("side"), kind="yes" if row["side"] == "inside" else ""),
                cite("probability_best", ".3f"),
                cite("probability_within", ".3f"),
                cite("replications_to_settle", ","),
            ]
        )
    return simple_grid(
        f"best-table-{number}",
        f"Policies {group}: the {len(rows)} highest of {sheet.frame.height}. Difference: from the "
        f"best; the best's from the second. Source: {sheet.file}.",
        ["policy", "mean", "standard error", "difference", "interval",
         "side of the best set's edge", "probability of being best", "of being in the set",
         "replications to settle"],
        rows,
        kind="numbers",
    )  # fmt: skip


def _distributions(folder: RunFolder, note: str) -> Picture:
    """Return the distributions of the highest policies of each group."""
    ranked = folder.sheet("best").frame.filter(pl.col("rank") <= DRAWN)
    policy = ["supply_rule", "cyber_rule", "principle"]
    outcomes = folder.sheet("outcomes").frame.drop("row")
    rows = ranked.select(policy).join(outcomes, on=policy, how="left", maintain_order="left")
    chart = distribution(rows, note=note)
    names = rows.select(pl.concat_str(policy, separator=" ").alias("policy"))
    return picture(
        chart,
        id="distribution",
        caption=f"How the outcomes of the {DRAWN} highest policies of each group vary from "
        "replication to replication.",
        source="outcomes.parquet",
        filters=[by_values(names, "policy", "policy")],
        columns={
            "policy": "policy",
            "quantity": "outcome",
            "mean": "mean",
            "q05": "5% quantile",
            "q25": "25%",
            "q50": "median",
            "q75": "75%",
            "q95": "95%",
        },
    )


def run_words(folder: RunFolder) -> list[Any]:
    """Return which policy of a run ends with the most resources."""
    sheet = folder.sheet("policies")
    ranked = sheet.frame.sort("mean_resources", descending=True)
    first = ranked.row(0, named=True)
    words = [
        say(
            "Of {} policies, {} ends with the most resources: {} (standard error {}), at a mean "
            "operational state of {} and a mean intangibles state of {}.",
            sheet.over("mean_resources", "count"), name(sheet, first),
            *(sheet.cite(first, column, style=".3f") for column in (
                "mean_resources", "se_resources", "mean_x", "mean_y")),
        )
    ]  # fmt: skip
    edge = (1 - WITHIN) * first["mean_resources"]
    if ranked.height > 1 and first["mean_resources"] > 0:
        inside = sheet.rows(pl.col("mean_resources") >= edge)
        words.append(
            say(
                'Within <span class="fixed">5%</span> of it lie {}, itself counted.',
                inside.over("mean_resources", "count"),
            )
        )
    return words


def run_sections(folder: RunFolder, note: str) -> list[Section]:
    """Return the policies of a run, drawn and listed."""
    sheet = folder.sheet("policies")
    ranked = sheet.frame.sort("mean_resources", descending=True)
    rows = []
    for row in ranked.iter_rows(named=True):
        figures = []
        for outcome, style in (("x", ".3f"), ("y", ".3f"), ("resources", ".2f")):
            for part in ("mean", "se"):
                figures.append(sheet.cite(row, f"{part}_{outcome}", style=style, brief=True))
        rows.append([name(sheet, row, brief=True), *figures])
    grid = simple_grid(
        "policies-table",
        "All policies, the highest resources first; means over resource scenarios and "
        "replications. Source: policies.parquet.",
        ["policy", "x", "its standard error", "y", "its standard error", "R", "its standard error"],
        rows,
        kind="numbers",
    )
    drawn = ranking_picture(
        sheet.frame,
        groups={},
        caption="Policies by the outcome chosen.",
        note=note,
        source=sheet.file,
    )
    return [Section("policies", "Policies", [drawn, grid])]
