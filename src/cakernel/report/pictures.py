"""The pictures of a report that fit several kinds of folders."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from cakernel.pictures.theme import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
)
from cakernel.report.filtered import options
from cakernel.report.page import Filter

SHOWN: Final = 24
"""Policies that a ranking draws, the highest first."""
COLOURS: Final = (BLUE, ORANGE, GREEN, PURPLE, BLACK, VERMILLION, SKY)
SHAPES: Final = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
)


def by_values(rows: pl.DataFrame, column: str, label: str, *, every: str | None = "all") -> Filter:
    """Return a filter with a column's values, in their order."""
    values = rows[column].unique(maintain_order=True).to_list()
    default = "" if every is not None else str(values[0])
    return Filter(column, label, options(values, every=every), column, default)


def by_outcome(words: Mapping[str, str]) -> Filter:
    """Return the choice of an outcome, the first at first."""
    return Filter("outcome", "outcome", list(words.items()), default=next(iter(words)))


def cycled(values: Sequence[str], count: int) -> list[str]:
    """Return so many values, from the first again where they end."""
    return [values[place % len(values)] for place in range(count)]
