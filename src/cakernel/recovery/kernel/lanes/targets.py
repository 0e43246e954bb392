"""Targets of the recovery rules for all lanes at once, on bits.

A state of 0, 1 or 2 is held as two bits: ``one`` (the state is 1 or more) and ``two`` (it is 2).
Then the lower of two states is the AND of their bits and the higher one the OR, and a missing
neighbour, whose bits are 0, never leads and never counts. Each value here is a 64-byte vector of
bits, one bit a firm and lane. The definitions are those of ``rules`` on the API side.
"""

from typing import NamedTuple

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import load, store

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
def targets(rule, bits, near, own):
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
    """Return where a neighbour has a state: 0, 1, 2, or 3 where there is none."""
    if state == 0:
        return present & ~neighbour[0]
    if state == 1:
        return neighbour[0] & ~neighbour[1]
    if state == 2:
        return neighbour[1]
    return ~present


@compiled
def table_targets(table, work, bits, near, own, present):
    """Return the bits of a target that is looked up in a table of 3 x 4^4 entries.

    ``present`` is where there is a neighbour upstream, downstream, in the previous and in the next
    chain. ``work`` is uint8 of (1024,): for each set of states of the last neighbour, as four bits,
    where it has one of them.
    """
    neighbours = (
        (load(bits, near.upstream), load(bits, near.upstream + near.second)),
        (load(bits, near.downstream), load(bits, near.downstream + near.second)),
        (load(bits, near.previous), load(bits, near.previous + near.previous_second)),
        (load(bits, near.following), load(bits, near.following + near.following_second)),
    )
    none = own[0] ^ own[0]
    for states in range(16):
        some = none
        for state in range(4):
            if states >> state & 1:
                some = some | is_state(state, neighbours[3], present[3])
        store(work, states * 64, some)
    one, two = none, none
    for own_state in range(3):
        here = is_state(own_state, own, ~none)
        for up in range(4):
            with_up = here & is_state(up, neighbours[0], present[0])
            for down in range(4):
                with_down = with_up & is_state(down, neighbours[1], present[1])
                for before in range(4):
                    with_before = with_down & is_state(before, neighbours[2], present[2])
                    first = (((own_state * 4 + up) * 4 + down) * 4 + before) * 4
                    ones, twos = 0, 0
                    for after in range(4):
                        target = table[first + after]
                        ones |= int(target >= 1) << after
                        twos |= int(target >= 2) << after
                    one = one | (with_before & load(work, ones * 64))
                    two = two | (with_before & load(work, twos * 64))
    return one, two
