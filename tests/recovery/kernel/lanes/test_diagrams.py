"""The diagrams of rules that are tables give the tables' targets."""

import numpy as np
import pytest
from hypothesis import given, settings

import cakernel as ck
from cakernel.recovery.kernel.lanes import layout
from cakernel.recovery.kernel.lanes.diagrams import (
    ACROSS,
    EVERY_ROW,
    FIRST_HAS,
    FIRST_NEIGHBOUR,
    FIRST_NODE,
    INNER,
    NONE_ROW,
    diagrams_of,
)
from cakernel.recovery.kernel.states import ABSENT, HIGH, LEVELS, MEDIUM, TABLE_SHAPE
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
    assert layout.NOTHING == layout.DIAGRAM + NONE_ROW
    assert layout.EVERY == layout.DIAGRAM + EVERY_ROW
    assert layout.HAS_UPSTREAM == layout.DIAGRAM + FIRST_HAS
    assert layout.HAS_DOWNSTREAM == layout.DIAGRAM + FIRST_HAS + 1
    assert layout.SINGLE_ROWS == layout.DIAGRAM + FIRST_NODE


def test_no_tables_have_no_diagrams():
    assert diagrams_of([]).nodes.shape[0] == 0
