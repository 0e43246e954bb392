"""The periods of one policy on a block of lanes: the step of `step`, hundreds of firms at once.

A period is two passes: first all chains are disrupted, then each vector of firms acquires, finds
its targets, pays and is upgraded. The programs here are compiled into straight lines; what calls
them loops over periods, chains and vectors.
"""

from functools import partial
from typing import NamedTuple

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.jit.programs import filled, program
from cakernel.recovery.kernel.lanes.bit_numbers import (
    MOST_ADDITIONS,
    TOGETHER,
    add_states,
    spill,
)
from cakernel.recovery.kernel.lanes.diagrams import diagram_state, run_diagram
from cakernel.recovery.kernel.lanes.layout import (
    END,
    EVERY,
    HIT,
    single_row,
    wrap_ends,
)
from cakernel.recovery.kernel.lanes.neighbours import (
    NearInMemory,
    put_state,
    rows_of,
    side_of,
    state_at,
    vectors_at,
)
from cakernel.recovery.kernel.lanes.planes import State, choose
from cakernel.recovery.kernel.lanes.prices import Prices
from cakernel.recovery.kernel.lanes.rules import TABLE, targets
from cakernel.recovery.kernel.lanes.shock_bits import shocks_at
from cakernel.recovery.kernel.lanes.step import (
    PAST_CUTOFFS,
    WHEN_HIT,
    disrupted,
    held_back,
    lowest,
    settle,
    upgraded,
)
from cakernel.recovery.kernel.states import HIGH, INTANGIBLES, OPERATIONAL


class Rules(NamedTuple):
    """A policy: its rules' codes of `rules` and places of their diagrams, and its flags."""

    supply: int
    cyber: int
    supply_diagram: int
    cyber_diagram: int
    on_site: bool
    intangibles_first: bool


@program
def set_firms(bits, at, second, inside, one, two):
    """Set the states of a vector's firms to planes of ones (-1) or of none (0)."""
    within = bits[inside]
    for place, plane in ((at, one), (at + second, two)):
        bits[place] = choose(within, filled(plane, within), bits[place])


@program
def disrupt(bits, rows, p, severe, hit, at_x, at_y):
    """Find by what one vector of firms acquires (step 1), and lower its states (step 2)."""
    x = state_at(bits, rows.end_x + p, rows.second)
    upstream = state_at(bits, rows.end_x + p - rows.firm, rows.second)
    downstream = state_at(bits, rows.end_x + p + rows.firm, rows.second)
    put_state(bits, rows.lowest + p, rows.second, lowest(x, upstream, downstream))
    inside = bits[rows.inside + p]
    put_state(bits, rows.hit_x + p, rows.second, disrupted(x, severe[at_x], hit[at_x], inside))
    y = state_at(bits, rows.end_y + p, rows.second)
    put_state(bits, rows.hit_y + p, rows.second, disrupted(y, severe[at_y], hit[at_y], inside))


@program
def recover(
    planes, bits, rows, p, x_side, y_side, rules, how, hit, at_x, at_y, leave, resources, at,
    prices,
):  # fmt: skip
    """Let one vector of firms acquire (step 1), find its targets (3), pay and be upgraded (4)."""
    amounts = Prices(planes, prices)
    own, wanted = [], []
    sides = ((x_side, rules.supply, at_x), (y_side, rules.cyber, at_y))
    for n, (side, rule, at_hit) in enumerate(sides):
        state = state_at(bits, side.own + p, rows.second)
        near = NearInMemory(bits, side, rows, p)
        target = targets(
            rule, state, near, partial(diagram_state, bits, side.root + p, rows.row, state)
        )
        own.append(state)
        struck = partial(hit.__getitem__, at_hit)
        may_leave = partial(vectors_at, leave, n * HIGH * VECTOR_BYTES)
        wanted.append(held_back(how, state, target, struck, may_leave))

    held = [resources[at + n * VECTOR_BYTES] for n in range(planes.resources)]
    by = (
        state_at(bits, rows.lowest + p, rows.second),
        state_at(bits, rows.end_y + p, rows.second),
    )
    paid_x, paid_y = settle(planes, rules.intangibles_first, own, wanted, by, held, amounts)
    for n, plane in enumerate(held):
        resources[at + n * VECTOR_BYTES] = plane

    inside = bits[rows.inside + p]
    x = upgraded(own[OPERATIONAL], wanted[OPERATIONAL], paid_x)
    # beyond an open end nothing lowers what is acquired
    put_state(bits, rows.end_x + p, rows.second, State(x.one | ~inside, x.two | ~inside))
    y = upgraded(own[INTANGIBLES], wanted[INTANGIBLES], paid_y)
    put_state(bits, rows.end_y + p, rows.second, y)


@program
def count_one(bits, rows, p, x_counter, y_counter):
    """Add the states of one vector of firms to the counters."""
    for at, counter in ((rows.end_x, x_counter), (rows.end_y, y_counter)):
        add_states(bits, counter, at + p, rows.second, rows.inside + p, 1)


@program
def count_some(bits, rows, p, x_counter, y_counter):
    """Add the states of ``TOGETHER`` vectors of firms to the counters."""
    for at, counter in ((rows.end_x, x_counter), (rows.end_y, y_counter)):
        add_states(bits, counter, at + p, rows.second, rows.inside + p, TOGETHER)


@compiled(inlined=True)
def count(bits, layout, rows, x_counter, y_counter, added, every, carry):
    """Count the states of a chain; return the additions since the counters' last spill."""
    vector = 0
    while vector < layout.vectors:
        some = TOGETHER if vector + TOGETHER <= layout.vectors else 1
        if added + some > MOST_ADDITIONS:
            spill(x_counter, bits, every, carry)
            spill(y_counter, bits, every, carry)
            added = 0
        if some == TOGETHER:
            count_some(bits, rows, vector * VECTOR_BYTES, x_counter, y_counter)
        else:
            count_one(bits, rows, vector * VECTOR_BYTES, x_counter, y_counter)
        added += some
        vector += some
    return added


@compiled(by_address=True, seconds=2)
def run_periods(
    planes, bits, layout, grid, rules, diagrams, shocks, begin, end, leave, past_cutoffs, resources,
    prices, x_counter, y_counter, neighbours, carry,
):  # fmt: skip
    """Run one policy over periods of a window of shocks and count its states.

    Where some lanes are ``past_cutoffs``, ``leave`` uint8 (4 * 64,) says which may leave a state.
    """
    how = WHEN_HIT * int(grid.when_hit) + PAST_CUTOFFS * int(past_cutoffs)
    length = layout.vectors * VECTOR_BYTES
    every = single_row(layout, grid, EVERY)
    of_firm = resources.size // (grid.chains * layout.vectors)
    added = 0
    for period in range(begin, end):
        for chain in range(grid.chains):
            rows = rows_of(layout, grid, chain)
            at_x = shocks_at(layout, grid, shocks, OPERATIONAL, period, chain)
            at_y = shocks_at(layout, grid, shocks, INTANGIBLES, period, chain)
            if rules.on_site:
                at_y = shocks.calm
            for p in range(0, length, VECTOR_BYTES):
                disrupt(bits, rows, p, shocks.severe, shocks.hit, at_x + p, at_y)
            if grid.ends_wrap:
                wrap_ends(bits, layout, grid, HIT, OPERATIONAL, chain)
                wrap_ends(bits, layout, grid, HIT, INTANGIBLES, chain)
        for chain in range(grid.chains):
            rows = rows_of(layout, grid, chain)
            at_x = shocks_at(layout, grid, shocks, OPERATIONAL, period, chain)
            at_y = shocks_at(layout, grid, shocks, INTANGIBLES, period, chain)
            x_side = side_of(layout, grid, OPERATIONAL, chain, rows.hit_x, neighbours)
            y_side = side_of(layout, grid, INTANGIBLES, chain, rows.hit_y, neighbours)
            if rules.supply == TABLE:
                run_diagram(bits, layout, grid, OPERATIONAL, x_side, diagrams, rules.supply_diagram)
            if rules.cyber == TABLE:
                run_diagram(bits, layout, grid, INTANGIBLES, y_side, diagrams, rules.cyber_diagram)
            at = chain * layout.vectors * of_firm
            for p in range(0, length, VECTOR_BYTES):
                recover(
                    planes, bits, rows, p, x_side, y_side, rules, how, shocks.hit,
                    at_x + p, at_y, leave, resources, at, prices,
                )  # fmt: skip
                at += of_firm
            added = count(bits, layout, rows, x_counter, y_counter, added, every, carry)
            if grid.ends_wrap:
                wrap_ends(bits, layout, grid, END, OPERATIONAL, chain)
    spill(x_counter, bits, every, carry)
    spill(y_counter, bits, every, carry)
