"""Expectations by random breach states, and tables of all breach states."""

import math
from itertools import pairwise

import polars as pl
import pytest

from cakernel.coopetition import Market, breach_states, estimate, orders, outcome
from cakernel.errors import InvalidInput
from helpers.coopetition_markets import CONTRACTS, random_market

# a normal distance is beyond this once in 16,000
FAR = 4


def distances(table):
    """Return how many standard errors each mean is from the exact value."""
    apart = table.filter(pl.col("standard_error") > 0)
    return ((apart["mean"] - apart["exact"]) / apart["standard_error"]).abs()


@pytest.mark.parametrize("contract", sorted(CONTRACTS))
@pytest.mark.parametrize(("chains", "seed"), [(2, 31), (3, 32)])
def test_means_are_near_what_is_exact(contract, chains, seed):
    market = random_market(seed, chains=chains, alike=False)
    z = [0.004, 0.01, 0.0][:chains]
    table = estimate(market, contract=contract, investments=z, draws=40_000)
    assert distances(table).max() < FAR
    # errors are small enough to see a mistake
    welfare = table.row(by_predicate=pl.col("outcome") == "economic_welfare", named=True)
    assert 0 < welfare["standard_error"] < 0.003
    exact = outcome(market, contract=contract, investments=z).row(0, named=True)
    assert {row[0]: row[3] for row in table.rows()} == {
        name: exact[name] for name in table["outcome"]
    }


def test_another_market_is_told_apart():
    """The check can fail: means of one market are far from the exact values of a riskier one."""
    z = [0.004, 0.004]
    table = estimate(Market(), contract="fixed", investments=z, draws=40_000)
    other = outcome(Market(vulnerability=0.25), contract="fixed", investments=z)
    exact = pl.Series([other[name][0] for name in table["outcome"]])
    assert distances(table.with_columns(exact=exact)).max() > 2 * FAR


def test_twelve_chains():
    market = Market(chains=12, vulnerability=tuple(0.1 + 0.05 * j for j in range(12)))
    table = estimate(market, contract="flexible-moq", investments=[0.002] * 12, draws=20_000)
    assert table.height == 6 + 3 * 12
    assert distances(table).max() < FAR


def test_seeds_and_draws():
    def means(**arguments):
        return estimate(Market(), contract="fixed", investments=[0, 0], **arguments)["mean"]

    assert means(draws=1000, seed=5).equals(means(draws=1000, seed=5))
    assert not means(draws=1000, seed=5).equals(means(draws=1000, seed=6))
    # more draws begin with the fewer's: from draws to draws + 1 all sums grow by one state's values
    sums = [
        draws * estimate(Market(), contract="fixed", investments=[0, 0], draws=draws)["mean"]
        for draws in range(2, 40)
    ]
    steps = {
        tuple(round(value, 9) for value in later - earlier) for earlier, later in pairwise(sums)
    }
    # one for each of the states met: none breached, the first, the second, both
    assert 2 <= len(steps) <= 4


def test_draws_beyond_one_block_are_counted_once(monkeypatch):
    whole = estimate(Market(), contract="fixed-moq", investments=[0, 0.01], draws=1000)
    monkeypatch.setattr(breach_states, "BLOCK", 300)
    parts = estimate(Market(), contract="fixed-moq", investments=[0, 0.01], draws=1000)
    for column in ("mean", "standard_error"):
        assert (whole[column] - parts[column]).abs().max() < 1e-14


def test_certain_outcomes_have_no_error():
    market = Market(threat_probability=0.0)
    table = estimate(market, contract="flexible-moq", investments=[0, 0], draws=10)
    assert table["standard_error"].to_list() == [0.0] * table.height
    assert (table["mean"] - table["exact"]).abs().max() < 1e-12


def test_states_are_all_and_add_up():
    market = Market(chains=3, vulnerability=(0.2, 0.5, 0.9))
    table = orders(market, contract="flexible-moq", investments=[0.01, 0, 0.002])
    expected = outcome(market, contract="flexible-moq", investments=[0.01, 0, 0.002])
    assert table.height == 8 * 3
    assert table["state"].unique(maintain_order=True).to_list()[:3] == ["000", "001", "010"]
    for j in (1, 2, 3):
        mine = table.filter(pl.col("chain") == j)
        hit = mine.filter(pl.col("breached"))["probability"].sum()
        assert hit == pytest.approx(expected[f"breach_probability_{j}"][0], abs=1e-12)
        for name in ("order", "delivery"):
            mean = (mine["probability"] * mine[name]).sum()
            assert mean == pytest.approx(expected[f"{name}_{j}"][0], abs=1e-12)
    paid = 0.3 * 0.85 * table["production"]
    assert (table["payment"] - paid).abs().max() < 1e-15
    assert table["production"].min() >= 0.5 / 3
    kept = pl.when(pl.col("breached")).then(0.6).otherwise(1.0) * pl.col("order")
    assert table.select((kept - pl.col("delivery")).abs().max()).item() < 1e-15


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"draws": 1}, "draws: got 1; must be a whole number from 2 to 100,000,000"),
        ({"draws": 2.5}, "draws: got 2.5; must be a whole number"),
        ({"seed": -1}, "seed: got -1; must be a whole number from 0"),
        ({"contract": "free"}, "contract: got 'free'; must be one of fixed, fixed-moq, flexible"),
        ({"investments": [0.1]}, "investments: got 1 numbers; must be one for each of the 2 chai"),
        ({"investments": [0.1, -1]}, r"investments: got \[0.1, -1.0\]; must be numbers from 0 to"),
        ({"investments": [0.1, math.nan]}, r"investments\[1\]: got nan; must be a finite number"),
    ],
)
def test_bad_arguments(arguments, message):
    given = {"contract": "fixed", "investments": [0.0, 0.0]} | arguments
    with pytest.raises(InvalidInput, match=rf"^{message}"):
        estimate(Market(), **given)


def test_too_many_states_for_a_table():
    with pytest.raises(InvalidInput, match=r"^chains: got 11; must be at most 10 for a table"):
        orders(Market(chains=11), contract="fixed", investments=[0] * 11)
    assert orders(Market(chains=10), contract="fixed", investments=[0] * 10).height == 10 * 2**10
