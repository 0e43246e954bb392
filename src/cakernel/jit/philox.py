"""Philox4x32-10, a counter-based generator: four 32-bit words from a counter and a key.

Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC11,
doi 10.1145/2063384.2063405.
"""

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import fill

ROUNDS = 10
# every constant is uint64: numba turns uint64 + int64 into int64
MULTIPLIER_0 = np.uint64(0xD2511F53)
MULTIPLIER_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)
WEYL_1 = np.uint64(0xBB67AE85)
LOW_WORD = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


@compiled
def philox4x32(c0, c1, c2, c3, k0, k1):
    """Return the four words of counter (c0, c1, c2, c3) under key (k0, k1).

    All are uint64 below 2^32, numbers or vectors of them.
    """
    multiplier_0 = fill(MULTIPLIER_0, c0)
    multiplier_1 = fill(MULTIPLIER_1, c0)
    weyl_0 = fill(WEYL_0, c0)
    weyl_1 = fill(WEYL_1, c0)
    low_word = fill(LOW_WORD, c0)
    half = fill(HALF, c0)
    for _ in range(ROUNDS):
        # with its operand's high half known to be 0 a product is one instruction
        product_0 = multiplier_0 * (c0 & low_word)
        product_1 = multiplier_1 * (c2 & low_word)
        c0 = (product_1 >> half) ^ c1 ^ k0
        c1 = product_1 & low_word
        c2 = (product_0 >> half) ^ c3 ^ k1
        c3 = product_0 & low_word
        k0 = (k0 + weyl_0) & low_word
        k1 = (k1 + weyl_1) & low_word
    return c0, c1, c2, c3
