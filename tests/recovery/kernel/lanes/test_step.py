"""The step on planes of bits, number by number, for all that its inputs can be."""

from itertools import product

import numpy as np
import pytest

from cakernel.recovery.kernel.lanes import step
from cakernel.recovery.kernel.lanes.planes import either
from cakernel.recovery.kernel.lanes.step import Planes
from cakernel.recovery.kernel.states import LEVELS, UPGRADES
from helpers.planes import number_of, number_of_state, planes_of, state_of


def test_a_target_is_kept_where_its_cutoff_is_past():
    own, target, low, medium = np.indices((LEVELS, LEVELS, 2, 2)).reshape(4, -1)
    rising = target >= own
    own, target, low, medium = (part[rising] for part in (own, target, low, medium))
    found = step.before_cutoffs(state_of(own), state_of(target), low == 1, medium == 1)
    may_leave = np.choose(own, [low, medium, np.zeros_like(low)]) == 1
    np.testing.assert_array_equal(number_of_state(found), np.where(may_leave, target, own))


def test_a_disruption_lowers_by_its_severity():
    state, shock, inside = np.indices((LEVELS, 3, 2)).reshape(3, -1)
    found = step.disrupted(state_of(state), shock == 2, shock >= 1, inside == 1)
    expected = np.where(shock == 2, 0, np.maximum(state - shock, 0)) * inside
    np.testing.assert_array_equal(number_of_state(found), expected)


def test_the_lowest_of_three_states():
    three = np.indices((LEVELS, LEVELS, LEVELS)).reshape(3, -1)
    found = step.lowest(*map(state_of, three))
    np.testing.assert_array_equal(number_of_state(found), three.min(axis=0))


class Given(step.Amounts):
    """Amounts that are the same for all firms: gains and costs by side, three of each.

    As in memory, there is nothing beyond their planes.
    """

    def __init__(self, planes, gains, costs):
        self.planes, self.gains, self.costs = planes, gains, costs

    def gain(self, side, plane):
        assert 0 <= plane < self.planes.gain
        return [np.array([amount >> plane & 1 == 1]) for amount in self.gains[side]]

    def cost(self, side, plane):
        assert self.planes.cost_from <= plane < self.planes.cost_to
        return [np.array([amount >> plane & 1 == 1]) for amount in self.costs[side]]


@pytest.mark.parametrize(
    "gains", [((0, 1, 3), (2, 3, 1)), ((0, 0, 0), (0, 0, 0)), ((7, 0, 5), (7, 7, 7))]
)
def test_what_both_sides_acquire_is_added(gains):
    gain = max(max(three) for three in gains).bit_length()
    planes = Planes(resources=5, low=max(gain + 1, 3), gain=gain, cost_from=0, cost_to=2)
    x, y, before = np.indices((LEVELS, LEVELS, 1 << planes.low)).reshape(3, -1)
    resources = planes_of(before, planes.low)
    carry = step.acquire(planes, (state_of(x), state_of(y)), resources, Given(planes, gains, ()))
    after = before + np.take(gains[0], x) + np.take(gains[1], y)
    np.testing.assert_array_equal(number_of([*resources, carry]), after)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(
    "costs",
    [
        ((1, 5, 6), (2, 3, 7)),
        ((4, 4, 0), (4, 0, 4)),
        ((0, 0, 0), (0, 0, 0)),
        ((1, 1, 1), (7, 7, 7)),
    ],
)
@pytest.mark.parametrize("spare", [1, 2])
def test_upgrades_are_paid_in_order_where_they_can_be_afforded(costs, order, spare):
    every = costs[0] + costs[1]
    cost_to = max(every).bit_length()
    together = int(np.bitwise_or.reduce(every))
    cost_from = (together & -together).bit_length() - 1 if together else 0
    low = cost_to + spare
    planes = Planes(resources=low + 2, low=low, gain=0, cost_from=cost_from, cost_to=cost_to)
    upgrades = [pair for pair in product(range(LEVELS), repeat=2) if pair[0] <= pair[1]]
    pairs = list(product(upgrades, upgrades, range(1 << planes.resources)))
    own = np.array([[x[0], y[0]] for x, y, _ in pairs]).T
    target = np.array([[x[1], y[1]] for x, y, _ in pairs]).T
    before = np.array([held for *_, held in pairs])
    held = planes_of(before, planes.resources)
    resources, above = held[:low], held[low:]
    paid, owed = step.pay_both(
        planes, order, [*map(state_of, own)], [*map(state_of, target)], resources,
        Given(planes, (), costs), either(above),
    )  # fmt: skip
    left = before.copy()
    price = dict(zip(UPGRADES, zip(*costs, strict=True), strict=True))
    for side in order:
        wanted = [
            price[pair][side] if pair[0] < pair[1] else 0
            for pair in zip(own[side].tolist(), target[side].tolist(), strict=True)
        ]
        affords = left >= wanted
        np.testing.assert_array_equal(paid[side] & np.ones_like(affords), affords)
        left -= np.where(affords, wanted, 0)
    after = number_of([*resources, *above]) - (owed.astype(np.int64) << low)
    np.testing.assert_array_equal(after, left)
    for side in range(2):
        risen = step.upgraded(state_of(own[side]), state_of(target[side]), paid[side])
        expected = np.where(paid[side], target[side], own[side])
        np.testing.assert_array_equal(number_of_state(risen), expected)
