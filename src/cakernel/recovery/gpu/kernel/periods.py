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
from cakernel.recovery.gpu.kernel.programs import (
    PERIODS_A_SPILL,
    Places,
    Programs,
    Rules,
)
from cakernel.recovery.gpu.kernel.shape import (
    CUTOFF,
    CYBER,
    DIAGRAM,
    HAS_CUTOFFS,
    INTANGIBLES_FIRST,
    ON_SITE,
    PERIOD_ROWS,
    SUPPLY,
    Shape,
)
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
def neighbour(launch, chain, firm, word, missing):
    """Return where a row has a firm's word; ``missing`` where there is no such firm."""
    if launch.ends_wrap:
        firm = (firm + launch.firms) % launch.firms
    if launch.across_wrap:
        chain = (chain + launch.chains) % launch.chains
    if 0 <= firm < launch.firms and 0 <= chain < launch.chains:
        return (chain * launch.firms + firm) * launch.width + word
    return missing


@lru_cache
def simulation(shape: Shape) -> Any:
    """Return the kernel of a shape."""
    row, size = shape.row, 2 * PERIOD_ROWS * shape.row
    other_half = PERIOD_ROWS * row
    none = row - 1
    resources, numbers = shape.planes.resources, shape.numbers
    prices, counter_words = max(1, shape.prices), 2 * (shape.counts + 1)
    programs = Programs(shape)
    load, clear, disrupt, recover = (
        programs.load, programs.clear, programs.disrupt, programs.recover
    )  # fmt: skip
    count, spill, lay_out = programs.count, programs.spill, programs.lay_out
    look, node = programs.look, programs.node
    tables, rows, root_words = shape.answers > 0, max(1, shape.answers), 2 * ROOTS

    @part
    def sum_of_firms(shared, number, first, planes, lane, width):
        """Return a lane's sum over firms of the planes ``first`` and after of each one's number."""
        thread, threads = cuda.threadIdx.x, cuda.blockDim.x
        word, bit = WORD(lane // LANES_A_WORD), WORD(lane % LANES_A_WORD)
        total = 0
        for n in range(first, first + planes):
            # one half is read while the other is written
            half = (n & 1) * other_half
            shared[half + thread] = number[n]
            cuda.syncthreads()
            if word < width:
                ones, at, end = NONE, WORD(half + word), WORD(half + threads)
                while at < end:
                    ones = WORD(ones + ((shared[at] >> bit) & ONE))
                    at = WORD(at + width)
                total += int(ones) << (n - first)
        return total

    @part
    def ask(diagrams, diagram, variant, answers, roots, at):
        """Run a diagram's nodes and set the three roots from ``at`` on."""
        for n in range(diagrams.sizes[diagram, variant]):
            node(
                answers, 0, FIRST_NODE + n, diagrams.nodes[diagram, variant, n, 0],
                diagrams.nodes[diagram, variant, n, 1], diagrams.nodes[diagram, variant, n, 2],
                diagrams.nodes[diagram, variant, n, 3], diagrams.nodes[diagram, variant, n, 4],
            )  # fmt: skip
        for n in range(ROOTS):
            roots[at + n] = answers[diagrams.roots[diagram, variant, n]]

    def simulate(policies, diagrams, shocks, planes_of_items, worth, launch, outcomes):
        """Set ``outcomes`` int64 (outcomes, policies, items).

        ``policies`` int64 are rows of numbers and ``diagrams`` those of their tables; ``shocks``
        uint64 (periods * places * words,) severe and hit lanes, firms before chains;
        ``planes_of_items`` uint32 (planes * words,); ``worth`` int64 (scenarios, 8) quanta, and
        what final states are worth.
        """
        shared = cuda.shared.array(size, WORD)
        states, hit_states = cuda.local.array(4, WORD), cuda.local.array(4, WORD)
        held, price = cuda.local.array(resources, WORD), cuda.local.array(prices, WORD)
        counters, leave = cuda.local.array(counter_words, WORD), cuda.local.array(4, WORD)
        roots, answers = cuda.local.array(root_words, WORD), cuda.local.array(rows, WORD)
        number = cuda.local.array(numbers, WORD)
        thread = cuda.threadIdx.x
        place = thread // launch.width
        word = thread - place * launch.width
        chain = place // launch.firms
        firm = place - chain * launch.firms
        policy = cuda.blockIdx.x % policies.shape[0]
        group = cuda.blockIdx.x // policies.shape[0]
        column = min(group * launch.width + word, launch.words - 1)
        upstream = neighbour(launch, chain, firm - 1, word, none)
        downstream = neighbour(launch, chain, firm + 1, word, none)
        places = Places(
            thread,
            upstream,
            downstream,
            neighbour(launch, chain - 1, firm, word, none),
            neighbour(launch, chain + 1, firm, word, none),
            thread if upstream == none else upstream,
            thread if downstream == none else downstream,
        )
        has_upstream = word_where(upstream != none)
        has_downstream = word_where(downstream != none)
        variant = INNER * (2 * int(places.previous != none) + int(places.following != none))
        variant += int(launch.ends_wrap)
        rules = Rules(
            policies[policy, SUPPLY], policies[policy, CYBER], policies[policy, INTANGIBLES_FIRST]
        )
        on_site = policies[policy, ON_SITE] != 0
        limited = policies[policy, HAS_CUTOFFS] != 0
        how = WHEN_HIT * int(launch.when_hit) + PAST_CUTOFFS * int(limited)
        cloud = word_where(not on_site)
        y = ON_SITE_STATE if on_site else launch.y
        states[0], states[1] = word_where(launch.x >= MEDIUM), word_where(launch.x == HIGH)
        states[2], states[3] = word_where(y >= MEDIUM), word_where(y == HIGH)
        for n in range(root_words):
            roots[n] = NONE
        load(planes_of_items, column, launch.words, price, held)
        clear(counters)
        for at in range(thread, size, cuda.blockDim.x):
            # the words of missing neighbours stay as they are
            shared[at] = NONE
        cuda.syncthreads()
        firms = launch.chains * launch.firms
        supply_at = np.uint64(place * launch.words + column)
        cyber_at = np.uint64((firms + chain) * launch.words + column)
        a_period = np.uint64((firms + launch.chains) * launch.words)
        supply, cyber = shocks[supply_at], shocks[cyber_at]
        at, since = 0, 0
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
                for n in range(4):
                    leave[n] = word_where(remaining >= policies[policy, CUTOFF + n])
            if tables:
                if rules.supply == TABLE:
                    look(shared, at + 2 * row, places, has_upstream, has_downstream, answers)
                    ask(diagrams, policies[policy, DIAGRAM], variant, answers, roots, 0)
                if rules.cyber == TABLE:
                    look(shared, at + 4 * row, places, has_upstream, has_downstream, answers)
                    ask(diagrams, policies[policy, DIAGRAM + 1], variant, answers, roots, ROOTS)
            recover(
                shared, at, places, states, hit_states, held, price, roots, rules, how, hit,
                WORD(cyber_hit), leave,
            )  # fmt: skip
            count(states, counters)
            since += 1
            if since == PERIODS_A_SPILL:
                spill(counters)
                since = 0
            at = other_half - at
        spill(counters)
        lay_out(number, counters, held, states)
        width = WORD(launch.width)
        turns = -(-LANES_A_WORD * launch.width // cuda.blockDim.x)
        for turn in range(turns):
            lane = turn * cuda.blockDim.x + thread
            item = group * launch.width * LANES_A_WORD + lane
            mine = lane < launch.width * LANES_A_WORD and item < launch.items
            cuda.syncthreads()
            sum_x = sum_of_firms(shared, number, 0, launch.counts, lane, width)
            sum_y = sum_of_firms(shared, number, launch.counts, launch.counts, lane, width)
            sum_r = sum_of_firms(shared, number, 2 * launch.counts, launch.resources, lane, width)
            if mine:
                outcomes[X, policy, item] = sum_x
                outcomes[Y, policy, item] = sum_y
                outcomes[RESOURCES, policy, item] = sum_r
            if launch.outcomes > OUTCOMES:
                s = (launch.first + min(item, launch.items - 1)) // launch.replications
                value = sum_r // worth[s, 0] * worth[s, 1]
                for side in range(2):
                    low = 2 + side * AMOUNTS_A_SIDE
                    value += firms * worth[s, low]
                    for n in range(HIGH):
                        # each plane that is set raises a state by one
                        last = 2 * launch.counts + launch.resources + side * HIGH + n
                        raised = sum_of_firms(shared, number, last, 1, lane, width)
                        value += raised * (worth[s, low + n + 1] - worth[s, low + n])
                if mine:
                    outcomes[VALUE, policy, item] = value

    return kernel(simulate, shape, max_registers=shape.registers)
