"""`history`: states and resources over time, their means and quantiles over replications."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import MAX_REPLICATIONS, MAX_SCENARIOS, Seed, Share, Whole, check_some
from cakernel.recovery.engine import Progress
from cakernel.recovery.model import Model
from cakernel.recovery.outcomes import NAMES
from cakernel.recovery.policy import POLICY, Policy, names_of
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.simulation import trace

Spread = Literal["replications", "firms"]
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


@checked_arguments
def history(
    model: Model,
    *,
    policies: Sequence[Policy],
    scenario: ResourceScenario,
    replications: Annotated[int, Whole(1, MAX_REPLICATIONS)] = 100,
    seed: Seed = 1,
    scenario_index: Annotated[int, Whole(0, MAX_SCENARIOS - 1)] = 0,
    spread: Spread = "replications",
    quantiles: Sequence[Share] = QUANTILES,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Simulate states and resources over time, and sum up how they spread.

    Parameters
    ----------
    model : Model
        Grid, horizon, risks and conventions.
    policies : sequence of Policy
        At least one; all meet the same disruptions.
    scenario : ResourceScenario
        The resource scenario.
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
    progress : callable, optional
        Called with the traces done and to do (policies x replications).

    Returns
    -------
    polars.DataFrame
        One row a policy, quantity ("x", "y", "resources") and period (from 1): supply_rule,
        cyber_rule, principle, quantity, period, ``mean`` and a column ``quantile_5`` (of 5%;
        linear between order statistics) a quantile. States from 0 to 2, resources in units, at
        the period's end. The mean of x over periods is that of `cakernel.simulate`.

    Raises
    ------
    InvalidInput
        If an argument is outside its range or the history too long to hold.

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
    total = len(policies) * replications
    parts = []
    done = 0
    for policy in policies:
        frames = []
        for rows in traced(
            model, policy, scenario, range(replications), seed=seed, scenario_index=scenario_index
        ):
            over_firms = rows.group_by("replication", "period", maintain_order=True).mean()
            frames.append((over_firms if spread == "replications" else rows).drop("chain", "firm"))
            done += 1
            if progress is not None:
                progress(done, total)
        parts.append(_summed_up(pl.concat(frames), quantiles).select(*_named(policy), pl.all()))
    return pl.concat(parts)


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
        .unpivot(on=list(NAMES), index="period", variable_name="quantity")
        .group_by("quantity", "period", maintain_order=True)
        .agg(
            value.mean().alias("mean"),
            *(value.quantile(at, "linear").alias(f"quantile_{100 * at:.6g}") for at in quantiles),
        )
    )


def _named(policy: Policy) -> list[pl.Expr]:
    names = names_of(policy)
    return [pl.lit(names[name]).alias(name) for name in POLICY]
