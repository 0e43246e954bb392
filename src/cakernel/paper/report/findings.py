"""What a reproduction found, in sentences whose numbers are cited."""

from typing import Any

import polars as pl

from cakernel.paper.agreement import IS_COMPARED
from cakernel.paper.choices import RECOMMENDED_RULE
from cakernel.paper.comparison import CRD_6_UNDER_C, MISPRINT, REGULAR, SRD_4
from cakernel.paper.five_percent import best_of, standing
from cakernel.paper.published import ON_SITE_RULE
from cakernel.report.cited import Cited, say
from cakernel.report.folder import RunFolder


def reproduction_findings(folder: RunFolder, regime: str) -> list[Any]:
    """Return how well the tables agree, and which policies of a regime are best."""
    return [
        *_agreement(folder),
        *(_choices(folder) if folder.has("table_7") else []),
        *(_map(folder) if folder.has("figure_2") else []),
        *_best(folder, regime),
    ]


def _agreement(folder: RunFolder) -> list[Any]:
    comparison = folder.sheet("comparison")
    cells = comparison.rows(IS_COMPARED)
    apart = comparison.rows(pl.col("group") == CRD_6_UNDER_C)
    misprinted = comparison.rows(pl.col("group") == MISPRINT)
    regular = cells.rows(pl.col("group") == REGULAR)
    srd_4 = cells.rows(pl.col("group") == SRD_4)
    sentences = [
        say(
            "Of {} printed cells, {} are compared; {} of CRD-6 under C and {} with a misprinted "
            "figure stand apart.",
            *(rows.over("regime", "count") for rows in (comparison, cells, apart, misprinted)),
        ),
        say(
            "{} of the {} lie within 0.015 in both states and 1.5% in R of the printed figures; {} "
            "agree in every printed digit.",
            cells.over("within_tolerance", "sum"),
            cells.over("within_tolerance", "count"),
            cells.over("within_rounding", "sum"),
        ),
    ]
    if regular.frame.height:
        sentences.append(
            say(
                "Outside SRD-4, no cell is farther off than {} in x, {} in y and {}% in R.",
                regular.over("diff_x", "largest size", style=".4f"),
                regular.over("diff_y", "largest size", style=".4f"),
                regular.over("diff_resources_relative", "largest size", style=".2f", scale=100.0),
            )
        )
    if srd_4.frame.height:
        sentences.append(
            say(
                "Of SRD-4, {} of {} are within 0.03 and 3%.",
                srd_4.over("within_wide", "sum"),
                srd_4.over("within_wide", "count"),
            )
        )
    return sentences


def _choices(folder: RunFolder) -> list[Any]:
    sheet = folder.sheet("table_7")
    agree, count = sheet.over("agree", "sum"), sheet.over("agree", "count")
    return [say("{} of the {} choices of Table 7 come out the same.", agree, count)]


def _map(folder: RunFolder) -> list[Any]:
    sheet = folder.sheet("figure_2")
    same = sheet.rows(pl.col("agreement") == "same")
    return [
        say(
            "On the map of supply risk and chain length, {} of {} combinations have the best "
            "supply rules that the paper's text recommends.",
            same.over("agreement", "count"),
            sheet.over("agreement", "count"),
        )
    ]


def _best(folder: RunFolder, regime: str) -> list[Any]:
    """Say which policy ends with the most resources, on site and in the cloud."""
    sheet = folder.sheet(regime)
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
        name: list[Cited] = [
            sheet.cite(top, column) for column in ("supply_rule", "cyber_rule", "principle")
        ]
        sentences.append(
            say(
                "In regime {}, {}, {} {} {} ends with the most resources, {} (standard error "
                "{}){}.",
                regime, words, *name,
                sheet.cite(top, "mean_resources", style=".2f"),
                sheet.cite(top, "se_resources", style=".2f"),
                more,
            )
        )  # fmt: skip
    return sentences
