"""Loops in straight-line programs: over lists whose lengths the caller knows.

Where compilation is off they are Python's.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir

from cakernel.jit.programs import Lanes, Memory, Number

_WORD = ir.IntType(64)


def each(count: Any, body: Callable[..., Any], *carried: Any) -> Any:
    """Return the vectors that ``body(n, *carried)`` makes of those carried, for n from 0 up."""
    if not isinstance(carried[0], Lanes):
        for n in range(count):
            carried = tuple(body(n, *carried))
        return carried
    builder = carried[0].builder
    limit = count.value if isinstance(count, Number) else _WORD(count)
    before = builder.block
    head, turn, end = (builder.append_basic_block() for _ in range(3))
    builder.branch(head)
    builder.position_at_end(head)
    n = builder.phi(limit.type)
    n.add_incoming(n.type(0), before)
    phis = [builder.phi(value.vector.type) for value in carried]
    for phi, value in zip(phis, carried, strict=True):
        phi.add_incoming(value.vector, before)
    reached = tuple(value.like(phi) for phi, value in zip(phis, carried, strict=True))
    builder.cbranch(builder.icmp_signed("<", n, limit), turn, end)
    builder.position_at_end(turn)
    made = body(Number(builder, n), *reached)
    n.add_incoming(builder.add(n, n.type(1)), builder.block)
    for phi, value in zip(phis, made, strict=True):
        phi.add_incoming(value.vector, builder.block)
    builder.branch(head)
    builder.position_at_end(end)
    return reached


def times(number: Any, factor: int) -> Any:
    """Return a whole number ``factor`` times, a power of two."""
    if not isinstance(number, Number):
        return number * factor
    shift = number.value.type(factor.bit_length() - 1)
    return Number(number.builder, number.builder.shl(number.value, shift))


def number_at(memory: Any, place: Any, factor: int = 1) -> Any:
    """Return a whole number in memory ``factor`` times, a power of two."""
    if not isinstance(memory, Memory):
        return int(memory._array[place]) * factor
    builder = memory.builder
    index = place.value if isinstance(place, Number) else _WORD(place)
    value = builder.sext(builder.load(builder.gep(memory._data, [index])), _WORD)
    return times(Number(builder, value), factor)
