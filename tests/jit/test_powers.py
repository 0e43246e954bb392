"""Powers of vectors are NumPy's."""

import numpy as np
import pytest

from cakernel.jit.compile import compiled
from cakernel.jit.powers import power
from cakernel.jit.programs import program

WIDTH = 8


@program
def set_power(bases, k, exponent, results):
    results[k] = power(bases[k], exponent)


@compiled(entry=True)
def powers(bases, exponent, results):
    for k in range(0, bases.size, WIDTH):
        set_power(bases, k, exponent, results)


@pytest.mark.parametrize("exponent", [-100.0, -3.0, -1.7, -1.0, 0.0, 0.37, 1.0, 2.5, 100.0])
def test_powers_are_those_of_numpy(exponent):
    rng = np.random.default_rng(7)
    bases = np.concatenate([[1.0, 2.0, np.sqrt(2.0), 0.5], np.exp(rng.uniform(-3, 20, 796))])
    results = np.zeros_like(bases)
    powers(bases, exponent, results)
    with np.errstate(over="ignore", under="ignore"):
        exact = bases**exponent
    size = np.abs(exponent * np.log(bases))
    normal = size < 700
    assert normal.sum() > 100
    error = np.abs(results[normal] / exact[normal] - 1)
    # a unit in the last place of the logarithm is so many of the power
    assert (error <= 4e-16 * (1 + size[normal])).all()
    assert results[0] == 1
    # beyond, they stay next to nothing or huge
    assert (np.abs(np.log(results[~normal])) > 690).all()
