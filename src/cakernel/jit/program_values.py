"""What programs compute with: vectors of 64 bytes, numbers, and memory that holds vectors.

Vectors are `Lanes`, whole numbers or bits, or `Reals`, float64, eight of either. The functions here
take both, and NumPy's arrays, which know the same operators, where compilation is off.
"""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

VECTOR_BYTES = 64
WORDS = VECTOR_BYTES // 8
WORD = ir.IntType(64)
# vectors are of 64-bit words, whatever the array's dtype
LANES = ir.VectorType(WORD, WORDS)
REALS = ir.VectorType(ir.DoubleType(), WORDS)
MASK = ir.VectorType(ir.IntType(1), WORDS)


class Vector:
    """A vector while a program is emitted."""

    __slots__ = ("builder", "ternary", "vector")

    def __init__(self, builder: ir.IRBuilder, vector: ir.Value, *, ternary: bool) -> None:
        self.builder, self.vector, self.ternary = builder, vector, ternary

    def like(self, vector: ir.Value) -> Self:
        """Return another vector of the same program and kind."""
        return type(self)(self.builder, vector, ternary=self.ternary)

    def _operand(self, other: Any) -> ir.Value:
        """Return the vector of an operand: that of a number has it in every word."""
        if isinstance(other, Vector):
            return other.vector
        kind = self.vector.type
        number = float(other) if kind.element == REALS.element else int(other)
        return ir.Constant(kind, [number] * WORDS)


class Lanes(Vector):
    """Eight 64-bit words or 512 bits; also the truth values of a comparison, which know bits."""

    __slots__ = ()

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

    def __lshift__(self, other: "Lanes | int") -> "Lanes":
        return self.like(self.builder.shl(self.vector, self._operand(other)))

    def __rshift__(self, other: "Lanes | int") -> "Lanes":
        return self.like(self.builder.lshr(self.vector, self._operand(other)))

    def __lt__(self, other: "Lanes | int") -> "Lanes":
        return self.like(self.builder.icmp_unsigned("<", self.vector, self._operand(other)))


class Reals(Vector):
    """Eight float64. Each operation is rounded on its own, as NumPy's are."""

    __slots__ = ()

    def __add__(self, other: "Reals | float") -> "Reals":
        return self.like(self.builder.fadd(self.vector, self._operand(other)))

    def __sub__(self, other: "Reals | float") -> "Reals":
        return self.like(self.builder.fsub(self.vector, self._operand(other)))

    def __mul__(self, other: "Reals | float") -> "Reals":
        return self.like(self.builder.fmul(self.vector, self._operand(other)))

    def __truediv__(self, other: "Reals | float") -> "Reals":
        return self.like(self.builder.fdiv(self.vector, self._operand(other)))

    def __rsub__(self, other: float) -> "Reals":
        return self.like(self._operand(other)) - self

    def __rtruediv__(self, other: float) -> "Reals":
        return self.like(self._operand(other)) / self

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(self, other: "Reals | float") -> Lanes:
        truth = self.builder.fcmp_ordered("<", self.vector, self._operand(other))
        return Lanes(self.builder, truth, ternary=self.ternary)

    def __gt__(self, other: "Reals | float") -> Lanes:
        return self.like(self._operand(other)) < self


def spread(builder: ir.IRBuilder, number: ir.Value) -> ir.Value:
    """Return a vector that has a number of the caller in every word."""
    kind = ir.VectorType(number.type, WORDS)
    undefined, places = ir.Constant(kind, ir.Undefined), ir.VectorType(ir.IntType(32), WORDS)
    first = builder.insert_element(undefined, number, ir.IntType(32)(0))
    return builder.shuffle_vector(first, undefined, ir.Constant(places, None))


def select(mask: Any, where_true: Any, where_false: Any) -> Any:
    """Return word by word the one or the other; one of them may be a number."""
    if not isinstance(mask, Lanes):
        return np.where(mask, where_true, where_false)
    like = where_true if isinstance(where_true, Vector) else where_false
    one, other = like._operand(where_true), like._operand(where_false)
    return like.like(mask.builder.select(mask.vector, one, other))


def as_bits(value: Any) -> Any:
    """Return the bits of float64 as words."""
    if not isinstance(value, Reals):
        return value.view(np.uint64)
    words = value.builder.bitcast(value.vector, LANES)
    return Lanes(value.builder, words, ternary=value.ternary)


def as_reals(value: Any) -> Any:
    """Return the float64 that the bits of words stand for."""
    if not isinstance(value, Lanes):
        return value.view(np.float64)
    numbers = value.builder.bitcast(value.vector, REALS)
    return Reals(value.builder, numbers, ternary=value.ternary)


def logic(function: Callable[[Any, Any, Any], Any], a: Any, b: Any, c: Any) -> Any:
    """Return a function of three bits: one instruction where the processor has it."""
    if not isinstance(a, Lanes) or not a.ternary:
        return function(a, b, c)
    # what the function makes of all eight combinations is its name for the processor
    table = function(0b11110000, 0b11001100, 0b10101010) & 0b11111111
    builder = a.builder
    code = ir.IntType(32)
    kind = ir.FunctionType(LANES, [LANES] * 3 + [code])
    name = "llvm.x86.avx512.pternlog.q.512"
    instruction = cgutils.get_or_insert_function(builder.module, kind, name)
    return a.like(builder.call(instruction, [a.vector, b.vector, c.vector, code(table)]))


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

    def __mul__(self, other: "Number | int") -> "Number":
        return Number(self.builder, self.builder.mul(self.value, self._operand(other)))


class Memory:
    """An array of the caller while a program is emitted."""

    def __init__(
        self, builder: ir.IRBuilder, data: ir.Value, kind: types.Type, *, ternary: bool
    ) -> None:
        self.builder, self._data, self._ternary = builder, data, ternary
        self._align = kind.bitwidth // 8
        real = kind == types.float64
        self._kind = REALS if real else LANES
        self._values: type[Vector] = Reals if real else Lanes

    def _address(self, place: Number | int, kind: ir.Type) -> ir.Value:
        index = place.value if isinstance(place, Number) else WORD(place)
        return self.builder.bitcast(self.builder.gep(self._data, [index]), kind.as_pointer())

    def __getitem__(self, place: Number | int) -> Any:
        vector = self.builder.load(self._address(place, self._kind), align=self._align)
        return self._values(self.builder, vector, ternary=self._ternary)

    def __setitem__(self, place: Number | int, value: Vector) -> None:
        self.builder.store(value.vector, self._address(place, self._kind), align=self._align)

    def number(self, place: Number | int) -> Number:
        """Return an element of an array of whole numbers."""
        index = place.value if isinstance(place, Number) else WORD(place)
        value = self.builder.load(self.builder.gep(self._data, [index]))
        return Number(self.builder, self.builder.sext(value, WORD))

    def set_truth(self, place: Number | int, mask: Lanes) -> None:
        """Store the truth values of a comparison as the bits of one byte."""
        byte = ir.IntType(8)
        self.builder.store(self.builder.bitcast(mask.vector, byte), self._address(place, byte))

    def where(self, place: Number | int, value: Lanes) -> Lanes:
        """Return a vector where the bits of one byte are set, else 0."""
        byte = self.builder.load(self._address(place, ir.IntType(8)))
        mask = value.like(self.builder.bitcast(byte, MASK))
        chosen: Lanes = select(mask, value, 0)
        return chosen


class PlainMemory:
    """As `Memory`, where compilation is off."""

    def __init__(self, array: Any) -> None:
        self._array = array
        self._width = VECTOR_BYTES // array.itemsize
        self._kind = np.float64 if array.dtype == np.float64 else np.uint64

    def __getitem__(self, place: int) -> Any:
        return self._array[place : place + self._width].copy().view(self._kind)

    def __setitem__(self, place: int, value: Any) -> None:
        self._array[place : place + self._width] = value.view(self._array.dtype)

    def number(self, place: int) -> int:
        """Return an element of an array of whole numbers."""
        return int(self._array[place])

    def set_truth(self, place: int, mask: Any) -> None:
        """Store truth values as the bits of one byte."""
        self._array[place] = np.packbits(mask, bitorder="little")[0]

    def where(self, place: int, value: Any) -> Any:
        """Return a vector where the bits of one byte are set, else 0."""
        mask = np.unpackbits(self._array[place : place + 1], bitorder="little")
        return value * mask.astype(np.uint64)
