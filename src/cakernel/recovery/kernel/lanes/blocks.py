"""The parallel loop over blocks of lanes: the only prange of this model.

The work is a list of items by all policies: item n is replication n % replications of scenario
n // replications. A block of lanes, each an item, draws its shocks (once, where a
window holds all periods), runs every policy on them and writes only its own sums, so sums do not
depend on the number of threads or on how the work is cut.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import get_thread_id, prange, types
from numba.extending import overload

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES
from cakernel.recovery.kernel.arguments import DONE
from cakernel.recovery.kernel.lanes import floats, quanta
from cakernel.recovery.kernel.lanes.bit_rows import (
    CLEAR,
    START,
    fill_bytes,
    set_constant_rows,
    set_initial_states,
)
from cakernel.recovery.kernel.lanes.period import Rules, run_periods
from cakernel.recovery.kernel.lanes.shock_bits import Shocks, draw_window, fill_draws
from cakernel.recovery.kernel.lanes.sums import write_states
from cakernel.recovery.kernel.states import INTANGIBLES, ON_SITE_STATE, OPERATIONAL


class LaneScratch(NamedTuple):
    """Working arrays, one of each kind for each thread along the first axis, 64-byte aligned.

    ``bits`` uint8: the rows of `bit_rows`; ``resources``, ``prices`` and ``initial``: uint8 for
    quanta held as bits, else float64 (see `quanta` and `floats`); ``shocks`` uint8 (2, bytes of a
    window of shocks): severe and hit; ``draws`` uint64 (6 * lanes,); ``counters`` uint8 (2, planes
    * 64); ``total`` uint8 (planes * 64,); ``values`` int64 (512,); ``spare`` uint8 (2560,).
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
    spare: Any


def fill_prices(prices, initial, from_item, count, shape, scenarios, replications):
    """Set prices and initial resources of a block, as bits (uint8) or as float64."""
    chosen = quanta if prices.dtype == np.uint8 else floats
    chosen.fill_prices(prices, initial, from_item, count, shape, scenarios, replications)


@overload(fill_prices)
def _fill_prices(prices, initial, from_item, count, shape, scenarios, replications):
    function = (quanta if prices.dtype == types.uint8 else floats).fill_prices

    def call(prices, initial, from_item, count, shape, scenarios, replications):
        function(prices, initial, from_item, count, shape, scenarios, replications)

    return call


def write_resources(row, first, from_lane, count, grid, shape, bits, resources, total, values):
    """Write the sums of final resources of a block's lanes."""
    if resources.dtype == np.uint8:
        quanta.write_resources(
            row, first, from_lane, count, grid, shape, bits, resources, total, values
        )
    else:
        floats.write_resources(row, first, from_lane, count, grid, shape, resources)


@overload(write_resources)
def _write_resources(row, first, from_lane, count, grid, shape, bits, resources, total, values):
    in_quanta, in_floats = quanta.write_resources, floats.write_resources

    def planes(row, first, from_lane, count, grid, shape, bits, resources, total, values):
        in_quanta(row, first, from_lane, count, grid, shape, bits, resources, total, values)

    def numbers(row, first, from_lane, count, grid, shape, bits, resources, total, values):
        in_floats(row, first, from_lane, count, grid, shape, resources)

    return planes if resources.dtype == types.uint8 else numbers


@compiled
def run_lanes(
    block, grid, shape, window, seed, policies, scenarios, first_replication, replications,
    first_item, scratch, worker, sums,
):  # fmt: skip
    """Run every policy on one block of lanes."""
    lanes = shape.lanes
    first = block * lanes
    count = min(lanes, sums.status.size - first)
    from_item = first_item + first
    bits = scratch.bits[worker]
    resources = scratch.resources[worker]
    prices = scratch.prices[worker]
    initial = scratch.initial[worker]
    counters = scratch.counters[worker]
    values = scratch.values[worker]
    spare = scratch.spare[worker]
    draws = scratch.draws[worker]
    cyber = window * grid.chains * shape.vectors * VECTOR_BYTES
    calm = cyber + window * grid.chains * VECTOR_BYTES
    shocks = Shocks(scratch.shocks[worker, 0], scratch.shocks[worker, 1], cyber, calm)
    longest = scenarios.periods[(from_item + count - 1) // replications]
    fill_draws(draws, from_item, count, scenarios, first_replication, replications)
    fill_prices(prices, initial, from_item, count, shape, scenarios, replications)
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
        set_constant_rows(bits, shape, grid)
        for side in range(2):
            state = grid.initial_operational if side == OPERATIONAL else grid.initial_intangibles
            if side == INTANGIBLES and rules.on_site:
                state = ON_SITE_STATE
            set_initial_states(bits, shape, grid, side, state)
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
                    draw_window(shocks, shape, grid, begin, end - begin, seed, lane_draws)
            horizon = scenarios.periods[(from_item + lane) // replications]
            stop = min(end, horizon)
            added = run_periods(
                bits,
                shape,
                grid,
                rules,
                shocks,
                period - begin,
                stop - begin,
                resources,
                prices,
                counters,
                added,
                spare,
            )
            period = stop
            if period == horizon:
                write_states(sums.x[p], first, lane, count, lanes, counters[OPERATIONAL], values)
                write_states(sums.y[p], first, lane, count, lanes, counters[INTANGIBLES], values)
                total = scratch.total[worker]
                write_resources(
                    sums.resources[p], first, lane, count, grid, shape, bits, resources, total,
                    values,
                )  # fmt: skip
                added = np.int64(0)
                while lane < count and (
                    scenarios.periods[(from_item + lane) // replications] == horizon
                ):
                    lane += 1
    for item in range(first, first + count):
        sums.status[item] = DONE


@compiled(entry=True, parallel=True)
def run_blocks(
    grid, shape, window, seed, policies, scenarios, first_replication, replications, first_item,
    scratch, sums,
):  # fmt: skip
    """Run every policy on the items from ``first_item`` on and fill ``sums``.

    ``window`` is how many periods of shocks are held at once: all, or a multiple of 4. The body of
    the loop only calls ``run_lanes``: numba drops what the body of a prange itself writes to an
    array held in a named tuple.
    """
    for block in prange(-(-sums.status.size // shape.lanes)):
        # numba counts from an unsigned 0: without the cast it would compile everything twice
        number = np.int64(block)
        worker = get_thread_id()
        run_lanes(
            number, grid, shape, window, seed, policies, scenarios, first_replication,
            replications, first_item, scratch, worker, sums,
        )  # fmt: skip
