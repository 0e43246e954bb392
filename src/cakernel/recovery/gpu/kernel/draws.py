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
OUTCOMES_A_THREAD = 256

philox = part(philox_of_lanes)


@part
def scenario_of(launch, column, lane):
    """Return the scenario and the replication of a lane; lanes past the last repeat it."""
    item = launch.first + min(column * LANES_A_WORD + lane, launch.items - 1)
    scenario = item // launch.replications
    return scenario, item - scenario * launch.replications


@kernel
def draw(seed, grid, index, thresholds, launch, shocks):
    """Set ``shocks`` uint64 (periods, firms and chains, words), flat: severe and hit lanes."""
    n = cuda.grid(1)
    firms = grid.chains * grid.firms
    places = firms + grid.chains
    rest = n // launch.words
    column = n - rest * launch.words
    block = rest // places
    place = rest - block * places
    if block * PERIODS_A_DRAW >= launch.periods:
        return
    if place < firms:
        side, purpose, chain = OPERATIONAL, SUPPLY, place // grid.firms
        position = np.uint64(place - chain * grid.firms)
    else:
        side, purpose, chain = INTANGIBLES, CYBER, place - firms
        position = np.uint64(0)
    c0 = np.uint64(block) | purpose
    c1 = (np.uint64(chain) << POSITION_BITS) | position
    k0, k1 = seed & LOW_WORD, seed >> HALF
    bits = cuda.local.array(PERIODS_A_DRAW, np.uint64)
    for offset in range(PERIODS_A_DRAW):
        bits[offset] = np.uint64(0)
    for lane in range(LANES_A_WORD):
        s, replication = scenario_of(launch, column, lane)
        c2 = launch.first_replication + np.uint64(replication)
        words = philox(c0, c1, c2, index[s], k0, k1)
        severe, hit = thresholds[s, 2 * side], thresholds[s, 2 * side + 1]
        for offset in range(PERIODS_A_DRAW):
            if words[offset] < severe:
                bits[offset] |= np.uint64(1) << np.uint64(lane)
            if words[offset] < hit:
                bits[offset] |= np.uint64(1) << np.uint64(LANES_A_WORD + lane)
    for offset in range(PERIODS_A_DRAW):
        period = block * PERIODS_A_DRAW + offset
        shocks[(period * places + place) * launch.words + column] = bits[offset]


@kernel
def set_planes(amounts, rows, launch, planes):
    """Set ``planes`` uint32 (words * planes,): those of amounts and bits in ``rows``, by column."""
    n = cuda.grid(1)
    column = n // rows.shape[0]
    row = n - column * rows.shape[0]
    if column >= launch.words:
        return
    amount, bit = rows[row, 0], rows[row, 1]
    word = np.uint32(0)
    for lane in range(LANES_A_WORD):
        s, _ = scenario_of(launch, column, lane)
        word |= np.uint32(((amounts[s, amount] >> bit) & 1) << lane)
    planes[n] = word


limbs_of_some = part(getattr(limbs_of, "py_func", limbs_of))


@kernel
def sum_moments(outcomes, launch, first_scenario, limbs, first):
    """Add outcomes to ``limbs`` uint64 (outcomes, policies, scenarios of the launch, 6).

    Where one thread takes all replications of a scenario it sets them.
    ``first`` int64 (outcomes, policies, scenarios) are set to the first outcome of each. Threads
    take a scenario's outcomes of a policy, some replications each.
    """
    n = cuda.grid(1)
    parts = -(-launch.replications // OUTCOMES_A_THREAD)
    rest = n // parts
    begin = (n - rest * parts) * OUTCOMES_A_THREAD
    row = rest // limbs.shape[2]
    s = rest - row * limbs.shape[2]
    outcome = row // limbs.shape[1]
    policy = row - outcome * limbs.shape[1]
    if outcome >= limbs.shape[0]:
        return
    # the launch may have but a part of the first and the last scenario
    from_item = (first_scenario + s) * launch.replications - launch.first
    end = min(from_item + min(launch.replications, begin + OUTCOMES_A_THREAD), launch.items)
    begin = max(from_item + begin, 0)
    if begin < end:
        if begin == max(from_item, 0):
            first[outcome, policy, s] = outcomes[outcome, policy, begin]
        added = limbs_of_some(outcomes[outcome, policy], begin, end)
        for limb in range(LIMBS):
            if parts == 1:
                limbs[outcome, policy, s, limb] = added[limb]
            else:
                cuda.atomic.add(limbs, (outcome, policy, s, limb), added[limb])
