"""`cakernel init`, `rule` and `run`: a user's own model, from the template to results."""

import json

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.input_files import Settings, read_scenario_file


def change(path, *pairs):
    text = path.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)


@pytest.mark.compiled
def test_init_then_run(cakernel, tmp_path):
    assert cakernel("init")[0] == 0
    change(tmp_path / "scenario.toml", ("replications = 200", "replications = 3"))
    code, out, err = cakernel("run", "scenario.toml", "--out", "results")
    assert (code, err) == (0, "")
    assert "wrote results" in out
    policies = pl.read_parquet(tmp_path / "results/policies.parquet")
    assert policies.height == 72
    scenarios = pl.read_parquet(tmp_path / "results/scenarios.parquet")
    assert scenarios.height == 2 * 72
    assert_frame_equal(pl.read_csv(tmp_path / "results/scenarios.csv"), scenarios)
    record = json.loads((tmp_path / "results/provenance.json").read_text())
    assert record["settings"]["replications"] == 3
    assert record["versions"]["cakernel"] == ck.__version__
    expected = ck.simulate(
        ck.Model(**record["settings"]["model"]),
        policies=ck.policies(cyber_rules=["CRD-1", "CRD-2", "CRD-5", "CRD-6", "CRD-0"]),
        scenarios=[ck.ResourceScenario(**s) for s in record["settings"]["scenarios"]],
        replications=3,
    )
    assert_frame_equal(policies, expected, check_exact=True)


def test_the_template_holds_the_defaults(cakernel, tmp_path):
    cakernel("init")
    described = read_scenario_file(tmp_path / "scenario.toml")
    assert described.model == ck.Model()
    assert described.settings == Settings()


def test_init_and_rule_do_not_overwrite(cakernel):
    cakernel("init", "a.toml")
    code, _, err = cakernel("init", "a.toml")
    assert code == 2
    assert err == "error: a.toml exists; name another file or move it away\n"


@pytest.mark.compiled
def test_own_rule(cakernel, tmp_path):
    cakernel("init")
    assert cakernel("rule", "SRD-4", "--out", "mine.csv")[0] == 0
    change(
        tmp_path / "scenario.toml",
        ("replications = 200", "replications = 2"),
        ("# [[rules]]", "[[rules]]"),
        ('# name = "my-rule"', 'name = "my-rule"'),
        ('# file = "my-rule.csv"', 'file = "mine.csv"'),
        ('["SRD-1", "SRD-2", "SRD-3",', '["my-rule", "SRD-2", "SRD-3",'),
    )
    assert cakernel("run", "scenario.toml", "--out", "results")[0] == 0
    rows = pl.read_parquet(tmp_path / "results/policies.parquet")
    mine, built_in = (
        rows.filter(pl.col("supply_rule") == name).drop("supply_rule")
        for name in ("my-rule", "SRD-4")
    )
    assert mine.height == 9
    assert_frame_equal(mine, built_in, check_exact=True)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("chains = 5", "chains = 0", "model.chains: got 0; must be a whole number from 1 to"),
        ("chains = 5", "chians = 5", "model.chians: unknown key; did you mean chains?"),
        ("chains = 5", 'chains = "5"', "model.chains: got '5'; must be a whole number"),
        ("supply_mild = 0.13", "supply_mild = 1.13", "model.supply_mild: got 1.13"),
        ("cyber_mild = 0.13", "cyber_mild = 0.99", "model.cyber_severe + cyber_mild: got 0.04"),
        ("replications = 200", "replications = 0", "simulation.replications: got 0; must be"),
        ("[1.0, 5.0, 9.0]", "[1.0, nan, 9.0]", "scenarios[0].operational_cost[1]: got nan"),
        ("[1.0, 5.0, 9.0]", "[1.0, -5.0, 9.0]", "scenarios[0].operational_cost[1]: got -5.0"),
        ('"SRD-1"', '"SRD-9"', "policies.supply_rules: got 'SRD-9'; must be one of SRD-1"),
        ('"SRD-1"', '"SRD-2"', "policies.supply_rules: got 'SRD-2' 2 times; must be once"),
        ('["P", "C"]', "[]", "policies.principles: got []; must be a list of one or more"),
        ("[policies]", "[policy]", "policy: unknown key; did you mean policies?"),
        ("[model]", "[model", "not a TOML file: "),
        ("# [[rules]]", "[[rules]]\nname = 'a'", "rules[0].file: got None; must be a text"),
    ],
)
def test_bad_scenario_files(cakernel, tmp_path, old, new, message):
    cakernel("init")
    change(tmp_path / "scenario.toml", (old, new))
    code, out, err = cakernel("run", "scenario.toml", "--out", "results")
    assert (code, out) == (2, "")
    assert err.startswith(f"error: scenario.toml: {message}")
    assert err.count("\n") == 1
    assert not (tmp_path / "results").exists()


def test_missing_scenario_file(cakernel):
    code, _, err = cakernel("run", "none.toml", "--out", "results")
    assert code == 2
    assert err == "error: none.toml: cannot be read: No such file or directory\n"


@pytest.mark.compiled
def test_results_are_not_mixed(cakernel, tmp_path):
    cakernel("init")
    change(tmp_path / "scenario.toml", ("replications = 200", "replications = 1"))
    (tmp_path / "results").mkdir()
    (tmp_path / "results/notes.txt").write_text("mine")
    code, _, err = cakernel("run", "scenario.toml", "--out", "results")
    assert code == 2
    assert "results is not empty; name another folder, or say --overwrite" in err
    # nor is what no run wrote removed
    code, _, err = cakernel("run", "scenario.toml", "--out", "results", "--overwrite")
    assert code == 2
    assert "results is incomplete: it has no provenance.json; name another folder" in err
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["notes.txt"]
    (tmp_path / "results/notes.txt").unlink()
    assert cakernel("run", "scenario.toml", "--out", "results")[0] == 0
    (tmp_path / "results/notes.txt").write_text("mine")
    code, _, err = cakernel("run", "scenario.toml", "--out", "results", "--overwrite")
    assert (code, "results holds notes.txt, which the run to be replaced" in err) == (2, True)
    code, _, err = cakernel("run", "scenario.toml", "--out", "scenario.toml")
    assert code == 2
    assert "scenario.toml is a file; must be a folder" in err


@pytest.mark.parametrize("name", ["x.toml", "x", "x.parquet"])
def test_a_rule_is_written_as_csv_alone(cakernel, tmp_path, name):
    code, _, err = cakernel("rule", "SRD-4", "--out", name)
    assert (code, err) == (2, f"error: --out: got {name}; must end in .csv\n")
    assert not list(tmp_path.iterdir())
