"""`optimal`: the best recovery found for each scenario, and the proof of how much is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import Seed, Share, check_process, check_some
from cakernel.devices import Device, check_device
from cakernel.errors import Interrupted
from cakernel.recovery.engine import Progress
from cakernel.recovery.model import Model
from cakernel.recovery.optimal.bounds import upper_bounds
from cakernel.recovery.optimal.neighbour_search import entries, rules_of
from cakernel.recovery.optimal.objective import Objective
from cakernel.recovery.optimal.phases import phases
from cakernel.recovery.optimal.scores import own_state_scores
from cakernel.recovery.optimal.trial import ReplicationsTwice, Trial
from cakernel.recovery.optimal.winners import (
    CLOUD,
    DEPLOYMENTS,
    NEIGHBOURS,
    ON_SITE,
    PAPER,
    Deployment,
    Family,
    highest,
    place_of,
    valued_rows,
    winners,
)
from cakernel.recovery.outcomes import OUTCOMES, error_over_scenarios
from cakernel.recovery.policy import POLICY, Policy, policies
from cakernel.recovery.rules import BUILT_IN, find_rule
from cakernel.recovery.scenario import ResourceScenario

# where no more can be gained, shares of it mean nothing
LEAST_ATTAINABLE = 1e-9


@dataclass(frozen=True)
class Optimum:
    """What `optimal` found.

    Attributes
    ----------
    scenarios : polars.DataFrame
        One row a scenario, deployment and family: scenario, deployment, family, supply_rule,
        cyber_rule, principle (the best policy of the family, by its name), mean_x, mean_y,
        mean_resources, objective, se_objective, lower, upper (its interval), upper_bound,
        bound_origin, never (the objective if nothing is ever rebuilt), gap (upper_bound -
        objective: no policy gains more), gap_percent (of the bound), missed_percent (of what
        the bound lies above never recovering), and best (whether the family is the best of its
        scenario and deployment on the draws that it was chosen by).
    speeds : polars.DataFrame
        One row for each of the paper's 104 policies: deployment, its names, its mean objective
        over scenarios, se_objective, what it loses against the best policies found for each
        scenario (loss, at most se_loss in error, and loss_percent of the best).
    entries : polars.DataFrame
        The tables of the rules of the family "neighbours", one row an entry.

    Examples
    --------
    >>> import cakernel
    >>> found = cakernel.optimal(
    ...     cakernel.Model(chains=1, firms=2, periods=20),
    ...     scenarios=cakernel.paper_scenarios()[:1],
    ... )
    >>> found.summary["family"].to_list()[:3], found.speeds.height
    (['own-state', 'cutoffs', 'paper'], 104)
    """

    scenarios: pl.DataFrame
    speeds: pl.DataFrame
    entries: pl.DataFrame

    def policy(self, supply_rule: str, cyber_rule: str, principle: str) -> Policy:
        """Return a policy of the rows by its names; its supply rule may look at neighbours."""
        known = BUILT_IN["supply"] | rules_of(self.entries)
        rule = find_rule(supply_rule, known)
        return Policy.model_validate(
            {"supply_rule": rule or supply_rule, "cyber_rule": cyber_rule, "principle": principle}
        )

    @property
    def summary(self) -> pl.DataFrame:
        """One row a deployment and family, and the best of all families: means over scenarios.

        Columns deployment, family, scenarios, mean_x, mean_y, objective, se_objective,
        upper_bound, never, gap_percent and missed_percent (of the means), mean_gap_percent and
        worst_gap_percent (over scenarios).
        """
        best = self.scenarios.filter("best").with_columns(family=pl.lit("best"))
        means = ("mean_x", "mean_y", "mean_resources", "objective", "upper_bound", "never")
        gap = pl.col("upper_bound") - pl.col("objective")
        return (
            pl.concat([self.scenarios, best])
            .group_by("deployment", "family", maintain_order=True)
            .agg(
                pl.len().alias("scenarios"),
                pl.col(means).mean(),
                # scenarios meet independent disruptions
                error_over_scenarios("se_objective").alias("se_objective"),
                pl.col("gap_percent").mean().alias("mean_gap_percent"),
                pl.col("gap_percent").max().alias("worst_gap_percent"),
            )
            .with_columns(
                gap_percent=100 * gap / pl.col("upper_bound"),
                missed_percent=_missed(gap),
            )
        )


@checked_arguments
def optimal(
    model: Model,
    *,
    scenarios: Sequence[ResourceScenario],
    objective: Objective | None = None,
    families: Sequence[Family] = ("own-state", "cutoffs", "paper"),
    deployments: Sequence[Deployment] = DEPLOYMENTS,
    replications: ReplicationsTwice = 512,
    confidence: Share = 0.95,
    seed: Seed = 1,
    threads: Threads | None = None,
    device: Device | None = None,
    progress: Progress | None = None,
) -> Optimum:
    """Find the best recovery for each scenario, and bound what any other could gain.

    Bounds hold for every policy: one that sees all states and resources, plans ahead and decides
    for all firms together. Rules are scored in closed form; the best are simulated on common
    draws, and the winner is valued on fresh ones. A rule is chosen for each scenario, so it is
    meant for firms that know their own gains and costs.

    Parameters
    ----------
    model : Model
        Grid, horizon, risks and conventions; chains of any length.
    scenarios : sequence of ResourceScenario
        At least one; with terminal values, these count.
    objective : Objective, optional
        Weights on mean states; by default R alone.
    families : sequence of {"own-state", "cutoffs", "neighbours", "paper"}
        Families that are searched; "neighbours" takes longest and is left out by default.
    deployments : sequence of {"cloud", "on-site"}, default both
        On site (CRD-0) firms have no cloud: y is 1, without disruptions and costs.
    replications : int, default 512
        Of each scenario: so many to choose by, and as many fresh ones to value what was chosen.
        Up to 512 cost the same.
    confidence : float, default 0.95
        Of the interval of each objective (normal: means over firms and replications).
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
    Optimum

    Raises
    ------
    InvalidInput
        If an argument is outside its range, or an amount cannot be counted.
    Interrupted
        On Ctrl-C; holds the `Optimum` of the scenarios that were finished.

    References
    ----------
    Brown, D. B., Smith, J. E. and Sun, P. (2010), doi:10.1287/opre.1090.0796; docs/optimal.md has
    the theorems and their proofs.

    Examples
    --------
    >>> import cakernel
    >>> found = cakernel.optimal(cakernel.regime("base"), scenarios=cakernel.paper_scenarios()[:1])
    >>> best = found.scenarios.filter("best", deployment="cloud").row(0, named=True)
    >>> best["supply_rule"], best["gap_percent"] < 1
    ('own-1-1@3/0', True)
    """
    check_process()
    check_device(device)
    check_some(scenarios=scenarios, families=families, deployments=deployments)
    trial = Trial(model, objective or Objective(), replications, seed, threads, device)
    places = list(dict.fromkeys(deployments))
    phase = phases(progress, 2 + len(places) + (PAPER in families))
    common: dict[str, Any] = {"objective": trial.objective, "threads": threads}
    of_paper = [policy for policy in policies() if place_of(policy) in places]
    parts: list[pl.DataFrame] = []
    tables = [entries(BUILT_IN["supply"]["none"]).clear()]

    def found() -> Optimum:
        rows = _with_intervals(pl.concat(parts), confidence)
        return Optimum(rows, _speeds(valued, rows), pl.concat(tables))

    try:
        bounds = {
            place: upper_bounds(
                model, scenarios=scenarios, on_site=place == ON_SITE, progress=phase(), **common
            )
            for place in places
        }
        scores = own_state_scores(model, scenarios=scenarios, **common)
        chosen_by = None
        if PAPER in families:
            chosen_by = trial.rows(of_paper, scenarios, fresh=False, progress=phase())
        valued = trial.rows(of_paper, scenarios, fresh=True, progress=phase())
        told = phase()
        for number, (scenario, scored) in enumerate(
            zip(scenarios, scores.partition_by("scenario", maintain_order=True), strict=True)
        ):
            of_scenario, searched = [], []
            for place, of_place in bounds.items():
                best = winners(trial, scenario, number, scored, families, place == ON_SITE)
                if chosen_by is not None:
                    best[PAPER] = highest(chosen_by, of_paper, number, place)
                if NEIGHBOURS in families:
                    searched.append(entries(best[NEIGHBOURS].supply_rule))
                bound = of_place.row(number, named=True)
                of_scenario.append(valued_rows(trial, scenario, number, scored, place, best, bound))
            parts, tables = parts + of_scenario, tables + searched
            told(number + 1, len(scenarios))
    except KeyboardInterrupt:
        raise Interrupted(found() if parts else None, len(parts) // len(places)) from None
    return found()


def _with_intervals(rows: pl.DataFrame, confidence: float) -> pl.DataFrame:
    """Add intervals and gaps."""
    half = NormalDist().inv_cdf(0.5 + confidence / 2) * pl.col("se_objective")
    gap = pl.col("upper_bound") - pl.col("objective")
    return rows.with_columns(
        lower=pl.col("objective") - half,
        upper=pl.col("objective") + half,
        gap=gap,
        gap_percent=100 * gap / pl.col("upper_bound"),
        missed_percent=_missed(gap),
    )


def _missed(gap: pl.Expr) -> pl.Expr:
    """Return what is missed, of what the bound lies above never recovering; null of nothing."""
    attainable = pl.col("upper_bound") - pl.col("never")
    return pl.when(attainable > LEAST_ATTAINABLE).then(100 * gap / attainable)


def _speeds(valued: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return what each of the paper's policies loses against the best found, over scenarios."""
    best = rows.filter("best").select(
        "scenario",
        "deployment",
        pl.col("objective").alias("best_objective"),
        pl.col("se_objective").alias("best_se"),
    )
    on_site = pl.col("cyber_rule") == "CRD-0"
    place = pl.when(on_site).then(pl.lit(ON_SITE)).otherwise(pl.lit(CLOUD))
    return (
        valued.with_columns(deployment=place)
        .join(best, on=["scenario", "deployment"], how="inner", maintain_order="left")
        .group_by("deployment", *POLICY, maintain_order=True)
        .agg(
            pl.col(OUTCOMES).mean(),
            pl.col("objective").mean(),
            error_over_scenarios("se_objective").alias("se_objective"),
            (pl.col("best_objective") - pl.col("objective")).mean().alias("loss"),
            # both were simulated on the same draws: at most the sum of their errors
            error_over_scenarios(pl.col("se_objective") + pl.col("best_se")).alias("se_loss"),
            pl.col("best_objective").mean().alias("best_objective"),
        )
        .with_columns(loss_percent=100 * pl.col("loss") / pl.col("best_objective"))
    )
