"""Peers of benchmarks/peers run the model: to the bit on equal shocks, by their means on others."""

import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import cakernel as ck

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks" / "peers"))
import numpy_model
import plain_python
import scalar_numba
from agreement import Disagreement, check, check_same, reference
from work import Work

pytestmark = pytest.mark.compiled

SCENARIOS = ck.paper_scenarios()[::61]
MODELS = [
    ck.Model(chains=3, firms=4, periods=30),
    ck.Model(chains=1, firms=3, periods=30, initial_resources=0.5),
    ck.Model(chains=2, firms=1, periods=30, initial_operational=0, initial_intangibles=1),
]
SMALL = Work(
    model=ck.Model(chains=3, firms=2, periods=12),
    policies=tuple(ck.policies()[::9]),
    scenarios=tuple(SCENARIOS[:3]),
    replications=2,
)


def shocks_of(history, model):
    """Return supply and cyber shocks of a trace, both int8 (periods, chains, firms)."""
    size = {"none": 0, "mild": 1, "severe": 2}
    shape = (model.periods, model.chains, model.firms)
    return [
        history[name].cast(pl.String).replace_strict(size).to_numpy().reshape(shape).astype(np.int8)
        for name in ("supply_hit", "cyber_hit")
    ]


@pytest.mark.parametrize("model", MODELS, ids=["3x4", "1x3", "2x1"])
def test_plain_python_and_numpy_are_the_model_to_the_bit(model):
    flat = (model.periods, -1)
    for n, policy in enumerate(ck.policies()):
        scenario = SCENARIOS[n % len(SCENARIOS)]
        history = ck.trace(model, policy=policy, scenario=scenario, seed=n)
        supply, cyber = shocks_of(history, model)
        last = history.filter(pl.col("period") == model.periods)
        expected = (history["x"].sum(), history["y"].sum(), last["resources"].sum())

        shocks = supply.reshape(flat).tolist(), cyber.reshape(flat).tolist()
        assert plain_python.replicate(model, policy, scenario, *shocks) == expected, policy

        sides = numpy_model.amounts_of(model, [scenario])
        lanes = supply[..., None], cyber[:, :, :1, None]
        x, y, units = numpy_model.run_policy(model, policy, sides, *lanes)
        assert (x, y, units * numpy_model.UNIT) == expected, policy


def test_jax_is_numpy_to_the_bit():
    pytest.importorskip("jax")
    import jax_model

    model = MODELS[0]
    shocks = numpy_model.draw_shocks(model, np.random.default_rng(1), len(SCENARIOS))
    for policy in ck.policies()[::3]:
        sides = numpy_model.amounts_of(model, SCENARIOS)
        amounts = jax_model.amounts_of(model, SCENARIOS)
        found = jax_model.run_policy(model, jax_model.coded(policy), amounts, *shocks)
        expected = numpy_model.run_policy(model, policy, sides, *shocks)
        assert jax_model.whole(found).tolist() == [int(n) for n in expected], policy


def test_sums_of_jax_may_exceed_its_whole_numbers():
    pytest.importorskip("jax")
    import jax_model

    # R of 1,900 is 30,400 units, of 8 firms in 9,000 lanes more than 2^31
    model = ck.Model(chains=2, firms=4, periods=2, initial_resources=1_900)
    lanes = [SCENARIOS[n % len(SCENARIOS)] for n in range(9_000)]
    shocks = numpy_model.draw_shocks(model, np.random.default_rng(1), len(lanes))
    policy = ck.policies()[0]
    found = jax_model.run_policy(
        model, jax_model.coded(policy), jax_model.amounts_of(model, lanes), *shocks
    )
    expected = numpy_model.run_policy(model, policy, numpy_model.amounts_of(model, lanes), *shocks)
    sums = jax_model.whole(found).tolist()
    assert sums == [int(one) for one in expected]
    assert sums[2] > 2**31


def test_a_card_that_is_not_there_leaves_its_rows_out(monkeypatch):
    pytest.importorskip("jax")
    import compare
    import jax_model
    import roster

    def missing(kind):
        raise RuntimeError("no such platform")

    monkeypatch.setattr(jax_model.jax, "devices", missing)
    monkeypatch.setattr("cakernel.jit.cuda.device_missing", lambda: "none answers")
    monkeypatch.setattr("lanes.device_missing", lambda: "none answers")
    on_card = [peer for peer in roster.PEERS if peer.device == "gpu"]
    ready, skipped = compare.prepare(on_card, quick=True, threads=1)
    assert ready == []
    assert skipped == [
        "JAX on a graphics card: skipped; a graphics card that JAX can use: no such platform",
        "cakernel on it: skipped; a graphics card: none answers",
    ]


def test_jax_vmap_is_numpy_to_the_bit_in_every_lane():
    pytest.importorskip("jax")
    import jax_model
    import jax_vmap

    model = MODELS[0]
    shocks = numpy_model.draw_shocks(model, np.random.default_rng(1), len(SCENARIOS))
    amounts = tuple(side.T for side in jax_model.amounts_of(model, SCENARIOS))
    lanes_first = [np.moveaxis(one, -1, 0) for one in shocks]
    for policy in ck.policies()[::7]:
        found = jax_vmap.run_lanes(model, jax_model.coded(policy), amounts, *lanes_first)
        for n, scenario in enumerate(SCENARIOS):
            sides = numpy_model.amounts_of(model, [scenario])
            lane = [one[..., n : n + 1] for one in shocks]
            expected = numpy_model.run_policy(model, policy, sides, *lane)
            sums = jax_model.whole(found[n]).tolist()
            assert sums == [int(one) for one in expected], policy


@pytest.mark.parametrize(
    "name", ["plain_python", "numpy_model", "jax_model", "jax_vmap", "mesa_model"]
)
def test_means_from_own_draws_agree(name):
    tool = name.split("_")[0]
    if tool in ("jax", "mesa"):
        pytest.importorskip(tool)
    means = import_module(name).run(SMALL)
    check(SMALL, means, reference(SMALL))


def test_the_scalar_kernel_makes_the_same_draws():
    check_same(SMALL, scalar_numba.run(SMALL))


@pytest.mark.parametrize("name", ["mean_x", "mean_resources"])
@pytest.mark.parametrize("wrong", [1000.0, float("nan")])
def test_wrong_means_are_refused(wrong, name):
    expected = reference(SMALL)
    row = pl.int_range(pl.len()) == 3
    means = expected.with_columns(pl.when(row).then(wrong).otherwise(name).alias(name))
    with pytest.raises(Disagreement, match=name):
        check(SMALL, means, expected)
    with pytest.raises(Disagreement, match="means are off"):
        check_same(SMALL, means)


def test_peers_refuse_conventions_that_they_do_not_run():
    with pytest.raises(ValueError, match="every-period"):
        Work(ck.regime("base", convention="text"), SMALL.policies, SMALL.scenarios, 1)
