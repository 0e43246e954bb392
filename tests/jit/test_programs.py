"""Programs: what is emitted does what the same function does to NumPy's numbers."""

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
from numba import config

from cakernel.jit.compile import compiled
from cakernel.jit.known import Known, KnownType, address_of, call_address
from cakernel.jit.program_values import VECTOR_BYTES, as_bits, as_reals, logic, select
from cakernel.jit.programs import case, each, filled, program

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
    results = a + b, a * b, a >> 3, a + 5, a * 3, filled(amount, a), filled(-1, a), ~a, a << 9
    for n, result in enumerate(results):
        out[8 * n] = result


@compiled(entry=True)
def run_arithmetic(numbers, out, amount):
    arithmetic(numbers, out, amount)


def test_whole_numbers_wrap_as_unsigned_words():
    numbers = RANDOM.integers(0, 2**64, 16, dtype=np.uint64)
    out = np.zeros(72, np.uint64)
    run_arithmetic(numbers, out, 77)
    a, b = numbers[:8], numbers[8:]
    ones = np.full(8, 2**64 - 1, np.uint64)
    expected = [a + b, a * b, a >> np.uint64(3), a + np.uint64(5), a * np.uint64(3)]
    expected += [np.full(8, 77, np.uint64), ones, ~a, a << np.uint64(9)]
    np.testing.assert_array_equal(out.reshape(9, 8), expected)


@program
def truths(numbers, bits, at, out):
    bits.set_truth(at, numbers[0] < numbers[8])
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


@program
def real_arithmetic(numbers, out, amount):
    a, b = numbers[0], numbers[8]
    results = [a + b, a - b, a * b, a / b, amount * a, 3.0 - a, 1.0 / a, 0.5 + a - 2.0]
    results += [select(a < b, a, 7.0), select((a > 0.0) & ~(b < amount), amount, b)]
    results += [as_reals(as_bits(a) + 1), filled(-1.5, a), filled(amount, a)]
    for n, result in enumerate(results):
        out[8 * n] = result


@compiled(entry=True)
def run_real_arithmetic(numbers, out, amount):
    real_arithmetic(numbers, out, amount)


def test_reals_are_rounded_as_numpy_does():
    numbers = RANDOM.normal(size=16)
    a, b = numbers[:8], numbers[8:]
    b[0], b[1], a[2], amount = a[0], 0.0, np.nan, 0.1
    out = np.zeros(8 * 13)
    with np.errstate(divide="ignore"):
        run_real_arithmetic(numbers, out, amount)
        expected = [a + b, a - b, a * b, a / b, amount * a, 3.0 - a, 1.0 / a, 0.5 + a - 2.0]
    expected += [np.where(a < b, a, 7.0), np.where((a > 0.0) & ~(b < amount), amount, b)]
    expected += [(a.view(np.uint64) + np.uint64(1)).view(np.float64)]
    expected += [np.full(8, -1.5), np.full(8, amount)]
    np.testing.assert_array_equal(out.reshape(13, 8), expected)


ITEM = np.dtype([("weight", "f8"), ("count", "i8"), ("values", "f8", 8)])
LIST = np.dtype([("scale", "f8"), ("items", ITEM, (3, 2))])


@program
def weighted(scaled, items, count, out):
    def add(n, total):
        item = items[n, 1]
        chosen = case(item.count, {0: lambda: (item.values[0],), 1: lambda: (total,)})
        return (total + item.weight * chosen[0],)

    (total,) = each(count, add, filled(0.0, out[0]))
    items[0, 0].values[0] = total
    out[0] = scaled.scale * total


@compiled(entry=True)
def run_weighted(lists, count, out):
    weighted(lists[0], lists[0].items, count, out)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_fields_of_records_are_read_and_written_turn_by_turn(count):
    made = np.zeros(1, LIST)
    made["scale"] = 3.0
    items = made["items"][0]
    items["weight"], items["values"] = RANDOM.normal(size=(3, 2)), RANDOM.normal(size=(3, 2, 8))
    items["count"][1] = 1
    lists = made.view(np.recarray) if config.DISABLE_JIT else made
    out = np.zeros(8)
    total = np.zeros(8)
    for item in items[:count, 1]:
        total = total + item["weight"] * (total if item["count"] else item["values"])
    run_weighted(lists, count, out)
    np.testing.assert_array_equal(items[0, 0]["values"], total)
    np.testing.assert_array_equal(out, 3.0 * total)


@program
def halved(numbers, most):
    def halve(_, value, turns):
        large = value > 1.0
        return large, select(large, 0.5 * value, value), select(large, turns + 1.0, turns)

    numbers[0], numbers[8] = each(most, halve, numbers[0], filled(0.0, numbers[0]), while_any=True)


@compiled(entry=True)
def run_halved(numbers, most):
    halved(numbers, most)


@pytest.mark.parametrize("most", [0, 3, 100])
def test_a_loop_ends_when_it_counts_for_none(most):
    numbers = np.concatenate([np.array([1.0, 2, 3, 4, 5, 64, 0, -3]), np.zeros(8)])
    exact = [0, 1, 2, 2, 3, 6, 0, 0]
    turns = np.minimum(exact, most)
    expected = numbers[:8] * 0.5**turns
    run_halved(numbers, most)
    np.testing.assert_array_equal(numbers[:8], expected)
    np.testing.assert_array_equal(numbers[8:], turns)


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
