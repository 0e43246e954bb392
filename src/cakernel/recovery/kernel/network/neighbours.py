"""A firm's neighbours: what their states are together, read from lists, in programs."""

from typing import Any, NamedTuple

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES, logic
from cakernel.jit.programs import case, each, filled, program
from cakernel.recovery.kernel.lanes.bit_numbers import clear, copy
from cakernel.recovery.kernel.lanes.planes import State
from cakernel.recovery.kernel.lanes.rules import Near
from cakernel.recovery.kernel.network.arguments import (
    CARRY,
    COUNTER,
    FIRM_BYTES,
    OF_ALL,
    OF_ANY,
    OF_NOBODY,
    OF_SOME,
    OF_TWO,
    REACHED,
)


class Lists(NamedTuple):
    """Where the lists of a firm's neighbours begin; see `arguments.FIRM`."""

    customers: Any
    peers: Any
    suppliers: Any
    groups: Any
    end: Any
    near: Any
    near_end: Any
    demand: Any


def state_at(bits, at):
    """Return the state whose planes are in memory."""
    return State(bits[at], bits[at + VECTOR_BYTES])


def put_state(bits, at, state):
    """Store the planes of a state."""
    bits[at], bits[at + VECTOR_BYTES] = state


def none_of(plane):
    """Return a plane of none."""
    return plane ^ plane


class Listed:
    """One state of the firms of a list: that which a firm has at ``place``."""

    def __init__(self, bits, place, links):
        self.bits, self.place, self.links = bits, place, links

    def fold(self, first, end, body, *carried):
        """Return what planes become by ``body(at, *carried)`` for each firm, found ``at``."""

        def turn(n, *planes):
            return body(self.links.number(first + n) * FIRM_BYTES + self.place, *planes)

        return each(end - first, turn, *carried)

    def lowest(self, own, first, end):
        """Return the lowest of a state and theirs."""

        def lower(at, one, two):
            near = state_at(self.bits, at)
            return one & near.one, two & near.two

        return State(*self.fold(first, end, lower, *own))

    def highest(self, own, first, end):
        """Return the highest of a state and theirs."""

        def higher(at, one, two):
            near = state_at(self.bits, at)
            return one | near.one, two | near.two

        return State(*self.fold(first, end, higher, *own))

    def any_high(self, plane, first, end):
        """Return where a plane is set or one of them is high."""
        two = VECTOR_BYTES
        return self.fold(first, end, lambda at, plane: (plane | self.bits[at + two],), plane)[0]

    def two_reach(self, none, first, end, second):
        """Return where two of them have the plane ``second`` bytes further."""

        def found(at, once, twice):
            plane = self.bits[at + second]
            return once | plane, logic(lambda t, o, p: t | (o & p), twice, once, plane)

        return self.fold(first, end, found, none, none)[1]


class Neighbours(Near):
    """A firm's neighbours after disruptions, as rules ask for them."""

    def __init__(self, listed, lists, none):
        self.listed, self.lists, self.none = listed, lists, none

    def _range(self, sides):
        """Return the part of the lists that has the firms on some sides: peers, and more."""
        first = self.lists.customers if "downstream" in sides else self.lists.peers
        return first, self.lists.end if "upstream" in sides else self.lists.suppliers

    def any_high(self, plane, *sides):
        """Return where a plane is set or a neighbour on some sides is high."""
        return self.listed.any_high(plane, *self._range(sides))

    def highest(self, own, *sides):
        """Return the highest of a state and those of the neighbours on some sides."""
        return self.listed.highest(own, *self._range(sides))

    def two_high(self):
        """Return where two distinct neighbours are high."""
        return self.listed.two_reach(self.none, self.lists.near, self.lists.near_end, VECTOR_BYTES)


def demanded(listed, lists, own, work):
    """Return the lower of a state and the one that enough customers reach."""
    customers = lists.customers, lists.peers
    none = none_of(own.one)

    def of_any():
        best = listed.highest(State(none, none), *customers)
        return State(own.one & best.one, own.two & best.two)

    def of_two():
        one, two = (listed.two_reach(none, *customers, second) for second in (0, VECTOR_BYTES))
        return State(own.one & one, own.two & two)

    def of_some():
        return State(own.one & work[REACHED], own.two & work[REACHED + VECTOR_BYTES])

    options = {
        OF_ALL: lambda: listed.lowest(own, *customers),
        OF_ANY: of_any,
        OF_TWO: of_two,
        OF_SOME: of_some,
        OF_NOBODY: lambda: own,
    }
    return case(lists.demand, options)


def supplied(listed, lists, last, own):
    """Return the lower of a state and that of the input that is lowest.

    Of an input's alternative suppliers the best one counts.
    """
    lowest = listed.lowest(own, lists.suppliers, lists.groups)
    none = none_of(own.one)

    def alternative(n, low_one, low_two, best_one, best_two):
        place = lists.groups + n
        near = state_at(listed.bits, listed.links.number(place) * FIRM_BYTES + listed.place)
        best_one, best_two = best_one | near.one, best_two | near.two
        at_end = filled(last.number(place), none)
        return (
            logic(lambda low, best, end: low & (best | ~end), low_one, best_one, at_end),
            logic(lambda low, best, end: low & (best | ~end), low_two, best_two, at_end),
            best_one & ~at_end,
            best_two & ~at_end,
        )

    one, two, _, _ = each(lists.end - lists.groups, alternative, *lowest, none, none)
    return State(one, two)


@program
def set_plane(memory, at, value):
    """Set a plane to 1s (-1) or 0s (0)."""
    memory[at] = filled(value, memory[at])


@program
def count_plane(work, at):
    """Add the carry to one plane of the counter and set it."""
    before, carry = work[at], work[CARRY]
    work[at] = before ^ carry
    work[CARRY] = before & carry


@program
def add_reached(work, at):
    """Add what the counter overflows by to where enough were counted."""
    work[at] = work[at] | work[CARRY]


@compiled
def some_reach(bits, place, links, first, end, need, work, result):
    """Set the plane ``result`` of ``work`` to where at least ``need`` of a list have a plane.

    A counter of p planes begins at 2^p - need and overflows where enough were counted.
    """
    planes = 0
    while 1 << planes < need:
        planes += 1
    begin = (1 << planes) - need
    for n in range(planes):
        set_plane(work, COUNTER + n * VECTOR_BYTES, -(begin >> n & 1))
    clear(work, result)
    for n in range(first, end):
        copy(work, CARRY, bits, place + links[n] * FIRM_BYTES)
        for plane in range(planes):
            count_plane(work, COUNTER + plane * VECTOR_BYTES)
        add_reached(work, result)
