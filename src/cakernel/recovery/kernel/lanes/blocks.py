"""The parallel loop over blocks of lanes: the only prange of this model.

The work is a list of items by all policies: item n is replication n % replications of scenario
n // replications. A block of lanes, each an item, draws its shocks (once, where a
window holds all periods), runs every policy on them and adds up their outcomes. Threads take the
next block when they are done with one, since some cores are slower than others.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import prange

from cakernel.jit.atomic import atomic_add
from cakernel.jit.compile import compiled
from cakernel.jit.known import address_of, call_address
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.lanes.bit_numbers import (
    LOW_PLANES,
    clear,
    copy,
    read_number,
    sum_places,
)
from cakernel.recovery.kernel.lanes.cutoffs import has_cutoffs, set_leave
from cakernel.recovery.kernel.lanes.diagrams import Diagrams
from cakernel.recovery.kernel.lanes.endings import add_worth, sum_resources
from cakernel.recovery.kernel.lanes.layout import (
    END,
    INSIDE,
    chain_row,
    second,
    single_row,
    wrap_ends,
)
from cakernel.recovery.kernel.lanes.neighbours import set_neighbours
from cakernel.recovery.kernel.lanes.period import Rules, run_periods, set_firms
from cakernel.recovery.kernel.lanes.prices import fill_prices
from cakernel.recovery.kernel.lanes.shock_bits import Shocks, draw_window, fill_draws
from cakernel.recovery.kernel.lanes.step import Planes
from cakernel.recovery.kernel.states import HIGH, INTANGIBLES, MEDIUM, ON_SITE_STATE, OPERATIONAL
from cakernel.recovery.kernel.sums import RESOURCES, VALUE, add_outcomes


class Work(NamedTuple):
    """What all blocks of a call share.

    ``window`` is how many periods of shocks are held at once, a multiple of 4; ``ends`` int64 (15,)
    is where each array of `Scratch` ends in a thread's memory.
    """

    grid: Any
    layout: Any
    prices: Any
    window: Any
    ends: Any
    seed: Any
    policies: Any
    scenarios: Any
    items: Any
    sums: Any


class Scratch(NamedTuple):
    """Working arrays of one thread, flat and 64-byte aligned, one after the other in one memory.

    ``bits`` uint8: the rows of `layout`; ``resources``, ``prices`` and ``initial`` uint8: planes;
    ``severe`` and ``hit`` uint8: a window of shocks; ``draws`` uint64 (6 * lanes,);
    ``x_counter``, ``y_counter`` and ``total`` uint8 (planes * 64,); ``leave`` uint8 (4 * 64,);
    ``carry`` uint8 (64,); ``values`` and ``counts`` int64 (512,); ``neighbours`` int64 (2 * chains
    * 4,).
    """

    bits: Any
    resources: Any
    prices: Any
    initial: Any
    severe: Any
    hit: Any
    x_counter: Any
    y_counter: Any
    total: Any
    leave: Any
    carry: Any
    draws: Any
    values: Any
    counts: Any
    neighbours: Any


@compiled(linked=True)
def scratch_in(memory, ends):
    """Return the arrays of `Scratch` in ``memory`` uint8; each ends at its place of ``ends``."""
    return Scratch(
        memory[: ends[0]],
        memory[ends[0] : ends[1]],
        memory[ends[1] : ends[2]],
        memory[ends[2] : ends[3]],
        memory[ends[3] : ends[4]],
        memory[ends[4] : ends[5]],
        memory[ends[5] : ends[6]],
        memory[ends[6] : ends[7]],
        memory[ends[7] : ends[8]],
        memory[ends[8] : ends[9]],
        memory[ends[9] : ends[10]],
        memory[ends[10] : ends[11]].view(np.uint64),
        memory[ends[11] : ends[12]].view(np.int64),
        memory[ends[12] : ends[13]].view(np.int64),
        memory[ends[13] : ends[14]].view(np.int64),
    )


@compiled(linked=True)
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


@compiled(linked=True)
def read_counter(counter, layout, values):
    """Set ``values`` to the states of each lane that a counter has summed."""
    above = LOW_PLANES * VECTOR_BYTES
    read_number(counter, above, counter.size // VECTOR_BYTES - LOW_PLANES, values)
    sum_places(values, layout.lanes)


@compiled(linked=True)
def run_block(block, periods_code, work, scratch):
    """Run every policy on one block of lanes; ``periods_code`` is the address of `run_periods`."""
    grid, layout, price_planes, window, _, seed, policies, scenarios, items, sums = work
    from_lane = block * layout.lanes
    first = items.first + from_lane
    count = min(layout.lanes, items.size - from_lane)
    (
        bits, resources, prices, initial, severe, hit, x_counter, y_counter, total, leave, carry,
        draws, values, counts, neighbours,
    ) = scratch  # fmt: skip
    cyber = window * grid.chains * layout.vectors * VECTOR_BYTES
    calm = cyber + window * grid.chains * VECTOR_BYTES
    shocks = Shocks(severe, hit, cyber, calm)
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
        for at in range(0, x_counter.size, VECTOR_BYTES):
            clear(x_counter, at)
            clear(y_counter, at)
        cutoffs = policies.cutoffs[p]
        limited, past_cutoffs = has_cutoffs(cutoffs), False
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
            if limited:
                past_cutoffs, change = set_leave(
                    leave, cutoffs, period, lane, count, first, repeats, scenarios.periods,
                    layout.firm_bytes,
                )  # fmt: skip
                stop = min(stop, change)
            call_address(
                periods_code,
                (
                    None, bits, layout, grid, rules, diagrams, shocks, period - begin,
                    stop - begin, leave, past_cutoffs, resources, prices, x_counter, y_counter,
                    neighbours, carry,
                ),
            )  # fmt: skip
            period = stop
            if period == horizon:
                done = lane
                while done < count and scenarios.periods[(first + done) // repeats] == horizon:
                    done += 1
                for outcome in range(sums.outcomes):
                    if outcome == RESOURCES:
                        sum_resources(resources, bits, grid, layout, total, values, carry)
                    elif outcome == VALUE:
                        # ``values`` still has the resources
                        add_worth(
                            values, lane, done, first, repeats, scenarios, bits, grid, layout,
                            total, counts, carry,
                        )  # fmt: skip
                    else:
                        counter = x_counter if outcome == OPERATIONAL else y_counter
                        read_counter(counter, layout, values)
                    add_outcomes(sums, outcome, p, values, lane, done, first, items)
                lane = done
    atomic_add(sums.done, 0, count)


@compiled(by_address=True, seconds=5)
def run_worker(taken, periods_code, work, memory):
    """Run blocks in ``memory`` until all are ``taken`` (int64 (1,): how many are)."""
    scratch = scratch_in(memory, work.ends)
    blocks = -(-work.items.size // work.layout.lanes)
    block = atomic_add(taken, 0, 1)
    while block < blocks:
        run_block(block, periods_code, work, scratch)
        block = atomic_add(taken, 0, 1)


@compiled(entry=True, parallel=True)
def run_blocks(
    worker_code, taken, periods_code, memory, grid, layout, prices, window, ends, seed, policies,
    scenarios, items, sums,
):  # fmt: skip
    """Let a thread for each row of ``memory`` run `run_worker`, at the address ``worker_code``."""
    for n in prange(len(memory)):
        # numba counts from an unsigned 0
        worker = np.int64(n)
        work = Work(grid, layout, prices, window, ends, seed, policies, scenarios, items, sums)
        call_address(worker_code, (taken, periods_code, work, memory[worker]))


def run_workers(planes: Planes, memory: npt.NDArray[np.uint8], work: Work) -> None:
    """Run every policy on the items and add to the sums, by code that is compiled for ``planes``.

    ``memory`` uint8 (threads, bytes) holds the `Scratch` of each thread.
    """
    # values of the types that a worker passes on
    number, flag, flat, numbers = 0, True, memory[0], work.ends
    rules = Rules(number, number, number, number, flag, flag)
    diagrams = Diagrams(work.policies.nodes, work.policies.sizes, work.policies.roots)
    taken = np.zeros(1, np.int64)
    # the longest first: it says how long all take
    worker_code = address_of(run_worker, taken, number, work, flat)
    periods_code = address_of(
        run_periods, planes, flat, work.layout, work.grid, rules, diagrams,
        Shocks(flat, flat, number, number), number, number, flat, flag, flat, flat, flat, flat,
        numbers, flat,
    )  # fmt: skip
    # a prange takes no tuples of tuples
    run_blocks(worker_code, taken, periods_code, memory, *work)
