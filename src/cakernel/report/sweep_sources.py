"""Tables of a sweep that stand in no single file, by the names that numbers are cited from."""

from collections.abc import Callable
from typing import Final

import polars as pl

from cakernel.ctip import welfare_split
from cakernel.sweep.results import SweepResults

SOURCES: Final[dict[str, Callable[[SweepResults], pl.DataFrame]]] = {
    "results": lambda sweep: sweep.joined().collect(),
    "points": lambda sweep: sweep.points,
    "failures": lambda sweep: sweep.failures,
    "split": lambda sweep: welfare_split(sweep.results.collect()),
}
"""All shards beside their points, all points, the impossible ones, and, of the coopetition model,
what flexible contracts add at each point."""
