"""Table 7 and the map of Fig. 2: best rules, and why they differ from the paper's."""

from typing import Any, Final

import polars as pl

from cakernel.paper.choices import CHAIN_SIZES, RECOMMENDED_RULE, RISKS
from cakernel.paper.five_percent import WITHIN, best_of, near_edge_of, standing
from cakernel.paper.published import ON_SITE_RULE
from cakernel.report.cited_numbers import Cited, Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Body, Cell, Grid, Prose, simple_grid

EDGE_HEADS: Final = (
    "setting",
    "rule",
    "named",
    "its R",
    "edge",
    "standard error",
    "side of the edge",
)
MEANING: Final = {
    "same": "the same",
    "narrower": "fewer rules simulated",
    "wider": "more rules simulated",
    "overlaps": "some rules in common",
    "differs": "no rule in common",
}


def table_7_words(folder: RunFolder) -> list[Any]:
    """Return how many choices of Table 7 agree."""
    sheet = folder.sheet("table_7")
    agree, count = sheet.over("agree", "sum"), sheet.over("agree", "count")
    return [say("{} of the {} choices of Table 7 come out the same.", agree, count)]


def table_7_grid(folder: RunFolder) -> Grid:
    """Return Table 7, printed and simulated, and the 5% rule on the paper's own figures."""
    sheet = folder.sheet("table_7")
    rows = []
    for row in sheet.frame.iter_rows(named=True):
        cited = [
            sheet.cite(row, column, brief=True)
            for column in ("printed", "simulated", "by_printed_figures")
        ]
        where = "on site" if row["deployment"] == "on-site" else "in the cloud"
        mark = Cell("yes" if row["agree"] else "no", kind="yes" if row["agree"] else "no")
        rows.append([row["regime"], f"{where}, {row['cyber_rule']}", *cited, mark])
    return simple_grid(
        "table-7",
        "Table 7: the best supply rules, those within 5% of the highest R, best first. "
        "Source: table_7.parquet.",
        ["regime", "deployment", "printed", "simulated", "5% rule on printed figures", "same?"],
        rows,
        kind="lists",
    )


def table_7_reasons(folder: RunFolder) -> Grid:
    """Return why choices differ: how far from the edge the rules in question lie."""
    sheet = folder.sheet("table_7")
    rows = []
    for row in sheet.frame.iter_rows(named=True):
        if row["agree"]:
            continue
        regime = folder.sheet(row["regime"])
        for rule in sorted(set(row["printed"]) ^ set(row["simulated"])):
            rows.append(
                [
                    f"{row['regime']}, {row['cyber_rule']}",
                    rule,
                    "printed, not simulated"
                    if rule in row["printed"]
                    else "simulated, not printed",
                    *_edge(regime, regime.frame, row["cyber_rule"], rule),
                    _own_figures(row, rule),
                ]
            )
    return simple_grid(
        "table-7-reasons",
        "Why choices differ: the rules that only one of the two names, their R and the edge, 95% "
        "of the highest R. Source: the regimes' Parquet files.",
        [*EDGE_HEADS, "on the paper's own figures"],
        rows,
        kind="numbers wordy",
    )  # fmt: skip


def _own_figures(row: dict[str, Any], rule: str) -> str:
    """Say whether the paper's figures put the rule where its Table 7 does."""
    if row["by_printed_figures"] is None:
        return "not printed"
    inside = rule in row["by_printed_figures"]
    return "inside the edge" if inside else "outside the edge"


def _edge(sheet: Sheet, rows: pl.DataFrame, cyber_rule: str, rule: str) -> list[Any]:
    """Cite a rule's R, the edge, its standard error, and say on which side it is."""
    known = rows.filter(pl.col("cyber_rule").str.starts_with("CRD-"))
    own = known.filter(pl.col("cyber_rule") == cyber_rule)
    rivals = (
        own if cyber_rule == ON_SITE_RULE else known.filter(pl.col("cyber_rule") != ON_SITE_RULE)
    )
    best = own.filter(pl.col("supply_rule") == rule).sort("mean_resources").row(-1, named=True)
    top = rivals.sort("mean_resources").row(-1, named=True)
    inside = best["mean_resources"] >= (1 - WITHIN) * top["mean_resources"]
    near = rule in near_edge_of(standing(rows.drop("row"), cyber_rule))
    words = ("inside" if inside else "outside") + (
        ", by less than 2 standard errors" if near else ""
    )
    return [
        sheet.cite(best, "mean_resources", style=".2f", brief=True),
        sheet.cite(top, "mean_resources", style=".2f", scale=1 - WITHIN, brief=True),
        sheet.cite(best, "se_resources", style=".2f", brief=True),
        words,
    ]


def map_words(folder: RunFolder) -> list[Any]:
    """Return how many combinations of the map agree with the paper's text."""
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


def map_grid(folder: RunFolder) -> Grid:
    """Return the map as a table: supply risk down, chain length across."""
    sheet = folder.sheet("figure_2")
    cells = {(row["risk"], row["firms"]): row for row in sheet.frame.iter_rows(named=True)}
    body = []
    for risk in reversed(RISKS):
        line = [Cell(f"{risk} risk", scope="row")]
        for firms in CHAIN_SIZES:
            row = cells.get((risk, firms))
            line.append(Cell("\u2013") if row is None else _map_cell(sheet, row))
        body.append(line)
    heads = ["supply risk", *(f"{firms} firms in each chain" for firms in CHAIN_SIZES)]
    return Grid(
        "map-table",
        "Fig. 2 as a table: best supply rules under CRD-5, simulated, and recommended by the "
        "paper's text (high risk: SRD-5; large chains: SRD-4; otherwise SRD-3, SRD-4 and SRD-5). "
        "Source: figure_2.parquet.",
        [[Cell(head, scope="col") for head in heads]],
        [Body(body)],
        kind="lists map",
    )


def _map_cell(sheet: Sheet, row: dict[str, Any]) -> Cell:
    table = f"printed in Table {row['printed_table']}" if row["printed_table"] else "in no table"
    lines: list[Any] = [
        say("<strong>simulated</strong> {}", sheet.cite(row, "simulated", brief=True)),
        say("<strong>text</strong> {}", sheet.cite(row, "recommended", brief=True)),
        f"{MEANING[row['agreement']]}; {table}",
    ]
    if row["near_edge"]:
        lines.append(say("near the edge: {}", sheet.cite(row, "near_edge", brief=True)))
    if row["two_sentences"]:
        lines.append("two sentences of the text apply; the one on high risk is followed")
    return Cell(lines, kind="yes" if row["agreement"] == "same" else "no")


def map_reasons(folder: RunFolder) -> Grid:
    """Return why cells of the map differ from the text."""
    figure, sheet = folder.sheet("figure_2"), folder.sheet("map")
    rows = []
    for row in figure.frame.iter_rows(named=True):
        here = sheet.frame.filter(
            (pl.col("risk") == row["risk"]) & (pl.col("firms") == row["firms"])
        )
        for rule in sorted(set(row["simulated"]) ^ set(row["recommended"])):
            advised = rule in row["recommended"]
            named = "recommended, not best" if advised else "best, not recommended"
            edge = _edge(sheet, here, RECOMMENDED_RULE, rule)
            rows.append([f"{row['risk']} risk, N = {row['firms']}", rule, named, *edge])
    return simple_grid(
        "map-reasons",
        "Why the map differs from the text: the rules that only one of the two names, their R "
        "under CRD-5 and the edge, 95% of the highest R. Source: map.parquet.",
        EDGE_HEADS,
        rows,
        kind="numbers wordy",
    )


def best_words(folder: RunFolder, regime: str) -> list[Any]:
    """Return which policy of a regime ends with the most resources, on site and in the cloud."""
    sheet = folder.sheet(regime)
    sentences = []
    for words, on_site in (("in the cloud", False), ("on site", True)):
        rows = sheet.frame.filter(
            ((pl.col("cyber_rule") == ON_SITE_RULE) == on_site)
            & pl.col("supply_rule").str.starts_with("SRD-")
            & pl.col("cyber_rule").str.starts_with("CRD-")
        )
        if rows.is_empty():
            continue
        top = rows.sort("mean_resources").row(-1, named=True)
        rule = RECOMMENDED_RULE if not on_site else ON_SITE_RULE
        inside = best_of(standing(rows.drop("row"), rule)) if rule in rows["cyber_rule"] else []
        name: list[Cited] = [
            sheet.cite(top, column) for column in ("supply_rule", "cyber_rule", "principle")
        ]
        more = f"; within 5% of it under {rule}: {', '.join(inside) or 'none'}" if inside else ""
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


def reasons(grid: Grid, none: str) -> list[Any]:
    """Return a table of reasons, or a sentence where there is nothing to explain."""
    return [grid] if grid.bodies[0].rows else [Prose([none])]
