"""Cells of a lattice: boxes between points, split in the middle."""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.sensitivity.adaptive_grid import Line, Places

# pairs of a cell and a point compared at a time
MOST_PAIRS = 4_000_000
NOBODY = -1

Mask = npt.NDArray[np.bool_]


class Cells:
    """Boxes from ``low`` to ``high``, (cells, axes) in steps, and how often each was split."""

    def __init__(self, low: Places, high: Places, level: Places) -> None:
        self.low, self.high, self.level = low, high, level

    def __len__(self) -> int:
        return len(self.low)

    def __getitem__(self, which: Mask) -> "Cells":
        return Cells(self.low[which], self.high[which], self.level[which])

    def __add__(self, other: "Cells") -> "Cells":
        return Cells(
            np.concatenate([self.low, other.low]),
            np.concatenate([self.high, other.high]),
            np.concatenate([self.level, other.level]),
        )

    @property
    def corners(self) -> Places:
        """All corners, each once, in order."""
        axes = self.low.shape[1]
        ends = np.stack([self.low, self.high])
        found = [
            np.stack([ends[side, :, axis] for axis, side in enumerate(sides)], axis=1)
            for sides in product((0, 1), repeat=axes)
        ]
        corners: Places = np.unique(np.concatenate(found), axis=0)
        return corners

    def splittable(self, lines: Sequence[Line]) -> Mask:
        """Return along which axes the middle of each cell is a value of its own."""
        middle = (self.low + self.high) // 2
        can = np.zeros(self.low.shape, dtype=np.bool_)
        for axis, line in enumerate(lines):
            if not line.refined:
                continue
            low, high, mid = self.low[:, axis], self.high[:, axis], middle[:, axis]
            can[:, axis] = (mid > low) & line.differ(mid, low) & line.differ(mid, high)
        return can

    def split(self, along: Mask) -> "Cells":
        """Return the parts of all cells, halved along the axes marked."""
        middle = (self.low + self.high) // 2
        parts = []
        for sides in product((0, 1), repeat=self.low.shape[1]):
            upper = np.array(sides, dtype=np.bool_)
            # an axis that is not halved has its one part under side 0
            wanted: Mask = ~np.any(upper & ~along, axis=1)
            low = np.where(along & upper, middle, self.low)
            high = np.where(along & ~upper, middle, self.high)
            parts.append(Cells(low, high, self.level + 1)[wanted])
        whole = parts[0]
        for part in parts[1:]:
            whole = whole + part
        return whole

    def inside(self, places: Places, wins: Mask, good: Mask, sure: Mask) -> "Inside":
        """Return what the points in each box say, its faces included.

        ``wins`` and ``good``, (points, contenders), are marks of contenders; a point without a
        winner does not count. ``sure`` is where a point is clear or tied.
        """
        counts = wins.any(axis=1)
        places, wins, good, sure = places[counts], wins[counts], good[counts], sure[counts]
        winner = np.full(len(self), NOBODY)
        some, settled, flips = (np.zeros(len(self), dtype=np.bool_) for _ in range(3))
        # of several good all over a cell that win nowhere in it, the one that does elsewhere
        elsewhere = wins.mean(axis=0) / 2 if len(wins) else 0.0
        each = max(1, MOST_PAIRS // max(1, len(places)))
        for first in range(0, len(self), each):
            part = slice(first, first + each)
            low, high = self.low[part, None], self.high[part, None]
            within: Mask = np.all((places >= low) & (places <= high), axis=2)
            some[part] = within.any(axis=1)
            everywhere = _marked(within, ~good) == 0
            won = np.where(everywhere, _marked(within, wins) + elsewhere, NOBODY)
            winner[part] = np.where(everywhere.any(axis=1), won.argmax(axis=1), NOBODY)
            flips[part] = (_marked(within & sure, ~good) > 0).all(axis=1)
            settled[part] = ~np.any(within & ~sure, axis=1)
        winner[~some] = NOBODY
        return Inside(winner, some, settled & ~flips, flips & some)


class Inside(NamedTuple):
    """What the points in each cell say.

    The ``winner`` that is good at all of them, `NOBODY` where there is none; whether ``some`` are
    possible; whether all are sure and agree on it: ``settled``; or the sure ones do not: ``flips``.
    """

    winner: Places
    some: Mask
    settled: Mask
    flips: Mask


def _marked(chosen: Mask, marks: Mask) -> npt.NDArray[np.float32]:
    """Return how many of the points chosen for a cell have each mark, (cells, marks)."""
    counts: npt.NDArray[np.float32] = chosen.astype(np.float32) @ marks.astype(np.float32)
    return counts


def first_cells(lines: Sequence[Line]) -> Cells:
    """Return the cells between knots; where an axis is not refined, those at each knot."""
    ends = []
    for line in lines:
        at = np.arange(line.count) * line.steps
        ends.append((at[:-1], at[1:]) if line.refined else (at, at))
    low, high = (
        np.stack([grid.ravel() for grid in np.meshgrid(*side, indexing="ij")], axis=1)
        for side in zip(*ends, strict=True)
    )
    return Cells(low, high, np.zeros(len(low), dtype=np.int64))
