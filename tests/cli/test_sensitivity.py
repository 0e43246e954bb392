"""The commands sensitivity, rules and stability, and the examples, on the recovery model."""

import importlib.util
import json
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.cli.sensitivity_tables import OPEN, map_drawing
from cakernel.terms import Terms

SWEEP = """
[sweep]
replications = 4
common_random_numbers = false
rows = "replication"
[design]
kind = "DESIGN"
points = 16
[axes]
supply_mild = { low = 0.0, high = 0.6 }
firms = { low = 2, high = 4 }
[model]
chains = 2
periods = 20
[policies]
supply_rules = ["SRD-1", "SRD-2"]
cyber_rules = ["CRD-1", "CRD-5"]
principles = ["P"]
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""


@pytest.fixture
def swept(cakernel, tmp_path):
    """Run a sweep of a design into the folder "swept"."""

    def run(design):
        (tmp_path / "sweep.toml").write_text(SWEEP.replace("DESIGN", design))
        assert cakernel("sweep", "sweep.toml", "--out", "swept")[0] == 0

    return run


@pytest.mark.compiled
def test_sensitivity(cakernel, swept, tmp_path):
    swept("saltelli")
    code, out, err = cakernel("sensitivity", "swept", "--policy", "SRD-2 CRD-5", "--out", "tables")
    assert (code, err) == (0, "")
    assert "noise taken out" in out
    told = " ".join(out.split())
    assert "mild supply disruptions a" in told
    assert " matters most" in told
    assert "supply_mild" not in told
    expected = ck.sensitivity_indices(ck.open_sweep(tmp_path / "swept"), policy="SRD-2 CRD-5 P")
    assert_frame_equal(pl.read_parquet(tmp_path / "tables/indices.parquet"), expected)
    code, out, _ = cakernel("sensitivity", "swept", "--margin", "--json")
    found = json.loads(out)
    assert {row["index"] for row in found["indices"]} == {"first", "total", "second"}
    code, _, err = cakernel("sensitivity", "swept")
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("error: policy: missing; must name one of SRD-1 CRD-1 P, SRD-2 CRD-1 P")
    code, _, err = cakernel("sensitivity", "swept", "--policy", "SRD-2", "--outcome", "z")
    assert (code, err.count("\n")) == (2, 1)
    code, _, err = cakernel("sensitivity", "swept", "--margin", "--outcome", "x")
    assert (code, err) == (2, "error: --outcome: got x; must be left out with --margin\n")
    code, _, err = cakernel("sensitivity", "nowhere")
    assert (code, err) == (2, "error: nowhere: holds no sweep\n")


@pytest.mark.compiled
def test_morris_and_rules(cakernel, swept, tmp_path):
    swept("morris")
    code, out, err = cakernel("sensitivity", "swept", "--policy", "SRD-2 CRD-1 P", "--outcome", "x")
    assert (code, err) == (0, "")
    assert "mu star" in out
    assert "over its whole range it moves the outcome by" in " ".join(out.split())
    where = ("--where", "cyber_rule=CRD-5")
    code, out, err = cakernel("rules", "swept", *where, "--out", "tables")
    assert (code, err) == (0, "")
    assert "On points held out the rules choose the winner" in out
    rules = pl.read_parquet(tmp_path / "tables/rules.parquet")
    assert rules["points"].sum() == 48
    code, out, _ = cakernel("rules", "swept", *where, "--json")
    found = json.loads(out)
    assert found["rules"] == rules.to_dicts()
    assert found["points"] == 48
    assert len(found["words"]) >= 2
    code, _, err = cakernel("rules", "swept", "--where", "CRD-5")
    assert (code, err) == (2, "error: --where: got CRD-5; must be COLUMN=VALUE\n")


GRID = """
risk.levels = { low = { supply_mild = 0.0 }, high = { supply_mild = 0.6 } }
firms = { low = 2, high = 4, count = 2 }
operational_cost = [[1.0, 5.0, 9.0], [5.0, 2.0, 7.0]]
[model]"""


@pytest.mark.compiled
def test_stability(cakernel, tmp_path):
    text = SWEEP.replace("DESIGN", "grid").replace("points = 16", "").replace("= 4\n", "= 30\n", 1)
    axes = text[text.index("\nsupply_mild") : text.index("[model]") + len("[model]")]
    (tmp_path / "grid.toml").write_text(text.replace(axes, GRID))
    asked = ("stability", "grid.toml", "--out", "map", "--depth", 2, "--where", "cyber_rule=CRD-5")
    code, out, err = cakernel(*asked)
    assert (code, err) == (0, "")
    assert "risk: 0 low, 1 high" in out
    assert "a full grid of this resolution has 30" in " ".join(out.split())
    cells = pl.read_parquet(tmp_path / "map/map/map-cells.parquet")
    points = pl.read_csv(tmp_path / "map/map/map-points.csv")
    record = (tmp_path / "map/map/provenance.json").read_bytes()
    assert cells["share"].sum() == pytest.approx(1)
    assert set(points["winner"]) <= {"SRD-1", "SRD-2"}
    assert points.height <= 30
    assert set(points["operational_cost"]) == {"1.0 5.0 9.0", "5.0 2.0 7.0"}
    again = json.loads(cakernel(*asked, "--json")[1])
    assert again["cells"] == cells.to_dicts()
    assert again["points"] == points.height
    # whatever process ran the points
    assert cakernel(*asked)[0] == 0
    assert (tmp_path / "map/map/provenance.json").read_bytes() == record
    code, _, err = cakernel(*asked, "--depth", 99)
    assert (code, err.count("\n")) == (2, 1)


def test_a_map_is_drawn():
    cells = pl.DataFrame(
        {
            "p_low": [0, 0, 1],
            "p_high": [1, 1, 2],
            "q_low": [0.0, 0.5, 0.0],
            "q_high": [0.5, 1.0, 1.0],
            "winner": ["fast", None, "slow"],
            "state": ["clear", "boundary", "clear"],
        }
    )
    text = map_drawing(cells, Terms()).plain
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0] == f"A fast   B slow   {OPEN} changes or not clear"
    picture = [line.split()[-1] for line in lines if line.endswith(("B", "A", OPEN))]
    assert picture == ["B" * 60] * 10 + ["A" * 30 + OPEN * 30] * 10
    assert map_drawing(cells.with_columns(r_low=0, r_high=1), Terms()) is None


def example(name):
    file = Path(__file__).parents[2] / f"scripts/examples/{name}.py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.compiled
def test_the_example_of_indices_runs(tmp_path):
    found = example("saltelli").main(str(tmp_path / "saltelli"), small=True)
    assert found.height == 12
    assert set(found["noise"]) == {"independent"}


@pytest.mark.compiled
def test_the_example_of_a_map_runs(tmp_path):
    found = example("rank_stability").main(str(tmp_path / "map"), small=True)
    assert found.finished
    assert found.points.height <= found.full_grid == 45
    assert found.cells["share"].sum() == pytest.approx(1)
