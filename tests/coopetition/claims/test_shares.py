"""Shares of claims and shortfalls, by hand."""

import polars as pl
import pytest

from cakernel.coopetition.claims.markets import NO_PLATFORM
from cakernel.coopetition.claims.shares import interval
from cakernel.coopetition.claims.verdicts import judge
from helpers.coopetition_claim_rows import MARKETS, made_rows, told


def claim(found, name):
    (row,) = found.claims.filter(pl.col("id") == name).iter_rows(named=True)
    return row


def counts(found, name):
    row = claim(found, name)
    return row["holds"], row["equal"], row["opposite"]


def test_interval_against_values_of_wilson():
    # Newcombe (1998), Table I, method 3
    assert interval(81, 263, 0.95) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert interval(0, 20, 0.95) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert interval(0, 0, 0.95) == (0.0, 1.0)


def test_shares_of_claims_on_regimes_by_hand():
    found = judge(MARKETS, made_rows(4, told))
    assert counts(found, "e-joint-welfare-flexible") == (1, 1, 2)
    assert claim(found, "e-joint-welfare-flexible")["share"] == 0.25
    assert counts(found, "e-joint-profit-flexible") == (3, 1, 0)
    assert counts(found, "e-joint-investments-flexible") == (1, 3, 0)
    assert counts(found, "e-planner-breaches-flexible") == (3, 0, 1)
    assert counts(found, "e-planner-welfare-flexible") == (4, 0, 0)
    # nothing was said of fixed orders
    assert counts(found, "e-joint-welfare-fixed") == (0, 4, 0)
    assert claim(found, "e-joint-welfare-fixed")["verdict"] == "equal in all"


def test_regimes_swapped_reverse_the_shares():
    swapped = {"nash": "joint", "joint": "nash", "planner": "planner"}
    found = judge(MARKETS, made_rows(4, lambda m, c, r, x: told(m, c, swapped[r], x)))
    assert counts(found, "e-joint-welfare-flexible") == (2, 1, 1)
    # what cannot be is counted all the same, should a solver say so
    assert counts(found, "e-joint-profit-flexible") == (0, 1, 3)


def test_a_status_of_either_regime_leaves_a_market_out():
    def spoilt(market, contract, regime, change):
        status = {
            (0, "joint"): "cycling",
            (1, "nash"): "not unique",
            (2, "planner"): "not converged",
        }.get((market, regime), "converged")
        return {**told(market, contract, regime, change), "status": status}

    found = judge(MARKETS, made_rows(4, spoilt))
    columns = ("counted", "no_equilibrium", "not_unique")
    joint = claim(found, "e-joint-welfare-flexible")
    assert [joint[name] for name in columns] == [2, 1, 1]
    assert counts(found, "e-joint-welfare-flexible") == (0, 1, 1)
    planner = claim(found, "e-planner-welfare-flexible")
    assert [planner[name] for name in columns] == [2, 1, 1]
    kept = found.differences.filter(
        pl.col("id") == "e-planner-welfare-flexible", pl.col("difference").is_not_null()
    )
    assert kept["market"].to_list() == [0, 3]
    # the gap to the planner needs all three regimes
    assert found.shortfall["counted"].to_list() == [1] * 9


def test_what_a_platform_is_worth_by_hand():
    def told(market, contract, regime, change):
        if regime != "nash" or contract != "fixed" or change != NO_PLATFORM:
            return {}
        return {
            "economic_welfare": (0.9, 0.9, 1.1, 1.0)[market],
            "total_profit": (-0.1, 0.1, 0.0, 0.0)[market],
            "profit_1": (-0.1, 0.3, 0.0, -0.1)[market],
            "profit_2": (-0.2, -0.2, 0.0, 0.0)[market],
            "investment_1": (0.1, 0.1, 0.1, 0.0)[market],
            "breach_probability_2": (0.6, 0.4, 0.4, 0.5)[market],
        }

    found = judge(MARKETS, made_rows(4, told).filter(pl.col("regime") == "nash"))
    assert counts(found, "f-platform-welfare-fixed") == (2, 1, 1)
    assert counts(found, "f-platform-profit-fixed") == (1, 2, 1)
    assert counts(found, "f-platform-each-fixed") == (1, 2, 1)
    assert counts(found, "f-platform-any-fixed") == (3, 1, 0)
    assert counts(found, "f-platform-investments-fixed") == (0, 1, 3)
    assert counts(found, "f-platform-breaches-fixed") == (1, 1, 2)
    assert counts(found, "f-platform-breaches-flexible") == (0, 4, 0)
    # without the others there is nothing to compare nash with
    assert set(found.claims["regime"]) == {"nash"}
    assert not found.claims["id"].str.starts_with("e-").any()
    assert found.shortfall.is_empty()


def test_shortfall_by_hand():
    welfare = {
        ("planner", "none"): (2.0, 4.0, 0.0, 1.0),
        ("nash", "none"): (1.0, 4.0, -3.0, 1.0),
        ("nash", "subsidy_rate"): (1.5, 4.0, -3.6, 0.5),
        ("joint", "none"): (2.0, 3.0, -3.0, 1.0),
    }

    def told(market, contract, regime, change):
        values = welfare.get((regime, change))
        return {"economic_welfare": values[market]} if values else {}

    table = judge(MARKETS, made_rows(4, told)).shortfall
    assert table.height == 9
    nash, raised, joint = table.filter(contract="flexible-moq").iter_rows(named=True)
    assert (nash["choice"], joint["choice"]) == ("nash", "joint")
    assert raised["choice"] == "nash, subsidy_rate + 0.1"
    assert (nash["counted"], nash["short"], nash["share_short"]) == (4, 2, 0.5)
    # short by 1, 0, 3, 0; planner's welfare of 2, 4 and 1 has shares of 1/2, 0, 0
    assert (nash["mean_shortfall"], nash["median_shortfall"]) == (1.0, 0.5)
    assert (nash["counted_positive"], nash["median_share"]) == (3, 0.0)
    assert nash["mean_share"] == pytest.approx(1 / 6)
    assert nash["median_closed"] is nash["total_closed"] is None
    # of gaps of 1 and 3 the subsidy closes 0.5 and -0.6, joint investment 1 and 0
    assert raised["counted_gap"] == joint["counted_gap"] == 2
    assert raised["median_closed"] == pytest.approx(0.15)
    assert raised["total_closed"] == pytest.approx(-0.025)
    assert (joint["median_closed"], joint["total_closed"]) == (0.5, 0.25)
    assert (raised["short"], joint["short"]) == (3, 2)
