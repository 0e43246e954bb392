"""What firms can earn at most within their budgets, for some periods (`kernel.budgeted`).

For the first periods windows of a few firms keep their budgets. From then on budgets are dropped
and the whole segment is solved, so that the cuts between windows cost nothing there: its values are
bounded by a sum of values of the windows (`shared_values`).
"""

import numpy as np

from cakernel.recovery.kernel.states import LEVELS
from cakernel.recovery.optimal.kernel.budgeted import Budget, go_back_within_budgets
from cakernel.recovery.optimal.kernel.chain import fill_gains
from cakernel.recovery.optimal.relaxed import (
    Values,
    at_first,
    by_lowest_state,
    chain_of,
    values_before,
)
from cakernel.recovery.optimal.segment import Segment, Window, windows
from cakernel.recovery.optimal.side import Budgets, Side

# firms of a window: firms from one window to the next, and steps of the grid of resources
STEPS = {1: 1024, 2: 100, 3: 32}
BETWEEN = {1: 1, 2: 1, 3: 2}
# the grid reaches what a firm has at first, and so many times the dearest upgrade
REACH = 1.5
# periods within budgets at first; they are doubled while that lowers the bound
FIRST_PERIODS = 8
# of three firms
MOST_PERIODS = 32
# less is rounding, or not worth a word about where the bound comes from
LEAST_GAIN = 1e-6
# three firms are tried where two are not so much above the relaxed bound
NEAR = 0.002


def least_within_budgets(side: Side, segment: Segment, relaxed: float) -> tuple[float, int]:
    """Return the least bound found, and the firms of its windows: 0 where it is ``relaxed``."""
    best, size = relaxed, 0
    if side.budgets.never_bind:
        return best, size
    small = min(2, segment.firms)
    found, periods = np.inf, min(FIRST_PERIODS, side.periods)
    kept = periods
    while True:
        bound = bound_within_budgets(side, segment, small, periods)
        improved = np.isinf(found) or bound < found - LEAST_GAIN * abs(found)
        if improved:
            found, kept = bound, periods
        if not improved or periods == side.periods:
            break
        periods = min(2 * periods, side.periods)
    least = LEAST_GAIN * abs(relaxed)
    if found < best - least:
        best, size = found, small
    if segment.firms > 2 and found < relaxed + NEAR * abs(relaxed):
        bound = bound_within_budgets(side, segment, 3, min(kept, MOST_PERIODS))
        if bound < best - least:
            best, size = bound, 3
    return best, size


def bound_within_budgets(side: Side, segment: Segment, size: int, periods: int) -> float:
    """Return a bound where windows of ``size`` firms keep their budgets for the first periods."""
    left = side.periods - periods
    parts = windows(segment, size, BETWEEN[size])
    ends = [values_before(side, part.segment, left) for part in parts]
    if len(parts) > 1:
        ends = shared_values(values_before(side, segment, left), parts, ends)
    return sum(
        _first_value(side, part.segment, values, periods)
        for part, values in zip(parts, ends, strict=True)
    )


def shared_values(whole: Values, parts: list[Window], ends: list[Values]) -> list[Values]:
    """Lower the values of windows as long as their sum stays above those of the whole segment.

    ``whole`` is (3^n,), each of ``ends`` (3^m,). The sum lies above it, since windows do: one
    window after the other gives up what is too much in all joint states of the others.
    """
    firms = round(np.log(whole.size) / np.log(LEVELS))
    # axis i is firm i
    surplus = -whole.reshape((LEVELS,) * firms).transpose()
    spread = [_spread(values, part.places, firms) for part, values in zip(parts, ends, strict=True)]
    for each in spread:
        surplus = surplus + each
    shared = []
    for part, values in zip(parts, ends, strict=True):
        others = tuple(i for i in range(firms) if i not in part.places)
        spare = surplus.min(axis=others, keepdims=True)
        surplus = surplus - spare
        order = np.argsort(np.argsort(part.places))
        own = spare.squeeze(others).transpose(order)
        shared.append(values - own.transpose().ravel())
    return shared


def _spread(values: Values, places: tuple[int, ...], firms: int) -> Values:
    """Return values (3^m,) of firms at some places with an axis for every firm."""
    own = values.reshape((LEVELS,) * len(places)).transpose().transpose(np.argsort(places))
    return own.reshape([LEVELS if i in places else 1 for i in range(firms)])


def _first_value(side: Side, segment: Segment, ends: Values, periods: int) -> float:
    """Return the value of the first states and resources, from values at the end of periods."""
    firms = segment.firms
    budget, first = grid_of(side.budgets, segment, STEPS[firms])
    chain = chain_of(side, segment)
    gains = np.empty(ends.size)
    fill_gains(gains, chain)
    values = np.repeat(ends[:, None], budget.steps**firms, axis=1)
    work, made = np.empty_like(values), np.empty_like(values)
    go_back_within_budgets(values, work, made, periods, gains, budget, chain)
    place = sum(first * budget.steps**i for i in range(firms))
    return at_first(side, segment, values[:, place])


def grid_of(budgets: Budgets, segment: Segment, steps: int) -> tuple[Budget, int]:
    """Return budgets on a grid of ``steps``, and the place of what firms have at first.

    The grid is exact where it reaches far enough in the largest unit that divides all amounts. Else
    resources are rounded up and costs down, by the unit that changes them least.
    """
    amounts = (budgets.initial, *budgets.acquired, *budgets.cost)
    exact = int(np.gcd.reduce(np.array(amounts, dtype=object)))
    far = budgets.initial + round(REACH * max(budgets.cost))
    least = max(1, -(-far // (exact * (steps - 1))))
    # no more than 64 units are compared
    between = range(least, max(2 * least, least + 1), max(1, least // 64))
    unit = min((exact * n for n in between), key=lambda each: _change(budgets, each))
    if least == 1:
        unit = exact
    acquired = tuple(min(steps, -(-amount // unit)) for amount in budgets.acquired)
    rows = by_lowest_state(acquired, segment).astype(np.int64)
    cost = np.array([min(steps, amount // unit) for amount in budgets.cost], np.int64)
    return Budget(steps, rows, cost), min(steps - 1, -(-budgets.initial // unit))


def _change(budgets: Budgets, unit: int) -> float:
    """Return how much rounding to a unit changes amounts, as a sum of shares."""
    up = sum(-(-a // unit) * unit / a - 1 for a in budgets.acquired if a)
    return float(up + sum(1 - c // unit * unit / c for c in budgets.cost if c))
