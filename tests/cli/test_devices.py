"""`--device` of commands: the same files on either, a record of where; `rerun` does not mind."""

import json

import polars as pl
import pytest

from cakernel.devices import chosen_around
from cakernel.recovery import devices
from helpers.small_runs import FILES
from helpers.toml_sections import POLICIES_AND_SCENARIOS

pytestmark = pytest.mark.compiled

COMMANDS = {
    "run": ["run", "scenario.toml", "--risk"],
    "best": ["best", "--regime", "scenario.toml"],
    "optimal": ["optimal", "--regime", "scenario.toml", "--replications", "32"],
    "frontier": ["frontier", "--regime", "scenario.toml", "--replications", "32"],
    "robust": ["robust", "--regime", "scenario.toml", "--replications", "32"],
    "reproduce": ["reproduce", "table5", "--replications", "2"],
    "sweep": ["sweep", "sweep.toml"],
    "stability": ["stability", "sweep.toml", "--depth", "1"],
    "ctip recovery": ["ctip", "recovery", "--resources-per-money", "1", "--regime",
                      "scenario.toml", "--replications", "4"],
}  # fmt: skip

NETWORK = (
    """
[network]
folder = "camera"
[model]
periods = 5
[simulation]
replications = 2
"""
    + POLICIES_AND_SCENARIOS
)


@pytest.fixture
def files(tmp_path, card):
    """Write the files that commands read; a card is pretended."""
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    return card


def record(folder):
    return json.loads((folder / "provenance.json").read_text())


def tables(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for suffix in ("csv", "parquet")
        for path in folder.rglob(f"*.{suffix}")
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_runs_on_the_card(cakernel, files, tmp_path, name):
    for device in ("gpu", "cpu"):
        code, _, err = cakernel(*COMMANDS[name], "--device", device, "--out", device)
        assert code == 0, err
        # a coupling solves its market before it simulates
        solved = name == "ctip recovery" and device == "gpu"
        assert err.count("\n") == ("markets of coopetition have no code" in err) == solved
        assert chosen_around() is None
        assert bool(files.firm_periods) == (device == "gpu")
        files.firm_periods.clear()
        if name != "sweep":
            folder = tmp_path / device / ("map" if name == "stability" else "")
            assert {row["device"] for row in record(folder)["devices"]} >= {device}
    assert tables(tmp_path / "gpu") == tables(tmp_path / "cpu")
    assert tables(tmp_path / "gpu")


def test_a_command_without_a_card_is_refused_before_anything_runs(cakernel, files, tmp_path):
    files.missing = "no driver"
    for name, command in COMMANDS.items():
        code, out, err = cakernel(*command, "--device", "gpu", "--out", "new")
        told = "error: device: got 'gpu'; no graphics card can be used: no driver\n"
        assert (code, out, err) == (2, "", told), name
        assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_an_environment_that_names_no_device_is_refused(
    cakernel, files, tmp_path, monkeypatch, name
):
    monkeypatch.setenv("CAKERNEL_DEVICE", "tpu")
    told = "error: CAKERNEL_DEVICE: got 'tpu'; must be 'cpu', 'gpu' or 'auto'\n"
    assert cakernel(*COMMANDS[name], "--out", "new") == (2, "", told)
    assert not (tmp_path / "new").exists()


def test_an_option_that_names_no_device_is_refused(cakernel, files):
    code, out, err = cakernel(*COMMANDS["run"], "--device", "tpu", "--out", "new")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "'tpu' is not one of 'cpu', 'gpu', 'auto'" in err


def test_the_environment_chooses_unless_the_option_does(cakernel, files, tmp_path, monkeypatch):
    monkeypatch.setenv("CAKERNEL_DEVICE", "gpu")
    assert cakernel(*COMMANDS["best"], "--out", "gpu")[0] == 0
    assert cakernel(*COMMANDS["best"], "--out", "cpu", "--device", "cpu")[0] == 0
    for device in ("gpu", "cpu"):
        [row] = record(tmp_path / device)["devices"]
        assert row["device"] == device


def test_the_record_says_why_not_on_the_card(cakernel, files, tmp_path):
    assert cakernel(*COMMANDS["run"], "--out", "run")[0] == 0
    [row] = record(tmp_path / "run")["devices"]
    assert (row["device"], row["why"]) == ("cpu", devices.TOO_LITTLE)
    files.refuses = "it has more firms than a block"
    code, _, err = cakernel(*COMMANDS["run"], "--device", "gpu", "--out", "other")
    # --risk runs twice, and says it once
    assert (code, err) == (0, "cakernel: runs on the CPU: it has more firms than a block\n")
    [row] = record(tmp_path / "other")["devices"]
    assert (row["device"], row["why"]) == ("cpu", files.refuses)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (["run", "network.toml"], "networks"),
        (["critical", "network.toml", "--replications", "2", "--periods", "5"], "networks"),
        (["ctip", "solve", "--set", "chains=2"], "markets of coopetition"),
        (["ctip", "statics"], "markets of coopetition"),
    ],
)
def test_what_has_no_code_for_cards_says_so(cakernel, files, tmp_path, command, what):
    assert cakernel("init", "--network", "camera")[0] == 0
    (tmp_path / "network.toml").write_text(NETWORK)
    code, _, err = cakernel(*command, "--device", "gpu", "--out", "results")
    why = f"{what} have no code for graphics cards"
    assert code == 0, err
    assert f"cakernel: runs on the CPU: {why}\n" in err
    assert files.firm_periods == []
    [row] = record(tmp_path / "results")["devices"]
    assert (row["device"], row["why"]) == ("cpu", why)


def test_status_says_where_a_sweep_ran(cakernel, files):
    assert cakernel(*COMMANDS["sweep"], "--device", "gpu", "--out", "sweep")[0] == 0
    _, out, _ = cakernel("status", "sweep")
    work = sum(files.firm_periods)
    assert f"  on the gpu    {work:,} firm-periods\n" in out
    assert json.loads(cakernel("status", "sweep", "--json")[1])["ran"] == [
        {"device": "gpu", "firm_periods": work, "why": ""}
    ]


@pytest.mark.parametrize("name", ["best", "sweep"])
def test_a_folder_of_the_card_is_made_again_where_there_is_none(cakernel, files, name):
    assert cakernel(*COMMANDS[name], "--device", "gpu", "--out", "results")[0] == 0
    code, out, _ = cakernel("rerun", "results")
    assert code == 0, out
    assert files.firm_periods
    assert "--device gpu" in out.splitlines()[0]


def test_an_interrupted_command_keeps_what_the_card_finished(
    cakernel, files, tmp_path, monkeypatch
):
    monkeypatch.setattr("cakernel.recovery.engine.FIRM_PERIODS_PER_GPU_ROUND", 1)
    files.interrupts = 3
    code, out, _ = cakernel("run", "scenario.toml", "--device", "gpu", "--out", "results")
    assert code == 130
    assert "kept 3 of 12 replications" in " ".join(out.split())
    [row] = record(tmp_path / "results")["devices"]
    assert row == {"device": "gpu", "firm_periods": sum(files.firm_periods), "why": ""}
    assert pl.read_parquet(tmp_path / "results/scenarios.parquet")["replications"][0] == 3
