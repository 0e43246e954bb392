"""A run takes the memory that docs/networks.md says, however many firms and policies there are."""

import numpy as np
import pytest

import cakernel as ck
from cakernel import memory
from cakernel.recovery.network import engine
from cakernel.recovery.network.simulation import Horizon, network_experiment


def plan_of(firms, *, policies, threads, replications, periods=180):
    """Return the plan of a run of different firms in a ring; nothing is allocated or compiled."""
    draws = np.random.default_rng(1)
    ids = [f"firm {n}" for n in range(firms)]
    net = ck.Network(
        firms={"id": ids, "resources": draws.integers(0, 50, firms) / 16},
        links={"supplier": ids, "customer": [*ids[1:], ids[0]]},
    )
    experiment = network_experiment(
        net, ck.policies()[:policies], ck.paper_scenarios()[:1], Horizon(periods),
        replications=replications, seed=1, threads=threads, first_replication=0,
        first_scenario=0, by_firm=False,
    )  # fmt: skip
    return experiment.run.plan


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("firms", [25, 1_000, 100_000])
def test_states_and_windows(firms, threads):
    plan = plan_of(firms, policies=104, threads=threads, replications=5_000)
    # states and resources, and some for a policy whatever the firms
    assert plan.ends[-1] < 1_700 * firms + 30_000
    states = plan.blocks * plan.policies * plan.ends[-1]
    assert states <= max(engine.STATES_BYTES, 2 * threads * plan.ends[-1])
    assert plan.blocks * plan.policies >= threads
    a_period = 128 * (firms + 1)
    assert plan.window % 4 == 0
    assert plan.window * a_period <= max(engine.SHOCKS_BYTES, 4 * a_period)


def test_a_run_that_memory_does_not_hold_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda: 2.0**20)
    with pytest.raises(ck.InvalidInput, match=r"^firms: got 2,000, for which some .* are needed"):
        plan_of(2_000, policies=1, threads=1, replications=1)
