"""Straight-line programs on vectors: written in Python, emitted as LLVM instructions.

A program is a plain Python function on vectors (`program_values`). numba does not compile it: it
runs once, while its caller is compiled, and each operation leaves an instruction behind. So its
loops are Python's and unroll by themselves, and its lists of vectors are registers. Where
compilation is off (NUMBA_DISABLE_JIT=1) it runs on NumPy arrays, each time that it is called, and
can be stepped through.

In a program an array of the caller is a `Memory`, whose vectors of 64 bytes are read and written by
the place of their first element; a whole number is a `Number`, for places and choices, and a
float64 a vector that has it in every word; named tuples and records have such fields; and a value
that is `known` while compiling is itself.
"""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from inspect import Parameter, Signature, signature
from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic

from cakernel.jit.known import KnownType
from cakernel.jit.program_values import (
    WORD,
    WORDS,
    Memory,
    Number,
    PlainMemory,
    Reals,
    Vector,
    spread,
)


class Fields:
    """A record of the caller: its arrays are memory, its numbers are read where asked for."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self._read = read

    def __getattr__(self, name: str) -> Any:
        return self._read(name)


class Records:
    """An array of records of the caller."""

    def __init__(self, read: Callable[[Any], Fields]) -> None:
        self._read = read

    def __getitem__(self, place: Any) -> Fields:
        return self._read(place)


def filled(number: Any, like: Any) -> Any:
    """Return a vector that has a number in every word."""
    if not isinstance(like, Vector):
        real = like.dtype == np.float64
        return np.full(WORDS, number) if real else np.full(WORDS, number, np.int64).view(np.uint64)
    if isinstance(number, Number):
        return like.like(spread(number.builder, number.value))
    return like.like(like._operand(number))


def case(chosen: Any, options: Mapping[int, Callable[[], Any]]) -> Any:
    """Return what the option of a number gives: vectors, one each for all options.

    The caller's number must be one of the options'.
    """
    if not isinstance(chosen, Number):
        return options[int(chosen)]()
    builder = chosen.builder
    last, end = builder.append_basic_block(), builder.append_basic_block()
    switch = builder.switch(chosen.value, last)
    results = []
    for n, (code, option) in enumerate(options.items()):
        block = last
        if n + 1 < len(options):
            block = builder.append_basic_block()
            switch.add_case(chosen.value.type(code), block)
        builder.position_at_end(block)
        results.append((option(), builder.block))
        builder.branch(end)
    builder.position_at_end(end)
    merged = []
    for place, first in enumerate(results[0][0]):
        phi = builder.phi(first.vector.type)
        for values, block in results:
            phi.add_incoming(values[place].vector, block)
        merged.append(first.like(phi))
    return type(results[0][0])(*merged) if hasattr(results[0][0], "_fields") else tuple(merged)


def each(count: Any, body: Callable[..., Any], *carried: Any, while_any: bool = False) -> Any:
    """Return the vectors that ``body(n, *carried)`` makes of those carried, for n from 0 up.

    With ``while_any`` it also gives, first, in which words that turn counts: if in none, the loop
    ends with what was carried into it.
    """
    if not isinstance(carried[0], Vector):
        for n in range(count):
            counts, *made = body(n, *carried) if while_any else (None, *body(n, *carried))
            if while_any and not counts.any():
                break
            carried = tuple(made)
        return carried
    builder = carried[0].builder
    limit = count.value if isinstance(count, Number) else WORD(count)
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
    if while_any:
        counts, *made = made
        following, bits = builder.append_basic_block(), ir.IntType(WORDS)
        some = builder.icmp_unsigned("!=", builder.bitcast(counts.vector, bits), bits(0))
        builder.cbranch(some, following, end)
        builder.position_at_end(following)
    n.add_incoming(builder.add(n, n.type(1)), builder.block)
    for phi, value in zip(phis, made, strict=True):
        phi.add_incoming(value.vector, builder.block)
    builder.branch(head)
    builder.position_at_end(end)
    return reached


def program(function: Callable[..., None]) -> Any:
    """Let compiled code call a program, which returns nothing: its results are in memory."""
    if config.DISABLE_JIT:
        return _plain(function)

    def given(context: Any, builder: Any, kind: Any, value: Any) -> Any:
        ternary = "+avx512f" in context.codegen().magic_tuple()[2]
        return _given(context, builder, kind, value, ternary=ternary)

    return intrinsic(emitting(function, given))


def emitting(function: Callable[..., None], given: Callable[..., Any]) -> Callable[..., Any]:
    """Return what an intrinsic takes: it runs a program on what arguments are ``given`` as.

    ``given`` takes context, builder, type and value of an argument.
    """
    parameters = list(signature(function).parameters.values())

    @wraps(function)
    def typing(_: Any, *kinds: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            arguments = zip(signature.args, values, strict=True)
            function(*(given(context, builder, kind, value) for kind, value in arguments))
            return context.get_dummy_value()

        return types.void(*kinds), emit

    context = Parameter("typing_context", Parameter.POSITIONAL_OR_KEYWORD)
    typing.__signature__ = Signature([context, *parameters])
    return typing


def _given(context: Any, builder: Any, kind: Any, value: Any, *, ternary: bool) -> Any:
    """Return an argument as the program sees it."""
    if isinstance(kind, KnownType):
        return kind.value
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, value)
        if isinstance(kind.dtype, types.Record):
            return Records(partial(_record, context, builder, kind, array, ternary=ternary))
        return Memory(builder, array.data, kind.dtype, ternary=ternary)
    if isinstance(kind, types.Record):
        return Fields(partial(_field, context, builder, kind, value, ternary=ternary))
    if isinstance(kind, types.BaseTuple):
        fields = zip(kind.types, cgutils.unpack_tuple(builder, value, len(kind)), strict=True)
        given = (_given(context, builder, k, field, ternary=ternary) for k, field in fields)
        if isinstance(kind, types.BaseNamedTuple):
            return kind.instance_class(*given)
        return tuple(given)
    if kind == types.float64:
        return Reals(builder, spread(builder, value), ternary=ternary)
    return Number(builder, value)


def _record(context: Any, builder: Any, kind: Any, array: Any, place: Any, *, ternary: bool) -> Any:
    """Return a record of an array as the program sees it."""
    places = place if isinstance(place, tuple) else (place,)
    indices = [n.value if isinstance(n, Number) else WORD(n) for n in places]
    record = cgutils.get_item_pointer(context, builder, kind, array, indices)
    return _given(context, builder, kind.dtype, record, ternary=ternary)


def _field(context: Any, builder: Any, kind: Any, record: Any, name: str, *, ternary: bool) -> Any:
    """Return a field of a record as the program sees it; fields are aligned to their size."""
    field = kind.typeof(name)
    element = field.dtype if isinstance(field, types.NestedArray) else field
    pointer = context.get_data_type(element).as_pointer()
    address = cgutils.get_record_member(builder, record, kind.offset(name), pointer.pointee)
    if isinstance(field, types.NestedArray):
        return Memory(builder, address, element, ternary=ternary)
    return _given(context, builder, field, builder.load(address), ternary=ternary)


def _plain(function: Callable[..., None]) -> Callable[..., None]:
    def seen(value: Any) -> Any:
        if isinstance(value, np.record):
            return Fields(lambda name: seen(getattr(value, name)))
        if isinstance(value, np.ndarray):
            if value.dtype.names:
                return Records(lambda place: seen(value[place]))
            return PlainMemory(value)
        if isinstance(value, tuple):
            inside = map(seen, value)
            return type(value)(*inside) if hasattr(value, "_fields") else tuple(inside)
        return value

    @wraps(function)
    def call(*arguments: Any) -> None:
        function(*map(seen, arguments))

    return call
