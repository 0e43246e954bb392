"""The diagrams of rules that are tables give the tables' targets."""

import numpy as np
import pytest
from hypothesis import given, settings

import cakernel as ck
from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.lanes import layout as rows_of_bits
from cakernel.recovery.kernel.lanes.diagrams import (
    ACROSS,
    EVERY_ROW,
    FIRST_HAS,
    FIRST_NEIGHBOUR,
    FIRST_NODE,
    INNER,
    MANY_VECTORS,
    NONE_ROW,
    diagram_state,
    diagrams_of,
    run_diagram,
)
from cakernel.recovery.kernel.lanes.layout import (
    CHAIN_ROWS,
    FIRST_ROOT,
    HIT,
    NOTHING,
    ROOTS,
    SINGLE_ROWS,
    Layout,
    chain_row,
    second,
    set_constant_rows,
    single_row,
    wrap_ends,
)
from cakernel.recovery.kernel.lanes.neighbours import SideRows
from cakernel.recovery.kernel.lanes.planes import State
from cakernel.recovery.kernel.states import ABSENT, HIGH, LEVELS, MEDIUM, TABLE_SHAPE
from cakernel.recovery.kernel_arrays import grid_of
from helpers.recovery_strategies import own_tables


def targets(diagrams, variant, near):
    """Return the targets of all states for the neighbours' states, by a diagram."""
    present = near != ABSENT
    rows = [np.zeros(near.shape[1], bool), np.ones(near.shape[1], bool)]
    for neighbour in range(len(near)):
        rows += [(near[neighbour] >= MEDIUM) & present[neighbour], near[neighbour] == HIGH]
    assert FIRST_NEIGHBOUR + 2 * len(near) == FIRST_HAS
    rows += [present[0], present[1]]
    for two, one, high, medium, low in diagrams.nodes[0, variant, : diagrams.sizes[0, variant]]:
        rows.append(np.where(rows[two], rows[high], np.where(rows[one], rows[medium], rows[low])))
    at_least_medium, high, high_from_medium = (rows[root] for root in diagrams.roots[0, variant])
    low = at_least_medium.astype(int) + (at_least_medium & high)
    return np.stack([low, 1 + high_from_medium, np.full(low.shape, HIGH)])


def assert_diagrams_are(table):
    diagrams = diagrams_of([table])
    near = np.indices(TABLE_SHAPE[1:]).reshape(4, -1)
    absent = near == ABSENT
    met = 0
    for variant in range(ACROSS * INNER):
        across, inner = divmod(variant, INNER)
        possible = (absent[2] != bool(across & 2)) & (absent[3] != bool(across & 1))
        if inner:
            possible &= ~absent[0] & ~absent[1]
        met += possible.sum()
        found = targets(diagrams, variant, near[:, possible])
        np.testing.assert_array_equal(found, table.reshape(LEVELS, -1)[:, possible])
    assert met == near.shape[1] + 9 * 16


@settings(max_examples=30, deadline=None)
@given(table=own_tables())
def test_random_tables(table):
    assert_diagrams_are(table.astype(np.uint8))


@pytest.mark.parametrize("name", [f"SRD-{n}" for n in range(1, 9)])
def test_the_papers_rules(name):
    assert_diagrams_are(ck.rule("supply", name).targets)


def test_a_rule_that_looks_at_no_neighbour_has_no_node():
    diagrams = diagrams_of([ck.rule("supply", "SRD-2").targets])
    assert not diagrams.sizes.any()


def test_rigorous_benchmarking_needs_few_nodes():
    inner_with_both_chains = ACROSS * INNER - 1
    assert diagrams_of([ck.rule("supply", "SRD-4").targets]).sizes[0, inner_with_both_chains] <= 6


def test_rows_that_are_there_stand_where_diagrams_look_for_them():
    assert rows_of_bits.NOTHING == rows_of_bits.DIAGRAM + NONE_ROW
    assert rows_of_bits.EVERY == rows_of_bits.DIAGRAM + EVERY_ROW
    assert rows_of_bits.HAS_UPSTREAM == rows_of_bits.DIAGRAM + FIRST_HAS
    assert rows_of_bits.HAS_DOWNSTREAM == rows_of_bits.DIAGRAM + FIRST_HAS + 1
    assert rows_of_bits.SINGLE_ROWS == rows_of_bits.DIAGRAM + FIRST_NODE


def test_no_tables_have_no_diagrams():
    assert diagrams_of([]).nodes.shape == (0, ACROSS * INNER, 0, 5)


# the vectors of bytes before and after those of firms
LEAD, TAIL = range(VECTOR_BYTES), range(-VECTOR_BYTES, 0)


@compiled(entry=True)
def run(bits, planes, layout, grid, side, chain, before, after, diagrams, diagram):
    """Put the planes of all chains into memory and run a diagram for one of them.

    ``before`` and ``after`` are its neighbours, -1 where there is none.
    """
    behind = second(layout, grid)
    for k in range(grid.chains):
        row = chain_row(layout, grid, HIT, side, k)
        for n in range(planes.shape[2]):
            bits[row + n] = planes[0, k, n]
            bits[row + behind + n] = planes[1, k, n]
        if grid.ends_wrap:
            wrap_ends(bits, layout, grid, HIT, side, k)
    own = chain_row(layout, grid, HIT, side, chain)
    previous, previous_second = single_row(layout, grid, NOTHING), 0
    following, following_second = previous, 0
    if before >= 0:
        previous, previous_second = chain_row(layout, grid, HIT, side, before), behind
    if after >= 0:
        following, following_second = chain_row(layout, grid, HIT, side, after), behind
    root = single_row(layout, grid, FIRST_ROOT + ROOTS * side)
    rows = SideRows(own, previous, previous_second, following, following_second, root)
    run_diagram(bits, layout, grid, side, rows, diagrams, diagram)
    return root


@pytest.mark.parametrize("boundary", ["open", "periodic"])
@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize(
    ("lanes", "firms"),
    [(8, 5), (8, 130), (512, 1), (512, 2), (512, MANY_VECTORS), (8, 64 * MANY_VECTORS + 3)],
)
def test_diagrams_run_in_memory(lanes, firms, side, boundary):
    grid = grid_of(ck.Model(chains=3, firms=firms, boundary_ends=boundary))
    firm_bytes = lanes // 8
    vectors = -(-firms * firm_bytes // VECTOR_BYTES)
    layout = Layout(lanes, firm_bytes, vectors, (vectors + 2) * VECTOR_BYTES)
    rng = np.random.default_rng(firms)
    own_states = np.arange(LEVELS).reshape(LEVELS, 1, 1, 1, 1)
    tables = rng.integers(own_states, LEVELS, (2, *TABLE_SHAPE)).astype(np.uint8)
    diagrams = diagrams_of(list(tables))
    most = diagrams.nodes.shape[2]
    states = rng.integers(0, LEVELS, (3, firms, lanes))
    planes = np.stack([states >= MEDIUM, states == HIGH]).reshape(2, 3, -1)
    planes = np.packbits(planes, axis=-1, bitorder="little")
    along = np.pad(states, ((0, 0), (1, 1), (0, 0)), constant_values=ABSENT)
    if boundary == "periodic":
        along[:, 0], along[:, -1] = along[:, -2], along[:, 1]
    nowhere = np.full((firms, lanes), ABSENT)
    for chain, before, after in ((1, 0, 2), (0, -1, 1), (2, 1, -1), (1, -1, -1)):
        bits = np.zeros((1, (CHAIN_ROWS * 3 + SINGLE_ROWS + most) * layout.row_bytes), np.uint8)
        set_constant_rows(bits, layout, grid)
        root = run(bits[0], planes, layout, grid, side, chain, before, after, diagrams, 1)
        rows = bits.reshape(-1, layout.row_bytes)[CHAIN_ROWS * 3 :]
        # what the other side's diagram answered stays
        other = FIRST_ROOT + ROOTS * (1 - side)
        assert not rows[other : other + ROOTS].any()
        # nor is there an answer beyond the firms' vectors
        assert not rows[FIRST_ROOT : FIRST_ROOT + 2 * ROOTS, [*LEAD, *TAIL]].any()
        answers = {
            n: np.unpackbits(bits[0, at : at + planes.shape[2]], bitorder="little") == 1
            for n, at in enumerate(root + np.arange(ROOTS) * layout.row_bytes)
        }
        own = State((states[chain] >= MEDIUM).ravel(), (states[chain] == HIGH).ravel())
        found = diagram_state(answers, 0, 1, own)
        expected = tables[1][
            states[chain], along[chain, :-2], along[chain, 2:],
            states[before] if before >= 0 else nowhere, states[after] if after >= 0 else nowhere,
        ]  # fmt: skip
        np.testing.assert_array_equal(found.one.astype(int) + found.two, expected.ravel())
