"""Planes of bits: states and sums of many firms at once.

A plane holds one bit of each of many firms; here it is any value that knows ``& | ^ ~``. A state of
0, 1 or 2 is two planes: ``one`` (the state is 1 or more) and ``two`` (it is 2). So the lower of two
states is the AND of their planes and the higher one the OR, and a missing neighbour, whose planes
are 0, never leads and never counts. Numbers are whole, plane n for bit n.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from cakernel.jit.program_values import logic

Plane = Any


class State(NamedTuple):
    """The planes of a state."""

    one: Plane
    two: Plane


def every(plane: Plane) -> Plane:
    """Return a plane of ones."""
    return plane | ~plane


def either(planes: Sequence[Plane]) -> Plane:
    """Return where any plane is set."""
    while len(planes) > 2:
        first = logic(lambda a, b, c: a | b | c, *planes[:3])
        planes = [first, *planes[3:]]
    return planes[0] if len(planes) == 1 else planes[0] | planes[1]


def choose(where: Plane, one: Plane, other: Plane) -> Plane:
    """Return bit by bit the one or the other."""
    return logic(lambda w, a, b: (w & a) | (~w & b), where, one, other)


def odd(a: Plane, b: Plane, c: Plane) -> Plane:
    """Return the sum of three bits without its carry."""
    return logic(lambda a, b, c: a ^ b ^ c, a, b, c)


def majority(a: Plane, b: Plane, c: Plane) -> Plane:
    """Return the carry of the sum of three bits."""
    return logic(lambda a, b, c: (a & b) | (a & c) | (b & c), a, b, c)
