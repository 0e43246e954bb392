"""`cakernel optimal`: what it prints, writes and refuses."""

import json

import polars as pl
import pytest

import cakernel as ck

SHORT = ("--regime", "t30", "--scenario", "3", "--replications", "32", "--seed", "5")


def test_the_command_says_and_writes_what_python_returns(cakernel, tmp_path):
    code, out, _ = cakernel("optimal", *SHORT, "--family", "cutoffs", "--out", tmp_path / "found")
    assert code == 0
    found = ck.optimal(
        ck.regime("t30"),
        scenarios=[ck.paper_scenarios()[3]],
        families=["cutoffs"],
        replications=32,
        seed=5,
    )
    rows = pl.read_parquet(tmp_path / "found" / "scenarios.parquet")
    assert rows.equals(found.scenarios)
    assert pl.read_parquet(tmp_path / "found" / "speeds.parquet").equals(found.speeds)
    bound = found.summary["upper_bound"][0]
    assert f"no recovery policy whatever ends with more than {bound:.1f}" in " ".join(out.split())
    record = json.loads((tmp_path / "found" / "provenance.json").read_text())
    assert record["settings"]["families"] == ["cutoffs"]
    assert record["findings"]


def test_json(cakernel):
    code, out, _ = cakernel("optimal", *SHORT, "--deployment", "cloud", "--json")
    assert code == 0
    answer = json.loads(out)
    assert {row["deployment"] for row in answer["summary"]} == {"cloud"}
    assert answer["rules"][0]["words"].startswith("Operations: ")


def test_nothing_is_wider_than_80_columns(cakernel, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = cakernel("optimal", *SHORT)
    assert max(map(len, out.splitlines())) <= 80
    assert "…" not in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--family", "best"), "family: got best; must be one of own-state, cutoffs"),
        (("--deployment", "moon"), "deployment: got moon; must be one of cloud, on-site"),
        (("--scenario", "576"), "scenario: got 576; must be a whole number from 0 to 575"),
        (("--replications", "3"), "replications: got 3; must be a whole number from 32"),
        (("--weight-x", "-1"), "operational_weight: got -1"),
        (("--confidence", "1"), "confidence: got 1"),
        (("--regime", "none"), "regime: got"),
    ],
)
def test_bad_input(cakernel, arguments, told):
    code, _, err = cakernel("optimal", *arguments)
    assert code == 2
    assert told in err
    assert err.count("\n") == 1


SWEEP = """
design.kind = "grid"
axes.supply_mild = [0.1, 0.3]
axes.firms = [2, 3]
model.periods = 20
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""


def test_the_points_of_a_sweep(cakernel, tmp_path):
    file = tmp_path / "sweep.toml"
    file.write_text(SWEEP)
    code, out, err = cakernel(
        "optimal", "--sweep", file, "--family", "cutoffs", "--replications", "32",
        "--deployment", "cloud", "--out", tmp_path / "found",
    )  # fmt: skip
    assert (code, err) == (0, "")
    rows = pl.read_parquet(tmp_path / "found" / "points.parquet")
    best = rows.filter(family="best")
    assert best["point"].to_list() == [0, 1, 2, 3]
    assert best["supply_mild"].to_list() == [0.1, 0.1, 0.3, 0.3]
    assert (best["upper_bound"] > best["objective"] - 1).all()
    assert f"{best['objective'][3]:.1f}" in out
    # axes are named and written in words
    assert "mild supply" in out
    assert "supply mild" not in out
    assert out.count("30%") == 2
    # more risk, less to be had
    assert best["upper_bound"][2] < best["upper_bound"][0]


def test_rules_must_not_vary(cakernel, tmp_path):
    file = tmp_path / "sweep.toml"
    file.write_text('design.kind = "grid"\naxes.supply_rule = ["SRD-1", "SRD-5"]')
    code, _, err = cakernel("optimal", "--sweep", file)
    assert code == 2
    assert "axes: got supply_rule; must not vary, since the best rules are sought" in err
