"""Acquisition and payment in float64, for numbers that no quantum fits.

Eight lanes a vector, chosen by masks that pass through memory. The operations are those of the
scalar kernel, in its order, so that results are equal to the bit.
"""

from cakernel.kernel.jit import compiled
from cakernel.kernel.lanes import VECTOR_BYTES, fill, load, load_mask, select, store, store_mask
from cakernel.kernel.slots import BY_X, BY_Y, PAID, UPGRADE

# prices of one vector of lanes: acquired in states 0, 1, 2 of either side, and the upgrades' costs
COST, PRICES = 6, 12
WIDTH = VECTOR_BYTES // 8


@compiled(inlined=True)
def priced(work, at, prices, first, otherwise):
    """Return the second and third of three prices where masks choose them."""
    price = select(load_mask(work, at, otherwise), load(prices, first + WIDTH), otherwise)
    chosen = load_mask(work, at + VECTOR_BYTES, otherwise)
    return select(chosen, load(prices, first + 2 * WIDTH), price)


@compiled(inlined=True)
def pay(side, work, byte, prices, group, left):
    """Pay for a side's upgrade where that can be afforded; return the resources left."""
    none = fill(0, left)
    upgrade = UPGRADE + 3 * side * VECTOR_BYTES + byte
    first = group + (COST + 3 * side) * WIDTH
    from_low = select(load_mask(work, upgrade, left), load(prices, first), none)
    cost = priced(work, upgrade + VECTOR_BYTES, prices, first, from_low)
    pays = left >= cost
    store_mask(work, PAID + side * VECTOR_BYTES + byte, pays)
    return left - select(pays, cost, none)


@compiled
def settle_floats(resources, at, prices, work, layout, intangibles_first):
    """Acquire and pay for one vector of firms; as ``settle_planes``."""
    for byte in range(VECTOR_BYTES):
        # the lanes of a firm begin again with the next one
        group = (byte & (layout.firm_bytes - 1)) * PRICES * WIDTH
        left = load(resources, at + byte * WIDTH)
        by_x = priced(work, BY_X + byte, prices, group, load(prices, group))
        from_y = group + 3 * WIDTH
        by_y = priced(work, BY_Y + byte, prices, from_y, load(prices, from_y))
        left = left + (by_x + by_y)
        for turn in range(2):
            side = 1 - turn if intangibles_first else turn
            left = pay(side, work, byte, prices, group, left)
        store(resources, at + byte * WIDTH, left)
