"""Where the planes of a chain of firms, and of their neighbours, stand in memory."""

from typing import Any, NamedTuple

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.lanes.layout import (
    END,
    FIRST_ROOT,
    HIT,
    INSIDE,
    LOWEST,
    NOTHING,
    ROOTS,
    chain_row,
    second,
    single_row,
)
from cakernel.recovery.kernel.lanes.planes import State
from cakernel.recovery.kernel.lanes.rules import Near
from cakernel.recovery.kernel.states import INTANGIBLES, OPERATIONAL

# what is known of the neighbouring chains of one: where each begins and how far plane two is behind
NEIGHBOUR_PLACES = 4


class ChainRows(NamedTuple):
    """Where the planes of a chain begin; how far ``second`` planes, a ``firm``, a ``row`` are."""

    end_x: Any
    end_y: Any
    hit_x: Any
    hit_y: Any
    lowest: Any
    inside: Any
    second: Any
    firm: Any
    row: Any


class SideRows(NamedTuple):
    """Where one side of a firm finds its and its neighbours' planes, and its diagram's first root.

    A missing chain's two planes are one and the same, none: its ``second`` is 0.
    """

    own: Any
    previous: Any
    previous_second: Any
    following: Any
    following_second: Any
    root: Any


def state_at(bits, at, second):
    """Return the state whose planes are in memory."""
    return State(bits[at], bits[at + second])


def vectors_at(memory, at):
    """Return a vector and the next."""
    return memory[at], memory[at + VECTOR_BYTES]


def put_state(bits, at, second, state):
    """Store the planes of a state."""
    bits[at], bits[at + second] = state


class NearInMemory(Near):
    """The states of a firm's neighbours, each loaded where it is asked for."""

    def __init__(self, bits, rows, chain, p):
        self.bits, self.rows, self.p = bits, rows, p
        self.second, self.firm = chain.second, chain.firm

    @property
    def upstream(self):
        """State of the neighbour upstream."""
        return state_at(self.bits, self.rows.own + self.p - self.firm, self.second)

    @property
    def downstream(self):
        """State of the neighbour downstream."""
        return state_at(self.bits, self.rows.own + self.p + self.firm, self.second)

    @property
    def previous(self):
        """State of the neighbour in the previous chain."""
        return state_at(self.bits, self.rows.previous + self.p, self.rows.previous_second)

    @property
    def following(self):
        """State of the neighbour in the next chain."""
        return state_at(self.bits, self.rows.following + self.p, self.rows.following_second)


@compiled(inlined=True)
def rows_of(layout, grid, chain):
    """Return where the planes of a chain begin."""
    return ChainRows(
        chain_row(layout, grid, END, OPERATIONAL, chain),
        chain_row(layout, grid, END, INTANGIBLES, chain),
        chain_row(layout, grid, HIT, OPERATIONAL, chain),
        chain_row(layout, grid, HIT, INTANGIBLES, chain),
        chain_row(layout, grid, LOWEST, 0, chain),
        single_row(layout, grid, INSIDE),
        second(layout, grid),
        layout.firm_bytes,
        layout.row_bytes,
    )


@compiled(inlined=True)
def neighbour_chain(layout, grid, side, chain):
    """Return where a neighbouring chain's states begin, and how far second planes are behind."""
    if grid.across_wrap:
        chain = (chain + grid.chains) % grid.chains
    if 0 <= chain < grid.chains:
        return chain_row(layout, grid, HIT, side, chain), second(layout, grid)
    return single_row(layout, grid, NOTHING), 0


@compiled(linked=True)
def set_neighbours(layout, grid, neighbours):
    """Set ``neighbours`` int64 (2 * chains * 4,) to what `neighbour_chain` returns, by side."""
    for side in range(2):
        for chain in range(grid.chains):
            at = (side * grid.chains + chain) * NEIGHBOUR_PLACES
            for n in range(2):
                row, behind = neighbour_chain(layout, grid, side, chain + 2 * n - 1)
                neighbours[at + 2 * n] = row
                neighbours[at + 2 * n + 1] = behind


@compiled(inlined=True)
def side_of(layout, grid, side, chain, own, neighbours):
    """Return where one side of a chain is, and its diagram's roots beside it."""
    at = (side * grid.chains + chain) * NEIGHBOUR_PLACES
    return SideRows(
        own, neighbours[at], neighbours[at + 1], neighbours[at + 2], neighbours[at + 3],
        single_row(layout, grid, FIRST_ROOT + ROOTS * side),
    )  # fmt: skip
