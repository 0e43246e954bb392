"""Claims under three regimes of investment and on platforms: shares by hand, and the commands."""

import importlib.util
from pathlib import Path

import polars as pl
import pytest

from cakernel.coopetition import Market
from cakernel.coopetition.claims.markets import NO_PLATFORM, claim_markets, numbered, unnumbered
from cakernel.coopetition.claims.verdicts import claim_verdicts, judge
from cakernel.coopetition.claims.where import binned, features, two_parameters
from cakernel.errors import InvalidInput
from helpers.coopetition_claim_rows import made_rows
from helpers.coopetition_markets import point
from oracle import coopetition as oracle

MARKETS = claim_markets(4, seed=1)
SCRIPT = Path(__file__).parents[3] / "scripts" / "coopetition_claims_tables.py"


def claim(found, name):
    (row,) = found.claims.filter(pl.col("id") == name).iter_rows(named=True)
    return row


def counts(found, name):
    row = claim(found, name)
    return row["holds"], row["equal"], row["opposite"]


def told(market, contract, regime, change):
    """Say what joint investment and a planner do to the four markets under flexible MOQ."""
    if contract != "flexible-moq" or change != "none" or regime == "nash":
        return {}
    if regime == "joint":
        return {
            "economic_welfare": 1 + (0.2, -0.1, 5e-8, -0.3)[market],
            "total_profit": (0.1, 0.2, 0.0, 0.3)[market],
            "investment_2": (0.1, 0.0, 0.0, 0.0)[market],
        }
    return {"economic_welfare": 1.5, "breach_probability_1": (0.4, 0.6, 0.4, 0.4)[market]}


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


def test_cells_of_two_parameters_by_hand():
    asked = pl.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 9.0], "b": [5.0, 5.0, 5.0, 7.0, 7.0]})
    differences = pl.DataFrame(
        {"market": [0, 1, 2, 3, 4], "difference": [1.0, -1.0, 1e-8, 1.0, None]}
    )
    cells = binned(asked, differences, by=("a", "b"), bins=2)
    columns = ("x_low", "x_high", "y_low", "y_high", "counted", "holds", "equal", "opposite")
    # the market that is not counted is in no cell
    assert cells.select(columns).rows() == [
        (1.0, 2.0, 5.0, 5.0, 2, 1, 0, 1),
        (3.0, 4.0, 5.0, 5.0, 1, 0, 1, 0),
        (3.0, 4.0, 7.0, 7.0, 1, 1, 0, 0),
    ]
    assert cells["share"].to_list() == [0.5, 0.0, 1.0]
    for given in ({"by": ("a", "c")}, {"by": ("a", "a")}, {"by": ("a", "b"), "bins": 0}):
        with pytest.raises(InvalidInput, match=r"^(by|bins): got"):
            binned(asked, differences, **given)


def test_two_parameters_to_look_at():
    assert two_parameters(["spillover", "discount"]) == ("spillover", "discount")
    assert two_parameters(["spillover", None]) == ("spillover", "threat_probability")
    assert two_parameters(["threat_probability", None]) == ("threat_probability", "minimum_order")
    assert two_parameters([None, None]) == ("threat_probability", "minimum_order")


def test_numbered_markets_give_the_same_features():
    assert features(unnumbered(numbered(MARKETS))).equals(features(MARKETS))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the command writes, without solving: 60 markets made by hand, in three regimes."""
    path = tmp_path_factory.mktemp("claims")
    markets = claim_markets(60, seed=2)
    found = judge(markets, made_rows(60, lambda m, c, r, x: told(m % 4, c, r, x)))
    for name in ("claims", "by_risk", "shortfall", "differences"):
        getattr(found, name).write_parquet(path / f"{name}.parquet")
    numbered(markets).write_parquet(path / "markets.parquet")
    record = '{"settings": {"points": 60, "seed": 2, "confidence": 0.95}}'
    (path / "provenance.json").write_text(record, encoding="utf-8")
    return path


def test_pictures_of_the_claims(cakernel, tmp_path, folder):
    coopetition_pictures = pytest.importorskip("cakernel.coopetition.pictures")
    text = drawn(cakernel, tmp_path, "ctip-claims", "--from", folder)
    assert "Regime nash." in text
    words = "joint investment gives more economic welfare than nash, flexible-moq"
    assert f"{words}: holds in 25.0%, opposite in 50.0%" in text
    assert "60 random markets counted" in text
    where = ("ctip-where", "--from", folder, "--claim", "e-joint-welfare-flexible")
    text = drawn(cakernel, tmp_path, *where, "--by", "chains", "--by", "spillover", "--bins", 2)
    assert "Holds in 15 of 60 random markets counted" in text
    assert "chains 2, spillover" in text
    claims = pl.read_parquet(folder / "claims.parquet")
    chart = coopetition_pictures.claim_bars(claims, regime="planner")
    assert "Regime planner." in chart.description
    # the planner gives more welfare where the subsidy is as drawn, by hand
    assert "a higher subsidy raises economic welfare: holds in 0.0%, opposite in 100.0%" in (
        chart.description
    )
    chart = coopetition_pictures.advantage_by_risk(
        pl.read_parquet(folder / "by_risk.parquet"), regime="joint"
    )
    assert "(joint)" in str(chart.to_dict()["title"])


def drawn(cakernel, tmp_path, *arguments):
    code, _, err = cakernel("plot", *arguments, "--out", "a.svg", "--overwrite")
    assert (code, err) == (0, "")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "Inspired by the abstract of Arisian et al. (2025); not a reproduction" in text
    return text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--claim", "z"), "claim: got 'z'; must be one of a-advantage, "),
        (("--regime", "z"), "regime: got 'z'; must be one of nash, joint, planner"),
        (("--by", "chains"), "by: got 1 parameters; must be two, each with its own --by"),
        (("--by", "chains", "--by", "z"), "by: got 'z'; must be two of chains, "),
        (("--by", "chains", "--by", "chains"), "by: got 'chains' twice; must be two parameters"),
        (("--bins", "0"), "bins: got 0; must be "),
    ],
)
def test_where_refuses_bad_input(cakernel, folder, arguments, words):
    pytest.importorskip("cakernel.coopetition.pictures")
    code, _, err = cakernel("plot", "ctip-where", "--from", folder, "--out", "a.svg", *arguments)
    assert code == 2
    assert err.startswith(f"error: {words}")
    assert err.count("\n") == 1


def test_where_needs_a_folder(cakernel, folder):
    pytest.importorskip("cakernel.coopetition.pictures")
    file = folder / "claims.parquet"
    code, _, err = cakernel("plot", "ctip-where", "--from", file, "--out", "a.svg")
    assert code == 2
    assert "must be a folder" in err


@pytest.mark.compiled
def test_command_takes_one_regime_or_several(cakernel, tmp_path):
    small = ("ctip", "claims", "--points", 3, "--seed", 5)
    code, out, err = cakernel(*small, "--regime", "joint", "--out", "one")
    assert (code, err) == (0, "")
    assert "investments: joint" in out
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


def test_markdown_tables_say_what_the_folder_says(folder):
    spec = importlib.util.spec_from_file_location("coopetition_claims_tables", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    lines = list(script.tables(folder))
    assert lines[0] == (
        "Inspired by the abstract of Arisian et al. (2025); not a reproduction. "
        "60 markets, seed 2; 95% intervals."
    )
    (row,) = [line for line in lines if line.startswith("| e-joint-welfare-flexible |")]
    assert "| 25.0% (15.8%-37.2%) | 25.0% | 50.0% | 0 + 0 |" in row
    # by hand, joint and a planner do something where the subsidy is as drawn only
    assert (
        "| c-subsidy-welfare | 0.0 / 100.0 / 0.0 | 50.0 / 25.0 / 25.0 | 0.0 / 0.0 / 100.0 |"
    ) in lines
    short = [line for line in lines if line.startswith("| flexible-moq | joint |")]
    assert short[0].startswith("| flexible-moq | joint | 100.0% (94.0%-100.0%) | 0.55000 |")
    # every row of a table has the cells of its head
    heads = [n for n, line in enumerate(lines) if line.startswith("|---")]
    for first in heads:
        for line in lines[first:]:
            if not line:
                break
            assert line.count("|") == lines[first].count("|")
