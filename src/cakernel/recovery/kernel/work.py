"""What a kernel is given to do and what it gives back: policies and scenarios as arrays, rows."""

from typing import Any, NamedTuple

# an exception inside prange is lost, so rows say themselves whether they were written
NOT_RUN, DONE = 0, 1


class Policies(NamedTuple):
    """Policies as arrays.

    ``tables`` uint8 (rules, 768) are the rules' targets and ``codes`` int64 (rules,) their codes in
    ``targets``; ``rules`` int64 (policies, 2) supply and cyber rule of each policy; ``flags`` bool
    (policies, 2) on_site and intangibles_first.
    """

    tables: Any
    codes: Any
    rules: Any
    flags: Any


class Scenarios(NamedTuple):
    """Scenarios as arrays, resources in quanta (int64) or as they are (float64).

    ``index`` uint64 (scenarios,) names the draws; ``periods`` int64 (scenarios,) are horizons, in
    ascending order, at most the grid's; ``thresholds`` uint64 (scenarios, 4);
    ``initial`` (scenarios,); ``acquisition`` (scenarios, 6); ``cost`` (scenarios, 2, 3, 3) from
    state to state, 0 where nothing is upgraded.
    """

    index: Any
    periods: Any
    thresholds: Any
    initial: Any
    acquisition: Any
    cost: Any


class Rows(NamedTuple):
    """Results: sums of x and y over firms and periods, of final R over firms, and whether run.

    ``x``, ``y`` int64 and ``resources`` of the scenarios' dtype are (policies, items), ``status``
    uint8 (items,).
    """

    x: Any
    y: Any
    resources: Any
    status: Any
