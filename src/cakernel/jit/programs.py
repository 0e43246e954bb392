"""Straight-line programs on vectors: written in Python, emitted as LLVM instructions.

A program is a plain Python function on values that know ``& | ^ ~`` (and, for whole numbers, ``+ -
* >>``). numba does not compile it: it runs once, while its caller is compiled, and each operation
leaves an instruction behind. So its loops are Python's and unroll by themselves, and its lists of
vectors are registers. Where compilation is off (NUMBA_DISABLE_JIT=1) it runs on NumPy arrays, each
time that it is called, and can be stepped through.

In a program an array of the caller is a `Memory`, whose vectors of 64 bytes are read and written by
the place of their first element; a number is a `Number`, for places and choices; named tuples have
such fields; and a value that is `known` while compiling is itself.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic

from cakernel.jit.known import KnownType

VECTOR_BYTES = 64
WORDS = VECTOR_BYTES // 8
# vectors are of 64-bit words, whatever the array's dtype
_WORD = ir.IntType(64)
_VECTOR = ir.VectorType(_WORD, WORDS)
_MASK = ir.VectorType(ir.IntType(1), WORDS)


class Lanes:
    """A vector of eight 64-bit words, or of 512 bits, while a program is emitted."""

    __slots__ = ("builder", "ternary", "vector")

    def __init__(self, builder: ir.IRBuilder, vector: ir.Value, *, ternary: bool) -> None:
        self.builder, self.vector, self.ternary = builder, vector, ternary

    def like(self, vector: ir.Value) -> "Lanes":
        """Return another vector of the same program."""
        return Lanes(self.builder, vector, ternary=self.ternary)

    def _operand(self, other: "Lanes | int") -> ir.Value:
        if isinstance(other, Lanes):
            return other.vector
        return ir.Constant(_VECTOR, [int(other)] * WORDS)

    def __and__(self, other: "Lanes | int") -> "Lanes":
        return self.like(self.builder.and_(self.vector, self._operand(other)))

    def __or__(self, other: "Lanes | int") -> "Lanes":
        return self.like(self.builder.or_(self.vector, self._operand(other)))

    def __xor__(self, other: "Lanes | int") -> "Lanes":
        return self.like(self.builder.xor(self.vector, self._operand(other)))

    def __invert__(self) -> "Lanes":
        return self.like(self.builder.not_(self.vector))

    def __add__(self, other: "Lanes | int") -> "Lanes":
        return self.like(self.builder.add(self.vector, self._operand(other)))

    def __mul__(self, other: "Lanes | int") -> "Lanes":
        return self.like(self.builder.mul(self.vector, self._operand(other)))

    def __rshift__(self, other: "Lanes | int") -> "Lanes":
        return self.like(self.builder.lshr(self.vector, self._operand(other)))


class Number:
    """A whole number of the caller while a program is emitted."""

    __slots__ = ("builder", "value")

    def __init__(self, builder: ir.IRBuilder, value: ir.Value) -> None:
        self.builder, self.value = builder, value

    def _operand(self, other: "Number | int") -> ir.Value:
        return other.value if isinstance(other, Number) else self.value.type(other)

    def __add__(self, other: "Number | int") -> "Number":
        return Number(self.builder, self.builder.add(self.value, self._operand(other)))

    def __sub__(self, other: "Number | int") -> "Number":
        return Number(self.builder, self.builder.sub(self.value, self._operand(other)))


class Memory:
    """An array of the caller while a program is emitted."""

    def __init__(
        self, builder: ir.IRBuilder, data: ir.Value, item_bytes: int, *, ternary: bool
    ) -> None:
        self.builder, self._data, self._item_bytes = builder, data, item_bytes
        self._ternary = ternary

    def _address(self, place: Number | int, kind: ir.Type) -> ir.Value:
        index = place.value if isinstance(place, Number) else _WORD(place)
        return self.builder.bitcast(self.builder.gep(self._data, [index]), kind.as_pointer())

    def __getitem__(self, place: Number | int) -> Lanes:
        vector = self.builder.load(self._address(place, _VECTOR), align=self._item_bytes)
        return Lanes(self.builder, vector, ternary=self._ternary)

    def __setitem__(self, place: Number | int, value: Lanes) -> None:
        self.builder.store(value.vector, self._address(place, _VECTOR), align=self._item_bytes)

    def set_truth(self, place: Number | int, mask: ir.Value) -> None:
        """Store the truth values of a comparison as the bits of one byte."""
        byte = ir.IntType(8)
        self.builder.store(self.builder.bitcast(mask, byte), self._address(place, byte))

    def where(self, place: Number | int, value: Lanes) -> Lanes:
        """Return a vector where the bits of one byte are set, else 0."""
        byte = self.builder.load(self._address(place, ir.IntType(8)))
        none = ir.Constant(_VECTOR, None)
        mask = self.builder.bitcast(byte, _MASK)
        return value.like(self.builder.select(mask, value.vector, none))


class PlainMemory:
    """As `Memory`, where compilation is off."""

    def __init__(self, array: Any) -> None:
        self._array = array
        self._width = VECTOR_BYTES // array.itemsize

    def __getitem__(self, place: int) -> Any:
        return self._array[place : place + self._width].copy().view(np.uint64)

    def __setitem__(self, place: int, value: Any) -> None:
        self._array[place : place + self._width] = value.view(self._array.dtype)

    def set_truth(self, place: int, mask: Any) -> None:
        """Store truth values as the bits of one byte."""
        self._array[place] = np.packbits(mask, bitorder="little")[0]

    def where(self, place: int, value: Any) -> Any:
        """Return a vector where the bits of one byte are set, else 0."""
        mask = np.unpackbits(self._array[place : place + 1], bitorder="little")
        return value * mask.astype(np.uint64)


def filled(number: Any, like: Any) -> Any:
    """Return a vector that has a number in every word."""
    if not isinstance(like, Lanes):
        return np.full(WORDS, number, np.int64).view(np.uint64)
    if not isinstance(number, Number):
        return like.like(ir.Constant(_VECTOR, [int(number)] * WORDS))
    builder, places = like.builder, ir.Constant(ir.VectorType(ir.IntType(32), WORDS), [0] * WORDS)
    undefined = ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(undefined, number.value, ir.IntType(32)(0))
    return like.like(builder.shuffle_vector(first, undefined, places))


def below(one: Any, other: Any) -> Any:
    """Return where unsigned words are below others, as `Memory.set_truth` takes it."""
    if not isinstance(one, Lanes):
        return one < other
    return one.builder.icmp_unsigned("<", one.vector, other.vector)


def logic(function: Callable[[Any, Any, Any], Any], a: Any, b: Any, c: Any) -> Any:
    """Return a function of three bits: one instruction where the processor has it."""
    if not isinstance(a, Lanes) or not a.ternary:
        return function(a, b, c)
    # what the function makes of all eight combinations is its name for the processor
    table = function(0b11110000, 0b11001100, 0b10101010) & 0b11111111
    builder = a.builder
    code = ir.IntType(32)
    kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3 + [code])
    name = "llvm.x86.avx512.pternlog.q.512"
    instruction = cgutils.get_or_insert_function(builder.module, kind, name)
    return a.like(builder.call(instruction, [a.vector, b.vector, c.vector, code(table)]))


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
        phi = builder.phi(_VECTOR)
        for values, block in results:
            phi.add_incoming(values[place].vector, block)
        merged.append(first.like(phi))
    return type(results[0][0])(*merged) if hasattr(results[0][0], "_fields") else tuple(merged)


def program(function: Callable[..., None]) -> Any:
    """Let compiled code call a program, which returns nothing: its results are in memory."""
    if config.DISABLE_JIT:
        return _plain(function)
    parameters = list(signature(function).parameters.values())

    @wraps(function)
    def typing(_: Any, *kinds: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            ternary = "+avx512f" in context.codegen().magic_tuple()[2]
            function(
                *(
                    _given(context, builder, kind, value, ternary=ternary)
                    for kind, value in zip(signature.args, values, strict=True)
                )
            )
            return context.get_dummy_value()

        return types.void(*kinds), emit

    context = Parameter("typing_context", Parameter.POSITIONAL_OR_KEYWORD)
    typing.__signature__ = Signature([context, *parameters])
    return intrinsic(typing)


def _given(context: Any, builder: Any, kind: Any, value: Any, *, ternary: bool) -> Any:
    """Return an argument as the program sees it."""
    if isinstance(kind, KnownType):
        return kind.value
    if isinstance(kind, types.Array):
        data = context.make_array(kind)(context, builder, value).data
        return Memory(builder, data, kind.dtype.bitwidth // 8, ternary=ternary)
    if isinstance(kind, types.BaseTuple):
        fields = zip(kind.types, cgutils.unpack_tuple(builder, value, len(kind)), strict=True)
        given = (_given(context, builder, k, field, ternary=ternary) for k, field in fields)
        if isinstance(kind, types.BaseNamedTuple):
            return kind.instance_class(*given)
        return tuple(given)
    return Number(builder, value)


def _plain(function: Callable[..., None]) -> Callable[..., None]:
    def seen(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return PlainMemory(value)
        if isinstance(value, tuple):
            inside = map(seen, value)
            return type(value)(*inside) if hasattr(value, "_fields") else tuple(inside)
        return value

    @wraps(function)
    def call(*arguments: Any) -> None:
        function(*map(seen, arguments))

    return call
