"""Numbers and states as planes of truth values, and back."""

import numpy as np

from cakernel.recovery.kernel.lanes.planes import State
from cakernel.recovery.kernel.states import ABSENT, HIGH


def planes_of(values, count):
    """Return whole numbers as planes: truth values, one a number."""
    return [np.asarray(values) >> n & 1 == 1 for n in range(count)]


def number_of(planes):
    """Return the numbers that planes stand for."""
    return sum(plane.astype(np.int64) << n for n, plane in enumerate(planes))


def state_of(values):
    """Return states as planes; an absent neighbour has none."""
    values = np.where(np.asarray(values) == ABSENT, 0, values)
    return State(values >= 1, values == HIGH)


def number_of_state(state):
    return state.one.astype(int) + state.two.astype(int)
