"""The innermost level: the targets of one rule for a row of firms, on bits."""

from functools import partial

import numpy as np
import pytest

import cakernel as ck
from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.jit.programs import program
from cakernel.recovery.kernel.arguments import Grid
from cakernel.recovery.kernel.lanes.diagrams import (
    Diagrams,
    diagram_state,
    diagrams_of,
    run_diagram,
)
from cakernel.recovery.kernel.lanes.layout import (
    CHAIN_ROWS,
    FIRST_ROOT,
    HIT,
    SINGLE_ROWS,
    Layout,
    chain_row,
    second,
    set_constant_rows,
    single_row,
)
from cakernel.recovery.kernel.lanes.neighbours import (
    NearInMemory,
    SideRows,
    put_state,
    rows_of,
    state_at,
)
from cakernel.recovery.kernel.lanes.rules import TABLE, targets
from cakernel.recovery.kernel.states import OPERATIONAL

CHAINS, FIRMS, LANES = 3, 64, 512
# passes over the row in one call, which takes as long as a pass before it starts
PASSES = 100


@program
def aim(bits, rows, side, rule, p, out):
    """Store the targets of one vector of firms."""
    own = state_at(bits, side.own + p, rows.second)
    near = NearInMemory(bits, side, rows, p)
    in_table = partial(diagram_state, bits, side.root + p, rows.row, own)
    put_state(out, p, rows.row, targets(rule, own, near, in_table))


@compiled(entry=True)
def aim_row(bits, layout, grid, rule, nodes, sizes, roots, out):
    """Set ``out`` (2 * row,) to the planes of the targets of the middle of three chains."""
    rows = rows_of(layout, grid, 1)
    own = chain_row(layout, grid, HIT, OPERATIONAL, 1)
    behind = second(layout, grid)
    side = SideRows(
        own, own - layout.row_bytes, behind, own + layout.row_bytes, behind,
        single_row(layout, grid, FIRST_ROOT),
    )  # fmt: skip
    for _ in range(PASSES):
        if rule == TABLE:
            run_diagram(bits, layout, grid, OPERATIONAL, side, Diagrams(nodes, sizes, roots), 0)
        for p in range(0, layout.vectors * VECTOR_BYTES, VECTOR_BYTES):
            aim(bits, rows, side, rule, p, out)


def packed(states):
    """Return states (firms, lanes) as their two planes, uint8 (2, bytes)."""
    planes = [np.packbits(states > n, axis=1, bitorder="little").ravel() for n in range(2)]
    return np.stack(planes)


BUILT_IN = [("supply", f"SRD-{n}") for n in range(1, 9)] + [
    ("cyber", f"CRD-{n}") for n in range(1, 7)
]
AXES = (0, 1, 2, 3)


def table(kind):
    """Return a table that looks up at random what it is a table of, or SRD-4's."""
    if kind == "SRD-4":
        return ck.rule("supply", "SRD-4").targets
    random = np.random.default_rng(1)
    looks = {"own state": (), "along": (0, 1), "everything": AXES}[kind]
    shape = (3, *(4 if axis in looks else 1 for axis in AXES))
    lowest = np.arange(3).reshape(3, 1, 1, 1, 1)
    return np.broadcast_to(random.integers(lowest, 3, shape), (3, 4, 4, 4, 4))


@pytest.mark.parametrize(
    ("side", "name"),
    [*BUILT_IN, *(("table", kind) for kind in ("own state", "SRD-4", "along", "everything"))],
)
def test_targets_of_a_row(benchmark, side, name):
    random = np.random.default_rng(1)
    states = random.integers(0, 3, (CHAINS, FIRMS, LANES), dtype=np.uint8)
    found = table(name) if side == "table" else ck.rule(side, name).targets
    code = TABLE if side == "table" else ck.rule(side, name).kernel_code
    diagrams = diagrams_of([found])
    grid = Grid(CHAINS, FIRMS, 1, False, False, False, 2, 2)
    layout = Layout(LANES, LANES // 8, FIRMS, (FIRMS + 2) * VECTOR_BYTES)
    rows = CHAIN_ROWS * CHAINS + SINGLE_ROWS + diagrams.nodes.shape[2]
    bits = np.zeros((1, rows * layout.row_bytes), np.uint8)
    set_constant_rows(bits, layout, grid)
    for chain in range(CHAINS):
        for n, plane in enumerate(packed(states[chain])):
            at = ((HIT + n) * CHAINS + chain) * layout.row_bytes + VECTOR_BYTES
            bits[0, at : at + plane.size] = plane
    out = np.zeros(2 * layout.row_bytes, np.uint8)
    arguments = (bits[0], layout, grid, code, *diagrams, out)

    aim_row(*arguments)
    out[:] = 0
    benchmark(aim_row, *arguments)

    none = np.full((1, LANES), 3, np.uint8)
    before, own, after = states
    upstream, downstream = np.concatenate([none, own[:-1]]), np.concatenate([own[1:], none])
    expected = packed(found[own, upstream, downstream, before, after])
    got = out.reshape(2, -1)[:, : expected.shape[1]]
    np.testing.assert_array_equal(got, expected)
    benchmark.extra_info["firm-periods"] = FIRMS * LANES * PASSES
