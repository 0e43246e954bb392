"""What the firms of a block end with: their resources, and what their final states are worth."""

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.lanes.bit_numbers import add_number, clear, read_number, sum_places
from cakernel.recovery.kernel.lanes.layout import END, INSIDE, chain_row, second, single_row
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, HIGH


@compiled(linked=True)
def clear_number(total):
    """Set a number to 0."""
    for at in range(0, total.size, VECTOR_BYTES):
        clear(total, at)


@compiled(linked=True)
def sum_resources(resources, bits, grid, layout, total, values, carry):
    """Set ``values`` to the sums of the resources of each lane's firms."""
    clear_number(total)
    planes = total.size // VECTOR_BYTES
    vectors = grid.chains * layout.vectors
    of_firm = resources.size // vectors
    inside = single_row(layout, grid, INSIDE)
    for vector in range(vectors):
        within = inside + vector % layout.vectors * VECTOR_BYTES
        add_number(
            total, 0, planes, resources, vector * of_firm, of_firm // VECTOR_BYTES, bits,
            within, carry,
        )  # fmt: skip
    read_number(total, 0, planes, values)
    sum_places(values, layout.lanes)


@compiled(linked=True)
def count_firms(side, plane, bits, grid, layout, total, counts, carry):
    """Set ``counts`` to how many of each lane's firms have one bit of their final states set."""
    clear_number(total)
    inside = single_row(layout, grid, INSIDE)
    for chain in range(grid.chains):
        row = chain_row(layout, grid, END, side, chain) + plane * second(layout, grid)
        for p in range(0, layout.vectors * VECTOR_BYTES, VECTOR_BYTES):
            add_number(
                total, 0, total.size // VECTOR_BYTES, bits, row + p, 1, bits, inside + p, carry
            )
    read_number(total, 0, total.size // VECTOR_BYTES, counts)
    sum_places(counts, layout.lanes)


@compiled(linked=True)
def add_worth(
    values, begin, end, first, repeats, scenarios, bits, grid, layout, total, counts, carry
):  # fmt: skip
    """Turn the resources ``values`` of lanes ``begin`` to ``end`` into values, in their quanta.

    These are the resources and what final states are worth.
    """
    for n in range(begin, end):
        s = (first + n) // repeats
        values[n] = values[n] // scenarios.times[s] * scenarios.value_quanta[s]
    for side in range(2):
        low = side * AMOUNTS_A_SIDE
        for n in range(begin, end):
            of_low = scenarios.value[(first + n) // repeats, low]
            values[n] += grid.chains * grid.firms * of_low
        # each bit that is set raises a state by one
        for plane in range(HIGH):
            count_firms(side, plane, bits, grid, layout, total, counts, carry)
            at = low + plane
            for n in range(begin, end):
                s = (first + n) // repeats
                values[n] += counts[n] * (scenarios.value[s, at + 1] - scenarios.value[s, at])
