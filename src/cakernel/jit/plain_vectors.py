"""The functions of `vectors` on NumPy arrays: what kernels run on where compilation is off."""

import numpy as np

from cakernel.jit.programs import VECTOR_BYTES


def load(array, index):
    """Load the vector that starts at element ``index``."""
    return array[index : index + VECTOR_BYTES // array.itemsize].copy()


def store(array, index, value):
    """Store a vector from element ``index`` on."""
    array[index : index + len(value)] = value


def select(mask, where_true, where_false):
    """Return lane by lane the one or the other."""
    return np.where(mask, where_true, where_false)


def some(mask):
    """Say whether any lane of a mask is set."""
    return mask.any()


def as_bits(value):
    """Return the bits of a vector of float64 as one of uint64."""
    return value.view(np.uint64)


def as_real(value):
    """Return the float64 that the bits of a vector of uint64 stand for."""
    return value.view(np.float64)


def fill(value, like):
    """Return ``value`` as ``like``: in every lane of a vector, or as a number where that is one."""
    return np.full_like(like, value) if np.ndim(like) else type(like)(value)
