"""`simulate`: many replications of many policies under many resource scenarios, as one table."""

from collections.abc import Sequence
from typing import Literal

import polars as pl

from cakernel.checks import (
    MAX_REPLICATIONS,
    MAX_SCENARIOS,
    MAX_SEED,
    check_some,
    check_value,
    whole,
)
from cakernel.errors import Interrupted, InvalidInput
from cakernel.jit.compile import MOST_THREADS
from cakernel.recovery.engine import Experiment, Progress, kernel_threads, rounds
from cakernel.recovery.kernel_arrays import batches, grid_of, policies_of
from cakernel.recovery.model import Model
from cakernel.recovery.outcomes import Moments, by_replication, by_scenario, over_scenarios
from cakernel.recovery.policy import Policy
from cakernel.recovery.scenario import ResourceScenario

By = Literal["policy", "scenario", "replication"]


def simulate(
    model: Model,
    *,
    policies: Sequence[Policy],
    scenarios: Sequence[ResourceScenario],
    replications: int = 200,
    seed: int = 1,
    threads: int | None = None,
    by: By = "policy",
    first_replication: int = 0,
    first_scenario: int = 0,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Simulate every policy under every resource scenario.

    All policies meet the same disruptions (common random numbers); different scenarios and
    replications meet independent ones. Equal arguments give equal tables, to the bit, on any
    number of threads.

    Parameters
    ----------
    model : Model
        Grid, horizon, risks and conventions.
    policies : sequence of Policy
        At least one; `cakernel.policies` makes the paper's 104.
    scenarios : sequence of ResourceScenario
        At least one; `cakernel.paper_scenarios` makes the paper's 576.
    replications : int, default 200
        Replications of each scenario, 1 or more.
    seed : int, default 1
        Key of the random numbers, 0 to 2^64 - 1.
    threads : int, optional
        Threads to use, at most what numba was started with; by default all.
    by : {"policy", "scenario", "replication"}, default "policy"
        What a row of the table is: a policy; a policy and scenario; or those and a replication.
    first_replication, first_scenario : int, default 0
        Number of the first replication, and of ``scenarios[0]``, in the draws; to run part of a
        larger simulation again.
    progress : callable, optional
        Called with the replications done and to do (policies x scenarios x replications).

    Returns
    -------
    polars.DataFrame
        Columns supply_rule, cyber_rule, principle, [scenario, [replication]], mean_x and mean_y
        (mean states over firms and periods 1..T, 0 to 2), mean_resources (mean R over firms at
        the end of T, in the scenario's units) and, but for single replications, their standard
        errors se_x, se_y, se_resources (null for one replication) and replications, in the order
        of ``policies`` and ``scenarios``. A policy's row is the mean over scenarios, its standard
        error that of this mean with the scenarios given.

    Raises
    ------
    InvalidInput
        If an argument is outside its range.
    Interrupted
        On Ctrl-C; holds the table of the replications that were finished.

    References
    ----------
    Chen and Chang (2021), doi:10.1016/j.tre.2021.102347.

    Examples
    --------
    >>> import cakernel
    >>> table = simulate(
    ...     cakernel.Model(chains=2, firms=3, periods=30),
    ...     policies=cakernel.policies(supply_rules=["SRD-1", "SRD-5"], cyber_rules=["CRD-0"]),
    ...     scenarios=cakernel.paper_scenarios()[:2],
    ...     replications=100,
    ... )
    >>> table["supply_rule"].to_list()
    ['SRD-1', 'SRD-5']
    >>> table["mean_resources"].round(2).to_list()
    [22.43, 23.16]
    """
    check_value("replications", replications, whole(1, MAX_REPLICATIONS))
    check_value("seed", seed, whole(0, MAX_SEED - 1))
    check_value("first_replication", first_replication, whole(0, MAX_REPLICATIONS - replications))
    check_some(policies=policies, scenarios=scenarios)
    check_value("first_scenario", first_scenario, whole(0, MAX_SCENARIOS - len(scenarios)))
    if by not in ("policy", "scenario", "replication"):
        raise InvalidInput(f"by: got {by!r}; must be 'policy', 'scenario' or 'replication'")
    if threads is not None:
        check_value("threads", threads, whole(1, MOST_THREADS))

    experiment = Experiment(
        grid=grid_of(model),
        seed=seed,
        policies=policies_of(policies),
        batches=batches(model, scenarios, first_scenario),
        first_replication=first_replication,
        replications=replications,
        threads=threads or MOST_THREADS,
    )

    def table(moments: Moments) -> pl.DataFrame:
        if by == "replication":
            return by_replication(moments, model, policies, first_replication)
        rows = by_scenario(moments, model, policies)
        return rows if by == "scenario" else over_scenarios(rows)

    latest = None
    try:
        with kernel_threads(experiment.threads):
            for moments in rounds(experiment, keep=by == "replication", progress=progress):
                latest = moments
    except KeyboardInterrupt:
        if latest is None:
            raise Interrupted(None, 0) from None
        raise Interrupted(table(latest), latest.finished) from None
    assert latest is not None
    return table(latest)
