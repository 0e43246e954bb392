"""Whole histories, state for state and resource for resource, against the plain-Python oracle."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from oracle.model import history

HITS = ["none", "mild", "severe"]

SUPPLY_RULES = [*(f"SRD-{n}" for n in range(1, 9)), "none"]
CYBER_RULES = [*(f"CRD-{n}" for n in range(7)), "none"]


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
    expected = history(
        **model.model_dump(),
        **scenario.model_dump(),
        supply_rule=rule_for_oracle(policy.supply_rule),
        cyber_rule=rule_for_oracle(policy.cyber_rule),
        principle=policy.principle,
        seed=seed,
        scenario=scenario_index,
        replication=replication,
    )
    assert traced.height == len(expected)
    for got, row in zip(traced.iter_rows(named=True), expected, strict=True):
        states = ("period", "chain", "firm", "x", "y")
        assert [got[name] for name in states] == [getattr(row, name) for name in states]
        assert got["supply_hit"] == HITS[row.supply_hit]
        assert got["cyber_hit"] == HITS[row.cyber_hit]
        for name in ("resources", "acquired", "paid"):
            assert got[name] == pytest.approx(float(getattr(row, name)), rel=1e-12, abs=0)


def rule_for_oracle(rule):
    """Name built-in rules; hand a user's own over as its table."""
    return rule.name if rule.name in (*SUPPLY_RULES, *CYBER_RULES) else rule.table


# risks high enough that states and payments vary within few periods
probabilities = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(
    lambda pair: (pair[0] / 2, pair[1] / 2)
)
# whole numbers of hundredths: decimals that binary fractions do not hold
amounts = st.integers(0, 1200).map(lambda hundredths: hundredths / 100)
gains = st.integers(0, 200).map(lambda hundredths: hundredths / 100)


@st.composite
def models(draw):
    supply, cyber = draw(probabilities), draw(probabilities)
    return ck.Model(
        chains=draw(st.integers(1, 4)),
        firms=draw(st.integers(1, 5)),
        periods=draw(st.integers(1, 14)),
        supply_severe=supply[0],
        supply_mild=supply[1],
        cyber_severe=cyber[0],
        cyber_mild=cyber[1],
        recovery=draw(st.sampled_from(["every-period", "when-hit"])),
        boundary_ends=draw(st.sampled_from(["open", "periodic"])),
        boundary_across=draw(st.sampled_from(["open", "periodic"])),
        initial_operational=draw(st.integers(0, 2)),
        initial_intangibles=draw(st.integers(0, 2)),
        initial_resources=draw(amounts),
    )


@st.composite
def own_tables(draw):
    seed = draw(st.integers(0, 2**32 - 1))
    own = np.arange(3).reshape(3, 1, 1, 1, 1)
    return np.random.default_rng(seed).integers(own, 3, (3, 4, 4, 4, 4))


own_rules = own_tables().map(lambda table: ck.Rule("own", table))
scenarios = st.builds(
    ck.ResourceScenario,
    operational_acquisition=st.tuples(gains, gains, gains),
    intangibles_acquisition=st.tuples(gains, gains, gains),
    operational_cost=st.tuples(amounts, amounts, amounts),
    intangibles_cost=st.tuples(amounts, amounts, amounts),
)
policies = st.builds(
    ck.Policy,
    supply_rule=st.sampled_from(SUPPLY_RULES) | own_rules,
    cyber_rule=st.sampled_from(CYBER_RULES) | own_rules,
    principle=st.sampled_from(["P", "C"]),
)


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


def test_float_resources_follow_the_oracle():
    # seventeen digits have no common quantum below the limit: the float64 kernel
    numbers = tuple(Fraction(n, 7) for n in (1, 2, 3))
    amounts = tuple(float(n) for n in numbers)
    scenario = ck.ResourceScenario(
        operational_acquisition=amounts,
        intangibles_acquisition=amounts,
        operational_cost=amounts,
        intangibles_cost=amounts,
    )
    model = ck.Model(chains=2, firms=3, periods=20, supply_mild=0.4, cyber_mild=0.4)
    policy = ck.Policy(supply_rule="SRD-5", cyber_rule="CRD-2")
    assert_same_history(model, policy, scenario, seed=1, replication=0, scenario_index=0)
