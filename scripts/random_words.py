"""Raw words of the generator, without end, for a battery of tests that reads a stream.

    python scripts/random_words.py --along experiment | dieharder -a -g 200

Neighbours in the stream differ as the draws of a simulation do: by one in a single word of the
counter or the key, or in the order in which an experiment on 10 chains of 10 firms draws.
"""

import argparse
import os
import sys

import numba
import numpy as np

from cakernel.jit.philox import HALF, LOW_WORD, philox4x32
from cakernel.recovery.kernel.shocks import POSITION_BITS

ZERO, SEED = np.uint64(0), np.uint64(1)
QUARTERS, FIRMS, CHAINS = np.uint64(45), np.uint64(10), np.uint64(10)
ORDERS = ("experiment", "periods", "firms", "replications", "scenarios", "seeds")
BLOCKS = 1 << 18


@numba.njit
def block(order, index):
    """Return the four words of a block: its number counts in the word that the order names."""
    low, high = index & LOW_WORD, index >> HALF
    if order == 0:
        # 45 quarters are 180 periods
        quarter, rest = index % QUARTERS, index // QUARTERS
        firm, rest = rest % FIRMS, rest // FIRMS
        chain, replication = rest % CHAINS, rest // CHAINS
        return philox4x32(quarter, (chain << POSITION_BITS) | firm, replication, ZERO, SEED, ZERO)
    if order == 1:
        return philox4x32(low, high, ZERO, ZERO, SEED, ZERO)
    if order == 2:
        return philox4x32(high, low, ZERO, ZERO, SEED, ZERO)
    if order == 3:
        return philox4x32(high, ZERO, low, ZERO, SEED, ZERO)
    if order == 4:
        return philox4x32(high, ZERO, ZERO, low, SEED, ZERO)
    return philox4x32(high, ZERO, ZERO, ZERO, low, ZERO)


@numba.njit
def fill(words, order, first):
    """Fill ``words`` (blocks, 4) from block ``first`` on."""
    for n in range(len(words)):
        words[n] = block(order, first + np.uint64(n))


def main() -> None:
    """Write words until the reader has enough."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--along", choices=ORDERS, default=ORDERS[0])
    parser.add_argument("--blocks", type=int, help="blocks of four words; default: no end")
    asked = parser.parse_args()
    words = np.empty((BLOCKS, 4), "<u4")
    order = ORDERS.index(asked.along)
    first, end = 0, asked.blocks or 1 << 63
    try:
        while first < end:
            fill(words, order, np.uint64(first))
            sys.stdout.buffer.write(words[: end - first])
            first += BLOCKS
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # the reader has enough; nothing may be flushed at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
