"""The sections [network] and [disruptions] of a scenario file name only what exists."""

import pytest

from cakernel import InvalidInput
from cakernel.recovery.input_files import read_scenario_file

NETWORK = '[network]\nfolder = "camera"\n'
PAST = '[disruptions]\nfile = "past.csv"\n'


@pytest.fixture
def read(tmp_path):
    """Write a scenario file beside a network of two firms, and read it."""
    (tmp_path / "camera").mkdir()
    (tmp_path / "camera" / "firms.csv").write_text("id\nlens\nbody\n")
    (tmp_path / "past.csv").write_text("period,kind,of,severity\n3,supply,lens,mild\n")

    def call(text, *, networks=True):
        (tmp_path / "scenario.toml").write_text(text)
        return read_scenario_file(tmp_path / "scenario.toml", networks=networks)

    return call


def test_a_network(read):
    found = read(NETWORK + 'demand = "all"\n[model]\nperiods = 30\ninitial_resources = 1.5\n')
    assert found.network.firms["id"].to_list() == ["lens", "body"]
    assert found.network.demand == "all"
    assert (found.model.periods, found.model.initial_resources) == (30, 1.5)
    assert found.record is None


def test_recorded_disruptions(read):
    assert read(NETWORK + PAST).record.through == 3
    assert read(NETWORK + PAST + "through = 90\n").record.through == 90


def test_without_a_network(read):
    found = read("")
    assert found.network is None
    assert found.record is None


@pytest.mark.parametrize("text", [NETWORK, NETWORK + PAST])
def test_a_command_that_runs_grids_refuses_networks(read, text):
    with pytest.raises(InvalidInput, match=r"scenario\.toml: network: this command runs grids; mu"):
        read(text, networks=False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PAST, "disruptions: there is no section [network]; must be left out"),
        ("[network]\n", "network.folder: missing; must be the path of a folder"),
        ('[network]\nfolder = ""\n', "network.folder: got ''; must be the path of a folder"),
        ("network = 3\n", "network: got 3; must be a table of keys and values"),
        (NETWORK + "demnd = 1\n", "network.demnd: unknown key; did you mean demand?"),
        (NETWORK + 'demand = "most"\n', "network.demand: got 'most'; must be 'all', 'half', "),
        (NETWORK + "[model]\nchains = 3\n", "model.chains: is of grids; with [network] [model] "),
        (NETWORK + "[disruptions]\n", "disruptions.file: missing; must be the path of a CSV file"),
        (NETWORK + PAST + "through = 0\n", "disruptions.through: got 0; must be a whole number "),
        (NETWORK + PAST + "until = 3\n", "disruptions.until: unknown key; known keys: file, thr"),
        (NETWORK + PAST.replace("past", "p"), "FOLDER/p.csv: cannot be read: No such file or d"),
        (NETWORK.replace("camera", "x"), "FOLDER/x: is no folder; must hold firms.csv"),
    ],
)
def test_refusals(read, tmp_path, text, message):
    with pytest.raises(InvalidInput) as refused:
        read(text)
    wanted = message.replace("FOLDER", str(tmp_path))
    assert str(refused.value).startswith(f"{tmp_path}/scenario.toml: {wanted}")
