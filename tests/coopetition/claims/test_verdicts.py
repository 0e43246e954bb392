"""Claims on coopetition: what is counted, and that shares are those of the solved markets."""

import polars as pl
import pytest
from typer.testing import CliRunner

from cakernel.cli.app import commands
from cakernel.coopetition import Market, equilibria
from cakernel.coopetition.claims.markets import (
    LEVELS,
    NO_PLATFORM,
    RIVAL,
    STEPS,
    claim_markets,
)
from cakernel.coopetition.claims.shares import EQUAL
from cakernel.coopetition.claims.statements import abstract_claims, regime_claims
from cakernel.coopetition.claims.verdicts import claim_verdicts, judge
from cakernel.coopetition.words import REGIMES
from cakernel.errors import InvalidInput
from helpers.coopetition_markets import point
from oracle import coopetition as oracle


@pytest.fixture(scope="module")
def found():
    return claim_verdicts(points=24, seed=3)


def test_markets_are_in_range_and_begin_alike():
    markets = claim_markets(400, seed=5)
    assert markets.head(50).equals(claim_markets(50, seed=5))
    assert set(markets["chains"]) == {2, 3}
    assert (markets["vulnerability"].list.len() == markets["chains"]).all()
    assert (markets["supplier_cost"] <= markets["wholesale_price"]).all()
    assert (markets["supplier_cost"] >= 0.3 * markets["wholesale_price"] - 1e-12).all()
    assert (markets["sharing_level"] + 0.1).max() * 0.95 <= 0.95
    assert not claim_markets(50, seed=6).equals(claim_markets(50, seed=5))


def test_paired_markets_differ_in_one_thing_only(found):
    keys = found.rows.select("change", "level").unique(maintain_order=True).rows()
    assert len(keys) == 3 + len(LEVELS) + len(STEPS)
    for name, step in STEPS.items():
        changed = found.markets.with_columns(pl.col(name) + step)
        mine = found.rows.filter(pl.col("change") == name)["economic_welfare"]
        assert mine.equals(equilibria(changed, regimes=REGIMES)["economic_welfare"])
    alone = found.markets.with_columns(sharing_level=0.0)
    mine = found.rows.filter(pl.col("change") == NO_PLATFORM)["economic_welfare"]
    assert mine.equals(equilibria(alone, regimes=REGIMES)["economic_welfare"])
    raised = [
        {**row, "vulnerability": [*row["vulnerability"][:-1], row["vulnerability"][-1] + 0.1]}
        for row in found.markets.to_dicts()
    ]
    again = equilibria(pl.DataFrame(raised, schema=found.markets.schema), regimes=REGIMES)
    mine = found.rows.filter(pl.col("change") == RIVAL)
    assert mine["profit_1"].equals(again["profit_1"])


def test_share_of_the_first_claim_by_hand(found):
    rows = found.rows.filter(
        pl.col("change") == "none", pl.col("status") == "converged", pl.col("regime") == "nash"
    )
    welfare = {
        (market, contract): value
        for market, contract, value in rows.select(
            "market", "contract", "economic_welfare"
        ).iter_rows()
    }
    pairs = [
        welfare[n, "flexible-moq"] - welfare[n, "fixed"]
        for n in range(24)
        if (n, "flexible-moq") in welfare and (n, "fixed") in welfare
    ]
    row = found.claims.row(0, named=True)
    assert (row["id"], row["regime"]) == ("a-advantage", "nash")
    assert row["counted"] == len(pairs)
    assert row["holds"] == sum(value > EQUAL for value in pairs)
    assert row["opposite"] == sum(value < -EQUAL for value in pairs)


def test_every_claim_accounts_for_every_market(found):
    table = found.claims
    expected = [(claim.id, regime) for regime in REGIMES for claim in abstract_claims(regime)]
    for regime in ("joint", "planner"):
        expected += [(claim.id, regime) for claim in regime_claims(regime)]
    assert table.select("id", "regime").rows() == expected
    assert table.height == len(set(expected))
    left = table["counted"] + table["no_equilibrium"] + table["not_unique"]
    assert (left == 24).all()
    assert (table["holds"] + table["equal"] + table["opposite"] == table["counted"]).all()


def test_parts_of_the_advantage_add_up(found):
    wide = found.differences.filter(pl.col("id").is_in(["a-advantage", "a-timing", "a-commitment"]))
    wide = wide.pivot("id", index=["regime", "market"], values="difference").drop_nulls()
    sums = wide["a-timing"] + wide["a-commitment"] - wide["a-advantage"]
    assert sums.abs().max() < 1e-12


def test_what_is_no_certified_equilibrium_is_never_counted(found):
    spoilt = found.rows.with_columns(
        status=pl.when(pl.col("market") == 0)
        .then(pl.lit("not converged"))
        .when(pl.col("market") == 1)
        .then(pl.lit("cycling"))
        .when(pl.col("market") == 2)
        .then(pl.lit("not unique"))
        .otherwise(pl.col("status").cast(pl.String))
    )
    before, after = found.claims, judge(found.markets, spoilt).claims
    fewer = before["counted"] - after["counted"]
    assert (fewer == 3).all()
    assert ((after["no_equilibrium"] - before["no_equilibrium"]) == 2).all()
    assert ((after["not_unique"] - before["not_unique"]) == 1).all()


def test_reversed_contracts_reverse_the_share(found):
    # a claim can fail: with contracts swapped in the results the share is that of the opposite
    swapped = found.rows.with_columns(
        contract=pl.col("contract")
        .cast(pl.String)
        .replace({"fixed": "flexible-moq", "flexible-moq": "fixed"})
    )
    row = judge(found.markets, swapped).claims.row(0, named=True)
    assert row["holds"] == found.claims["opposite"][0]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"points": 0}, "points"),
        ({"confidence": 1.0}, "confidence"),
        ({"regimes": ["nash", "all"]}, "regimes"),
        ({"regimes": []}, "regimes"),
    ],
)
def test_bad_arguments(given, name):
    with pytest.raises(InvalidInput, match=f"^{name}: got"):
        claim_verdicts(**given)


def test_picture_draws_the_shares_it_is_given(found, tmp_path):
    from cakernel.pictures import save

    coopetition_pictures = pytest.importorskip("cakernel.coopetition.pictures")
    chart = coopetition_pictures.advantage_by_risk(found.by_risk, note="seed 3")
    assert "not a reproduction" in chart.description
    top = found.by_risk.row(len(LEVELS) - 1, named=True)
    assert f"tau = 1: above 0 in {top['share_positive']:.0%}" in chart.description
    save(chart, tmp_path / "claims.svg")
    assert "seed 3" in (tmp_path / "claims.svg").read_text(encoding="utf-8")


def test_command_writes_every_point_and_the_claims(tmp_path):
    out = tmp_path / "claims"
    ran = CliRunner().invoke(
        commands(), ["ctip", "claims", "--points", "12", "--seed", "3", "--out", str(out)]
    )
    assert ran.exit_code == 0, ran.output
    assert ran.output.startswith("Inspired by the abstract")
    assert pl.read_csv(out / "markets.csv").height == 12
    assert pl.read_parquet(out / "equilibria.parquet").height == 12 * 36 * 3
    written = pl.read_csv(out / "claims.csv")
    assert written.filter(pl.col("regime") == "nash")["id"].to_list() == [
        one.id for one in abstract_claims()
    ]
    picture = tmp_path / "claims.svg"
    ran = CliRunner().invoke(
        commands(), ["plot", "ctip", "--from", str(out), "--out", str(picture)]
    )
    assert ran.exit_code == 0, ran.output
    assert "12 random markets" in picture.read_text(encoding="utf-8")


@pytest.mark.compiled
def test_what_is_certain_by_construction_is_what_the_solver_says():
    found = claim_verdicts(points=40, seed=7)
    certain = found.claims.filter(pl.col("by_construction").is_not_null())
    assert certain.height == 8
    for row in certain.iter_rows(named=True):
        assert row["counted"] > 30
        assert row["opposite"] == 0
        assert (row["equal"] == row["counted"]) == ("always equal" in row["by_construction"])
    # the same claims are open where chains choose
    own = found.claims.filter(id="c-subsidy-investments", regime="nash").row(0, named=True)
    assert own["by_construction"] is None
    assert own["holds"] > 30


@pytest.mark.compiled
def test_differences_against_an_independent_solver():
    found = claim_verdicts(points=3, seed=12)
    row = found.markets.row(2, named=True)
    assert row["chains"] == 2
    p = point(Market(**row))
    contract = "flexible"
    outcomes = {
        "nash": oracle.outcome(p, contract, oracle.nash(p, contract, [0.0, 0.0])),
        "joint": oracle.outcome(p, contract, oracle.optimum(p, contract, "joint")),
    }
    alone = {**p, "theta": 0.0}
    outcomes["alone"] = oracle.outcome(alone, contract, oracle.nash(alone, contract, [0.0, 0.0]))
    profit = {name: sum(outcome.profit) for name, outcome in outcomes.items()}
    for name, regime, expected in (
        ("e-joint-profit-flexible", "joint", profit["joint"] - profit["nash"]),
        ("f-platform-profit-flexible", "nash", profit["nash"] - profit["alone"]),
        (
            "f-platform-welfare-flexible",
            "nash",
            outcomes["nash"].welfare - outcomes["alone"].welfare,
        ),
    ):
        mine = found.differences.filter(id=name, regime=regime, market=2)["difference"].item()
        assert mine == pytest.approx(expected, abs=1e-8)
        assert abs(mine) > 1e-6


@pytest.mark.compiled
def test_command_takes_one_regime_or_several(cakernel, tmp_path):
    small = ("ctip", "claims", "--points", 3, "--seed", 5)
    code, out, err = cakernel(*small, "--regime", "joint", "--out", "one")
    assert (code, err) == (0, "")
    assert "chains invest for the" in out
    assert "Welfare short" not in out
    for name in ("claims", "by_risk", "differences", "equilibria"):
        table = pl.read_parquet(tmp_path / f"one/{name}.parquet")
        assert table["regime"].cast(pl.String).unique().to_list() == ["joint"]
    assert not (tmp_path / "one/shortfall.parquet").exists()
    chosen = ("--regime", "nash", "--regime", "planner")
    code, out, _ = cakernel(*small, *chosen, "--out", "two")
    assert code == 0
    assert "Investments planner against nash" in out
    choices = pl.read_parquet(tmp_path / "two/shortfall.parquet")["choice"].unique()
    assert sorted(choices) == ["nash", "nash, subsidy_rate + 0.1"]
    code, _, err = cakernel(*small, "--regime", "all")
    assert code == 2
    assert err == "error: regime: got 'all'; must be one of nash, joint, planner\n"
