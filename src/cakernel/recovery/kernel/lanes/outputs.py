"""What a policy gives on a block of lanes: sums of states, and of final resources.

Each is written for the lanes ``from_lane`` to ``count``: those that end now, and those that go on
and are written again.
"""

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES, load
from cakernel.recovery.kernel.lanes.bit_sliced import (
    LOW_PLANES,
    PLACES,
    add_number,
    read_number,
    spill,
)
from cakernel.recovery.kernel.lanes.layout import CLEAR, INSIDE, START, fill_bytes, single_row


@compiled
def write_places(row, first, from_lane, count, lanes, values):
    """Write each lane's sum of ``values`` (512,) over the firms of a vector."""
    for lane in range(from_lane, count):
        total = values[lane]
        for place in range(lane + lanes, PLACES, lanes):
            total += values[place]
        row[first + lane] = total


@compiled
def write_counts(row, first, from_lane, count, lanes, counter, values):
    """Write the states that a counter has summed."""
    spill(counter)
    above = LOW_PLANES * VECTOR_BYTES
    read_number(counter, above, counter.size // VECTOR_BYTES - LOW_PLANES, values)
    write_places(row, first, from_lane, count, lanes, values)


@compiled
def write_planes(row, first, from_lane, count, grid, layout, bits, resources, total, values):
    """Write the sum of all firms' resources, held as bits; ``total`` is a vertical number."""
    fill_bytes(total, START, total.size, CLEAR)
    inside = single_row(layout, grid, INSIDE)
    for vector in range(grid.chains * layout.vectors):
        within = load(bits, inside + vector % layout.vectors * VECTOR_BYTES)
        at = vector * layout.planes * VECTOR_BYTES
        add_number(total, 0, total.size // VECTOR_BYTES, resources, at, layout.planes, within)
    read_number(total, 0, total.size // VECTOR_BYTES, values)
    write_places(row, first, from_lane, count, layout.lanes, values)


@compiled
def write_floats(row, first, from_lane, count, grid, layout, resources):
    """Write the sum of all firms' resources in the order of chains and firms."""
    for lane in range(from_lane, count):
        total = resources[lane]
        for chain in range(grid.chains):
            for firm in range(grid.firms):
                if chain + firm > 0:
                    place = firm * layout.lanes + lane
                    total += resources[chain * layout.vectors * PLACES + place]
        row[first + lane] = total
