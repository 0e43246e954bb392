"""Kernels of a card before and after the periods: shocks, amounts, sums of outcomes."""

import numpy as np

from cakernel.jit.cuda import cuda, kernel, part
from cakernel.jit.philox import HALF, LOW_WORD, philox_of_lanes
from cakernel.jit.words import LANES_A_WORD
from cakernel.recovery.kernel.lanes.shock_bits import PERIODS_A_DRAW
from cakernel.recovery.kernel.shocks import CYBER, POSITION_BITS, SUPPLY
from cakernel.recovery.kernel.states import INTANGIBLES, OPERATIONAL
from cakernel.recovery.kernel.sums import LIMBS, limbs_of

# replications whose outcomes one thread adds up
OUTCOMES_A_THREAD = 1024

philox = part(philox_of_lanes)
limbs_of_some = part(getattr(limbs_of, "py_func", limbs_of))


@part
def scenario_of(launch, column, lane):
    """Return the scenario and the replication of a lane; lanes past the last repeat it."""
    last = launch.scenarios * launch.replications - 1
    item = min(column * LANES_A_WORD + lane, last)
    scenario = item // launch.replications
    return launch.scenario + scenario, launch.before + item - scenario * launch.replications


@kernel
def draw(seed, first_replication, grid, scenarios, launch, shocks):
    """Set ``shocks`` uint64 (periods, firms and chains by words): severe and hit lanes.

    ``scenarios`` uint64 (scenarios, 5) are names of draws, and thresholds.
    """
    n = cuda.grid(1)
    words = -(-launch.scenarios * launch.replications // LANES_A_WORD)
    block = n // shocks.shape[1]
    at = n - block * shocks.shape[1]
    place = at // words
    column = at - place * words
    if block * PERIODS_A_DRAW >= shocks.shape[0]:
        return
    firms = grid.chains * grid.firms
    side, purpose, chain, position = INTANGIBLES, CYBER, place - firms, 0
    if place < firms:
        side, purpose, chain = OPERATIONAL, SUPPLY, place // grid.firms
        position = place - chain * grid.firms
    c0 = np.uint64(block) | purpose
    c1 = (np.uint64(chain) << POSITION_BITS) | np.uint64(position)
    k0, k1 = seed & LOW_WORD, seed >> HALF
    bits = cuda.local.array(PERIODS_A_DRAW, np.uint64)
    for offset in range(PERIODS_A_DRAW):
        bits[offset] = np.uint64(0)
    for lane in range(LANES_A_WORD):
        s, replication = scenario_of(launch, column, lane)
        drawn = philox(c0, c1, first_replication + np.uint64(replication), scenarios[s, 0], k0, k1)
        severe, hit = scenarios[s, 1 + 2 * side], scenarios[s, 2 + 2 * side]
        for offset in range(PERIODS_A_DRAW):
            if drawn[offset] < severe:
                bits[offset] |= np.uint64(1) << np.uint64(lane)
            if drawn[offset] < hit:
                bits[offset] |= np.uint64(1) << np.uint64(LANES_A_WORD + lane)
    for offset in range(PERIODS_A_DRAW):
        shocks[block * PERIODS_A_DRAW + offset, at] = bits[offset]


@kernel
def set_planes(amounts, rows, launch, planes):
    """Set ``planes`` uint32 (words, planes): those of amounts and bits in ``rows``."""
    n = cuda.grid(1)
    column = n // rows.shape[0]
    row = n - column * rows.shape[0]
    if column >= planes.shape[0]:
        return
    amount, bit = rows[row, 0], rows[row, 1]
    word = np.uint32(0)
    for lane in range(LANES_A_WORD):
        s, _ = scenario_of(launch, column, lane)
        word |= np.uint32(((amounts[s, amount] >> bit) & 1) << lane)
    planes[column, row] = word


@kernel
def sum_moments(outcomes, limbs, first):
    """Set the first of each row of ``outcomes`` int64 (rows * replications,), and sums of them all.

    ``first`` is int64 (rows,), ``limbs`` uint64 (parts, rows, 6) of parts of the replications.
    """
    n = cuda.grid(1)
    rows = first.shape[0]
    part = n // rows
    row = n - part * rows
    if part >= limbs.shape[0]:
        return
    replications = outcomes.shape[0] // rows
    begin = row * replications
    end = begin + min(replications, (part + 1) * OUTCOMES_A_THREAD)
    if part == 0:
        first[row] = outcomes[begin]
    added = limbs_of_some(outcomes, begin + part * OUTCOMES_A_THREAD, end)
    for limb in range(LIMBS):
        limbs[part, row, limb] = added[limb]
