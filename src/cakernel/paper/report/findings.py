"""What a reproduction found, in sentences; and why best rules differ, in tables."""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from cakernel.paper.agreement import IS_COMPARED
from cakernel.paper.choices import RECOMMENDED_RULE
from cakernel.paper.comparison import MISPRINT
from cakernel.paper.five_percent import WITHIN, judged_together, near_edge_of, standing
from cakernel.recovery.model import REGIMES
from cakernel.recovery.report.best_policies import best_lines
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Answer, Grid, Prose, simple_grid

EDGE_HEADS: Final = (
    "setting",
    "rule",
    "named",
    "its R",
    "edge",
    "standard error",
    "side of the edge",
)


def reproduction_findings(folder: RunFolder, regime: str) -> list[Any]:
    """Return a card: how well the tables agree, and which policies of a regime are best."""
    lines = _agreement(folder.sheet("comparison"))
    if folder.has("table_7"):
        sheet = folder.sheet("table_7")
        agree, count = sheet.over("agree", "sum"), sheet.over("agree", "count")
        lines.append(
            ("Best choices", say("{} of the {} of Table 7 come out the same", agree, count))
        )
    if folder.has("figure_2"):
        sheet = folder.sheet("figure_2")
        told = say(
            "at {} of {} combinations of supply risk and chain length those supply rules are best "
            "that the paper's text recommends",
            sheet.rows(pl.col("agreement") == "same").over("agreement", "count"),
            sheet.over("agreement", "count"),
        )
        lines.append(("Map", told))
    rows = folder.sheet(regime).rows(_PRINTED)
    best = [] if rows.frame.is_empty() else best_lines(rows)
    model = REGIMES[regime]
    heading = (
        f"Which speed is best in regime {regime}: {model.firms} firms in each chain, "
        f"{model.periods} days"
    )
    cards = [Answer("Do the paper's tables come out?", lines)]
    return [*cards, *([Answer(heading, best)] if best else [])]


# own rules may stand beside those of the paper
_PRINTED: Final = pl.col("supply_rule").str.starts_with("SRD-") & pl.col(
    "cyber_rule"
).str.starts_with("CRD-")


def _agreement(comparison: Sheet) -> list[tuple[str, Any]]:
    cells = comparison.rows(IS_COMPARED)
    apart = comparison.rows(pl.col("group") == MISPRINT)
    told = say(
        "{} of {} printed cells lie within 0.015 in both states and 1.5% in R of the printed "
        "figures; {} agree in every printed digit",
        cells.over("within_tolerance", "sum"),
        cells.over("within_tolerance", "count"),
        cells.over("within_rounding", "sum"),
    )
    sure = say(
        "of {} printed cells, {} are compared; {} with a misprinted figure stand apart",
        *(rows.over("regime", "count") for rows in (comparison, cells, apart)),
    )
    if cells.frame.height:
        sure = say(
            "no cell is farther off than {} in x, {} in y and {}% in R; {}",
            cells.over("diff_x", "largest size", style=".4f"),
            cells.over("diff_y", "largest size", style=".4f"),
            cells.over("diff_resources_relative", "largest size", style=".2f", scale=100.0),
            sure,
        )
    return [("Tables 3 to 6", told), ("How sure", sure)]


def table_7_reasons(folder: RunFolder) -> Grid | Prose:
    """Return why choices differ: how far from the edge the rules in question lie."""
    rows = []
    for row in folder.sheet("table_7").frame.filter(~pl.col("agree")).iter_rows(named=True):
        sheet, figures = folder.sheet(row["regime"]), row["by_printed_figures"]
        for rule in sorted(set(row["printed"]) ^ set(row["simulated"])):
            is_printed = rule in row["printed"]
            named = "printed, not simulated" if is_printed else "simulated, not printed"
            own = "not printed"
            if figures is not None:
                own = "inside the edge" if rule in figures else "outside the edge"
            edge = _edge(sheet, sheet.frame, row["cyber_rule"], rule)
            rows.append([f"{row['regime']}, {row['cyber_rule']}", rule, named, *edge, own])
    caption = (
        "Why choices differ: the rules that only one of the two names, their R and the edge, 95% "
        "of the highest R. Source: the regimes' Parquet files."
    )
    heads = [*EDGE_HEADS, "on the paper's own figures"]
    return _or_words("table-7-reasons", caption, heads, rows, "All choices agree.")


def map_reasons(folder: RunFolder) -> Grid | Prose:
    """Return why cells of the map differ from the text."""
    sheet, rows = folder.sheet("map"), []
    for row in folder.sheet("figure_2").frame.iter_rows(named=True):
        here = (pl.col("risk") == row["risk"]) & (pl.col("firms") == row["firms"])
        for rule in sorted(set(row["simulated"]) ^ set(row["recommended"])):
            advised = rule in row["recommended"]
            named = "recommended, not best" if advised else "best, not recommended"
            edge = _edge(sheet, sheet.frame.filter(here), RECOMMENDED_RULE, rule)
            rows.append([f"{row['risk']} risk, N = {row['firms']}", rule, named, *edge])
    caption = (
        "Why the map differs from the text: the rules that only one of the two names, their R "
        "under CRD-5 and the edge, 95% of the highest R. Source: map.parquet."
    )
    return _or_words("map-reasons", caption, EDGE_HEADS, rows, "The whole map agrees.")


def _or_words(
    id: str, caption: str, heads: Sequence[str], rows: list[list[Any]], none: str
) -> Grid | Prose:
    """Return a table of reasons, or a sentence where there is nothing to explain."""
    return simple_grid(id, caption, heads, rows, kind="numbers wordy") if rows else Prose([none])


def _edge(sheet: Sheet, policies: pl.DataFrame, cyber_rule: str, rule: str) -> list[Any]:
    """Cite a rule's R, the edge, its standard error, and say on which side it is."""
    own, rivals = judged_together(policies, cyber_rule)
    best = own.filter(pl.col("supply_rule") == rule).row(0, named=True)
    top = rivals.row(0, named=True)
    inside = best["mean_resources"] >= (1 - WITHIN) * top["mean_resources"]
    near = rule in near_edge_of(standing(policies, cyber_rule))
    doubt = ", by less than 2 standard errors" if near else ""
    return [
        sheet.cite(best, "mean_resources", style=".2f", brief=True),
        sheet.cite(top, "mean_resources", style=".2f", scale=1 - WITHIN, brief=True),
        sheet.cite(best, "se_resources", style=".2f", brief=True),
        ("inside" if inside else "outside") + doubt,
    ]
