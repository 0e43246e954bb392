"""Firms that can never recover under CRD-5, as they have no peers: a run warns of them."""

import subprocess
import sys
import warnings

import pytest

import cakernel as ck
from cakernel.recovery.network.simulation import warn_without_peers

MATCHING = ck.policies(supply_rules=["SRD-1"], cyber_rules=["CRD-1", "CRD-5"], principles=["P"])
FIRMS = {"id": ["lens", "sensor", "camera", "shop"], "provider": ["a", "a", "a", None]}
PROVIDERS = {"id": ["a"]}
PEERS = {"firm": ["lens"], "peer": ["sensor"]}


def test_a_run_warns_of_firms_without_peers():
    net = ck.Network(firms=FIRMS, providers=PROVIDERS, peers=PEERS)
    with pytest.warns(UserWarning, match="CRD-5: 1 of 4 firms that may follow it have no peers"):
        ck.simulate(
            net, policies=MATCHING, scenarios=ck.paper_scenarios()[:1], replications=1, periods=2
        )


def test_own_rules_count():
    own = ["CRD-5", "CRD-1", "CRD-1", None]
    net = ck.Network(firms={**FIRMS, "cyber_rule": own}, providers=PROVIDERS)
    with pytest.warns(UserWarning, match="1 of 4"):
        warn_without_peers(net, MATCHING)
    with pytest.warns(UserWarning, match="1 of 4"):
        warn_without_peers(net, MATCHING[:1])


@pytest.mark.parametrize(
    ("policies", "peers"),
    [
        (MATCHING[:1], None),
        (MATCHING, {"firm": ["lens", "lens"], "peer": ["sensor", "camera"]}),
    ],
)
def test_nothing_is_said_otherwise(policies, peers):
    net = ck.Network(firms=FIRMS, providers=PROVIDERS, peers=peers)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_without_peers(net, policies)


@pytest.mark.compiled
def test_commands_warn_in_one_line(cakernel, tmp_path):
    cakernel("init", "--network", "camera")
    (tmp_path / "camera" / "peers.csv").unlink()
    (tmp_path / "camera.toml").write_text(
        "[simulation]\nreplications = 1\n[model]\nperiods = 1\n[network]\nfolder = 'camera'\n"
        "[policies]\nsupply_rules = ['SRD-1']\ncyber_rules = ['CRD-5']\n"
    )
    command = [sys.executable, "-m", "cakernel", "run", "camera.toml", "--out", "results"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    said = [line for line in done.stderr.splitlines() if "warning" in line.lower()]
    assert len(said) == 1
    assert said[0].startswith("warning: CRD-5: 5 of 11 firms that may follow it have no peers")
