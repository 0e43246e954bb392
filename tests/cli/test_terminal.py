"""Terminals that are not UTF-8: every command prints, with signs that they can show."""

import io
import os
import subprocess
import sys

import pytest

from cakernel.cli import main

SCENARIO = """
simulation.replications = 2
model = { chains = 1, firms = 2, periods = 4 }
policies = { supply_rules = ["SRD-1", "SRD-5"], cyber_rules = ["CRD-1"], principles = ["P"] }
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""
SWEEP = """
sweep = { replications = 2, rows = "replication" }
design = { kind = "KIND" }
axes.supply_mild = { low = 0.1, high = 0.4, count = 4 }
axes.periods = { low = 2, high = 9, count = 4 }
[model]
chains = 1
[policies]
supply_rules = ["SRD-1", "SRD-2", "SRD-5"]
cyber_rules = ["CRD-1"]
principles = ["P"]
""" + SCENARIO[SCENARIO.index("[[") :]
COMMANDS = [
    (),
    ("--help",),
    ("nonsense",),
    ("run", "scenario.toml", "--out", "out"),
    ("trace", "scenario.toml"),
    ("best", "--regime", "scenario.toml"),
    ("reproduce", "table3", "--replications", "1"),
    ("sweep", "sweep.toml", "--out", "swept"),
    ("status", "swept"),
    ("rules", "swept"),
    ("best", "--sweep", "swept"),
    ("stability", "sweep.toml", "--out", "map", "--depth", "1"),
    ("sweep", "morris.toml", "--out", "morris"),
    ("sensitivity", "morris", "--policy", "SRD-5 CRD-1 P"),
    ("ctip", "solve"),
    ("run", "fehlt\udcff★.toml", "--out", "out2"),
    ("trace", "--policy", "★ ★"),
]


@pytest.mark.compiled
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_all_commands_print_in_any_encoding(encoding, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenario.toml").write_text(SCENARIO)
    (tmp_path / "sweep.toml").write_text(SWEEP.replace("KIND", "grid"))
    morris = SWEEP.replace('"KIND"', '"morris", points = 12').replace(", count = 4", "")
    (tmp_path / "morris.toml").write_text(morris)
    for command in COMMANDS:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding, write_through=True) for _ in range(2))
        monkeypatch.setattr(sys, "argv", ["cakernel", *command])
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as ended:
                main()
        told = (out.buffer.getvalue() + err.buffer.getvalue()).decode(encoding)
        assert told.strip(), command
        wrong = command in (COMMANDS[0], COMMANDS[2], *COMMANDS[-2:])
        assert (ended.value.code or 0) == (2 if wrong else 0), (command, told)


def test_states_of_a_trace_are_told_apart_in_ascii(tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "cakernel", "trace"]
    told = subprocess.run(command, env=environment, capture_output=True, check=True, cwd=tmp_path)
    text = told.stdout.decode("ascii")
    assert "high #  medium =  low _" in text
    assert "?" not in text
