"""The parallel loop: threads draw disruptions, then take every policy through a window of periods.

A window is drawn for some blocks of lanes, place by place; then each policy steps through it in
each block. Threads take the next piece of work when they are done with one. So all policies share
the draws, whatever part of the horizon a window holds, and threads share a block where there is but
one. In between, what a policy works on in a block stays in a memory of its own.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import prange

from cakernel.jit.atomic import atomic_add
from cakernel.jit.compile import compiled
from cakernel.jit.known import call_address
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.lanes.bit_numbers import LOW_PLANES, add_number, clear, read_number
from cakernel.recovery.kernel.network.arguments import (
    END_X,
    END_Y,
    EVERY,
    FIRM_BYTES,
    LANES,
    Rules,
    state_in,
)
from cakernel.recovery.kernel.network.draws import draw_place
from cakernel.recovery.kernel.network.money import set_unions
from cakernel.recovery.kernel.network.neighbours import set_plane
from cakernel.recovery.kernel.network.period import Shocks, is_on_site
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, HIGH, MEDIUM, ON_SITE_STATE
from cakernel.recovery.kernel.sums import OUTCOMES, RESOURCES, VALUE, X, Y, add_outcomes


class Window(NamedTuple):
    """A window of ``periods`` periods, a multiple of 4 of them drawn, and what is done with it.

    The first of ``blocks`` blocks begins with item ``item``; policies are ``policies`` from
    ``policy`` on. Steps are from period ``begin`` to ``end`` of the window; ``starts`` and ``ends``
    say whether policies begin before them and are summed after them. ``remaining`` periods are to
    come from the window's first one on.
    """

    first_period: int
    periods: int
    begin: int
    end: int
    item: int
    blocks: int
    policy: int
    policies: int
    starts: bool
    ends: bool
    remaining: int


class Memories(NamedTuple):
    """Memory of all blocks in flight, uint8 and 64-byte aligned, and what their lanes are.

    ``lanes`` uint64 (blocks, 1536) are replications, scenarios and which of the risks, ``limits``
    uint64 (threads, 1024) what a thread draws by, ``prices`` and ``shocks`` planes (blocks, bytes),
    ``states`` (blocks * policies, bytes) hold a `State` each, whose arrays end at ``ends`` int64
    (9,).
    """

    lanes: Any
    limits: Any
    prices: Any
    shocks: Any
    states: Any
    ends: Any


@compiled
def set_number(memory, at, planes, value):
    """Set a number of all lanes."""
    for n in range(planes):
        set_plane(memory, at + n * VECTOR_BYTES, -(value >> n & 1))


@compiled
def set_beginning(firms, network, resource_planes, rules, state):
    """Set what firms are and have before the first period."""
    set_plane(state.work, EVERY, -1)
    set_unions(state.work)
    for counter in (state.x_counter, state.y_counter, state.firm_counts):
        for place in range(0, counter.size, VECTOR_BYTES):
            clear(counter, place)
    for f in range(firms.size):
        firm = firms[f]
        y = ON_SITE_STATE if is_on_site(firm, rules) else np.int64(firm.y)
        for end, value in ((END_X, np.int64(firm.x)), (END_Y, y)):
            one = f * FIRM_BYTES + end
            set_plane(state.bits, one, -int(value >= MEDIUM))
            set_plane(state.bits, one + VECTOR_BYTES, -int(value == HIGH))
        at = np.int64(firm.resources) * VECTOR_BYTES
        set_number(state.resources, at, resource_planes[firm.of_shape], network.initial[f])
        # a stock is full, and knows what full is
        at = np.int64(firm.stock) * VECTOR_BYTES
        for _ in range(2):
            set_number(state.stock, at, firm.stock_planes, network.capacity[f])
            at += np.int64(firm.stock_planes) * VECTOR_BYTES


@compiled
def read_counter(counter, values):
    """Set ``values`` to the states that a counter has summed."""
    above = LOW_PLANES * VECTOR_BYTES
    read_number(counter, above, counter.size // VECTOR_BYTES - LOW_PLANES, values)


@compiled
def sum_resources(firms, network, resource_planes, state):
    """Set the values to the sums of the firms' resources, in common quanta."""
    total, work = state.total, state.work
    for place in range(0, total.size, VECTOR_BYTES):
        clear(total, place)
    planes = total.size // VECTOR_BYTES
    for f in range(firms.size):
        at = np.int64(firms[f].resources) * VECTOR_BYTES
        of_firm = resource_planes[firms[f].of_shape]
        bit = 0
        while network.weight[f] >> bit:
            if network.weight[f] >> bit & 1:
                # the carry stands at 0
                add_number(
                    total, bit * VECTOR_BYTES, planes - bit, state.resources, at,
                    min(of_firm, planes - bit), work, EVERY, work,
                )  # fmt: skip
            bit += 1
    read_number(total, 0, planes, state.values)


@compiled
def count_bits(state, at, begin, end):
    """Set the second half of the values to how many firms have a bit of their states set.

    These are firms ``begin`` to ``end``, the bit stands ``at`` bytes after each one's first.
    """
    total, work = state.total, state.work
    planes = total.size // VECTOR_BYTES
    for n in range(planes):
        clear(total, n * VECTOR_BYTES)
    for f in range(begin, end):
        add_number(total, 0, planes, state.bits, f * FIRM_BYTES + at, 1, work, EVERY, work)
    read_number(total, 0, planes, state.values[LANES:])


@compiled
def add_worth(network, state, begin, end, count, first, items):
    """Turn the resources of firms ``begin`` to ``end`` in the values into values, in quanta.

    These are the resources and what final states are worth.
    """
    values, counts = state.values[:LANES], state.values[LANES:]
    for lane in range(count):
        s = (first + lane) // items.replications
        held = values[lane] // network.times[s] * network.value_quanta[s]
        of_low = network.value[s, 0] + network.value[s, AMOUNTS_A_SIDE]
        values[lane] = held + (end - begin) * of_low
    for side in range(2):
        # each bit that is set raises a state by one
        for plane in range(HIGH):
            count_bits(state, (END_X, END_Y)[side] + plane * VECTOR_BYTES, begin, end)
            at = side * AMOUNTS_A_SIDE + plane
            for lane in range(count):
                s = (first + lane) // items.replications
                values[lane] += counts[lane] * (network.value[s, at + 1] - network.value[s, at])


@compiled
def add_sums(firms, network, resource_planes, state, policy, count, first, items, sums):
    """Add the outcomes of the first ``count`` lanes, whose first item is ``first``."""
    values = state.values[:LANES]
    if state.firm_counts.size == 0:
        read_counter(state.x_counter, values)
        add_outcomes(sums, X, policy, values, 0, count, first, items)
        read_counter(state.y_counter, values)
        add_outcomes(sums, Y, policy, values, 0, count, first, items)
        sum_resources(firms, network, resource_planes, state)
        add_outcomes(sums, RESOURCES, policy, values, 0, count, first, items)
        if sums.outcomes > OUTCOMES:
            add_worth(network, state, 0, firms.size, count, first, items)
            add_outcomes(sums, VALUE, policy, values, 0, count, first, items)
        return
    planes = state.firm_counts.size // (2 * firms.size * VECTOR_BYTES)
    for f in range(firms.size):
        row = policy * firms.size + network.place[f]
        for outcome in (X, Y):
            at = (2 * f + outcome) * planes * VECTOR_BYTES
            read_number(state.firm_counts, at, planes, values)
            add_outcomes(sums, outcome, row, values, 0, count, first, items)
        at = np.int64(firms[f].resources) * VECTOR_BYTES
        read_number(state.resources, at, resource_planes[firms[f].of_shape], values)
        for lane in range(count):
            values[lane] *= network.weight[f]
        add_outcomes(sums, RESOURCES, row, values, 0, count, first, items)
        if sums.outcomes > OUTCOMES:
            add_worth(network, state, f, f + 1, count, first, items)
            add_outcomes(sums, VALUE, row, values, 0, count, first, items)


@compiled
def step_policy(
    n, periods_code, firms, network, resource_planes, rules, when_hit, places, window, memories,
    items, sums,
):  # fmt: skip
    """Take a policy through a window in a block of lanes."""
    block, policy = n // window.policies, window.policy + n % window.policies
    chosen = Rules(
        rules[policy, 0], rules[policy, 1], rules[policy, 2] == 1, rules[policy, 3] == 1, when_hit,
        rules[policy, 4], rules[policy, 5], rules[policy, 6], rules[policy, 7],
    )  # fmt: skip
    state = state_in(memories.states[n], memories.ends)
    if window.starts:
        set_beginning(firms, network, resource_planes, chosen, state)
    shocks = Shocks(memories.shocks[block], places)
    call_address(
        periods_code,
        (
            None, resource_planes, firms, network, chosen, state, memories.prices[block],
            shocks, window.begin, window.end, window.remaining,
        ),
    )  # fmt: skip
    if window.ends:
        from_lane = block * LANES
        count = min(LANES, items.first + items.size - window.item - from_lane)
        first = window.item + from_lane
        add_sums(firms, network, resource_planes, state, policy, count, first, items, sums)


@compiled(by_address=True)
def run_worker(
    worker, taken, periods_code, seed, firms, network, resource_planes, rules, when_hit, draws,
    window, memories, items, sums,
):  # fmt: skip
    """Draw a window or, where ``window.begin`` is below ``end``, step through it.

    ``worker`` is its number, ``taken`` int64 (1,) how many pieces of work are.
    """
    places, drawn = draws.keys.size + 1, draws.drawn.size
    n = atomic_add(taken, 0, 1)
    if window.begin < window.end:
        while n < window.blocks * window.policies:
            step_policy(
                n, periods_code, firms, network, resource_planes, rules, when_hit, places, window,
                memories, items, sums,
            )  # fmt: skip
            atomic_add(sums.done, 0, 1)
            n = atomic_add(taken, 0, 1)
    else:
        while n < window.blocks * drawn:
            block = n // drawn
            draw_place(
                memories.shocks[block], draws, draws.drawn[n % drawn], places,
                memories.lanes[block], memories.limits[worker], window.first_period,
                window.periods, seed,
            )  # fmt: skip
            n = atomic_add(taken, 0, 1)


@compiled(entry=True, parallel=True)
def run_workers(
    threads, worker_code, taken, periods_code, seed, firms, network, resource_planes, rules,
    when_hit, draws, window, memories, items, sums,
):  # fmt: skip
    """Let so many threads run `run_worker`, at the address ``worker_code``."""
    for worker in prange(threads):
        call_address(
            worker_code,
            (
                worker, taken, periods_code, seed, firms, network, resource_planes, rules, when_hit,
                draws, window, memories, items, sums,
            ),
        )  # fmt: skip
