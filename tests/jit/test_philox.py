"""The generator of random numbers against independent implementations."""

import numba
import numpy as np
import randomgen
from hypothesis import given, settings
from hypothesis import strategies as st

from cakernel.jit.philox import philox4x32
from oracle.philox import philox4x32 as oracle_philox

# a kernel that is not an entry is called through one
call_philox = numba.njit(lambda *words: philox4x32(*words))

words = st.integers(0, 2**32 - 1)


def kernel_philox(counter, key):
    return [int(word) for word in call_philox(*(np.uint64(n) for n in (*counter, *key)))]


@settings(deadline=None)
@given(counter=st.tuples(words, words, words, words), key=st.tuples(words, words))
def test_philox_agrees_with_randomgen(counter, key):
    number = sum(word << 32 * n for n, word in enumerate(counter))
    # randomgen steps its counter before it draws
    before = (number - 1) % 2**128
    independent = randomgen.Philox(counter=before, key=key[0] | key[1] << 32, number=4, width=32)
    assert kernel_philox(counter, key) == [int(word) for word in independent.random_raw(4)]
    assert kernel_philox(counter, key) == list(oracle_philox(counter, key))
