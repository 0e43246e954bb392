"""What any implementation of the coopetition model must meet, limit by limit."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakernel import coopetition
from cakernel.coopetition.words import CONTRACTS, REGIMES
from helpers.coopetition_markets import random_market

seeds = st.integers(0, 10**6)
chain_counts = st.integers(2, 4)


def outcome(market, contract, investments, regime="nash"):
    """Return what follows from investments, as a row."""
    table = coopetition.outcome(market, contract=contract, investments=investments, regime=regime)
    return table.row(0, named=True)


def each(row, name, chains):
    """Return an outcome of all chains."""
    return [row[f"{name}_{j + 1}"] for j in range(chains)]


def some_investments(seed, chains):
    """Return investments of all chains, some of them 0."""
    rng = np.random.default_rng(seed)
    return (rng.uniform(0, 0.05, chains) * rng.integers(0, 2, chains)).tolist()


@settings(max_examples=40, deadline=None)
@given(seed=seeds, chains=st.integers(2, 10))
def test_without_loss_minimum_and_discount_all_contracts_are_cournot(seed, chains):
    """Orders are (a - w) / (b (2 + (n - 1) gamma)) under each contract, breaches or not."""
    market = random_market(seed, chains=chains, alike=False).replace(
        delivery_loss=0, minimum_order=0, discount=0
    )
    margin = market.demand_intercept - market.wholesale_price
    rivalry = 2 + (chains - 1) * market.substitutability
    expected = margin / (market.demand_slope * rivalry)
    z = some_investments(seed, chains)
    rows = [outcome(market, contract, z) for contract in CONTRACTS]
    for row in rows:
        assert each(row, "order", chains) == pytest.approx([expected] * chains, rel=1e-12)
        for name in ("total_profit", "consumer_surplus", "supplier_profit", "economic_welfare"):
            assert row[name] == pytest.approx(rows[0][name], abs=1e-12), name


@settings(max_examples=60, deadline=None)
@given(seed=seeds, chains=chain_counts)
def test_apart_markets_earn_no_less_by_ordering_after_breaches(seed, chains):
    """M = delta = 0, gamma = 0, equal investments: a monopolist does not lose by knowing."""
    market = random_market(seed, chains=chains, alike=False).replace(
        minimum_order=0, discount=0, substitutability=0
    )
    z = [0.01] * chains
    fixed, flexible = (outcome(market, name, z) for name in ("fixed", "flexible-moq"))
    gains = np.subtract(each(flexible, "profit", chains), each(fixed, "profit", chains))
    assert (gains >= -1e-12).all()


@settings(max_examples=40, deadline=None)
@given(seed=seeds, chains=chain_counts, certain=st.booleans())
def test_apart_markets_earn_the_same_where_breaches_are_known_anyway(seed, chains, certain):
    """M = delta = 0, gamma = 0: equal where B is 0 or 1."""
    market = random_market(seed, chains=chains).replace(
        minimum_order=0,
        discount=0,
        substitutability=0,
        threat_probability=1.0 if certain else 0.0,
        vulnerability=1.0,
    )
    z = [0.0] * chains
    fixed, flexible = (outcome(market, name, z) for name in ("fixed", "flexible-moq"))
    assert each(fixed, "breach_probability", chains) == [float(certain)] * chains
    profits = each(flexible, "profit", chains)
    assert each(fixed, "profit", chains) == pytest.approx(profits, abs=1e-12)
    # in between there is something to gain
    half = market.replace(threat_probability=0.5, wholesale_price=0.3, supplier_cost=0.1)
    fixed, flexible = (outcome(half, name, z) for name in ("fixed", "flexible-moq"))
    assert flexible["total_profit"] > fixed["total_profit"] + 1e-9


def test_no_order_of_welfare_between_the_two_is_assumed():
    """M = delta = 0, gamma = 0: welfare of either contract can be the higher one."""
    signs = set()
    for seed in range(60):
        market = random_market(seed).replace(minimum_order=0, discount=0, substitutability=0)
        fixed, flexible = (
            outcome(market, name, [0.01, 0.01])["economic_welfare"]
            for name in ("fixed", "flexible-moq")
        )
        signs.add(np.sign(round(flexible - fixed, 9)))
    assert {-1.0, 1.0} <= signs


@settings(max_examples=40, deadline=None)
@given(
    seed=seeds, chains=chain_counts, none=st.sampled_from(["sharing_level", "spillover", "both"])
)
def test_without_spillover_breaches_do_not_depend_on_rivals(seed, chains, none):
    zero = ["sharing_level", "spillover"] if none == "both" else [none]
    market = random_market(seed, chains=chains, alike=False).replace(**dict.fromkeys(zero, 0.0))
    rng = np.random.default_rng(seed)
    first, second = rng.uniform(0, 0.1, (2, chains))
    second[0] = first[0]
    one, other = (outcome(market, "fixed", z.tolist()) for z in (first, second))
    assert one["breach_probability_1"] == other["breach_probability_1"]
    reached = (1 + market.security_effectiveness * first[0]) ** market.security_elasticity
    alone = market.threat_probability * market.vulnerability[0] / reached
    assert one["breach_probability_1"] == pytest.approx(alone, rel=1e-12)


@pytest.mark.compiled
@settings(max_examples=40, deadline=None)
@given(seed=seeds, chains=st.integers(2, 3))
def test_without_threats_nobody_invests(seed, chains):
    market = random_market(seed, chains=chains, alike=False).replace(threat_probability=0)
    rows = coopetition.equilibria([market], regimes=REGIMES)
    assert rows["status"].to_list() == [
        "not unique" if market.sharing_level * market.spillover > 0.95 else "converged"
    ] * len(rows)
    for j in range(chains):
        assert (rows[f"investment_{j + 1}"] == 0).all()
    # and the split finds all of the advantage without risk
    split = coopetition.welfare_split(rows)
    assert split["timing_value"].to_numpy() == pytest.approx(np.zeros(3), abs=1e-12)
    assert split["gain_by_risk"].to_numpy() == pytest.approx(np.zeros(3), abs=1e-12)


@pytest.mark.compiled
@settings(max_examples=25, deadline=None)
@given(seed=seeds, chains=st.integers(2, 3))
def test_planner_s_investments_do_not_depend_on_the_subsidy(seed, chains):
    market = random_market(seed, chains=chains, alike=False)
    # theta lambda near 1 leaves the planner indifferent
    market = market.replace(spillover=min(market.spillover, 0.8))
    markets = [market.replace(subsidy_rate=rate) for rate in (0.0, 0.4, 0.8)]
    rows = coopetition.equilibria(markets, regimes=["planner"])
    assert rows["total_profit"].null_count() == 0
    for contract in CONTRACTS:
        same = rows.filter(contract=contract)
        welfare = same["economic_welfare"].to_numpy()
        assert welfare == pytest.approx([welfare[0]] * 3, abs=1e-9)
        if (same["status"] == "converged").all():
            for j in range(chains):
                z = same[f"investment_{j + 1}"].to_numpy()
                assert z == pytest.approx([z[0]] * 3, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(seed=seeds, chains=st.integers(2, 4), contract=st.sampled_from(CONTRACTS))
def test_bounds_of_gordon_and_loeb(seed, chains, contract):
    """Nothing lost, nothing shared: z <= v tau L (beta / (beta + 1))^(beta + 1) / (1 - sigma)."""
    market = random_market(seed, chains=chains, alike=False).replace(
        delivery_loss=0, sharing_level=0
    )
    row = coopetition.equilibria([market], contracts=[contract]).row(0, named=True)
    assert row["status"] == "converged"
    beta, paid = market.security_elasticity, 1 - market.subsidy_rate
    share = (beta / (beta + 1)) ** (beta + 1)
    assert share <= 1 / math.e
    for j in range(chains):
        at_stake = market.vulnerability[j] * market.threat_probability * market.breach_cost[j]
        assert row[f"investment_{j + 1}"] <= at_stake * share / paid + 1e-12
        # where it pays to invest, by the first-order condition
        alpha = market.security_effectiveness
        best = ((alpha * beta * at_stake / paid) ** (1 / (beta + 1)) - 1) / alpha
        assert row[f"investment_{j + 1}"] == pytest.approx(max(0.0, best), abs=1e-10)


def test_the_bound_of_gordon_and_loeb_is_reached():
    """At the effectiveness that makes it tight, z is the bound itself."""
    beta, at_stake, paid = 2.0, 0.2 * 0.7 * 0.1, 0.8
    # alpha z + 1 = (alpha beta s / paid)^(1 / (beta + 1)); z is largest at alpha z = 1 / beta
    alpha = (1 + 1 / beta) ** (beta + 1) * paid / (beta * at_stake)
    market = coopetition.Market(
        delivery_loss=0, sharing_level=0, security_elasticity=beta, security_effectiveness=alpha
    )
    z = coopetition.equilibria([market], contracts=["fixed"])["investment_1"][0]
    assert z == pytest.approx(at_stake * (beta / (beta + 1)) ** (beta + 1) / paid, rel=1e-9)


@pytest.mark.compiled
@settings(max_examples=40, deadline=None)
@given(seed=seeds, chains=st.integers(2, 3), alike=st.booleans())
def test_each_regime_has_most_of_what_it_maximises(seed, chains, alike):
    market = random_market(seed, chains=chains, alike=alike)
    rows = coopetition.equilibria([market], regimes=REGIMES)
    for contract in CONTRACTS:
        nash, joint, planner = (
            rows.filter(contract=contract, regime=regime).row(0, named=True) for regime in REGIMES
        )
        if nash["total_profit"] is not None:
            assert joint["total_profit"] >= nash["total_profit"] - 1e-9
            assert planner["economic_welfare"] >= nash["economic_welfare"] - 1e-9
        assert joint["total_profit"] >= planner["total_profit"] - 1e-9
        assert planner["economic_welfare"] >= joint["economic_welfare"] - 1e-9


def test_welfare_of_joint_investment_may_be_below_nash():
    found = set()
    for seed in range(20):
        rows = coopetition.equilibria(
            [random_market(seed)], contracts=["fixed"], regimes=REGIMES[:2]
        )
        nash, joint = rows["economic_welfare"]
        found.add(bool(joint < nash - 1e-6))
    assert found == {False, True}


@settings(max_examples=40, deadline=None)
@given(seed=seeds, chains=chain_counts)
def test_terms_of_welfare_add_up(seed, chains):
    """EW = E[CS] + profits + supplier - subsidies - harm."""
    market = random_market(seed, chains=chains, alike=False)
    z = some_investments(seed, chains)
    for contract in CONTRACTS:
        row = outcome(market, contract, z)
        parts = row["consumer_surplus"] + row["total_profit"] + row["supplier_profit"]
        whole = parts - row["subsidy_bill"] - row["unmet_harm"]
        assert row["economic_welfare"] == pytest.approx(whole, abs=1e-12)
        assert row["subsidy_bill"] == pytest.approx(market.subsidy_rate * sum(z), abs=1e-15)
        assert row["total_profit"] == pytest.approx(sum(each(row, "profit", chains)), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(seed=seeds, chains=chain_counts)
def test_a_minimum_that_is_never_reached_changes_nothing(seed, chains):
    """M so small that all order more: fixed MOQ without discount is the fixed contract."""
    market = random_market(seed, chains=chains).replace(
        minimum_order=1e-6, discount_threshold=2.0, vulnerability=0.1, delivery_loss=0.3
    )
    market = market.replace(wholesale_price=0.2, supplier_cost=0.1)
    z = some_investments(seed, chains)
    fixed, minimum = (outcome(market, name, z) for name in ("fixed", "fixed-moq"))
    for name, value in fixed.items():
        assert minimum[name] == pytest.approx(value, abs=1e-12), name


def test_take_or_pay_is_paid_where_less_is_ordered():
    """M far above what sells: payments are c M, and what is not ordered is produced as well."""
    market = coopetition.Market(minimum_order=6.0, discount_threshold=1.0)
    for contract in ("fixed-moq", "flexible-moq"):
        row = outcome(market, contract, [0.0, 0.0])
        assert row["order_1"] < 3.0
        price = 0.3 * (1 - 0.15)
        assert row["supplier_profit"] == pytest.approx((price - 0.2) * 6.0, rel=1e-12)
        # below the commitment a unit costs nothing: the order of a seller without costs
        states = coopetition.orders(market, contract=contract, investments=[0.0, 0.0])
        assert states["payment"].to_list() == pytest.approx([price * 3.0] * 8, rel=1e-12)
    free = 1 / (2 + 0.6)
    whole = states.filter(state="00")["order"].to_list()
    assert whole == pytest.approx([free, free], rel=1e-12)


def test_the_discount_sets_in_at_the_threshold_itself():
    below = math.nextafter(0.5, 0)
    paid = [
        coopetition.orders(
            coopetition.Market(minimum_order=order), contract="fixed-moq", investments=[0.0, 0.0]
        )["payment"][0]
        / coopetition.orders(
            coopetition.Market(minimum_order=order), contract="fixed-moq", investments=[0.0, 0.0]
        )["production"][0]
        for order in (below, 0.5)
    ]
    assert paid == pytest.approx([0.3, 0.3 * 0.85], rel=1e-12)
