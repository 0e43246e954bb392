"""The benchmark of a graphics card: its steps in numba's simulator, and what may go wrong."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import patch

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import card
from card_steps import STEPS, Figure


@pytest.mark.compiled
def test_every_step_measures_something(tmp_path):
    out = tmp_path / "card.json"
    # what the tests of a card say in the simulator is tested beside them
    some = [name for name in STEPS if name not in ("tests", "reproduce")]
    ran = subprocess.run(
        [sys.executable, card.__file__, "--toy", "--only", ",".join(some), "--out", out],
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = json.loads(out.read_text())
    assert list(found["steps"]) == some
    assert found["card"] == {"name": "simulated"}
    for name, step in found["steps"].items():
        assert step["error"] == "", name
        assert step["figures"], name
        for figure in step["figures"]:
            assert figure["measure"] in ran.stdout
            assert isinstance(figure["value"], str) or figure["value"] >= 0
    shares = [f["value"] for f in found["steps"]["sweep"]["figures"] if f["unit"] == "of the time"]
    assert 0 < max(shares) <= 1


def test_steps_take_eight_minutes_together():
    assert sum(limit for _, limit in STEPS.values()) <= 8 * 60


@pytest.fixture
def program(tmp_path):
    """Let a program take the place of the steps."""

    def write(text):
        (tmp_path / "card_steps.py").write_text(text)
        return patch.object(card, "__file__", str(tmp_path / "card.py"))

    return write


def test_a_step_that_fails_says_why(program):
    with program("raise ValueError('no such card')"):
        step = card.run_step("one", toy=False, limit=60)
    assert step["figures"] == []
    assert step["error"].endswith("ValueError: no such card")
    assert "| one | failed | ValueError: no such card |  |  | no |" in card.table({"one": step})


def test_a_step_that_takes_too_long_ends_with_all_that_it_started(program, tmp_path):
    starts = (
        "import subprocess, sys, pathlib\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(child.pid))\n"
        "child.wait()\n"
    )
    with program(starts):
        step = card.run_step("slow", toy=False, limit=5)
    assert step["error"] == "takes more than 5 s"
    child = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and alive(child):
        time.sleep(0.05)
    assert not alive(child)


def alive(process):
    """Say whether a process runs; one that ended and that nobody asked about does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def test_figures_are_rows_and_targets_are_judged():
    figures = [
        Figure("a", 0.00051, "ns", "at most 0.001", True).__dict__,
        Figure("b", "as said").__dict__,
    ]
    rows = card.table({"s": {"error": "", "figures": figures, "seconds": 1.0}}).splitlines()
    assert rows[2:] == [
        "| s | a | 0.00051 | ns | at most 0.001 | yes |",
        "| s | b | as said |  |  |  |",
    ]


def test_without_a_card_it_says_so(capsys, monkeypatch):
    monkeypatch.setattr(card, "device_missing", lambda: "no card answers")
    monkeypatch.setattr(sys, "argv", ["card.py"])
    assert card.main() == 2
    assert capsys.readouterr().err == "no card answers\n"
