"""Disruptions of a block of lanes as bits: the draws of `kernel.shocks` for many replications."""

from typing import Any, NamedTuple

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.philox import HALF, LOW_WORD, philox_of_lanes
from cakernel.jit.program_values import VECTOR_BYTES, WORDS
from cakernel.jit.programs import filled, program
from cakernel.recovery.kernel.shocks import CYBER, POSITION_BITS, SUPPLY
from cakernel.recovery.kernel.states import INTANGIBLES, OPERATIONAL

# periods that one call of the generator serves
PERIODS_A_DRAW = 4


class Shocks(NamedTuple):
    """Disruptions of a window of periods as bits: severe, and hit (severe or mild).

    Both are uint8 and flat: (periods, chains, bytes of a row without its ends) for supply, then
    from ``cyber`` on (periods, chains, 64) for cyber, where one vector serves all firms of a chain,
    and at ``calm`` one vector of none for policies that are on site. Periods are a multiple of 4.
    """

    severe: Any
    hit: Any
    cyber: int
    calm: int


@compiled(inlined=True)
def shocks_at(layout, grid, shocks, side, period, chain):
    """Return where a chain's shocks begin."""
    place = period * grid.chains + chain
    if side == OPERATIONAL:
        return place * layout.vectors * VECTOR_BYTES
    return shocks.cyber + place * VECTOR_BYTES


@compiled(linked=True)
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


@program
def draw_four(shocks, at, stride, draws, lane, scenario, severe, hit, block, place, k0, k1):
    """Draw eight lanes of one place for four periods, ``stride`` apart.

    ``lane``, ``scenario``, ``severe`` and ``hit`` are where their replications, scenarios and
    thresholds stand in ``draws``.
    """
    c2 = draws[lane]
    counter = filled(block, c2), filled(place, c2), c2, draws[scenario]
    words = philox_of_lanes(*counter, filled(k0, c2), filled(k1, c2))
    for word in words:
        shocks.severe.set_truth(at, word < draws[severe])
        shocks.hit.set_truth(at, word < draws[hit])
        at = at + stride


@compiled(linked=True)
def draw_place(shocks, at, stride, periods, first_block, purpose, place, seed, draws, side):
    """Draw all lanes of one firm or chain for ``periods`` periods from ``first_block`` * 4 on.

    Bits go to byte ``at`` of the first period and ``stride`` further for each one after it.
    """
    lanes = draws.size // 6
    k0, k1 = seed & LOW_WORD, seed >> HALF
    for lane in range(0, lanes, WORDS):
        severe = (2 + 2 * side) * lanes + lane
        to = at + lane // 8
        for period in range(0, periods, PERIODS_A_DRAW):
            block = np.uint64(first_block + period // PERIODS_A_DRAW) | purpose
            draw_four(
                shocks, to, stride, draws, lane, lanes + lane, severe, severe + lanes, block,
                place, k0, k1,
            )  # fmt: skip
            to += PERIODS_A_DRAW * stride


@compiled(linked=True)
def draw_window(shocks, layout, grid, first_period, periods, seed, draws):
    """Draw all shocks of a block in periods ``first_period`` (a multiple of 4) and after."""
    row = layout.vectors * VECTOR_BYTES
    first_block = first_period // PERIODS_A_DRAW
    for chain in range(grid.chains):
        first_place = np.uint64(chain) << POSITION_BITS
        # its firms, then the chain itself, whose vector repeats its lanes' bits for all firms
        for n in range(grid.firms + VECTOR_BYTES // layout.firm_bytes):
            if n < grid.firms:
                side, purpose, place = OPERATIONAL, SUPPLY, first_place | np.uint64(n)
                at = chain * row + n * layout.firm_bytes
                stride = grid.chains * row
            else:
                side, purpose, place = INTANGIBLES, CYBER, first_place
                repeat = (n - grid.firms) * layout.firm_bytes
                at = shocks.cyber + chain * VECTOR_BYTES + repeat
                stride = grid.chains * VECTOR_BYTES
            draw_place(shocks, at, stride, periods, first_block, purpose, place, seed, draws, side)
