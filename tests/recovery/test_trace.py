"""Whole histories, state for state and resource for resource, against the plain-Python oracle."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from helpers.recovery_strategies import (
    CYBER_RULES,
    SUPPLY_RULES,
    for_oracle,
    models,
    policies,
    scenarios,
)
from oracle.model import Worth, history, value

X_VALUE, Y_VALUE = "operational_terminal_value", "intangibles_terminal_value"
HITS = ["none", "mild", "severe"]


def assert_same_history(model, policy, scenario, *, seed, replication, scenario_index):
    """Compare every row of the engine's history with the oracle's, exactly."""
    traced = ck.trace(
        model,
        policy=policy,
        scenario=scenario,
        seed=seed,
        replication=replication,
        scenario_index=scenario_index,
    )
    amounts = dict(scenario.amounts)
    worth = Worth(amounts.pop(X_VALUE), amounts.pop(Y_VALUE))
    expected = history(
        **model.model_dump(),
        **amounts,
        **for_oracle(policy),
        seed=seed,
        scenario=scenario_index,
        replication=replication,
    )
    assert ("value" in traced.columns) == scenario.valued
    assert traced.height == len(expected)
    for got, row in zip(traced.iter_rows(named=True), expected, strict=True):
        states = ("period", "chain", "firm", "x", "y")
        assert [got[name] for name in states] == [getattr(row, name) for name in states]
        assert got["supply_hit"] == HITS[row.supply_hit]
        assert got["cyber_hit"] == HITS[row.cyber_hit]
        for name in ("resources", "acquired", "paid"):
            assert got[name] == pytest.approx(float(getattr(row, name)), rel=1e-12, abs=0)
        if scenario.valued:
            assert got["value"] == pytest.approx(float(value(row, worth)), rel=1e-12, abs=0)


@settings(max_examples=200, deadline=None)
@given(
    model=models(),
    policy=policies,
    scenario=scenarios,
    seed=st.integers(0, 2**64 - 1),
    replication=st.integers(0, 2**32 - 1),
    scenario_index=st.integers(0, 2**32 - 1),
)
def test_random_histories(model, policy, scenario, seed, replication, scenario_index):
    assert_same_history(
        model,
        policy,
        scenario,
        seed=seed,
        replication=replication,
        scenario_index=scenario_index,
    )


@pytest.mark.parametrize("recovery", ["every-period", "when-hit"])
@pytest.mark.parametrize("principle", ["P", "C"])
@pytest.mark.parametrize("cyber_rule", CYBER_RULES)
@pytest.mark.parametrize("supply_rule", SUPPLY_RULES)
def test_every_rule_pair(supply_rule, cyber_rule, principle, recovery):
    model = ck.Model(
        chains=3,
        firms=4,
        periods=12,
        supply_severe=0.1,
        supply_mild=0.3,
        cyber_severe=0.1,
        cyber_mild=0.3,
        recovery=recovery,
    )
    scenario = ck.ResourceScenario(
        operational_acquisition=(0.25, 0.5, 1.1),
        intangibles_acquisition=(0.3, 0.5, 0.75),
        operational_cost=(1, 1.3, 2),
        intangibles_cost=(0.9, 1.3, 2.2),
    )
    policy = ck.Policy(supply_rule=supply_rule, cyber_rule=cyber_rule, principle=principle)
    assert_same_history(model, policy, scenario, seed=7, replication=3, scenario_index=11)


def test_amounts_with_many_decimals_are_rounded_for_engine_and_oracle_alike():
    amounts = tuple(float(Fraction(n, 7)) for n in (1, 2, 3))
    scenario, rounded = (
        ck.ResourceScenario(
            operational_acquisition=three,
            intangibles_acquisition=three,
            operational_cost=three,
            intangibles_cost=three,
        )
        for three in (amounts, tuple(round(amount, 12) for amount in amounts))
    )
    model = ck.Model(chains=2, firms=3, periods=20, supply_mild=0.4, cyber_mild=0.4)
    policy = ck.Policy(supply_rule="SRD-5", cyber_rule="CRD-2")
    assert_same_history(model, policy, rounded, seed=1, replication=0, scenario_index=0)
    given, meant = (
        ck.trace(model, policy=policy, scenario=chosen, seed=1) for chosen in (scenario, rounded)
    )
    assert given.equals(meant)
