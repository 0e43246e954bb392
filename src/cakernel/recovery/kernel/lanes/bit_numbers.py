"""Bit-sliced numbers: 512 of them side by side, held, added and read as bits.

A number has 512 places, one a bit of a 64-byte vector: plane n has bit n of all of them. Adding
costs a few bit operations for all places at once.

States are summed in a counter: six low planes, to which states are added, and the planes above, to
which they are spilled before they overflow.
"""

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.jit.programs import filled, program
from cakernel.recovery.kernel.lanes.planes import majority, odd

PLACES = VECTOR_BYTES * 8
LOW_PLANES = 6
# each addition is 2 at most
MOST_ADDITIONS = (2**LOW_PLANES - 1) // 2
# vectors that are counted together, which takes half the operations
TOGETHER = 4


def add_states(bits, counter, one, second, inside, vectors, step=VECTOR_BYTES):
    """Add the states of some vectors, each ``step`` bytes further, to a counter, in a program.

    Those of firms that are ``inside`` count; None stands for all.
    """
    low = [counter[n * VECTOR_BYTES] for n in range(LOW_PLANES)]
    carries = []
    for n in range(vectors):
        at = one + n * step
        # a state is the sum of its two planes
        added = bits[at], bits[at + second]
        if inside is not None:
            within = bits[inside + n * VECTOR_BYTES]
            added = added[0] & within, added[1] & within
        carries.append(majority(low[0], *added))
        low[0] = odd(low[0], *added)
    for n in range(1, LOW_PLANES):
        above = []
        while len(carries) > 1:
            added = carries.pop(), carries.pop()
            above.append(majority(low[n], *added))
            low[n] = odd(low[n], *added)
        for carry in carries:
            above.append(low[n] & carry)
            low[n] = low[n] ^ carry
        carries = above
    for n in range(LOW_PLANES):
        counter[n * VECTOR_BYTES] = low[n]


@program
def clear(memory, at):
    """Set one vector to 0."""
    memory[at] = memory[at] ^ memory[at]


@program
def copy(memory, at, source, source_at):
    """Set one vector to another."""
    memory[at] = source[source_at]


@program
def add_plane(total, at, number, number_at, where, where_at, carry):
    """Add one plane of a number, where asked for, and the carry to a plane; set the carry."""
    before, added = total[at], number[number_at] & where[where_at]
    total[at] = odd(before, added, carry[0])
    carry[0] = majority(before, added, carry[0])


@program
def add_carry(total, at, carry):
    """Add the carry to a plane and set it."""
    before = total[at]
    total[at] = before ^ carry[0]
    carry[0] = before & carry[0]


@compiled(linked=True)
def add_number(total, total_at, total_planes, number, number_at, planes, where, where_at, carry):
    """Add a number of ``planes``, where asked for, to one that must not overflow."""
    clear(carry, 0)
    for n in range(planes):
        at = n * VECTOR_BYTES
        add_plane(total, total_at + at, number, number_at + at, where, where_at, carry)
    for n in range(planes, total_planes):
        add_carry(total, total_at + n * VECTOR_BYTES, carry)


@compiled
def spill(counter, every, every_at, carry):
    """Add the low planes to those above and clear them."""
    above = LOW_PLANES * VECTOR_BYTES
    planes = counter.size // VECTOR_BYTES - LOW_PLANES
    add_number(counter, above, planes, counter, 0, min(LOW_PLANES, planes), every, every_at, carry)
    for n in range(LOW_PLANES):
        clear(counter, n * VECTOR_BYTES)


@program
def read_bit(number, at, weight, values, to):
    """Add the weight of one plane to the values of the places of one byte where it is set."""
    value = values[to]
    values[to] = value + number.where(at, filled(weight, value))


@compiled(linked=True)
def read_number(number, at, planes, values):
    """Set ``values`` (512,) int64 to the numbers at the places."""
    for byte in range(VECTOR_BYTES):
        clear(values, byte * 8)
        for n in range(planes):
            read_bit(number, at + n * VECTOR_BYTES + byte, np.int64(1) << n, values, byte * 8)


@compiled(linked=True)
def sum_places(values, lanes):
    """Add the values (512,) of all firms of a vector: those of a lane's places to its first."""
    for place in range(lanes, PLACES):
        values[place % lanes] += values[place]
