"""Rules by counts of neighbours: the first row of conditions that holds gives the target."""

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.jit.programs import case, program
from cakernel.recovery.kernel.lanes.rules import TABLE
from cakernel.recovery.kernel.network.arguments import (
    AIMS,
    HIT_X,
    OF_ALL,
    OF_ANY,
    OF_SOME,
    OF_TWO,
    OPEN,
    REACHED,
    ROW,
    STATE_BYTES,
    Chosen,
)
from cakernel.recovery.kernel.network.neighbours import Listed, none_of, some_reach
from cakernel.recovery.kernel.states import (
    BELOW_HIGH,
    CUSTOMERS,
    HIGH,
    LOW,
    MEDIUM,
    OPERATIONAL,
    PEERS,
    SUPPLIERS,
    WHOLE,
)


@program
def begin_rule(work, aim):
    """Find no target yet."""
    none = none_of(work[aim])
    work[aim] = work[aim + VECTOR_BYTES] = none
    work[OPEN] = ~none


@program
def begin_row(bits, at, work, own):
    """Let a row hold where none did before and the firm's state is the row's.

    What is found for high firms does not matter: they stay.
    """
    still = work[OPEN]
    options = {
        LOW: lambda: (still & ~bits[at],),
        MEDIUM: lambda: (still & bits[at],),
        BELOW_HIGH: lambda: (still,),
    }
    (work[ROW],) = case(own, options)


@program
def need_some(bits, place, links, first, end, how, work):
    """Let a row hold only where one, two or all of a list have a plane, or `REACHED` is set."""
    listed, holds = Listed(bits, place, links), work[ROW]
    none = none_of(holds)

    def has_all(at, holds):
        return (holds & bits[at],)

    def has_one(at, found):
        return (found | bits[at],)

    options = {
        OF_ALL: lambda: listed.fold(first, end, has_all, holds),
        OF_ANY: lambda: (holds & listed.fold(first, end, has_one, none)[0],),
        OF_TWO: lambda: (holds & listed.two_reach(none, first, end, 0),),
        OF_SOME: lambda: (holds & work[REACHED],),
    }
    (work[ROW],) = case(how, options)


@program
def end_row(work, aim, target):
    """Add a row's target where it holds."""
    holds, one, two = work[ROW], work[aim], work[aim + VECTOR_BYTES]
    options = {
        LOW: lambda: (one, two),
        MEDIUM: lambda: (one | holds, two),
        HIGH: lambda: (one | holds, two | holds),
    }
    work[aim], work[aim + VECTOR_BYTES] = case(target, options)
    work[OPEN] = work[OPEN] & ~holds


@compiled(inlined=True)
def range_of(kind, firm, source):
    """Return where a firm's distinct neighbours of a kind begin and end."""
    if kind == SUPPLIERS:
        return np.int64(source), np.int64(firm.near_end)
    if kind == CUSTOMERS:
        return np.int64(firm.customers), np.int64(firm.peers)
    if kind == PEERS:
        return np.int64(firm.peers), np.int64(firm.suppliers)
    return np.int64(firm.near), np.int64(firm.near_end)


@compiled(inlined=True)
def find_target(rule, side, firm, source, links, counted, bits, at, work):
    """Return a rule's code that `targets` knows; of a rule by counts, set the planes of its target.

    They are 0 where no row of the rule holds.
    """
    if rule < TABLE:
        return rule
    place, aim = HIT_X + side * STATE_BYTES, AIMS + side * STATE_BYTES
    begin_rule(work, aim)
    here = np.int64(counted[rule - TABLE])
    rows = counted[here]
    here += 1
    for _ in range(rows):
        target, conditions = np.int64(counted[here + 1]), counted[here + 2]
        begin_row(bits, at + place, work, np.int64(counted[here]))
        here += 3
        for _ in range(conditions):
            first, end = range_of(counted[here], firm, source)
            plane = place + (counted[here + 1] - MEDIUM) * VECTOR_BYTES
            of_share = -(-np.int64(counted[here + 3]) * (end - first) // WHOLE)
            need = max(np.int64(counted[here + 2]), of_share)
            here += 4
            how = OF_SOME
            if need == end - first:
                how = OF_ALL
            elif need <= 2:
                how = OF_ANY if need == 1 else OF_TWO
            else:
                some_reach(bits, plane, links, first, end, need, work, REACHED)
            need_some(bits, plane, links, first, end, how, work)
        end_row(work, aim, target)
    return TABLE


@compiled
def with_counts(chosen, firm, source, links, counted, bits, at, work):
    """Return what a firm does, whose states stand ``at`` a place of bits, its targets found."""
    supply, cyber = chosen.supply, chosen.cyber
    # one loop, so that the code is there once
    for side in range(2):
        rule = supply if side == OPERATIONAL else cyber
        code = find_target(rule, side, firm, source, links, counted, bits, at, work)
        supply, cyber = (code, cyber) if side == OPERATIONAL else (supply, code)
    return Chosen(supply, cyber, chosen.intangibles_first)
