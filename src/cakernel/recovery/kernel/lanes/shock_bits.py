"""Disruptions of a block of lanes as bits: the draws of `kernel.shocks` for many replications."""

from typing import Any, NamedTuple

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.philox import HALF, LOW_WORD, philox4x32
from cakernel.jit.vectors import VECTOR_BYTES, fill, load, store_mask
from cakernel.recovery.kernel.lanes.bit_rows import CLEAR, fill_bytes
from cakernel.recovery.kernel.shocks import CYBER, POSITION_BITS, SUPPLY
from cakernel.recovery.kernel.states import INTANGIBLES, OPERATIONAL

LANES_OF_WORDS = VECTOR_BYTES // 8


class Shocks(NamedTuple):
    """Disruptions of a window of periods as bits: severe, and hit (severe or mild).

    Both are uint8 and flat: (periods, chains, bytes of a row without its ends) for supply, then
    from ``cyber`` on (periods, chains, 64) for cyber, where one vector serves all firms of a chain,
    and at ``calm`` one vector of none for policies that are on site.
    """

    severe: Any
    hit: Any
    cyber: int
    calm: int


@compiled(inlined=True)
def shocks_at(shape, grid, shocks, side, period, chain):
    """Return where a chain's shocks begin, and the step from byte to byte of its row."""
    place = period * grid.chains + chain
    if side == OPERATIONAL:
        return place * shape.vectors * VECTOR_BYTES, 1
    return shocks.cyber + place * VECTOR_BYTES, 0


@compiled
def fill_draws(draws, from_item, count, scenarios, first_replication, replications):
    """Set replication, scenario and thresholds of each lane: ``draws`` uint64 (6 * lanes,).

    Lanes from ``count`` on repeat the last item.
    """
    lanes = draws.size // 6
    for lane in range(lanes):
        item = from_item + min(lane, count - 1)
        s = item // replications
        draws[lane] = first_replication + np.uint64(item % replications)
        draws[lanes + lane] = scenarios.index[s]
        for n in range(4):
            draws[(2 + n) * lanes + lane] = scenarios.thresholds[s, n]


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
def draw_window(shocks, shape, grid, first_period, periods, seed, draws):
    """Draw all shocks of a block in periods ``first_period`` (a multiple of 4) and after."""
    row = shape.vectors * VECTOR_BYTES
    first_block = first_period >> 2
    for chain in range(grid.chains):
        first_place = np.uint64(chain) << POSITION_BITS
        # its firms, then the chain itself, whose vector repeats its lanes' bits for all firms
        for n in range(grid.firms + VECTOR_BYTES // shape.firm_bytes):
            if n < grid.firms:
                side, purpose, place = OPERATIONAL, SUPPLY, first_place | np.uint64(n)
                at = chain * row + n * shape.firm_bytes
                stride = grid.chains * row
            else:
                side, purpose, place = INTANGIBLES, CYBER, first_place
                repeat = (n - grid.firms) * shape.firm_bytes
                at = shocks.cyber + chain * VECTOR_BYTES + repeat
                stride = grid.chains * VECTOR_BYTES
            draw_place(shocks, at, stride, periods, first_block, purpose, place, seed, draws, side)
    fill_bytes(shocks.severe, shocks.calm, shocks.calm + VECTOR_BYTES, CLEAR)
    fill_bytes(shocks.hit, shocks.calm, shocks.calm + VECTOR_BYTES, CLEAR)
