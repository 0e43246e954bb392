"""Sums of states over periods: of all firms together, or of each firm."""

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES, logic
from cakernel.jit.programs import program
from cakernel.recovery.kernel.lanes.bit_numbers import MOST_ADDITIONS, TOGETHER, add_states, spill
from cakernel.recovery.kernel.network.arguments import END_X, END_Y, EVERY, FIRM_BYTES
from cakernel.recovery.kernel.states import INTANGIBLES


@program
def count_one(bits, at, x_counter, y_counter):
    """Add the states of a firm to the counters."""
    add_states(bits, x_counter, at + END_X, VECTOR_BYTES, None, 1, FIRM_BYTES)
    add_states(bits, y_counter, at + END_Y, VECTOR_BYTES, None, 1, FIRM_BYTES)


@program
def count_some(bits, at, x_counter, y_counter):
    """Add the states of ``TOGETHER`` firms to the counters."""
    add_states(bits, x_counter, at + END_X, VECTOR_BYTES, None, TOGETHER, FIRM_BYTES)
    add_states(bits, y_counter, at + END_Y, VECTOR_BYTES, None, TOGETHER, FIRM_BYTES)


@compiled
def spill_firms(state):
    """Add what the counters have of late to what they had before."""
    spill(state.x_counter, state.work, EVERY, state.work)
    spill(state.y_counter, state.work, EVERY, state.work)


@compiled(inlined=True)
def count_firms(state, f, some, added):
    """Count one firm or ``TOGETHER``; return the additions since the counters' last spill."""
    if added + some > MOST_ADDITIONS:
        spill_firms(state)
        added = 0
    at = f * FIRM_BYTES
    if some == TOGETHER:
        count_some(state.bits, at, state.x_counter, state.y_counter)
    else:
        count_one(state.bits, at, state.x_counter, state.y_counter)
    return added + some


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
def count_firm(state, f, planes):
    """Add a firm's states to counts of its own, which have two planes or more."""
    for side in range(2):
        at = (2 * f + side) * planes * VECTOR_BYTES
        end = END_Y if side == INTANGIBLES else END_X
        count_plane(state.firm_counts, at, state.bits, f * FIRM_BYTES + end, state.work)
        for n in range(2, planes):
            carry_on(state.firm_counts, at + n * VECTOR_BYTES, state.work)
