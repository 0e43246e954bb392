"""Resources in whole quanta, on bits: prices, acquisition and payment, sums.

A firm's resources are a bit-sliced number (see `sums`): plane n holds bit n of all lanes. Sums,
differences and comparisons ripple through the planes at two or three operations a bit for 512
lanes, which is several times faster than 16-bit integers. Only the ``low`` planes take part: they
hold twice the highest cost and more than is acquired in a period. Those above change by one at
most, by the carry from what is acquired less the borrow for what is paid. A firm that has any of
them set is rich: it can pay for both upgrades.
"""

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES, load, store
from cakernel.recovery.kernel.arguments import upgrade_cost
from cakernel.recovery.kernel.lanes.bit_rows import CLEAR, INSIDE, START, fill_bytes, single_row
from cakernel.recovery.kernel.lanes.sums import PLACES, add_number, read_number, write_places
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, INTANGIBLES

# prices stand plane by plane: first what is acquired, then the costs, in the order of `Scenarios`
# and, within a side, of states or `UPGRADES`
KINDS = 2 * AMOUNTS_A_SIDE
# planes that a payment can keep in registers: five of costs and one to borrow from
FEW_PLANES = 6


@compiled
def set_bits(bits, at, step, place, amount, from_plane, to_plane):
    """Set a number's bits from one plane to another at a place of a bit-sliced number."""
    for n in range(from_plane, to_plane):
        if amount >> n & 1:
            bits[at + (n - from_plane) * step + (place >> 3)] |= np.uint8(1 << (place & 7))


@compiled
def fill_prices(prices, initial, from_item, count, shape, scenarios, replications):
    """Set prices and initial resources (``planes`` * 64,) as bits; firms of a vector repeat."""
    fill_bytes(prices, START, prices.size, CLEAR)
    fill_bytes(initial, START, initial.size, CLEAR)
    kinds = KINDS * VECTOR_BYTES
    # not a literal, for which numba would compile set_bits again
    a_plane = kinds // KINDS
    costs = shape.gain_planes * kinds
    for place in range(PLACES):
        s = (from_item + min(place % shape.lanes, count - 1)) // replications
        amount = scenarios.initial[s]
        set_bits(initial, START, a_plane, place, amount, START, shape.planes)
        for n in range(KINDS):
            amount = scenarios.acquisition[s, n]
            set_bits(prices, n * VECTOR_BYTES, kinds, place, amount, START, shape.gain_planes)
            amount = upgrade_cost(scenarios, s, n)
            at = costs + n * VECTOR_BYTES
            set_bits(prices, at, kinds, place, amount, shape.cost_from, shape.cost_to)


@compiled(inlined=True)
def by_state(one, two, prices, at):
    """Return one plane of what states, given as their bits, acquire."""
    low = load(prices, at)
    medium = load(prices, at + VECTOR_BYTES)
    high = load(prices, at + 2 * VECTOR_BYTES)
    return (two & high) | (~two & ((one & medium) | (~one & low)))


@compiled(inlined=True)
def acquire(x_one, x_two, y_one, y_two, resources, at, prices, shape):
    """Add what is acquired (step 1) to the low planes; return where they overflow."""
    none = x_one ^ x_one
    gained_carry, carry = none, none
    for n in range(shape.gain_planes):
        first = n * KINDS * VECTOR_BYTES
        gained_x = by_state(x_one, x_two, prices, first)
        gained_y = by_state(y_one, y_two, prices, first + AMOUNTS_A_SIDE * VECTOR_BYTES)
        half = gained_x ^ gained_y
        gained = half ^ gained_carry
        gained_carry = (gained_x & gained_y) | (half & gained_carry)
        before = load(resources, at + n * VECTOR_BYTES)
        half = before ^ gained
        store(resources, at + n * VECTOR_BYTES, half ^ carry)
        carry = (before & gained) | (half & carry)
    for n in range(shape.gain_planes, shape.low):
        before = load(resources, at + n * VECTOR_BYTES)
        half = before ^ gained_carry
        store(resources, at + n * VECTOR_BYTES, half ^ carry)
        carry = (before & gained_carry) | (half & carry)
        gained_carry = none
    return carry


@compiled(inlined=True)
def cost_plane(upgrade, prices, at):
    """Return one plane of what upgrades (0 to 1, 1 to 2, 0 to 2) cost."""
    return (
        (upgrade[0] & load(prices, at))
        | (upgrade[1] & load(prices, at + VECTOR_BYTES))
        | (upgrade[2] & load(prices, at + 2 * VECTOR_BYTES))
    )


@compiled(inlined=True)
def subtract(before, cost, borrow):
    """Return difference and borrow of one plane."""
    half = before ^ cost
    return half ^ borrow, (half & cost) | (~half & borrow)


@compiled(inlined=True)
def choose(where, one, other):
    """Return bit by bit the one or the other."""
    return (where & one) | (~where & other)


@compiled(inlined=True)
def pay_few(side, upgrade, rich, resources, at, prices, shape):
    """Pay as ``pay`` where costs have no more than five planes, which then stay in registers."""
    first = (shape.gain_planes * KINDS + AMOUNTS_A_SIDE * side) * VECTOR_BYTES
    step = KINDS * VECTOR_BYTES
    at += shape.cost_from * VECTOR_BYTES
    a = load(resources, at)
    b = load(resources, at + VECTOR_BYTES)
    c = load(resources, at + 2 * VECTOR_BYTES)
    d = load(resources, at + 3 * VECTOR_BYTES)
    e = load(resources, at + 4 * VECTOR_BYTES)
    f = load(resources, at + 5 * VECTOR_BYTES)
    cost = cost_plane(upgrade, prices, first)
    a_left, borrow = a ^ cost, ~a & cost
    b_left, borrow = subtract(b, cost_plane(upgrade, prices, first + step), borrow)
    c_left, borrow = subtract(c, cost_plane(upgrade, prices, first + 2 * step), borrow)
    d_left, borrow = subtract(d, cost_plane(upgrade, prices, first + 3 * step), borrow)
    e_left, borrow = subtract(e, cost_plane(upgrade, prices, first + 4 * step), borrow)
    f_left, borrow = f ^ borrow, ~f & borrow
    pays = rich | ~borrow
    store(resources, at, choose(pays, a_left, a))
    store(resources, at + VECTOR_BYTES, choose(pays, b_left, b))
    store(resources, at + 2 * VECTOR_BYTES, choose(pays, c_left, c))
    store(resources, at + 3 * VECTOR_BYTES, choose(pays, d_left, d))
    store(resources, at + 4 * VECTOR_BYTES, choose(pays, e_left, e))
    store(resources, at + 5 * VECTOR_BYTES, choose(pays, f_left, f))
    return pays, borrow & pays


@compiled(inlined=True)
def pay(side, upgrade, rich, resources, at, prices, spare, shape):
    """Pay for a side's upgrades where they can be afforded (step 4).

    Return where they are, and where one must be borrowed from the planes above the low ones.
    """
    borrow = rich ^ rich
    first = (shape.gain_planes * KINDS + AMOUNTS_A_SIDE * side) * VECTOR_BYTES
    for n in range(shape.cost_from, shape.cost_to):
        cost = cost_plane(upgrade, prices, first + (n - shape.cost_from) * KINDS * VECTOR_BYTES)
        before = load(resources, at + n * VECTOR_BYTES)
        left, borrow = subtract(before, cost, borrow)
        store(spare, n * VECTOR_BYTES, left)
    for n in range(shape.cost_to, shape.low):
        before = load(resources, at + n * VECTOR_BYTES)
        store(spare, n * VECTOR_BYTES, before ^ borrow)
        borrow = ~before & borrow
    pays = rich | ~borrow
    for n in range(shape.cost_from, shape.low):
        before = load(resources, at + n * VECTOR_BYTES)
        left = load(spare, n * VECTOR_BYTES)
        store(resources, at + n * VECTOR_BYTES, choose(pays, left, before))
    return pays, borrow & pays


@compiled(inlined=True)
def acquire_and_pay(resources, at, prices, bits, rows, shape, spare, intangibles_first):
    """Acquire and pay in one chain, whose resources begin at ``at``."""
    few = shape.low - shape.cost_from == FEW_PLANES
    for vector in range(shape.vectors):
        p = vector * VECTOR_BYTES
        carry = acquire(
            load(bits, rows.lowest + p),
            load(bits, rows.lowest + rows.second + p),
            load(bits, rows.y + p),
            load(bits, rows.y + rows.second + p),
            resources,
            at,
            prices,
            shape,
        )
        rich = carry
        for n in range(shape.low, shape.planes):
            rich = rich | load(resources, at + n * VECTOR_BYTES)
        owed = carry ^ carry
        for turn in range(2):
            # the principle is the order of payment
            side = INTANGIBLES - turn if intangibles_first else turn
            first = rows.upgrade + AMOUNTS_A_SIDE * side * shape.row_bytes + p
            upgrade = (
                load(bits, first),
                load(bits, first + shape.row_bytes),
                load(bits, first + 2 * shape.row_bytes),
            )
            if few:
                pays, owes = pay_few(side, upgrade, rich, resources, at, prices, shape)
            else:
                pays, owes = pay(side, upgrade, rich, resources, at, prices, spare, shape)
            store(bits, rows.paid + side * shape.row_bytes + p, pays)
            owed = owed | owes
        change = carry ^ owed
        for n in range(shape.low, shape.planes):
            before = load(resources, at + n * VECTOR_BYTES)
            store(resources, at + n * VECTOR_BYTES, before ^ change)
            change = change & (before ^ owed)
        at += shape.planes * VECTOR_BYTES


@compiled
def write_resources(row, first, from_lane, count, grid, shape, bits, resources, total, values):
    """Write the sum of all firms' resources, held as bits; ``total`` is a bit-sliced number."""
    fill_bytes(total, START, total.size, CLEAR)
    inside = single_row(shape, grid, INSIDE)
    for vector in range(grid.chains * shape.vectors):
        within = load(bits, inside + vector % shape.vectors * VECTOR_BYTES)
        at = vector * shape.planes * VECTOR_BYTES
        add_number(total, 0, total.size // VECTOR_BYTES, resources, at, shape.planes, within)
    read_number(total, 0, total.size // VECTOR_BYTES, values)
    write_places(row, first, from_lane, count, shape.lanes, values)
