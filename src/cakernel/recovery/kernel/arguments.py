"""What a kernel is given: grid, policies and scenarios as numbers."""

from typing import Any, NamedTuple


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
    codes in `lanes.rules`. Where that is a table, too, ``diagram`` int64 (rules,) is its place
    among the diagrams: ``nodes``, ``sizes`` and ``roots``, as in `lanes.diagrams`. ``rules`` int64
    (policies, 2) are the tables of each policy's supply and cyber rule; ``flags`` bool (policies,
    2) on_site and intangibles_first. ``cutoffs`` int64 (policies, 2, 3), by side and own state, are
    the least periods that must remain for a firm to leave the state; 0 for the high one.
    """

    tables: Any
    codes: Any
    diagram: Any
    nodes: Any
    sizes: Any
    roots: Any
    rules: Any
    flags: Any
    cutoffs: Any


class Scenarios(NamedTuple):
    """Scenarios as arrays, resources and amounts in whole quanta.

    ``index`` uint64 (scenarios,) names the draws; ``periods`` int64 (scenarios,) are horizons, in
    ascending order, at most the grid's; ``thresholds`` uint64 (scenarios, 4) are those of
    `shocks`; ``initial`` (scenarios,); ``acquisition`` (scenarios, 6) by state, operational then
    intangibles; ``cost`` (scenarios, 2, 3, 3) by side, from state to state, 0 where nothing is
    upgraded. What a state is worth after the last period, ``value`` (scenarios, 6) in the order of
    ``acquisition``, is counted in quanta of its own, of which ``value_quanta`` (scenarios,) are
    worth ``times`` (scenarios,) of the others: it must not make these finer, which takes time.
    """

    index: Any
    periods: Any
    thresholds: Any
    initial: Any
    acquisition: Any
    cost: Any
    value: Any
    times: Any
    value_quanta: Any
