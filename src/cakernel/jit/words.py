"""Programs on words of 32 bits: what `programs` are on vectors, for devices that have no vectors.

A word stands for a bit of each of 32 lanes. The same functions on planes run on vectors of 512 bits
and on words; memory is counted in words here. What calls such programs is in `cuda`; without a
device they run on NumPy's numbers.
"""

from typing import Any

import numpy as np
from llvmlite import ir

from cakernel.jit.program_values import Lanes, Number

LANES_A_WORD = 32
BITS = ir.IntType(LANES_A_WORD)


class Word(Lanes):
    """32 bits while a program is emitted."""

    __slots__ = ()

    def __init__(self, builder: ir.IRBuilder, vector: ir.Value, *, ternary: bool = False) -> None:
        # the assembler finds functions of three bits by itself
        super().__init__(builder, vector, ternary=False)

    def _operand(self, other: Any) -> ir.Value:
        return other.vector if isinstance(other, Word) else BITS(int(other))


class WordMemory:
    """An array of words of the caller while a program is emitted."""

    def __init__(self, builder: ir.IRBuilder, data: ir.Value) -> None:
        self.builder, self._data = builder, data

    def _address(self, place: Number | int) -> ir.Value:
        index = place.value if isinstance(place, Number) else BITS(place)
        return self.builder.gep(self._data, [index])

    def __getitem__(self, place: Number | int) -> Word:
        return Word(self.builder, self.builder.load(self._address(place)))

    def __setitem__(self, place: Number | int, value: Word) -> None:
        self.builder.store(value.vector, self._address(place))


class PlainWords:
    """As `WordMemory`, where a program runs without a device."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __getitem__(self, place: int) -> Any:
        return np.uint32(self._array[place])

    def __setitem__(self, place: int, value: Any) -> None:
        self._array[place] = value
