"""What `cakernel ctip government` found: the best choices beside what the market has now.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from typing import Any, Final

import polars as pl

from cakernel.coopetition.report.market import market_sections
from cakernel.report.cited_numbers import MISSING, Cited, Sheet, say
from cakernel.report.folder import RunFolder
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
ASKED: Final = {False: "participation not asked", True: "every chain takes part"}


def government_words(folder: RunFolder) -> list[Any]:
    """Return the best choice without and with participation, and what it brings."""
    sheet = folder.sheet("government")
    sentences = []
    for row in sheet.frame.iter_rows(named=True):
        asked = row["participation"]
        if row["economic_welfare"] is None:
            words = "No choice keeps every chain in." if asked else "No choice has an equilibrium."
            sentences.append(say(words))
            continue
        which = (
            "Where every chain must earn as much as under separate fixed orders, the best choice is"
            if asked
            else "Where chains are not asked whether they take part, the best choice is"
        )
        edge = ", the threshold of the discount itself" if row["at_threshold"] else ""
        sentences.append(
            say(
                "{} a subsidy of {}, a sharing level of {} and a pooled minimum order of {}{}: "
                "economic welfare is {}, against {} now; the chain that gains least gains {} over "
                "fixed orders. A check all over the range found at most {} more.",
                which, *(_cite(sheet, row, name) for name in LEVERS), edge,
                _cite(sheet, row, "economic_welfare"), _cite(sheet, row, "welfare_now"),
                _cite(sheet, row, "smallest_profit_gain", "+.5f"),
                _cite(sheet, row, "largest_gain", ".1g"),
            )
        )  # fmt: skip
    return sentences


def government_sections(folder: RunFolder) -> list[Section]:
    """Return the choices beside the market as it is."""
    section = Section("choices-section", "Choices of the government", [_grid(folder)])
    return [section, *market_sections(folder)]


def _cite(sheet: Sheet, row: dict[str, Any], column: str, style: str = ".5f", **how: Any) -> Cited:
    return sheet.cite(row, column, style=style, **how)


def _grid(folder: RunFolder) -> Grid:
    sheet = folder.sheet("government")
    choices = sheet.frame.to_dicts()
    rows: list[list[Any]] = []
    for name, words in LEVERS.items():
        now = folder.recorded(folder.settings, "market", name, style=".5f", brief=True)
        cited = [_cite(sheet, row, name, brief=True) for row in choices]
        rows.append([words, MISSING if now is None else now, *cited])
    for name, words in OUTCOMES.items():
        cited = [_cite(sheet, row, name, brief=True) for row in choices]
        rows.append([words, _now(folder, name), *cited])
    more = {
        "smallest_profit_gain": ("profit over fixed orders, of the chain that gains least", "+.5f"),
        "largest_gain": ("certificate: most welfare found above that", ".1g"),
        "equilibria_solved": ("equilibria solved for both", ","),
    }
    for name, (words, style) in more.items():
        cited = [_cite(sheet, row, name, style, brief=True) for row in choices]
        rows.append([words, MISSING, *cited])
    heads = ["", "now", *(ASKED[row["participation"]] for row in choices)]
    files = "government.parquet"
    files += f", {folder.record_file}" if folder.record else ""
    files += " and now.parquet" if folder.has("now") else ""
    return simple_grid(
        "government-table",
        f"The government's best choices under flexible MOQ, beside the market as it is. Source: "
        f"{files}.",
        ["quantity", *heads[1:]],
        rows,
        kind="numbers sided",
    )


def _now(folder: RunFolder, name: str) -> Any:
    """Cite an outcome of the market as it is; older folders tell only its welfare."""
    if folder.has("now"):
        sheet = folder.sheet("now").rows(pl.col("contract").cast(pl.String) == "flexible-moq")
        return _cite(sheet, sheet.frame.row(0, named=True), name, brief=True)
    if name != "economic_welfare":
        return MISSING
    sheet = folder.sheet("government")
    return _cite(sheet, sheet.frame.row(0, named=True), "welfare_now", brief=True)
