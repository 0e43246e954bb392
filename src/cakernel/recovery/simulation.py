"""`simulate`: many replications as one table."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import (
    MAX_REPLICATIONS,
    MAX_SCENARIOS,
    Amount,
    Replications,
    Seed,
    Whole,
    check_process,
    check_some,
    check_value,
    whole,
)
from cakernel.devices import Device, check_device, on_device
from cakernel.errors import Interrupted, InvalidInput
from cakernel.jit.compile import MOST_THREADS
from cakernel.jit.threads import kernel_threads
from cakernel.memory import check_memory
from cakernel.recovery.engine import Experiment, Progress, rounds
from cakernel.recovery.kernel_arrays import batch_of, grid_of, policies_of
from cakernel.recovery.model import Model, Recovery
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.simulation import Horizon, Periods, network_experiment
from cakernel.recovery.outcomes import Extent, Moments, by_replication, by_scenario, over_scenarios
from cakernel.recovery.policy import Policy
from cakernel.recovery.scenario import ResourceScenario

By = Literal["policy", "scenario", "replication", "firm"]
# bytes at most for each replication that is kept, and each policy under each scenario, as measured
OF_REPLICATION, OF_SCENARIO = 130, 350


@checked_arguments
def simulate(
    model: Model | Network,
    *,
    policies: Sequence[Policy],
    scenarios: Sequence[ResourceScenario] = (),
    replications: Replications = 200,
    seed: Seed = 1,
    threads: Threads | None = None,
    device: Device | None = None,
    by: By = "policy",
    first_replication: Annotated[int, Whole(0, MAX_REPLICATIONS - 1)] = 0,
    first_scenario: Annotated[int, Whole(0, MAX_SCENARIOS - 1)] = 0,
    periods: Periods | None = None,
    recovery: Recovery | None = None,
    initial_resources: Amount | None = None,
    record: Any = None,
    record_through: Periods | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Simulate every policy under every resource scenario.

    All policies meet the same disruptions (common random numbers); different scenarios and
    replications meet independent ones. Equal arguments give equal tables, to the bit, on any
    number of threads and either device.

    Parameters
    ----------
    model : Model or Network
        Grid, horizon, risks and conventions; or a network of firms that differ.
    policies : sequence of Policy
        At least one; `cakernel.policies` makes the paper's 104.
    scenarios : sequence of ResourceScenario
        At least one; `cakernel.paper_scenarios` makes the paper's 576. Where all firms of a network
        have amounts of their own there need be none.
    replications : int, default 200
        Replications of each scenario, 1 or more.
    seed : int, default 1
        Key of the random numbers, 0 to 2^64 - 1.
    threads : int, optional
        Threads to use, at most what numba was started with; by default all.
    device : {"cpu", "gpu", "auto"}, optional
        Where it runs; by default what the environment variable CAKERNEL_DEVICE names, else "auto":
        on a graphics card where one answers and the work is worth it. What a card cannot run, such
        as a network, runs on the CPU, which standard error says where "gpu" is asked for.
    by : {"policy", "scenario", "replication", "firm"}, default "policy"
        What a row of the table is: a policy; a policy and scenario; those and a replication; or a
        policy and a firm of a network.
    first_replication, first_scenario : int, default 0
        Number of the first replication, and of ``scenarios[0]``, in the draws; to run part of a
        larger simulation again.
    periods : int, optional
        For a network, which must have it: T, periods simulated, 1 or more.
    recovery : {"every-period", "when-hit"}, optional
        For a network: when firms try to recover; by default in every period.
    initial_resources : float, optional
        For a network: R before the first period of firms that have none of their own; 3 by default.
    record : table, optional
        For a network: disruptions that happened, with columns period, kind ("supply", "cyber"), of
        (the id of a firm or provider) and severity ("mild", "severe"). Up to ``record_through``
        they take the place of draws, those of spillovers, too.
    record_through : int, optional
        By default the last period that is recorded.
    progress : callable, optional
        Called with the replications done and to do (policies x scenarios x replications).

    Returns
    -------
    polars.DataFrame
        Columns supply_rule, cyber_rule, principle, [scenario, [replication]] or [firm], mean_x and
        mean_y (mean states over firms and periods 1..T, 0 to 2), mean_resources (mean R over firms
        at the end of T, in the scenario's units) and, but for single replications, their standard
        errors se_x, se_y, se_resources (null for one replication) and replications, in the order
        of ``policies`` and ``scenarios``. A policy's row is the mean over scenarios, its standard
        error that of this mean with the scenarios given. Where any scenario has terminal values,
        mean_value and se_value, too: of R and what the final states are worth. It is an outcome of
        its own, since its standard error follows from no others; R stays the paper's.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, the run would take more memory than there is, or
        ``device`` is "gpu" and no graphics card can be used.
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
    check_process()
    check_device(device)
    check_value("first_replication", first_replication, whole(0, MAX_REPLICATIONS - replications))
    check_some(policies=policies)
    horizon = Horizon(periods, recovery, initial_resources, record, record_through)
    if isinstance(model, Model):
        horizon.check_none()
        check_some(scenarios=scenarios)
        if by == "firm":
            raise InvalidInput("by: got 'firm' with a Model; must be another, or with a Network")
    check_value("first_scenario", first_scenario, whole(0, MAX_SCENARIOS - len(scenarios)))
    pairs = len(policies) * len(scenarios)
    check_memory("policies * scenarios", pairs, pairs * OF_SCENARIO)
    if by == "replication":
        rows = pairs * replications
        check_memory("policies * scenarios * replications", rows, rows * OF_REPLICATION)

    size: Model | Extent
    if isinstance(model, Network):
        of_network = network_experiment(
            model, policies, scenarios, horizon, replications=replications, seed=seed,
            threads=threads or MOST_THREADS, first_replication=first_replication,
            first_scenario=first_scenario, by_firm=by == "firm",
        )  # fmt: skip
        size = of_network.extent
        parts = of_network.moments(keep=by == "replication", progress=progress)
    else:
        experiment = Experiment(
            grid=grid_of(model),
            seed=seed,
            policies=policies_of(policies),
            batch=batch_of(model, scenarios, first_scenario),
            first_replication=first_replication,
            replications=replications,
            threads=threads or MOST_THREADS,
        )
        size = model
        parts = rounds(experiment, keep=by == "replication", progress=progress)

    def table(moments: Moments) -> pl.DataFrame:
        if by == "replication":
            return by_replication(moments, size, policies, first_replication)
        if by == "firm":
            return of_network.by_firm(moments)
        rows = by_scenario(moments, size, policies)
        return rows if by == "scenario" else over_scenarios(rows)

    latest = None
    try:
        with on_device(device), kernel_threads(threads or MOST_THREADS):
            for moments in parts:
                latest = moments
    except KeyboardInterrupt:
        if latest is None:
            raise Interrupted(None, 0) from None
        raise Interrupted(table(latest), latest.finished) from None
    assert latest is not None
    return table(latest)
