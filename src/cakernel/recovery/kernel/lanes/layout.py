"""Where the lane kernel keeps its bits.

A lane is one (scenario, replication); a block runs ``lanes`` of them side by side, all through the
same policy. The bits of one chain (one of a state's two bits, or a mask) stand in a row of bytes: a
vector of lead, then each firm's bits, one a lane, padded to whole vectors, then a vector of tail.
So a firm's upstream neighbour is ``firm_bytes`` to the left and its downstream one as far to the
right; at the ends of a chain these places are the lead and what follows the last firm. A vector of
64 bytes holds one firm's 512 lanes, or 2, 4, ... 64 firms of fewer lanes.
"""

from typing import Any, NamedTuple

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.arguments import Grid
from cakernel.recovery.kernel.states import OPERATIONAL

# rows of each chain, two for each name: planes one and two of a state (see `step`)
END = 0  # states at the period's end; operational, then intangibles
HIT = 4  # states after disruptions; operational, then intangibles
LOWEST = 8  # the lowest operational state of a firm and its neighbours along the chain
CHAIN_ROWS = 10
# rows that serve all chains: where there are firms, not padding; then for each of the two sides the
# answers of its rule's diagram, where it has one; then the diagram's rows, in the order of
# `diagrams`, of which these stay as they are
INSIDE = 0
FIRST_ROOT, ROOTS = 1, 3
DIAGRAM = FIRST_ROOT + 2 * ROOTS
NOTHING, EVERY = DIAGRAM, DIAGRAM + 1
HAS_UPSTREAM, HAS_DOWNSTREAM = DIAGRAM + 10, DIAGRAM + 11
SINGLE_ROWS = DIAGRAM + 12


class Layout(NamedTuple):
    """Sizes of a block of lanes: a power of two of lanes from 8 to 512."""

    lanes: int
    firm_bytes: int
    vectors: int
    row_bytes: int


@compiled(inlined=True)
def chain_row(layout, grid, name, side, chain):
    """Return where plane one of a chain's row begins; plane two is ``second`` further."""
    return ((name + 2 * side) * grid.chains + chain) * layout.row_bytes + VECTOR_BYTES


@compiled(inlined=True)
def second(layout, grid):
    """Return how far a state's plane two is behind plane one."""
    return grid.chains * layout.row_bytes


@compiled(inlined=True)
def single_row(layout, grid, name):
    """Return where a row that serves all chains begins."""
    return (CHAIN_ROWS * grid.chains + name) * layout.row_bytes + VECTOR_BYTES


@compiled
def wrap_ends(bits, layout, grid, name, side, chain):
    """Make the ends of a chain neighbours: put the opposite firm beyond either end of its rows."""
    step = layout.firm_bytes
    for plane in range(2):
        row = chain_row(layout, grid, name, side, chain) + plane * second(layout, grid)
        end = row + grid.firms * step
        for n in range(step):
            bits[row - step + n] = bits[end - step + n]
            bits[end + n] = bits[row + n]


def set_constant_rows(bits: Any, layout: Layout, grid: Grid) -> None:
    """Fill the rows that stay as they are in ``bits`` uint8 (rows * row_bytes,)."""
    rows = bits.reshape(-1, layout.row_bytes)
    # beyond an open end nothing lowers what a firm acquires, and nothing leads or counts
    rows[(END + OPERATIONAL) * grid.chains : (END + 2) * grid.chains] = 255
    single = rows[CHAIN_ROWS * grid.chains :]
    first, last = VECTOR_BYTES, VECTOR_BYTES + grid.firms * layout.firm_bytes
    single[EVERY] = 255
    single[INSIDE, first:last] = 255
    end = 0 if grid.ends_wrap else layout.firm_bytes
    single[HAS_UPSTREAM, first + end : last] = 255
    single[HAS_DOWNSTREAM, first : last - end] = 255
