"""What a firm acquires, is charged and pays, and its stock, on planes of bits."""

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES, logic
from cakernel.jit.programs import case, each, filled, program
from cakernel.recovery.kernel.lanes.bit_numbers import add_number
from cakernel.recovery.kernel.lanes.planes import State, majority, odd
from cakernel.recovery.kernel.lanes.prices import Prices
from cakernel.recovery.kernel.lanes.step import Amounts, settle
from cakernel.recovery.kernel.network.arguments import CHARGE, EVERY, UNIONS, UNIONS_EACH
from cakernel.recovery.kernel.network.neighbours import none_of, set_plane

CODES_A_PLANE = 4


class Codes(Amounts):
    """Amounts that are the same in all lanes.

    Of three amounts, those that have a bit are one of eight sets: its code. So the unions of the
    masks that choose between the three are made once, and each plane is one of them. The masks hold
    every lane once: the union of none and that of all stay as `set_unions` leaves them.
    """

    def __init__(self, codes, at, work, by, own, target):
        self.codes, self.at, self.work = codes, at, work
        for side, state in enumerate(by):
            self._unite(side, ~state.one, state.one & ~state.two, state.two)
        for side, (before, after) in enumerate(zip(own, target, strict=True)):
            neither = ~(before.one | after.two)
            self._unite(2 + side, neither, before.one, after.two & ~before.one)

    def _unite(self, n, a, b, c):
        for place, union in enumerate((a, b, ~c, c, ~b, ~a)):
            self.work[union_at(n, place + 1)] = union

    def _union(self, n, plane):
        place = self.codes.number(self.at + (plane * CODES_A_PLANE + n))
        return self.work[place + union_at(n, 0)]

    def gained(self, side, plane, state):
        """Return one plane of what is acquired in a state."""
        return self._union(side, plane)

    def price(self, side, plane, own, target):
        """Return one plane of what an upgrade costs, where there is one."""
        return self._union(2 + side, plane)


def union_at(n, place):
    """Return where a union of the masks of the n-th three amounts is."""
    return UNIONS + n * UNIONS_EACH + place * VECTOR_BYTES


@program
def set_unions(work):
    """Set the unions that are the same for all firms."""
    for n in range(4):
        first, last = union_at(n, 0), union_at(n, 7)
        work[first] = filled(0, work[first])
        work[last] = filled(-1, work[last])


def settle_shapes(
    shapes, shape, amounts_at, charged, intangibles_first, own, wanted, by, memory, at, work
):  # fmt: skip
    """Let a firm of one of the ``shapes`` acquire, be charged and pay; return what it pays for.

    ``memory`` has the resources, from ``at`` on, the codes and the prices.
    """

    def settled(planes, coded):
        held = [memory.resources[at + n * VECTOR_BYTES] for n in range(planes.resources)]
        amounts: Amounts = Prices(planes, memory.prices, amounts_at)
        if coded:
            amounts = Codes(memory.codes, amounts_at, work, by, own, wanted)

        def charge(held, carry):
            options = {0: lambda: (carry, *held), 1: lambda: charge_all(planes, held, carry, work)}
            carry, *held[:] = case(charged, options)
            return carry

        paid = settle(planes, intangibles_first, own, wanted, by, held, amounts, charge)
        for n, plane in enumerate(held):
            memory.resources[at + n * VECTOR_BYTES] = plane
        return tuple(paid)

    return case(
        shape,
        {
            n: lambda planes=planes, coded=coded: settled(planes, coded)
            for n, (planes, coded) in enumerate(zip(shapes.planes, shapes.coded, strict=True))
        },
    )


def charge_all(planes, held, carry, work):
    """Return resources, after a carry, less what is charged, but not below 0; and no carry."""
    held, left = list(held), []
    for n in range(planes.low, planes.resources):
        held[n], carry = held[n] ^ carry, held[n] & carry
    borrow = none_of(carry)
    for n, before in enumerate(held):
        charge = work[CHARGE + n * VECTOR_BYTES]
        left.append(odd(before, charge, borrow))
        borrow = majority(~before, charge, borrow)
    return (none_of(carry), *(plane & ~borrow for plane in left))


@compiled
def set_charge(planes, holding, upkeep, stock, stock_at, stock_planes, work):
    """Set what a firm is charged: ``holding`` for each unit of stock, and ``upkeep``."""
    for n in range(planes):
        set_plane(work, CHARGE + n * VECTOR_BYTES, -(upkeep >> n & 1))
    bit = 0
    while holding >> bit:
        if holding >> bit & 1:
            at = CHARGE + bit * VECTOR_BYTES
            # the carry stands at 0
            add_number(work, at, planes - bit, stock, stock_at, stock_planes, work, EVERY, work)
        bit += 1


def bridged(own, inputs, stock, at, planes):
    """Return inputs with a unit of stock used where they are below the own state; else refill.

    The stock's ``planes`` from ``at`` on are followed by as many of what it has when it is full.
    """
    none = none_of(own.one)
    length = planes * VECTOR_BYTES

    def look(n, some, full):
        place = at + n * VECTOR_BYTES
        level, most = stock[place], stock[place + length]
        return some | level, logic(lambda full, a, b: full & ~(a ^ b), full, level, most)

    some, full = each(planes, look, none, ~none)
    short = (own.one & ~inputs.one) | (own.two & ~inputs.two)
    used = short & some

    def change(n, borrow, carry):
        place = at + n * VECTOR_BYTES
        level = stock[place]
        stock[place] = odd(level, borrow, carry)
        return ~level & borrow, level & carry

    each(planes, change, used, ~short & ~full)
    return State(inputs.one | used, inputs.two | used)
