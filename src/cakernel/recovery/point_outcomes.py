"""Outcomes of points: what their numbers are counted in, and means over their scenarios."""

import numpy as np
import numpy.typing as npt

from cakernel.recovery.kernel.folding import (
    POINTS_AT_ONCE,
    REPLICATIONS_AT_ONCE,
    Parts,
    fold,
    mean_and_error,
    set_outcomes,
)
from cakernel.recovery.kernel.sums import MOST_OUTCOMES, RESOURCES, VALUE, Sums
from cakernel.recovery.outcomes import Extent, divisors

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def parts_of(
    owner: Whole,
    denominator: Whole,
    times: Whole,
    values: Whole,
    extent: Extent,
    alone: npt.NDArray[np.bool_],
) -> Parts:
    """Return the parts of scenarios, by whose they are and what they are counted in.

    ``owner`` (scenarios,) is the point of each, ``denominator`` what it counts its resources in, of
    which ``times`` quanta make one, and ``values`` what it counts values in; of the ``extent`` the
    periods may be those of each point. Outcomes are in each point's own unit, so that they do not
    depend on other points. Each scenario that is ``alone`` (scenarios,), as sums of its point might
    be too large for int64, is a part of its own.
    """
    keys = np.stack([owner, denominator * times, values, alone * np.arange(len(owner))])
    parts, place = np.unique(keys, axis=1, return_inverse=True)
    place = place.ravel()
    own = np.ones(parts.shape[1], np.int64)
    np.lcm.at(own, place, denominator)
    unit = np.ones((MOST_OUTCOMES, len(own)))
    # multiplied as in tables of replications, so that these have the same bits
    unit[RESOURCES], unit[VALUE] = 1 / own, 1 / parts[2]
    points = int(parts[0, -1]) + 1
    begin = np.searchsorted(parts[0], np.arange(points + 1))
    size = np.empty((MOST_OUTCOMES, points))
    for n, divisor in enumerate(divisors(extent)):
        size[n] = divisor * (len(owner) // points)
    return Parts(place, parts[0], begin, parts[1] // own, unit, size)


def outcomes_of(sums: Sums, parts: Parts, *, each: bool) -> Numbers:
    """Return outcomes of points of which every replication was summed.

    They are those of ``each`` replication, (outcomes, policies, points, replications), or mean and
    standard error, (outcomes, policies, points, 2).
    """
    summed = sums.each.reshape(sums.outcomes, sums.policies, sums.places, sums.replications)
    points = len(parts.begin) - 1
    first = np.arange(0, points, POINTS_AT_ONCE)
    widest = parts.begin[np.minimum(first + POINTS_AT_ONCE, points)] - parts.begin[first]
    values = np.empty((REPLICATIONS_AT_ONCE, widest.max()))
    if each:
        outcomes = np.empty((sums.outcomes, sums.policies, points, sums.replications))
        set_outcomes(summed, parts, values, outcomes)
        return outcomes
    # policies of a point stand together, as in tables
    found = np.empty((sums.outcomes, 2, points, sums.policies))
    fold(summed, parts, values, np.empty((2, POINTS_AT_ONCE)), found)
    return found.transpose(0, 3, 2, 1)


def mean_and_error_of(values: Numbers) -> Numbers:
    """Return mean and standard error over the last axis of ``values``: (2, policies, points).

    They have the same bits as where outcomes are folded at once.
    """
    found = np.empty((2, *values.shape[:2]))
    mean_and_error(values, *found)
    return found
