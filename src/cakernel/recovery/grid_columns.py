"""Points of a grid as arrays: their checks, risks and amounts, of all points at once."""

from typing import Any, Literal, get_args, get_origin

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.checks import MOST_AMOUNT, Whole
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE
from cakernel.recovery.kernel_arrays import RISKS
from cakernel.recovery.model import MAX_FIRM_PERIODS, Model
from cakernel.recovery.quantum import AMOUNT_NAMES, Counted, amounts_of, count_amounts
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.study_points import AMOUNTS, Asked

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SIZE = ("chains", "firms", "periods")
# scenarios that are counted at a time: their arrays fit a processor's cache
COUNTED_AT_ONCE = 1 << 13


def plainly_right(model: Model, points: pl.DataFrame, scenarios: int) -> Mask:
    """Say which points surely have values that `Model` and `ResourceScenario` take.

    The others are for these classes, which say what is wrong.
    """
    fine = np.ones(points.height, np.bool_)
    for column in points:
        name = column.name
        if name in Model.model_fields:
            fine &= _taken(name, column)
        elif name == "scenario":
            fine &= _between(column, 0, scenarios - 1)
        elif name in AMOUNTS:
            fine &= _between(column, 0, MOST_AMOUNT)
        elif name in ResourceScenario.model_fields:
            for n in range(AMOUNTS_A_SIDE):
                fine &= _between(column.arr.get(n), 0, MOST_AMOUNT)
    supply_severe, supply_mild, cyber_severe, cyber_mild = risks_at(model, points).T
    fine &= (supply_severe + supply_mild <= 1) & (cyber_severe + cyber_mild <= 1)
    size = [numbers_at(model, points, name) for name in SIZE]
    fine &= np.prod(size, axis=0) <= MAX_FIRM_PERIODS
    return fine


def _taken(name: str, column: pl.Series) -> Mask:
    """Say which values of a column a field of the model takes by its range."""
    field = Model.model_fields[name]
    if get_origin(field.annotation) is Literal:
        return _surely(column.is_in(get_args(field.annotation)))
    # nothing is plain of a field without bounds
    low, high = np.inf, -np.inf
    for item in field.metadata:
        if isinstance(item, Whole):
            low, high = item.low, item.high
        low, high = getattr(item, "ge", low), getattr(item, "le", high)
    return _between(column, low, high)


def _between(column: pl.Series, low: float, high: float) -> Mask:
    return _surely(column.is_between(low, high))


def _surely(answers: pl.Series) -> Mask:
    answered: Mask = answers.fill_null(False).to_numpy()
    return answered


def numbers_at(model: Model, points: pl.DataFrame, name: str) -> Numbers:
    """Return a number of the model at each point, float64 (points,); nan where it is missing."""
    if name in points.columns:
        column: Numbers = points[name].cast(pl.Float64).to_numpy()
        return column
    return np.full(points.height, getattr(model, name), np.float64)


def risks_at(model: Model, points: pl.DataFrame) -> Numbers:
    """Return the probabilities at each point: (points, 4)."""
    return np.stack([numbers_at(model, points, name) for name in RISKS], axis=1)


def counted_at(model: Model, points: pl.DataFrame, asked: Asked) -> tuple[Counted, Mask]:
    """Count the amounts of points that can be, and say at which ones they cannot be counted.

    Those of each point's scenarios come one after the other.
    """
    base, each = amounts_of(asked.scenarios), asked.scenarios_of_point(points)
    if not any(name in points.columns for name in _COUNTED):
        # alike at all points
        counted, refused = _counted(model, points[:1], base)
        place = np.tile(np.arange(each), points.height)
        return counted.of(place), np.repeat(refused, points.height)
    step = max(1, COUNTED_AT_ONCE // each)
    starts = range(0, max(1, points.height), step)
    parts, refusals = zip(
        *(_counted(model, points[n : n + step], base) for n in starts), strict=True
    )
    counted = Counted(*map(np.concatenate, zip(*parts, strict=True)))
    return counted, np.concatenate(refusals)


# what amounts in whole quanta, and the most that firms can have, depend on
_COUNTED = (
    *("scenario", *SIZE, "initial_resources"),
    *ResourceScenario.model_fields,
    *AMOUNTS,
)


def _counted(model: Model, points: pl.DataFrame, base: Numbers) -> tuple[Counted, Mask]:
    amounts = _amounts_at(model, points, base)
    each = amounts.shape[1]
    chains, firms, periods = (numbers_at(model, points, name).astype(np.int64) for name in SIZE)
    counted, refused = count_amounts(
        amounts.reshape(-1, amounts.shape[2]), np.repeat(chains * firms, each),
        np.repeat(periods, each),
    )  # fmt: skip
    return counted, np.any(refused.reshape(-1, each), axis=1)


def _amounts_at(model: Model, points: pl.DataFrame, base: Numbers) -> Numbers:
    """Return all amounts of each point's scenarios: (points, scenarios, 19)."""
    chosen: Any = base
    if "scenario" in points.columns:
        chosen = base[points["scenario"].to_numpy(), None]
    amounts = np.empty((points.height, chosen.shape[-2], 1 + base.shape[1]))
    amounts[..., 0] = numbers_at(model, points, "initial_resources")[:, None]
    amounts[..., 1:] = chosen
    for name in ResourceScenario.model_fields:
        for n in range(AMOUNTS_A_SIDE if name in points.columns else 0):
            # terminal values that are not given are 0
            values = points[name].arr.get(n).fill_null(0)
            amounts[..., AMOUNT_NAMES.index(name) + n] = values.to_numpy()[:, None]
    for name, (field, n) in AMOUNTS.items():
        if name in points.columns:
            amounts[..., AMOUNT_NAMES.index(field) + n] = points[name].to_numpy()[:, None]
    return amounts
