"""Addresses of compiled functions: one for each type that the arguments have."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
from numba import typeof

from cakernel.jit.compile import compiled
from cakernel.jit.known import Known, _looks, address_of


@dataclass(frozen=True)
class Size(Known):
    number: int


class Pair(NamedTuple):
    one: object
    other: object


class Other(NamedTuple):
    one: object
    other: object


ARRAY = np.zeros((4, 6))
READ_ONLY = np.zeros((4, 6))
READ_ONLY.flags.writeable = False
RECORDS = np.zeros(4, [("a", np.int8), ("b", np.int64)])
VALUES = [
    ARRAY, ARRAY[0], ARRAY.T, ARRAY[:, ::2], ARRAY.astype(np.int64), READ_ONLY, RECORDS,
    RECORDS.view(np.recarray), np.frombuffer(bytes(33), np.float64, offset=1, count=4),
    1, 1 << 40, 1 << 63, -1, 1.0, True, None, np.uint64(1), np.int64(1), np.float64(1), np.bool_(1),
    Size(1), Size(2), (1, 2), (1, 2.0), (1,), Pair(1, ARRAY), Pair(1, READ_ONLY), Other(1, ARRAY),
]  # fmt: skip


@pytest.mark.parametrize("one", range(len(VALUES)))
def test_equal_looks_are_equal_types(one):
    for value in VALUES:
        if _looks(value) == _looks(VALUES[one]):
            assert typeof(value) == typeof(VALUES[one])
    assert _looks(ARRAY) == _looks(ARRAY.copy())
    assert _looks(Pair(3, ARRAY)) == _looks(Pair(4, ARRAY.copy()))
    assert _looks(Size(1)) != _looks(Size(2))


@compiled(by_address=True)
def doubled(numbers, size):
    """Double each number."""
    for n in range(numbers.size):
        numbers[n] *= 2


@pytest.mark.compiled
def test_an_address_is_that_of_the_types():
    whole, real = np.zeros(3, np.int64), np.zeros(3)
    address = address_of(doubled, whole, Size(1))
    assert address_of(doubled, whole.copy(), Size(1)) == address
    assert (
        len({address, address_of(doubled, real, Size(1)), address_of(doubled, real, Size(2))}) == 3
    )
