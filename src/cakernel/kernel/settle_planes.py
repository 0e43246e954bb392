"""Acquisition and payment in whole quanta, on bits.

A firm's resources are a vertical number (see ``vertical``): plane n holds bit n of all lanes. Sums,
differences and comparisons ripple through the planes at two or three operations a bit for 512
lanes, which is several times faster than 16-bit integers. Only the ``low`` planes take part: they
hold twice the highest cost and more than is acquired in a period. Those above change by one at
most, by the carry from what is acquired less the borrow for what is paid; where any of them is set
the firm is rich and can pay for both upgrades.
"""

from cakernel.kernel.jit import compiled
from cakernel.kernel.lanes import VECTOR_BYTES, load, store
from cakernel.kernel.slots import BY_X, BY_Y, PAID, UPGRADE

# prices stand plane by plane: what is acquired in states 0, 1, 2 of either side, then the costs
KINDS = 6


@compiled(inlined=True)
def by_state(one, two, prices, at):
    """Return one plane of what states, given as their bits, acquire."""
    low = load(prices, at)
    medium = load(prices, at + VECTOR_BYTES)
    high = load(prices, at + 2 * VECTOR_BYTES)
    return (two & high) | (~two & ((one & medium) | (~one & low)))


@compiled(inlined=True)
def acquire(resources, at, prices, work, layout):
    """Add what is acquired (step 1) to the low planes; return where they overflow."""
    x_one, x_two = load(work, BY_X), load(work, BY_X + VECTOR_BYTES)
    y_one, y_two = load(work, BY_Y), load(work, BY_Y + VECTOR_BYTES)
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
def pay(side, rich, resources, at, prices, work, layout):
    """Pay for a side's upgrades where they can be afforded (step 4).

    Return where the planes above the low ones owe one.
    """
    slot = UPGRADE + 3 * side * VECTOR_BYTES
    upgrade = (
        load(work, slot),
        load(work, slot + VECTOR_BYTES),
        load(work, slot + 2 * VECTOR_BYTES),
    )
    borrow = rich ^ rich
    first = (layout.gain_planes * KINDS + 3 * side) * VECTOR_BYTES
    for n in range(layout.cost_from, layout.cost_to):
        cost = cost_plane(upgrade, prices, first + (n - layout.cost_from) * KINDS * VECTOR_BYTES)
        before = load(resources, at + n * VECTOR_BYTES)
        half = before ^ cost
        store(work, n * VECTOR_BYTES, half ^ borrow)
        borrow = (half & cost) | (~half & borrow)
    for n in range(layout.cost_to, layout.low):
        before = load(resources, at + n * VECTOR_BYTES)
        store(work, n * VECTOR_BYTES, before ^ borrow)
        borrow = ~before & borrow
    pays = rich | ~borrow
    store(work, PAID + side * VECTOR_BYTES, pays)
    for n in range(layout.cost_from, layout.low):
        before = load(resources, at + n * VECTOR_BYTES)
        left = load(work, n * VECTOR_BYTES)
        store(resources, at + n * VECTOR_BYTES, (pays & left) | (~pays & before))
    return borrow & pays


@compiled
def settle_planes(resources, at, prices, work, layout, intangibles_first):
    """Acquire and pay for one vector of firms whose resources begin at ``at``.

    States and upgrades are read from their slots in ``work``, where upgrades are paid is written.
    """
    carry = acquire(resources, at, prices, work, layout)
    rich = carry
    for n in range(layout.low, layout.planes):
        rich = rich | load(resources, at + n * VECTOR_BYTES)
    owed = carry ^ carry
    for turn in range(2):
        # the principle is the order of payment
        side = 1 - turn if intangibles_first else turn
        owed = owed | pay(side, rich, resources, at, prices, work, layout)
    change = carry ^ owed
    for n in range(layout.low, layout.planes):
        before = load(resources, at + n * VECTOR_BYTES)
        store(resources, at + n * VECTOR_BYTES, before ^ change)
        change = change & (before ^ owed)
