"""Acquisition and payment in float64, for numbers that no quantum fits.

Eight lanes a vector, chosen by masks. The operations are those of the
scalar kernel, in its order, so that results are equal to the bit.
"""

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES, fill, load, load_mask, select, store, store_mask

# prices of one vector of lanes: acquired in states 0, 1, 2 of either side, and the upgrades' costs
COST, PRICES = 6, 12
WIDTH = VECTOR_BYTES // 8


@compiled(inlined=True)
def priced(bits, at, step, prices, first, otherwise):
    """Return the second and third of three prices where masks, ``step`` apart, choose them."""
    price = select(load_mask(bits, at, otherwise), load(prices, first + WIDTH), otherwise)
    chosen = load_mask(bits, at + step, otherwise)
    return select(chosen, load(prices, first + 2 * WIDTH), price)


@compiled(inlined=True)
def pay(side, bits, byte, rows, row_bytes, prices, group, left):
    """Pay for a side's upgrade where that can be afforded; return the resources left."""
    none = fill(0, left)
    upgrade = rows.upgrade + 3 * side * row_bytes + byte
    first = group + (COST + 3 * side) * WIDTH
    from_low = select(load_mask(bits, upgrade, left), load(prices, first), none)
    cost = priced(bits, upgrade + row_bytes, row_bytes, prices, first, from_low)
    pays = left >= cost
    store_mask(bits, rows.paid + side * row_bytes + byte, pays)
    return left - select(pays, cost, none)


@compiled(inlined=True)
def settle_floats(resources, at, prices, bits, rows, layout, work, intangibles_first):
    """Acquire and pay in one chain; as ``settle_planes``."""
    for byte in range(layout.vectors * VECTOR_BYTES):
        # the lanes of a firm begin again with the next one
        group = (byte & (layout.firm_bytes - 1)) * PRICES * WIDTH
        left = load(resources, at + byte * WIDTH)
        lowest = rows.lowest + byte
        by_x = priced(bits, lowest, rows.second, prices, group, load(prices, group))
        from_y = group + 3 * WIDTH
        by_y = priced(bits, rows.y + byte, rows.second, prices, from_y, load(prices, from_y))
        left = left + (by_x + by_y)
        for turn in range(2):
            side = 1 - turn if intangibles_first else turn
            left = pay(side, bits, byte, rows, layout.row_bytes, prices, group, left)
        store(resources, at + byte * WIDTH, left)
