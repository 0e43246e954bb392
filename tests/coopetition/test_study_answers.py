"""What sweeps of the coopetition model say: indices, rules and maps of exact outcomes.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

import json

import numpy as np
import polars as pl
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol

import cakernel as ck
from cakernel.coopetition import study as coopetition
from cakernel.coopetition.words import LABEL
from helpers.coopetition_sweeps import in_order, without_equilibrium

pytestmark = pytest.mark.compiled

AXES = {
    "threat_probability": ck.Range(low=0, high=1),
    "minimum_order": ck.Range(low=0, high=1),
    "vulnerability_2": ck.Range(low=0.05, high=0.9),
}
FILE = """
[sweep]
model = "coopetition"
[design]
kind = "KIND"
points = 16
[axes]
threat_probability = { low = 0, high = 1, count = 2 }
minimum_order = { low = 0, high = 1, count = 3 }
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """Results of a Saltelli design."""
    design = ck.Design(kind="saltelli", points=16)
    sweep = ck.Sweep(ck.Coopetition(), axes=AXES, design=design, replications=1)
    return ck.run_sweep(sweep, tmp_path_factory.mktemp("swept"))


def salib(values):
    """SALib's own indices of a column of values."""
    problem = {"num_vars": 3, "names": list(AXES), "bounds": [[0, 1]] * 3}
    centred = np.array(values) - np.mean(values)
    return salib_sobol.analyze(problem, centred / centred.std(), print_to_console=False, seed=1)


def of(results, contract, outcome="economic_welfare"):
    return [row[outcome] for row in in_order(results) if row["contract"] == contract]


def agree(found, expected):
    for name, key in (("first", "S1"), ("total", "ST")):
        got = found.filter(index=name)["value"].to_numpy()
        np.testing.assert_allclose(got, expected[key], atol=1e-9)
    assert set(found["noise"]) == {"none"}
    assert found["dropped"][0] == 0


def test_indices_of_welfare_are_those_of_salib(swept):
    agree(ck.sensitivity_indices(swept, policy="flexible-moq"), salib(of(swept, "flexible-moq")))
    agree(ck.sensitivity_indices(swept, policy="fixed nash"), salib(of(swept, "fixed")))


def test_indices_of_another_outcome(swept):
    found = ck.sensitivity_indices(swept, policy="fixed", outcome="total_profit")
    agree(found, salib(of(swept, "fixed", "total_profit")))


def test_indices_of_the_advantage_of_a_contract(swept):
    found = ck.sensitivity_indices(swept, outcome="margin", policy="flexible-moq", against="fixed")
    agree(found, salib(np.subtract(of(swept, "flexible-moq"), of(swept, "fixed"))))


def test_effects_of_morris_are_those_of_salib(tmp_path):
    design = ck.Design(kind="morris", points=6)
    sweep = ck.Sweep(ck.Coopetition(), axes=AXES, design=design, replications=1)
    results = ck.run_sweep(sweep, tmp_path)
    found = ck.sensitivity_indices(results, policy="flexible-moq")
    problem = {"num_vars": 3, "names": list(AXES), "bounds": [[0, 1]] * 3}
    expected = salib_morris.analyze(
        problem, design.unit(3), np.array(of(results, "flexible-moq")), num_levels=4
    )
    for name in ("mu", "mu_star"):
        got = found.filter(index=name)["value"].to_numpy()
        np.testing.assert_allclose(got, expected[name], atol=1e-12)


def test_who_wins_is_counted_point_by_point(swept):
    rules = ck.decision_rules(swept, depth=1)
    points = len(of(swept, "fixed"))
    assert rules.points == points == rules.rules["points"].sum()
    assert set(rules.rules["choose"]) <= {"fixed nash", "fixed-moq nash", "flexible-moq nash"}
    names = ("fixed", "fixed-moq", "flexible-moq")
    welfare = np.array([of(swept, contract) for contract in names])
    assert rules.alone == f"{names[int(welfare.mean(axis=1).argmax())]} nash"
    lost = (welfare.max(axis=0) - welfare[names.index(rules.alone.split()[0])]).mean()
    assert rules.alone_tested.regret == pytest.approx(lost)
    by_profit = ck.decision_rules(swept, depth=1, outcome="total_profit", choice=["contract"])
    profit = np.array([of(swept, contract, "total_profit") for contract in names])
    assert by_profit.alone == names[int(profit.mean(axis=1).argmax())]


def test_points_without_equilibrium_are_left_out(tmp_path, monkeypatch):
    sweep = ck.Sweep(
        ck.Coopetition(), axes=AXES, design=ck.Design(kind="saltelli", points=8), replications=1
    )
    missing = sweep.points()["minimum_order"][0]
    at = sweep.points().filter(minimum_order=missing)["point"].to_list()
    monkeypatch.setattr(coopetition, "equilibria", without_equilibrium([missing]))
    results = ck.run_sweep(sweep, tmp_path)
    found = ck.sensitivity_indices(results, policy="fixed")
    assert (found["used"][0], found["dropped"][0]) == (7, 1)
    assert ck.decision_rules(results).points == 64 - len(at)
    assert max(at) < 8


def test_unknown_outcomes_and_policies_are_named(swept):
    with pytest.raises(ck.InvalidInput, match="outcome: got x; must be margin or one of e"):
        ck.sensitivity_indices(swept, policy="fixed", outcome="x")
    with pytest.raises(ck.InvalidInput, match="policy: missing; must name one of fixed nash, fix"):
        ck.sensitivity_indices(swept)


def test_commands_on_a_sweep(cakernel, tmp_path):
    (tmp_path / "sweep.toml").write_text(FILE.replace("KIND", "saltelli"))
    assert cakernel("sweep", "sweep.toml", "--out", "swept")[0] == 0
    code, out, err = cakernel("sensitivity", "swept", "--policy", "fixed", "--out", "tables")
    assert (code, err) == (0, "")
    assert out.startswith(LABEL)
    assert "the model has no noise" in " ".join(out.split())
    found = ck.sensitivity_indices(ck.open_sweep(tmp_path / "swept"), policy="fixed")
    assert pl.read_parquet(tmp_path / "tables/indices.parquet").equals(found)
    assert json.loads((tmp_path / "tables/words.json").read_text())["label"] == LABEL
    margin = ("--margin", "--policy", "flexible-moq", "--against", "fixed", "--json")
    code, out, _ = cakernel("sensitivity", "swept", *margin)
    assert (code, json.loads(out)["label"]) == (0, LABEL)
    code, out, err = cakernel("rules", "swept", "--choice", "contract", "--outcome", "total_profit")
    assert (code, err) == (0, "")
    assert out.startswith(LABEL)
    assert "On points held out the rules choose the winner" in " ".join(out.split())
    assert json.loads(cakernel("rules", "swept", "--json")[1])["label"] == LABEL
    picture = ("plot", "tornado", "--from", "tables", "--out", "indices.svg")
    assert cakernel(*picture)[0] == 0
    drawn = (tmp_path / "indices.svg").read_text()
    assert LABEL.removesuffix(".") in drawn


def test_commands_that_do_not_apply_say_so_in_a_line(cakernel, tmp_path):
    (tmp_path / "sweep.toml").write_text(FILE.replace("KIND", "sobol"))
    assert cakernel("sweep", "sweep.toml", "--out", "swept")[0] == 0
    for command, message in {
        ("best", "--sweep", "swept"): "--sweep: swept is of the coopetition model, in which nothin",
        ("sensitivity", "swept", "--policy", "fixed"): "design: got sobol; must be saltelli or mor",
        ("stability", "sweep.toml", "--out", "map"): "design: got sobol; must be grid, which is re",
        **{
            ("plot", kind, "--from", "swept", "--out", "a.svg"): "--from: swept has no"
            for kind in ("map", "agreement", "history", "distribution", "trace", "best", "tornado")
        },
        (
            "plot",
            "ctip",
            "--from",
            "swept",
            "--out",
            "a.svg",
        ): "--from: swept has no by_risk.parquet",
    }.items():
        code, out, err = cakernel(*command)
        assert (code, out, err.count("\n")) == (2, "", 1), command
        assert err.startswith(f"error: {message}")


def test_a_map_of_contracts(cakernel, tmp_path):
    (tmp_path / "grid.toml").write_text(FILE.replace("KIND", "grid").replace("points = 16\n", ""))
    asked = ("stability", "grid.toml", "--out", "map", "--depth", 1, "--choice", "contract")
    code, out, err = cakernel(*asked, "--outcome", "total_profit")
    assert (code, err) == (0, "")
    assert out.startswith(LABEL)
    points = pl.read_parquet(tmp_path / "map/map/map-points.parquet")
    markets = points.select("threat_probability", "minimum_order")
    rows = ck.Coopetition().run(
        markets.with_row_index("point").cast({"point": pl.Int64}), seed=1, threads=1
    )
    best = rows.group_by("point", maintain_order=True).agg(pl.col("total_profit").max())
    held = points.with_row_index("point").cast({"point": pl.Int64}).filter(state="clear")
    winners = held.join(rows, left_on=["point", "winner"], right_on=["point", "contract"])
    assert winners.height == held.height > 2
    expected = winners.select("point", "total_profit").join(best, on="point", suffix="_best")
    assert expected["total_profit"].equals(expected["total_profit_best"])
    assert pl.read_parquet(tmp_path / "map/map/map-cells.parquet")["share"].sum() == pytest.approx(
        1
    )
