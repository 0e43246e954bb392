"""The card gives the scalar kernel's sums, to the bit.

Where there is none, what NVIDIA's compiler makes of its kernels runs here, or numba's simulator.
"""

import sys
from dataclasses import replace
from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from cakernel.jit import cuda
from cakernel.recovery.engine import Experiment, scalar_sums
from cakernel.recovery.gpu import engine
from cakernel.recovery.gpu.kernel import shape
from cakernel.recovery.kernel.lanes.step import Planes
from cakernel.recovery.kernel.states import TABLE_SHAPE
from cakernel.recovery.kernel_arrays import (
    batch_of,
    grid_of,
    policies_of,
)
from cakernel.recovery.model import REGIMES
from helpers.instances import batch_of_models
from helpers.recovery_strategies import models, policies, scenarios

pytestmark = [pytest.mark.gpu, pytest.mark.usefixtures("card")]

# holds the amounts of `helpers.recovery_strategies`: each shape of planes would be compiled
ROOMY = Planes(resources=16, low=12, gain=8, cost_from=0, cost_to=11)
EXAMPLES = 12 if cuda.SIMULATED else 200
if cuda.SIMULATED:
    # its threads wait for one that looks whether they do
    sys.setswitchinterval(1e-4)


def assert_card_is_scalar(
    model, chosen, batch, replications, *, seed=1, parts=1, kept=(False, True)
):
    """Run both on the same work, the card's in some parts, and compare all sums."""
    experiment = Experiment(
        grid=grid_of(model),
        seed=seed,
        policies=policies_of(chosen),
        batch=batch,
        first_replication=5,
        replications=replications,
        threads=1,
    )
    assert engine.why_not(experiment) == ""
    told = []
    for each in kept:
        sums = experiment.sums(batch.position, each=each)
        ends = [replications * n // parts for n in range(parts + 1)]
        for begin, end in pairwise(ends):
            engine.run_on_gpu(
                experiment, sums, slice(begin, end), lambda *progress: told.append(progress)
            )
        expected = scalar_sums(
            model, chosen, batch, replications=replications, seed=seed, first_replication=5,
            each=each,
        )  # fmt: skip
        for name in ("each", "first", "limbs"):
            np.testing.assert_array_equal(getattr(sums, name), getattr(expected, name), name)
    assert told[-1] == (len(chosen) * experiment.items,) * 2


def policy(supply, cyber, principle="P"):
    return ck.Policy(supply_rule=supply, cyber_rule=cyber, principle=principle)


def test_every_built_in_rule():
    model = ck.Model(chains=2, firms=3, periods=9)
    batch = batch_of(model, ck.paper_scenarios()[::300], 3)
    assert_card_is_scalar(model, ck.policies()[::3], batch, 21, kept=[False])


@pytest.mark.skipif(cuda.SIMULATED, reason="numba's simulator would take hours")
@pytest.mark.parametrize("regime", REGIMES)
def test_all_of_a_regime(regime):
    """Every policy and resource scenario of the paper, at its grids and horizons."""
    batch = batch_of(ck.regime(regime), ck.paper_scenarios(), 3)
    assert_card_is_scalar(ck.regime(regime), ck.policies(), batch, 1, kept=[False])


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    models(),
    st.lists(policies, min_size=1, max_size=2),
    st.lists(scenarios, min_size=1, max_size=2),
    st.integers(1, 40),
    st.integers(0, 2**64 - 1),
    st.booleans(),
)
def test_random_models_policies_and_scenarios(model, chosen, resources, count, seed, each):
    batch = batch_of(model, resources, 3)
    with patch.object(shape, "planes_of", lambda _: ROOMY):
        assert_card_is_scalar(model, chosen, batch, count, seed=seed, kept=[each])


@pytest.mark.parametrize(("ends", "across"), [("open", "periodic"), ("periodic", "open")])
def test_tables_on_every_kind_of_chain(ends, across):
    """A rule's diagram differs by which neighbours there are."""
    own = np.arange(3).reshape(3, 1, 1, 1, 1)
    rule = ck.Rule("own", np.random.default_rng(4).integers(own, 3, TABLE_SHAPE))
    for chains, firms in ((3, 3), (1, 2)):
        model = ck.Model(
            chains=chains, firms=firms, periods=6, boundary_ends=ends, boundary_across=across
        )
        chosen = [policy(rule, "CRD-1"), policy("SRD-3", rule), policy(rule, rule, "C")]
        batch = batch_of(model, ck.paper_scenarios()[:1], 0)
        assert_card_is_scalar(model, chosen, batch, 33)


def test_horizons_that_differ():
    """Each horizon is a launch of its own; scenarios do not stand as they were given."""
    horizons = [5, 1, 7, 5]
    models = [ck.Model(chains=2, firms=2, periods=periods) for periods in horizons]
    cut = ck.rule("supply", "SRD-5").with_cutoffs(leave_low=2, leave_medium=4)
    chosen = [policy(cut, "CRD-2"), policy("SRD-1", "CRD-0")]
    batch = batch_of_models(zip(models, ck.paper_scenarios()[::150], range(4), strict=True))
    assert_card_is_scalar(models[2], chosen, batch, 11, parts=3)


def test_scenarios_that_share_a_place():
    """Their outcomes are added, replication by replication."""
    model = ck.Model(chains=1, firms=2, periods=3)
    batch = replace(
        batch_of(model, ck.paper_scenarios()[::100], 0), position=np.array([1, 0, 1, 1, 0, 2])
    )
    assert_card_is_scalar(model, ck.policies()[:2], batch, 13, parts=2, kept=[True])


def test_scenarios_that_share_a_place_with_those_of_other_launches():
    model = ck.Model(chains=1, firms=2, periods=3)
    batch = replace(batch_of(model, ck.paper_scenarios()[:3], 0), position=np.zeros(3, np.int64))
    # a word of lanes holds the replications of two scenarios
    with patch.object(engine, "_most_words", lambda *_: 1):
        assert_card_is_scalar(model, ck.policies()[:2], batch, 13, kept=[True])


def test_a_block_of_many_firms():
    model = ck.Model(chains=2, firms=140, periods=2)
    batch = batch_of(model, ck.paper_scenarios()[:1], 0)
    assert_card_is_scalar(model, [policy("SRD-5", "CRD-5")], batch, 3, kept=[True])


def test_more_replications_than_one_thread_adds_up():
    model = ck.Model(chains=1, firms=1, periods=2)
    from cakernel.recovery.gpu.kernel.draws import OUTCOMES_A_THREAD

    batch = batch_of(model, ck.paper_scenarios()[:1], 0)
    assert_card_is_scalar(model, ck.policies()[:1], batch, OUTCOMES_A_THREAD + 3, kept=[False])


def test_amounts_of_many_decimals():
    """Sums and squares of resources take more than 32 and 64 bits."""
    model = ck.Model(chains=2, firms=2, periods=4, initial_resources=1234.000000123)
    thirds = ck.paper_scenarios()[7].replace(operational_cost=(1 / 3, 2 / 3, 1.0))
    batch = batch_of(model, [thirds], 0)
    assert_card_is_scalar(model, ck.policies()[5:60:40], batch, 40)


def test_parts_that_find_no_memory_are_made_smaller():
    model = ck.Model(chains=1, firms=2, periods=3)
    batch = batch_of(model, ck.paper_scenarios()[:3], 0)
    from cakernel.recovery.gpu import card as gpu_card

    asked, empty = [], gpu_card.empty

    def small(shape, dtype):
        asked.append(shape)
        if np.prod(shape) * np.dtype(dtype).itemsize > 2000:
            raise cuda.DeviceMemoryError("no memory")
        return empty(shape, dtype)

    with patch.object(gpu_card, "empty", small):
        assert_card_is_scalar(model, ck.policies()[:1], batch, 70)
    assert len(asked) > 10
