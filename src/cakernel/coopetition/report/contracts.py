"""What `cakernel ctip solve` and `case` found: contracts of one market side by side.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.coopetition.report.market import market_sections
from cakernel.coopetition.report.welfare_picture import welfare_picture
from cakernel.coopetition.report.words import (
    CONTRACTS,
    REGIMES,
    SPLIT,
    STATUSES,
    WHOLE,
    heading_of,
    in_regime,
    regimes_of,
)
from cakernel.coopetition.table import EACH
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Body, Cell, Grid, Section, simple_grid

EACH_WORDS: Final = {
    "investment": "invests z",
    "breach_probability": "is breached, B",
    "order": "orders",
    "delivery": "delivers",
    "profit": "profit",
}
CERTIFICATE: Final = {
    "status": "status",
    "largest_gain": "largest gain of deviating",
    "equilibria_found": "equilibria found",
    "selection": "the reported one is",
}
STYLES: Final = {"largest_gain": ".1g", "equilibria_found": "", "status": "", "selection": ""}


def contracts_words(folder: RunFolder) -> list[Any]:
    """Return what each contract gives, what flexible orders add, and how sure that is."""
    sheet = _solved(folder)
    sentences = []
    for regime in regimes_of(sheet.frame):
        part = sheet.rows(in_regime(regime))
        given = [
            say("{} under {}", part.cite(row, "economic_welfare", style=".5f"),
                CONTRACTS[row["contract"]])
            for row in part.frame.reverse().iter_rows(named=True)
        ]  # fmt: skip
        words = "Where {}, economic welfare is {}."
        sentences.append(say(words, REGIMES[regime], say(", ").join(given)))
        split = _split(folder, regime)
        if split is not None and split[1]["welfare_gain"] is not None:
            numbers = [split[0].cite(split[1], column, style=".5f") for column in SPLIT]
            sentences[-1] += say(
                " Flexible MOQ adds {} to separate fixed orders: {} by timing, {} by commitment "
                "and discount. {} would be there without any risk, {} comes with risk.",
                *numbers,
            )
    return [*sentences, _certificates(sheet)]


def contracts_sections(folder: RunFolder, note: str) -> list[Section]:
    """Return welfare by its parts, drawn; and all that each contract gives, regime by regime."""
    sheet = _solved(folder)
    parts = []
    for regime in regimes_of(sheet.frame):
        blocks = [_side_by_side(sheet.rows(in_regime(regime)), regime)]
        split = _split(folder, regime)
        if split is not None:
            blocks.append(_split_grid(*split, regime))
        parts.append(Section(f"contracts-{regime}", heading_of(regime), blocks))
    drawn = [welfare_picture(sheet.frame, note)] if _drawable(sheet.frame) else []
    return [
        Section("welfare-section", "Economic welfare and who gets it", drawn),
        Section("contracts", "Contracts side by side", [], parts),
        *market_sections(folder),
    ]


def _solved(folder: RunFolder) -> Sheet:
    return folder.sheet("equilibria").rows(pl.col("contract").is_not_null())


def _drawable(frame: pl.DataFrame) -> bool:
    return frame["economic_welfare"].count() > 0


def _split(folder: RunFolder, regime: str) -> tuple[Sheet, Mapping[str, Any]] | None:
    """Return the split of welfare of a regime; only where all contracts were solved."""
    solved = _solved(folder).frame.filter(in_regime(regime))["contract"].n_unique()
    if solved < len(CONTRACTS) or not folder.has("welfare_split"):
        return None
    part = folder.sheet("welfare_split").rows(in_regime(regime))
    return (part, part.frame.row(0, named=True)) if part.frame.height else None


def _certificates(sheet: Sheet) -> Any:
    status = pl.col("status").cast(pl.String)
    counts = [sheet.rows(status == name).over("status", "count") for name in STATUSES]
    return say(
        "Of {} equilibria sought, {} converged, {} are not unique, and {} went round in circles "
        "or {} did not converge, which gives no outcomes. The largest gain that a chain was found "
        "to miss is {}.",
        sheet.over("status", "count"), *counts, sheet.over("largest_gain", "largest", style=".1g"),
    )  # fmt: skip


def _side_by_side(part: Sheet, regime: str) -> Grid:
    """Return a table with a column a contract: the whole market, each chain, the certificate."""
    rows = part.frame.to_dicts()
    wide = 1 + len(rows)

    def group(words: str) -> Body:
        return Body([[Cell(words, scope="colgroup", columns=wide)]], kind="group")

    def line(words: str, column: str) -> list[Cell]:
        cited = [
            part.cite(row, column, style=STYLES.get(column, ".5f"), brief=True) for row in rows
        ]
        return [Cell(words, scope="row"), *(Cell(one, kind="number") for one in cited)]

    bodies = [
        group("The market as a whole"),
        Body([line(words, column) for column, words in WHOLE.items()]),
    ]
    chains = [name.removeprefix("profit_") for name in part.frame.columns if "profit_" in name]
    for chain in chains:
        lines = [line(EACH_WORDS[name], f"{name}_{chain}") for name in EACH]
        bodies += [group(f"Chain {chain}"), Body(lines)]
    lines = [line(words, column) for column, words in CERTIFICATE.items()]
    bodies += [group("Certificate of the equilibrium"), Body(lines)]
    head = [Cell("", scope="col"), *(Cell(row["contract"], scope="col") for row in rows)]
    return Grid(
        f"contracts-table-{regime}",
        f"Expectations under each contract, where {REGIMES[regime]}. Source: equilibria.parquet.",
        [[Cell("outcome", scope="col"), *head[1:]]],
        bodies,
        kind="numbers sided",
    )


def _split_grid(split: Sheet, row: Mapping[str, Any], regime: str) -> Grid:
    cited = [split.cite(row, column, style="+.5f", brief=True) for column in SPLIT]
    return simple_grid(
        f"split-table-{regime}",
        "What flexible MOQ adds to the economic welfare of separate fixed orders, and its parts. "
        "Source: welfare_split.parquet.",
        ["regime", *SPLIT.values()],
        [[regime, *cited]],
        kind="numbers",
    )
