"""What a kernel is given and gives back: grid, policies and scenarios as numbers, and sums."""

from typing import Any, NamedTuple

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, UPGRADES

# an exception inside prange is lost, so each item says itself whether it was run
NOT_RUN, DONE = 0, 1


class Grid(NamedTuple):
    """What all replications of a call share."""

    chains: int
    firms: int
    periods: int
    when_hit: bool
    ends_wrap: bool
    across_wrap: bool
    initial_operational: int
    initial_intangibles: int


class Policies(NamedTuple):
    """Policies as arrays.

    ``tables`` uint8 (rules, TABLE_SIZE) are the rules' targets and ``codes`` int64 (rules,) their
    codes in `lanes.targets`; ``rules`` int64 (policies, 2) supply and cyber rule of each policy;
    ``flags`` bool (policies, 2) on_site and intangibles_first.
    """

    tables: Any
    codes: Any
    rules: Any
    flags: Any


class Scenarios(NamedTuple):
    """Scenarios as arrays, resources in quanta (int64) or as they are (float64).

    ``index`` uint64 (scenarios,) names the draws; ``periods`` int64 (scenarios,) are horizons, in
    ascending order, at most the grid's; ``thresholds`` uint64 (scenarios, 4) are those of
    `shocks`; ``initial`` (scenarios,); ``acquisition`` (scenarios, 6) by state, operational then
    intangibles; ``cost`` (scenarios, 2, 3, 3) by side, from state to state, 0 where nothing is
    upgraded.
    """

    index: Any
    periods: Any
    thresholds: Any
    initial: Any
    acquisition: Any
    cost: Any


@compiled
def upgrade_cost(scenarios, s, n):
    """Return cost n of a scenario: by side, in the order of `UPGRADES`."""
    low, high = UPGRADES[n % AMOUNTS_A_SIDE]
    return scenarios.cost[s, n // AMOUNTS_A_SIDE, low, high]


class Sums(NamedTuple):
    """Results: sums of x and y over firms and periods, of final R over firms, and whether run.

    ``x``, ``y`` int64 and ``resources`` of the scenarios' dtype are (policies, items), ``status``
    uint8 (items,). An item is one replication of one scenario.
    """

    x: Any
    y: Any
    resources: Any
    status: Any


def empty_sums(policies: int, items: int, dtype: np.dtype[Any]) -> Sums:
    """Return sums for a kernel to fill, none of them run; ``dtype`` is the resources'."""
    return Sums(
        x=np.empty((policies, items), np.int64),
        y=np.empty((policies, items), np.int64),
        resources=np.empty((policies, items), dtype),
        status=np.full(items, NOT_RUN, np.uint8),
    )
