"""Settings to take away: a scenario file and a program that give the numbers of the page."""

import subprocess
import sys

import polars as pl
import pytest

import cakernel
from cakernel.live.fields import defaults
from cakernel.recovery.input_files import read_scenario_file
from cakernel.recovery.live.case import case_of
from cakernel.recovery.live.fields import FIELDS
from cakernel.recovery.live.take_away import python_code, scenario_file

START = defaults(FIELDS)
SETTINGS = {
    "start": START,
    "changed": START | {
        "firms": 2, "chains": 3, "periods": 12, "supply_severe": 0.25, "recovery": "when-hit",
        "operational_cost_01": 2.5, "initial_resources": 0.0, "principles": "C",
        "compared": "all policies", "supply_rules": ("SRD-2", "none"), "seed": 5,
    },
    "worth": START | {"operational_terminal_value_2": 5.0, "outcome": "value"},
    "paper and worth": START | {"amounts": "paper", "intangibles_terminal_value_1": 2.5},
    "paper": START | {"amounts": "paper", "boundary_ends": "periodic", "compared": "on site"},
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_the_scenario_file_describes_the_case(name, tmp_path):
    case = case_of(SETTINGS[name])
    file = tmp_path / "scenario.toml"
    file.write_text(scenario_file(SETTINGS[name], 64))
    described = read_scenario_file(file)
    assert described.model == case.model
    assert list(map(str, described.policies)) == list(map(str, case.policies))
    assert tuple(described.scenarios) == case.scenarios
    assert (described.settings.replications, described.settings.seed) == (64, case.seed)


@pytest.mark.parametrize("name", SETTINGS)
def test_the_program_describes_the_case(name):
    case = case_of(SETTINGS[name])
    before = python_code(SETTINGS[name], 64).partition("outcomes =")[0]
    made = {}
    exec(before, made)
    assert made["model"] == case.model
    assert list(map(str, made["policies"])) == list(map(str, case.policies))
    assert tuple(made["scenarios"]) == case.scenarios


def test_run_and_the_program_give_the_numbers_of_simulate(tmp_path):
    setting = SETTINGS["changed"]
    case = case_of(setting)
    simulated = cakernel.simulate(
        case.model, policies=case.policies, scenarios=case.scenarios, replications=8, seed=5
    )
    file, program = tmp_path / "scenario.toml", tmp_path / "explored.py"
    file.write_text(scenario_file(setting, 8))
    run = [sys.executable, "-m", "cakernel", "run", str(file), "--out", str(tmp_path / "results")]
    subprocess.run(run, check=True, capture_output=True)
    rows = pl.read_parquet(tmp_path / "results" / "policies.parquet")
    assert rows["mean_resources"].to_list() == simulated["mean_resources"].to_list()
    program.write_text(python_code(setting, 8).replace("print(", "ranked = ("))
    made = {}
    exec(program.read_text(), made)
    best = made["ranked"].row(0, named=True)
    assert best["mean"] == pytest.approx(simulated["mean_resources"].max(), rel=1e-12)
