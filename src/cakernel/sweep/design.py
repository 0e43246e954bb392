"""Designs: which points of the space that the axes span are run."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import BeforeValidator, model_validator

from cakernel.checks import MAX_SEED, Allowed, Checked, reject_unknown, whole
from cakernel.errors import InvalidInput
from cakernel.sweep.axis import Axis, Levels, Range
from cakernel.sweep.column import column
from cakernel.sweep.points_file import read_points
from cakernel.sweep.sampling import SAMPLERS
from cakernel.sweep.study import Study

MOST_POINTS = 1 << 30
# columns of points and results, which labels may not be called
TAKEN = (
    "point",
    "block",
    "varied",
    "first_replication",
    "replications",
    "replication",
    "done",
    "error",
    "error_reached",
    "place",
    "span",
    "time",
)

Kind = Literal[
    "grid",
    "one-at-a-time",
    "random",
    "latin-hypercube",
    "sobol",
    "morris",
    "saltelli",
    "points",
]
KINDS: tuple[str, ...] = get_args(Kind)


def _path(value: Any) -> Any:
    return Path(value) if isinstance(value, str) else value


class Design(Checked):
    """How points are chosen.

    Parameters
    ----------
    kind : str
        "grid": every combination of the axes' levels. "one-at-a-time": each axis over its levels,
        the others at the base. "random", "latin-hypercube", "sobol": ``points`` of them.
        "morris": ``points`` trajectories. "saltelli": ``points`` base samples for Sobol indices,
        each of axes + 2 points, or 2 axes + 2 with ``second_order``. "points": from ``file``.
    points : int, optional
        How many, 1 to 2^30; for sampled designs.
    seed : int, default 1
        Seed of the sampling, apart from that of the replications.
    second_order : bool, default True
        Whether a Saltelli design serves second-order indices.
    levels : int, default 4
        Levels of a Morris design, an even number.
    file : Path, optional
        CSV or Parquet file of points, a column for each field.

    Raises
    ------
    InvalidInput
        If a field is unknown, missing or outside its range.

    References
    ----------
    Sampling is by scipy.stats.qmc and SALib. Saltelli et al. (2010),
    doi 10.1016/j.cpc.2009.09.018; Morris (1991), doi 10.2307/1269043.
    """

    kind: Annotated[Kind, Allowed(f"one of {', '.join(KINDS)}")]
    points: whole(1, MOST_POINTS) | None = None  # type: ignore[valid-type]
    seed: whole(0, MAX_SEED - 1) = 1  # type: ignore[valid-type]
    second_order: Annotated[bool, Allowed("true or false")] = True
    levels: whole(2, 1000) = 4  # type: ignore[valid-type]
    file: Annotated[Path | None, BeforeValidator(_path), Allowed("the name of a file")] = None

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if (self.kind in SAMPLERS) != (self.points is not None):
            wanted = "a whole number of 1 or more" if self.kind in SAMPLERS else "left out"
            raise InvalidInput(f"points: got {self.points}; must be {wanted} for {self.kind}")
        if (self.kind == "points") != (self.file is not None):
            wanted = "the name of a file" if self.kind == "points" else "left out"
            raise InvalidInput(f"file: got {self.file}; must be {wanted} for {self.kind}")
        if self.levels % 2:
            raise InvalidInput(f"levels: got {self.levels}; must be an even number")
        return self

    def unit(self, dimensions: int) -> npt.NDArray[np.float64]:
        """Return the sample in the unit cube, (points, dimensions); of sampled designs."""
        assert self.points is not None
        each = {"morris": dimensions + 1, "saltelli": (1 + self.second_order) * dimensions + 2}
        if self.points * each.get(self.kind, 1) > MOST_POINTS:
            raise InvalidInput(
                f"points: got {self.points:,}, {each[self.kind]:,} points each; must be at most "
                f"{MOST_POINTS:,} in all"
            )
        return SAMPLERS[self.kind](self, dimensions)


def design_points(design: Design, axes: Mapping[str, Axis], study: Study) -> pl.DataFrame:
    """Return the points of a design: a column for each axis, and those that labels stand for.

    Raises
    ------
    InvalidInput
        If an axis is unknown, lacks what the design needs, or the file cannot be read.
    """
    if design.kind == "points":
        if axes:
            raise InvalidInput(f"axes: got {', '.join(axes)}; must be left out for points")
        assert design.file is not None
        return read_points(design.file, study)
    if not axes:
        raise InvalidInput("axes: got none; must be one or more")
    _check_axes(axes, study)
    makers: dict[str, Callable[..., pl.DataFrame]] = {
        "grid": _grid,
        "one-at-a-time": _one_at_a_time,
    }
    return makers.get(design.kind, _sampled)(design, axes, study)


def _check_axes(axes: Mapping[str, Axis], study: Study) -> None:
    known = list(study.fields)
    setters: dict[str, str] = {}
    for name, axis in axes.items():
        labelled = isinstance(axis, Levels) and bool(axis.fields)
        if labelled and name in known:
            raise InvalidInput(f"axes.{name}: is a field's own name; labels need another")
        if labelled and (name in (*TAKEN, *study.columns) or name.startswith(("mean_", "se_"))):
            raise InvalidInput(f"axes.{name}: is a column of the results; labels need another name")
        named = axis.fields if isinstance(axis, Levels) and labelled else [name]
        where = f"axes.{name}.levels." if labelled else "axes."
        reject_unknown(dict.fromkeys(named), known, where)
        for field in named:
            if field in setters:
                raise InvalidInput(f"axes.{name}: {field} varies already by {setters[field]}")
            setters[field] = name
            if isinstance(axis, Range) and not study.fields[field].ordered:
                raise InvalidInput(f"axes.{name}: got bounds; must be a list of levels")
            values = _values_of(axis, field)
            try:
                column(field, values, study.fields[field])
                study.check_levels(field, values if isinstance(axis, Levels) else [])
            except InvalidInput as error:
                raise InvalidInput(f"{where}{error}") from None


def _values_of(axis: Axis, field: str) -> list[Any]:
    if isinstance(axis, Range):
        return [axis.low, axis.high]
    if isinstance(axis.values, Mapping):
        return [fields[field] for fields in axis.values.values()]
    return axis.listed


def _level_values(name: str, axis: Axis, study: Study, *, default: int | None) -> list[Any]:
    if isinstance(axis, Levels):
        return axis.listed
    count = axis.count or default
    if count is None:
        raise InvalidInput(f"axes.{name}.count: missing; must be how many levels the grid has")
    return axis.spaced(count, is_whole=study.fields[name].is_whole)


def _grid(design: Design, axes: Mapping[str, Axis], study: Study) -> pl.DataFrame:
    listed = {name: _level_values(name, axis, study, default=None) for name, axis in axes.items()}
    total = math.prod(map(len, listed.values()))
    if total > MOST_POINTS:
        raise InvalidInput(f"axes: a grid of {total:,} points; must be at most {MOST_POINTS:,}")
    index = np.arange(total)
    columns: list[pl.Series] = []
    for name, values in reversed(listed.items()):
        columns = _columns(name, axes[name], values, index % len(values), study) + columns
        index //= len(values)
    return pl.DataFrame(columns)


def _one_at_a_time(design: Design, axes: Mapping[str, Axis], study: Study) -> pl.DataFrame:
    """Vary each axis in turn; the first point is the base."""
    rows: list[tuple[str, dict[str, Any]]] = [("base", {})]
    listed = {}
    for name, axis in axes.items():
        listed[name] = _level_values(name, axis, study, default=2)
        rows += [(name, {name: n}) for n in range(len(listed[name]))]
    columns = [pl.Series("varied", [name for name, _ in rows])]
    for name, axis in axes.items():
        values = listed[name]
        # labels have no place of their own for the base: the first stands for it
        if not (isinstance(axis, Levels) and axis.fields):
            if name not in study.base:
                raise InvalidInput(f"axes.{name}: has no single base value to vary from")
            values = [study.base[name], *values]
        shift = len(values) - len(listed[name])
        places = [changes[name] + shift if name in changes else 0 for _, changes in rows]
        columns += _columns(name, axis, values, np.array(places), study)
    return pl.DataFrame(columns)


def _sampled(design: Design, axes: Mapping[str, Axis], study: Study) -> pl.DataFrame:
    unit = design.unit(len(axes))
    columns: list[pl.Series] = []
    for (name, axis), places in zip(axes.items(), unit.T, strict=True):
        if isinstance(axis, Levels):
            columns += _columns(name, axis, axis.listed, axis.at(places), study)
        else:
            values = axis.at(places, is_whole=study.fields[name].is_whole)
            columns.append(column(name, values, study.fields[name]))
    return pl.DataFrame(columns)


def _columns(
    name: str, axis: Axis, values: list[Any], places: npt.NDArray[np.int64], study: Study
) -> list[pl.Series]:
    """Return an axis' column, with values picked by their places, and what labels stand for."""
    if not (isinstance(axis, Levels) and isinstance(axis.values, Mapping)):
        return [column(name, values, study.fields[name])[places]]
    fields = [
        column(field, _values_of(axis, field), study.fields[field])[places] for field in axis.fields
    ]
    return [pl.Series(name, values)[places], *fields]
