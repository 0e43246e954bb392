"""The step of the model on planes of bits: what happens to many firms at once in a period.

Resources and amounts are whole quanta, plane n for bit n. The order and the rules are those of the
scalar kernel, so results are equal to the bit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cakernel.jit.known import Known
from cakernel.jit.program_values import logic
from cakernel.jit.programs import case
from cakernel.recovery.kernel.lanes.planes import Plane, State, choose, either, every, majority, odd
from cakernel.recovery.kernel.states import INTANGIBLES, OPERATIONAL


class Amounts:
    """The planes of what a firm acquires and what upgrades cost, by side.

    ``gain(side, plane)`` are those of what is acquired in state 0, 1 and 2, ``cost(side, plane)``
    of what the `UPGRADES` cost: 0 to 1, 1 to 2, 0 to 2.
    """

    def gained(self, side: int, plane: int, state: State) -> Plane:
        """Return one plane of what is acquired in a state."""
        low, medium, high = self.gain(side, plane)
        return choose(state.two, high, choose(state.one, medium, low))

    def price(self, side: int, plane: int, own: State, target: State) -> Plane:
        """Return one plane of what an upgrade costs, where there is one."""
        to_medium, to_high, both = self.cost(side, plane)
        return choose(own.one, to_high, choose(target.two, both, to_medium))


@dataclass(frozen=True)
class Planes(Known):
    """How many planes numbers take; kernels are compiled for each such shape.

    A firm's resources have ``resources`` planes. The ``low`` ones hold twice the highest cost and
    more than is acquired in a period, so those above change by one at most. What is acquired by one
    side has ``gain`` planes; costs have bits from plane ``cost_from`` to ``cost_to``.
    """

    resources: int
    low: int
    gain: int
    cost_from: int
    cost_to: int


# step 1 acquires by the states of the last period


def lowest(own: State, upstream: State, downstream: State) -> State:
    """Return the lowest operational state of a firm and its neighbours along the chain."""
    return State(
        logic(lambda a, b, c: a & b & c, own.one, upstream.one, downstream.one),
        logic(lambda a, b, c: a & b & c, own.two, upstream.two, downstream.two),
    )


def acquire(planes: Planes, by: Sequence[State], resources: list[Plane], amounts: Amounts) -> Plane:
    """Add what both sides acquire to the low planes; return where they overflow."""
    twice: Plane = None
    carry: Plane = None
    for n in range(planes.low):
        if n < planes.gain:
            x, y = (amounts.gained(side, n, state) for side, state in enumerate(by))
            total, next_twice = odd(x, y, resources[n]), majority(x, y, resources[n])
        else:
            total, next_twice = resources[n], None
        if twice is not None and carry is not None:
            resources[n], carry = odd(total, twice, carry), majority(total, twice, carry)
        elif twice is not None or carry is not None:
            addend = carry if twice is None else twice
            resources[n], carry = total ^ addend, total & addend
        else:
            resources[n] = total
        twice = next_twice
    return resources[0] ^ resources[0] if carry is None else carry


# step 2


def disrupted(state: State, severe: Plane, hit: Plane, inside: Plane) -> State:
    """Return the state after a shock: severe to 0, mild (hit, not severe) one down."""
    one = logic(lambda one, two, hit: (one & ~hit) | two, state.one, state.two, hit)
    return State(
        logic(lambda one, severe, inside: one & ~severe & inside, one, severe, inside),
        logic(lambda two, hit, inside: two & ~hit & inside, state.two, hit, inside),
    )


# step 3 aims at the targets of `lanes.rules`, as far as nothing holds them back


def before_cutoffs(own: State, target: State, leave_low: Plane, leave_medium: Plane) -> State:
    """Return the target where the own state may still be left, else the own state."""
    return State(
        logic(lambda own, target, leave: own | (target & leave), own.one, target.one, leave_low),
        own.two | (target.two & choose(own.one, leave_medium, leave_low)),
    )


# what may hold a target back, as a sum: firms recover only when hit; some lanes are past a cutoff
WHEN_HIT, PAST_CUTOFFS = 1, 2


def held_back(
    how: Any, own: State, target: State, hit: Callable[[], Plane],
    leave: Callable[[], tuple[Plane, Plane]],
) -> State:  # fmt: skip
    """Return the target where nothing holds it back, else the own state.

    ``hit`` gives where a firm is hit in this period, ``leave`` where enough periods remain to leave
    low and medium; each is asked for only where it counts.
    """

    def struck() -> State:
        where = hit()
        return State(own.one | (target.one & where), own.two | (target.two & where))

    found: State = case(
        how,
        {
            0: lambda: target,
            WHEN_HIT: struck,
            PAST_CUTOFFS: lambda: before_cutoffs(own, target, *leave()),
            WHEN_HIT + PAST_CUTOFFS: lambda: before_cutoffs(own, struck(), *leave()),
        },
    )
    return found


# step 4


def pay(
    planes: Planes, side: int, own: State, target: State, resources: list[Plane], amounts: Amounts,
    rich: Plane,
) -> tuple[Plane, Plane]:  # fmt: skip
    """Pay for a side's upgrades out of the low planes where they can be afforded.

    Return where they are paid, and where they borrow from the planes above.
    """
    left, borrow = list(resources), None
    wants_high = target.two & ~own.two
    wanted = logic(lambda t, o, w: (t & ~o) | w, target.one, own.one, wants_high)
    for n in range(planes.cost_from, planes.low):
        before = resources[n]
        if n < planes.cost_to:
            cost = amounts.price(side, n, own, target)
            half = logic(lambda r, w, c: r ^ (w & c), before, wanted, cost)
            if borrow is None:
                left[n], borrow = half, half & ~before
            else:
                left[n] = half ^ borrow
                borrow = logic(lambda r, h, b: (h & ~r) | (~h & b), before, half, borrow)
        elif borrow is not None:
            left[n], borrow = before ^ borrow, borrow & ~before
    if borrow is None:
        # nothing costs anything
        return every(own.one), own.one ^ own.one
    paid = rich | ~borrow
    for n in range(planes.cost_from, planes.low):
        resources[n] = choose(paid, left[n], resources[n])
    return paid, borrow & paid


def pay_both(
    planes: Planes, order: Sequence[int], own: Sequence[State], target: Sequence[State],
    resources: list[Plane], amounts: Amounts, rich: Plane,
) -> tuple[list[Plane], Plane]:  # fmt: skip
    """Pay for both sides' upgrades in an order, which is the principle (eqs 5-6, cases 1-5).

    Return where each side's is paid, and where they borrow from the planes above.
    """
    paid, owed = [None, None], []
    for side in order:
        paid[side], owes = pay(planes, side, own[side], target[side], resources, amounts, rich)
        owed.append(owes)
    return paid, owed[0] | owed[1]


def settle(
    planes: Planes, intangibles_first: Any, own: Sequence[State], target: Sequence[State],
    by: Sequence[State], held: list[Plane], amounts: Amounts,
    charge: Callable[[list[Plane], Plane], Plane] | None = None,
) -> list[Plane]:  # fmt: skip
    """Acquire by the states ``by``, and pay for upgrades in the order of the principle.

    ``held`` are all planes of the resources, which change; ``charge`` takes from them what is due
    in between, and returns the carry that is left. Return where each side's upgrades are paid.
    """
    carry = acquire(planes, by, held, amounts)
    if charge is not None:
        carry = charge(held, carry)
    rich = either([carry, *held[planes.low :]])

    def paid_in(*order: int) -> tuple[Plane, ...]:
        left = list(held)
        paid, owed = pay_both(planes, order, own, target, left, amounts, rich)
        return (*paid, owed, *left[planes.cost_from : planes.low])

    options = {
        0: lambda: paid_in(OPERATIONAL, INTANGIBLES),
        1: lambda: paid_in(INTANGIBLES, OPERATIONAL),
    }
    paid_x, paid_y, owed, *left = case(intangibles_first, options)
    held[planes.cost_from : planes.low] = left
    # above the low planes one is carried or one is owed
    change = carry ^ owed
    for n in range(planes.low, planes.resources):
        before = held[n]
        held[n] = before ^ change
        change = change & (before ^ owed)
    return [paid_x, paid_y]


def upgraded(own: State, target: State, paid: Plane) -> State:
    """Return the state at the period's end."""
    return State(
        logic(lambda own, target, paid: own | (target & paid), own.one, target.one, paid),
        logic(lambda own, target, paid: own | (target & paid), own.two, target.two, paid),
    )
