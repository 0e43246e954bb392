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
from cakernel.recovery.gpu.kernel.programs import PERIODS_A_SPILL, Firm, programs_of
from cakernel.recovery.gpu.kernel.shape import ROWS, Shape
from cakernel.recovery.kernel.lanes.diagrams import FIRST_NODE, INNER, MOST_NODES
from cakernel.recovery.kernel.lanes.layout import ROOTS
from cakernel.recovery.kernel.lanes.rules import TABLE
from cakernel.recovery.kernel.lanes.step import PAST_CUTOFFS, WHEN_HIT
from cakernel.recovery.kernel.states import HIGH, ON_SITE_STATE
from cakernel.recovery.kernel.sums import OUTCOMES, RESOURCES, VALUE, X, Y

WORD, NONE, EVERY = np.uint32, np.uint32(0), np.uint32(0xFFFFFFFF)
HALF_WORDS = np.uint64(LANES_A_WORD)
# rows of shared memory for a period: planes one and two of each firm's operational state at the
# end of the last one, and of both its states after disruptions; two periods' alternate
PERIOD_ROWS = 6


@part
def word_where(truth):
    """Return a word of ones or of none."""
    return EVERY if truth else NONE


@part
def total(firms_of, begin, end, shift, most):
    """Return the sum of all firms' numbers, whose planes are ``begin`` to ``end``."""
    found = 0
    for n in range(begin, end):
        found += int((firms_of[n] >> WORD(shift)) & most) << (n - begin)
    return found


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
    # a word counts the firms of several lanes, each in a field that holds them
    field = 8 if row == ROWS[0] else 16
    most = WORD((1 << field) - 1)
    ones = WORD(EVERY // most)
    load, disrupt, look, node, recover, spill, lay_out = programs_of(shape)

    def simulate(grid, policies, near, shocks, amounts, worth, launch, outcomes):
        """Set ``outcomes`` int64 (outcomes * policies * scenarios * replications,).

        A block's threads are (words, firms). ``near`` int64 (threads, 4) is from `places_of`,
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
            cuda.local.array(root_words, WORD),
        )
        answers, number = cuda.local.array(answer_rows, WORD), cuda.local.array(numbers, WORD)
        firms_of = cuda.local.array(numbers, WORD)
        word, place = cuda.threadIdx.x, cuda.threadIdx.y
        width, firms = cuda.blockDim.x, cuda.blockDim.y
        thread, threads = place * width + word, firms * width
        group = cuda.blockIdx.x // policies.rules.shape[0]
        policy = cuda.blockIdx.x - group * policies.rules.shape[0]
        column = min(group * width + word, amounts.shape[0] - 1)
        places = near[thread, 0], near[thread, 1], near[thread, 2], near[thread, 3]
        has_upstream = word_where(places[0] != none)
        has_downstream = word_where(places[1] != none)
        variant = INNER * (2 * int(places[2] != none) + int(places[3] != none))
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
        cyber_at = np.uint64((firms + place // grid.firms) * amounts.shape[0] + column)
        supply, cyber = shocks[0, supply_at], shocks[0, cyber_at]
        # numbers of 32 bits are compared at once
        at, period, change, periods = 0, np.int32(0), np.int32(0), np.int32(launch.periods)
        while period < periods:
            if period == change:
                # until one state more may be left no longer
                change, how, leave = periods, WHEN_HIT * int(grid.when_hit), NONE
                for n in range(2 * HIGH):
                    cutoff = policies.cutoffs[policy, n // HIGH, n % HIGH]
                    until = np.int32(launch.periods - cutoff)
                    if period < until:
                        change, leave = min(change, until), WORD(leave | WORD(1 << n))
                    else:
                        how = how | PAST_CUTOFFS
            severe, hit = WORD(supply), WORD(supply >> HALF_WORDS)
            cyber_severe = WORD(WORD(cyber) & cloud)
            cyber_hit = WORD(WORD(cyber >> HALF_WORDS) & cloud)
            disrupt(shared, at, thread, firm, severe, hit, cyber_severe, cyber_hit)
            following = np.int32(period + 1)
            if following < periods:
                # these come while others are waited for
                next_at = np.uint64(WORD(following))
                supply, cyber = shocks[next_at, supply_at], shocks[next_at, cyber_at]
            cuda.syncthreads()
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
            recover(
                shared, at, places, firm, rules, intangibles_first, how, (hit, cyber_hit), leave
            )
            period = following
            if period & (PERIODS_A_SPILL - 1) == 0:
                spill(firm)
            at = other_half - at
        spill(firm)
        lay_out(number, firm)
        items = launch.scenarios * launch.replications
        each = policies.rules.shape[0] * items
        asked = outcomes.shape[0] // each
        for turn in range(-(-field // firms)):
            lane = turn * firms + place
            bit = WORD(lane & (LANES_A_WORD - 1))
            cuda.syncthreads()
            # a plane of all firms after the other; one half is read while the other is written
            for n in range(finals if asked == OUTCOMES else numbers):
                half = (n & 1) * other_half
                shared[half + thread] = number[n]
                cuda.syncthreads()
                if lane < field:
                    counted, begin, end = NONE, WORD(half + word), WORD(half + threads)
                    while begin < end:
                        counted = WORD(counted + ((shared[begin] >> bit) & ones))
                        begin = WORD(begin + width)
                    firms_of[n] = counted
            for shift in range(0, LANES_A_WORD, field):
                item = (group * width + word) * LANES_A_WORD + lane + shift
                if lane < field and item < items:
                    to = policy * items + item
                    held = total(firms_of, 2 * counts, finals, shift, most)
                    outcomes[X * each + to] = total(firms_of, 0, counts, shift, most)
                    outcomes[Y * each + to] = total(firms_of, counts, 2 * counts, shift, most)
                    outcomes[RESOURCES * each + to] = held
                    if asked > OUTCOMES:
                        s = launch.scenario + item // launch.replications
                        value = held // worth[s, 0] * worth[s, 1] + firms * worth[s, 2]
                        for n in range(2 * HIGH):
                            # each plane that is set raises a state by one
                            raised = total(firms_of, finals + n, finals + n + 1, shift, most)
                            value += raised * worth[s, 3 + n]
                        outcomes[VALUE * each + to] = value

    return kernel(simulate, shape, max_registers=shape.registers)
