"""Resources in float64, where no quantum fits: prices, acquisition and payment, sums.

Eight lanes a vector, chosen by masks. The operations are those of the scalar kernel, in its order,
so that results are equal to the bit.
"""

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES, fill, load, load_mask, select, store, store_mask
from cakernel.recovery.kernel.arguments import upgrade_cost
from cakernel.recovery.kernel.lanes.sums import PLACES
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, INTANGIBLES

WIDTH = VECTOR_BYTES // 8
# prices of one vector of lanes: what is acquired, then the costs, in the order of `Scenarios` and,
# within a side, of states or `UPGRADES`
COST = 2 * AMOUNTS_A_SIDE
PRICES = 2 * COST


@compiled
def fill_prices(prices, initial, from_item, count, shape, scenarios, replications):
    """Set prices, vector by vector of lanes, and initial resources (512,) as float64."""
    for place in range(PLACES):
        lane = place % shape.lanes
        s = (from_item + min(lane, count - 1)) // replications
        initial[place] = scenarios.initial[s]
        at = lane // WIDTH * PRICES * WIDTH + lane % WIDTH
        for n in range(COST):
            prices[at + n * WIDTH] = scenarios.acquisition[s, n]
            prices[at + (COST + n) * WIDTH] = upgrade_cost(scenarios, s, n)


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
    upgrade = rows.upgrade + AMOUNTS_A_SIDE * side * row_bytes + byte
    first = group + (COST + AMOUNTS_A_SIDE * side) * WIDTH
    from_low = select(load_mask(bits, upgrade, left), load(prices, first), none)
    cost = priced(bits, upgrade + row_bytes, row_bytes, prices, first, from_low)
    pays = left >= cost
    store_mask(bits, rows.paid + side * row_bytes + byte, pays)
    return left - select(pays, cost, none)


@compiled(inlined=True)
def acquire_and_pay(resources, at, prices, bits, rows, shape, spare, intangibles_first):
    """Acquire and pay in one chain; as `quanta.acquire_and_pay`."""
    for byte in range(shape.vectors * VECTOR_BYTES):
        # every firm has the same lanes, so prices repeat
        group = (byte & (shape.firm_bytes - 1)) * PRICES * WIDTH
        left = load(resources, at + byte * WIDTH)
        lowest = rows.lowest + byte
        by_x = priced(bits, lowest, rows.second, prices, group, load(prices, group))
        from_y = group + AMOUNTS_A_SIDE * WIDTH
        by_y = priced(bits, rows.y + byte, rows.second, prices, from_y, load(prices, from_y))
        left = left + (by_x + by_y)
        for turn in range(2):
            side = INTANGIBLES - turn if intangibles_first else turn
            left = pay(side, bits, byte, rows, shape.row_bytes, prices, group, left)
        store(resources, at + byte * WIDTH, left)


@compiled
def write_resources(row, first, from_lane, count, grid, shape, resources):
    """Write the sum of all firms' resources in the order of chains and firms."""
    for lane in range(from_lane, count):
        total = resources[lane]
        for chain in range(grid.chains):
            for firm in range(grid.firms):
                if chain + firm > 0:
                    place = firm * shape.lanes + lane
                    total += resources[chain * shape.vectors * PLACES + place]
        row[first + lane] = total
