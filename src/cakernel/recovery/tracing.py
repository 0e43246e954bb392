"""`trace`: the whole history of one replication, firm by firm and period by period."""

import numpy as np
import polars as pl

from cakernel.checks import MAX_REPLICATIONS, MAX_SCENARIOS, MAX_SEED, check_value, whole
from cakernel.errors import InvalidInput
from cakernel.recovery.kernel.scalar import empty_history, run_traced, scalar_scratch
from cakernel.recovery.kernel_arrays import batches, grid_of, policies_of
from cakernel.recovery.model import Model
from cakernel.recovery.policy import Policy
from cakernel.recovery.scenario import ResourceScenario

# what shocks are called, by their size
SHOCKS = ("none", "mild", "severe")
# rows of a history; at some 50 bytes each this is what a workstation holds with ease
MAX_ROWS = 100_000_000


def trace(
    model: Model,
    *,
    policy: Policy,
    scenario: ResourceScenario,
    seed: int = 1,
    replication: int = 0,
    scenario_index: int = 0,
) -> pl.DataFrame:
    """Run one replication and return its whole history.

    It is the very replication that `simulate` runs with the same seed, replication number and
    scenario index.

    Parameters
    ----------
    model : Model
        Grid, horizon, risks and conventions; at most 10^8 firm-periods.
    policy : Policy
        The one policy to follow.
    scenario : ResourceScenario
        The resource scenario.
    seed : int, default 1
        Key of the random numbers, 0 to 2^64 - 1.
    replication, scenario_index : int, default 0
        Which replication, and which place in `simulate`'s list of scenarios, in the draws.

    Returns
    -------
    polars.DataFrame
        One row a period, chain and firm, each counted from 1: period, chain, firm, x and y (0 to 2)
        and resources at the period's end, supply_hit and cyber_hit ("none", "mild" or "severe"),
        and what the firm acquired and paid in the period. Under CRD-0 cyber_hit is "none".

    Raises
    ------
    InvalidInput
        If an argument is outside its range or the history too long to hold.

    Examples
    --------
    >>> import cakernel
    >>> history = trace(
    ...     cakernel.Model(chains=1, firms=2, periods=2, supply_severe=0.5),
    ...     policy=cakernel.Policy(supply_rule="SRD-2", cyber_rule="CRD-5"),
    ...     scenario=cakernel.paper_scenarios()[0],
    ...     seed=3,
    ... )
    >>> for row in history.select("period", "firm", "x", "supply_hit", "paid").rows():
    ...     print(row)
    (1, 1, 2, 'none', 0.0)
    (1, 2, 1, 'severe', 1.0)
    (2, 1, 1, 'severe', 1.0)
    (2, 2, 2, 'none', 5.0)
    """
    check_value("seed", seed, whole(0, MAX_SEED - 1))
    check_value("replication", replication, whole(0, MAX_REPLICATIONS - 1))
    check_value("scenario_index", scenario_index, whole(0, MAX_SCENARIOS - 1))
    shape = (model.periods, model.chains, model.firms)
    rows = model.periods * model.chains * model.firms
    if rows > MAX_ROWS:
        raise InvalidInput(
            f"chains * firms * periods: got {rows:,}; must be at most {MAX_ROWS:,} for a trace"
        )
    batch = batches(model, [scenario], scenario_index)[0]
    dtype = batch.scenarios.initial.dtype
    grid = grid_of(model)
    scratch = scalar_scratch(grid, dtype)
    history = empty_history(grid, dtype, on=True)
    run_traced(
        grid,
        np.uint64(seed),
        policies_of([policy]),
        batch.scenarios,
        np.uint64(replication),
        scratch,
        history,
    )
    cyber = scratch.cyber * np.uint8(not policy.cyber_rule.on_site)
    period, chain, firm = np.indices(shape).reshape(3, -1) + 1
    money = history.money.reshape(-1, 3) * batch.scale[0]
    return pl.DataFrame(
        {
            "period": period,
            "chain": chain,
            "firm": firm,
            "x": history.states[..., 0].ravel(),
            "y": history.states[..., 1].ravel(),
            "resources": money[:, 0],
            "supply_hit": scratch.supply.ravel(),
            "cyber_hit": np.repeat(cyber.ravel(), model.firms),
            "acquired": money[:, 1],
            "paid": money[:, 2],
        }
    ).with_columns(
        pl.col("supply_hit", "cyber_hit").replace_strict(
            range(len(SHOCKS)), SHOCKS, return_dtype=pl.Enum(SHOCKS)
        )
    )
