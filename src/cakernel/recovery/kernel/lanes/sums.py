"""Sums over firms and periods in each lane, held and added as bits.

A bit-sliced number has 512 places, one a bit of a 64-byte vector: plane n has bit n of all of them.
Adding costs a few bit operations for all places at once.

States are summed in a counter, a uint8 array of (6 + more) x 64 bytes: six low planes, which are
held in registers while states are added and spilled to the planes above before they overflow.
"""

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES, fill, load, load_mask, select, store
from cakernel.recovery.kernel.lanes.bit_rows import CLEAR, START, fill_bytes

LOW_PLANES = 6
# each addition is 2 at most
MOST_ADDITIONS = (2**LOW_PLANES - 1) // 2
PLACES = VECTOR_BYTES * 8


@compiled(inlined=True)
def add_states(planes, one, two):
    """Add states, given as their two bits, to the low planes and return these."""
    a, b, c, d, e, f = planes
    either = one ^ two
    carry = (one & two) | (a & either)
    a = a ^ either
    b, carry = b ^ carry, b & carry
    c, carry = c ^ carry, c & carry
    d, carry = d ^ carry, d & carry
    e, carry = e ^ carry, e & carry
    return a, b, c, d, e, f ^ carry


@compiled(inlined=True)
def low_planes(counter):
    """Return the low planes."""
    return (
        load(counter, 0),
        load(counter, VECTOR_BYTES),
        load(counter, 2 * VECTOR_BYTES),
        load(counter, 3 * VECTOR_BYTES),
        load(counter, 4 * VECTOR_BYTES),
        load(counter, 5 * VECTOR_BYTES),
    )


@compiled(inlined=True)
def keep_low_planes(counter, planes):
    """Put the low planes back."""
    store(counter, 0, planes[0])
    store(counter, VECTOR_BYTES, planes[1])
    store(counter, 2 * VECTOR_BYTES, planes[2])
    store(counter, 3 * VECTOR_BYTES, planes[3])
    store(counter, 4 * VECTOR_BYTES, planes[4])
    store(counter, 5 * VECTOR_BYTES, planes[5])


@compiled
def add_number(total, total_at, total_planes, number, number_at, planes, where):
    """Add a number of ``planes``, where asked for, to one that must not overflow."""
    none = where ^ where
    carry = none
    for n in range(total_planes):
        before = load(total, total_at + n * VECTOR_BYTES)
        added = where & load(number, number_at + n * VECTOR_BYTES) if n < planes else none
        either = before ^ added
        store(total, total_at + n * VECTOR_BYTES, either ^ carry)
        carry = (before & added) | (either & carry)


@compiled
def spill(counter):
    """Add the low planes to those above and clear them."""
    above = LOW_PLANES * VECTOR_BYTES
    planes = counter.size // VECTOR_BYTES - LOW_PLANES
    plane = load(counter, 0)
    every = ~(plane ^ plane)
    add_number(counter, above, planes, counter, 0, min(LOW_PLANES, planes), every)
    fill_bytes(counter, START, above, CLEAR)


@compiled
def read_number(number, at, planes, values):
    """Set ``values`` (512,) int64 to the numbers at the places."""
    for byte in range(VECTOR_BYTES):
        value = fill(0, load(values, byte * 8))
        none = value
        for n in range(planes):
            chosen = load_mask(number, at + n * VECTOR_BYTES + byte, value)
            value = value + select(chosen, fill(1 << n, value), none)
        store(values, byte * 8, value)


@compiled
def write_places(row, first, from_lane, count, lanes, values):
    """Write the lanes ``from_lane`` to ``count`` of a block: sums of ``values`` (512,) over firms.

    The lanes that end now are final; those that go on are written again.
    """
    for lane in range(from_lane, count):
        total = values[lane]
        for place in range(lane + lanes, PLACES, lanes):
            total += values[place]
        row[first + lane] = total


@compiled
def write_states(row, first, from_lane, count, lanes, counter, values):
    """Write the states that a counter has summed."""
    spill(counter)
    above = LOW_PLANES * VECTOR_BYTES
    read_number(counter, above, counter.size // VECTOR_BYTES - LOW_PLANES, values)
    write_places(row, first, from_lane, count, lanes, values)
