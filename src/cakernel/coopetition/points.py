"""Parameter points as arrays for the kernel: from markets, or from a table checked by columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.checks import reject_unknown
from cakernel.coopetition.market import COMMON, EACH, MAX_CHAINS, Bounds, Market
from cakernel.errors import InvalidInput

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """Points with the same number of chains.

    ``index`` (points,) are their places among all points, ``parameters`` (points, 17) and
    ``each`` (points, 3, chains) what the kernel takes, in the order of ``COMMON`` and ``EACH``.
    """

    chains: int
    index: npt.NDArray[np.int64]
    parameters: Numbers
    each: Numbers

    def repeated(self, count: int) -> "Group":
        """Return so many copies of a single point, to be changed."""
        return Group(
            self.chains,
            np.arange(count),
            np.repeat(self.parameters, count, axis=0),
            np.repeat(self.each, count, axis=0),
        )


@dataclass(frozen=True)
class ReadPoints:
    """All points that can be solved, and by their places why the others cannot."""

    count: int
    groups: list[Group]
    errors: dict[int, str]


def points_of(points: pl.DataFrame | Sequence[Market], base: Market) -> ReadPoints:
    """Return points as arrays; a point that is no market becomes an error of its own.

    Raises
    ------
    InvalidInput
        If a column is no field of `Market`, or holds no numbers.
    """
    if isinstance(points, pl.DataFrame):
        return _from_table(points, base)
    sizes = np.array([market.chains for market in points], np.int64)
    groups = []
    for chains in np.unique(sizes):
        index = np.flatnonzero(sizes == chains)
        chosen = [points[int(n)] for n in index]
        groups.append(
            Group(
                int(chains),
                index,
                np.array([[getattr(market, name) for name in COMMON] for market in chosen], float),
                np.stack([_each(market) for market in chosen]),
            )
        )
    return ReadPoints(len(points), groups, {})


def single_point(market: Market) -> Group:
    """Return one market as a group of points."""
    return points_of([market], market).groups[0]


def _each(market: Market) -> Numbers:
    """Return the numbers that chains have of their own, (3, chains)."""
    values = [np.broadcast_to(getattr(market, name), market.chains) for name in EACH]
    return np.array(values, float)


def _from_table(table: pl.DataFrame, base: Market) -> ReadPoints:
    reject_unknown(dict.fromkeys(table.columns), list(Market.model_fields))
    count = table.height
    good = np.ones(count, bool)
    sizes = np.full(count, base.chains, np.int64)
    if "chains" in table.columns:
        wanted = _column(table, "chains")
        good &= (wanted >= 2) & (wanted <= MAX_CHAINS) & (wanted == np.floor(wanted))
        sizes = np.where(good, wanted, base.chains).astype(np.int64)
    parameters = np.empty((count, len(COMMON)))
    for n, (name, bounds) in enumerate(COMMON.items()):
        parameters[:, n] = _column(table, name) if name in table.columns else getattr(base, name)
        good &= _within(parameters[:, n], bounds)
    names = list(COMMON)
    cost, price = (parameters[:, names.index(n)] for n in ("supplier_cost", "wholesale_price"))
    good &= cost <= price
    groups = []
    for chains in np.unique(sizes):
        index = np.flatnonzero(sizes == chains)
        each = np.empty((len(index), len(EACH), chains))
        fine = np.ones(len(index), bool)
        for n, (name, bounds) in enumerate(EACH.items()):
            each[:, n] = _each_column(table, name, index, base, int(chains))
            fine &= _within(each[:, n], bounds).all(axis=1)
        good[index] &= fine
        kept = good[index]
        groups.append(Group(int(chains), index[kept], parameters[index[kept]], each[kept]))
    errors = {int(n): _reason(table.row(int(n), named=True), base) for n in np.flatnonzero(~good)}
    return ReadPoints(count, [group for group in groups if len(group.index)], errors)


def _within(values: Numbers, bounds: Bounds) -> npt.NDArray[np.bool_]:
    """Say which values are in a range; NaN is in none."""
    below = values < bounds.high if bounds.open_end else values <= bounds.high
    return (values >= bounds.low) & below


def _column(table: pl.DataFrame, name: str) -> Numbers:
    """Return a column of numbers, NaN where one is missing."""
    column = table[name]
    if not column.dtype.is_numeric():
        raise InvalidInput(f"{name}: got a column of {column.dtype}; must be numbers")
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _each_column(
    table: pl.DataFrame, name: str, index: npt.NDArray[np.int64], base: Market, chains: int
) -> Numbers:
    """Return the chains' own numbers at some points, (points, chains).

    They are NaN where there are not as many as chains.
    """
    if name not in table.columns:
        value = np.array(getattr(base, name), float)
        if value.ndim == 1 and len(value) != chains:
            return np.full((len(index), chains), np.nan)
        return np.broadcast_to(value, (len(index), chains))
    column = table[name]
    if not isinstance(column.dtype, pl.List | pl.Array):
        return np.repeat(_column(table, name)[index, None], chains, axis=1)
    if column.dtype.inner is None or not column.dtype.inner.is_numeric():
        raise InvalidInput(f"{name}: got a column of {column.dtype}; must be numbers")
    lists = column.gather(index).cast(pl.List(pl.Float64))
    values = np.full((len(index), chains), np.nan)
    right = (lists.list.len() == chains).fill_null(False).to_numpy()
    if right.any():
        chosen = lists.filter(pl.Series(right)).explode().fill_null(float("nan"))
        values[right] = chosen.to_numpy().reshape(-1, chains)
    return values


def _reason(row: Mapping[str, Any], base: Market) -> str:
    """Return why a row of a table is no market, in the words of the market itself."""
    chains = row.get("chains")
    if isinstance(chains, float) and chains.is_integer():
        row = {**row, "chains": int(chains)}
    try:
        base.replace(**row)
    except InvalidInput as error:
        return str(error)
    raise RuntimeError(f"{row} was refused without a reason; please report this as a bug")
