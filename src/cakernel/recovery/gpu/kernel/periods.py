"""The kernel of a card that runs policies over all periods: a thread is a firm of a word of lanes.

A block takes one policy and the next one the next policy, so that blocks which run at the same time
read the same shocks. A period has one barrier: firms show their states in one half of shared memory
while others may still look at the other half.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from cakernel.jit.cuda import cuda, kernel, part
from cakernel.jit.words import LANES_A_WORD
from cakernel.recovery.gpu.kernel.programs import PERIODS_A_SPILL, Firm, Places, programs_of
from cakernel.recovery.gpu.kernel.shape import Shape
from cakernel.recovery.kernel.lanes.diagrams import FIRST_NODE, INNER, MOST_NODES
from cakernel.recovery.kernel.lanes.layout import ROOTS
from cakernel.recovery.kernel.lanes.step import PAST_CUTOFFS, TABLE, WHEN_HIT
from cakernel.recovery.kernel.states import HIGH, ON_SITE_STATE
from cakernel.recovery.kernel.sums import MOST_OUTCOMES, RESOURCES, VALUE, X

WORD, NONE, ONE, EVERY = np.uint32, np.uint32(0), np.uint32(1), np.uint32(0xFFFFFFFF)
HALF_WORDS = np.uint64(LANES_A_WORD)
# rows of shared memory for a period: planes one and two of each firm's operational state at the
# end of the last one, and of both its states after disruptions; two periods' alternate
PERIOD_ROWS = 6


@part
def word_where(truth):
    """Return a word of ones or of none."""
    return EVERY if truth else NONE


@lru_cache
def simulation(shape: Shape) -> Any:
    """Return the kernel of a shape."""
    row, other_half, none = shape.row, PERIOD_ROWS * shape.row, shape.row - 1
    resources, tables = shape.planes.resources, shape.tables
    # planes of outcomes: both sums, resources, and final states
    counts, finals = shape.counts, 2 * shape.counts + resources
    numbers, root_words, counter_words = finals + 2 * HIGH, 2 * ROOTS, 2 * (counts + 1)
    shared_words, price_words = 2 * other_half, max(1, shape.prices)
    answer_rows = FIRST_NODE + MOST_NODES if tables else 1
    load, disrupt, look, node, recover, spill, lay_out = programs_of(shape)

    @part
    def word_at(firm, width, word):
        """Return where a row has a word of a firm, which may be missing."""
        return firm * width + word if firm >= 0 else none

    def simulate(grid, policies, near, shocks, amounts, worth, launch, outcomes):
        """Set ``outcomes`` int64 (outcomes * policies * scenarios, replications).

        A block's threads are (words, firms). ``near`` int64 (firms, 5) is from `neighbours_of`,
        ``worth`` int64 (scenarios, 7) from `worth_of`; ``shocks`` uint64 (periods, places by words)
        are severe and hit lanes, firms before chains; ``amounts`` uint32 (words, planes).
        """
        shared = cuda.shared.array(shared_words, WORD)
        firm = Firm(
            cuda.local.array(4, WORD),
            cuda.local.array(4, WORD),
            cuda.local.array(resources, WORD),
            cuda.local.array(price_words, WORD),
            cuda.local.array(counter_words, WORD),
            cuda.local.array(4, WORD),
            cuda.local.array(root_words, WORD),
        )
        answers, number = cuda.local.array(answer_rows, WORD), cuda.local.array(numbers, WORD)
        word, place = cuda.threadIdx.x, cuda.threadIdx.y
        width, firms = cuda.blockDim.x, cuda.blockDim.y
        thread, threads = place * width + word, firms * width
        group = cuda.blockIdx.x // policies.rules.shape[0]
        policy = cuda.blockIdx.x - group * policies.rules.shape[0]
        column = min(group * width + word, amounts.shape[0] - 1)
        places = Places(
            word_at(near[place, 0], width, word),
            word_at(near[place, 1], width, word),
            word_at(near[place, 2], width, word),
            word_at(near[place, 3], width, word),
        )
        has_upstream = word_where(places.upstream != none)
        has_downstream = word_where(places.downstream != none)
        variant = INNER * (2 * int(places.previous != none) + int(places.following != none))
        variant += int(grid.ends_wrap)
        supply_rule, cyber_rule = policies.rules[policy, 0], policies.rules[policy, 1]
        # small numbers are compared faster
        rules = np.uint8(policies.codes[supply_rule]), np.uint8(policies.codes[cyber_rule])
        diagrams = policies.diagram[supply_rule], policies.diagram[cyber_rule]
        on_site, intangibles_first = policies.flags[policy, 0], policies.flags[policy, 1]
        cloud = word_where(not on_site)
        x, y = grid.initial_operational, grid.initial_intangibles
        y = ON_SITE_STATE if on_site else y
        for n in range(HIGH):
            firm.states[n], firm.states[HIGH + n] = word_where(x > n), word_where(y > n)
        load(amounts[column], firm)
        for n in range(thread, 2 * PERIOD_ROWS, threads):
            # the words of missing neighbours, which lower nothing, stay as they are
            shared[n * row + none] = word_where(n % PERIOD_ROWS < HIGH)
        supply_at = np.uint64(place * amounts.shape[0] + column)
        cyber_at = np.uint64((firms + near[place, 4]) * amounts.shape[0] + column)
        supply, cyber = shocks[0, supply_at], shocks[0, cyber_at]
        # numbers of 32 bits are compared at once
        at, period, change, periods = 0, np.int32(0), np.int32(0), np.int32(launch.periods)
        while period < periods:
            severe, hit = WORD(supply), WORD(supply >> HALF_WORDS)
            cyber_severe = WORD(WORD(cyber) & cloud)
            cyber_hit = WORD(WORD(cyber >> HALF_WORDS) & cloud)
            disrupt(shared, at, thread, firm, severe, hit, cyber_severe, cyber_hit)
            following = np.int32(period + 1)
            if following < periods:
                # these come while others are waited for
                next_at = np.uint64(following)
                supply, cyber = shocks[next_at, supply_at], shocks[next_at, cyber_at]
            cuda.syncthreads()
            if period == change:
                # until one state more may be left no longer
                stop, how = launch.periods, WHEN_HIT * int(grid.when_hit)
                for n in range(2 * HIGH):
                    end = launch.periods - policies.cutoffs[policy, n // HIGH, n % HIGH]
                    firm.leave[n] = word_where(period < end)
                    if period < end:
                        stop = min(stop, end)
                    else:
                        how = how | PAST_CUTOFFS
                change = np.int32(stop)
            if tables:
                for side in range(2):
                    if rules[side] == TABLE:
                        at_side = at + (2 + 2 * side) * row
                        look(shared, at_side, places, has_upstream, has_downstream, answers)
                        of_nodes = policies.nodes[diagrams[side], variant]
                        for n in range(policies.sizes[diagrams[side], variant]):
                            node(
                                answers, 0, FIRST_NODE + n, of_nodes[n, 0], of_nodes[n, 1],
                                of_nodes[n, 2], of_nodes[n, 3], of_nodes[n, 4],
                            )  # fmt: skip
                        for n in range(ROOTS):
                            root = policies.roots[diagrams[side], variant, n]
                            firm.roots[ROOTS * side + n] = answers[root]
            recover(shared, at, places, firm, rules, intangibles_first, how, (hit, cyber_hit))
            period = following
            if period & (PERIODS_A_SPILL - 1) == 0:
                spill(firm)
            at = other_half - at
        spill(firm)
        lay_out(number, firm)
        rows = policies.rules.shape[0] * launch.scenarios
        for turn in range(-(-LANES_A_WORD // firms)):
            lane = turn * firms + place
            item = (group * width + word) * LANES_A_WORD + lane
            mine = lane < LANES_A_WORD and item < launch.scenarios * launch.replications
            s = item // launch.replications
            of_scenario, to = launch.scenario + s, policy * launch.scenarios + s
            item -= s * launch.replications
            outcome, bit, total = X, 0, 0
            cuda.syncthreads()
            # a plane of all firms after the other; one half is read while the other is written
            for n in range(numbers if outcomes.shape[0] == MOST_OUTCOMES * rows else finals):
                half = (n & 1) * other_half
                shared[half + thread] = number[n]
                cuda.syncthreads()
                if mine:
                    ones = NONE
                    begin, end = WORD(half + word), WORD(half + threads)
                    while begin < end:
                        ones = WORD(ones + ((shared[begin] >> WORD(lane)) & ONE))
                        begin = WORD(begin + width)
                    if n < finals:
                        total += int(ones) << bit
                    else:
                        # each plane that is set raises a state by one
                        total += int(ones) * worth[of_scenario, 3 + n - finals]
                    bit += 1
                    if n + 1 == counts or n + 1 == 2 * counts or n + 1 == finals:
                        outcomes[outcome * rows + to, item] = total
                        outcome, bit, total = outcome + 1, 0, 0
            if mine and outcomes.shape[0] == MOST_OUTCOMES * rows:
                total += firms * worth[of_scenario, 2]
                held = outcomes[RESOURCES * rows + to, item]
                total += held // worth[of_scenario, 0] * worth[of_scenario, 1]
                outcomes[VALUE * rows + to, item] = total

    return kernel(simulate, shape, max_registers=shape.registers)
