"""One policy on a block of lanes: the model of ``replication`` for hundreds of them at once.

States are bits and rules bit operations on vectors; resources are whole quanta held as bits, too,
or float64. The steps are those of the scalar kernel in its order, so results are equal to the bit.
A period is two passes: first all chains are disrupted, then each vector of firms acquires, aims,
pays and is upgraded.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import types
from numba.extending import overload

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES, load, store
from cakernel.recovery.kernel.lanes.bit_sliced import (
    MOST_ADDITIONS,
    add_states,
    keep_low_planes,
    low_planes,
    spill,
)
from cakernel.recovery.kernel.lanes.float_payment import settle_floats
from cakernel.recovery.kernel.lanes.layout import (
    CLEAR,
    END,
    HAS_DOWNSTREAM,
    HAS_UPSTREAM,
    HIT,
    INSIDE,
    INTANGIBLES,
    LOWEST,
    NOTHING,
    OPERATIONAL,
    PAID,
    SET,
    TARGET,
    UPGRADE,
    SettleRows,
    chain_row,
    fill_bytes,
    second,
    single_row,
    wrap_ends,
)
from cakernel.recovery.kernel.lanes.payment import settle_planes
from cakernel.recovery.kernel.lanes.targets import TABLE, Near, table_targets, targets


class Shocks(NamedTuple):
    """Disruptions of a window of periods as bits: severe, and hit (severe or mild).

    Both are uint8 and flat: (periods, chains, bytes of a row without its ends) for supply, then
    from ``cyber`` on (periods, chains, 64) for cyber, where one vector serves all firms of a chain,
    and at ``calm`` one vector of none for policies that are on site.
    """

    severe: Any
    hit: Any
    cyber: int
    calm: int


class Rules(NamedTuple):
    """A policy: codes of ``targets`` and tables (768,) of its rules, and its flags."""

    supply: int
    cyber: int
    supply_table: Any
    cyber_table: Any
    on_site: bool
    intangibles_first: bool


@compiled(inlined=True)
def shocks_at(layout, grid, shocks, side, period, chain):
    """Return where a chain's shocks begin, and the step from byte to byte of its row."""
    place = period * grid.chains + chain
    if side == OPERATIONAL:
        return place * layout.vectors * VECTOR_BYTES, 1
    return shocks.cyber + place * VECTOR_BYTES, 0


@compiled(inlined=True)
def disrupt(bits, layout, grid, side, chain, shocks, at, step):
    """Knock the states of one chain down (step 2)."""
    end = chain_row(layout, grid, END, side, chain)
    after = chain_row(layout, grid, HIT, side, chain)
    inside = single_row(layout, grid, INSIDE)
    two_bit = second(layout, grid)
    for p in range(0, layout.vectors * VECTOR_BYTES, VECTOR_BYTES):
        severe = load(shocks.severe, at + p * step)
        hit = load(shocks.hit, at + p * step)
        one = load(bits, end + p)
        two = load(bits, end + p + two_bit)
        within = load(bits, inside + p)
        # mild: 2 becomes 1, 1 becomes 0
        store(bits, after + p, within & ~severe & ((one & ~hit) | two))
        store(bits, after + p + two_bit, within & two & ~hit)


@compiled(inlined=True)
def find_lowest(bits, layout, grid, chain):
    """Find the lowest operational state of each firm and its neighbours along the chain."""
    end = chain_row(layout, grid, END, OPERATIONAL, chain)
    lowest = chain_row(layout, grid, LOWEST, 0, chain)
    firm = layout.firm_bytes
    for n in range(2):
        for p in range(0, layout.vectors * VECTOR_BYTES, VECTOR_BYTES):
            q = end + n * second(layout, grid) + p
            three = load(bits, q) & load(bits, q - firm) & load(bits, q + firm)
            store(bits, lowest + n * second(layout, grid) + p, three)


@compiled(inlined=True)
def neighbour_chain(layout, grid, side, chain):
    """Return where the post-disruption bits of a neighbouring chain begin, and the way to two."""
    if grid.across_wrap:
        chain = (chain + grid.chains) % grid.chains
    if 0 <= chain < grid.chains:
        return chain_row(layout, grid, HIT, side, chain), second(layout, grid)
    return single_row(layout, grid, NOTHING), 0


@compiled(inlined=True)
def aim(bits, layout, grid, side, chain, rule, table, work, shocks, at, step):
    """Find the targets (step 3) of one side of a chain, and the upgrades to them."""
    row_bytes = layout.row_bytes
    two_bit = second(layout, grid)
    row = chain_row(layout, grid, HIT, side, chain)
    before, before_two = neighbour_chain(layout, grid, side, chain - 1)
    after, after_two = neighbour_chain(layout, grid, side, chain + 1)
    target = single_row(layout, grid, TARGET + 2 * side)
    upgrade = single_row(layout, grid, UPGRADE + 3 * side)
    has_upstream = single_row(layout, grid, HAS_UPSTREAM)
    has_downstream = single_row(layout, grid, HAS_DOWNSTREAM)
    firm = layout.firm_bytes
    for p in range(0, layout.vectors * VECTOR_BYTES, VECTOR_BYTES):
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
            one, two = table_targets(table, work, bits, near, own, present)
        else:
            one, two = targets(rule, bits, near, own)
        if grid.when_hit:
            hit = load(shocks.hit, at + p * step)
            one = own[0] | (one & hit)
            two = own[1] | (two & hit)
        store(bits, target + p, one)
        store(bits, target + p + row_bytes, two)
        store(bits, upgrade + p, ~own[0] & one & ~two)
        store(bits, upgrade + p + row_bytes, own[0] & ~own[1] & two)
        store(bits, upgrade + p + 2 * row_bytes, ~own[0] & two)


def settle(resources, at, prices, bits, rows, layout, work, intangibles_first):
    """Acquire and pay for one vector of firms: in quanta held as bits (uint8), or in float64."""
    chosen = settle_planes if resources.dtype == np.uint8 else settle_floats
    return chosen(resources, at, prices, bits, rows, layout, work, intangibles_first)


@overload(settle, jit_options={"forceinline": True, "error_model": "numpy", "_nrt": False})
def _settle_by_type(resources, at, prices, bits, rows, layout, work, intangibles_first):
    chosen = settle_planes if resources.dtype == types.uint8 else settle_floats

    def call(resources, at, prices, bits, rows, layout, work, intangibles_first):
        return chosen(resources, at, prices, bits, rows, layout, work, intangibles_first)

    return call


@compiled(inlined=True)
def finish(bits, layout, grid, side, chain, counter, added):
    """Set one side's states at the period's end and count them.

    Return the additions since the counter's last spill.
    """
    hit = chain_row(layout, grid, HIT, side, chain)
    end = chain_row(layout, grid, END, side, chain)
    target = single_row(layout, grid, TARGET + 2 * side)
    paid = single_row(layout, grid, PAID + side)
    inside = single_row(layout, grid, INSIDE)
    two_bit = second(layout, grid)
    planes = low_planes(counter)
    for p in range(0, layout.vectors * VECTOR_BYTES, VECTOR_BYTES):
        if added == MOST_ADDITIONS:
            keep_low_planes(counter, planes)
            spill(counter)
            planes = low_planes(counter)
            added = 0
        pays = load(bits, paid + p)
        within = load(bits, inside + p)
        one = load(bits, hit + p) | (pays & load(bits, target + p))
        two = load(bits, hit + p + two_bit) | (pays & load(bits, target + p + layout.row_bytes))
        # beyond an open end nothing lowers what is acquired
        store(bits, end + p, one | ~within)
        store(bits, end + p + two_bit, two | ~within)
        planes = add_states(planes, one & within, two & within)
        added += 1
    keep_low_planes(counter, planes)
    return added


@compiled(inlined=True)
def wrap(bits, layout, grid, name, side, chain):
    """Make the ends of a chain neighbours, where they are."""
    if grid.ends_wrap:
        row = chain_row(layout, grid, name, side, chain)
        wrap_ends(bits, layout, grid, row)
        wrap_ends(bits, layout, grid, row + second(layout, grid))


@compiled
def start(bits, layout, grid, side, state):
    """Set every firm's state before the first period."""
    length = grid.firms * layout.firm_bytes
    for chain in range(grid.chains):
        row = chain_row(layout, grid, END, side, chain)
        fill_bytes(bits, row, row + length, SET if state >= 1 else CLEAR)
        row += second(layout, grid)
        fill_bytes(bits, row, row + length, SET if state == 2 else CLEAR)
        if side == OPERATIONAL:
            wrap(bits, layout, grid, END, side, chain)


@compiled
def run_periods(
    bits, layout, grid, rules, shocks, begin, end, resources, prices, counters, added, work
):
    """Run one policy over periods of a window of shocks; return additions since the last spill."""
    two_bit = second(layout, grid)
    resources_of_chain = resources.size // grid.chains
    for period in range(begin, end):
        for chain in range(grid.chains):
            find_lowest(bits, layout, grid, chain)
            for side in range(2):
                at, step = shocks_at(layout, grid, shocks, side, period, chain)
                if side == INTANGIBLES and rules.on_site:
                    at = shocks.calm
                disrupt(bits, layout, grid, side, chain, shocks, at, step)
                wrap(bits, layout, grid, HIT, side, chain)
        for chain in range(grid.chains):
            for side in range(2):
                rule = rules.supply if side == OPERATIONAL else rules.cyber
                table = rules.supply_table if side == OPERATIONAL else rules.cyber_table
                at, step = shocks_at(layout, grid, shocks, side, period, chain)
                aim(bits, layout, grid, side, chain, rule, table, work, shocks, at, step)
            rows = SettleRows(
                chain_row(layout, grid, LOWEST, 0, chain),
                chain_row(layout, grid, END, INTANGIBLES, chain),
                single_row(layout, grid, UPGRADE),
                single_row(layout, grid, PAID),
                two_bit,
            )
            settle(
                resources,
                chain * resources_of_chain,
                prices,
                bits,
                rows,
                layout,
                work,
                rules.intangibles_first,
            )
            counted = added
            for side in range(2):
                added = finish(bits, layout, grid, side, chain, counters[side], counted)
            wrap(bits, layout, grid, END, OPERATIONAL, chain)
    return added
