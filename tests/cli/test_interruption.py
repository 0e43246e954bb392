"""Ctrl-C and SIGTERM keep what was finished, and one line says what that is."""

import json
import os
import signal
import subprocess
import sys
import time

import polars as pl
import pytest

import cakernel as ck
from cakernel import files, whole_folder
from cakernel.coopetition import coupling, government_search
from cakernel.coopetition.claims import markets
from cakernel.recovery import optimal_points, paired, simulation
from cakernel.recovery import over_time as over_time_module
from cakernel.recovery.optimal import bounds, frontiers, optimum, robust_rules
from cakernel.sensitivity import stability
from helpers.patience import SECONDS

SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143}
SCENARIO = """
[model]
chains = 2
firms = 3
periods = 12
[simulation]
replications = 12
[policies]
supply_rules = ["SRD-1", "SRD-5"]
cyber_rules = ["CRD-1", "CRD-0"]
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""
SWEEP = """
[sweep]
replications = 4
[design]
kind = "grid"
[axes]
supply_mild = { low = 0.0, high = 0.5, count = 3 }
[policies]
supply_rules = ["SRD-2", "SRD-5"]
cyber_rules = ["CRD-1"]
principles = ["P"]
"""
ONE = SCENARIO[SCENARIO.index("[[scenarios]]") :]
THREE = SCENARIO + "".join(ONE.replace("5.0, 9.0", f"{cost}, 9.0") for cost in (4.0, 6.0))
OPTIMAL_SWEEP = f"""
design.kind = "grid"
axes.supply_mild = [0.1, 0.2, 0.3]
[model]
chains = 2
firms = 2
periods = 12
{ONE}
"""
TWO_TYPES = ("--set", "vulnerability=0.5,0.3", "--resources-per-money", 1)


@pytest.fixture(autouse=True)
def _as_before():
    yield
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.fixture(params=SIGNALS, ids=["SIGINT", "SIGTERM"])
def interrupted(request, cakernel, monkeypatch, tmp_path):
    """Run a command, send it a signal at a call of a function, and return what it says."""
    (tmp_path / "scenario.toml").write_text(SCENARIO)
    (tmp_path / "sweep.toml").write_text(SWEEP)
    (tmp_path / "three.toml").write_text(THREE)
    (tmp_path / "optimal.toml").write_text(OPTIMAL_SWEEP)

    def call(module, name, *, at, command):
        function, count = getattr(module, name), 0

        def stopping(*arguments, **named):
            nonlocal count
            count += 1
            if count == at:
                os.kill(os.getpid(), request.param)
                # the signal is taken between two steps
                time.sleep(1)
            return function(*arguments, **named)

        with monkeypatch.context() as patched:
            patched.setattr(module, name, stopping)
            code, out, err = cakernel(*command)
        assert code == SIGNALS[request.param], out + err
        assert "Traceback" not in err
        return out, err

    return call


def test_best_ranks_the_replications_that_were_finished(interrupted, cakernel, monkeypatch):
    # two replications of six policies a call
    monkeypatch.setattr(paired, "ROWS_PER_CALL", 12)
    command = ["best", "--regime", "scenario.toml", "--out"]
    out, _ = interrupted(paired, "simulate", at=4, command=[*command, "stopped"])
    assert "interrupted; kept 6 of 12 replications\n" in out
    assert cakernel(*command, "whole", "--replications", 6)[0] == 0
    for name in ("best", "outcomes"):
        stopped, whole = (pl.read_parquet(f"{run}/{name}.parquet") for run in ("stopped", "whole"))
        assert stopped.equals(whole)
    with open("stopped/provenance.json") as record:
        assert json.load(record)["settings"]["replications"] == 6


@pytest.mark.parametrize("at", [1, 2])
def test_of_one_replication_or_none_nothing_is_said(interrupted, monkeypatch, at):
    monkeypatch.setattr(paired, "ROWS_PER_CALL", 1)
    command = ["best", "--regime", "scenario.toml"]
    told = interrupted(paired, "simulate", at=at, command=command)
    assert told == ("", "interrupted; nothing was kept\n")


def test_claims_of_coopetition_speak_of_the_markets_that_were_solved(
    interrupted, cakernel, monkeypatch
):
    monkeypatch.setattr(markets, "MARKETS_AT_ONCE", 10)
    command = ["ctip", "claims", "--regime", "nash", "--points"]
    out, _ = interrupted(markets, "equilibria", at=4, command=[*command, "64", "--out", "stopped"])
    assert "interrupted; kept the first 30 of 64 markets\n" in out
    assert cakernel(*command, "30", "--out", "whole")[0] == 0
    for name in ("claims", "by_risk", "markets", "differences", "equilibria"):
        stopped, whole = (pl.read_parquet(f"{run}/{name}.parquet") for run in ("stopped", "whole"))
        assert stopped.equals(whole), name
    with open("stopped/provenance.json") as record:
        assert json.load(record)["settings"]["points"] == 30


def test_government_keeps_the_first_choice(interrupted):
    first = government_search.Search
    out, _ = interrupted(first, "best", at=2, command=["ctip", "government", "--out", "stopped"])
    assert "interrupted; kept the choice that no chain is asked about\n" in out
    assert pl.read_parquet("stopped/government.parquet")["participation"].to_list() == [False]


def test_recovery_keeps_the_types_of_chains_that_were_finished(interrupted, monkeypatch):
    command = ["ctip", "recovery", *TWO_TYPES, "--regime", "scenario.toml", "--out", "stopped"]
    out, _ = interrupted(coupling, "paired_outcomes", at=2, command=command)
    assert "interrupted; kept chains 1\n" in out
    assert pl.read_parquet("stopped/recovery.parquet")["chains"].unique().to_list() == ["1"]


def test_a_map_keeps_its_points_and_goes_on(interrupted, cakernel):
    command = ["stability", "sweep.toml", "--depth", "1", "--out"]
    _, err = interrupted(stability, "find_winners", at=2, command=[*command, "stopped"])
    kept = ck.sweep_status("stopped/sweep").points_done
    assert kept > 0
    assert err == (
        f"interrupted; kept {kept} points in stopped; the same command goes on from there\n"
    )
    assert cakernel(*command, "stopped")[0] == cakernel(*command, "whole")[0] == 0
    stopped, whole = (
        pl.read_parquet(f"{run}/map/map-cells.parquet") for run in ("stopped", "whole")
    )
    assert stopped.equals(whole)


def recorded(folder):
    with open(f"{folder}/provenance.json") as record:
        return json.load(record)["settings"]


def test_optimal_keeps_the_scenarios_that_were_finished(interrupted, cakernel):
    command = ["optimal", "--replications", "32", "--out"]
    out, _ = interrupted(
        # of two deployments of the second scenario
        optimum, "winners", at=4, command=[*command, "stopped", "--regime", "three.toml"]
    )  # fmt: skip
    assert out.endswith("interrupted; kept 1 of 3 scenarios\n")
    assert recorded("stopped")["scenarios"] == 1
    assert cakernel(*command, "whole", "--regime", "scenario.toml")[0] == 0
    for name in ("scenarios", "summary", "speeds", "rules", "entries"):
        stopped, whole = (pl.read_parquet(f"{run}/{name}.parquet") for run in ("stopped", "whole"))
        assert stopped.equals(whole), name


def test_optimal_keeps_the_points_that_were_finished(interrupted, cakernel):
    command = ["optimal", "--sweep", "optimal.toml", "--replications", "32", "--out"]
    out, _ = interrupted(optimal_points, "optimal", at=3, command=[*command, "stopped"])
    assert out.endswith("interrupted; kept 2 of 3 points\n")
    assert cakernel(*command, "whole")[0] == 0
    stopped, whole = (pl.read_parquet(f"{run}/points.parquet") for run in ("stopped", "whole"))
    assert stopped.equals(whole.filter(pl.col("point") < 2))


def test_a_frontier_keeps_the_weights_that_were_finished(interrupted, cakernel):
    command = ["frontier", "--regime", "three.toml", "--replications", "32"]
    command += ["--weight", "30", "--weight", "0", "--weight", "60", "--out"]
    out, _ = interrupted(frontiers, "_best_rules", at=3, command=[*command, "stopped"])
    assert out.endswith("interrupted; kept 2 of 3 weights\n")
    assert recorded("stopped")["weights"] == [0, 30]
    assert cakernel(*command, "whole")[0] == 0
    stopped, whole = (pl.read_parquet(f"{run}/points.parquet") for run in ("stopped", "whole"))
    whole = whole.filter(pl.col("weight").is_null() | (pl.col("weight") < 60))
    bound = ("upper_bound", "short")
    assert stopped.drop(bound).equals(whole.drop(bound))
    # bounds at fewer weights are bounds, but may be wider
    assert (stopped["upper_bound"] >= whole["upper_bound"]).all()


def over_time(folder):
    return pl.read_parquet(f"{folder}/over_time.parquet")


def test_history_keeps_the_policies_that_were_finished(interrupted, cakernel):
    command = ["history", "scenario.toml", "--replications", "4", "--out"]
    # of three policies
    out, _ = interrupted(over_time_module, "trace", at=7, command=[*command, "stopped"])
    assert out.endswith("interrupted; kept 1 of 3 policies\n")
    assert cakernel(*command, "whole")[0] == 0
    whole = over_time("whole")
    assert over_time("stopped").equals(whole.head(whole.height // 3))
    record = recorded("stopped")
    assert (record["replications"], len(record["policies"])) == (4, 1)


def test_history_counts_a_policy_that_is_asked_for_twice(interrupted, cakernel):
    command = ["history", "scenario.toml", *["--policy", "SRD-5 CRD-1"] * 3]
    asked = ["--replications", "2", "--out", "stopped"]
    out, _ = interrupted(over_time_module, "trace", at=5, command=[*command, *asked])
    assert out.endswith("interrupted; kept 2 of 3 policies\n")
    assert len(recorded("stopped")["policies"]) == 2


def test_history_keeps_replications_of_the_first_policy(interrupted, cakernel):
    command = ["history", "scenario.toml", "--policy", "SRD-5 CRD-1", "--out"]
    asked = ["stopped", "--replications", "9"]
    out, _ = interrupted(over_time_module, "trace", at=4, command=[*command, *asked])
    assert out.endswith("interrupted; kept 1 of 1 policy, 3 of 9 replications\n")
    assert recorded("stopped")["replications"] == 3
    assert cakernel(*command, "whole", "--replications", "3")[0] == 0
    assert over_time("stopped").equals(over_time("whole"))


def test_robust_keeps_the_last_look(interrupted, cakernel):
    command = ["robust", "--regime", "three.toml", "--indifference", "0", "--out"]
    out, _ = interrupted(robust_rules, "look_at", at=2, command=[*command, "stopped"])
    assert out.endswith("interrupted; kept 32 of 512 replications\n")
    assert recorded("stopped")["replications"] == 32
    assert cakernel(*command, "whole", "--replications", "32")[0] == 0
    columns = ["supply_rule", "cyber_rule", "principle", "criterion"]
    stopped, whole = (
        pl.read_parquet(f"{run}/candidates.parquet").select(columns).sort(columns)
        for run in ("stopped", "whole")
    )
    assert stopped.equals(whole)
    assert cakernel("report", "stopped", "--out", "page.html")[0] == 0


NOTHING = [
    (bounds, "_bound", ["optimal", "--regime", "three.toml", "--out", "stopped"]),
    (simulation, "rounds", ["optimal", "--regime", "three.toml"]),
    (optimum, "winners", ["optimal", "--regime", "three.toml"]),
    (optimal_points, "optimal", ["optimal", "--sweep", "optimal.toml"]),
    (bounds, "_bound", ["frontier", "--regime", "three.toml"]),
    (frontiers, "_best_rules", ["frontier", "--regime", "three.toml"]),
    (bounds, "_bound", ["robust", "--regime", "three.toml", "--criterion", "regret"]),
    (robust_rules, "look_at", ["robust", "--regime", "three.toml", "--search"]),
    (robust_rules, "search_over_scenarios", ["robust", "--regime", "three.toml", "--search"]),
    (simulation, "rounds", ["run", "scenario.toml", "--out", "stopped"]),
    (over_time_module, "trace", ["history", "scenario.toml", "--out", "stopped"]),
    (simulation, "rounds", ["plot", "map", "--out", "map.svg", "--replications", "1"]),
    (government_search.Search, "best", ["ctip", "government"]),
    (coupling, "paired_outcomes", ["ctip", "recovery", *TWO_TYPES]),
    (markets, "equilibria", ["ctip", "claims", "--points", "3"]),
    (stability, "_run_points", ["stability", "sweep.toml", "--out", "stopped"]),
    (files, "write_whole", ["init", "new.toml"]),
    (whole_folder, "write_whole", ["init", "--network", "stopped"]),
]


@pytest.mark.parametrize(
    ("module", "name", "command"), NOTHING, ids=[f"{row[2][0]} {row[1]}" for row in NOTHING]
)
def test_where_nothing_was_finished_one_line_says_so(interrupted, module, name, command):
    told = interrupted(module, name, at=1, command=command)
    assert told == ("", "interrupted; nothing was kept\n")
    assert not os.path.exists("stopped")


@pytest.mark.compiled
@pytest.mark.parametrize("number", SIGNALS)
def test_a_process_is_stopped_by_either_signal(tmp_path, number):
    (tmp_path / "scenario.toml").write_text(
        SCENARIO.replace("= 12\n[policies]", "= 4000000000\n[policies]")
    )
    command = [sys.executable, "-m", "cakernel", "run", "scenario.toml", "--out", "results"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    # until something is written, or long after Python has started, and a while more
    until = time.monotonic() + 30
    while time.monotonic() < until and len(list(tmp_path.iterdir())) == 1:
        time.sleep(0.05)
    time.sleep(2)
    process.send_signal(number)
    # a scheduler that sends it again disturbs nothing
    if number == signal.SIGTERM:
        time.sleep(0.1)
        process.send_signal(number)
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == SIGNALS[number], err
    assert "interrupted" in out + err


def test_python_keeps_whole_replications(monkeypatch):
    monkeypatch.setattr(paired, "ROWS_PER_CALL", 12)
    chosen = {
        "policies": ck.policies()[:2],
        "scenarios": ck.paper_scenarios()[:2],
        "replications": 20,
    }
    model = ck.Model(chains=2, firms=2, periods=9)

    def stop(done, total):
        if done >= 2 * 2 * 7:
            raise KeyboardInterrupt

    with pytest.raises(ck.Interrupted) as stopped:
        ck.paired_outcomes(model, **chosen, progress=stop)
    assert stopped.value.replications == 6
    whole = ck.paired_outcomes(model, **chosen).filter(pl.col("replication") < 6)
    assert stopped.value.partial.equals(whole)


@pytest.mark.parametrize("rows", [1, 3, 5, 16, 1_000_000])
def test_paired_outcomes_do_not_depend_on_the_parts(monkeypatch, rows):
    chosen = {"policies": ck.policies()[:3], "scenarios": ck.paper_scenarios()[:5]}
    model = ck.Model(chains=2, firms=2, periods=9)
    whole = ck.paired_outcomes(model, **chosen, replications=7)
    monkeypatch.setattr(paired, "ROWS_PER_CALL", rows)
    assert ck.paired_outcomes(model, **chosen, replications=7).equals(whole)


def test_signals_that_the_parent_ignores_stay_ignored(tmp_path):
    program = (
        "import os, signal, sys\n"
        "import cakernel.cli.app as app\n"
        "def run():\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    print('went on')\n"
        "app._run = run\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "app.main()\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "went on\n"), ran.stderr
