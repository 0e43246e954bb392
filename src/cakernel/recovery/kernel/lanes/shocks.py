"""Disruptions of a block of lanes as bits: the draws of ``shocks`` for many replications."""

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.philox import HALF, LOW_WORD, philox4x32
from cakernel.jit.vectors import VECTOR_BYTES, fill, load, store_mask
from cakernel.recovery.kernel.lanes.layout import CLEAR, fill_bytes
from cakernel.recovery.kernel.shocks import CYBER, POSITION_BITS, SUPPLY

LANES_OF_WORDS = VECTOR_BYTES // 8


@compiled
def draw_place(shocks, at, stride, periods, first_block, purpose, place, seed, draws, side):
    """Draw all lanes of one firm or chain for ``periods`` periods from ``first_block`` * 4 on.

    Bits go to byte ``at`` of the first period and ``stride`` further for each one after it.
    ``draws`` is (replication, scenario, thresholds), uint64 of (lanes,), (lanes,), (4, lanes).
    """
    replications, scenarios, thresholds = draws
    lanes = replications.size
    for lane in range(0, lanes, LANES_OF_WORDS):
        c2 = load(replications, lane)
        c3 = load(scenarios, lane)
        severe_below = load(thresholds, 2 * side * lanes + lane)
        hit_below = load(thresholds, (2 * side + 1) * lanes + lane)
        k0 = fill(seed & LOW_WORD, c2)
        k1 = fill(seed >> HALF, c2)
        c1 = fill(place, c2)
        to = at + lane // 8
        for period in range(0, periods, 4):
            block = np.uint64(first_block + (period >> 2)) | purpose
            words = philox4x32(fill(block, c2), c1, c2, c3, k0, k1)
            left = periods - period
            to = at + lane // 8 + period * stride
            store_mask(shocks.severe, to, words[0] < severe_below)
            store_mask(shocks.hit, to, words[0] < hit_below)
            if left > 1:
                store_mask(shocks.severe, to + stride, words[1] < severe_below)
                store_mask(shocks.hit, to + stride, words[1] < hit_below)
            if left > 2:
                store_mask(shocks.severe, to + 2 * stride, words[2] < severe_below)
                store_mask(shocks.hit, to + 2 * stride, words[2] < hit_below)
            if left > 3:
                store_mask(shocks.severe, to + 3 * stride, words[3] < severe_below)
                store_mask(shocks.hit, to + 3 * stride, words[3] < hit_below)


@compiled
def draw_window(shocks, layout, grid, first_period, periods, seed, draws):
    """Draw all shocks of a block in periods ``first_period`` (a multiple of 4) and after."""
    row = layout.vectors * VECTOR_BYTES
    first_block = first_period >> 2
    for chain in range(grid.chains):
        first_place = np.uint64(chain) << POSITION_BITS
        # its firms, then the chain itself, whose vector repeats its lanes' bits for all firms
        for n in range(grid.firms + VECTOR_BYTES // layout.firm_bytes):
            if n < grid.firms:
                side, purpose, place = 0, SUPPLY, first_place | np.uint64(n)
                at = chain * row + n * layout.firm_bytes
                stride = grid.chains * row
            else:
                side, purpose, place = 1, CYBER, first_place
                repeat = (n - grid.firms) * layout.firm_bytes
                at = shocks.cyber + chain * VECTOR_BYTES + repeat
                stride = grid.chains * VECTOR_BYTES
            draw_place(shocks, at, stride, periods, first_block, purpose, place, seed, draws, side)
    fill_bytes(shocks.severe, shocks.calm, shocks.calm + VECTOR_BYTES, CLEAR)
    fill_bytes(shocks.hit, shocks.calm, shocks.calm + VECTOR_BYTES, CLEAR)
