"""Disruptions of a block of lanes as bits: draws by keys, and what was recorded instead.

The draw of a place in a period is a pure function of seed, scenario, replication, period, purpose
and the place's key. The counter of Philox4x32-10 is

    c0 = (t - 1) // 4 + 2^31 * cyber + 2^30 * spillover      t = 1..T
    c1 = the key's low word
    c2 = replication
    c3 = scenario

the generator's key is the seed with the key's high word added bit by bit to its own, and word
(t - 1) % 4 of its output is the draw of period t. Keys below 2^32 so give the draws of
`kernel.shocks`: those of a grid.
"""

from typing import Any, NamedTuple

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.philox import HALF, LOW_WORD, philox_of_lanes
from cakernel.jit.program_values import VECTOR_BYTES, WORDS
from cakernel.jit.programs import filled, program
from cakernel.recovery.kernel.lanes.bit_numbers import clear
from cakernel.recovery.kernel.lanes.shock_bits import PERIODS_A_DRAW
from cakernel.recovery.kernel.network.arguments import LANES, STATE_BYTES
from cakernel.recovery.kernel.network.neighbours import set_plane
from cakernel.recovery.kernel.shocks import SEVERE

SPILLOVER = np.uint64(1 << 30)


class Draws(NamedTuple):
    """What happens at each place of draws, but the last, where nothing does.

    ``drawn`` int64 (any,) are the places to be drawn; what was drawn of the others stays.
    ``keys`` and ``purposes`` are uint64 (places - 1,) and ``below`` uint64 (risks, places - 1, 2):
    hit severely, or hit at all, by words below so many; lanes may have different risks. Up to
    period ``through`` there are no draws but records, those of a place from ``first`` int64
    (places,) on: ``period`` int64, from 0, and ``severity`` int64.
    """

    drawn: Any
    keys: Any
    purposes: Any
    below: Any
    through: int
    first: Any
    period: Any
    severity: Any


@program
def draw_four(shocks, at, stride, lanes, lane, block, place, k0, k1, limits):
    """Draw eight lanes of one place for four periods, ``stride`` apart."""
    c2 = lanes[lane]
    counter = filled(block, c2), filled(place, c2), c2, lanes[lane + LANES]
    words = philox_of_lanes(*counter, filled(k0, c2), filled(k1, c2))
    severe_below, hit_below = limits[lane], limits[lane + LANES]
    for word in words:
        shocks.set_truth(at, word < severe_below)
        shocks.set_truth(at + VECTOR_BYTES, word < hit_below)
        at = at + stride


@program
def limit_eight(limits, lane, value):
    """Set eight lanes' limit."""
    limits[lane] = filled(value, limits[lane])


@compiled
def set_limits(limits, below, place, lanes):
    """Set below which words a place is hit severely, then at all, lane by lane."""
    if len(below) == 1:
        for lane in range(0, LANES, WORDS):
            limit_eight(limits, lane, below[0, place, 0])
            limit_eight(limits, lane + LANES, below[0, place, 1])
    else:
        for lane in range(LANES):
            risk = np.int64(lanes[lane + 2 * LANES])
            limits[lane], limits[lane + LANES] = below[risk, place, 0], below[risk, place, 1]


@compiled
def draw_place(shocks, draws, place, places, lanes, limits, first_period, periods, seed):
    """Set one place's disruptions in ``periods`` periods from ``first_period``, counted from 0.

    Both are multiples of 4. ``lanes`` uint64 (1536,) are replications, scenarios, and which of the
    risks; ``limits`` uint64 (1024,) is work.
    """
    stride = places * STATE_BYTES
    key = draws.keys[place]
    k0, k1 = seed & LOW_WORD, (seed >> HALF) ^ (key >> HALF)
    set_limits(limits, draws.below, place, lanes)
    recorded = min(max(draws.through - first_period, 0), periods)
    from_period = recorded // PERIODS_A_DRAW * PERIODS_A_DRAW
    for lane in range(0, LANES, WORDS):
        at = place * STATE_BYTES + from_period * stride + lane // 8
        for period in range(from_period, periods, PERIODS_A_DRAW):
            block = np.uint64((first_period + period) // PERIODS_A_DRAW) | draws.purposes[place]
            draw_four(shocks, at, stride, lanes, lane, block, key & LOW_WORD, k0, k1, limits)
            at += PERIODS_A_DRAW * stride
    for period in range(recorded):
        at = place * STATE_BYTES + period * stride
        clear(shocks, at)
        clear(shocks, at + VECTOR_BYTES)
    for n in range(draws.first[place], draws.first[place + 1]):
        period = draws.period[n] - first_period
        if 0 <= period < recorded:
            at = place * STATE_BYTES + period * stride
            set_plane(shocks, at, -int(draws.severity[n] == SEVERE))
            set_plane(shocks, at + VECTOR_BYTES, -1)
