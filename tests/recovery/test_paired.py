"""Paired outcomes are those of `simulate`, however the work is cut."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery import paired as outcomes
from cakernel.recovery.outcomes import OUTCOMES

MODEL = ck.Model(chains=2, firms=3, periods=6)
POLICIES = ck.policies(supply_rules=["SRD-1", "SRD-4"], cyber_rules=["CRD-5", "CRD-0"])
SCENARIOS = ck.paper_scenarios()[100:105]
NAMES = ["supply_rule", "cyber_rule", "principle"]


def paired(**options):
    given = {"policies": POLICIES, "scenarios": SCENARIOS, "replications": 5, "seed": 3} | options
    return ck.paired_outcomes(MODEL, **given)


def test_means_are_those_of_simulate():
    frame = paired()
    assert frame.height == len(POLICIES) * 5
    means = frame.group_by(NAMES, maintain_order=True).agg(pl.col(OUTCOMES).mean())
    simulated = ck.simulate(
        MODEL, policies=POLICIES, scenarios=SCENARIOS, replications=5, seed=3
    ).select(means.columns)
    assert_frame_equal(means, simulated, rel_tol=1e-13, abs_tol=1e-13)


def test_a_replication_is_the_mean_over_its_scenarios():
    each = ck.simulate(
        MODEL, policies=POLICIES, scenarios=SCENARIOS, replications=5, seed=3, by="replication"
    )
    expected = each.group_by(*NAMES, "replication", maintain_order=True).agg(
        pl.col(OUTCOMES).mean()
    )
    assert_frame_equal(paired(), expected, rel_tol=1e-13, abs_tol=1e-13)


@pytest.mark.parametrize("rows", [1, 6 * 5, 6 * 5 * 2, 6 * 2])
def test_parts_do_not_matter(monkeypatch, rows):
    whole = paired()
    calls = []
    monkeypatch.setattr(outcomes, "ROWS_PER_CALL", rows)
    parts = paired(progress=lambda done, total: calls.append((done, total)), threads=1)
    assert_frame_equal(parts, whole, check_exact=True)
    assert {total for _, total in calls} == {len(POLICIES) * 5 * 5}
    assert calls == sorted(calls)
    assert calls[-1][0] == len(POLICIES) * 5 * 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"policies": []}, "policies: got none; must be one or more"),
        ({"scenarios": []}, "scenarios: got none; must be one or more"),
        ({"replications": 0}, "replications: got 0; must be a whole number from 1"),
        ({"seed": -1}, "seed: got -1; must be a whole number from 0"),
    ],
)
def test_bad_input(options, message):
    with pytest.raises(ck.InvalidInput) as error:
        paired(**options)
    assert str(error.value).startswith(message)
