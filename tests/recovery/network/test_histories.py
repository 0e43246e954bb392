"""Whole histories of networks, firm by firm, against the plain-Python oracle."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.network_cases import cases
from oracle.network import history

HITS = ["none", "mild", "severe"]


def rows_of(traced):
    """Return a trace in the oracle's terms, amounts as they are."""
    return [
        {
            **row,
            "supply_hit": HITS.index(row["supply_hit"]),
            "cyber_hit": HITS.index(row["cyber_hit"]),
        }
        for row in traced.iter_rows(named=True)
    ]


def assert_same(rows, expected):
    assert len(rows) == len(expected)
    for got, row in zip(rows, expected, strict=True):
        for name in ("period", "firm", "x", "y", "stock", "supply_hit", "cyber_hit"):
            assert got[name] == getattr(row, name), (row.period, row.firm, name)
        for name in ("resources", "acquired", "charged", "paid"):
            exact = float(getattr(row, name))
            assert got[name] == pytest.approx(exact, rel=1e-12, abs=0), (row.period, row.firm, name)


@settings(max_examples=200, deadline=None)
@given(
    case=cases(),
    seed=st.integers(0, 2**64 - 1),
    replication=st.integers(0, 2**32 - 1),
    scenario_index=st.integers(0, 2**32 - 1),
)
def test_random_networks(case, seed, replication, scenario_index):
    traced = case.trace(seed=seed, replication=replication, scenario_index=scenario_index)
    expected = history(
        case.oracle(), periods=case.periods, seed=seed, scenario=scenario_index,
        replication=replication, record=case.recorded(), through=case.through,
    )  # fmt: skip
    assert_same(rows_of(traced), expected)
