"""Programs: what is emitted does what the same function does to NumPy's numbers."""

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest

from cakernel.jit.compile import compiled
from cakernel.jit.known import Known, KnownType, address_of, call_address
from cakernel.jit.programs import VECTOR_BYTES, below, case, filled, logic, program

RANDOM = np.random.default_rng(5)


def vectors(count):
    """Return so many vectors of random bits, one after the other."""
    return RANDOM.integers(0, 256, count * VECTOR_BYTES, dtype=np.uint8)


def words(memory, n):
    return memory[n * VECTOR_BYTES : (n + 1) * VECTOR_BYTES].view(np.uint64)


def of_three(table):
    """Return the function of three bits that has a truth table."""

    def function(a, b, c):
        result = a ^ a
        for n, bits in enumerate(product((0, 1), repeat=3)):
            if table >> n & 1:
                result = result | (
                    (a if bits[0] else ~a) & (b if bits[1] else ~b) & (c if bits[2] else ~c)
                )
        return result

    return function


TABLES = (0b11101000, 0b10010110, 0b11001010, 0b00000001, 0b10000000, 0b01111111)


@program
def all_tables(memory, out):
    three = [memory[n * VECTOR_BYTES] for n in range(3)]
    for n, table in enumerate(TABLES):
        out[n * VECTOR_BYTES] = logic(of_three(table), *three)


@compiled(entry=True)
def run_all_tables(memory, out):
    all_tables(memory, out)


def test_logic_is_the_function():
    memory, out = vectors(3), vectors(len(TABLES))
    run_all_tables(memory, out)
    three = [words(memory, n) for n in range(3)]
    for n, table in enumerate(TABLES):
        np.testing.assert_array_equal(words(out, n), of_three(table)(*three), bin(table))


@program
def arithmetic(numbers, out, amount):
    a, b = numbers[0], numbers[8]
    results = a + b, a * b, a >> 3, a + 5, a * 3, filled(amount, a), filled(-1, a), ~a
    for n, result in enumerate(results):
        out[8 * n] = result


@compiled(entry=True)
def run_arithmetic(numbers, out, amount):
    arithmetic(numbers, out, amount)


def test_whole_numbers_wrap_as_unsigned_words():
    numbers = RANDOM.integers(0, 2**64, 16, dtype=np.uint64)
    out = np.zeros(64, np.uint64)
    run_arithmetic(numbers, out, 77)
    a, b = numbers[:8], numbers[8:]
    ones = np.full(8, 2**64 - 1, np.uint64)
    expected = [a + b, a * b, a >> np.uint64(3), a + np.uint64(5), a * np.uint64(3)]
    expected += [np.full(8, 77, np.uint64), ones, ~a]
    np.testing.assert_array_equal(out.reshape(8, 8), expected)


@program
def truths(numbers, bits, at, out):
    bits.set_truth(at, below(numbers[0], numbers[8]))
    out[0] = bits.where(at, numbers[8])


@compiled(entry=True)
def run_truths(numbers, bits, at, out):
    truths(numbers, bits, at, out)


def test_comparisons_are_bits_of_a_byte():
    # unsigned: the largest word is not below 1
    numbers = np.array(
        [0, 5, 5, 2**64 - 1, 7, 2**63, 1, 2, 1, 5, 6, 1, 2**64 - 1, 3, 1, 3], np.uint64
    )
    bits, out = np.full(4, 255, np.uint8), np.zeros(8, np.uint64)
    run_truths(numbers, bits, 2, out)
    less = numbers[:8] < numbers[8:]
    assert bits.tolist() == [255, 255, np.packbits(less, bitorder="little")[0], 255]
    np.testing.assert_array_equal(out, np.where(less, numbers[8:], 0))


class Pair(NamedTuple):
    """Two places."""

    one: int
    two: int


@program
def chosen(memory, places, number):
    a, b = memory[places.one], memory[places.two]
    options = {0: lambda: Pair(a, b), 1: lambda: Pair(b, a), 7: lambda: Pair(a ^ b, a & b)}
    found = case(number, options)
    memory[0], memory[VECTOR_BYTES] = found.one, found.two


@compiled(entry=True)
def run_chosen(memory, places, number):
    chosen(memory, places, number)


@pytest.mark.parametrize("number", [0, 1, 7])
def test_a_case_is_chosen_at_run_time(number):
    memory = vectors(4)
    a, b = words(memory, 2).copy(), words(memory, 3).copy()
    run_chosen(memory, Pair(2 * VECTOR_BYTES, 3 * VECTOR_BYTES), number)
    expected = {0: (a, b), 1: (b, a), 7: (a ^ b, a & b)}[number]
    for n in range(2):
        np.testing.assert_array_equal(words(memory, n), expected[n])


@dataclass(frozen=True)
class Times(Known):
    """How often a loop is unrolled."""

    count: int


@program
def repeated(times, numbers):
    value = numbers[0]
    for _ in range(times.count):
        value = value + numbers[0]
    numbers[8] = value


@compiled(by_address=True)
def run_repeated(times, numbers):
    repeated(times, numbers)


@compiled(entry=True)
def call(code, numbers):
    call_address(code, (None, numbers))


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_code_is_compiled_for_what_is_known(count):
    numbers = RANDOM.integers(0, 2**32, 16, dtype=np.uint64)
    call(address_of(run_repeated, Times(count), numbers), numbers)
    np.testing.assert_array_equal(numbers[8:], numbers[:8] * np.uint64(count + 1))


def test_known_values_are_types_of_their_own():
    assert KnownType(Times(3)) == KnownType(Times(3))
    assert KnownType(Times(3)) != KnownType(Times(4))
