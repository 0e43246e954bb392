"""Acquisition and payment in whole quanta, on bits.

A firm's resources are a vertical number (see ``vertical``): plane n holds bit n of all lanes. Sums,
differences and comparisons ripple through the planes at two or three operations a bit for 512
lanes, which is several times faster than 16-bit integers. Only the ``low`` planes take part: they
hold twice the highest cost and more than is acquired in a period. Those above change by one at
most, by the carry from what is acquired less the borrow for what is paid; where any of them is set
the firm is rich and can pay for both upgrades.
"""

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES, load, store

# prices stand plane by plane: what is acquired in states 0, 1, 2 of either side, then the costs
KINDS = 6
# planes that a payment can keep in registers: five of costs and one to borrow from
FEW_PLANES = 6


@compiled(inlined=True)
def by_state(one, two, prices, at):
    """Return one plane of what states, given as their bits, acquire."""
    low = load(prices, at)
    medium = load(prices, at + VECTOR_BYTES)
    high = load(prices, at + 2 * VECTOR_BYTES)
    return (two & high) | (~two & ((one & medium) | (~one & low)))


@compiled(inlined=True)
def acquire(x_one, x_two, y_one, y_two, resources, at, prices, layout):
    """Add what is acquired (step 1) to the low planes; return where they overflow."""
    none = x_one ^ x_one
    gained_carry, carry = none, none
    for n in range(layout.gain_planes):
        first = n * KINDS * VECTOR_BYTES
        gained_x = by_state(x_one, x_two, prices, first)
        gained_y = by_state(y_one, y_two, prices, first + 3 * VECTOR_BYTES)
        half = gained_x ^ gained_y
        gained = half ^ gained_carry
        gained_carry = (gained_x & gained_y) | (half & gained_carry)
        before = load(resources, at + n * VECTOR_BYTES)
        half = before ^ gained
        store(resources, at + n * VECTOR_BYTES, half ^ carry)
        carry = (before & gained) | (half & carry)
    for n in range(layout.gain_planes, layout.low):
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
def pay_few(side, upgrade, rich, resources, at, prices, layout):
    """Pay as ``pay`` where costs have no more than five planes, which then stay in registers."""
    first = (layout.gain_planes * KINDS + 3 * side) * VECTOR_BYTES
    step = KINDS * VECTOR_BYTES
    at += layout.cost_from * VECTOR_BYTES
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
def pay(side, upgrade, rich, resources, at, prices, work, layout):
    """Pay for a side's upgrades where they can be afforded (step 4).

    Return where they are, and where the planes above the low ones owe one.
    """
    borrow = rich ^ rich
    first = (layout.gain_planes * KINDS + 3 * side) * VECTOR_BYTES
    for n in range(layout.cost_from, layout.cost_to):
        cost = cost_plane(upgrade, prices, first + (n - layout.cost_from) * KINDS * VECTOR_BYTES)
        before = load(resources, at + n * VECTOR_BYTES)
        left, borrow = subtract(before, cost, borrow)
        store(work, n * VECTOR_BYTES, left)
    for n in range(layout.cost_to, layout.low):
        before = load(resources, at + n * VECTOR_BYTES)
        store(work, n * VECTOR_BYTES, before ^ borrow)
        borrow = ~before & borrow
    pays = rich | ~borrow
    for n in range(layout.cost_from, layout.low):
        before = load(resources, at + n * VECTOR_BYTES)
        left = load(work, n * VECTOR_BYTES)
        store(resources, at + n * VECTOR_BYTES, choose(pays, left, before))
    return pays, borrow & pays


@compiled(inlined=True)
def settle_planes(resources, at, prices, bits, rows, layout, work, intangibles_first):
    """Acquire and pay in one chain, whose resources begin at ``at``."""
    few = layout.low - layout.cost_from == FEW_PLANES
    for vector in range(layout.vectors):
        p = vector * VECTOR_BYTES
        carry = acquire(
            load(bits, rows.lowest + p),
            load(bits, rows.lowest + rows.second + p),
            load(bits, rows.y + p),
            load(bits, rows.y + rows.second + p),
            resources,
            at,
            prices,
            layout,
        )
        rich = carry
        for n in range(layout.low, layout.planes):
            rich = rich | load(resources, at + n * VECTOR_BYTES)
        owed = carry ^ carry
        for turn in range(2):
            # the principle is the order of payment
            side = 1 - turn if intangibles_first else turn
            first = rows.upgrade + 3 * side * layout.row_bytes + p
            upgrade = (
                load(bits, first),
                load(bits, first + layout.row_bytes),
                load(bits, first + 2 * layout.row_bytes),
            )
            if few:
                pays, owes = pay_few(side, upgrade, rich, resources, at, prices, layout)
            else:
                pays, owes = pay(side, upgrade, rich, resources, at, prices, work, layout)
            store(bits, rows.paid + side * layout.row_bytes + p, pays)
            owed = owed | owes
        change = carry ^ owed
        for n in range(layout.low, layout.planes):
            before = load(resources, at + n * VECTOR_BYTES)
            store(resources, at + n * VECTOR_BYTES, before ^ change)
            change = change & (before ^ owed)
        at += layout.planes * VECTOR_BYTES
