"""Pictures of claims on coopetition, from frames and from the command line."""

import re

import polars as pl
import pytest

from helpers.coopetition_claim_rows import write_claims


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_claims(tmp_path_factory.mktemp("claims"))


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
    # axes and levels say what they are, with units
    words = "competing chains (n) 2, how much shared intelligence helps rivals (lambda), 0 to 1 "
    assert words in text
    shares = drawn(cakernel, tmp_path, *where, "--by", "subsidy_rate", "--by", "mean breach_cost")
    assert re.search(r"government pays \(sigma\) [0-9.]+% to [0-9.]+%", shares)
    assert "mean over chains, in money" in shares
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
