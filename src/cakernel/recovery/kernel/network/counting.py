"""Sums of states over periods: of all firms together, or of each firm."""

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES, logic
from cakernel.jit.programs import program
from cakernel.recovery.kernel.lanes.bit_numbers import TOGETHER, add_states
from cakernel.recovery.kernel.network.arguments import FIRM_BYTES
from cakernel.recovery.kernel.states import INTANGIBLES


@program
def count_one(bits, at, row_x, row_y, x_counter, y_counter):
    """Add the states of a firm to the counters."""
    add_states(bits, x_counter, row_x + at, VECTOR_BYTES, None, 1, FIRM_BYTES)
    add_states(bits, y_counter, row_y + at, VECTOR_BYTES, None, 1, FIRM_BYTES)


@program
def count_some(bits, at, row_x, row_y, x_counter, y_counter):
    """Add the states of ``TOGETHER`` firms to the counters."""
    add_states(bits, x_counter, row_x + at, VECTOR_BYTES, None, TOGETHER, FIRM_BYTES)
    add_states(bits, y_counter, row_y + at, VECTOR_BYTES, None, TOGETHER, FIRM_BYTES)


@program
def count_plane(counts, at, bits, state_at, work):
    """Add a state to the lowest two planes of a firm's count; set the carry."""
    one, two = bits[state_at], bits[state_at + VECTOR_BYTES]
    low, next_one = counts[at], counts[at + VECTOR_BYTES]
    counts[at] = low ^ one ^ two
    # a state is the sum of its two planes
    carry = logic(lambda a, b, c: (a & b) | (a & c) | (b & c), low, one, two)
    counts[at + VECTOR_BYTES] = next_one ^ carry
    work[0] = next_one & carry


@program
def carry_on(counts, at, work):
    """Add the carry to one plane of a firm's count and set it."""
    before = counts[at]
    counts[at] = before ^ work[0]
    work[0] = before & work[0]


@compiled
def count_firm(state, f, rows, planes):
    """Add a firm's states to counts of its own, which have two planes or more."""
    for side in range(2):
        at = (2 * f + side) * planes * VECTOR_BYTES
        row = rows.end_y if side == INTANGIBLES else rows.end_x
        count_plane(state.firm_counts, at, state.bits, row + f * FIRM_BYTES, state.work)
        for n in range(2, planes):
            carry_on(state.firm_counts, at + n * VECTOR_BYTES, state.work)
