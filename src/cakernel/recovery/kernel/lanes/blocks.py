"""The parallel loop over blocks of lanes: the only prange of this model.

The work is a list of items by all policies: item n is replication n % replications of scenario
n // replications. A block of lanes, each an item, draws its shocks (once, where a
window holds all periods), runs every policy on them and adds up their outcomes. Threads take the
next block when they are done with one, since some cores are slower than others.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import prange

from cakernel.jit.atomic import atomic_add
from cakernel.jit.compile import compiled
from cakernel.jit.known import address_of, call_address
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.arguments import Grid, Policies, Scenarios
from cakernel.recovery.kernel.lanes.bit_numbers import (
    LOW_PLANES,
    add_number,
    clear,
    copy,
    read_number,
    sum_places,
)
from cakernel.recovery.kernel.lanes.diagrams import Diagrams
from cakernel.recovery.kernel.lanes.layout import (
    END,
    INSIDE,
    Layout,
    chain_row,
    second,
    single_row,
    wrap_ends,
)
from cakernel.recovery.kernel.lanes.period import Rules, run_periods, set_firms, set_neighbours
from cakernel.recovery.kernel.lanes.prices import PricePlanes, fill_prices
from cakernel.recovery.kernel.lanes.shock_bits import Shocks, draw_window, fill_draws
from cakernel.recovery.kernel.lanes.step import Planes
from cakernel.recovery.kernel.states import HIGH, INTANGIBLES, MEDIUM, ON_SITE_STATE, OPERATIONAL
from cakernel.recovery.kernel.sums import OUTCOMES, RESOURCES, Items, Sums, add_outcomes


class LaneScratch(NamedTuple):
    """Working arrays, one of each kind for each thread along the first axis, 64-byte aligned.

    ``bits`` uint8: the rows of `layout`; ``resources``, ``prices`` and ``initial`` uint8: planes;
    ``shocks`` uint8 (2, bytes of a window of shocks): severe and hit; ``draws`` uint64 (6 *
    lanes,); ``counters`` uint8 (2, planes * 64); ``total`` uint8 (planes * 64,); ``values`` int64
    (512,); ``neighbours`` int64 (2 * chains * 4,); ``carry`` uint8 (64,).
    """

    bits: Any
    resources: Any
    prices: Any
    initial: Any
    shocks: Any
    draws: Any
    counters: Any
    total: Any
    values: Any
    neighbours: Any
    carry: Any


@compiled
def set_beginning(bits, layout, grid, rules, resources, initial):
    """Set states and resources as they are before the first period."""
    inside = single_row(layout, grid, INSIDE)
    for side in range(2):
        state = grid.initial_operational if side == OPERATIONAL else grid.initial_intangibles
        if side == INTANGIBLES and rules.on_site:
            state = ON_SITE_STATE
        one, two = -int(state >= MEDIUM), -int(state == HIGH)
        for chain in range(grid.chains):
            row = chain_row(layout, grid, END, side, chain)
            for p in range(0, layout.vectors * VECTOR_BYTES, VECTOR_BYTES):
                set_firms(bits, row + p, second(layout, grid), inside + p, one, two)
            if side == OPERATIONAL and grid.ends_wrap:
                wrap_ends(bits, layout, grid, END, side, chain)
    for at in range(0, resources.size, VECTOR_BYTES):
        copy(resources, at, initial, at % initial.size)


@compiled
def read_counter(counter, values):
    """Set ``values`` to the states that a counter has summed."""
    above = LOW_PLANES * VECTOR_BYTES
    read_number(counter, above, counter.size // VECTOR_BYTES - LOW_PLANES, values)


@compiled
def sum_resources(resources, bits, grid, layout, total, values, carry):
    """Set ``values`` to the sums of the resources of the firms at the same places."""
    for at in range(0, total.size, VECTOR_BYTES):
        clear(total, at)
    planes = total.size // VECTOR_BYTES
    vectors = grid.chains * layout.vectors
    of_firm = resources.size // vectors
    inside = single_row(layout, grid, INSIDE)
    for vector in range(vectors):
        within = inside + vector % layout.vectors * VECTOR_BYTES
        add_number(
            total, 0, planes, resources, vector * of_firm, of_firm // VECTOR_BYTES, bits,
            within, carry,
        )  # fmt: skip
    read_number(total, 0, planes, values)


@compiled
def run_block(
    block, periods_code, grid, layout, price_planes, window, seed, policies, scenarios, items,
    scratch, worker, sums,
):  # fmt: skip
    """Run every policy on one block of lanes."""
    from_lane = block * layout.lanes
    first = items.first + from_lane
    count = min(layout.lanes, items.size - from_lane)
    bits = scratch.bits[worker]
    resources = scratch.resources[worker]
    prices = scratch.prices[worker]
    initial = scratch.initial[worker]
    counters = scratch.counters[worker]
    values = scratch.values[worker]
    neighbours = scratch.neighbours[worker]
    carry = scratch.carry[worker]
    draws = scratch.draws[worker]
    total = scratch.total[worker]
    cyber = window * grid.chains * layout.vectors * VECTOR_BYTES
    calm = cyber + window * grid.chains * VECTOR_BYTES
    shocks = Shocks(scratch.shocks[worker, 0], scratch.shocks[worker, 1], cyber, calm)
    diagrams = Diagrams(policies.nodes, policies.sizes, policies.roots)
    set_neighbours(layout, grid, neighbours)
    repeats = items.replications
    longest = scenarios.periods[(first + count - 1) // repeats]
    fill_draws(draws, first, count, scenarios, items.first_replication, repeats)
    fill_prices(prices, initial, first, count, layout, price_planes, scenarios, repeats)
    for p in range(policies.rules.shape[0]):
        supply, cyber_rule = policies.rules[p, 0], policies.rules[p, 1]
        rules = Rules(
            policies.codes[supply],
            policies.codes[cyber_rule],
            policies.diagram[supply],
            policies.diagram[cyber_rule],
            policies.flags[p, 0],
            policies.flags[p, 1],
        )
        set_beginning(bits, layout, grid, rules, resources, initial)
        for side in range(2):
            for at in range(0, counters.shape[1], VECTOR_BYTES):
                clear(counters[side], at)
        lane, period = 0, 0
        begin, end = 0, 0
        # lanes are in the order of their horizons: those from `lane` on are still running
        while lane < count:
            if period == end:
                begin, end = end, min(end + window, longest)
                # one window that holds all periods serves all policies
                if p == 0 or window < longest:
                    draw_window(shocks, layout, grid, begin, end - begin, seed, draws)
            horizon = scenarios.periods[(first + lane) // repeats]
            stop = min(end, horizon)
            call_address(
                periods_code,
                (
                    None, bits, layout, grid, rules, diagrams, shocks, period - begin,
                    stop - begin, resources, prices, counters, neighbours, carry,
                ),
            )  # fmt: skip
            period = stop
            if period == horizon:
                done = lane
                while done < count and scenarios.periods[(first + done) // repeats] == horizon:
                    done += 1
                for outcome in range(OUTCOMES):
                    if outcome == RESOURCES:
                        sum_resources(resources, bits, grid, layout, total, values, carry)
                    else:
                        read_counter(counters[outcome], values)
                    sum_places(values, layout.lanes)
                    add_outcomes(sums, outcome, p, values, lane, done, first, items)
                lane = done
    atomic_add(sums.done, 0, count)


@compiled(by_address=True)
def run_worker(
    taken, periods_code, grid, layout, price_planes, window, seed, policies, scenarios, items,
    scratch, worker, sums,
):  # fmt: skip
    """Run blocks until all are ``taken`` (int64 (1,): how many are)."""
    blocks = -(-items.size // layout.lanes)
    block = atomic_add(taken, 0, 1)
    while block < blocks:
        run_block(
            block, periods_code, grid, layout, price_planes, window, seed, policies, scenarios,
            items, scratch, worker, sums,
        )  # fmt: skip
        block = atomic_add(taken, 0, 1)


@compiled(entry=True, parallel=True)
def run_blocks(
    workers, worker_code, taken, periods_code, grid, layout, price_planes, window, seed, policies,
    scenarios, items, scratch, sums,
):  # fmt: skip
    """Let each of ``workers`` threads run `run_worker`, whose address is ``worker_code``."""
    for n in prange(workers):
        # numba counts from an unsigned 0
        worker = np.int64(n)
        call_address(
            worker_code,
            (
                taken, periods_code, grid, layout, price_planes, window, seed, policies, scenarios,
                items, scratch, worker, sums,
            ),
        )  # fmt: skip


def run_workers(
    workers: int, planes: Planes, layout: Layout, window: int, scratch: LaneScratch, grid: Grid,
    seed: np.uint64, policies: Policies, scenarios: Scenarios, items: Items, sums: Sums,
) -> None:  # fmt: skip
    """Run every policy on the items and add to ``sums``, by code that is compiled for ``planes``.

    ``workers`` threads share the work; ``window`` is how many periods of shocks are held at once,
    a multiple of 4.
    """
    number, flag = 0, True
    first = LaneScratch(*(array[0] for array in scratch))
    shocks = Shocks(first.shocks[0], first.shocks[1], number, number)
    rules = Rules(number, number, number, number, flag, flag)
    diagrams = Diagrams(policies.nodes, policies.sizes, policies.roots)
    periods_code = address_of(
        run_periods, planes, first.bits, layout, grid, rules, diagrams, shocks, number, number,
        first.resources, first.prices, first.counters, first.neighbours, first.carry,
    )  # fmt: skip
    work = (
        np.zeros(1, np.int64), periods_code, grid, layout,
        PricePlanes(planes.gain, planes.cost_from), window, seed, policies, scenarios, items,
        scratch,
    )  # fmt: skip
    run_blocks(workers, address_of(run_worker, *work, number, sums), *work, sums)
