"""`history`: states and resources over time, their means and quantiles over replications."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import (
    MAX_REPLICATIONS,
    MAX_SCENARIOS,
    Amount,
    Seed,
    Share,
    Whole,
    check_some,
)
from cakernel.errors import Interrupted, InvalidInput
from cakernel.memory import check_memory
from cakernel.recovery.engine import Progress
from cakernel.recovery.kernel.shocks import MAX_PERIODS
from cakernel.recovery.model import Model, Recovery
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.over_time import members_by, network_paths
from cakernel.recovery.network.simulation import Horizon
from cakernel.recovery.outcomes import NAMES
from cakernel.recovery.policy import POLICY, Policy, names_of
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.tracing import trace

Spread = Literal["replications", "firms"]
Parts = Literal["all", "group", "tier", "firm"]
# bytes at most for each row that is summed up
OF_ROW = 150
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


@checked_arguments
def history(
    model: Model | Network,
    *,
    policies: Sequence[Policy],
    scenario: ResourceScenario | None = None,
    replications: Annotated[int, Whole(1, MAX_REPLICATIONS)] = 100,
    seed: Seed = 1,
    scenario_index: Annotated[int, Whole(0, MAX_SCENARIOS - 1)] = 0,
    spread: Spread = "replications",
    quantiles: Sequence[Share] = QUANTILES,
    by: Parts = "all",
    periods: Annotated[int, Whole(1, MAX_PERIODS)] | None = None,
    recovery: Recovery | None = None,
    initial_resources: Amount | None = None,
    record: Any = None,
    record_through: Annotated[int, Whole(1, MAX_PERIODS)] | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Simulate states and resources over time, and sum up how they spread.

    Parameters
    ----------
    model : Model or Network
        Grid, horizon, risks and conventions; or a network.
    policies : sequence of Policy
        At least one; all meet the same disruptions.
    scenario : ResourceScenario
        The resource scenario; not needed where all firms of a network have amounts of their own.
    replications : int, default 100
        1 or more.
    seed : int, default 1
        Key of the random numbers, 0 to 2^64 - 1.
    scenario_index : int, default 0
        Which place in `cakernel.simulate`'s list of scenarios, in the draws.
    spread : {"replications", "firms"}, default "replications"
        What the quantiles are of: means over firms, one a replication; or single firms of all
        replications.
    quantiles : sequence of float
        Each above 0 and below 1.
    by : {"all", "group", "tier", "firm"}, default "all"
        Of a network: whose means they are, those of all firms, or of the firms of each group, of
        each tier (0 for firms without customers), or of each firm.
    periods, recovery, initial_resources, record, record_through
        Of a network, as in `simulate`.
    progress : callable, optional
        Called with the traces done and to do (policies x replications).

    Returns
    -------
    polars.DataFrame
        One row a policy, quantity ("x", "y", "resources") and period (from 1): supply_rule,
        cyber_rule, principle, quantity, period, ``mean`` and a column ``quantile_5`` (of 5%;
        linear between order statistics) a quantile; with ``by``, behind the policy, ``of``: whose
        it is. States from 0 to 2, resources in units, at
        the period's end. The mean of x over periods is that of `cakernel.simulate`.

    Raises
    ------
    InvalidInput
        If an argument is outside its range or the history too long to hold.
    Interrupted
        On Ctrl-C; holds the policies that were finished, or, while the first one runs, that of its
        replications that were.

    References
    ----------
    Chen and Chang (2021), doi:10.1016/j.tre.2021.102347.

    Examples
    --------
    >>> import cakernel as ck
    >>> rows = ck.history(
    ...     ck.Model(chains=1, firms=2, periods=3),
    ...     policies=[ck.Policy(supply_rule="SRD-5", cyber_rule="CRD-5")],
    ...     scenario=ck.paper_scenarios()[0],
    ...     replications=20,
    ...     quantiles=[0.5],
    ... )
    >>> rows.filter(quantity="resources").select("period", "mean", "quantile_50").rows()
    [(1, 4.6, 5.0), (2, 5.8875, 6.375), (3, 7.5375, 8.0)]
    """
    check_some(policies=policies)
    names = [_column(at) for at in quantiles]
    for name, at in zip(names, quantiles, strict=True):
        if names.count(name) > 1:
            raise InvalidInput(f"quantiles: got {at:.6g} {names.count(name)} times; must be once")
    horizon = Horizon(periods, recovery, initial_resources, record, record_through)
    if isinstance(model, Network):
        members = members_by(model, by)
        rows = model.firms.height if spread == "firms" else len(members)
        rows *= replications * (periods or 1)
        check_memory("replications * periods", rows, rows * OF_ROW)
    else:
        horizon.check_none()
        if by != "all":
            raise InvalidInput(f"by: got {by} with a Model; must be all, since it has no groups")
        if scenario is None:
            raise InvalidInput("scenario: missing; must be a ResourceScenario")
    total = len(policies) * replications
    parts: list[pl.DataFrame] = []
    done = 0
    some: list[tuple[pl.DataFrame, int]] = []

    def sum_up(policy: Policy) -> None:
        summed = _summed_up(pl.concat(frame for frame, _ in some), quantiles)
        parts.append(summed.select(*_named(policy), pl.all()))

    def table() -> pl.DataFrame:
        every = pl.concat(parts)
        return every.drop("of") if by == "all" else every

    try:
        for policy in policies:
            some = []
            if isinstance(model, Network):
                found = network_paths(
                    model, policy, scenario, horizon, replications, seed=seed,
                    scenario_index=scenario_index, spread=spread, members=members,
                )  # fmt: skip
            else:
                assert scenario is not None
                found = _grid_paths(
                    model, policy, scenario, replications, seed=seed,
                    scenario_index=scenario_index, spread=spread,
                )  # fmt: skip
            for frame, count in found:
                some.append((frame, count))
                done += count
                if progress is not None:
                    progress(done, total)
            sum_up(policy)
    except KeyboardInterrupt:
        finished = replications
        if not parts:
            finished = sum(count for _, count in some)
            if some:
                sum_up(policies[0])
        raise Interrupted(table() if parts else None, finished) from None
    return table()


def _grid_paths(
    model: Model, policy: Policy, scenario: ResourceScenario, replications: int, *, seed: int,
    scenario_index: int, spread: str,
) -> Iterator[tuple[pl.DataFrame, int]]:  # fmt: skip
    """Yield rows with of, period, x, y and resources, and of how many replications they are."""
    for rows in traced(
        model, policy, scenario, range(replications), seed=seed, scenario_index=scenario_index
    ):
        over_firms = rows.group_by("replication", "period", maintain_order=True).mean()
        kept = over_firms if spread == "replications" else rows
        yield kept.select(pl.lit("").alias("of"), "period", *NAMES), 1


def traced(
    model: Model,
    policy: Policy,
    scenario: ResourceScenario,
    replications: Sequence[int],
    *,
    seed: int,
    scenario_index: int,
) -> Iterator[pl.DataFrame]:
    """Yield places, states and resources of each replication."""
    for replication in replications:
        rows = trace(
            model,
            policy=policy,
            scenario=scenario,
            seed=seed,
            replication=replication,
            scenario_index=scenario_index,
        )
        yield rows.select(
            pl.lit(replication, pl.Int64).alias("replication"), "period", "chain", "firm", *NAMES
        )


def _summed_up(rows: pl.DataFrame, quantiles: Sequence[float]) -> pl.DataFrame:
    """Return one row a quantity and period."""
    value = pl.col("value")
    return (
        rows.with_columns(pl.col(NAMES).cast(pl.Float64))
        .unpivot(on=list(NAMES), index=["of", "period"], variable_name="quantity")
        .group_by("of", "quantity", "period", maintain_order=True)
        .agg(
            value.mean().alias("mean"),
            *(value.quantile(at, "linear").alias(_column(at)) for at in quantiles),
        )
    )


def _column(quantile: float) -> str:
    return f"quantile_{100 * quantile:.6g}"


def _named(policy: Policy) -> list[pl.Expr]:
    names = names_of(policy)
    return [pl.lit(names[name]).alias(name) for name in POLICY]
