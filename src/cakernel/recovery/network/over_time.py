"""States and resources of a network over time, in all replications of a block at once."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.jit.threads import kernel_threads
from cakernel.recovery.kernel.network.arguments import LANES
from cakernel.recovery.network.history import paths_of
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.simulation import Horizon, network_experiment
from cakernel.recovery.outcomes import NAMES
from cakernel.recovery.policy import Policy
from cakernel.recovery.scenario import ResourceScenario

Members = dict[str, npt.NDArray[np.int64]]


def members_by(net: Network, by: str) -> Members:
    """Return the rows of the firms that have a name in common; who has no group is left out."""
    if by == "all":
        return {"": np.arange(net.firms.height)}
    tier = pl.Series(net.firm_tier)
    words = pl.when(tier < 0).then(pl.lit("on cycles")).otherwise(pl.format("tier {}", tier))
    column = "id" if by == "firm" else "group"
    names = net.firms.select(words if by == "tier" else column).to_series()
    if names.null_count() == len(names):
        raise InvalidInput("by: got group, and no firm has one; must be all, tier or firm")
    rows = pl.DataFrame({"name": names}).with_row_index().drop_nulls()
    if by == "tier":
        rows = rows.sort(tier.gather(rows["index"]), maintain_order=True)
    return {
        str(name): part["index"].to_numpy().astype(np.int64)
        for (name,), part in rows.group_by("name", maintain_order=True)
    }


def network_paths(
    net: Network, policy: Policy, scenario: ResourceScenario | None, horizon: Horizon,
    replications: int, *, seed: int, scenario_index: int, spread: str, members: Members,
) -> Iterator[tuple[pl.DataFrame, int]]:  # fmt: skip
    """Yield rows with of, period, x, y and resources, and of how many replications they are.

    ``members`` are rows of firms by ``of``; rows are their means or, where ``spread`` is "firms",
    each of them.
    """
    names = pl.Series(list(members), dtype=pl.String)
    for first in range(0, replications, LANES):
        count = min(LANES, replications - first)
        experiment = network_experiment(
            net, [policy], [] if scenario is None else [scenario], horizon, replications=count,
            seed=seed, threads=1, first_replication=first, first_scenario=scenario_index,
            by_firm=False,
        )  # fmt: skip
        frames = []
        with kernel_threads(1):
            for period, paths in enumerate(paths_of(experiment.run, experiment.quanta), 1):
                some = [paths[:, rows] for rows in members.values()]
                values = [
                    each.mean(axis=1) if spread == "replications" else each.reshape(3, -1)
                    for each in some
                ]
                of = np.repeat(np.arange(len(members)), [each.shape[1] for each in values])
                every = np.concatenate(values, axis=1)
                frames.append(
                    pl.DataFrame(dict(zip(NAMES, every, strict=True))).select(
                        names.gather(of).alias("of"),
                        pl.lit(period, pl.Int64).alias("period"),
                        *NAMES,
                    )
                )
        yield pl.concat(frames), count
