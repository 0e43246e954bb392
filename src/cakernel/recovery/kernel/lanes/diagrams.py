"""Rules that are tables, as decision diagrams: programs of bit operations, run on whole chains.

A target is three yes-or-no questions on the four neighbours: is that of a firm in state 0 at least
1, is it 2, and is that of a firm in state 1 at 2? All three share one diagram (a reduced, ordered
multi-valued decision diagram; Srinivasan et al. 1990, doi:10.1109/ICCAD.1990.129849). A node looks
at one neighbour and gives the answer of one of up to three others: that for its state 2, 1 or 0, or
for whether it exists at all.

Answers are rows of bits. The first ones are there: none, every, the neighbours' planes and where
they exist; then each node makes one.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.jit.programs import program
from cakernel.recovery.kernel.lanes.bit_numbers import copy
from cakernel.recovery.kernel.lanes.layout import (
    DIAGRAM,
    FIRST_ROOT,
    ROOTS,
    second,
    single_row,
)
from cakernel.recovery.kernel.lanes.planes import State, choose
from cakernel.recovery.kernel.states import (
    ABSENT,
    HIGH,
    LEVELS,
    LOW,
    MEDIUM,
    TABLE_SHAPE,
    Neighbours,
)

# rows that are there: none, every, both planes of each neighbour, where firms have an upstream and
# where they have a downstream neighbour
NONE_ROW, EVERY_ROW, FIRST_NEIGHBOUR = 0, 1, 2
FIRST_HAS = FIRST_NEIGHBOUR + 2 * len(Neighbours._fields)
FIRST_NODE = FIRST_HAS + 2
# the most nodes of a table: 3 questions look at the first neighbour, 12 at the second and 48 at the
# third, twice where it may be absent; of the last one's three states there are 6
MOST_NODES = 2 * 3 + 2 * 12 + 48 + 6
# in rows of so many vectors it pays to run those of the ends apart
MANY_VECTORS = 12
# which of the chains before and after there are: none, the next, the previous, both; and for each,
# whether firms surely have both neighbours along the chain, as all but the ends have
ACROSS, INNER = 4, 2
VARIANTS = ACROSS * INNER


class Diagrams(NamedTuple):
    """Diagrams of rules, in each of the `VARIANTS`.

    ``nodes`` int64 (rules, 8, most nodes, 5): rows of plane two and one of what a node looks at and
    of the answers for 2, 1 and 0; ``sizes`` int64 (rules, 8): how many there are; ``roots`` int64
    (rules, 8, 3): rows of the answers to the three questions.
    """

    nodes: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    roots: npt.NDArray[np.int64]


def diagrams_of(tables: list[npt.NDArray[np.uint8]]) -> Diagrams:
    """Return the diagrams of tables, each uint8 of shape (3, 4, 4, 4, 4)."""
    made = [_variants(table.tobytes()) for table in tables]
    most = max((len(one.nodes) for variants in made for one in variants), default=0)
    nodes = np.zeros((len(tables), VARIANTS, most, 5), np.int64)
    sizes = np.zeros((len(tables), VARIANTS), np.int64)
    roots = np.zeros((len(tables), VARIANTS, ROOTS), np.int64)
    for n, variants in enumerate(made):
        for variant, one in enumerate(variants):
            sizes[n, variant] = len(one.nodes)
            nodes[n, variant, : len(one.nodes)] = np.reshape(one.nodes, (-1, 5))
            roots[n, variant] = one.roots
    return Diagrams(nodes, sizes, roots)


@lru_cache(maxsize=1 << 10)
def _variants(table: bytes) -> list["Diagram"]:
    """Return the diagrams of one table in all variants."""
    targets = np.frombuffer(table, np.uint8).reshape(TABLE_SHAPE)
    made = []
    for across in range(ACROSS):
        exists = bool(across & 2), bool(across & 1)
        made += [Diagram(targets, (None, None, *exists)), Diagram(targets, (True, True, *exists))]
    return made


class Diagram:
    """The diagram of one table of TABLE_SHAPE: ``nodes`` and ``roots`` as in `Diagrams`.

    ``exists`` is for each of the `Neighbours` whether firms have it; None where some have.
    """

    def __init__(self, table: npt.NDArray[np.uint8], exists: Sequence[bool | None]) -> None:
        self.exists = exists
        self.nodes: list[tuple[int, ...]] = []
        self._rows: dict[tuple[int, ...], int] = {}
        self._seen: dict[tuple[int, bytes], int] = {}
        questions = table[LOW] >= MEDIUM, table[LOW] == HIGH, table[MEDIUM] == HIGH
        self.roots = [self._row(0, answers) for answers in questions]

    def _row(self, neighbour: int, answers: npt.NDArray[np.bool_]) -> int:
        """Return the row of answers, which have an axis for this neighbour and each after it."""
        if answers.all() or not answers.any():
            return EVERY_ROW if answers.all() else NONE_ROW
        key = neighbour, answers.tobytes()
        if key not in self._seen:
            self._seen[key] = self._looked_up(neighbour, answers)
        return self._seen[key]

    def _looked_up(self, neighbour: int, answers: npt.NDArray[np.bool_]) -> int:
        exists = self.exists[neighbour]
        absent = self._row(neighbour + 1, answers[ABSENT]) if not exists else NONE_ROW
        if exists is False:
            return absent
        low, medium, high = (self._row(neighbour + 1, answers[n]) for n in range(LEVELS))
        one = FIRST_NEIGHBOUR + 2 * neighbour
        found = self._node(one + 1, one, high, medium, low)
        return (
            found if exists else self._node(FIRST_HAS + neighbour, NONE_ROW, found, absent, absent)
        )

    def _node(self, two: int, one: int, high: int, medium: int, low: int) -> int:
        if high == medium == low:
            return low
        node = two, one, high, medium, low
        if node not in self._rows:
            self._rows[node] = FIRST_NODE + len(self.nodes)
            self.nodes.append(node)
        return self._rows[node]


def look_at_node(bits, p, to, two, one, high, medium, low):
    """Make one vector of a node's row, in a program."""
    lower = choose(bits[one + p], bits[medium + p], bits[low + p])
    bits[to + p] = choose(bits[two + p], bits[high + p], lower)


run_node = program(look_at_node)


@compiled
def run_diagram(bits, layout, grid, side, rows, diagrams, diagram):
    """Make all rows of one side's diagram for one chain, and last those of its roots.

    ``rows`` is where the side's and its neighbours' planes begin (`period.SideRows`).
    """
    length = layout.vectors * VECTOR_BYTES
    row = single_row(layout, grid, DIAGRAM + FIRST_NEIGHBOUR)
    for n in range(2):
        behind = n * second(layout, grid)
        copy_row(bits, row, rows.own - layout.firm_bytes + behind, length)
        copy_row(bits, row + 2 * layout.row_bytes, rows.own + layout.firm_bytes + behind, length)
        at = rows.previous + n * rows.previous_second
        copy_row(bits, row + 4 * layout.row_bytes, at, length)
        at = rows.following + n * rows.following_second
        copy_row(bits, row + 6 * layout.row_bytes, at, length)
        row += layout.row_bytes
    variant = INNER * (2 * int(rows.previous_second > 0) + int(rows.following_second > 0))
    if grid.ends_wrap:
        run_nodes(bits, layout, grid, side, diagrams, diagram, variant + 1, 0, length)
    elif layout.vectors < MANY_VECTORS:
        run_nodes(bits, layout, grid, side, diagrams, diagram, variant, 0, length)
    else:
        last = length - VECTOR_BYTES
        run_nodes(bits, layout, grid, side, diagrams, diagram, variant, 0, VECTOR_BYTES)
        run_nodes(bits, layout, grid, side, diagrams, diagram, variant + 1, VECTOR_BYTES, last)
        run_nodes(bits, layout, grid, side, diagrams, diagram, variant, last, length)


@compiled
def copy_row(bits, to, at, length):
    """Copy so many bytes, whole vectors."""
    for p in range(0, length, VECTOR_BYTES):
        copy(bits, to + p, bits, at + p)


@compiled
def run_nodes(bits, layout, grid, side, diagrams, diagram, variant, begin, end):
    """Make the rows of one variant's nodes and roots, from one byte to another."""
    nodes = diagrams.nodes[diagram, variant]
    first, step = single_row(layout, grid, DIAGRAM), layout.row_bytes
    to = first + FIRST_NODE * step
    for n in range(diagrams.sizes[diagram, variant]):
        two, one = first + nodes[n, 0] * step, first + nodes[n, 1] * step
        high, medium = first + nodes[n, 2] * step, first + nodes[n, 3] * step
        low = first + nodes[n, 4] * step
        for p in range(begin, end, VECTOR_BYTES):
            run_node(bits, p, to, two, one, high, medium, low)
        to += step
    for n in range(ROOTS):
        root = first + diagrams.roots[diagram, variant, n] * step
        to = single_row(layout, grid, FIRST_ROOT + ROOTS * side + n)
        copy_row(bits, to + begin, root + begin, end - begin)


def diagram_state(bits, first, row_bytes, own):
    """Return the target of a state, given where the first of its diagram's roots is."""
    at_least_medium = bits[first]
    high_from_low, high_from_medium = bits[first + row_bytes], bits[first + row_bytes + row_bytes]
    high = choose(own.one, high_from_medium, high_from_low)
    return State(own.one | at_least_medium, own.two | high)
