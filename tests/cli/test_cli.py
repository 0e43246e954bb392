"""The command line: what it writes, says and returns."""

import json
import re
import signal
import subprocess
import sys
import time

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck


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
    from cakernel.recovery.scenario_file import Settings, read_scenario_file

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
    assert cakernel("run", "scenario.toml", "--out", "results", "--overwrite")[0] == 0
    assert (tmp_path / "results/notes.txt").read_text() == "mine"
    code, _, err = cakernel("run", "scenario.toml", "--out", "scenario.toml")
    assert code == 2
    assert "scenario.toml is a file; must be a folder" in err


@pytest.mark.compiled
def test_reproduce_table(cakernel, tmp_path):
    code, out, err = cakernel("reproduce", "table6", "--replications", 1, "--out", "results")
    assert (code, err) == (0, "")
    assert "Table 6, regime t30" in out
    assert "Scorecard: t30, t360; 1 replications a policy" in out
    assert max(map(len, out.splitlines())) <= 100
    names = {path.name for path in (tmp_path / "results").iterdir()}
    tables = ("t30", "t360", "comparison", "shared_row")
    assert names == {f"{name}.{kind}" for name in tables for kind in ("csv", "parquet")} | {
        "scorecard.json",
        "provenance.json",
    }
    t30 = pl.read_parquet(tmp_path / "results/t30.parquet")
    assert t30.height == 104
    shown = t30.row(by_predicate=pl.col("mean_resources") == t30["mean_resources"].max())
    assert f"{shown[5]:.2f} *" in out


@pytest.mark.compiled
def test_reproduce_as_json(cakernel):
    code, out, err = cakernel("reproduce", "table6", "--replications", 1, "--json")
    assert (code, err) == (0, "")
    results = json.loads(out)
    assert len(results["regimes"]["t360"]) == 104
    assert results["scorecard"]["total"]["cells"] == 110
    assert results["provenance"]["settings"]["seed"] == 1


def test_reproduce_rejects(cakernel):
    code, _, err = cakernel("reproduce", "table3", "--replications", 0)
    assert code == 2
    assert err.startswith("error: replications: got 0; must be a whole number from 1")
    assert cakernel("reproduce", "table9")[0] == 2


def test_trace_draws_and_writes(cakernel, tmp_path):
    code, out, _ = cakernel(
        "trace", "--supply-rule", "SRD-4", "--replication", 3, "--regime", "t30", "--out", "h.csv"
    )
    assert code == 0
    history = ck.trace(
        ck.regime("t30"),
        policy=ck.Policy(supply_rule="SRD-4", cyber_rule="CRD-5"),
        scenario=ck.paper_scenarios()[0],
        replication=3,
    )
    written = pl.read_csv(tmp_path / "h.csv", schema_overrides=history.schema)
    assert_frame_equal(written, history, check_exact=True)
    # each firm's line in the drawing is its column of states
    lines = re.findall(r"^chain  2 firm 3 *([▁▄█]+)$", out, re.MULTILINE)
    firm = history.filter((pl.col("chain") == 2) & (pl.col("firm") == 3))
    expected = ["".join("▁▄█"[state] for state in firm[name]) for name in ("x", "y")]
    assert lines == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--regime", "b"], "regime: got 'b'; must be one of base"),
        (["--supply-rule", "SRD-9"], "supply_rule: got 'SRD-9'; must be one of"),
        (["--scenario-index", "576"], "scenario_index: got 576; must be a whole number from 0 to"),
        (["--out", "history.txt"], "--out: got history.txt; must end in .parquet or .csv"),
    ],
)
def test_trace_rejects(cakernel, arguments, message):
    code, _, err = cakernel("trace", *arguments)
    assert code == 2
    assert err.startswith(f"error: {message}")


def test_trace_of_a_scenario_file(cakernel, tmp_path):
    cakernel("init")
    change(tmp_path / "scenario.toml", ("periods = 180", "periods = 12"), ("seed = 1", "seed = 9"))
    code, out, _ = cakernel("trace", "scenario.toml", "--cyber-rule", "CRD-2")
    assert code == 0
    assert "SRD-1 CRD-2 P, resource scenario 0, replication 0, seed 9" in out
    code, _, err = cakernel("trace", "scenario.toml", "--cyber-rule", "CRD-3")
    assert code == 2
    assert "the scenario file lists none with cyber_rule CRD-3" in err


def test_version(cakernel):
    assert cakernel("--version")[:2] == (0, ck.__version__ + "\n")


@pytest.mark.compiled
def test_interrupt_stops_and_says_what_was_kept(tmp_path):
    # compiled here and kept on disk, so that the run to be interrupted starts at once
    ck.simulate(
        ck.Model(periods=1),
        policies=ck.policies(cyber_rules=["CRD-5"]),
        scenarios=ck.paper_scenarios()[:1],
        replications=1,
    )
    # how long a round takes depends on the machine: wait longer until one was finished
    for seconds in (4, 12, 36, 108):
        folder = tmp_path / f"after-{seconds}"
        out = interrupted_run(folder, seconds)
        assert "interrupted; regimes simulated whole: none" in out
        found = re.search(r"t30: (\d+) replications finished; kept in t30.partial", out)
        if found:
            break
    partial = pl.read_parquet(folder / "t30.partial.parquet")
    assert partial["replications"].unique().to_list() == [int(found[1])]
    assert json.loads((folder / "provenance.json").read_text())["settings"]["seed"] == 1


def interrupted_run(folder, seconds):
    """Reproduce Table 6 very exactly, interrupt it, and return what it says."""
    command = [sys.executable, "-m", "cakernel", "reproduce", "table6", "--replications", "40000"]
    running = subprocess.Popen(
        [*command, "--out", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # the folder is made just before the first regime starts
    while running.poll() is None and not folder.exists():
        time.sleep(0.1)
    time.sleep(seconds)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=120)
    assert running.returncode == 130, err
    assert "Traceback" not in err
    return out
