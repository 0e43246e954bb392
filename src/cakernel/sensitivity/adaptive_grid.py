"""The lattice that a stability map refines: knots given by the axes, and places between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.sweep.axis import Axis, Levels, Range
from cakernel.sweep.column import column
from cakernel.sweep.study import FieldKind, Study

MOST_DEPTH = 16
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Line:
    """An axis: knots, and 2^depth steps from each to the next.

    ``knots`` are the values of its fields at each knot. Without ``refined`` nothing lies between.
    """

    name: str
    knots: Mapping[str, Sequence[Any]]
    kinds: Mapping[str, FieldKind]
    depth: int
    refined: bool
    labels: Sequence[str] | None = None
    log: bool = False
    decimals: int | None = None

    @property
    def count(self) -> int:
        """How many knots."""
        return len(next(iter(self.knots.values())))

    @property
    def steps(self) -> int:
        """Steps from a knot to the next."""
        return 1 << self.depth

    def values(self, places: Places) -> list[pl.Series]:
        """Return the columns of its fields at places counted in steps."""
        return [self._field(name, places) for name in self.knots]

    def _field(self, name: str, places: Places) -> pl.Series:
        knots, kind = self.knots[name], self.kinds[name]
        knot = places // self.steps
        if not self.refined:
            return column(name, list(knots), kind)[knot]
        numbers = np.asarray(knots, dtype=np.float64)
        after = np.minimum(knot + 1, self.count - 1)
        part = (places % self.steps) / self.steps
        if self.log:
            found = numbers[knot] * (numbers[after] / numbers[knot]) ** part
        else:
            found = numbers[knot] + part * (numbers[after] - numbers[knot])
        if kind.is_whole:
            found = np.rint(found)
        elif self.decimals is not None:
            found = np.round(found, self.decimals)
        # a knot is what the axis says, to the bit
        return pl.Series(name, np.where(part == 0, numbers[knot], found)).cast(kind.column)

    def shown(self, places: Places) -> list[pl.Series]:
        """Return the axis' own column, and those of the fields that its labels stand for.

        Between labels the axis is a number: 0 at the first label, 1 at the second.
        """
        if self.labels is None:
            return self.values(places)
        if self.refined:
            own = pl.Series(self.name, places / self.steps)
        else:
            own = pl.Series(self.name, list(self.labels))[places // self.steps]
        return [own, *self.values(places)]

    def differ(self, one: Places, other: Places) -> npt.NDArray[np.bool_]:
        """Return where two places have different values."""
        pairs = zip(self.values(one), self.values(other), strict=True)
        found = np.zeros(len(one), dtype=np.bool_)
        for first, second in pairs:
            found |= (first != second).to_numpy()
        return found

    @property
    def distinct(self) -> int:
        """How many values it has at most."""
        everywhere = np.arange((self.count - 1) * self.steps + 1)
        if not self.refined:
            return self.count
        return pl.DataFrame(self.values(everywhere)).n_unique()


def lines_of(
    axes: Mapping[str, Axis], study: Study, *, depth: int, refine: Sequence[str] | None
) -> list[Line]:
    """Return the axes of a grid as lines.

    Raises
    ------
    InvalidInput
        If a range has no count, or an axis to be refined is no number.
    """
    for name in refine or ():
        if name not in axes:
            raise InvalidInput(f"refine: got {name}; must be one of {', '.join(axes)}")
    lines = [_line(name, axis, study, depth, refine) for name, axis in axes.items()]
    if not any(line.refined for line in lines):
        raise InvalidInput("axes: none can be refined; must have numbers of two values or more")
    return lines


def _line(name: str, axis: Axis, study: Study, depth: int, refine: Sequence[str] | None) -> Line:
    if isinstance(axis, Range):
        if axis.count is None:
            raise InvalidInput(
                f"axes.{name}.count: missing; must be how many levels the first grid has"
            )
        knots = {name: axis.spaced(axis.count, is_whole=study.fields[name].is_whole)}
    elif isinstance(axis.values, Mapping):
        knots = {field: [given[field] for given in axis.values.values()] for field in axis.fields}
    else:
        knots = {name: axis.listed}
        if study.fields[name].ordered:
            knots = {name: sorted(axis.listed)}
    kinds = {field: study.fields[field] for field in knots}
    numbers = all(kind.ordered for kind in kinds.values())
    several = len(next(iter(knots.values()))) > 1
    if refine is not None and name in refine and not (numbers and several):
        raise InvalidInput(f"refine: got {name}; must have two or more numbers")
    labelled = isinstance(axis, Levels) and bool(axis.fields)
    return Line(
        name=name,
        knots=knots,
        kinds=kinds,
        depth=depth,
        refined=numbers and several and (refine is None or name in refine),
        labels=axis.listed if isinstance(axis, Levels) and labelled else None,
        log=isinstance(axis, Range) and axis.scale == "log",
        decimals=axis.decimals if isinstance(axis, Range) else None,
    )
