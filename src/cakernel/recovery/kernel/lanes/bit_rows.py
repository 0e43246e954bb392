"""Where the lane kernel keeps its bits.

A lane is one (scenario, replication); a block runs ``lanes`` of them side by side, all through the
same policy. The bits of one chain (one of a state's two bits, or a mask) stand in a row of bytes: a
vector of lead, then each firm's bits, one a lane, padded to whole vectors, then a vector of tail.
So a firm's upstream neighbour is ``firm_bytes`` to the left and its downstream one as far to the
right; at the ends of a chain these places are the lead and what follows the last firm. A vector of
64 bytes holds one firm's 512 lanes, or 2, 4, ... 64 firms of fewer lanes.
"""

from typing import NamedTuple

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES
from cakernel.recovery.kernel.states import HIGH, MEDIUM, OPERATIONAL

START = np.int64(0)
CLEAR, SET = np.uint8(0), np.uint8(255)

# rows of each chain, two for each name: a state's bits one and two (see `targets`)
END = 0  # states at the period's end; operational, then intangibles
HIT = 4  # states after disruptions; operational, then intangibles
LOWEST = 8  # the lowest operational state of a firm and its neighbours along the chain
CHAIN_ROWS = 10
# rows that serve one chain after the other; bits of the same name follow each other
TARGET = 0  # two bits for each side
UPGRADE = 4  # for each side: 0 to 1, 1 to 2, 0 to 2
PAID = 10  # for each side
# rows that stay as they are
INSIDE = 12  # where there are firms, not padding
HAS_UPSTREAM, HAS_DOWNSTREAM = 13, 14
NOTHING = 15  # no bits: a missing chain
SINGLE_ROWS = 16


class LaneShape(NamedTuple):
    """Sizes of a block of lanes: a power of two of lanes from 8 to 512.

    Resources in quanta are bits, too (see `quanta`): ``planes`` for what a firm has, of which the
    ``low`` ones take part in payments; ``gain_planes`` for what it acquires from one side; costs
    have bits from plane ``cost_from`` to ``cost_to``. All are 0 for float64.
    """

    lanes: int
    firm_bytes: int
    vectors: int
    row_bytes: int
    planes: int
    low: int
    gain_planes: int
    cost_from: int
    cost_to: int


class PaymentRows(NamedTuple):
    """Where the bits begin that acquisition and payment in a chain read and write.

    ``lowest`` and ``y`` are the states by which firms acquire, whose second bits are ``second``
    further; ``upgrade`` and ``paid`` begin rows that follow each other.
    """

    lowest: int
    y: int
    upgrade: int
    paid: int
    second: int


@compiled(inlined=True)
def chain_row(shape, grid, name, side, chain):
    """Return where bit one of a chain's row begins; bit two is ``second`` further."""
    return ((name + 2 * side) * grid.chains + chain) * shape.row_bytes + VECTOR_BYTES


@compiled(inlined=True)
def second(shape, grid):
    """Return how far a state's second bit is behind its first."""
    return grid.chains * shape.row_bytes


@compiled(inlined=True)
def single_row(shape, grid, name):
    """Return where a row that serves all chains begins."""
    return (CHAIN_ROWS * grid.chains + name) * shape.row_bytes + VECTOR_BYTES


@compiled
def fill_bytes(bits, start, end, value):
    """Fill a range; numba compiles a loop in a fraction of the time that a slice takes.

    Callers give typed numbers: numba would compile the function again for each literal.
    """
    for n in range(start, end):
        bits[n] = value


@compiled
def set_constant_rows(bits, shape, grid):
    """Fill the rows that stay as they are, and the ends of all others."""
    fill_bytes(bits, START, bits.size, CLEAR)
    # beyond an open end nothing lowers what a firm acquires, and nothing leads or counts
    for name in range(2):
        for chain in range(grid.chains):
            row = chain_row(shape, grid, END, OPERATIONAL, chain) + name * second(shape, grid)
            fill_bytes(bits, row - VECTOR_BYTES, row + shape.row_bytes - VECTOR_BYTES, SET)
    length = grid.firms * shape.firm_bytes
    inside = single_row(shape, grid, INSIDE)
    fill_bytes(bits, inside, inside + length, SET)
    step = shape.firm_bytes
    upstream = single_row(shape, grid, HAS_UPSTREAM)
    fill_bytes(bits, upstream + (0 if grid.ends_wrap else step), upstream + length, SET)
    downstream = single_row(shape, grid, HAS_DOWNSTREAM)
    end = downstream + length - (0 if grid.ends_wrap else step)
    fill_bytes(bits, downstream, end, SET)


@compiled
def wrap_row(bits, shape, grid, row):
    """Put the opposite firm beyond either end of a row."""
    step = shape.firm_bytes
    end = row + grid.firms * step
    for n in range(step):
        bits[row - step + n] = bits[end - step + n]
        bits[end + n] = bits[row + n]


@compiled(inlined=True)
def wrap_ends(bits, shape, grid, name, side, chain):
    """Make the ends of a chain neighbours, where they are."""
    if grid.ends_wrap:
        row = chain_row(shape, grid, name, side, chain)
        wrap_row(bits, shape, grid, row)
        wrap_row(bits, shape, grid, row + second(shape, grid))


@compiled
def set_initial_states(bits, shape, grid, side, state):
    """Set every firm's state before the first period."""
    length = grid.firms * shape.firm_bytes
    for chain in range(grid.chains):
        row = chain_row(shape, grid, END, side, chain)
        fill_bytes(bits, row, row + length, SET if state >= MEDIUM else CLEAR)
        row += second(shape, grid)
        fill_bytes(bits, row, row + length, SET if state == HIGH else CLEAR)
        if side == OPERATIONAL:
            wrap_ends(bits, shape, grid, END, side, chain)
