"""The sample behind a sweep's points: which point is which row of a Saltelli or Morris design."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.sweep.axis import Axis, Levels, axis_of
from cakernel.sweep.design import Design
from cakernel.sweep.results import SweepResults

Numbers = npt.NDArray[np.float64]


class Sampled(NamedTuple):
    """Blocks (or trajectories) of a design, those without a hole.

    ``unit``, (blocks, size, axes), lies in the unit cube; ``values`` and ``variances``, (blocks,
    size), are the outcome and the square of its standard error. ``dropped`` blocks had a hole.
    """

    design: Design
    axes: list[str]
    unit: Numbers
    values: Numbers
    variances: Numbers
    dropped: int


def sampled(results: SweepResults, outcome: pl.DataFrame) -> Sampled:
    """Return the outcome, of columns point, value and error, as the design has it.

    A block with a point that is impossible, without an outcome or not there yet is left out whole.

    Raises
    ------
    InvalidInput
        If the design serves no indices, its points are not those sampled, or too few are there.
    """
    described = results.manifest["sweep"]
    kind = described["design"]["kind"]
    if kind not in ("saltelli", "morris"):
        raise InvalidInput(f"design: got {kind}; must be saltelli or morris for indices")
    design = Design(**described["design"])
    axes = {name: described_axis(name, given) for name, given in described["axes"].items()}
    unit = design.unit(len(axes))
    points = _points_of(unit, axes, results.points)
    found = points.join(outcome, on="point", how="left", maintain_order="left")
    size = len(axes) + 1
    if kind == "saltelli":
        size = (2 if design.second_order else 1) * len(axes) + 2
    values = found["value"].fill_null(np.nan).to_numpy().reshape(-1, size)
    errors = found["error"].fill_null(0.0).to_numpy().reshape(-1, size)
    whole = np.isfinite(values).all(axis=1)
    if whole.sum() < 2:
        raise InvalidInput(
            f"design: {whole.sum()} of its {len(whole)} blocks are whole; must be 2 or more: "
            "others have points that are impossible, without an outcome or not there yet"
        )
    return Sampled(
        design=design,
        axes=list(axes),
        unit=unit.reshape(-1, size, len(axes))[whole],
        values=values[whole],
        variances=errors[whole] ** 2,
        dropped=int((~whole).sum()),
    )


def described_axis(name: str, given: Any) -> Axis:
    """Return an axis from what a manifest has of it."""
    if isinstance(given, Mapping) and all(isinstance(each, Mapping) for each in given.values()):
        return Levels(given)
    return axis_of(name, given)


def _points_of(unit: Numbers, axes: Mapping[str, Axis], points: pl.DataFrame) -> pl.DataFrame:
    """Return the ``point`` of each row of the sample."""
    names = list(axes)
    columns = []
    for (name, axis), places in zip(axes.items(), unit.T, strict=True):
        kind = points.schema[name]
        if isinstance(axis, Levels):
            levels = pl.Series(name, axis.listed, strict=False).cast(kind)
            columns.append(levels[axis.at(places)])
        else:
            drawn = axis.at(places, is_whole=kind.is_integer())
            columns.append(pl.Series(name, drawn).cast(kind))
    # points that come twice are told apart by how often they came before
    time = pl.int_range(pl.len()).over(names).alias("time")
    wanted = pl.DataFrame(columns).with_columns(time)
    there = points.with_columns(time).select("point", *names, "time")
    found = wanted.join(there, on=[*names, "time"], how="left", maintain_order="left")
    if found.height != points.height or found["point"].null_count():
        raise InvalidInput(
            "design: its points are not those that the installed SALib samples; analyse it with "
            "the version that made it"
        )
    return found.select("point")
