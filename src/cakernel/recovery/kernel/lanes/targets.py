"""Targets of the recovery rules for all lanes at once, on bits.

A state of 0, 1 or 2 is held as two bits: ``one`` (the state is 1 or more) and ``two`` (it is 2).
Then the lower of two states is the AND of their bits and the higher one the OR, and a missing
neighbour, whose bits are 0, never leads and never counts. Each value here is a 64-byte vector of
bits, one bit a firm and lane. The rules are defined in `cakernel.recovery.rules`.
"""

from typing import NamedTuple

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES, load, store
from cakernel.recovery.kernel.states import HIGH, LEVELS, LOW, MEDIUM, NEIGHBOUR_LEVELS

(
    NEVER,
    RADICAL,
    INCREMENTAL,
    RELAXED,
    RIGOROUS,
    MATCHING,
    LEAD_DOWNSTREAM,
    LEAD_UPSTREAM,
    LEAD_BOTH,
    MATCHING_ACROSS,
    LEAD_ACROSS,
    TABLE,
) = range(12)


class Near(NamedTuple):
    """Where bit one of a firm's and its neighbours' states is; bit two is ``second`` further.

    A missing chain's two bits are one and the same, none: its ``second`` is 0.
    """

    own: int
    upstream: int
    downstream: int
    previous: int
    following: int
    second: int
    previous_second: int
    following_second: int


@compiled(inlined=True)
def built_in_targets(rule, bits, near, own):
    """Return the bits of a built-in rule's target.

    Neighbours are loaded where a rule asks for them.
    """
    every = ~(own[0] ^ own[0])
    if rule == RADICAL:
        return every, every
    if rule == INCREMENTAL:
        return every, own[0]
    if rule == NEVER:
        return own[0], own[1]
    previous = load(bits, near.previous + near.previous_second)
    following = load(bits, near.following + near.following_second)
    across = previous | following
    # market-driven: the higher of the leaders' state and the next one up
    if rule == LEAD_ACROSS:
        return every, own[0] | across
    if rule == MATCHING_ACROSS:
        one = load(bits, near.previous) | load(bits, near.following)
        return own[0] | one, own[1] | across
    up = load(bits, near.upstream + near.second)
    down = load(bits, near.downstream + near.second)
    if rule == LEAD_DOWNSTREAM:
        return every, own[0] | down | across
    if rule == LEAD_UPSTREAM:
        return every, own[0] | up | across
    if rule == LEAD_BOTH:
        return every, own[0] | up | down | across
    if rule == RELAXED:
        return every, own[1] | up | down | across
    if rule == RIGOROUS:
        return every, own[1] | (up & down) | (previous & following) | ((up | down) & across)
    # matching
    one = load(bits, near.previous) | load(bits, near.following)
    one = one | load(bits, near.upstream) | load(bits, near.downstream)
    return own[0] | one, own[1] | up | down | across


@compiled(inlined=True)
def is_state(state, neighbour, present):
    """Return where a neighbour has a state, or is ABSENT."""
    if state == LOW:
        return present & ~neighbour[0]
    if state == MEDIUM:
        return neighbour[0] & ~neighbour[1]
    if state == HIGH:
        return neighbour[1]
    return ~present


@compiled
def table_targets(table, spare, bits, near, own, present):
    """Return the bits of a target that is looked up in a table of TABLE_SIZE entries.

    ``present`` is where each of the `Neighbours` exists. ``spare`` is uint8 (1024,): for each set
    of states of the last neighbour, as four bits, where it has one of them.
    """
    neighbours = (
        (load(bits, near.upstream), load(bits, near.upstream + near.second)),
        (load(bits, near.downstream), load(bits, near.downstream + near.second)),
        (load(bits, near.previous), load(bits, near.previous + near.previous_second)),
        (load(bits, near.following), load(bits, near.following + near.following_second)),
    )
    none = own[0] ^ own[0]
    for states in range(1 << NEIGHBOUR_LEVELS):
        some = none
        for state in range(NEIGHBOUR_LEVELS):
            if states >> state & 1:
                some = some | is_state(state, neighbours[3], present[3])
        store(spare, states * VECTOR_BYTES, some)
    one, two = none, none
    for own_state in range(LEVELS):
        here = is_state(own_state, own, ~none)
        for up in range(NEIGHBOUR_LEVELS):
            with_up = here & is_state(up, neighbours[0], present[0])
            for down in range(NEIGHBOUR_LEVELS):
                with_down = with_up & is_state(down, neighbours[1], present[1])
                for before in range(NEIGHBOUR_LEVELS):
                    with_before = with_down & is_state(before, neighbours[2], present[2])
                    first = (own_state * NEIGHBOUR_LEVELS + up) * NEIGHBOUR_LEVELS + down
                    first = (first * NEIGHBOUR_LEVELS + before) * NEIGHBOUR_LEVELS
                    ones, twos = 0, 0
                    for after in range(NEIGHBOUR_LEVELS):
                        target = table[first + after]
                        ones |= int(target >= MEDIUM) << after
                        twos |= int(target >= HIGH) << after
                    one = one | (with_before & load(spare, ones * VECTOR_BYTES))
                    two = two | (with_before & load(spare, twos * VECTOR_BYTES))
    return one, two
