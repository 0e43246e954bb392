"""Outcomes are summed where they belong, to the last bit, whatever their size."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pytest
from numba import config

from cakernel.jit.compile import compiled
from cakernel.recovery.kernel.sums import (
    LIMBS,
    OUTCOMES,
    TOTAL_LIMBS,
    Items,
    add_outcomes,
    empty_sums,
)

POLICIES, FIRST_POLICY, SCENARIOS, REPLICATIONS, BEFORE = 3, 1, 4, 5, 2
PLACE = np.array([2, 0, 3, 1])
# every number of an outcome stays below 2^62
LARGEST = 2**62 - 1


@compiled(entry=True)
def add(sums, outcome, policy, values, begin, end, first, items):
    add_outcomes(sums, outcome, policy, values, begin, end, first, items)


def filled(*, each, before, limit):
    """Return sums of some replications of all scenarios, added in parts, and all that was added.

    Parts end within scenarios, as blocks of lanes do.
    """
    whole = before + REPLICATIONS
    sums = empty_sums(POLICIES, PLACE, whole, each=each)._replace(policy=FIRST_POLICY)
    rng = np.random.default_rng(before + 1)
    shape = (OUTCOMES, POLICIES, SCENARIOS, whole)
    added = np.zeros(shape, np.int64)
    items = Items(0, SCENARIOS * REPLICATIONS, REPLICATIONS, np.uint64(9), before)
    for outcome, policy in product(range(OUTCOMES), range(POLICIES - FIRST_POLICY)):
        new = rng.integers(0, limit, (SCENARIOS, REPLICATIONS), endpoint=True)
        new[0, :] = limit
        added[outcome, FIRST_POLICY + policy, :, before:] = new
        for begin, end in ((0, 2), (2, 3), (3, 13), (13, 20)):
            # of two items each block has one that is not of the call
            values = np.concatenate([[-1], new.ravel()[begin:end], [-1]])
            add(sums, outcome, policy, values, 1, end - begin + 1, begin - 1, items)
    by_place = np.zeros(shape, np.int64)
    by_place[:, :, PLACE] = added
    return sums, by_place


def number(limbs):
    """Return the whole number that limbs stand for."""
    return sum(int(limb) << 32 * n for n, limb in enumerate(limbs))


@pytest.mark.parametrize("before", [0, BEFORE])
@pytest.mark.parametrize("limit", [1, 2**32 + 5, LARGEST])
def test_moments_are_the_sums_of_whole_numbers(before, limit):
    sums, added = filled(each=False, before=before, limit=limit)
    limbs = sums.limbs.reshape(*added.shape[:3], LIMBS)
    for at in np.ndindex(added.shape[:3]):
        values = added[at].tolist()
        assert number(limbs[at][:TOTAL_LIMBS]) == sum(values)
        assert number(limbs[at][TOTAL_LIMBS:]) == sum(value**2 for value in values)
    # so that a word holds as many outcomes as it must
    assert int(limbs.max()) < REPLICATIONS * 2**34
    first = added[..., 0] if before == 0 else np.zeros(added.shape[:3], np.int64)
    np.testing.assert_array_equal(sums.first.reshape(first.shape), first)
    assert sums.each.size == 0


@pytest.mark.parametrize("before", [0, BEFORE])
def test_each_outcome_is_kept_in_its_place(before):
    sums, added = filled(each=True, before=before, limit=LARGEST)
    np.testing.assert_array_equal(sums.each.reshape(added.shape), added)
    assert sums.limbs.size == sums.first.size == 0


@compiled(entry=True)
def add_often(sums, values, begin, end, items, times):
    for _ in range(times):
        add_outcomes(sums, 0, 0, values, begin, end, items.first - begin, items)


@pytest.mark.parametrize(("replications", "begin"), [(4, 0), (4, 1), (3, 1)])
def test_threads_that_run_parts_of_a_scenario_lose_nothing(replications, begin):
    times = 1000 if config.DISABLE_JIT else 10_000_000
    sums = empty_sums(1, np.array([0]), replications, each=False)
    # one thread has the first two items, the other what is left of the scenario
    parts = [(0, 2), (2, replications)]
    values = np.array([7] * begin + [1, 2])

    def run(part):
        first, stop = part
        items = Items(first, stop - first, replications, np.uint64(0), 0)
        add_often(sums, values, begin, begin + stop - first, items, times)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, parts))
    total = [1, 2, 1, 2][:replications]
    squares = [value**2 for value in total]
    assert sums.limbs[:LIMBS].tolist() == [times * sum(total), 0, times * sum(squares), 0, 0, 0]


def test_nothing_was_added_to_empty_sums():
    for each in (False, True):
        sums = empty_sums(2, np.array([4, 0]), 7, each=each)
        assert (sums.policies, sums.places, sums.replications, sums.policy) == (2, 5, 7, 0)
        sizes = (sums.first.size, sums.limbs.size, sums.each.size, sums.done.size)
        assert sizes == ((0, 0, 3 * 2 * 5 * 7, 1) if each else (3 * 2 * 5, 3 * 2 * 5 * 6, 0, 1))
        assert not any(array.any() for array in (sums.first, sums.limbs, sums.each, sums.done))
