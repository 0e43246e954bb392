"""How far welfare falls short of a planner's in random markets of the coopetition model.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Mapping
from typing import Any, Final

from cakernel.coopetition.report.words import CONTRACTS
from cakernel.report.cited_numbers import say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Prose, Section, simple_grid

HEADS: Final = (
    "contract",
    "investments",
    "markets counted",
    "short in (interval)",
    "mean",
    "median",
    "mean share",
    "median share",
    "gap closed, median",
    "of all gaps",
)
LEGEND: Final = (
    "Short: less economic welfare than a planner's investments give in the same market under the "
    "same contract; by how much, in money, and as a share of the planner's welfare where that is "
    "positive. Gap closed: what a choice adds to chains' own investments, as a part of what these "
    "are short of; below zero, the choice widens the gap."
)
STYLES: Final = {
    "mean_shortfall": ".5f",
    "median_shortfall": ".5f",
    "mean_share": ".1%",
    "median_share": ".1%",
    "median_closed": "+.1%",
    "total_closed": "+.1%",
}


def shortfall_words(folder: RunFolder) -> list[Any]:
    """Return in what share of markets chains' own investments are short of a planner's."""
    if not folder.has("shortfall"):
        return []
    sheet = folder.sheet("shortfall")
    found = {(row["contract"], row["choice"]): row for row in sheet.frame.iter_rows(named=True)}
    row: Mapping[str, Any] | None = found.get(("flexible-moq", "nash"))
    if row is None or row["share_short"] is None:
        return []
    shares = [sheet.cite(row, name, style=".1%") for name in ("share_short", "lower", "upper")]
    return [
        say(
            "Where each chain invests for itself, welfare under flexible MOQ is short of a "
            "planner's in {} ({} to {}), by {} in the median market.",
            *shares,
            sheet.cite(row, "median_shortfall", style=".5f"),
        )
    ]


def shortfall_sections(folder: RunFolder) -> list[Section]:
    """Return the table of shortfalls, none where the folder lacks it."""
    if not folder.has("shortfall"):
        return []
    sheet = folder.sheet("shortfall")
    rows = []
    for row in sheet.frame.iter_rows(named=True):
        share, lower, upper = (
            sheet.cite(row, name, style=".1%", brief=True)
            for name in ("share_short", "lower", "upper")
        )
        rows.append(
            [
                CONTRACTS.get(row["contract"], row["contract"]),
                row["choice"],
                sheet.cite(row, "counted", style=",", brief=True),
                say("{} ({} to {})", share, lower, upper),
                *(sheet.cite(row, name, style=style, brief=True) for name, style in STYLES.items()),
            ]
        )
    grid = simple_grid(
        "shortfall-table",
        "Economic welfare short of the planner's. Source: shortfall.parquet.",
        HEADS,
        rows,
        kind="numbers",
    )
    section = Section(
        "shortfall", "Short of a planner's welfare", [Prose([LEGEND], finding=False), grid]
    )
    return [section]
