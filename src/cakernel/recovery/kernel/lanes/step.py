"""The step of the model on planes of bits: what happens to many firms at once in a period.

A plane holds one bit of each of many firms; here it is any value that knows ``& | ^ ~``. A state of
0, 1 or 2 is two planes: ``one`` (the state is 1 or more) and ``two`` (it is 2). So the lower of two
states is the AND of their planes and the higher one the OR, and a missing neighbour, whose planes
are 0, never leads and never counts. Resources and amounts are whole quanta, plane n for bit n.

The order and the rules are those of the scalar kernel, so results are equal to the bit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from cakernel.jit.known import Known
from cakernel.jit.program_values import logic
from cakernel.jit.programs import case
from cakernel.recovery.kernel.states import INTANGIBLES, OPERATIONAL

Plane = Any


class State(NamedTuple):
    """The planes of a state."""

    one: Plane
    two: Plane


class Near:
    """What rules ask of a firm's neighbours after disruptions.

    On a grid their states are attributes, each read where a rule asks for it: ``upstream`` and
    ``downstream`` in the chain, ``previous`` and ``following`` in the chains beside it. A network
    has any number of firms on each side, and answers each question in its own way.
    """

    def any_high(self, plane: Plane, *sides: str) -> Plane:
        """Return where a plane is set or a neighbour on some sides is high."""
        return either([plane, *(getattr(self, side).two for side in sides)])

    def highest(self, own: State, *sides: str) -> State:
        """Return the highest of a state and those of the neighbours on some sides."""
        leaders = [own, *(getattr(self, side) for side in sides)]
        return State(either([s.one for s in leaders]), either([s.two for s in leaders]))

    def two_high(self) -> Plane:
        """Return where two neighbours are high."""
        up, down = self.upstream.two, self.downstream.two
        before, after = self.previous.two, self.following.two
        # two of the four
        along = logic(
            lambda up, down, across: (up & down) | ((up | down) & across), up, down, before | after
        )
        return logic(lambda a, b, c: a | (b & c), along, before, after)


ACROSS = ("previous", "following")
ALL_SIDES = ("upstream", "downstream", *ACROSS)


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


def every(plane: Plane) -> Plane:
    """Return a plane of ones."""
    return plane | ~plane


def either(planes: Sequence[Plane]) -> Plane:
    """Return where any plane is set."""
    while len(planes) > 2:
        first = logic(lambda a, b, c: a | b | c, *planes[:3])
        planes = [first, *planes[3:]]
    return planes[0] if len(planes) == 1 else planes[0] | planes[1]


def choose(where: Plane, one: Plane, other: Plane) -> Plane:
    """Return bit by bit the one or the other."""
    return logic(lambda w, a, b: (w & a) | (~w & b), where, one, other)


def odd(a: Plane, b: Plane, c: Plane) -> Plane:
    """Return the sum of three bits without its carry."""
    return logic(lambda a, b, c: a ^ b ^ c, a, b, c)


def majority(a: Plane, b: Plane, c: Plane) -> Plane:
    """Return the carry of the sum of three bits."""
    return logic(lambda a, b, c: (a & b) | (a & c) | (b & c), a, b, c)


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


# step 3: the targets of the rules, which `cakernel.recovery.rules` defines


def never(own: State, near: Near) -> State:
    """Keep the state."""
    return own


def radical(own: State, near: Near) -> State:
    """Go to high at once."""
    return State(every(own.one), every(own.one))


def incremental(own: State, near: Near) -> State:
    """Go one state up."""
    return State(every(own.one), own.one)


def relaxed(own: State, near: Near) -> State:
    """Go to high where any neighbour is, else to medium."""
    return State(every(own.one), near.any_high(own.two, *ALL_SIDES))


def rigorous(own: State, near: Near) -> State:
    """Go to high where two neighbours are, else to medium."""
    return State(every(own.one), near.two_high() | own.two)


def matching(own: State, near: Near) -> State:
    """Go to the highest state of the firm and its neighbours."""
    return near.highest(own, *ALL_SIDES)


def matching_across(own: State, near: Near) -> State:
    """Go to the highest state of the firm and its neighbours in other chains."""
    return near.highest(own, *ACROSS)


def market_driven(*sides: str) -> Callable[[State, Near], State]:
    """Return a rule that takes the higher of the leaders' state and the next one up."""

    def target(own: State, near: Near) -> State:
        return State(every(own.one), near.any_high(own.one, *sides))

    return target


def out_of_low(own: State, near: Near) -> State:
    """Go from low to medium, and no further."""
    return State(every(own.one), own.two)


def low_to_high(own: State, near: Near) -> State:
    """Go from low to high, and stay at medium."""
    return State(every(own.one), own.two | ~own.one)


def medium_to_high(own: State, near: Near) -> State:
    """Go from medium to high, and stay at low."""
    return State(own.one, own.one)


RULES: tuple[Callable[[State, Near], State], ...] = (
    never,
    radical,
    incremental,
    relaxed,
    rigorous,
    matching,
    matching_across,
    market_driven("downstream", *ACROSS),
    market_driven("upstream", *ACROSS),
    market_driven(*ALL_SIDES),
    market_driven(*ACROSS),
    out_of_low,
    low_to_high,
    medium_to_high,
)
(
    NEVER, RADICAL, INCREMENTAL, RELAXED, RIGOROUS, MATCHING, MATCHING_ACROSS, LEAD_DOWNSTREAM,
    LEAD_UPSTREAM, LEAD_BOTH, LEAD_ACROSS, OUT_OF_LOW, LOW_TO_HIGH, MEDIUM_TO_HIGH, TABLE,
) = range(len(RULES) + 1)  # fmt: skip


def targets(rule: Any, own: State, near: Near, in_table: Callable[[], State]) -> State:
    """Return the target of a rule; ``in_table`` gives that of a rule that is a table."""
    options = {code: lambda rule=rule: rule(own, near) for code, rule in enumerate(RULES)}
    found: State = case(rule, {**options, TABLE: in_table})
    return found


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
