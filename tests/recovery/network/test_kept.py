"""Runs one after the other use memory and draws again, and have the results of each by itself."""

import numpy as np
import pytest

import cakernel as ck
from cakernel.recovery.network.draws import draws_of
from cakernel.recovery.network.kept import Drawn, Kept
from cakernel.recovery.network.simulation import Horizon, network_experiment, recorded

NET = ck.Network(
    firms={"id": ["mine", "mill", "shop"], "provider": "cloud", "spillover": [0.0, 0.5, 0.0]},
    links={"supplier": ["mine", "mill"], "customer": ["mill", "shop"]},
    providers={"id": ["cloud"]},
)
RECORD = {"period": [1], "kind": ["supply"], "of": ["mill"], "severity": ["mild"]}


def drawn(net=NET, of=("seed",), record=None):
    return Drawn(of, draws_of(net, *recorded(net, record, None)))


@pytest.mark.parametrize(
    ("changes", "stale"),
    [
        ({"firms.mill.stock": 3}, []),
        ({"firms.mill.supply_mild": 0.3}, [1]),
        ({"firms.supply_severe": 0.3}, [0, 1, 2]),
        ({"providers.cyber_mild": 0.3}, [3]),
        ({"firms.mill.spillover": 0.1}, [4]),
        ({"firms.mine.spillover": 0.1}, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_what_has_changed_is_drawn(changes, stale):
    assert drawn(NET.with_fields(changes)).stale(drawn()).tolist() == stale


def test_all_is_drawn_where_anything_else_is_different():
    every = [0, 1, 2, 3, 4]
    assert drawn().stale(None).tolist() == every
    assert drawn(of=("other",)).stale(drawn()).tolist() == every
    assert drawn(record=RECORD).stale(drawn()).tolist() == every
    assert drawn(record=RECORD).stale(drawn(record=RECORD)).tolist() == []
    worse = RECORD | {"severity": ["severe"]}
    assert drawn(record=worse).stale(drawn(record=RECORD)).tolist() == every


def test_memory_grows_and_what_was_in_it_is_forgotten():
    kept = Kept()
    first = kept.rows("shocks", 2, 100)
    assert first.shape == (2, 128)
    assert first.ctypes.data % 64 == 0
    kept.drawn = drawn()
    assert kept.rows("shocks", 1, 64).base is first.base
    assert kept.drawn is not None
    assert kept.rows("shocks", 3, 100).base is not first.base
    assert kept.drawn is None


@pytest.mark.compiled
@pytest.mark.parametrize("replications", [5, 1300])
def test_a_run_after_others_has_the_results_that_it_has_alone(replications):
    chance = np.random.default_rng(2)
    nets = [NET]
    for _ in range(12):
        changes = {
            "firms.mill.stock": int(chance.integers(4)),
            "firms.mine.supply_mild": float(chance.choice([0.1, 0.3])),
            "firms.mine.spillover": float(chance.choice([0.0, 0.0, 0.4])),
            "providers.cyber_severe": float(chance.choice([0.1, 0.2])),
        }
        some = chance.choice(list(changes), 2, replace=False)
        nets.append(nets[-1].with_fields({name: changes[name] for name in some}))
    kept = Kept()
    policies = ck.policies(cyber_rules=["CRD-2"], principles=["P"])
    for n, net in enumerate(nets):
        found = []
        for given in (Kept(), kept):
            experiment = network_experiment(
                net, policies, ck.paper_scenarios()[: 1 + n % 2], Horizon(30 + n % 3),
                replications=replications, seed=n % 5, threads=2, first_replication=0,
                first_scenario=0, by_firm=False,
            )  # fmt: skip
            run = experiment.run
            object.__setattr__(run, "kept", given)
            sums = run.sums(each=True)
            for _ in run.rounds(sums, None):
                pass
            found.append(sums.each)
        assert np.array_equal(*found)
