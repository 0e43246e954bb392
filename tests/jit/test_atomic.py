"""Additions by several threads at once: none is lost."""

import numpy as np
import pytest
from numba import prange

from cakernel.jit.atomic import atomic_add
from cakernel.jit.compile import compiled
from cakernel.jit.threads import ONE_CALLER

TIMES = 200_000


@compiled(entry=True, parallel=True)
def count(totals, seen):
    for n in prange(seen.size):
        before = atomic_add(totals, n % 2, 3)
        seen[n] = before // 3 * 2 + n % 2


@pytest.mark.compiled
@pytest.mark.parametrize("kind", [np.int64, np.uint64])
def test_every_addition_counts_and_tells_what_was_there(kind):
    totals, seen = np.zeros(2, kind), np.zeros(TIMES, np.int64)
    with ONE_CALLER:
        count(totals, seen)
    assert totals.tolist() == [3 * TIMES // 2] * 2
    np.testing.assert_array_equal(np.sort(seen), np.arange(TIMES))
