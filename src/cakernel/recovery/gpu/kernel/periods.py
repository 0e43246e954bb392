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
from cakernel.recovery.gpu.kernel.programs import PERIODS_A_SPILL, Places, programs_of
from cakernel.recovery.gpu.kernel.shape import PERIOD_ROWS, Shape
from cakernel.recovery.kernel.lanes.diagrams import FIRST_NODE, INNER
from cakernel.recovery.kernel.lanes.layout import ROOTS
from cakernel.recovery.kernel.lanes.step import PAST_CUTOFFS, TABLE, WHEN_HIT
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, HIGH, MEDIUM, ON_SITE_STATE
from cakernel.recovery.kernel.sums import OUTCOMES, RESOURCES, VALUE, X, Y

WORD, NONE, ONE, EVERY = np.uint32, np.uint32(0), np.uint32(1), np.uint32(0xFFFFFFFF)
HALF_WORDS = np.uint64(LANES_A_WORD)


@part
def word_where(truth):
    """Return a word of ones or of none."""
    return EVERY if truth else NONE


@part
def wrapped(n, count, wrap):
    """Return a place in a ring where it is one: the last before the first, the first again."""
    if wrap and n < 0:
        return n + count
    if wrap and n >= count:
        return n - count
    return n


@part
def neighbour(grid, width, chain, firm, word, missing):
    """Return where a row has a firm's word; ``missing`` where there is no such firm."""
    firm = wrapped(firm, grid.firms, grid.ends_wrap)
    chain = wrapped(chain, grid.chains, grid.across_wrap)
    if 0 <= firm < grid.firms and 0 <= chain < grid.chains:
        return (chain * grid.firms + firm) * width + word
    return missing


@lru_cache
def simulation(shape: Shape) -> Any:
    """Return the kernel of a shape."""
    row, other_half, none = shape.row, PERIOD_ROWS * shape.row, shape.row - 1
    size, root_words, answer_rows = 2 * other_half, 2 * ROOTS, max(1, shape.answers)
    resources, numbers, prices = shape.planes.resources, shape.numbers, max(1, shape.prices)
    counts, finals, tables = shape.counts, shape.numbers - 2 * HIGH, shape.answers > 0
    counter_words, planes_of_item = 2 * (counts + 1), shape.prices + resources
    load, disrupt, look, node, recover, count, spill, lay_out = programs_of(shape)

    @part
    def ask(policies, rule, variant, answers, roots, at):
        """Run the nodes of a rule's diagram and set the three roots from ``at`` on."""
        diagram = policies.diagram[rule]
        for n in range(policies.sizes[diagram, variant]):
            node(
                answers, 0, FIRST_NODE + n, policies.nodes[diagram, variant, n, 0],
                policies.nodes[diagram, variant, n, 1], policies.nodes[diagram, variant, n, 2],
                policies.nodes[diagram, variant, n, 3], policies.nodes[diagram, variant, n, 4],
            )  # fmt: skip
        for n in range(ROOTS):
            roots[at + n] = answers[policies.roots[diagram, variant, n]]

    def simulate(grid, policies, shocks, planes_of_items, worth, launch, outcomes):
        """Set ``outcomes`` int64 (outcomes, policies, items).

        A block's threads are (words, firms). ``shocks`` uint64 (periods * places * words,) are
        severe and hit lanes, firms before chains; ``planes_of_items`` uint32 (words * planes,);
        ``worth`` int64 (scenarios, 8) quanta, and what final states are worth.
        """
        shared = cuda.shared.array(size, WORD)
        states, hit_states = cuda.local.array(4, WORD), cuda.local.array(4, WORD)
        held, price = cuda.local.array(resources, WORD), cuda.local.array(prices, WORD)
        counters, leave = cuda.local.array(counter_words, WORD), cuda.local.array(4, WORD)
        roots, answers = cuda.local.array(root_words, WORD), cuda.local.array(answer_rows, WORD)
        number = cuda.local.array(numbers, WORD)
        word, place, width = cuda.threadIdx.x, cuda.threadIdx.y, launch.width
        firms = grid.chains * grid.firms
        thread, threads = place * width + word, firms * width
        chain = place // grid.firms
        firm = place - chain * grid.firms
        group = cuda.blockIdx.x // policies.rules.shape[0]
        policy = cuda.blockIdx.x - group * policies.rules.shape[0]
        column = min(group * width + word, launch.words - 1)
        places = Places(
            neighbour(grid, width, chain, firm - 1, word, none),
            neighbour(grid, width, chain, firm + 1, word, none),
            neighbour(grid, width, chain - 1, firm, word, none),
            neighbour(grid, width, chain + 1, firm, word, none),
        )
        has_upstream = word_where(places.upstream != none)
        has_downstream = word_where(places.downstream != none)
        variant = INNER * (2 * int(places.previous != none) + int(places.following != none))
        variant += int(grid.ends_wrap)
        supply_rule, cyber_rule = policies.rules[policy, 0], policies.rules[policy, 1]
        supply_code, cyber_code = policies.codes[supply_rule], policies.codes[cyber_rule]
        on_site, intangibles_first = policies.flags[policy, 0], int(policies.flags[policy, 1])
        limited = False
        for n in range(2 * HIGH):
            limited |= policies.cutoffs[policy, n] > 0
        how = WHEN_HIT * int(grid.when_hit) + PAST_CUTOFFS * int(limited)
        cloud = word_where(not on_site)
        x, y = grid.initial_operational, grid.initial_intangibles
        y = ON_SITE_STATE if on_site else y
        states[0], states[1] = word_where(x >= MEDIUM), word_where(x == HIGH)
        states[2], states[3] = word_where(y >= MEDIUM), word_where(y == HIGH)
        for n in range(root_words):
            roots[n] = NONE
        load(planes_of_items, column * planes_of_item, price, held, counters)
        for n in range(thread, 2 * PERIOD_ROWS, threads):
            # the words of missing neighbours, which lower nothing, stay as they are
            shared[n * row + none] = word_where(n % PERIOD_ROWS < HIGH)
        supply_at = np.uint64(place * launch.words + column)
        cyber_at = np.uint64((firms + chain) * launch.words + column)
        a_period = np.uint64((firms + grid.chains) * launch.words)
        supply, cyber = shocks[supply_at], shocks[cyber_at]
        at = 0
        for period in range(launch.periods):
            severe, hit = WORD(supply), WORD(supply >> HALF_WORDS)
            cyber_severe, cyber_hit = WORD(cyber) & cloud, WORD(cyber >> HALF_WORDS) & cloud
            disrupt(
                shared, at, thread, states, hit_states, severe, hit, WORD(cyber_severe),
                WORD(cyber_hit),
            )  # fmt: skip
            if period + 1 < launch.periods:
                # these come while others are waited for
                supply_at, cyber_at = supply_at + a_period, cyber_at + a_period
                supply, cyber = shocks[supply_at], shocks[cyber_at]
            cuda.syncthreads()
            if limited:
                remaining = launch.periods - period - 1
                for n in range(2 * HIGH):
                    leave[n] = word_where(remaining >= policies.cutoffs[policy, n])
            if tables:
                if supply_code == TABLE:
                    look(shared, at + 2 * row, places, has_upstream, has_downstream, answers)
                    ask(policies, supply_rule, variant, answers, roots, 0)
                if cyber_code == TABLE:
                    look(shared, at + 4 * row, places, has_upstream, has_downstream, answers)
                    ask(policies, cyber_rule, variant, answers, roots, ROOTS)
            recover(
                shared, at, places, states, hit_states, held, price, roots, supply_code,
                cyber_code, intangibles_first, how, hit, WORD(cyber_hit), leave,
            )  # fmt: skip
            count(states, counters)
            if period % PERIODS_A_SPILL == PERIODS_A_SPILL - 1:
                spill(counters)
            at = other_half - at
        spill(counters)
        lay_out(number, counters, held, states)
        for turn in range(-(-LANES_A_WORD * width // threads)):
            lane = turn * threads + thread
            item = group * width * LANES_A_WORD + lane
            mine = lane < width * LANES_A_WORD and item < launch.items
            of_lane, bit = WORD(lane // LANES_A_WORD), WORD(lane % LANES_A_WORD)
            s = (launch.first + min(item, launch.items - 1)) // launch.replications
            sum_x, sum_y, sum_r, value = 0, 0, 0, 0
            cuda.syncthreads()
            # a plane of all firms after the other; one half is read while the other is written
            for n in range(numbers if launch.outcomes > OUTCOMES else finals):
                half = (n & 1) * other_half
                shared[half + thread] = number[n]
                cuda.syncthreads()
                ones = NONE
                if mine:
                    word_at, end = WORD(half + of_lane), WORD(half + threads)
                    while word_at < end:
                        ones = WORD(ones + ((shared[word_at] >> bit) & ONE))
                        word_at = WORD(word_at + width)
                if n < counts:
                    sum_x += int(ones) << n
                elif n < 2 * counts:
                    sum_y += int(ones) << (n - counts)
                elif n < finals:
                    sum_r += int(ones) << (n - 2 * counts)
                else:
                    # each plane that is set raises a state by one
                    low = 2 + (n - finals) // HIGH * AMOUNTS_A_SIDE + (n - finals) % HIGH
                    value += int(ones) * (worth[s, low + 1] - worth[s, low])
            if mine:
                outcomes[X, policy, item] = sum_x
                outcomes[Y, policy, item] = sum_y
                outcomes[RESOURCES, policy, item] = sum_r
            if mine and launch.outcomes > OUTCOMES:
                value += firms * (worth[s, 2] + worth[s, 2 + AMOUNTS_A_SIDE])
                value += sum_r // worth[s, 0] * worth[s, 1]
                outcomes[VALUE, policy, item] = value

    return kernel(simulate, shape, max_registers=shape.registers)
