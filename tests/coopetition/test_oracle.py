"""The coopetition model against an independent one: all states by hand, equilibria by SciPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from cakernel import coopetition
from helpers.coopetition_markets import CONTRACTS, point, random_market
from oracle import coopetition as oracle


def compare(found, expected, chains):
    """Compare a row of the engine with an outcome of the oracle."""
    for name, values in (
        ("breach_probability", expected.breach),
        ("order", expected.order),
        ("delivery", expected.delivery),
        ("profit", expected.profit),
    ):
        for j in range(chains):
            assert found[f"{name}_{j + 1}"] == pytest.approx(values[j], abs=1e-12), name
    assert found["total_profit"] == pytest.approx(sum(expected.profit), abs=1e-12)
    assert found["consumer_surplus"] == pytest.approx(expected.consumer_surplus, abs=1e-12)
    assert found["supplier_profit"] == pytest.approx(expected.supplier, abs=1e-12)
    assert found["subsidy_bill"] == pytest.approx(expected.subsidy, abs=1e-12)
    assert found["unmet_need"] == pytest.approx(expected.unmet, abs=1e-12)
    assert found["economic_welfare"] == pytest.approx(expected.welfare, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    chains=st.integers(2, 4),
    alike=st.booleans(),
    contract=st.sampled_from(sorted(CONTRACTS)),
)
def test_outcomes_at_given_investments(seed, chains, alike, contract):
    market = random_market(seed, chains=chains, alike=alike)
    rng = np.random.default_rng(seed)
    z = (rng.uniform(0, 0.05, chains) * rng.integers(0, 2, chains)).tolist()
    found = coopetition.outcome(market, contract=contract, investments=z).row(0, named=True)
    expected = oracle.outcome(point(market), CONTRACTS[contract], z)
    compare(found, expected, chains)
    assert found["unmet_harm"] == pytest.approx(market.harm_per_unit * expected.unmet, abs=1e-12)


def test_orders_between_a_commitment_and_nothing():
    """Newton's steps would go to and fro between the two: the bracket must be halved."""
    market = random_market(452673, alike=False)
    z = [0.0, 0.023931965627552277]
    found = coopetition.outcome(market, contract="fixed-moq", investments=z).row(0, named=True)
    compare(found, oracle.outcome(point(market), "fixed-minimum", z), 2)
    assert 0.25 < found["order_1"] < market.minimum_order / 2


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    chains=st.integers(2, 4),
    contract=st.sampled_from(sorted(CONTRACTS)),
)
def test_orders_in_every_state(seed, chains, contract):
    market = random_market(seed, chains=chains, alike=False)
    z = np.random.default_rng(seed).uniform(0, 0.05, chains).tolist()
    table = coopetition.orders(market, contract=contract, investments=z)
    p = point(market)
    expected = oracle.state_orders(p, CONTRACTS[contract], oracle.breach_probabilities(p, z))
    for state, orders in expected.items():
        found = table.filter(table["state"] == "".join(map(str, state)))
        assert found["order"].to_list() == pytest.approx(orders, abs=1e-12)
    whole = table.unique("state")["probability"].sum()
    assert whole == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("loss", [1.0, 0.6])
def test_orders_when_every_breach_is_certain(loss):
    """B = 1: a chain that would lose all orders nothing, one that loses some orders more."""
    market = coopetition.Market(
        threat_probability=1, vulnerability=1, delivery_loss=loss, sharing_level=0
    )
    for contract, name in CONTRACTS.items():
        found = coopetition.outcome(market, contract=contract, investments=[0, 0]).row(
            0, named=True
        )
        compare(found, oracle.outcome(point(market), name, [0.0, 0.0]), 2)
        assert (found["order_1"] == 0) == (loss == 1)


@pytest.mark.compiled
@pytest.mark.parametrize("seed", range(1, 9))
def test_equilibria_of_two_alike_chains(seed):
    """Orders, investments and welfare to 1e-6, all contracts and regimes."""
    market = random_market(seed)
    p = point(market)
    rows = coopetition.equilibria([market], regimes=oracle.REGIMES)
    assert rows["status"].unique().to_list() == ["converged"]
    for row in rows.iter_rows(named=True):
        name, regime = CONTRACTS[row["contract"]], row["regime"]
        if regime == "nash":
            z = oracle.nash(p, name, [0.0, 0.0])
        else:
            z = oracle.optimum(p, name, regime)
        expected = oracle.outcome(p, name, z)
        if regime != "nash":
            # no search of the other's may find more
            better = oracle.goal(p, name, regime, 0)
            found = [row["investment_1"], row["investment_2"]]
            assert better(found) >= better(z) - 1e-12
        assert [row["investment_1"], row["investment_2"]] == pytest.approx(z, abs=1e-6)
        assert [row["order_1"], row["order_2"]] == pytest.approx(expected.order, abs=1e-6)
        assert row["economic_welfare"] == pytest.approx(expected.welfare, abs=1e-6)


@pytest.mark.compiled
@pytest.mark.parametrize(("chains", "alike", "seed"), [(3, True, 7), (3, False, 8), (2, False, 9)])
def test_equilibria_of_three_and_of_different_chains(chains, alike, seed):
    market = random_market(seed, chains=chains, alike=alike)
    rows = coopetition.equilibria([market])
    for row in rows.iter_rows(named=True):
        assert row["status"] == "converged"
        z = oracle.nash(point(market), CONTRACTS[row["contract"]], [0.0] * chains)
        found = [row[f"investment_{j + 1}"] for j in range(chains)]
        assert found == pytest.approx(z, abs=1e-6)


KINKED = {
    "joint": coopetition.Market(
        threat_probability=0.741,
        vulnerability=0.78,
        delivery_loss=0.947,
        breach_cost=0.005,
        discount=0.207,
        discount_threshold=0.682,
        security_effectiveness=50.741,
        security_elasticity=1.036,
        substitutability=0.848,
        wholesale_price=0.181,
        supplier_cost=0.055,
        sharing_level=0.032,
        spillover=0.715,
        subsidy_rate=0.791,
        minimum_order=0.757,
    ),
    "planner": coopetition.Market(
        threat_probability=0.583,
        vulnerability=0.702,
        delivery_loss=0.946,
        breach_cost=0.042,
        discount=0.1,
        discount_threshold=0.57,
        security_effectiveness=5.348,
        security_elasticity=2.488,
        substitutability=0.723,
        wholesale_price=0.337,
        supplier_cost=0.319,
        sharing_level=0.837,
        spillover=0.252,
        subsidy_rate=0.648,
        minimum_order=0.441,
    ),
}


@pytest.mark.compiled
@pytest.mark.parametrize("regime", KINKED)
def test_optimum_on_the_ridge_of_a_kink(regime):
    """Where payoffs have a kink few directions lead up; the best equal investments lie that way."""
    market = KINKED[regime]
    row = coopetition.equilibria([market], contracts=["fixed-moq"], regimes=[regime]).row(
        0, named=True
    )
    value = oracle.goal(point(market), "fixed-minimum", regime, 0)
    equal = minimize_scalar(
        lambda z: -value([z, z]), bounds=(0.02, 0.09), method="bounded", options={"xatol": 1e-12}
    )
    found = [row["investment_1"], row["investment_2"]]
    assert row["status"] in ("converged", "not unique")
    assert value(found) >= -equal.fun - 1e-9
