"""What a list of neighbours reaches together, against counts of NumPy; loops in programs."""

import numpy as np
import pytest

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.jit.programs import each, program
from cakernel.recovery.kernel.lanes.bit_numbers import PLACES
from cakernel.recovery.kernel.network.arguments import (
    FIRM_BYTES,
    REACHED,
    STATE_BYTES,
    WORK_VECTORS,
)
from cakernel.recovery.kernel.network.neighbours import Listed, none_of, some_reach

RANDOM = np.random.default_rng(3)
FIRMS = 9


def bits_of(states):
    """Return bits in which firms' first states are these (firms, 512)."""
    planes = np.stack([states >= 1, states == 2], axis=1)
    bits = np.zeros((len(states), FIRM_BYTES), np.uint8)
    bits[:, :STATE_BYTES] = np.packbits(planes, axis=2, bitorder="little").reshape(len(states), -1)
    return bits.ravel()


def truth_of(work, at):
    return np.unpackbits(work[at : at + VECTOR_BYTES], bitorder="little") == 1


@compiled(entry=True)
def reach(bits, links, first, end, second, need, work):
    some_reach(bits, second, links, first, end, need, work, REACHED)


@program
def ask_two(bits, links, first, end, work):
    listed = Listed(bits, 0, links)
    none = none_of(bits[0])
    work[REACHED] = listed.two_reach(none, first, end, VECTOR_BYTES)


@compiled(entry=True)
def two_high(bits, links, first, end, work):
    ask_two(bits, links, first, end, work)


@pytest.mark.parametrize("second", [0, VECTOR_BYTES])
@pytest.mark.parametrize("need", [1, 2, 3, 4, 5, 7])
def test_where_enough_of_a_list_reach_a_state(need, second):
    states = RANDOM.choice(3, (FIRMS, PLACES), p=(0.2, 0.2, 0.6))
    links = RANDOM.permutation(FIRMS).astype(np.int32)
    work = RANDOM.integers(0, 256, WORK_VECTORS * VECTOR_BYTES, np.uint8)
    reach(bits_of(states), links, 1, 8, second, need, work)
    level = 2 if second else 1
    expected = (states[links[1:8]] >= level).sum(axis=0) >= need
    np.testing.assert_array_equal(truth_of(work, REACHED), expected)
    assert expected.sum() > 0


@pytest.mark.parametrize(("first", "end"), [(0, 0), (0, 1), (2, 4), (1, 9)])
def test_where_two_of_a_list_are_high(first, end):
    states = RANDOM.integers(0, 3, (FIRMS, PLACES))
    links = RANDOM.permutation(FIRMS).astype(np.int32)
    work = np.zeros(WORK_VECTORS * VECTOR_BYTES, np.uint8)
    two_high(bits_of(states), links, first, end, work)
    expected = (states[links[first:end]] == 2).sum(axis=0) >= 2
    np.testing.assert_array_equal(truth_of(work, REACHED), expected)


@program
def add_chosen(memory, places, count, to):
    """Add the vectors of memory whose places are listed."""

    def add(n, total):
        return (total + memory[places.number(n) * 8],)

    memory[to] = each(count, add, memory[to])[0]


@compiled(entry=True)
def sum_chosen(memory, places, count, to):
    add_chosen(memory, places, count, to)


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64])
@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_loop_in_a_program_runs_as_often_as_its_caller_says(count, dtype):
    memory = RANDOM.integers(0, 1000, 64)
    before = memory.copy()
    places = np.array([1, 3, 3, 0, 6, 2], dtype)
    sum_chosen(memory, places, count, 56)
    vectors = before.reshape(8, 8)
    expected = vectors[7] + vectors[places[:count]].sum(axis=0)
    np.testing.assert_array_equal(memory[56:], expected)
    np.testing.assert_array_equal(memory[:56], before[:56])


def test_a_number_below_0_is_read_with_its_sign():
    memory = np.zeros(16, np.int64)
    memory[8:] = 5
    places = np.array([-1], np.int8)
    shifted = memory.copy()
    sum_from(shifted, places)
    np.testing.assert_array_equal(shifted[:8], memory[8:])


@program
def add_before(memory, places):
    memory[0] = memory[0] + memory[places.number(0) * 8 + 16]


@compiled(entry=True)
def sum_from(memory, places):
    add_before(memory, places)
