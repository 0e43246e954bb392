"""Points of the recovery model that share a grid, run as one experiment."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.recovery.engine import Experiment, calls, kernel_threads, plans_of
from cakernel.recovery.kernel.moments import add_over_scenarios, mean_and_error
from cakernel.recovery.kernel_arrays import Instance, batches_of, grid_of, policies_of
from cakernel.recovery.model import Model
from cakernel.recovery.outcomes import NAMES, divisors
from cakernel.recovery.policy import Policy
from cakernel.recovery.scenario import ResourceScenario

Numbers = npt.NDArray[np.float64]


class Point(NamedTuple):
    """A point that can be run: where it stands among the points given, and what it runs."""

    place: int
    number: int
    model: Model
    scenarios: Sequence[ResourceScenario]
    first_scenario: int
    policies: Sequence[Policy]
    first_replication: int
    replications: int

    @property
    def together(self) -> tuple[Any, ...]:
        """What the points of one call of the kernel have in common."""
        return (
            # horizons may differ
            grid_of(self.model)._replace(periods=0),
            # equal lists of policies are the same list
            id(self.policies),
            self.first_replication,
            self.replications,
            len(self.scenarios),
        )


def rows_of(points: Sequence[Point], *, seed: int, threads: int, single: bool) -> pl.DataFrame:
    """Run points that are ``together``: a row a policy, or a ``single`` replication of one."""
    outcomes = _outcomes(points, seed=seed, threads=threads)
    each = points[0].replications if single else 1
    chosen = points[0].policies
    repeats = len(chosen) * each
    names = pl.DataFrame([names_of(policy) for policy in chosen])
    labels = names[np.tile(np.repeat(np.arange(len(chosen)), each), len(points))]
    numbers = _single(points, outcomes) if single else _folded(points[0], outcomes)
    return labels.with_columns(
        pl.Series("place", np.repeat([point.place for point in points], repeats)),
        pl.Series("point", np.repeat([point.number for point in points], repeats)),
        **numbers,
    )


def names_of(policy: Policy) -> dict[str, str]:
    """Return a policy's columns."""
    return {
        "supply_rule": policy.supply_rule.name,
        "cyber_rule": policy.cyber_rule.name,
        "principle": policy.principle,
    }


def _outcomes(points: Sequence[Point], *, seed: int, threads: int) -> Numbers:
    """Return outcomes averaged over scenarios, (3, policies, points, replications)."""
    shared = points[0]
    scenarios = len(shared.scenarios)
    experiment = Experiment(
        grid=grid_of(max((point.model for point in points), key=lambda model: model.periods)),
        seed=seed,
        policies=policies_of(shared.policies),
        batches=batches_of(
            [
                Instance(point.model, scenario, point.first_scenario + n)
                for point in points
                for n, scenario in enumerate(point.scenarios)
            ]
        ),
        first_replication=shared.first_replication,
        replications=shared.replications,
        threads=threads,
    )
    sums = np.zeros((3, len(shared.policies), len(points), shared.replications))
    span = slice(0, shared.replications)
    with kernel_threads(threads):
        for batch, rows, items, chosen in calls(experiment, plans_of(experiment), span):
            one = np.ones_like(batch.denominator)
            owner = batch.position // scenarios
            for n, (values, denominator) in enumerate(
                ((rows.x, one), (rows.y, one), (rows.resources, batch.denominator))
            ):
                add_over_scenarios(
                    sums[n, chosen], values, denominator, owner, items.start, shared.replications
                )
    sizes = np.array([divisors(point.model) for point in points], np.float64)
    for n in range(3):
        sums[n] /= sizes[:, n, None] * scenarios
    return sums


def _single(points: Sequence[Point], outcomes: Numbers) -> dict[str, pl.Series]:
    """Return a column of replications and one of each outcome."""
    shared = points[0]
    span = np.arange(shared.replications) + shared.first_replication
    numbers = {"replication": pl.Series(np.tile(span, len(points) * len(shared.policies)))}
    for name, values in zip(NAMES, outcomes, strict=True):
        numbers[f"mean_{name}"] = pl.Series(values.swapaxes(0, 1).ravel())
    return numbers


def _folded(shared: Point, outcomes: Numbers) -> dict[str, pl.Series | pl.Expr]:
    """Return columns of means and standard errors over replications."""
    means: dict[str, pl.Series | pl.Expr] = {}
    errors: dict[str, pl.Series | pl.Expr] = {}
    for name, values in zip(NAMES, outcomes, strict=True):
        mean, error = np.empty(values.shape[:2]), np.empty(values.shape[:2])
        mean_and_error(values, mean, error)
        means[f"mean_{name}"] = pl.Series(mean.T.ravel())
        known = shared.replications > 1
        errors[f"se_{name}"] = pl.Series(error.T.ravel()) if known else pl.lit(None, pl.Float64)
    return {
        **means,
        **errors,
        "first_replication": pl.lit(shared.first_replication, pl.Int64),
        "replications": pl.lit(shared.replications, pl.Int64),
    }
