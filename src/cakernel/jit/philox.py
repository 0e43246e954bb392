"""Philox4x32-10, a counter-based generator: four 32-bit words from a counter and a key.

Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC11,
doi 10.1145/2063384.2063405.
"""

import numpy as np

from cakernel.jit.compile import compiled

ROUNDS = 10
# every constant is uint64: numba turns uint64 + int64 into int64
MULTIPLIER_0 = np.uint64(0xD2511F53)
MULTIPLIER_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)
WEYL_1 = np.uint64(0xBB67AE85)
LOW_WORD = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


def philox_of_lanes(c0, c1, c2, c3, k0, k1):
    """Return the four words of counter (c0, c1, c2, c3) under key (k0, k1).

    All are uint64 below 2^32: numbers, or in a program vectors of them.
    """
    for _ in range(ROUNDS):
        # with its operand's high half known to be 0 a product is one instruction
        product_0 = (c0 & LOW_WORD) * MULTIPLIER_0
        product_1 = (c2 & LOW_WORD) * MULTIPLIER_1
        c0 = (product_1 >> HALF) ^ c1 ^ k0
        c1 = product_1 & LOW_WORD
        c2 = (product_0 >> HALF) ^ c3 ^ k1
        c3 = product_0 & LOW_WORD
        k0 = (k0 + WEYL_0) & LOW_WORD
        k1 = (k1 + WEYL_1) & LOW_WORD
    return c0, c1, c2, c3


philox4x32 = compiled(philox_of_lanes)
