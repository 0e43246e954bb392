"""`cakernel robust` and `frontier`: what they say, write and refuse."""

import json

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck

AMOUNTS = """[[scenarios]]
operational_acquisition = [0.5, 0.75, {high}]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, {cost}, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""
FILE = """
[simulation]
seed = 4
[model]
chains = 2
firms = 3
periods = 15
[policies]
supply_rules = ["SRD-1"]
cyber_rules = ["CRD-5"]
""" + "".join(AMOUNTS.format(high=high, cost=cost) for high in (1.0, 2.0) for cost in (2.0, 5.0))


@pytest.fixture
def small(cakernel, tmp_path):
    (tmp_path / "small.toml").write_text(FILE)

    def call(command, *arguments):
        return cakernel(command, "--regime", "small.toml", *arguments)

    return call


def given(tmp_path):
    from cakernel.recovery.input_files import read_scenario_file

    case = read_scenario_file(tmp_path / "small.toml")
    return case.model, {"scenarios": case.scenarios, "seed": 4}


def test_robust_says_and_writes(small, tmp_path):
    options = ("--floor-x", 1.2, "--replications", 32, "--out", "kept")
    code, out, _ = small("robust", *options)
    assert code == 0
    model, settings = given(tmp_path)
    found = ck.robust(model, floor_x=1.2, replications=32, **settings)
    for name in ("candidates", "valued", "entries"):
        assert_frame_equal(pl.read_parquet(tmp_path / f"kept/{name}.parquet"), getattr(found, name))
    said = " ".join(out.split())
    for sentence in (found.words, *found.findings):
        assert sentence in said
    record = json.loads((tmp_path / "kept/provenance.json").read_text())
    assert record["delta"] == found.delta
    assert record["settings"]["floor_x"] == 1.2
    assert record["findings"] == [found.words, *found.findings]


def test_robust_as_json(small):
    code, out, _ = small("robust", "--criterion", "minimum", "--replications", 32, "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["provenance"]["settings"]["criterion"] == "minimum"
    assert answer["valued"][0]["policies"] == "the choice"


def test_frontier_says_writes_and_is_drawn(small, cakernel, tmp_path):
    code, out, _ = small(
        "frontier", "--weight", 0, "--weight", 30, "--replications", 32, "--out", "kept"
    )
    assert code == 0
    model, settings = given(tmp_path)
    found = ck.frontier(model, weights=[0, 30], replications=32, **settings)
    for name in ("points", "curve"):
        assert_frame_equal(pl.read_parquet(tmp_path / f"kept/{name}.parquet"), getattr(found, name))
    assert "best, weight 30" in out
    code, _, err = cakernel("plot", "frontier", "--from", "kept", "--out", "a.svg")
    assert (code, err) == (0, "")
    assert "w = 30" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_frontier_of_some_scenarios(small, tmp_path):
    code, out, _ = small("frontier", "--every", 3, "--weight", 10, "--replications", 32, "--json")
    assert code == 0
    model, settings = given(tmp_path)
    some = {**settings, "scenarios": settings["scenarios"][::3]}
    found = ck.frontier(model, weights=[10], replications=32, **some)
    assert json.loads(out)["points"][0]["mean_x"] == found.points["mean_x"][0]


@pytest.mark.parametrize(
    ("command", "options", "told"),
    [
        ("robust", ("--floor-x", 3), "floor_x: got 3.0; must be a number from 0 to 2"),
        ("robust", ("--floor-x", 2), "no candidate meets them"),
        ("frontier", ("--every", 5), "every: got 5; must be a whole number from 1 to 4"),
        ("frontier", ("--weight", -1), "weights"),
    ],
)
def test_refused(small, command, options, told):
    code, out, err = small(command, *options)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert told in err
