"""What a reproduction found, in sentences; and why best rules differ, in tables."""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from cakernel.paper.agreement import IS_COMPARED
from cakernel.paper.choices import RECOMMENDED_RULE
from cakernel.paper.comparison import MISPRINT
from cakernel.paper.five_percent import WITHIN, best_of, judged_together, near_edge_of, standing
from cakernel.paper.published import ON_SITE_RULE
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Grid, Prose, simple_grid

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
    """Return how well the tables agree, and which policies of a regime are best."""
    sentences = _agreement(folder.sheet("comparison"))
    if folder.has("table_7"):
        sheet = folder.sheet("table_7")
        agree, count = sheet.over("agree", "sum"), sheet.over("agree", "count")
        sentences.append(say("{} of the {} choices of Table 7 come out the same.", agree, count))
    if folder.has("figure_2"):
        sheet = folder.sheet("figure_2")
        sentences.append(
            say(
                "On the map of supply risk and chain length, {} of {} combinations have the best "
                "supply rules that the paper's text recommends.",
                sheet.rows(pl.col("agreement") == "same").over("agreement", "count"),
                sheet.over("agreement", "count"),
            )
        )
    return [*sentences, *_best(folder.sheet(regime), regime)]


def _agreement(comparison: Sheet) -> list[Any]:
    cells = comparison.rows(IS_COMPARED)
    apart = comparison.rows(pl.col("group") == MISPRINT)
    sentences = [
        say(
            "Of {} printed cells, {} are compared; {} with a misprinted figure stand apart.",
            *(rows.over("regime", "count") for rows in (comparison, cells, apart)),
        ),
        say(
            "{} of the {} lie within 0.015 in both states and 1.5% in R of the printed figures; {} "
            "agree in every printed digit.",
            cells.over("within_tolerance", "sum"),
            cells.over("within_tolerance", "count"),
            cells.over("within_rounding", "sum"),
        ),
    ]
    if cells.frame.height:
        sentences.append(
            say(
                "No cell is farther off than {} in x, {} in y and {}% in R.",
                cells.over("diff_x", "largest size", style=".4f"),
                cells.over("diff_y", "largest size", style=".4f"),
                cells.over("diff_resources_relative", "largest size", style=".2f", scale=100.0),
            )
        )
    return sentences


def _best(sheet: Sheet, regime: str) -> list[Any]:
    """Say which policy ends with the most resources, on site and in the cloud."""
    sentences = []
    for words, rule in (("in the cloud", RECOMMENDED_RULE), ("on site", ON_SITE_RULE)):
        rows = sheet.frame.filter(
            ((pl.col("cyber_rule") == ON_SITE_RULE) == (rule == ON_SITE_RULE))
            & pl.col("supply_rule").str.starts_with("SRD-")
            & pl.col("cyber_rule").str.starts_with("CRD-")
        )
        if rows.is_empty():
            continue
        top = rows.sort("mean_resources").row(-1, named=True)
        inside = best_of(standing(rows, rule)) if rule in rows["cyber_rule"] else []
        more = f"; within 5% of it under {rule}: {', '.join(inside)}" if inside else ""
        sentences.append(
            say(
                "In regime {}, {}, {} {} {} ends with the most resources, {} (standard error "
                "{}){}.",
                regime, words,
                *(sheet.cite(top, column) for column in ("supply_rule", "cyber_rule", "principle")),
                sheet.cite(top, "mean_resources", style=".2f"),
                sheet.cite(top, "se_resources", style=".2f"),
                more,
            )
        )  # fmt: skip
    return sentences


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
