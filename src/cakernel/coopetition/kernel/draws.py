"""Breach states drawn at random, to check expectations against: pure functions of their numbers.

The counter of Philox4x32-10 is c0 = chain // 4 + 3 * 2^30, which no draw of the recovery model has,
c1 and c2 the low and high half of the draw's number; word chain % 4 of its output is the draw.
"""

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.philox import HALF, LOW_WORD, philox4x32

BREACHES = np.uint64(3 << 30)
NOTHING = np.uint64(0)


@compiled(entry=True)
def draw_breaches(hits, thresholds, seed, first):
    """Fill ``hits`` bool (draws, chains) from draw number ``first`` on.

    ``thresholds`` uint64 (chains,) are breach probabilities as multiples of 2^-32; ``seed`` and
    ``first`` uint64.
    """
    for draw in range(hits.shape[0]):
        number = first + np.uint64(draw)
        for block in range(0, hits.shape[1], 4):
            words = philox4x32(
                np.uint64(block >> 2) | BREACHES,
                number & LOW_WORD,
                number >> HALF,
                NOTHING,
                seed & LOW_WORD,
                seed >> HALF,
            )
            for offset in range(min(4, hits.shape[1] - block)):
                hits[draw, block + offset] = words[offset] < thresholds[block + offset]
