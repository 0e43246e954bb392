"""Statuses and certificates: several equilibria, none, and what is not one."""

import numpy as np
import polars as pl
import pytest

from cakernel.coopetition import Market, equilibria, equilibrium, outcome, welfare_split
from cakernel.errors import InvalidInput
from helpers.coopetition_markets import CONTRACTS, point, random_market
from oracle import coopetition as oracle

OUTCOMES = ("economic_welfare", "total_profit", "investment_1", "order_2", "profit_1", "selection")

# alike chains with decreasing returns: one of them invests, or both in between
ALIKE = Market(
    threat_probability=0.89,
    vulnerability=0.63,
    delivery_loss=0.85,
    breach_cost=0.0091,
    security_effectiveness=23.0,
    security_elasticity=1.4,
    substitutability=0.99,
    wholesale_price=0.42,
    supplier_cost=0.31,
    subsidy_rate=0.026,
    sharing_level=0.053,
    spillover=0.0,
)
# chains that differ, and two equilibria near each other
NEAR = Market(
    threat_probability=0.4911,
    vulnerability=(0.5312, 0.5057),
    delivery_loss=0.614,
    breach_cost=(0.0298, 0.3094),
    discount=0.1989,
    discount_threshold=0.7822,
    security_effectiveness=44.29,
    security_elasticity=2.824,
    substitutability=0.7046,
    wholesale_price=0.3377,
    supplier_cost=0.1331,
    subsidy_rate=0.05695,
    sharing_level=0.8886,
    spillover=0.3843,
    minimum_order=0.4811,
)
# the first chain invests if the second does much, and then the second would do little
ROUND = Market(
    threat_probability=0.5,
    vulnerability=(0.31, 0.89),
    delivery_loss=0.44,
    breach_cost=(0.36, 0.01),
    discount=0.077,
    discount_threshold=0.42,
    security_effectiveness=36.0,
    security_elasticity=3.0,
    substitutability=0.6,
    wholesale_price=0.55,
    supplier_cost=0.48,
    subsidy_rate=0.33,
    sharing_level=0.47,
    spillover=0.78,
    minimum_order=0.81,
)


def most_gained(market, contract, z):
    """Return what the chain gains that gains most by another investment, by the oracle."""
    p = point(market)
    gains = []
    for j in range(market.chains):
        value = oracle.goal(p, CONTRACTS[contract], "nash", j)
        top = (p["a"] ** 2 / p["b"] + max(p["L"])) / (1 - p["sigma"])
        other = list(z)
        other[j] = oracle.best_response(value, z, j, top)
        gains.append(value(other) - value(z))
    return max(gains)


def investments(table):
    return table.select("investment_1", "investment_2").rows()


@pytest.mark.parametrize(
    ("market", "contract", "expected", "rule"),
    [
        # the mirror images, and the one in between, which gives less profit
        (
            ALIKE,
            "fixed",
            [(0.027676, 0), (0.017467, 0.017467), (0, 0.027676)],
            "first chain invests most",
        ),
        (
            NEAR,
            "fixed-moq",
            [(0.002607, 0.019532), (0.002935, 0.019409)],
            "highest total profit",
        ),
    ],
)
def test_several_equilibria(market, contract, expected, rule):
    found = equilibrium(market, contract=contract)
    row = equilibria([market], contracts=[contract]).row(0, named=True)
    assert row["status"] == "not unique"
    assert row["equilibria_found"] == found.height == len(expected)
    assert sorted(investments(found)) == pytest.approx(np.array(sorted(expected)), abs=1e-6)
    # the reported one comes first and gives no less profit than any other
    assert found["selection"].to_list() == [rule] + [None] * (len(expected) - 1)
    assert row["selection"] == rule
    reported = (row["investment_1"], row["investment_2"])
    assert investments(found)[0] == pytest.approx(reported, abs=1e-12)
    assert investments(found)[0] == pytest.approx(expected[0], abs=1e-6)
    assert found["total_profit"][0] >= found["total_profit"].max() - 1e-9
    for z in investments(found):
        assert most_gained(market, contract, list(z)) < 1e-9
    # what lies between two of them is none, so they are not one found twice
    middle = [(x + y) / 2 for x, y in zip(*investments(found)[:2], strict=True)]
    assert most_gained(market, contract, middle) > 1e-9


def test_mirror_images_give_mirrored_outcomes():
    found = equilibrium(ALIKE, contract="fixed")
    first, last = found.row(0, named=True), found.row(2, named=True)
    for name in ("investment", "breach_probability", "order", "delivery", "profit"):
        assert first[f"{name}_1"] == pytest.approx(last[f"{name}_2"], abs=1e-9)
        assert first[f"{name}_2"] == pytest.approx(last[f"{name}_1"], abs=1e-9)
    assert first["investment_1"] > first["investment_2"] + 0.02
    assert first["economic_welfare"] == pytest.approx(last["economic_welfare"], abs=1e-9)


@pytest.mark.parametrize(
    ("spillover", "status"), [(0.95, "converged"), (0.951, "not unique"), (1.0, "not unique")]
)
def test_strong_spillovers_are_labelled(spillover, status):
    rows = equilibria([Market(sharing_level=1.0, spillover=spillover)])
    assert rows["status"].to_list() == [status] * 3
    assert rows["economic_welfare"].null_count() == 0
    assert rows["largest_gain"].max() < 1e-9


@pytest.mark.compiled
def test_best_responses_that_go_round():
    row = equilibria([ROUND], contracts=["fixed-moq"]).row(0, named=True)
    assert row["status"] == "cycling"
    assert row["equilibria_found"] == 0
    assert row["largest_gain"] > 1e-4
    for name in OUTCOMES:
        assert row[name] is None, name
    alone = equilibrium(ROUND, contract="fixed-moq")
    assert alone.rows() == [("cycling", row["largest_gain"])]
    # the oracle's do not settle either: from the second round on each leaps again and again
    p = point(ROUND)
    values = [oracle.goal(p, "fixed-minimum", "nash", j) for j in range(2)]
    top = (1 + 0.36) / (1 - 0.33)
    for start in (0.0, 0.02):
        z = [start, start]
        visited = []
        for _ in range(8):
            for j in range(2):
                z[j] = oracle.best_response(values[j], z, j, top)
            visited.append(z[0])
        assert max(visited[2:]) - min(visited[2:]) > 0.002


@pytest.mark.compiled
def test_other_contracts_of_the_same_market_are_solved():
    rows = equilibria([ROUND])
    assert rows["status"].to_list() == ["converged", "cycling", "converged"]
    assert rows["economic_welfare"].is_null().to_list() == [False, True, False]
    split = welfare_split(rows).row(0, named=True)
    assert split["timing_value"] is split["commitment_value"] is None
    welfare = rows["economic_welfare"]
    assert split["welfare_gain"] == pytest.approx(welfare[2] - welfare[0], abs=1e-15)
    with pytest.raises(InvalidInput, match=r"^equilibria: got none under fixed-moq; must have all"):
        welfare_split(rows.filter(pl.col("contract") != "fixed-moq"))


@pytest.mark.parametrize("seed", range(20, 26))
@pytest.mark.parametrize("contract", sorted(CONTRACTS))
def test_certificate_of_what_is_no_equilibrium(seed, contract):
    """Investments moved away from the equilibrium: gains by the oracle, to 1e-9."""
    market = random_market(seed, alike=seed % 2 == 0)
    row = equilibria([market], contracts=[contract]).row(0, named=True)
    z = [row["investment_1"], row["investment_2"]]
    assert outcome(market, contract=contract, investments=z)["is_equilibrium"][0]
    for moved in ([z[0] + 0.01, z[1]], [z[0], z[1] * 0.5 + 0.02]):
        given = outcome(market, contract=contract, investments=moved)
        expected = most_gained(market, contract, moved)
        assert expected > 1e-7
        assert given["is_equilibrium"][0] is False
        assert given["largest_gain"][0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("regime", ["joint", "planner"])
def test_certificate_of_a_common_goal(regime):
    """No less than what moving to the optimum gains, and no less than any one chain could."""
    market = Market()
    best = equilibrium(market, contract="flexible-moq", regime=regime)
    goal = "total_profit" if regime == "joint" else "economic_welfare"
    moved = outcome(market, contract="flexible-moq", investments=[0.0, 0.001], regime=regime)
    assert moved["is_equilibrium"][0] is False
    missed = best[goal][0] - moved[goal][0]
    assert 0 < moved["largest_gain"][0] <= missed + 1e-9
    assert moved["largest_gain"][0] > 0.5 * missed
    z = list(investments(best)[0])
    assert outcome(market, contract="flexible-moq", investments=z, regime=regime)["is_equilibrium"][
        0
    ]
    # what is best for all is no equilibrium of chains each for itself
    alone = outcome(market, contract="flexible-moq", investments=z)
    assert alone["is_equilibrium"][0] is False
    assert alone["largest_gain"][0] > 1e-6


@pytest.mark.compiled
def test_status_does_not_depend_on_the_company():
    markets = [ALIKE, Market(), ROUND, NEAR, random_market(3, chains=3)]
    together = equilibria(markets)
    assert together["status"].unique().len() == 3
    for n, market in enumerate(markets):
        apart = equilibria([market])
        mine = together.filter(pl.col("point") == n).select(apart.columns)
        assert mine.drop("point").equals(apart.drop("point"))
