"""What the kernel is given: a network as arrays, the memory that it works in, and where bits stand.

The states of firm n begin at byte ``n * FIRM_BYTES`` of the bits, each where its name below says:
plane one, then, a vector later, plane two.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.known import Known
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.lanes.bit_numbers import PLACES
from cakernel.recovery.kernel.lanes.step import Planes

LANES: Final = PLACES
# two planes: a state, or a place of draws
STATE_BYTES: Final = 2 * VECTOR_BYTES

# a firm's states: at the period's end and after disruptions, operational, then intangibles; and the
# one by which it acquires
STATES: Final = 5
END_X, END_Y, HIT_X, HIT_Y, LOWEST = (n * STATE_BYTES for n in range(STATES))
FIRM_BYTES: Final = STATES * STATE_BYTES

# how a firm's demand is found from the states of its customers
OF_ALL, OF_ANY, OF_TWO, OF_SOME, OF_NOBODY = range(5)
# a field of a firm that the run's policy decides
BY_RUN: Final = -1

# a firm, 64 bytes. Its neighbours are in `Network.links`: customers from ``customers``, peers from
# ``peers``, suppliers that nobody replaces from ``suppliers``, all others from ``groups``, to
# ``end``; each distinct one once from ``near`` to ``near_end``. ``provider`` and ``spill`` are
# places of draws. ``amounts`` is where its codes or prices begin, ``resources`` and ``stock`` where
# its planes do, in vectors. ``of_shape`` is which of the `Shapes`, ``demand`` how it is found and
# ``need`` how many customers must work. ``supply``, ``cyber``, ``principle`` and ``site`` are its
# own rules' codes, whether intangibles come first, and whether it is on site, or BY_RUN.
FIRM: Final = np.dtype(
    [
        *((name, np.int32) for name in ("customers", "peers", "suppliers", "groups", "end")),
        *((name, np.int32) for name in ("near", "near_end", "provider", "spill", "need")),
        *((name, np.int32) for name in ("amounts", "resources", "stock")),
        *(
            (name, np.int8)
            for name in ("of_shape", "demand", "principle", "site", "stock_planes", "charged")
        ),
        *((name, np.int8) for name in ("x", "y")),
        *((name, np.int16) for name in ("supply", "cyber")),
    ],
    align=True,
)


@dataclass(frozen=True)
class Shapes(Known):
    """The shapes of firms' numbers: of each, its planes, and whether amounts are given by codes.

    Codes are of amounts that are the same in all lanes, prices of those that are not.
    """

    planes: tuple[Planes, ...]
    coded: tuple[bool, ...]


class Network(NamedTuple):
    """A network as arrays.

    ``links`` int32 are neighbours' numbers and ``last`` int8 beside it is -1 where an input's last
    alternative is, else 0. ``codes`` int16 (planes * 4,) say which of three amounts have a plane's
    bit, as places of `money.Codes`: of what either side acquires, of what its upgrades cost.
    ``initial`` int64 (firms,) are resources before the first period, ``capacity`` int64 (variants,
    firms) the stock, ``holding`` and ``upkeep`` int64 (firms,) what a unit of it and what links
    cost a period;
    ``weight`` int64 (firms,) how many common quanta make one of the firm's, and ``place`` int64
    (firms,) its row in the user's table. Where results have the outcome value, ``value`` int64
    (scenarios, 6) is what final states are worth, operational, then intangibles, in quanta of which
    ``value_quanta`` int64 (scenarios,) make as much as ``times`` int64 (scenarios,) common quanta.

    Rules by counts are those of `recovery.counts`; rule n has the code TABLE + n. In ``counted``
    int32 it begins at the n-th number: how many rows there are, and of each the own state, the
    target and how many conditions there are, and of each kind, state, number and share. A firm's
    distinct suppliers stand from ``sources`` int32 (firms,) to ``near_end``.
    """

    links: Any
    last: Any
    codes: Any
    initial: Any
    capacity: Any
    holding: Any
    upkeep: Any
    weight: Any
    place: Any
    counted: Any
    sources: Any
    times: Any
    value_quanta: Any
    value: Any


class Rules(NamedTuple):
    """A policy of the run: its rules' codes of `step` or below, its flags and its cutoffs.

    A cutoff is the least number of periods that must remain for a firm to leave a state.
    """

    supply: int
    cyber: int
    on_site: bool
    intangibles_first: bool
    when_hit: bool
    x_low: int
    x_medium: int
    y_low: int
    y_medium: int


class Chosen(NamedTuple):
    """What a firm does under a policy: rules' codes, and whether intangibles come first."""

    supply: Any
    cyber: Any
    intangibles_first: Any


class State(NamedTuple):
    """What one policy works on in one block of lanes: planes, uint8.

    ``bits`` has the firms' states, ``resources`` and ``stock`` their numbers, ``x_counter`` and
    ``y_counter`` the sums of states over firms; or, where firms are told apart, ``firm_counts`` has
    two sums for each. ``total`` is a number that sums are made in, ``work`` (`WORK_VECTORS` or
    more) what a firm's period needs, ``values`` int64 (1024,) numbers that are read.
    """

    bits: Any
    resources: Any
    stock: Any
    x_counter: Any
    y_counter: Any
    firm_counts: Any
    total: Any
    work: Any
    values: Any


# working vectors: a carry; 1s for all; where enough customers reach the two planes of a state; of
# rules by counts the planes of targets, by side, where none is found yet, and where a row holds;
# where cutoffs let leave low and medium, by side; unions of masks for the amounts of both sides
# that are acquired and paid; a counter; what is charged
CARRY, EVERY, REACHED, AIMS, OPEN, ROW, LEAVE, UNIONS = (
    n * VECTOR_BYTES for n in (0, 1, 2, 4, 8, 9, 10, 14)
)
UNIONS_EACH: Final = 8 * VECTOR_BYTES
COUNTER: Final = UNIONS + 4 * UNIONS_EACH
CHARGE: Final = COUNTER + 32 * VECTOR_BYTES
WORK_VECTORS: Final = CHARGE // VECTOR_BYTES + 64


@compiled
def state_in(memory, ends):
    """Return the arrays of `State` in ``memory`` uint8; each ends at its place of ``ends``."""
    return State(
        memory[: ends[0]],
        memory[ends[0] : ends[1]],
        memory[ends[1] : ends[2]],
        memory[ends[2] : ends[3]],
        memory[ends[3] : ends[4]],
        memory[ends[4] : ends[5]],
        memory[ends[5] : ends[6]],
        memory[ends[6] : ends[7]],
        memory[ends[7] : ends[8]].view(np.int64),
    )
