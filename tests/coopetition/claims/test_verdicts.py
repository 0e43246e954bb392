"""Claims on coopetition: what is counted, and that shares are those of the solved markets."""

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from cakernel.cli.app import commands
from cakernel.coopetition import equilibria
from cakernel.coopetition.claims.markets import LEVELS, NO_PLATFORM, RIVAL, STEPS, claim_markets
from cakernel.coopetition.claims.shares import EQUAL, interval
from cakernel.coopetition.claims.statements import abstract_claims, regime_claims
from cakernel.coopetition.claims.verdicts import claim_verdicts, judge
from cakernel.coopetition.claims.where import where_it_fails
from cakernel.coopetition.columns import REGIMES
from cakernel.errors import InvalidInput


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


def test_interval_against_values_of_wilson():
    # Newcombe (1998), Table I, method 3
    assert interval(81, 263, 0.95) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert interval(0, 20, 0.95) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert interval(0, 0, 0.95) == (0.0, 1.0)


def test_tree_finds_where_a_claim_fails():
    rng = np.random.default_rng(1)
    asked = pl.DataFrame({"a": rng.random(500), "b": rng.random(500)})
    words, parameters = where_it_fails(asked, asked["a"] <= 0.7)
    assert parameters[0] == "a"
    assert words.startswith("fails in 100%")
    assert "a > 0.7" in words or "a > 0.69" in words
    assert where_it_fails(asked, asked["a"] >= 0) == ("nowhere", ())
    assert where_it_fails(asked, asked["a"] < 0) == ("everywhere", ())
    both = (asked["a"] > 0.5) & (asked["b"] > 0.5)
    assert set(where_it_fails(asked, both).parameters) == {"a", "b"}


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
