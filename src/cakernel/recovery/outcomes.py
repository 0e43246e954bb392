"""Outcomes of a run: their moments over replications, and tables of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.recovery.kernel.sums import LIMBS, RESOURCES, TOTAL_LIMBS, VALUE, Sums
from cakernel.recovery.kernel_arrays import Batch
from cakernel.recovery.model import Model
from cakernel.recovery.policy import POLICY, Policy, names_of
from cakernel.recovery.scenario import ResourceScenario

# in the order of arrays of outcomes and of columns
NAMES: Final = ("x", "y", "resources")
OUTCOMES: Final = tuple(f"mean_{name}" for name in NAMES)
# the last one only where scenarios have terminal values
ALL_NAMES: Final = (*NAMES, "value")

Numbers = npt.NDArray[np.float64]


class Units(NamedTuple):
    """What resources of each scenario are counted in, as a `Batch` says it."""

    position: npt.NDArray[np.int64]
    denominator: npt.NDArray[np.int64]
    times: npt.NDArray[np.int64]
    value_denominator: npt.NDArray[np.int64]
    valued: bool


class Extent(NamedTuple):
    """How many firms and periods there are; periods may be an array, of each point."""

    chains: int
    firms: int
    periods: Any


@dataclass(frozen=True)
class Moments:
    """Sums over the finished replications of each outcome, policy and scenario.

    Outcomes are the sums of x and y over firms and periods, and over firms of final R and, where it
    was asked for, of R with what final states are worth, in the user's units. ``pivot`` is the
    first replication's outcome; ``total`` and ``squares`` are the sums of differences from it and
    of their squares, float64 (outcomes, policies, scenarios). Where every replication is kept,
    there are none of these but ``each``, float64 (outcomes, policies, scenarios, replications).
    """

    finished: int
    pivot: Numbers
    total: Numbers
    squares: Numbers
    each: Numbers

    @classmethod
    def of(cls, sums: Sums, batch: Batch | Units, finished: int) -> "Moments":
        """Return the moments of the first ``finished`` replications, which were summed."""
        shape = (sums.outcomes, sums.policies, sums.places)
        times = np.ones((sums.outcomes, 1, sums.places), np.int64)
        unit = np.ones(times.shape)
        times[RESOURCES, :, batch.position] = batch.times[:, None]
        unit[RESOURCES, :, batch.position] = 1 / batch.denominator[:, None]
        if batch.valued:
            unit[VALUE, :, batch.position] = 1 / batch.value_denominator[:, None]
        if sums.each.size:
            kept = sums.each.reshape(*shape, sums.replications)[..., :finished]
            each = kept // times[..., None] * unit[..., None]
            none = np.empty(0)
            return cls(finished, none, none, none, each)
        first = sums.first.reshape(shape)
        limbs = sums.limbs.reshape(*shape, LIMBS)
        pivot, total, squares = np.empty((3, *shape))
        for n in range(sums.outcomes):
            numbers = _differences(first[n], limbs[n], finished, times[n])
            for moment, number, power in zip(
                (pivot, total, squares), numbers, (1, 1, 2), strict=True
            ):
                moment[n] = number
                moment[n] *= unit[n] ** power
        return cls(finished, pivot, total, squares, np.empty(0))

    @property
    def mean(self) -> Numbers:
        """Means over replications."""
        return self.pivot + self.total / self.finished

    @property
    def variance(self) -> Numbers:
        """Sample variances over replications; there must be two or more."""
        centered = self.squares - self.total**2 / self.finished
        return np.maximum(centered, 0) / (self.finished - 1)


def _differences(
    first: npt.NDArray[np.int64], limbs: npt.NDArray[np.uint64], count: int,
    times: npt.NDArray[np.int64],
) -> tuple[Numbers, Numbers, Numbers]:  # fmt: skip
    """Return one outcome's first values, and sums of differences from them and of their squares.

    They are exact before they become float64: outcomes are multiples of ``times``.
    """
    # the largest of each limb; a limb that is 0 throughout is passed over
    tops = [int(limbs[..., n].max()) for n in range(LIMBS)]
    largest = sum(top << (32 * n) for n, top in enumerate(tops[TOTAL_LIMBS:]))
    # as float64 whole numbers to 2^53 are exact, and fastest; where int64 overflows, Python's are
    kind: type = np.int64 if largest * count < 2**60 else object
    kind = np.float64 if largest * count < 2**52 else kind
    divided = np.divide if kind is np.float64 else np.floor_divide

    def number(begin: int, end: int) -> npt.NDArray[Any]:
        value: npt.NDArray[Any] = limbs[..., begin].astype(kind)
        for n in range(begin + 1, end):
            if tops[n]:
                value += limbs[..., n].astype(kind) * 2 ** (32 * (n - begin))
        return value

    pivot: npt.NDArray[Any] = first.astype(kind)
    total, squares = number(0, TOTAL_LIMBS), number(TOTAL_LIMBS, LIMBS)
    of_pivots = count * pivot
    squares -= pivot * (2 * total - of_pivots)
    total -= of_pivots
    if (times > 1).any():
        quantum: npt.NDArray[Any] = times.astype(kind)
        for moment, power in ((pivot, 1), (total, 1), (squares, 2)):
            divided(moment, quantum**power, out=moment)
    return pivot, total, squares


def error_over_scenarios(errors: str | pl.Expr) -> pl.Expr:
    """Return the standard error of a mean over scenarios, by those of each.

    Scenarios meet independent disruptions, so variances of their means add.
    """
    each = pl.col(errors) if isinstance(errors, str) else errors
    return each.pow(2).sum().sqrt() / pl.len()


def over_scenarios(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a policy: means over scenarios, which are given, not sampled.

    ``rows`` is one row a policy and scenario, as of `by_scenario`.
    """
    known = pl.col("replications").first() > 1
    names = names_in(rows.columns)
    errors = (pl.when(known).then(error_over_scenarios(f"se_{n}")) for n in names)
    first = pl.col("scenario") == 0
    means = (
        rows.drop(POLICY)
        .with_columns(policy=first.cum_sum())
        .group_by("policy", maintain_order=True)
        .agg(
            *(pl.col(f"mean_{name}").mean() for name in names),
            *(error.alias(f"se_{name}") for error, name in zip(errors, names, strict=True)),
            pl.col("replications").first(),
        )
    )
    # texts are slower to group than numbers
    return rows.filter(first).select(POLICY).hstack(means.drop("policy"))


def by_scenario(
    moments: Moments, model: Model | Extent, policies: Sequence[Policy]
) -> pl.DataFrame:
    """Return one row a policy and scenario: means and standard errors over replications."""
    finished, scenarios = moments.finished, moments.total.shape[2]
    frame = labels(policies, scenarios).with_columns(
        pl.Series("scenario", np.tile(np.arange(scenarios), len(policies)))
    )
    names = ALL_NAMES[: len(moments.total)]
    sizes = divisors(model)
    mean = moments.mean
    means = [pl.Series(f"mean_{name}", mean[n].ravel() / sizes[n]) for n, name in enumerate(names)]
    if finished > 1:
        of_mean = np.sqrt(moments.variance / finished)
        errors = [
            pl.Series(f"se_{name}", of_mean[n].ravel() / sizes[n]) for n, name in enumerate(names)
        ]
    else:
        errors = [pl.Series(f"se_{name}", [None] * frame.height, pl.Float64) for name in names]
    return frame.with_columns(*means, *errors, pl.lit(finished, pl.Int64).alias("replications"))


def by_replication(
    moments: Moments, model: Model | Extent, policies: Sequence[Policy], first_replication: int
) -> pl.DataFrame:
    """Return one row a policy, scenario and replication."""
    finished, scenarios = moments.finished, moments.each.shape[2]
    numbers = np.arange(first_replication, first_replication + finished)
    sizes = divisors(model)
    return labels(policies, scenarios * finished).with_columns(
        pl.Series("scenario", np.tile(np.repeat(np.arange(scenarios), finished), len(policies))),
        pl.Series("replication", np.tile(numbers, len(policies) * scenarios)),
        *(
            pl.Series(f"mean_{name}", moments.each[n, ..., :finished].ravel() / sizes[n])
            for n, name in enumerate(ALL_NAMES[: len(moments.each)])
        ),
    )


def labels(policies: Sequence[Policy], rows_each: int) -> pl.DataFrame:
    """Return the names of each policy, repeated."""
    names = pl.DataFrame([names_of(policy) for policy in policies])
    # gathered by polars: made from NumPy text they took as long as a short simulation
    return names[np.repeat(np.arange(len(policies)), rows_each)]


def names_of_outcomes(scenarios: Sequence[ResourceScenario]) -> tuple[str, ...]:
    """Return the outcomes that results with some scenarios have."""
    return ALL_NAMES if any(scenario.valued for scenario in scenarios) else NAMES


def names_in(columns: Sequence[str]) -> list[str]:
    """Return the outcomes that results with these columns have."""
    return [name for name in ALL_NAMES if f"mean_{name}" in columns]


def divisors(model: Model | Extent) -> tuple[Any, Any, int, int]:
    """Return what the sums of x, y, R and value are divided by."""
    firms = model.chains * model.firms
    return firms * model.periods, firms * model.periods, firms, firms
