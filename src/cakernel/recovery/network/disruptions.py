"""Recorded disruptions: a table of what hit whom and when, checked against a network.

Up to ``through`` they take the place of draws: who has no row in a period was not hit in it.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.checks import check_value, whole
from cakernel.files import within
from cakernel.recovery.kernel.shocks import MAX_PERIODS, MILD, SEVERE
from cakernel.recovery.network.columns import DISRUPTIONS, SEVERITIES
from cakernel.recovery.network.consistency import check_distinct
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.tables import filled, first, frame_of, indices, refusal
from cakernel.table_files import read_texts

CODES = dict(zip(SEVERITIES, (MILD, SEVERE), strict=True))


class Hits(NamedTuple):
    """Disruptions of one kind: int64 periods from 1, rows in the network's table, uint8 sizes."""

    period: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    severity: npt.NDArray[np.uint8]


class Record(NamedTuple):
    """Disruptions of periods 1 to ``through``: the table, and it as rows of firms and providers."""

    table: pl.DataFrame
    through: int
    supply: Hits
    cyber: Hits


def read_disruptions(path: Path) -> pl.DataFrame:
    """Return what a CSV file of disruptions holds, as texts; lines that begin with # are comments.

    Its columns are period, kind ("supply", "cyber"), of (the id of a firm or a provider) and
    severity ("mild", "severe").
    """
    with within(f"{path}: "):
        return read_texts(path)


def record_of(
    given: Any, network: Network, *, through: int | None = None, table: str = "record"
) -> Record:
    """Check recorded disruptions; without ``through`` they end with the last one that is recorded.

    ``table`` is what errors call it.
    """
    frame = filled(table, frame_of(table, given), DISRUPTIONS)
    last = int(frame["period"].max() or 1)  # type: ignore[arg-type]
    through = last if through is None else check_value("through", through, whole(1, MAX_PERIODS))
    late = first(frame["period"] > through)
    if late is not None:
        words = f"must be at most {through:,}, through which disruptions are recorded"
        raise refusal(table, late, "period", frame["period"][late], words)
    check_distinct(table, frame, ["period", "kind", "of"], "of")
    ids = {"supply": network.firms["id"], "cyber": network.providers["id"]}
    hits = {}
    for kind, known in ids.items():
        chosen = frame.with_row_index("line").filter(kind=kind)
        rows = indices(chosen["of"], known)
        unknown = first(pl.Series(rows < 0))
        if unknown is not None:
            whose = "a firm" if kind == "supply" else "a provider"
            words = f"must be the id of {whose}, since kind is {kind}"
            raise refusal(table, chosen["line"][unknown], "of", chosen["of"][unknown], words)
        sizes = chosen["severity"].replace_strict(CODES, return_dtype=pl.UInt8)
        hits[kind] = Hits(chosen["period"].to_numpy(), rows, sizes.to_numpy())
    return Record(frame, through, **hits)
