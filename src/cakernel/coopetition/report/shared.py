"""What pages of the coopetition model share: regimes, citing, pictures, the market's table."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from cakernel.coopetition.claims.shares import EQUAL
from cakernel.coopetition.columns import STATUSES
from cakernel.coopetition.words import LABEL, PARAMETER_WORDS, REGIME_WORDS
from cakernel.pictures.theme import finished
from cakernel.report.cited_numbers import Cited, Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Picture, Section, picture, simple_grid
from cakernel.wording import decimals, typeset

MOST_DECIMALS: Final = 5
"""Of amounts: of a market whose first unit sells for about 1, more are nothing to anyone."""
WITHIN: Final = typeset(f"{EQUAL:g}")
"""Differences within that are called equal."""
ENDS: Final = STATUSES[1:]
"""How a search for an equilibrium may end."""


def text_sheet(folder: RunFolder, name: str) -> Sheet:
    """Return a table of the folder with names of contracts, regimes and statuses as text."""
    sheet = folder.sheet(name)
    return Sheet(sheet.file, sheet.frame.cast({pl.Enum: pl.String}))


def regimes_of(frame: pl.DataFrame) -> list[str]:
    """Return the regimes of a table in their order."""
    present = set(frame["regime"])
    return [name for name in REGIME_WORDS if name in present]


def heading_of(regime: str) -> str:
    """Return the heading of what is of one regime."""
    return f"Investments {regime}: {REGIME_WORDS[regime]}"


def cite_all(sheet: Sheet, row: Mapping[str, Any], styles: Mapping[str, str]) -> list[Cited]:
    """Cite columns of a row, each in its style, for the cells of a table."""
    return [sheet.cite(row, name, style=style, brief=True) for name, style in styles.items()]


def amounts(values: Iterable[float | None], *, sign: str = "") -> str:
    """Return the format of amounts, which are exact: four digits of the largest, 5 decimals."""
    return f"{sign}.{min(MOST_DECIMALS, decimals([], values))}f"


def labelled(chart: Any, *, title: str, notes: Sequence[str], told: str, **more: Any) -> Picture:
    """Return a picture under the model's label, told in words; ``more`` as of `picture`."""
    drawn = finished(
        chart, title=title, notes=[LABEL, *notes], description=f"{LABEL} {told}", width=600
    )
    return picture(drawn, **more)


def market_sections(folder: RunFolder, *, varied: Collection[str] = ()) -> list[Section]:
    """Return the section on the market that was solved."""
    key = "model" if folder.is_sweep else "market"
    rows: list[list[Any]] = []
    for name, (symbol, words) in PARAMETER_WORDS.items():
        found: Any = folder.recorded(folder.settings, key, name, brief=True)
        if found is None:
            continue
        # an axis may be of a single chain, as vulnerability_1
        single = [axis.rpartition("_")[2] for axis in varied if axis.rpartition("_")[0] == name]
        if single:
            found = say("{}, but of chain {} it varies", found, " and ".join(single))
        rows.append([words, symbol, "varies" if name in varied else found, name])
    grid = simple_grid(
        "market-table",
        f"The market, one value for all chains or one a chain. Source: {folder.record_file}.",
        ["what it is", "symbol", "value", "field of a file"],
        rows,
    )
    return [Section("market-section", "The market", [grid])]
