"""What `cakernel ctip government` found: the best choices beside what the market has now."""

from typing import Any, Final

import polars as pl

from cakernel.coopetition.report.shared import market_sections
from cakernel.report.cited_numbers import MISSING, Cited, Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import Grid, Section, simple_grid

LEVERS: Final = {
    "subsidy_rate": "subsidy sigma",
    "sharing_level": "sharing level theta",
    "minimum_order": "pooled minimum order M",
}
OUTCOMES: Final = {
    "economic_welfare": "economic welfare",
    "total_profit": "chains' profits",
    "subsidy_bill": "subsidies",
    "unmet_need": "unmet need",
}
OF_CHOICES: Final = {
    "smallest_profit_gain": ("profit over fixed orders, of the chain that gains least", "+.5f"),
    "largest_gain": ("certificate: most welfare found above that", ".1g"),
    "equilibria_solved": ("equilibria solved for both", ","),
}
ASKED: Final = {False: "participation not asked", True: "every chain takes part"}
BEST: Final = {
    False: "Where chains are not asked whether they take part, the best choice is",
    True: "Where every chain must earn as much as under separate fixed orders, the best choice is",
}
NONE: Final = {
    False: "No choice has an equilibrium.",
    True: "No choice keeps every chain in.",
}


def contents(folder: RunFolder, note: str) -> Contents:
    """Return the best choices without and with participation, beside the market as it is."""
    sheet = folder.sheet("government")
    section = Section("choices-section", "Choices of the government", [_grid(folder, sheet)])
    findings = [_best(sheet, row) for row in sheet.frame.iter_rows(named=True)]
    return findings, [section, *market_sections(folder)]


def _best(sheet: Sheet, row: dict[str, Any]) -> Any:
    """Say what the best choice is, and what it brings."""
    if row["economic_welfare"] is None:
        return say(NONE[row["participation"]])
    return say(
        "{} a subsidy of {}, a sharing level of {} and a pooled minimum order of {}{}: "
        "economic welfare is {}, against {} now; the chain that gains least gains {} over "
        "fixed orders. A check all over the range found at most {} more.",
        BEST[row["participation"]],
        *(_cite(sheet, row, name) for name in LEVERS),
        ", the threshold of the discount itself" if row["at_threshold"] else "",
        _cite(sheet, row, "economic_welfare"),
        _cite(sheet, row, "welfare_now"),
        _cite(sheet, row, "smallest_profit_gain", "+.5f"),
        _cite(sheet, row, "largest_gain", ".1g"),
    )


def _cite(sheet: Sheet, row: dict[str, Any], column: str, style: str = ".5f", **how: Any) -> Cited:
    return sheet.cite(row, column, style=style, **how)


def _grid(folder: RunFolder, sheet: Sheet) -> Grid:
    choices = sheet.frame.to_dicts()
    now = folder.sheet("now").rows(pl.col("contract") == "flexible-moq")
    rows: list[list[Any]] = []

    def add(words: str, before: Any, name: str, style: str = ".5f") -> None:
        cited = [_cite(sheet, row, name, style, brief=True) for row in choices]
        rows.append([words, before, *cited])

    for name, words in LEVERS.items():
        before = folder.recorded(folder.settings, "market", name, style=".5f", brief=True)
        add(words, before or MISSING, name)
    for name, words in OUTCOMES.items():
        add(words, _cite(now, now.frame.row(0, named=True), name, brief=True), name)
    for name, (words, style) in OF_CHOICES.items():
        add(words, MISSING, name, style)
    return simple_grid(
        "government-table",
        "The government's best choices under flexible MOQ, beside the market as it is. Source: "
        f"government.parquet, {folder.record_file} and now.parquet.",
        ["quantity", "now", *(ASKED[row["participation"]] for row in choices)],
        rows,
        kind="numbers sided",
    )
