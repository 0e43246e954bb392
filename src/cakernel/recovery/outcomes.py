"""Outcomes of a run: their moments over replications, and tables of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.recovery.kernel.arguments import Sums
from cakernel.recovery.kernel.moments import add_items
from cakernel.recovery.kernel_arrays import Batch
from cakernel.recovery.model import Model
from cakernel.recovery.policy import POLICY, Policy, names_of

# in the order of arrays of outcomes and of columns
NAMES: Final = ("x", "y", "resources")
OUTCOMES: Final = tuple(f"mean_{name}" for name in NAMES)
# the leading outcome first
OUTCOME_WORDS: Final = {
    "resources": "mean resources R at the end",
    "x": "mean operational state x",
    "y": "mean intangibles state y",
}

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """Sums over the finished replications of each outcome, policy and scenario.

    Outcomes are the sums of x and y over firms and periods, and of final R over firms. ``pivot`` is
    the first replication's outcome; ``total`` and ``squares`` are the sums of differences from it
    and of their squares, float64 (3, policies, scenarios). ``each``, if kept, holds every
    replication, (3, policies, scenarios, replications).
    """

    finished: int
    pivot: Numbers
    total: Numbers
    squares: Numbers
    each: Numbers | None

    @classmethod
    def empty(cls, policies: int, scenarios: int, *, each: int | None) -> "Moments":
        """Return the moments of no replications; ``each`` is how many will be kept, if any."""
        shape = (len(NAMES), policies, scenarios)
        kept = None if each is None else np.zeros((*shape, each))
        return cls(0, np.zeros(shape), np.zeros(shape), np.zeros(shape), kept)

    def extended_to(self, finished: int) -> "Moments":
        """Return a copy for replications up to ``finished``, which are to be added."""
        sums = self.pivot.copy(), self.total.copy(), self.squares.copy()
        return Moments(finished, *sums, self.each)

    def add(
        self, sums: Sums, batch: Batch, replications: slice, items: slice, chosen: slice
    ) -> None:
        """Add a call's sums at the policies and scenarios that they belong to."""
        count = replications.stop - replications.start
        one = np.ones_like(batch.scale)
        scaled = ((sums.x, one), (sums.y, one), (sums.resources, batch.scale))
        for n, (values, scale) in enumerate(scaled):
            add_items(
                self.pivot[n, chosen],
                self.total[n, chosen],
                self.squares[n, chosen],
                values,
                scale,
                items.start,
                count,
                batch.position,
                replications.start == 0,
            )
            if self.each is not None:
                item = np.arange(items.start, items.stop)
                scenario = item // count
                places = (chosen, batch.position[scenario], replications.start + item % count)
                self.each[n][places] = values * scale[scenario]

    @property
    def mean(self) -> Numbers:
        """Means over replications."""
        return self.pivot + self.total / self.finished

    @property
    def variance(self) -> Numbers:
        """Sample variances over replications; there must be two or more."""
        centered = self.squares - self.total**2 / self.finished
        return np.maximum(centered, 0) / (self.finished - 1)


def over_scenarios(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a policy: means over scenarios, which are given, not sampled.

    ``rows`` is one row a policy and scenario, as of `by_scenario`.
    """
    # scenarios meet independent disruptions, so variances of their means add
    known = pl.col("replications").first() > 1
    errors = (pl.when(known).then(pl.col(f"se_{n}").pow(2).sum().sqrt() / pl.len()) for n in NAMES)
    return (
        rows.with_columns(policy=(pl.col("scenario") == 0).cum_sum())
        .group_by("policy", maintain_order=True)
        .agg(
            pl.col(POLICY).first(),
            pl.col(OUTCOMES).mean(),
            *(error.alias(f"se_{name}") for error, name in zip(errors, NAMES, strict=True)),
            pl.col("replications").first(),
        )
        .drop("policy")
    )


def by_scenario(moments: Moments, model: Model, policies: Sequence[Policy]) -> pl.DataFrame:
    """Return one row a policy and scenario: means and standard errors over replications."""
    finished, scenarios = moments.finished, moments.total.shape[2]
    frame = labels(policies, scenarios).with_columns(
        pl.Series("scenario", np.tile(np.arange(scenarios), len(policies)))
    )
    sizes = divisors(model)
    means = [pl.Series(name, moments.mean[n].ravel() / sizes[n]) for n, name in enumerate(OUTCOMES)]
    errors = [
        pl.Series(f"se_{name}", np.sqrt(moments.variance[n].ravel() / finished) / sizes[n])
        if finished > 1
        else pl.Series(f"se_{name}", [None] * frame.height, pl.Float64)
        for n, name in enumerate(NAMES)
    ]
    return frame.with_columns(*means, *errors, pl.lit(finished, pl.Int64).alias("replications"))


def by_replication(
    moments: Moments, model: Model, policies: Sequence[Policy], first_replication: int
) -> pl.DataFrame:
    """Return one row a policy, scenario and replication."""
    assert moments.each is not None
    finished, scenarios = moments.finished, moments.total.shape[2]
    numbers = np.arange(first_replication, first_replication + finished)
    sizes = divisors(model)
    return labels(policies, scenarios * finished).with_columns(
        pl.Series("scenario", np.tile(np.repeat(np.arange(scenarios), finished), len(policies))),
        pl.Series("replication", np.tile(numbers, len(policies) * scenarios)),
        *(
            pl.Series(name, moments.each[n, ..., :finished].ravel() / sizes[n])
            for n, name in enumerate(OUTCOMES)
        ),
    )


def labels(policies: Sequence[Policy], rows_each: int) -> pl.DataFrame:
    """Return the names of each policy, repeated."""
    names = pl.DataFrame([names_of(policy) for policy in policies])
    # gathered by polars: made from NumPy text they took as long as a short simulation
    return names[np.repeat(np.arange(len(policies)), rows_each)]


def divisors(model: Model) -> tuple[int, int, int]:
    """Return what the sums of x, y and R are divided by."""
    firms = model.chains * model.firms
    return firms * model.periods, firms * model.periods, firms
