"""Sums of outcomes: of every replication, or their moments over replications.

All are whole numbers, so that they do not depend on the order in which threads add to them. An
item is one replication of one scenario: item n of a call is replication n % replications of
scenario n // replications.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.jit.atomic import atomic_add
from cakernel.jit.compile import compiled

# outcomes: sums of x and y over firms and periods, and over firms of final R and, where it is asked
# for, of R with what the final states are worth
X, Y, RESOURCES, VALUE = range(4)
OUTCOMES: Final = 3
MOST_OUTCOMES: Final = 4
# a number is held in limbs of 32 bits, each in a word that takes 2^30 of them before it overflows
LIMB_BITS = np.uint64(32)
LIMB = np.uint64(2**32 - 1)
TOTAL_LIMBS, SQUARE_LIMBS = 2, 4
LIMBS: Final = TOTAL_LIMBS + SQUARE_LIMBS


class Items(NamedTuple):
    """The items of a call: ``size`` of them from number ``first`` on.

    Each scenario has ``replications``, numbered from ``first_replication`` (uint64) in the draws;
    ``before`` replications of the experiment come before them.
    """

    first: int
    size: int
    replications: int
    first_replication: Any
    before: int


class Sums(NamedTuple):
    """What a kernel adds to: 3 or 4 ``outcomes``; the first policy of the call is ``policy``.

    ``place`` int64 (scenarios of the batch,) is where each scenario's outcomes belong. Either
    ``each`` int64 (outcomes * policies * places * replications,) is asked for, or it is empty and
    moments are: ``first`` int64 (outcomes * policies * places,), the first replication's outcome,
    and ``limbs`` uint64 (outcomes * policies * places * 6,), the sum of outcomes in two limbs and
    that of their squares in four. ``done`` int64 (1,) counts what was run: an exception in a prange
    would be lost.
    """

    outcomes: int
    policies: int
    places: int
    replications: int
    policy: int
    place: Any
    first: Any
    limbs: Any
    each: Any
    done: Any


def empty_sums(
    policies: int,
    place: npt.NDArray[np.int64],
    replications: int,
    *,
    each: bool,
    outcomes: int = OUTCOMES,
) -> Sums:
    """Return sums that nothing was added to; ``replications`` are those of the experiment."""
    places = int(place.max()) + 1
    size = outcomes * policies * places
    return Sums(
        outcomes=outcomes,
        policies=policies,
        places=places,
        replications=replications,
        policy=0,
        place=place,
        first=np.zeros(0 if each else size, np.int64),
        limbs=np.zeros(0 if each else size * LIMBS, np.uint64),
        each=np.zeros(size * replications if each else 0, np.int64),
        done=np.zeros(1, np.int64),
    )


@compiled(linked=True)
def limbs_of(values, begin, end):
    """Return the limbs of the sum of ``values`` from ``begin`` to ``end`` and of their squares."""
    total_0, total_1 = np.uint64(0), np.uint64(0)
    square_0, square_1, square_2, square_3 = total_0, total_0, total_0, total_0
    for n in range(begin, end):
        value = np.uint64(values[n])
        low, high = value & LIMB, value >> LIMB_BITS
        lowest, middle, highest = low * low, (high + high) * low, high * high
        total_0 += low
        total_1 += high
        square_0 += lowest & LIMB
        square_1 += (lowest >> LIMB_BITS) + (middle & LIMB)
        square_2 += (middle >> LIMB_BITS) + (highest & LIMB)
        square_3 += highest >> LIMB_BITS
    return total_0, total_1, square_0, square_1, square_2, square_3


@compiled(linked=True)
def add_moments(sums, at, values, begin, end, alone):
    """Add ``values`` from ``begin`` to ``end`` and their squares to the limbs of one place.

    Where these are ``alone``, all of a scenario that a call runs, no other thread adds to it.
    """
    limbs = limbs_of(values, begin, end)
    for n in range(LIMBS):
        if alone:
            sums.limbs[at * LIMBS + n] += limbs[n]
        elif limbs[n]:
            atomic_add(sums.limbs, at * LIMBS + n, limbs[n])


@compiled(linked=True)
def add_outcomes(sums, outcome, policy, values, begin, end, first, items):
    """Add one outcome of a policy: ``values`` from ``begin`` to ``end``, of items ``first`` + n."""
    row = (outcome * sums.policies + sums.policy + policy) * sums.places
    while begin < end:
        scenario = (first + begin) // items.replications
        replication = (first + begin) % items.replications
        stop = min(end, begin + items.replications - replication)
        at = row + sums.place[scenario]
        if sums.each.size > 0:
            to = at * sums.replications + items.before + replication - begin
            for n in range(begin, stop):
                atomic_add(sums.each, to + n, values[n])
        else:
            if items.before + replication == 0:
                sums.first[at] = values[begin]
            alone = stop - begin == items.replications
            add_moments(sums, at, values, begin, stop, alone)
        begin = stop
