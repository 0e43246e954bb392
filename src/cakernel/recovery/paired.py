"""Paired outcomes: by policy and replication, averaged over resource scenarios."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import Amount, Replications, Seed, check_process, check_some
from cakernel.devices import Device
from cakernel.errors import Interrupted
from cakernel.memory import check_memory
from cakernel.recovery.engine import Progress
from cakernel.recovery.model import Model
from cakernel.recovery.model import Recovery as RecoveryTried
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.simulation import Horizon, Periods
from cakernel.recovery.outcomes import labels, names_of_outcomes
from cakernel.recovery.policy import CRD_1_TO_6_AND_0, Policy
from cakernel.recovery.rules import rule
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.simulation import OF_REPLICATION, simulate

# rows of one call of `simulate` by replication, at some 200 bytes each
ROWS_PER_CALL = 1_000_000


@checked_arguments
def paired_outcomes(
    model: Model | Network,
    *,
    policies: Sequence[Policy],
    scenarios: Sequence[ResourceScenario] = (),
    replications: Replications = 200,
    seed: Seed = 1,
    threads: Threads | None = None,
    device: Device | None = None,
    periods: Periods | None = None,
    recovery: RecoveryTried | None = None,
    initial_resources: Amount | None = None,
    record: Any = None,
    record_through: Periods | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Simulate policies on the same disruptions and average each replication over scenarios.

    Scenarios are given, not sampled, and meet independent disruptions: replications of their
    average are independent, and those of two policies are paired (common random numbers).

    Parameters
    ----------
    model : Model or Network
        Grid, horizon, risks and conventions; or a network of firms that differ.
    policies : sequence of Policy
        At least one.
    scenarios : sequence of ResourceScenario
        At least one; none are needed where all firms of a network have amounts of their own.
    replications : int, default 200
        Replications of each scenario, 1 or more.
    seed : int, default 1
        Key of the random numbers, 0 to 2^64 - 1.
    threads : int, optional
        Threads to use; by default all. The table does not depend on it.
    device : {"cpu", "gpu", "auto"}, optional
        As in `simulate`; nor does it depend on this.
    periods, recovery, initial_resources, record, record_through
        Of a network, as in `simulate`.
    progress : callable, optional
        Called with the replications done and to do (policies x scenarios x replications).

    Returns
    -------
    polars.DataFrame
        One row a policy and replication, in that order: supply_rule, cyber_rule, principle,
        replication (from 0), mean_x and mean_y (states, 0 to 2) and mean_resources (R at the
        end), means over firms and scenarios; and mean_value, where any scenario has terminal
        values (see `cakernel.simulate`). Their means over replications are those of
        `cakernel.simulate` but for rounding.

    Raises
    ------
    InvalidInput
        If an argument is outside its range.
    Interrupted
        On Ctrl-C; holds the table of the replications that had met all scenarios.

    References
    ----------
    Chen and Chang (2021), doi:10.1016/j.tre.2021.102347.

    Examples
    --------
    >>> from cakernel import Model, paper_scenarios, policies
    >>> outcomes = paired_outcomes(
    ...     Model(chains=2, firms=2, periods=20),
    ...     policies=policies(supply_rules=["SRD-1", "SRD-5"], cyber_rules=["CRD-0"]),
    ...     scenarios=paper_scenarios()[:3],
    ...     replications=2,
    ... )
    >>> outcomes.select("supply_rule", "replication", pl.col("mean_resources").round(3)).rows()
    [('SRD-1', 0, 17.667), ('SRD-1', 1, 18.5), ('SRD-5', 0, 20.5), ('SRD-5', 1, 22.792)]
    """
    check_process()
    check_some(policies=policies)
    if isinstance(model, Model):
        horizon = Horizon(periods, recovery, initial_resources, record, record_through)
        horizon.check_none()
        check_some(scenarios=scenarios)
    # amounts that all firms have of their own make one
    many = max(1, len(scenarios))
    rows_made = len(policies) * replications
    check_memory("policies * replications", rows_made, rows_made * OF_REPLICATION)
    names = names_of_outcomes(scenarios)
    sums = np.zeros((len(names), len(policies), replications))
    whole_run = len(policies) * many * replications
    finished = 0
    some = numbers = slice(0, 0)

    def add(rows: pl.DataFrame, count: int) -> None:
        for n, name in enumerate(names):
            # of some scenarios none may have terminal values
            column = f"mean_{name}" if f"mean_{name}" in rows.columns else "mean_resources"
            values = rows[column].to_numpy().reshape(len(policies), -1, count)
            # one scenario after the other, so that the sum does not depend on the parts
            for scenario in range(values.shape[1]):
                sums[n, :, numbers.start : numbers.start + count] += values[:, scenario]

    def table() -> pl.DataFrame:
        means = sums[..., :finished] / many
        return labels(policies, finished).with_columns(
            pl.Series("replication", np.tile(np.arange(finished), len(policies))),
            *(pl.Series(f"mean_{name}", means[n].ravel()) for n, name in enumerate(names)),
        )

    try:
        for some, numbers in _parts(len(policies), many, replications):
            count = numbers.stop - numbers.start
            before = len(policies) * (some.start * count + numbers.start * many)
            rows = simulate(
                model,
                policies=policies,
                scenarios=scenarios[some],
                replications=count,
                seed=seed,
                threads=threads,
                device=device,
                by="replication",
                first_replication=numbers.start,
                first_scenario=some.start,
                periods=periods,
                recovery=recovery,
                initial_resources=initial_resources,
                record=record,
                record_through=record_through,
                progress=shifted(progress, before, whole_run),
            )
            add(rows, count)
            if some.stop == many:
                finished = numbers.stop
    except KeyboardInterrupt as stopped:
        # of a part with all scenarios, its finished replications are whole
        if (
            isinstance(stopped, Interrupted)
            and stopped.partial is not None
            and some == slice(0, many)
        ):
            add(stopped.partial, stopped.replications)
            finished += stopped.replications
        raise Interrupted(table() if finished else None, finished) from None
    return table()


def _parts(policies: int, scenarios: int, replications: int) -> Iterator[tuple[slice, slice]]:
    """Cut replications, and scenarios where one replication has too many, into calls."""
    numbers = min(replications, max(1, ROWS_PER_CALL // (policies * scenarios)))
    some = max(1, ROWS_PER_CALL // (policies * numbers))
    for first in range(0, replications, numbers):
        for start in range(0, scenarios, some):
            yield (
                slice(start, min(scenarios, start + some)),
                slice(first, min(replications, first + numbers)),
            )


def grouped(outcomes: pl.DataFrame) -> pl.DataFrame:
    """Add the column ``group``: as in the paper, cloud and on-site policies are ranked apart."""
    on_site = [name for name in CRD_1_TO_6_AND_0 if rule("cyber", name).on_site]
    group = pl.when(pl.col("cyber_rule").is_in(on_site)).then(pl.lit("on site"))
    return outcomes.with_columns(group=group.otherwise(pl.lit("in the cloud")))


def shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Report the progress of a part as that of the whole."""
    return None if progress is None else lambda done, _: progress(before + done, total)
