"""Comparative statics against finite differences of independent solutions and closed forms."""

import numpy as np
import pytest
from typer.testing import CliRunner

from cakernel import coopetition
from cakernel.cli.app import commands
from cakernel.coopetition.market import EACH
from cakernel.coopetition.statics import statics_parameters
from cakernel.errors import InvalidInput
from helpers.coopetition_markets import CONTRACTS, point, random_market
from oracle import coopetition as oracle

OUTCOMES = ("investment_1", "investment_2", "order_1", "total_profit", "economic_welfare")


def moved(market, name, change):
    """Return the market with one parameter changed."""
    if name in type(market).model_fields:
        return market.replace(**{name: getattr(market, name) + change})
    field, _, chain = name.rpartition("_")
    values = list(np.broadcast_to(getattr(market, field), market.chains))
    values[int(chain) - 1] += change
    return market.replace(**{field: tuple(map(float, values))})


def solved_by_oracle(market, contract):
    """Return outcomes of an equilibrium that the oracle finds."""
    p, name = point(market), CONTRACTS[contract]
    z = oracle.nash(p, name, [0.01] * market.chains)
    expected = oracle.outcome(p, name, z)
    profits = sum(expected.profit)
    return dict(zip(OUTCOMES, [*z, expected.order[0], profits, expected.welfare], strict=True))


@pytest.mark.compiled
@pytest.mark.parametrize("contract", CONTRACTS)
@pytest.mark.parametrize(
    "name", ["subsidy_rate", "delivery_loss", "sharing_level", "wholesale_price", "vulnerability_2"]
)
def test_slopes_are_those_of_differences_of_the_oracle(contract, name):
    market = coopetition.Market(minimum_order=0.4, vulnerability=(0.3, 0.5), breach_cost=(0.1, 0.2))
    row = coopetition.comparative_statics(market, contract=contract, parameters=[name]).row(
        0, named=True
    )
    assert row["smooth"]
    assert row["status"] == "converged"
    # the oracle's investments are good to some 1e-8
    step = 2e-3
    ends = [solved_by_oracle(moved(market, name, change), contract) for change in (-step, step)]
    for outcome in OUTCOMES:
        slope = (ends[1][outcome] - ends[0][outcome]) / (2 * step)
        assert row[outcome] == pytest.approx(slope, rel=2e-3, abs=2e-5), outcome


@pytest.mark.compiled
@pytest.mark.parametrize("regime", oracle.REGIMES)
@pytest.mark.parametrize(("seed", "chains"), [(3, 2), (8, 3)])
def test_slopes_are_those_of_markets_solved_again(seed, chains, regime):
    market = random_market(seed, chains=chains, alike=False)
    for contract in CONTRACTS:
        rows = coopetition.comparative_statics(market, contract=contract, regime=regime)
        assert rows["parameter"].to_list() == statics_parameters(market)
        smooth = rows.filter("smooth")
        assert smooth.height > 15
        steps = [1e-4 * max(abs(value), 1e-3) for value in smooth["value"]]
        markets = [
            moved(market, name, sign * step)
            for name, step in zip(smooth["parameter"], steps, strict=True)
            for sign in (-1, 1)
        ]
        again = coopetition.equilibria(markets, contracts=[contract], regimes=[regime])
        for outcome in OUTCOMES:
            values = again[outcome].to_numpy().reshape(-1, 2)
            slopes = (values[:, 1] - values[:, 0]) / (2 * np.array(steps))
            np.testing.assert_allclose(smooth[outcome], slopes, rtol=1e-4, atol=1e-6)


def test_closed_form_where_only_the_cost_of_breaches_counts():
    """No delivery is lost, nothing is shared: alpha z + 1 = (X / (1 - sigma))^(1 / (beta + 1))."""
    market = coopetition.Market(delivery_loss=0, sharing_level=0, security_elasticity=1.5)
    x = 100 * 1.5 * 0.7 * 0.2 * 0.1
    names = ["subsidy_rate", "threat_probability", "breach_cost_1", "breach_cost_2", "spillover"]
    rows = coopetition.comparative_statics(market, contract="fixed", parameters=names)
    found = dict(zip(names, rows["investment_1"], strict=True))
    reach = (x / 0.8) ** 0.4 / 100
    z = coopetition.equilibria([market], contracts=["fixed"])["investment_1"][0]
    assert z == pytest.approx(reach - 0.01, rel=1e-9)
    assert found["subsidy_rate"] == pytest.approx(0.4 * reach / 0.8, rel=1e-6)
    assert found["threat_probability"] == pytest.approx(0.4 * reach / 0.7, rel=1e-6)
    assert found["breach_cost_1"] == pytest.approx(0.4 * reach / 0.1, rel=1e-6)
    assert found["breach_cost_2"] == pytest.approx(0, abs=1e-9)
    # theta is 0
    assert found["spillover"] == pytest.approx(0, abs=1e-9)


def test_an_investment_that_does_not_pay_stays_at_0():
    market = coopetition.Market(security_effectiveness=1.0)
    rows = coopetition.comparative_statics(market, contract="fixed")
    assert rows["smooth"].sum() > 15
    smooth = rows.filter("smooth")
    assert (smooth["investment_1"] == 0).all()
    slope = smooth.filter(parameter="breach_cost_1")["profit_1"][0]
    # the envelope: only B itself
    assert slope == pytest.approx(-0.7 * 0.2, rel=1e-9)


def test_a_jump_has_no_slope():
    """M = Mbar: a little less loses the discount."""
    rows = coopetition.comparative_statics(
        coopetition.Market(minimum_order=0.5, discount_threshold=0.5),
        contract="fixed-moq",
        parameters=["minimum_order", "discount_threshold", "discount"],
    )
    assert rows["smooth"].to_list() == [False, False, True]
    assert rows["economic_welfare"].is_null().to_list() == [True, True, False]


def test_ends_of_ranges_have_one_side():
    market = coopetition.Market(
        threat_probability=1, sharing_level=0, subsidy_rate=0, minimum_order=0
    )
    names = ["threat_probability", "sharing_level", "subsidy_rate"]
    rows = coopetition.comparative_statics(market, contract="flexible-moq", parameters=names)
    assert rows["smooth"].all()
    for name, slope in zip(names, rows["economic_welfare"], strict=True):
        inside = -1e-5 if name == "threat_probability" else 1e-5
        ends = coopetition.equilibria(
            [market, moved(market, name, inside)], contracts=["flexible-moq"]
        )
        there = ends["economic_welfare"].to_list()
        assert slope == pytest.approx((there[1] - there[0]) / inside, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"parameters": ["chains"]}, r"parameters: got 'chains'; must be one of threat_"),
        ({"parameters": ["vulnerability"]}, r"parameters: got 'vulnerability'"),
        ({"contract": "free"}, r"contract: got 'free'; must be one of fixed"),
        ({"regime": "all"}, r"regime: got 'all'; must be one of nash"),
    ],
)
def test_bad_names(given, words):
    with pytest.raises(InvalidInput, match=words):
        coopetition.comparative_statics(coopetition.Market(), **{"contract": "fixed", **given})


def test_names_of_single_chains():
    names = statics_parameters(coopetition.Market(chains=3))
    assert [name for name in names if name.startswith("breach_cost")] == [
        "breach_cost_1",
        "breach_cost_2",
        "breach_cost_3",
    ]
    assert len(names) == 17 + 3 * len(EACH)


def test_command(tmp_path):
    arguments = ["--set", "subsidy_rate=0.3", "--parameter", "subsidy_rate", "--regime", "planner"]
    out = tmp_path / "statics"
    ran = CliRunner().invoke(commands(), ["ctip", "statics", *arguments, "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert ran.output.startswith("Inspired by the abstract")
    (line,) = [line for line in ran.output.splitlines() if "0.3" in line]
    # a planner's investments do not depend on who pays, nor does welfare
    assert line.startswith("share of investment")
    assert line.split()[-6:-3] == ["0.3", "0", "0"]
    assert (out / "statics.csv").exists()


def test_command_names_what_is_unknown(cakernel):
    code, _, error = cakernel("ctip", "statics", "--parameter", "nothing")
    assert code == 2
    assert "parameters: got 'nothing'; must be one of" in error
    assert "Traceback" not in error
