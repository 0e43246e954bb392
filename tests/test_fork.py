"""A process forked from one that has used kernels says so at once, and does not hang."""

import os
import subprocess
import sys

import pytest

import cakernel as ck
from helpers.patience import SECONDS

CHILDREN = """
import multiprocessing
import sys
import tempfile
import warnings

import cakernel as ck
from cakernel import coopetition as co

model, market = ck.Model(chains=2, firms=3, periods=20), co.Market()
chosen = {"policies": ck.policies()[:4], "scenarios": ck.paper_scenarios()[:2], "replications": 9}
study = ck.Recovery(model, chosen["policies"], chosen["scenarios"])
sweep = ck.Sweep(study, axes={"firms": [2, 3]}, replications=2)
folder = tempfile.mkdtemp()
closely = {"contract": "fixed", "investments": [0.1, 0.1]}
ENTRIES = {
    "simulate": lambda: ck.simulate(model, **chosen),
    "paired_outcomes": lambda: ck.paired_outcomes(model, **chosen),
    "trace": lambda: ck.trace(
        model, policy=chosen["policies"][0], scenario=chosen["scenarios"][0]
    ),
    "run_sweep": lambda: ck.run_sweep(sweep, folder, resume=True),
    "stability_map": lambda: ck.stability_map(sweep, f"{folder}/map"),
    "equilibria": lambda: co.equilibria([market]),
    "equilibrium": lambda: co.equilibrium(market, contract="fixed"),
    "outcome": lambda: co.outcome(market, **closely),
    "orders": lambda: co.orders(market, **closely),
    "estimate": lambda: co.estimate(market, **closely, draws=100),
    "statics": lambda: co.comparative_statics(market, contract="fixed"),
    "claims": lambda: co.claim_verdicts(points=2),
    "government": lambda: co.best_government(market),
    "coupled": lambda: co.coupled(
        market, contract="fixed", model=model, **chosen, resources_per_money=1.0
    ),
}


def said_by(name):
    try:
        ENTRIES[name]()
    except ck.InvalidInput as error:
        return str(error)
    return "done"


if __name__ == "__main__":
    start, used = sys.argv[1:]
    if used == "used":
        ENTRIES["simulate"]()
    names = list(ENTRIES) if used == "used" else ["simulate"]
    # newer versions of Python warn of a fork beside threads
    warnings.simplefilter("ignore")
    with multiprocessing.get_context(start).Pool(2) as pool:
        for name, said in zip(names, pool.map(said_by, names)):
            print(name, said)
"""


def children(tmp_path, *arguments, layer):
    file = tmp_path / "children.py"
    file.write_text(CHILDREN)
    return subprocess.run(
        [sys.executable, file, *arguments],
        env=os.environ | {"NUMBA_THREADING_LAYER": layer, "NUMBA_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    ).stdout.splitlines()


@pytest.mark.compiled
@pytest.mark.parametrize("layer", ["default", "workqueue"])
def test_after_use_every_entry_names_the_way_out(tmp_path, layer):
    said = children(tmp_path, "fork", "used", layer=layer)
    assert len(said) == 14
    for line in said:
        assert "forked from" in line, line
        assert 'multiprocessing.get_context("spawn")' in line


@pytest.mark.compiled
@pytest.mark.parametrize("layer", ["default", "workqueue"])
@pytest.mark.parametrize("start", ["fork", "spawn", "forkserver"])
def test_before_use_and_otherwise_started_children_work(tmp_path, start, layer):
    used = "unused" if start == "fork" else "used"
    said = children(tmp_path, start, used, layer=layer)
    assert {line.split(maxsplit=1)[1] for line in said} == {"done"}


@pytest.mark.filterwarnings("ignore")
def test_a_fork_is_told_from_its_parent():
    chosen = {"policies": ck.policies()[:1], "scenarios": ck.paper_scenarios()[:1]}
    model = ck.Model(chains=1, firms=1, periods=2)
    ck.simulate(model, **chosen, replications=1)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            ck.simulate(model, **chosen, replications=1)
        except ck.InvalidInput as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader) as told:
        assert f"process: got {child}, forked from {os.getpid()}" in told.read()
    os.waitpid(child, 0)
    ck.simulate(model, **chosen, replications=1)
