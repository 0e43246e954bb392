"""`trace`: the whole history of a single replication."""

from math import prod
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import (
    MAX_REPLICATIONS,
    MAX_SCENARIOS,
    Amount,
    Seed,
    Whole,
    check_process,
)
from cakernel.errors import InvalidInput
from cakernel.jit.threads import kernel_threads
from cakernel.memory import check_memory
from cakernel.recovery.kernel.scalar import empty_history, run_traced, scalar_scratch
from cakernel.recovery.kernel.states import LEVELS
from cakernel.recovery.kernel_arrays import batch_of, grid_of, policies_of
from cakernel.recovery.model import Model, Recovery
from cakernel.recovery.network.history import history_of
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.simulation import Horizon, Periods, network_experiment
from cakernel.recovery.policy import Policy
from cakernel.recovery.scenario import ResourceScenario

Numbers = npt.NDArray[np.int64]
# what shocks are called, by their size
SHOCKS = ("none", "mild", "severe")
# rows of a history
MAX_ROWS = 100_000_000
# bytes at most for each row of a history, as measured
OF_HISTORY = 130


@checked_arguments
def trace(
    model: Model | Network,
    *,
    policy: Policy,
    scenario: ResourceScenario | None = None,
    seed: Seed = 1,
    replication: Annotated[int, Whole(0, MAX_REPLICATIONS - 1)] = 0,
    scenario_index: Annotated[int, Whole(0, MAX_SCENARIOS - 1)] = 0,
    periods: Periods | None = None,
    recovery: Recovery | None = None,
    initial_resources: Amount | None = None,
    record: Any = None,
    record_through: Periods | None = None,
) -> pl.DataFrame:
    """Run one replication and return its whole history.

    It is the very replication that `simulate` runs with the same seed, replication number and
    scenario index.

    Parameters
    ----------
    model : Model or Network
        Grid, horizon, risks and conventions; or a network. At most 10^8 firm-periods.
    policy : Policy
        The one policy to follow.
    scenario : ResourceScenario
        The resource scenario; not needed where all firms have amounts of their own.
    seed : int, default 1
        Key of the random numbers, 0 to 2^64 - 1.
    replication, scenario_index : int, default 0
        Which replication, and which place in `simulate`'s list of scenarios, in the draws.
    periods, recovery, initial_resources, record, record_through
        Of a network, as in `simulate`.

    Returns
    -------
    polars.DataFrame
        One row a period, chain and firm, each counted from 1: period, chain, firm, x and y (0 to 2)
        and resources at the period's end, supply_hit and cyber_hit ("none", "mild" or "severe"),
        and what the firm acquired and paid in the period. Under CRD-0 cyber_hit is "none". Where
        the scenario has terminal values, last ``value``: the resources and what the states at the
        period's end are worth; of the last period, the outcome. Of a network, one row a period and
        firm: no chain, firm is an id, and beside these ``stock`` at the period's end and what is
        ``charged`` for it and for links; a supply_hit may be of a spillover.

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
    check_process()
    horizon = Horizon(periods, recovery, initial_resources, record, record_through)
    if isinstance(model, Network):
        return _trace_network(
            model, policy, scenario, horizon, seed=seed, replication=replication,
            scenario_index=scenario_index,
        )  # fmt: skip
    horizon.check_none()
    if scenario is None:
        raise InvalidInput("scenario: missing; must be a ResourceScenario")
    shape = (model.periods, model.chains, model.firms)
    rows = prod(shape)
    if rows > MAX_ROWS:
        raise InvalidInput(
            f"chains * firms * periods: got {rows:,}; must be at most {MAX_ROWS:,} for a trace"
        )
    check_memory("chains * firms * periods", rows, rows * OF_HISTORY)
    batch = batch_of(model, [scenario], scenario_index)
    grid = grid_of(model)
    scratch, history = scalar_scratch(grid), empty_history(grid, on=True)
    draws = np.uint64(seed), policies_of([policy]), batch.scenarios, np.uint64(replication)
    run_traced(grid, *draws, scratch, history)
    cyber = scratch.cyber * np.uint8(not policy.cyber_rule.on_site)
    period, chain, firm = np.indices(shape).reshape(3, -1) + 1
    money = history.money.reshape(-1, 3) * batch.scale[0]
    value = {}
    if scenario.valued:
        held = history.money[..., 0] // batch.times[0] * batch.scenarios.value_quanta[0]
        worth = _worth(batch.scenarios.value[0], history.states[..., 0], history.states[..., 1])
        value["value"] = (held + worth).ravel() / batch.value_denominator[0]
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
            **value,
        }
    ).with_columns(
        pl.col("supply_hit", "cyber_hit").replace_strict(
            range(len(SHOCKS)), SHOCKS, return_dtype=pl.Enum(SHOCKS)
        )
    )


def _worth(values: Numbers, x: Numbers, y: Numbers) -> Numbers:
    """Return what states x and y are worth by values of either side's, (6,)."""
    of_x, of_y = values.reshape(2, LEVELS)
    worth: Numbers = of_x[x] + of_y[y]
    return worth


def _trace_network(
    net: Network, policy: Policy, scenario: ResourceScenario | None, horizon: Horizon, *,
    seed: int, replication: int, scenario_index: int,
) -> pl.DataFrame:  # fmt: skip
    """Run one replication of a network and return its whole history."""
    rows = net.firms.height * (horizon.periods or 1)
    if rows > MAX_ROWS:
        raise InvalidInput(
            f"firms * periods: got {rows:,}; must be at most {MAX_ROWS:,} for a trace"
        )
    check_memory("firms * periods", rows, rows * OF_HISTORY)
    experiment = network_experiment(
        net, [policy], [] if scenario is None else [scenario], horizon, replications=1, seed=seed,
        threads=1, first_replication=replication, first_scenario=scenario_index, by_firm=False,
    )  # fmt: skip
    with kernel_threads(1):
        found = history_of(experiment.run, experiment.quanta)
    periods, firms = found["x"].shape
    quanta = experiment.quanta
    scale = 1 / quanta.denominator[None, :]
    value = {}
    if quanta.valued:
        held = found["resources"] * quanta.weight // quanta.times[0] * quanta.value_quanta[0]
        worth = _worth(quanta.values[0], found["x"], found["y"])
        value["value"] = (held + worth).ravel() / quanta.value_denominator[0]
    return pl.DataFrame(
        {
            "period": np.repeat(np.arange(1, periods + 1), firms),
            "firm": pl.concat([net.firms["id"]] * periods),
            **{name: found[name].ravel() for name in ("x", "y")},
            "resources": (found["resources"] * scale).ravel(),
            **{name: found[name].ravel() for name in ("stock", "supply_hit", "cyber_hit")},
            **{name: (found[name] * scale).ravel() for name in ("acquired", "charged", "paid")},
            **value,
        }
    ).with_columns(
        pl.col("x", "y").cast(pl.UInt8),
        pl.col("supply_hit", "cyber_hit").replace_strict(
            range(len(SHOCKS)), SHOCKS, return_dtype=pl.Enum(SHOCKS)
        ),
    )
