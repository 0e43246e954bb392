"""From whole numbers to outcomes of points, and from these to means and their standard errors.

A number has the same bits whatever runs beside it, and on a graphics card.
"""

import math
from collections.abc import Callable
from operator import mul
from typing import Any, Final, NamedTuple

from cakernel.jit.compile import compiled
from cakernel.recovery.kernel.sums import RESOURCES

# points and replications that are folded at a time: few enough for a core's cache, and so many that
# no division waits for the one before
POINTS_AT_ONCE: Final = 512
REPLICATIONS_AT_ONCE: Final = 32
# whole numbers below it are exact as float64
EXACT = 2.0**53


class Parts(NamedTuple):
    """How whole numbers become outcomes of points, which are means over a point's scenarios.

    Scenarios of a point whose quanta differ are summed apart, in parts: ``place`` int64
    (scenarios,) is the part of each, ``owner`` int64 (parts,) the point of each part, and those
    from ``begin`` int64 (points + 1,) [n] to [n + 1] are point n's. Resources, multiples of
    ``times`` int64 (parts,), are divided by it. Then each outcome is multiplied by ``unit`` float64
    (outcomes, parts), added up over the parts of a point and divided by ``size`` float64 (outcomes,
    points).
    """

    place: Any
    owner: Any
    begin: Any
    times: Any
    unit: Any
    size: Any


def welford_by(product: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a step of Welford's recurrence that multiplies by a function.

    What compiles for cards would round a product and the sum that it goes into once, not twice.
    """

    def welford(mean, squares, value, count):
        """Return the mean of ``count`` values, this one the last, and their squares about it."""
        difference = value - mean
        mean += difference / count
        return mean, squares + product(difference, value - mean)

    return welford


welford = compiled(welford_by(mul), linked=True)


@compiled(linked=True)
def error_of(squares, count):
    """Return the standard error of the mean of ``count`` values; 0 for one."""
    return math.sqrt(squares / (count - 1) / count) if count > 1 else 0.0


@compiled(linked=True)
def set_parts(numbers, outcome, times, unit, values):
    """Set ``values`` (replications, parts) to ``numbers`` (parts, replications) in units."""
    parts, replications = numbers.shape
    for r in range(replications):
        for n in range(parts):
            values[r, n] = numbers[n, r]
    if outcome != RESOURCES:
        for r in range(replications):
            for n in range(parts):
                values[r, n] *= unit[n]
        return
    # multiples are divided exactly as float64, too, and several at a time
    exact = True
    for r in range(replications):
        for n in range(parts):
            value = values[r, n]
            exact &= value < EXACT
            values[r, n] = value / times[n] * unit[n]
    if not exact:
        for r in range(replications):
            for n in range(parts):
                values[r, n] = numbers[n, r] // times[n] * unit[n]


@compiled(linked=True)
def set_points(each, parts, outcome, policy, points, replications, values):
    """Set ``values`` (replications, points) to an outcome but for its division by sizes.

    ``points`` and ``replications`` are the first one and the one after the last.
    """
    begin = parts.begin[points[0] : points[1] + 1]
    first, last = begin[0], begin[-1]
    numbers = each[outcome, policy, first:last, replications[0] : replications[1]]
    set_parts(numbers, outcome, parts.times[first:last], parts.unit[outcome, first:last], values)
    if last - first == points[1] - points[0]:
        # each has one part
        return
    for r in range(replications[1] - replications[0]):
        for n in range(points[1] - points[0]):
            total = 0.0
            for part in range(begin[n] - first, begin[n + 1] - first):
                total += values[r, part]
            values[r, n] = total


@compiled(entry=True)
def set_outcomes(each, parts, values, outcomes):
    """Set ``outcomes`` float64 (outcomes, policies, points, replications).

    ``each`` int64 (outcomes, policies, parts, replications) are sums of scenarios; ``values``
    float64 (`REPLICATIONS_AT_ONCE`, parts of any `POINTS_AT_ONCE`) is room to work in.
    """
    for outcome in range(each.shape[0]):
        size = parts.size[outcome]
        for first in range(0, size.size, POINTS_AT_ONCE):
            points = first, min(size.size, first + POINTS_AT_ONCE)
            for policy in range(each.shape[1]):
                for before in range(0, each.shape[3], REPLICATIONS_AT_ONCE):
                    some = before, min(each.shape[3], before + REPLICATIONS_AT_ONCE)
                    set_points(each, parts, outcome, policy, points, some, values)
                    for n in range(points[0], points[1]):
                        for r in range(some[0], some[1]):
                            value = values[r - before, n - first]
                            outcomes[outcome, policy, n, r] = value / size[n]


@compiled(entry=True)
def fold(each, parts, values, moments, found):
    """Set ``found`` float64 (outcomes, 2, points, policies): means and standard errors.

    ``each`` and ``values`` are as of `set_outcomes`; ``moments`` float64 (2, `POINTS_AT_ONCE`) is
    room to work in, too.
    """
    mean, squares = moments[0], moments[1]
    for outcome in range(each.shape[0]):
        for first in range(0, parts.size.shape[1], POINTS_AT_ONCE):
            points = first, min(parts.size.shape[1], first + POINTS_AT_ONCE)
            size = parts.size[outcome, points[0] : points[1]]
            for policy in range(each.shape[1]):
                for n in range(size.size):
                    mean[n] = squares[n] = 0.0
                for before in range(0, each.shape[3], REPLICATIONS_AT_ONCE):
                    some = before, min(each.shape[3], before + REPLICATIONS_AT_ONCE)
                    set_points(each, parts, outcome, policy, points, some, values)
                    for r in range(some[1] - before):
                        for n in range(size.size):
                            mean[n], squares[n] = welford(
                                mean[n], squares[n], values[r, n] / size[n], before + r + 1
                            )
                for n in range(size.size):
                    found[outcome, 0, first + n, policy] = mean[n]
                    found[outcome, 1, first + n, policy] = error_of(squares[n], each.shape[3])


@compiled(entry=True)
def mean_and_error(totals, mean, error):
    """Set the mean over the last axis of ``totals`` and its standard error, as `fold` does.

    ``mean`` and ``error`` are float64 (policies, points).
    """
    for p in range(totals.shape[0]):
        for point in range(totals.shape[1]):
            mean[p, point] = error[p, point] = 0.0
        for n in range(totals.shape[2]):
            for point in range(totals.shape[1]):
                mean[p, point], error[p, point] = welford(
                    mean[p, point], error[p, point], totals[p, point, n], n + 1
                )
        for point in range(totals.shape[1]):
            error[p, point] = error_of(error[p, point], totals.shape[2])
