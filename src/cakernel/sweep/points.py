"""Points: the rows that a design makes of axes, or that a user's file has."""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.checks import reject_unknown
from cakernel.errors import InvalidInput
from cakernel.files import ending, within
from cakernel.measures import PREFIXES
from cakernel.memory import check_memory
from cakernel.sweep.axis import Axis, Levels, Range
from cakernel.sweep.design import MOST_POINTS, Design
from cakernel.sweep.study import FieldKind, Study
from cakernel.table_files import ENDINGS, read_table
from cakernel.wording import shown

# columns of points, of results and of what is said of them, which labels may not be called
TAKEN = (
    *("point", "block", "varied", "first_replication", "replications", "replication"),
    *("done", "error", "error_reached", "fewest"),
    # summaries and differences
    *("rows", "mean", "standard_error", "pairs", "difference", "reference"),
    # winners and maps
    *("contender", "policy", "rank", "count", "winner", "runner_up", "winner_policy"),
    *("runner_up_policy", "margin", "low", "high", "good", "state", "level", "share", "paired"),
    *("best", "other", "own", "work", "span", "once"),
    # rankings and sensitivities
    *("group", "side", "within", "lower", "upper", "may_be_best", "compared_with"),
    *("probability_best", "probability_within", "axis", "index", "value", "parameter"),
)

# points that come twice are told apart by how often they came before
COPY = "_copy"


def design_points(design: Design, axes: Mapping[str, Axis], study: Study) -> pl.DataFrame:
    """Return the points of a design: a column for each axis, and those that labels stand for."""
    if design.kind == "points":
        if axes:
            raise InvalidInput(f"axes: got {', '.join(axes)}; must be left out for points")
        assert design.file is not None
        return _from_file(design.file, study)
    if not axes:
        raise InvalidInput("axes: got none; must be one or more")
    _check_axes(axes, study)
    if design.kind == "grid":
        return _grid(axes, study, design.bytes_a_number)
    if design.kind == "one-at-a-time":
        return _one_at_a_time(axes, study)
    return sampled_points(design.unit(len(axes)), axes, study.fields)


def _check_axes(axes: Mapping[str, Axis], study: Study) -> None:
    known = study.fields
    setters: dict[str, str] = {}
    for name, axis in axes.items():
        labelled = bool(axis.fields)
        if labelled and name in known:
            raise InvalidInput(f"axes.{name}: is a field's own name; labels need another")
        if labelled:
            _check_label(name, axes, study)
        named = axis.fields or [name]
        where = f"axes.{name}.levels." if labelled else "axes."
        reject_unknown(dict.fromkeys(named), known, where)
        for field in named:
            with within(where):
                kind = known[field]
            if field in setters:
                raise InvalidInput(f"axes.{name}: {field} varies already by {setters[field]}")
            setters[field] = name
            if isinstance(axis, Range) and not kind.ordered:
                raise InvalidInput(f"axes.{name}: got bounds; must be a list of levels")
            with within(where):
                if isinstance(axis, Range):
                    kind.series(field, [axis.low, axis.high])
                    study.check_levels(field, [axis.low, axis.high])
                else:
                    kind.series(field, axis.of_field(field))
                    study.check_levels(field, axis.of_field(field))


def _check_label(name: str, axes: Mapping[str, Axis], study: Study) -> None:
    """Raise where an axis of labels cannot be a column beside those of results and answers."""
    if not name.strip() or name.startswith("_") or not name.isprintable():
        raise InvalidInput(f"axes: got the name {shown(name)}; must be a word that can be a column")
    beside = {f"{axis}_{end}" for axis in axes for end in ("low", "high")}
    if (
        name in (*TAKEN, *study.columns, *beside)
        or name.startswith(("mean_", "se_", *PREFIXES))
        or re.fullmatch(r"q\d+", name)
    ):
        raise InvalidInput(f"axes.{name}: is a column of the results; labels need another name")


def _grid(axes: Mapping[str, Axis], study: Study, bytes_a_number: int) -> pl.DataFrame:
    listed = {name: _levels_of(name, axis, study, default=None) for name, axis in axes.items()}
    total = math.prod(map(len, listed.values()))
    if total > MOST_POINTS:
        raise InvalidInput(f"axes: a grid of {total:,} points; must be at most {MOST_POINTS:,}")
    columns_made = sum(max(1, len(axis.fields)) for axis in axes.values())
    check_memory("axes: points of the grid", total, total * columns_made * bytes_a_number)
    index = np.arange(total)
    columns: list[pl.Series] = []
    for name, values in reversed(listed.items()):
        columns = _columns(name, axes[name], values, index % len(values), study.fields) + columns
        index //= len(values)
    return pl.DataFrame(columns)


def _one_at_a_time(axes: Mapping[str, Axis], study: Study) -> pl.DataFrame:
    """Vary each axis in turn; the first point is the base."""
    listed = {name: _levels_of(name, axis, study, default=2) for name, axis in axes.items()}
    varied = ["base", *(name for name, values in listed.items() for _ in values)]
    columns = [pl.Series("varied", varied)]
    first = 1
    for name, axis in axes.items():
        values = listed[name]
        index = np.zeros(len(varied), np.int64)
        index[first : first + len(values)] = np.arange(len(values))
        # labels have no base of their own: the first of them stands for it
        if not axis.fields:
            if name not in study.base:
                raise InvalidInput(f"axes.{name}: has no single base value to vary from")
            index[first : first + len(values)] += 1
            values = [study.base[name], *values]
        first += len(listed[name])
        columns += _columns(name, axis, values, index, study.fields)
    return pl.DataFrame(columns)


def sampled_points(
    unit: npt.NDArray[np.float64], axes: Mapping[str, Axis], fields: Mapping[str, FieldKind]
) -> pl.DataFrame:
    """Return the points of a sample in the unit cube, (points, axes), in columns of ``fields``."""
    columns: list[pl.Series] = []
    for (name, axis), numbers in zip(axes.items(), unit.T, strict=True):
        if isinstance(axis, Levels):
            columns += _columns(name, axis, axis.listed, axis.at(numbers), fields)
        else:
            kind = fields[name]
            columns.append(kind.series(name, axis.at(numbers, is_whole=kind.is_whole)))
    return pl.DataFrame(columns)


def _levels_of(name: str, axis: Axis, study: Study, *, default: int | None) -> list[Any]:
    if isinstance(axis, Levels):
        return axis.listed
    count = axis.count or default
    if count is None:
        raise InvalidInput(f"axes.{name}.count: missing; must be how many levels the grid has")
    return axis.spaced(count, is_whole=study.fields[name].is_whole)


def _columns(
    name: str,
    axis: Axis,
    values: list[Any],
    index: npt.NDArray[np.int64],
    fields: Mapping[str, FieldKind],
) -> list[pl.Series]:
    """Return an axis' column, values picked by their index, and those that labels stand for."""
    if isinstance(axis, Range) or not axis.fields:
        return [fields[name].series(name, values)[index]]
    own = [fields[field].series(field, axis.of_field(field))[index] for field in axis.fields]
    return [pl.Series(name, values)[index], *own]


def _from_file(path: Path, study: Study) -> pl.DataFrame:
    """Read points; a value that is missing or outside its range spoils its own point alone."""
    if ending(path) not in ENDINGS:
        raise InvalidInput(f"file: got {path}; must end in .csv or .parquet")
    with within(f"file: {path}: "):
        frame = read_table(path)
    if frame.is_empty():
        raise InvalidInput(f"file: {path} has no points; must have one or more")
    with within(f"{path}: "):
        reject_unknown(dict.fromkeys(frame.columns), study.fields)
        return frame.select(_converted(column, study.fields[column.name]) for column in frame)


def _converted(column: pl.Series, kind: FieldKind) -> pl.Series:
    """Return a file's column in a field's type; raise for the first value that is not of it."""
    if column.null_count() == len(column):
        return column.clear(len(column)).cast(kind.column)
    if kind.ordered and column.dtype == pl.String:
        # a text among numbers makes texts of a whole column of a CSV file
        texts, column = column, column.cast(pl.Float64, strict=False)
        wrong = texts.filter(column.is_null() & texts.is_not_null())
        if len(wrong):
            raise kind.refusal(column.name, wrong[0])
    if kind.is_whole and column.dtype.is_float():
        # what some programs write for a missing whole number
        column = column.fill_nan(None)
    try:
        made = column.cast(kind.column) if _is_alike(column.dtype, kind.column) else None
    except pl.exceptions.PolarsError:
        made = None
    if made is None or (kind.is_whole and (made != column).any()):
        given = column.drop_nulls().to_list()
        wrong = next((value for value in given if not kind.fits(value)), given[0])
        raise kind.refusal(column.name, wrong)
    return made


def _is_alike(given: pl.DataType, wanted: pl.DataType) -> bool:
    if isinstance(wanted, pl.String):
        return given in (pl.String, pl.Categorical, pl.Enum)
    return given.is_nested() if isinstance(wanted, pl.Array) else given.is_numeric()


def numbered_copies(points: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return points with the column `COPY`: 0 where their ``names`` come first, then 1, 2, ..."""
    return points.with_columns(pl.int_range(pl.len()).over(names).alias(COPY))
