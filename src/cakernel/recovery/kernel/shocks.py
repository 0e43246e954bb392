"""Supply and cyber disruptions of one replication, drawn before it runs and shared by all policies.

The draw of a firm (or, for cyber, of a chain) in a period is a pure function of seed, scenario,
replication, period, chain, position and purpose. The counter of Philox4x32-10 is

    c0 = (t - 1) // 4 + 2^31 * purpose      t = 1..T; purpose 0 supply, 1 cyber
    c1 = position + 2^20 * chain            position 0 for cyber
    c2 = replication
    c3 = scenario

and word (t - 1) % 4 of its output is the draw of period t; the key is the seed. So a draw does not
depend on the size of the grid, the horizon, the policy or the order of the work.
"""

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.philox import HALF, LOW_WORD, philox4x32

NONE, MILD, SEVERE = 0, 1, 2

MAX_CHAINS = 1 << 12
MAX_FIRMS = 1 << 20
MAX_PERIODS = 1 << 31

POSITION_BITS = np.uint64(20)
SUPPLY = np.uint64(0)
CYBER = np.uint64(1 << 31)


@compiled(linked=True)
def shock(word, severe_below, hit_below):
    """Return the shock of a 32-bit draw: severe below one threshold, else mild below the other."""
    if word < severe_below:
        return np.uint8(SEVERE)
    if word < hit_below:
        return np.uint8(MILD)
    return np.uint8(NONE)


@compiled(linked=True)
def draw_line(shocks, purpose, place, seed, scenario, replication, severe_below, hit_below):
    """Fill ``shocks`` (periods,) for one place: a firm (supply) or a chain (cyber)."""
    periods = shocks.shape[0]
    k0 = seed & LOW_WORD
    k1 = seed >> HALF
    for first in range(0, periods, 4):
        block = np.uint64(first >> 2) | purpose
        words = philox4x32(block, place, replication, scenario, k0, k1)
        for offset in range(min(4, periods - first)):
            shocks[first + offset] = shock(words[offset], severe_below, hit_below)


@compiled(linked=True)
def draw_shocks(supply, cyber, seed, scenario, replication, thresholds):
    """Fill ``supply`` (periods, chains, firms) and ``cyber`` (periods, chains) of one replication.

    ``thresholds`` are, as uint64 multiples of 2^-32: supply severe, supply hit, cyber severe,
    cyber hit. Seed, scenario and replication are uint64.
    """
    for chain in range(supply.shape[1]):
        first_place = np.uint64(chain) << POSITION_BITS
        for position in range(supply.shape[2]):
            place = first_place | np.uint64(position)
            line = supply[:, chain, position]
            draw_line(
                line, SUPPLY, place, seed, scenario, replication, thresholds[0], thresholds[1]
            )
        line = cyber[:, chain]
        draw_line(
            line, CYBER, first_place, seed, scenario, replication, thresholds[2], thresholds[3]
        )
