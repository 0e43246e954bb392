"""Whether a peer's means are the model's: its time counts only if they are."""

from dataclasses import dataclass

import lanes
import polars as pl
from work import NAMES, Work

import cakernel as ck

# combined standard errors that a mean may be off
ALLOWED = 5.0
# standard errors are taken to be at least this (y is 1 throughout under CRD-0), in x, y or R; six
# printed digits are within it
FLOOR = 1e-5
# of peers that make cakernel's very draws: one unit of the last printed digit
SAME = 1e-6
# pairs of scenario and replication in a reference, and replications of a scenario at most
PAIRS, REPLICATIONS = 28_800, 500


class Disagreement(Exception):
    """A peer's means are not the model's."""


@dataclass(frozen=True)
class Agreement:
    """Largest deviation: in combined standard errors (None if draws are the same), and as it is."""

    standard_errors: float | None
    difference: float

    def __str__(self) -> str:
        if self.standard_errors is None:
            return "same draws, equal"
        return f"{self.standard_errors:.1f} se"


def reference(work: Work) -> pl.DataFrame:
    """Return cakernel's means and standard errors for the same work, from other draws."""
    return ck.simulate(
        work.model,
        policies=work.policies,
        scenarios=work.scenarios,
        replications=min(REPLICATIONS, PAIRS // len(work.scenarios)),
        seed=work.seed + 1,
        threads=work.threads,
        device="cpu",
    )


def check(work: Work, means: pl.DataFrame, expected: pl.DataFrame) -> Agreement:
    """Compare a peer's means with a `reference`.

    A replication's spread is taken from the reference, which has more of them: a standard error of
    s with m replications is s * sqrt(m / n) with n.

    Raises
    ------
    Disagreement
        If a mean is off by more than ``ALLOWED`` combined standard errors.
    """
    ratio = expected["replications"] / work.replications
    worst, difference = 0.0, 0.0
    for name in NAMES:
        off = (means[name] - expected[name]).abs()
        error = expected[name.replace("mean", "se")] * (1 + ratio).sqrt()
        in_errors = (off / error.clip(FLOOR, None)).fill_nan(float("inf"))
        n = in_errors.arg_max()
        if in_errors[n] > ALLOWED:
            raise Disagreement(
                f"{work.policies[n]}: {name} {means[name][n]:.5f}, cakernel "
                f"{expected[name][n]:.5f}, {in_errors[n]:.1f} standard errors off"
            )
        worst, difference = max(worst, in_errors[n]), max(difference, off.max())
    return Agreement(worst, difference)


def check_same(work: Work, means: pl.DataFrame) -> Agreement:
    """Compare the means of a peer that makes cakernel's draws with those of cakernel's own run.

    Raises
    ------
    Disagreement
        If a mean is off by more than ``SAME``.
    """
    expected = lanes.run(work)
    off = [(means[name] - expected[name]).abs().fill_nan(float("inf")) for name in NAMES]
    difference = max(one.max() for one in off)
    if difference > SAME:
        raise Disagreement(f"means are off by {difference} from the same draws")
    return Agreement(None, difference)
