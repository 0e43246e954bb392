"""What differs between the lanes of a block: draws, prices, initial resources."""

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES
from cakernel.recovery.kernel.lanes.bit_sliced import PLACES
from cakernel.recovery.kernel.lanes.float_payment import COST, PRICES, WIDTH
from cakernel.recovery.kernel.lanes.layout import CLEAR, START, fill_bytes
from cakernel.recovery.kernel.lanes.payment import KINDS


@compiled
def fill_draws(draws, from_item, count, scenarios, first_replication, replications):
    """Set replication, scenario and thresholds of each lane: ``draws`` uint64 (6 * lanes,).

    Here and below lanes from ``count`` on repeat the last item.
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
def upgrade_cost(scenarios, s, side, kind):
    """Return what the upgrade 0 to 1, 1 to 2 or 0 to 2 costs."""
    return scenarios.cost[s, side, 1 if kind == 1 else 0, 1 if kind == 0 else 2]


@compiled
def set_bits(bits, at, step, place, amount, from_plane, to_plane):
    """Set a number's bits from one plane to another at a place of a vertical number."""
    for n in range(from_plane, to_plane):
        if amount >> n & 1:
            bits[at + (n - from_plane) * step + (place >> 3)] |= np.uint8(1 << (place & 7))


@compiled
def fill_planes(prices, initial, from_item, count, layout, scenarios, replications):
    """Set prices and initial resources (``planes`` * 64,) as bits; firms of a vector repeat."""
    fill_bytes(prices, START, prices.size, CLEAR)
    fill_bytes(initial, START, initial.size, CLEAR)
    kinds = KINDS * VECTOR_BYTES
    # not a literal, for which numba would compile set_bits again
    a_plane = kinds // KINDS
    costs = layout.gain_planes * kinds
    for place in range(PLACES):
        s = (from_item + min(place % layout.lanes, count - 1)) // replications
        amount = scenarios.initial[s]
        set_bits(initial, START, a_plane, place, amount, START, layout.planes)
        for n in range(KINDS):
            amount = scenarios.acquisition[s, n]
            set_bits(prices, n * VECTOR_BYTES, kinds, place, amount, START, layout.gain_planes)
            amount = upgrade_cost(scenarios, s, n // 3, n % 3)
            at = costs + n * VECTOR_BYTES
            set_bits(prices, at, kinds, place, amount, layout.cost_from, layout.cost_to)


@compiled
def fill_floats(prices, initial, from_item, count, layout, scenarios, replications):
    """Set prices, vector by vector of lanes, and initial resources (512,) as float64."""
    for place in range(PLACES):
        lane = place % layout.lanes
        s = (from_item + min(lane, count - 1)) // replications
        initial[place] = scenarios.initial[s]
        at = lane // WIDTH * PRICES * WIDTH + lane % WIDTH
        for n in range(COST):
            prices[at + n * WIDTH] = scenarios.acquisition[s, n]
            prices[at + (COST + n) * WIDTH] = upgrade_cost(scenarios, s, n // 3, n % 3)
