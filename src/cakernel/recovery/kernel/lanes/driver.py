"""The parallel driver: the only function that owns prange.

The work is a list of items by all policies: item n is replication n % replications of scenario
n // replications. A block of lanes, each an item, draws its shocks once, runs every policy on them
and writes only its own rows, so the rows do not depend on the number of threads or on how the work
is cut.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import get_thread_id, prange, types
from numba.extending import overload

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES
from cakernel.recovery.kernel.lanes.block import Rules, Shocks, run_periods, start
from cakernel.recovery.kernel.lanes.inputs import fill_draws, fill_floats, fill_planes
from cakernel.recovery.kernel.lanes.layout import (
    CLEAR,
    INTANGIBLES,
    OPERATIONAL,
    START,
    fill_bytes,
    set_constant_rows,
)
from cakernel.recovery.kernel.lanes.outputs import write_counts, write_floats, write_planes
from cakernel.recovery.kernel.lanes.shocks import draw_window
from cakernel.recovery.kernel.work import DONE


class LaneScratch(NamedTuple):
    """Working arrays, one of each kind for each thread along the first axis, 64-byte aligned.

    ``bits`` uint8: rows of ``layout``; ``resources``, ``prices`` and ``initial``: uint8 for quanta
    held as bits, else float64 (see ``lane_inputs``); ``shocks`` uint8 (2, bytes of a window of
    shocks): severe and hit; ``draws`` uint64 (6 * lanes,); ``counters`` uint8 (2, planes *
    64); ``total`` uint8 (planes * 64,); ``values`` int64 (512,); ``work`` uint8 (2560,).
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
    work: Any


def fill_lanes(prices, initial, from_item, count, layout, scenarios, replications):
    """Set prices and initial resources of a block, as bits (uint8) or as float64."""
    fill = fill_planes if prices.dtype == np.uint8 else fill_floats
    fill(prices, initial, from_item, count, layout, scenarios, replications)


@overload(fill_lanes)
def _fill_lanes(prices, initial, from_item, count, layout, scenarios, replications):
    fill = fill_planes if prices.dtype == types.uint8 else fill_floats

    def call(prices, initial, from_item, count, layout, scenarios, replications):
        fill(prices, initial, from_item, count, layout, scenarios, replications)

    return call


def write_resources(row, first, from_lane, count, grid, layout, bits, resources, total, values):
    """Write the sums of final resources of a block's lanes."""
    if resources.dtype == np.uint8:
        write_planes(row, first, from_lane, count, grid, layout, bits, resources, total, values)
    else:
        write_floats(row, first, from_lane, count, grid, layout, resources)


@overload(write_resources)
def _write_resources(row, first, from_lane, count, grid, layout, bits, resources, total, values):
    def planes(row, first, from_lane, count, grid, layout, bits, resources, total, values):
        write_planes(row, first, from_lane, count, grid, layout, bits, resources, total, values)

    def floats(row, first, from_lane, count, grid, layout, bits, resources, total, values):
        write_floats(row, first, from_lane, count, grid, layout, resources)

    return planes if resources.dtype == types.uint8 else floats


@compiled
def run_lanes(
    block, grid, layout, window, seed, policies, scenarios, first_replication, replications,
    first_item, scratch, worker, rows,
):  # fmt: skip
    """Run every policy on one block of lanes."""
    lanes = layout.lanes
    first = block * lanes
    count = min(lanes, rows.status.size - first)
    from_item = first_item + first
    bits = scratch.bits[worker]
    resources = scratch.resources[worker]
    prices = scratch.prices[worker]
    initial = scratch.initial[worker]
    counters = scratch.counters[worker]
    values = scratch.values[worker]
    work = scratch.work[worker]
    draws = scratch.draws[worker]
    cyber = window * grid.chains * layout.vectors * VECTOR_BYTES
    calm = cyber + window * grid.chains * VECTOR_BYTES
    shocks = Shocks(scratch.shocks[worker, 0], scratch.shocks[worker, 1], cyber, calm)
    longest = scenarios.periods[(from_item + count - 1) // replications]
    fill_draws(draws, from_item, count, scenarios, first_replication, replications)
    fill_lanes(prices, initial, from_item, count, layout, scenarios, replications)
    lane_draws = (draws[:lanes], draws[lanes : 2 * lanes], draws[2 * lanes :])
    for p in range(policies.rules.shape[0]):
        supply_rule = policies.rules[p, 0]
        cyber_rule = policies.rules[p, 1]
        rules = Rules(
            policies.codes[supply_rule],
            policies.codes[cyber_rule],
            policies.tables[supply_rule],
            policies.tables[cyber_rule],
            policies.flags[p, 0],
            policies.flags[p, 1],
        )
        set_constant_rows(bits, layout, grid)
        for side in range(2):
            state = grid.initial_operational if side == OPERATIONAL else grid.initial_intangibles
            if side == INTANGIBLES and rules.on_site:
                state = 1
            start(bits, layout, grid, side, state)
        for at in range(0, resources.size, initial.size):
            for n in range(initial.size):
                resources[at + n] = initial[n]
        for side in range(2):
            fill_bytes(counters[side], START, counters.shape[1], CLEAR)
        # typed, or numba would compile run_periods for a literal 0 as well
        added = np.int64(0)
        lane = np.int64(0)
        period = np.int64(0)
        begin = np.int64(0)
        end = np.int64(0)
        # lanes are in the order of their horizons: those from `lane` on are still running
        while lane < count:
            if period == end:
                begin, end = end, min(end + window, longest)
                # one window that holds all periods serves all policies
                if p == 0 or window < longest:
                    draw_window(shocks, layout, grid, begin, end - begin, seed, lane_draws)
            horizon = scenarios.periods[(from_item + lane) // replications]
            stop = min(end, horizon)
            added = run_periods(
                bits,
                layout,
                grid,
                rules,
                shocks,
                period - begin,
                stop - begin,
                resources,
                prices,
                counters,
                added,
                work,
            )
            period = stop
            if period == horizon:
                write_counts(rows.x[p], first, lane, count, lanes, counters[OPERATIONAL], values)
                write_counts(rows.y[p], first, lane, count, lanes, counters[INTANGIBLES], values)
                total = scratch.total[worker]
                write_resources(
                    rows.resources[p], first, lane, count, grid, layout, bits, resources, total,
                    values,
                )  # fmt: skip
                added = np.int64(0)
                while lane < count and (
                    scenarios.periods[(from_item + lane) // replications] == horizon
                ):
                    lane += 1
    for item in range(first, first + count):
        rows.status[item] = DONE


@compiled(entry=True, parallel=True)
def run_block(
    grid, layout, window, seed, policies, scenarios, first_replication, replications, first_item,
    scratch, rows,
):  # fmt: skip
    """Run every policy on the items from ``first_item`` on and fill ``rows``.

    ``window`` is how many periods of shocks are held at once: all, or a multiple of 4. The body
    only calls ``run_lanes``: numba drops what a prange body itself writes to an array held in a
    named tuple.
    """
    for block in prange(-(-rows.status.size // layout.lanes)):
        # numba counts from an unsigned 0: without the cast it would compile everything twice
        number = np.int64(block)
        worker = get_thread_id()
        run_lanes(
            number, grid, layout, window, seed, policies, scenarios, first_replication,
            replications, first_item, scratch, worker, rows,
        )  # fmt: skip
