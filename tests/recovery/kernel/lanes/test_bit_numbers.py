"""Numbers held as planes of bits are added, counted and read as NumPy's are."""

import numpy as np
import pytest

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.jit.programs import program
from cakernel.recovery.kernel.lanes.bit_numbers import (
    LOW_PLANES,
    MOST_ADDITIONS,
    PLACES,
    TOGETHER,
    add_number,
    add_states,
    copy,
    read_number,
    spill,
    sum_places,
)

RANDOM = np.random.default_rng(8)
# what stands before and after the vectors that are written, and must stay
GUARD = np.full(VECTOR_BYTES, 0xA5, np.uint8)


def planes_of(numbers, count):
    """Return the planes of a number a place, one vector after the other."""
    planes = [np.packbits(numbers >> n & 1 == 1, bitorder="little") for n in range(count)]
    return np.concatenate(planes)


def numbers_of(planes):
    """Return the numbers that planes stand for."""
    bits = np.unpackbits(planes.reshape(-1, VECTOR_BYTES), axis=1, bitorder="little")
    return (bits.astype(np.int64) << np.arange(len(bits))[:, None]).sum(axis=0)


@program
def add_one(bits, counter, one, second, inside):
    add_states(bits, counter, one, second, inside, 1)


@program
def add_some(bits, counter, one, second, inside):
    add_states(bits, counter, one, second, inside, TOGETHER)


@compiled(entry=True)
def count(bits, counter, one, second, inside, every, together, times, rounds, carry):
    """Add the same states some times in each round, which ends with a spill."""
    for _ in range(rounds):
        for _ in range(times):
            if together:
                add_some(bits, counter, one, second, inside)
            else:
                add_one(bits, counter, one, second, inside)
        spill(counter, bits, every, carry)


@compiled(entry=True)
def add(total, total_at, total_planes, number, number_at, planes, where, where_at, carry, kept):
    add_number(total, total_at, total_planes, number, number_at, planes, where, where_at, carry)
    copy(kept, total_at, total, total_at + VECTOR_BYTES)


@compiled(entry=True)
def read(number, at, planes, values, lanes):
    read_number(number, at, planes, values)
    sum_places(values, lanes)


@pytest.mark.parametrize("highest", [False, True])
@pytest.mark.parametrize("together", [1, TOGETHER])
@pytest.mark.parametrize(("above", "rounds"), [(9, 4), (LOW_PLANES, 1)])
def test_counters_sum_states_of_firms_inside(above, rounds, together, highest):
    states = RANDOM.integers(0, 3, (TOGETHER, PLACES))
    inside = RANDOM.integers(0, 2, (TOGETHER, PLACES))
    if highest:
        # as much as the low planes are said to take between two spills
        states[:], inside[:] = 2, 1
    three = [(states >= 1).astype(int), (states == 2).astype(int), inside]
    vectors = [planes_of(row, 1) for kind in three for row in kind]
    bits = np.concatenate([GUARD, *vectors, np.full(VECTOR_BYTES, 255, np.uint8)])
    counter = np.zeros((LOW_PLANES + above) * VECTOR_BYTES, np.uint8)
    times = MOST_ADDITIONS // together
    second = TOGETHER * VECTOR_BYTES
    count(
        bits, counter, VECTOR_BYTES, second, VECTOR_BYTES + 2 * second, VECTOR_BYTES + 3 * second,
        together > 1, times, rounds, GUARD.copy(),
    )  # fmt: skip
    expected = rounds * times * (states * inside)[:together].sum(axis=0)
    assert not counter[: LOW_PLANES * VECTOR_BYTES].any()
    np.testing.assert_array_equal(numbers_of(counter[LOW_PLANES * VECTOR_BYTES :]), expected)


def test_a_short_counter_takes_no_more_planes_than_it_has():
    bits = np.full(4 * VECTOR_BYTES, 255, np.uint8)
    counter = np.zeros((LOW_PLANES + 2) * VECTOR_BYTES, np.uint8)
    # once is a sum of 2, which two planes hold
    count(bits, counter, 0, VECTOR_BYTES, 0, 0, False, 1, 1, GUARD.copy())
    assert not counter[: LOW_PLANES * VECTOR_BYTES].any()
    assert (numbers_of(counter[LOW_PLANES * VECTOR_BYTES :]) == 2).all()


def test_counters_are_spilled_no_more_often_than_they_must():
    assert 2 * MOST_ADDITIONS < 2**LOW_PLANES <= 2 * (MOST_ADDITIONS + 1)


@pytest.mark.parametrize(("planes", "total_planes"), [(5, 11), (5, 7), (6, 6)])
def test_a_number_is_added_where_asked_for(planes, total_planes):
    before = RANDOM.integers(0, 1 << (total_planes - 1), PLACES)
    number = RANDOM.integers(0, 1 << min(planes, total_planes - 1), PLACES)
    where = RANDOM.integers(0, 2, PLACES)
    total = np.concatenate([GUARD, planes_of(before, total_planes), GUARD])
    kept = np.zeros_like(total)
    add(
        total, VECTOR_BYTES, total_planes,
        np.concatenate([GUARD, GUARD, planes_of(number, planes)]), 2 * VECTOR_BYTES, planes,
        np.concatenate([GUARD, planes_of(where, 1)]), VECTOR_BYTES,
        GUARD.copy(), kept,
    )  # fmt: skip
    np.testing.assert_array_equal(
        numbers_of(total[VECTOR_BYTES:-VECTOR_BYTES]), before + number * where
    )
    for end in (slice(0, VECTOR_BYTES), slice(-VECTOR_BYTES, None)):
        np.testing.assert_array_equal(total[end], GUARD)
    # its second plane, copied to where the first is
    second = slice(VECTOR_BYTES, 2 * VECTOR_BYTES)
    np.testing.assert_array_equal(kept[second], total[2 * VECTOR_BYTES : 3 * VECTOR_BYTES])
    kept[second] = 0
    assert not kept.any()


@pytest.mark.parametrize("lanes", [8, 64, PLACES])
@pytest.mark.parametrize("planes", [1, 3, 45])
def test_numbers_are_read_and_summed_by_lane(planes, lanes):
    numbers = RANDOM.integers(0, 1 << planes, PLACES)
    values = np.full(PLACES, 7, np.int64)
    read(np.concatenate([GUARD, planes_of(numbers, planes), GUARD]), VECTOR_BYTES, planes, values,
         lanes)  # fmt: skip
    np.testing.assert_array_equal(values[:lanes], numbers.reshape(-1, lanes).sum(axis=0))
    np.testing.assert_array_equal(values[lanes:], numbers[lanes:])
