"""The periods of one policy on a block of lanes: the step of `lanes.step`, firm by firm.

A period is two passes over the firms: first all find by what they acquire and are disrupted, then
each acquires, is charged, finds its targets, pays and is upgraded.
"""

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES, logic
from cakernel.jit.programs import case, program
from cakernel.recovery.kernel.lanes.bit_numbers import TOGETHER
from cakernel.recovery.kernel.lanes.planes import State, every
from cakernel.recovery.kernel.lanes.rules import NEVER, TABLE, targets
from cakernel.recovery.kernel.lanes.step import before_cutoffs, disrupted, upgraded
from cakernel.recovery.kernel.network.arguments import (
    AIMS,
    BY_RUN,
    END_X,
    END_Y,
    FIRM_BYTES,
    HIT_X,
    HIT_Y,
    LEAVE,
    LOWEST,
    OF_SOME,
    REACHED,
    STATE_BYTES,
    Chosen,
)
from cakernel.recovery.kernel.network.counted import with_counts
from cakernel.recovery.kernel.network.counting import count_firm, count_firms, spill_firms
from cakernel.recovery.kernel.network.money import bridged, set_charge, settle_shapes
from cakernel.recovery.kernel.network.neighbours import (
    Listed,
    Lists,
    Neighbours,
    demanded,
    none_of,
    put_state,
    set_plane,
    some_reach,
    state_at,
    supplied,
)
from cakernel.recovery.kernel.states import HIGH, INTANGIBLES, OPERATIONAL


class Shocks(NamedTuple):
    """Disruptions of a window of periods as bits: uint8 (periods, ``places``, 2, 64), flat.

    Of each place of draws: severe, and hit (severe or mild). Those of firms come first, then
    providers, then the firms' spillovers, where a hit means that there is one; at the last place,
    ``calm``, there is nothing.
    """

    bits: Any
    places: int


class Hits(NamedTuple):
    """Where a firm's disruptions of a period are: its own, its provider's, its spillover."""

    own: Any
    provider: Any
    spill: Any


class Held(NamedTuple):
    """Memory of numbers: resources, and amounts as codes and as prices."""

    resources: Any
    codes: Any
    prices: Any


def supply_hits(shocks, hits):
    """Return where a firm's operations are hit severely, and where at all.

    A spillover makes of a hit of its provider one of its own, as hard.
    """
    spills = shocks[hits.spill + VECTOR_BYTES]
    both = []
    for plane in (0, VECTOR_BYTES):
        own, provider = shocks[hits.own + plane], shocks[hits.provider + plane]
        both.append(logic(lambda own, of, spills: own | (of & spills), own, provider, spills))
    return both


@program
def disrupt(
    bits, at, lists, links, last, shocks, hits, has_stock, stock, stock_at, stock_planes, work
):  # fmt: skip
    """Find by what a firm acquires (step 1), and lower its states (step 2)."""
    own = state_at(bits, at + END_X)
    listed = Listed(bits, END_X, links)
    sold = demanded(listed, lists, own, work)
    none = none_of(own.one)
    inputs = supplied(listed, lists, last, State(~none, ~none))
    from_stock = partial(bridged, own, inputs, stock, stock_at, stock_planes)
    inputs = case(has_stock, {0: lambda: inputs, 1: from_stock})
    lowest = State(sold.one & inputs.one, sold.two & inputs.two)
    put_state(bits, at + LOWEST, lowest)
    inside = every(own.one)
    severe, hit = supply_hits(shocks, hits)
    put_state(bits, at + HIT_X, disrupted(own, severe, hit, inside))
    y = state_at(bits, at + END_Y)
    severe, hit = shocks[hits.provider], shocks[hits.provider + VECTOR_BYTES]
    put_state(bits, at + HIT_Y, disrupted(y, severe, hit, inside))


@program
def recover(
    shapes, bits, at, lists, links, shape, amounts_at, charged, chosen, kept, when_hit,
    shocks, hits, held, resources_at, work,
):  # fmt: skip
    """Let a firm acquire (step 1), find its targets (3), pay and be upgraded (4)."""
    own, wanted = [], []
    for side, place, rule in (
        (OPERATIONAL, HIT_X, chosen.supply),
        (INTANGIBLES, HIT_Y, chosen.cyber),
    ):
        state = state_at(bits, at + place)
        near = Neighbours(Listed(bits, place, links), lists, none_of(state.one))

        def counted(state=state, aim=AIMS + side * STATE_BYTES):
            return State(state.one | work[aim], state.two | work[aim + VECTOR_BYTES])

        target = targets(rule, state, near, counted)

        def where_hit(state=state, target=target, side=side):
            hit = (supply_hits(shocks, hits)[1], shocks[hits.provider + VECTOR_BYTES])[side]
            return State(state.one | (target.one & hit), state.two | (target.two & hit))

        target = case(when_hit, {0: lambda target=target: target, 1: where_hit})

        def early(state=state, target=target, side=side):
            first = LEAVE + HIGH * side * VECTOR_BYTES
            return before_cutoffs(state, target, work[first], work[first + VECTOR_BYTES])

        own.append(state)
        wanted.append(case(kept, {0: lambda target=target: target, 1: early}))
    by = state_at(bits, at + LOWEST), state_at(bits, at + END_Y)
    paid_x, paid_y = settle_shapes(
        shapes, shape, amounts_at, charged, chosen.intangibles_first, own, wanted, by, held,
        resources_at, work,
    )  # fmt: skip
    put_state(bits, at + END_X, upgraded(own[OPERATIONAL], wanted[OPERATIONAL], paid_x))
    put_state(bits, at + END_Y, upgraded(own[INTANGIBLES], wanted[INTANGIBLES], paid_y))


@compiled(inlined=True)
def lists_of(firm):
    """Return where the lists of a firm's neighbours begin."""
    return Lists(
        np.int64(firm.customers),
        np.int64(firm.peers),
        np.int64(firm.suppliers),
        np.int64(firm.groups),
        np.int64(firm.end),
        np.int64(firm.near),
        np.int64(firm.near_end),
        np.int64(firm.demand),
    )


@compiled(inlined=True)
def is_on_site(firm, rules):
    """Say whether a firm has no cloud under a policy."""
    return rules.on_site if firm.site == BY_RUN else firm.site == 1


@compiled(inlined=True)
def hits_of(firm, f, rules, places, period):
    """Return where a firm's disruptions of a period are; on site they are calm."""
    first = period * places
    calm = places - 1
    provider = calm if is_on_site(firm, rules) else np.int64(firm.provider)
    return Hits(
        (first + f) * STATE_BYTES,
        (first + provider) * STATE_BYTES,
        (first + firm.spill) * STATE_BYTES,
    )


@compiled
def set_leave(firm, rules, remain, work):
    """Say in ``work`` which states cutoffs let a firm leave; its own rules have none."""
    cutoffs = (rules.x_low, rules.x_medium, rules.y_low, rules.y_medium)
    for n in range(2 * HIGH):
        own = firm.supply if n < HIGH else firm.cyber
        may = own != BY_RUN or remain >= cutoffs[n]
        set_plane(work, LEAVE + n * VECTOR_BYTES, -int(may))


@compiled(inlined=True)
def chosen_by(firm, rules):
    """Return what a firm does: its own rules and principle win over the policy's."""
    supply = rules.supply if firm.supply == BY_RUN else np.int64(firm.supply)
    cyber = rules.cyber if firm.cyber == BY_RUN else np.int64(firm.cyber)
    if is_on_site(firm, rules):
        cyber = NEVER
    first = int(rules.intangibles_first) if firm.principle == BY_RUN else np.int64(firm.principle)
    return Chosen(supply, cyber, first)


@compiled(by_address=True, seconds=10)
def run_periods(
    shapes, resource_planes, firms, network, rules, state, prices, shocks, begin, end, remaining
):  # fmt: skip
    """Run one policy over periods of a window of shocks and count its states.

    From the window's first period on ``remaining`` periods are to come.
    """
    count = firms.size
    links, work = network.links, state.work
    held = Held(state.resources, network.codes, prices)
    count_planes = state.firm_counts.size // (2 * count * VECTOR_BYTES)
    added = 0
    longest = max(rules.x_low, rules.x_medium, rules.y_low, rules.y_medium)
    for period in range(begin, end):
        remain = remaining - period - 1
        kept = remain < longest
        for f in range(count):
            firm = firms[f]
            if firm.demand == OF_SOME:
                for n in range(2):
                    some_reach(
                        state.bits, END_X + n * VECTOR_BYTES, links, firm.customers,
                        firm.peers, firm.need, work, REACHED + n * VECTOR_BYTES,
                    )  # fmt: skip
            disrupt(
                state.bits, f * FIRM_BYTES, lists_of(firm), links, network.last, shocks.bits,
                hits_of(firm, f, rules, shocks.places, period),
                firm.stock_planes > 0, state.stock, np.int64(firm.stock) * VECTOR_BYTES,
                np.int64(firm.stock_planes), work,
            )  # fmt: skip
        for f in range(count):
            firm = firms[f]
            chosen = chosen_by(firm, rules)
            if max(chosen.supply, chosen.cyber) >= TABLE:
                chosen = with_counts(
                    chosen, firm, network.sources[f], links, network.counted, state.bits,
                    f * FIRM_BYTES, work,
                )  # fmt: skip
            if kept:
                set_leave(firm, rules, remain, work)
            if firm.charged:
                set_charge(
                    resource_planes[firm.of_shape], network.holding[f], network.upkeep[f],
                    state.stock, np.int64(firm.stock) * VECTOR_BYTES, firm.stock_planes, work,
                )  # fmt: skip
            recover(
                shapes, state.bits, f * FIRM_BYTES, lists_of(firm), links,
                np.int64(firm.of_shape), np.int64(firm.amounts), np.int64(firm.charged), chosen,
                kept, rules.when_hit, shocks.bits, hits_of(firm, f, rules, shocks.places, period),
                held, np.int64(firm.resources) * VECTOR_BYTES, work,
            )  # fmt: skip
            if count_planes > 0:
                count_firm(state, f, count_planes)
            elif (f + 1) % TOGETHER == 0:
                added = count_firms(state, f + 1 - TOGETHER, TOGETHER, added)
        if count_planes == 0:
            for f in range(count - count % TOGETHER, count):
                added = count_firms(state, f, 1, added)
    if count_planes == 0:
        spill_firms(state)
