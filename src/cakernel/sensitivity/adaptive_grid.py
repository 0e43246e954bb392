"""The grid that a stability map refines: its axes, and the cells between its points.

A point of the grid is an index for each axis, counted in steps: 2^depth from a level that the
user gave to the next. A cell is a box between two such points, and is halved along its axes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.sweep.axis import Axis, Range
from cakernel.sweep.study import FieldKind, Study

MOST_DEPTH = 16
# pairs of a cell and a point compared at a time
MOST_PAIRS = 4_000_000
NOBODY = -1

Index = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class GridAxis:
    """An axis of the grid: levels, and 2^depth steps from each to the next, unless not refined.

    ``levels`` are the values of its fields, of several where ``labels`` stand for them.
    """

    name: str
    levels: Mapping[str, Sequence[Any]]
    kinds: Mapping[str, FieldKind]
    depth: int
    refined: bool
    labels: Sequence[str] | None = None
    log: bool = False
    decimals: int | None = None

    @property
    def count(self) -> int:
        """How many levels."""
        return len(next(iter(self.levels.values())))

    @property
    def steps(self) -> int:
        """Steps from a level to the next."""
        return 1 << self.depth

    def values(self, index: Index) -> list[pl.Series]:
        """Return the columns of its fields at indices counted in steps."""
        return [self._field(name, index) for name in self.levels]

    def _field(self, name: str, index: Index) -> pl.Series:
        levels, kind = self.levels[name], self.kinds[name]
        level = index // self.steps
        if not self.refined:
            return kind.series(name, list(levels))[level]
        numbers = np.asarray(levels, dtype=np.float64)
        low, high = numbers[level], numbers[np.minimum(level + 1, self.count - 1)]
        part = (index % self.steps) / self.steps
        found = low * (high / low) ** part if self.log else low + part * (high - low)
        if kind.is_whole:
            found = np.rint(found)
        elif self.decimals is not None:
            found = np.round(found, self.decimals)
        # a level is what the user gave, to the bit
        return pl.Series(name, np.where(part == 0, low, found)).cast(kind.column)

    def shown(self, index: Index) -> list[pl.Series]:
        """Return the axis' own column, and those of the fields that its labels stand for.

        Between labels the axis is a number: 0 at the first label, 1 at the second.
        """
        if self.labels is None:
            return self.values(index)
        labels = pl.Series(self.name, list(self.labels))
        own = pl.Series(self.name, index / self.steps)
        return [own if self.refined else labels[index // self.steps], *self.values(index)]

    def differ(self, one: Index, other: Index) -> Mask:
        """Return where the values at two indices differ."""
        pairs = zip(self.values(one), self.values(other), strict=True)
        found: Mask = np.any([(first != second).to_numpy() for first, second in pairs], axis=0)
        return found

    @property
    def distinct(self) -> int:
        """How many values it has, refined throughout."""
        if not self.refined:
            return self.count
        everywhere = np.arange((self.count - 1) * self.steps + 1)
        return pl.DataFrame(self.values(everywhere)).n_unique()


def grid_axes(
    axes: Mapping[str, Axis], study: Study, *, depth: int, refine: Sequence[str] | None
) -> list[GridAxis]:
    """Return the axes of a grid; ``refine`` names those to be refined, by default all that can."""
    for name in refine or ():
        if name not in axes:
            raise InvalidInput(f"refine: got {name}; must be one of {', '.join(axes)}")
    found = [_grid_axis(name, axis, study, depth, refine) for name, axis in axes.items()]
    if not any(axis.refined for axis in found):
        raise InvalidInput("axes: none can be refined; must have numbers of two values or more")
    return found


def _grid_axis(
    name: str, axis: Axis, study: Study, depth: int, refine: Sequence[str] | None
) -> GridAxis:
    levels: Mapping[str, Sequence[Any]]
    labels, log, decimals = None, False, None
    if isinstance(axis, Range):
        if axis.count is None:
            raise InvalidInput(
                f"axes.{name}.count: missing; must be how many levels the first grid has"
            )
        levels = {name: axis.spaced(axis.count, is_whole=study.fields[name].is_whole)}
        log, decimals = axis.scale == "log", axis.decimals
    elif axis.fields:
        levels, labels = {field: axis.of_field(field) for field in axis.fields}, axis.listed
    else:
        levels = {name: sorted(axis.listed) if study.fields[name].ordered else axis.listed}
    kinds = {field: study.fields[field] for field in levels}
    can_be = all(kind.ordered for kind in kinds.values()) and len(levels[next(iter(levels))]) > 1
    if refine is not None and name in refine and not can_be:
        raise InvalidInput(f"refine: got {name}; must have two or more numbers")
    refined = can_be and (refine is None or name in refine)
    return GridAxis(name, levels, kinds, depth, refined, labels, log, decimals)


class CellWinners(NamedTuple):
    """What the points in each cell say.

    ``winner`` is good at all of them, `NOBODY` where none is. A cell is ``possible`` if some points
    are, ``clear`` if all are sure and share a winner, on a ``boundary`` if the sure ones do not.
    """

    winner: Index
    possible: Mask
    clear: Mask
    boundary: Mask


class Cells(NamedTuple):
    """Boxes from ``low`` to ``high``, (cells, axes) in steps, and how often each was halved."""

    low: Index
    high: Index
    level: Index

    def chosen(self, which: Mask) -> "Cells":
        """Return some of the cells."""
        return Cells(*(each[which] for each in self))

    @property
    def corners(self) -> Index:
        """All corners, each once, in order."""
        ends = np.stack([self.low, self.high])
        sides = product((0, 1), repeat=self.low.shape[1])
        found = [np.stack([ends[s, :, n] for n, s in enumerate(side)], axis=1) for side in sides]
        return np.unique(np.concatenate(found), axis=0)

    def divisible(self, axes: Sequence[GridAxis]) -> Mask:
        """Return along which axes the middle of each cell has a value of its own."""
        middle = (self.low + self.high) // 2
        can = np.zeros(self.low.shape, dtype=np.bool_)
        for n, axis in enumerate(axes):
            if axis.refined:
                low, high, mid = self.low[:, n], self.high[:, n], middle[:, n]
                can[:, n] = (mid > low) & axis.differ(mid, low) & axis.differ(mid, high)
        return can

    def halved(self, along: Mask) -> "Cells":
        """Return the parts of all cells, halved along the axes marked."""
        middle = (self.low + self.high) // 2
        parts = []
        for sides in product((0, 1), repeat=self.low.shape[1]):
            upper = np.array(sides, dtype=np.bool_)
            # along an axis that is not halved there is one part, under side 0
            wanted: Mask = ~np.any(upper & ~along, axis=1)
            low = np.where(along & upper, middle, self.low)
            high = np.where(along & ~upper, middle, self.high)
            parts.append(Cells(low, high, self.level + 1).chosen(wanted))
        return joined(parts)

    def winners(self, points: Index, wins: Mask, good: Mask, sure: Mask) -> CellWinners:
        """Return what the points in each cell say, those on its faces included.

        ``wins`` and ``good``, (points, contenders), are marks of contenders; a point without a
        winner does not count. ``sure`` is where a point is clear or tied.
        """
        counts = wins.any(axis=1)
        points, wins, good, sure = points[counts], wins[counts], good[counts], sure[counts]
        cells = len(self.low)
        winner = np.full(cells, NOBODY)
        possible, all_sure, boundary = (np.zeros(cells, dtype=np.bool_) for _ in range(3))
        # of several that are good all over a cell and win nowhere in it, take the one that wins
        # most often elsewhere
        elsewhere = wins.mean(axis=0) / 2 if len(wins) else 0.0
        for part, within in self.within(points):
            possible[part] = within.any(axis=1)
            good_at_all = _marked(within, ~good) == 0
            won = np.where(good_at_all, _marked(within, wins) + elsewhere, NOBODY)
            winner[part] = np.where(good_at_all.any(axis=1), won.argmax(axis=1), NOBODY)
            boundary[part] = (_marked(within & sure, ~good) > 0).all(axis=1)
            all_sure[part] = ~np.any(within & ~sure, axis=1)
        winner[~possible] = NOBODY
        return CellWinners(winner, possible, all_sure & ~boundary, boundary & possible)

    def within(self, points: Index) -> Iterator[tuple[slice, Mask]]:
        """Give parts of the cells, and which points are in each, (cells, points), faces too."""
        each = max(1, MOST_PAIRS // max(1, len(points)))
        for first in range(0, len(self.low), each):
            part = slice(first, first + each)
            low, high = self.low[part, None], self.high[part, None]
            yield part, np.all((points >= low) & (points <= high), axis=2)


def first_cells(axes: Sequence[GridAxis]) -> Cells:
    """Return the cells between levels; where an axis is not refined, those at each level."""
    ends = []
    for axis in axes:
        at = np.arange(axis.count) * axis.steps
        ends.append((at[:-1], at[1:]) if axis.refined else (at, at))
    low, high = (
        np.stack([grid.ravel() for grid in np.meshgrid(*side, indexing="ij")], axis=1)
        for side in zip(*ends, strict=True)
    )
    return Cells(low, high, np.zeros(len(low), dtype=np.int64))


def joined(parts: Sequence[Cells]) -> Cells:
    """Return all cells together."""
    return Cells(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _marked(chosen: Mask, marks: Mask) -> npt.NDArray[np.float32]:
    """Return how many of the points chosen for a cell have each mark, (cells, marks)."""
    return chosen.astype(np.float32) @ marks.astype(np.float32)
