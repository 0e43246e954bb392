"""The periods of one policy on a block of lanes: the steps of `scalar`, hundreds at once.

States are bits and rules bit operations on vectors; resources are whole quanta held as bits, or
float64. The steps are those of the scalar kernel in its order, so results are equal to the bit.
A period is two passes: first all chains are disrupted, then each vector of firms acquires, finds
its targets, pays and is upgraded.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import types
from numba.extending import overload

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES, load, store
from cakernel.recovery.kernel.lanes import floats, quanta
from cakernel.recovery.kernel.lanes.bit_rows import (
    END,
    HAS_DOWNSTREAM,
    HAS_UPSTREAM,
    HIT,
    INSIDE,
    LOWEST,
    NOTHING,
    PAID,
    TARGET,
    UPGRADE,
    PaymentRows,
    chain_row,
    second,
    single_row,
    wrap_ends,
)
from cakernel.recovery.kernel.lanes.shock_bits import shocks_at
from cakernel.recovery.kernel.lanes.sums import (
    MOST_ADDITIONS,
    add_states,
    keep_low_planes,
    low_planes,
    spill,
)
from cakernel.recovery.kernel.lanes.targets import TABLE, Near, built_in_targets, table_targets
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, INTANGIBLES, OPERATIONAL


class Rules(NamedTuple):
    """A policy: codes of `targets` and tables (TABLE_SIZE,) of its rules, and its flags."""

    supply: int
    cyber: int
    supply_table: Any
    cyber_table: Any
    on_site: bool
    intangibles_first: bool


@compiled(inlined=True)
def disrupt(bits, shape, grid, side, chain, shocks, at, step):
    """Lower the states of one chain by its shocks (step 2)."""
    end = chain_row(shape, grid, END, side, chain)
    after = chain_row(shape, grid, HIT, side, chain)
    inside = single_row(shape, grid, INSIDE)
    two_bit = second(shape, grid)
    for p in range(0, shape.vectors * VECTOR_BYTES, VECTOR_BYTES):
        severe = load(shocks.severe, at + p * step)
        hit = load(shocks.hit, at + p * step)
        one = load(bits, end + p)
        two = load(bits, end + p + two_bit)
        within = load(bits, inside + p)
        # mild: 2 becomes 1, 1 becomes 0
        store(bits, after + p, within & ~severe & ((one & ~hit) | two))
        store(bits, after + p + two_bit, within & two & ~hit)


@compiled(inlined=True)
def find_lowest(bits, shape, grid, chain):
    """Find the lowest operational state of each firm and its neighbours along the chain."""
    end = chain_row(shape, grid, END, OPERATIONAL, chain)
    lowest = chain_row(shape, grid, LOWEST, 0, chain)
    firm = shape.firm_bytes
    for n in range(2):
        for p in range(0, shape.vectors * VECTOR_BYTES, VECTOR_BYTES):
            q = end + n * second(shape, grid) + p
            three = load(bits, q) & load(bits, q - firm) & load(bits, q + firm)
            store(bits, lowest + n * second(shape, grid) + p, three)


@compiled(inlined=True)
def neighbour_chain(shape, grid, side, chain):
    """Return where a neighbouring chain's bits after disruptions begin, and the second bits' offset."""
    if grid.across_wrap:
        chain = (chain + grid.chains) % grid.chains
    if 0 <= chain < grid.chains:
        return chain_row(shape, grid, HIT, side, chain), second(shape, grid)
    return single_row(shape, grid, NOTHING), 0


@compiled(inlined=True)
def find_targets(bits, shape, grid, side, chain, rule, table, spare, shocks, at, step):
    """Find the targets (step 3) of one side of a chain, and the upgrades to them."""
    row_bytes = shape.row_bytes
    two_bit = second(shape, grid)
    row = chain_row(shape, grid, HIT, side, chain)
    before, before_two = neighbour_chain(shape, grid, side, chain - 1)
    after, after_two = neighbour_chain(shape, grid, side, chain + 1)
    target = single_row(shape, grid, TARGET + 2 * side)
    upgrade = single_row(shape, grid, UPGRADE + AMOUNTS_A_SIDE * side)
    has_upstream = single_row(shape, grid, HAS_UPSTREAM)
    has_downstream = single_row(shape, grid, HAS_DOWNSTREAM)
    firm = shape.firm_bytes
    for p in range(0, shape.vectors * VECTOR_BYTES, VECTOR_BYTES):
        q = row + p
        own = (load(bits, q), load(bits, q + two_bit))
        near = Near(q, q - firm, q + firm, before + p, after + p, two_bit, before_two, after_two)
        if rule == TABLE:
            none = own[0] ^ own[0]
            present = (
                load(bits, has_upstream + p),
                load(bits, has_downstream + p),
                none if before_two == 0 else ~none,
                none if after_two == 0 else ~none,
            )
            one, two = table_targets(table, spare, bits, near, own, present)
        else:
            one, two = built_in_targets(rule, bits, near, own)
        if grid.when_hit:
            hit = load(shocks.hit, at + p * step)
            one = own[0] | (one & hit)
            two = own[1] | (two & hit)
        store(bits, target + p, one)
        store(bits, target + p + row_bytes, two)
        store(bits, upgrade + p, ~own[0] & one & ~two)
        store(bits, upgrade + p + row_bytes, own[0] & ~own[1] & two)
        store(bits, upgrade + p + 2 * row_bytes, ~own[0] & two)


def acquire_and_pay(resources, at, prices, bits, rows, shape, spare, intangibles_first):
    """Take steps 1 and 4 in one chain: in quanta held as bits (uint8), or in float64."""
    chosen = quanta if resources.dtype == np.uint8 else floats
    chosen.acquire_and_pay(resources, at, prices, bits, rows, shape, spare, intangibles_first)


@overload(acquire_and_pay, jit_options={"forceinline": True, "error_model": "numpy", "_nrt": False})
def _acquire_and_pay(resources, at, prices, bits, rows, shape, spare, intangibles_first):
    chosen = quanta if resources.dtype == types.uint8 else floats
    function = chosen.acquire_and_pay

    def call(resources, at, prices, bits, rows, shape, spare, intangibles_first):
        return function(resources, at, prices, bits, rows, shape, spare, intangibles_first)

    return call


@compiled(inlined=True)
def finish(bits, shape, grid, side, chain, counter, added):
    """Set one side's states at the period's end and count them.

    Return the additions since the counter's last spill.
    """
    hit = chain_row(shape, grid, HIT, side, chain)
    end = chain_row(shape, grid, END, side, chain)
    target = single_row(shape, grid, TARGET + 2 * side)
    paid = single_row(shape, grid, PAID + side)
    inside = single_row(shape, grid, INSIDE)
    two_bit = second(shape, grid)
    planes = low_planes(counter)
    for p in range(0, shape.vectors * VECTOR_BYTES, VECTOR_BYTES):
        if added == MOST_ADDITIONS:
            keep_low_planes(counter, planes)
            spill(counter)
            planes = low_planes(counter)
            added = 0
        pays = load(bits, paid + p)
        within = load(bits, inside + p)
        one = load(bits, hit + p) | (pays & load(bits, target + p))
        two = load(bits, hit + p + two_bit) | (pays & load(bits, target + p + shape.row_bytes))
        # beyond an open end nothing lowers what is acquired
        store(bits, end + p, one | ~within)
        store(bits, end + p + two_bit, two | ~within)
        planes = add_states(planes, one & within, two & within)
        added += 1
    keep_low_planes(counter, planes)
    return added


@compiled
def run_periods(
    bits, shape, grid, rules, shocks, begin, end, resources, prices, counters, added, spare
):
    """Run one policy over periods of a window of shocks; return additions since the last spill."""
    two_bit = second(shape, grid)
    resources_of_chain = resources.size // grid.chains
    for period in range(begin, end):
        for chain in range(grid.chains):
            find_lowest(bits, shape, grid, chain)
            for side in range(2):
                at, step = shocks_at(shape, grid, shocks, side, period, chain)
                if side == INTANGIBLES and rules.on_site:
                    at = shocks.calm
                disrupt(bits, shape, grid, side, chain, shocks, at, step)
                wrap_ends(bits, shape, grid, HIT, side, chain)
        for chain in range(grid.chains):
            for side in range(2):
                rule = rules.supply if side == OPERATIONAL else rules.cyber
                table = rules.supply_table if side == OPERATIONAL else rules.cyber_table
                at, step = shocks_at(shape, grid, shocks, side, period, chain)
                find_targets(bits, shape, grid, side, chain, rule, table, spare, shocks, at, step)
            rows = PaymentRows(
                chain_row(shape, grid, LOWEST, 0, chain),
                chain_row(shape, grid, END, INTANGIBLES, chain),
                single_row(shape, grid, UPGRADE),
                single_row(shape, grid, PAID),
                two_bit,
            )
            acquire_and_pay(
                resources,
                chain * resources_of_chain,
                prices,
                bits,
                rows,
                shape,
                spare,
                rules.intangibles_first,
            )
            counted = added
            for side in range(2):
                added = finish(bits, shape, grid, side, chain, counters[side], counted)
            wrap_ends(bits, shape, grid, END, OPERATIONAL, chain)
    return added
