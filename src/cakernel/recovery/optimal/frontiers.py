"""`frontier`: what resources must be given up for higher states, and how far the paper's rules lie.

Weights on mean states are multipliers: whatever a policy's mean states x and y, its mean R is at
most the bound on R + w_x x + w_y y less these weights' worth, for every w_x and w_y.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import Amount, Seed, check_process, check_some
from cakernel.devices import Device, check_device
from cakernel.errors import Interrupted
from cakernel.recovery.engine import Progress
from cakernel.recovery.model import Model
from cakernel.recovery.optimal.bounds import upper_bounds
from cakernel.recovery.optimal.objective import Objective
from cakernel.recovery.optimal.phases import phases
from cakernel.recovery.optimal.scores import own_state_scores
from cakernel.recovery.optimal.trial import ReplicationsTwice, Trial
from cakernel.recovery.optimal.winners import CLOUD, CUTOFFS, place_of, winners
from cakernel.recovery.outcomes import OUTCOMES, error_over_scenarios
from cakernel.recovery.policy import POLICY, policies
from cakernel.recovery.scenario import ResourceScenario

WEIGHTS: Final = (0.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0)
"""On mean x and mean y alike, for the best rules."""
BETWEEN: Final = 3
"""Weights of bounds for each step between two of these: more make the bound tighter."""
CURVE: Final = np.linspace(0, 2, 81)
"""Mean states at which the curve of the bound is drawn."""


@dataclass(frozen=True)
class Frontier:
    """What `frontier` found.

    Attributes
    ----------
    points : polars.DataFrame
        One row a weight, the best rules of each scenario together (policies "best rules"), and one
        row for each of the paper's cloud policies: policies, weight (null for the paper's),
        supply_rule, cyber_rule, principle (null for the best rules), mean_x, mean_y, service (the
        mean of the two), mean_resources, se_resources, upper_bound (on mean R of any policy with
        these mean states or higher ones) and short (upper_bound - mean_resources).
    curve : polars.DataFrame
        The bound by service: service and upper_bound, on mean R of any policy whose mean of x and
        y is this or higher.

    Examples
    --------
    >>> import cakernel
    >>> found = cakernel.frontier(
    ...     cakernel.Model(chains=1, firms=2, periods=20),
    ...     scenarios=cakernel.paper_scenarios()[:1],
    ...     weights=[0, 40],
    ... )
    >>> found.points["policies"].value_counts(sort=True).rows()
    [('paper', 96), ('best rules', 2)]
    """

    points: pl.DataFrame
    curve: pl.DataFrame


@checked_arguments
def frontier(
    model: Model,
    *,
    scenarios: Sequence[ResourceScenario],
    weights: Sequence[Amount] = WEIGHTS,
    budgets: bool = False,
    replications: ReplicationsTwice = 512,
    seed: Seed = 1,
    threads: Threads | None = None,
    device: Device | None = None,
    progress: Progress | None = None,
) -> Frontier:
    """Trade mean resources against mean states, in the cloud, and bound what any policy reaches.

    Parameters
    ----------
    model : Model
        Grid, horizon, risks and conventions.
    scenarios : sequence of ResourceScenario
        At least one; means are over them, rules are chosen for each.
    weights : sequence of float
        What one state more of mean x, and of mean y, is worth; each gives a point of best rules
        of the own state with cutoffs.
    budgets : bool, default False
        Whether bounds keep the budgets of a few firms, too: tighter where states are high, and
        far longer to compute.
    replications : int, default 512
        Of each scenario, to choose by, and as many fresh ones to value.
    seed : int, default 1
        Key of the random numbers.
    threads : int, optional
        Threads to use; by default all.
    device : {"cpu", "gpu", "auto"}, optional
        Where policies are simulated; as in `cakernel.simulate`.
    progress : callable, optional
        Called with the steps done and to do.

    Returns
    -------
    Frontier

    Raises
    ------
    InvalidInput
        If an argument is outside its range, or an amount cannot be counted.
    Interrupted
        On Ctrl-C; holds the `Frontier` of the weights that were finished, the least first; their
        number is ``replications``.

    Examples
    --------
    >>> import cakernel
    >>> found = frontier(
    ...     cakernel.Model(chains=1, firms=2, periods=20),
    ...     scenarios=cakernel.paper_scenarios()[:1],
    ...     weights=[0, 40],
    ... )
    >>> rows = found.points.filter(policies="best rules")
    >>> bool(rows["service"][1] > rows["service"][0])
    True
    """
    check_process()
    check_device(device)
    check_some(scenarios=scenarios, weights=weights)
    steps = sorted(set(weights))
    phase = phases(progress, 1 + 2 * len(steps))
    of_paper = [policy for policy in policies() if place_of(policy) == CLOUD]
    plain = Trial(model, Objective(), replications, seed, threads, device)
    parts: list[pl.DataFrame] = []
    bounds: list[tuple[float, ...]] = []
    try:
        simulated = plain.rows(of_paper, scenarios, fresh=True, progress=phase())
        parts.append(_means(simulated, [*POLICY]).with_columns(policies=pl.lit("paper")))
        for weight, more in zip(steps, _finer(steps), strict=True):
            told = phase()
            for n, finer in enumerate(more):
                objective = Objective(operational_weight=finer, intangibles_weight=finer)
                rows = upper_bounds(
                    model,
                    scenarios=scenarios,
                    objective=objective,
                    budgets=budgets,
                    threads=threads,
                )
                means = rows.select(
                    pl.col("initial_resources", "operational", "intangibles").mean()
                )
                bounds.append((finer, *means.row(0)))
                told(n + 1, len(more))
            objective = Objective(operational_weight=weight, intangibles_weight=weight)
            trial = Trial(model, objective, replications, seed, threads, device)
            best = _means(_best_rules(trial, scenarios, phase()), [])
            parts.append(best.with_columns(pl.lit("best rules").alias("policies"), weight=weight))
    except KeyboardInterrupt:
        finished = max(0, len(parts) - 1)
        raise Interrupted(_frontier(parts, bounds) if finished else None, finished) from None
    return _frontier(parts, bounds)


def _frontier(parts: list[pl.DataFrame], bounds: list[tuple[float, ...]]) -> Frontier:
    """Bound the points of ``parts`` by what was bounded at some weights; more are tighter."""
    table = np.array(bounds)
    points = pl.concat(parts, how="diagonal").with_columns(
        service=(pl.col("mean_x") + pl.col("mean_y")) / 2
    )
    limit = [_bound(table, x, y) for x, y in points.select("mean_x", "mean_y").iter_rows()]
    points = points.with_columns(pl.Series("upper_bound", limit)).with_columns(
        short=pl.col("upper_bound") - pl.col("mean_resources")
    )
    order = ["policies", "weight", *POLICY, *OUTCOMES[:2], "service", OUTCOMES[2], "se_resources"]
    curve = [(s, float((table[:, 1:].sum(axis=1) - 2 * table[:, 0] * s).min())) for s in CURVE]
    return Frontier(
        points.select(*order, "upper_bound", "short"),
        pl.DataFrame(curve, schema=["service", "upper_bound"], orient="row"),
    )


def _best_rules(
    trial: Trial, scenarios: Sequence[ResourceScenario], told: Progress
) -> pl.DataFrame:
    """Return one row a scenario: the best rule of the own state with cutoffs, on fresh draws."""
    scores = own_state_scores(
        trial.model, scenarios=scenarios, objective=trial.objective, threads=trial.threads
    )
    parts = []
    for number, (scenario, scored) in enumerate(
        zip(scenarios, scores.partition_by("scenario", maintain_order=True), strict=True)
    ):
        best = winners(trial, scenario, number, scored, [CUTOFFS], False)[CUTOFFS]
        parts.append(trial.rows([best], [scenario], first_scenario=number, fresh=True))
        told(number + 1, len(scenarios))
    return pl.concat(parts)


def _means(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return means over scenarios, of each value of ``by`` or of all rows."""
    means = [
        pl.col(OUTCOMES).mean(),
        error_over_scenarios("se_resources").alias("se_resources"),
    ]
    return rows.group_by(by, maintain_order=True).agg(means) if by else rows.select(means)


def _finer(weights: list[float]) -> list[list[float]]:
    """Return for each weight itself and some between it and the next."""
    found = []
    for low, high in zip(weights, [*weights[1:], weights[-1]], strict=True):
        found.append(
            [low + (high - low) * n / BETWEEN for n in range(BETWEEN if high > low else 1)]
        )
    return found


def _bound(table: npt.NDArray[np.float64], x: float, y: float) -> float:
    """Return the bound on mean R where mean states are ``x`` and ``y``.

    ``table`` (weights, 4): weight, initial resources, and the bounds on what either side earns at
    this weight; the sides part, so each has the weight that is best for it.
    """
    weights, initial, operational, intangibles = table.T
    least: Any = initial[0] + (operational - weights * x).min() + (intangibles - weights * y).min()
    return float(least)
