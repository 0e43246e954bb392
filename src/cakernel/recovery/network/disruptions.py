"""Recorded disruptions: a table of what hit whom and when, checked against a network.

Up to ``through`` they take the place of draws: who has no row in a period was not hit in it.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.checks import check_value, whole
from cakernel.errors import InvalidInput
from cakernel.files import within
from cakernel.recovery.kernel.shocks import MAX_PERIODS, MILD, SEVERE
from cakernel.recovery.network.columns import DISRUPTIONS, SEVERITIES
from cakernel.recovery.network.consistency import check_distinct
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.tables import NOWHERE, filled, first, frame_of, indices, refusal
from cakernel.table_files import read_texts

CODES = dict(zip(SEVERITIES, (MILD, SEVERE), strict=True))


class Hits(NamedTuple):
    """Disruptions of one kind: int64 periods from 1, rows in the network's table, uint8 sizes."""

    period: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    severity: npt.NDArray[np.uint8]


class Record(NamedTuple):
    """Disruptions of periods 1 to ``through``; ``table`` has those after it, too."""

    table: pl.DataFrame
    through: int
    supply: Hits
    cyber: Hits


def read_record(
    path: Path, network: Network, *, through: int | None = None, all_of_it: bool = False
) -> Record:
    """Read and check a CSV file of disruptions, as `record_of` a table; # begins a comment."""
    with within(f"{path}: "):
        texts = read_texts(path)
    return record_of(texts, network, through=through, all_of_it=all_of_it, name=str(path))


def record_of(
    given: Any,
    network: Network,
    *,
    through: int | None = None,
    all_of_it: bool = False,
    name: str = "record",
) -> Record:
    """Check a table of disruptions of a network, and take those of periods 1 to ``through``.

    Its columns are period, kind ("supply", "cyber"), of (the id of a firm or a provider) and
    severity ("mild", "severe"). Without ``through`` it ends with the last one that is recorded;
    with ``all_of_it`` none may be later. ``name`` is what errors call the table.
    """
    table = filled(name, frame_of(name, given), DISRUPTIONS)
    if through is None and not table.height:
        raise InvalidInput(f"{name}: got no rows; must have one, or say through which period")
    last = table["period"].max() if through is None else through
    through = check_value("through", last, whole(1, MAX_PERIODS))
    late = first(table["period"] > through)
    if all_of_it and late is not None:
        words = f"must be at most {through:,}, the periods watched"
        raise refusal(name, late, "period", table["period"][late], words)
    check_distinct(name, table, ["period", "kind", "of"], "of")
    supply, cyber = (
        _hits(name, table, kind, ids, whose, through)
        for kind, ids, whose in (
            ("supply", network.firms["id"], "a firm"),
            ("cyber", network.providers["id"], "a provider"),
        )
    )
    return Record(table, through, supply, cyber)


def _hits(
    name: str, table: pl.DataFrame, kind: str, ids: pl.Series, whose: str, through: int
) -> Hits:
    """Find those of one kind in the network."""
    chosen = table.with_row_index("line").filter(kind=kind)
    chosen = chosen.with_columns(row=pl.Series(indices(chosen["of"], ids)))
    unknown = first(chosen["row"] == NOWHERE)
    if unknown is not None:
        words = f"must be the id of {whose}, as kind is {kind}"
        raise refusal(name, chosen["line"][unknown], "of", chosen["of"][unknown], words)
    told = chosen.filter(pl.col("period") <= through)
    sizes = told["severity"].replace_strict(CODES, return_dtype=pl.UInt8)
    return Hits(told["period"].to_numpy(), told["row"].to_numpy(), sizes.to_numpy())
