"""How the work of an experiment is cut into launches, which the scalar kernel runs here."""

import re
import sys
from contextlib import contextmanager
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from cakernel.jit import cuda
from cakernel.jit.cuda import DeviceMemoryError
from cakernel.recovery.engine import Experiment, run_scalar_kernel
from cakernel.recovery.gpu import engine
from cakernel.recovery.kernel.sums import Items
from cakernel.recovery.kernel_arrays import grid_of, policies_of
from cakernel.recovery.outcomes import Extent
from cakernel.recovery.point_outcomes import parts_of
from helpers.instances import batch_of_models


def experiment_of(model, replications, horizons=None):
    """Return an experiment of two policies on a scenario for each horizon."""
    scenarios = ck.paper_scenarios()[: len(horizons or [0])]
    models = [model.replace(periods=periods) for periods in horizons or [model.periods]]
    return Experiment(
        grid=grid_of(model),
        seed=9,
        policies=policies_of(ck.policies()[10:12]),
        batch=batch_of_models(zip(models, scenarios, [4] * len(models), strict=True)),
        first_replication=2,
        replications=replications,
        threads=1,
    )


def all_items(experiment):
    return Items(
        first=0,
        size=experiment.items,
        replications=experiment.replications,
        first_replication=np.uint64(experiment.first_replication),
        before=0,
    )


def on_fake_card(experiment, sums, replications, *, holds, told=None):
    """Run an experiment on what says that it holds so many words."""

    def run(sums, launch):
        chosen = slice(launch.scenario, launch.scenario + launch.scenarios)
        assert set(experiment.batch.scenarios.periods[chosen]) == {launch.periods}
        items = Items(
            first=launch.scenario * launch.replications,
            size=launch.items,
            replications=launch.replications,
            first_replication=np.uint64(experiment.first_replication + launch.before),
            before=launch.before,
        )
        run_scalar_kernel(experiment, items, sums)

    def tell(done, whole):
        if told is not None:
            told.append((done, whole))

    launches = []
    with as_card(small_card(holds, launches, run=run)):
        engine.run_on_gpu(experiment, sums, replications, tell)
    return launches


def small_card(holds, launches, **methods):
    """Return the class of a card that holds so many words and notes the launches that it runs."""

    def method(run):
        def call(card, into, launch):
            if launch.words > holds:
                raise DeviceMemoryError("no memory")
            launches.append(launch)
            run(into, launch)

        return call

    made = {name: method(run) for name, run in methods.items()}
    return type("Card", (), {"__init__": lambda *_: None, **made})


@contextmanager
def as_card(card):
    """Let a class take the place of the card."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sys.modules, "cakernel.recovery.gpu.card", SimpleNamespace(Card=card))
        patched.setattr(cuda, "free_bytes", lambda: 1 << 30)
        patched.setattr(cuda, "multiprocessors", lambda: 132)
        yield


@pytest.mark.compiled
@settings(deadline=None)
@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=5),
    st.integers(1, 200),
    st.integers(1, 8),
    st.integers(1, 3),
    st.booleans(),
)
def test_every_item_is_run_once(horizons, replications, holds, calls, each):
    model = ck.Model(chains=1, firms=2, periods=max(horizons))
    experiment = experiment_of(model, replications, horizons)
    sums = experiment.sums(experiment.batch.position, each=each)
    told = []
    ends = [replications * n // calls for n in range(calls + 1)]
    for begin, end in pairwise(ends):
        launches = on_fake_card(experiment, sums, slice(begin, end), holds=holds, told=told)
        assert all(launch.words <= holds for launch in launches)
    expected = experiment.sums(experiment.batch.position, each=each)
    run_scalar_kernel(experiment, all_items(experiment), expected)
    for name in ("each", "first", "limbs", "done"):
        np.testing.assert_array_equal(getattr(sums, name), getattr(expected, name))
    done = [done for done, _ in told]
    assert done == sorted(set(done))
    assert told[-1] == (2 * experiment.items,) * 2


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 3), min_size=1, max_size=12),
    st.integers(1, 3),
    st.integers(1, 70),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_points_are_folded_whole_and_once(horizons, scenarios, replications, most, holds):
    """A launch has whole points of one horizon; where it cannot hold one, none is folded."""
    model = ck.Model(chains=1, firms=2, periods=max(horizons))
    experiment = experiment_of(model, replications, np.repeat(horizons, scenarios).tolist())
    batch = experiment.batch
    extent = Extent(model.chains, model.firms, np.array(horizons))
    parts = parts_of(
        batch.position // scenarios,
        batch.denominator,
        batch.times,
        batch.value_denominator,
        extent,
        batch.alone,
    )
    launches = []

    def fold(found, launch):
        assert (launch.before, launch.replications) == (0, replications)
        every = slice(launch.scenario, launch.scenario + launch.scenarios)
        assert set(batch.scenarios.periods[every]) == {launch.periods}
        owners = (batch.position[every] // scenarios).tolist()
        for point in set(owners):
            assert owners.count(point) == scenarios
            found[:, 0, point] = point
            found[:, 1, point] = len(launches)

    card = small_card(holds, launches, fold=fold)
    with as_card(card), pytest.MonkeyPatch.context() as patched:
        patched.setattr(engine, "_most_words", lambda *_: most)
        found = engine.fold_on_gpu(experiment, parts)
    words_of_point = -(-scenarios * replications // 32)
    assert (found is None) == (words_of_point > min(most, holds))
    if found is not None:
        assert sum(launch.scenarios for launch in launches) == len(parts.place)
        assert found.shape == (3, 2, len(horizons), 2)
        for point in range(len(horizons)):
            assert (found[:, :, point, 0] == point).all()
        assert set(found[..., 1].ravel()) == set(range(1, len(launches) + 1))


def test_what_was_halved_stays_so():
    experiment = experiment_of(ck.Model(chains=1, firms=1, periods=2), 1000)
    sums = experiment.sums(experiment.batch.position, each=False)
    launches = on_fake_card(experiment, sums, slice(0, 1000), holds=9)
    assert [launch.words for launch in launches] == [8, 8, 8, 8]
    assert [launch.items for launch in launches] == [256, 256, 256, 232]


def test_a_card_that_holds_nothing():
    experiment = experiment_of(ck.Model(chains=1, firms=1, periods=2), 1000)
    sums = experiment.sums(experiment.batch.position, each=False)
    with pytest.raises(ck.InvalidInput, match="device: the card's memory does not hold 32 "):
        on_fake_card(experiment, sums, slice(0, 1000), holds=0)
    assert sums.done[0] == 0


def test_what_fails_otherwise_is_not_tried_again():
    experiment = experiment_of(ck.Model(chains=1, firms=1, periods=2), 10)

    class Card:
        def __init__(self, *_):
            raise RuntimeError("broken")

    sums = experiment.sums(experiment.batch.position, each=False)
    with as_card(Card), pytest.raises(RuntimeError, match="broken"):
        engine.run_on_gpu(experiment, sums, slice(0, 10), None)


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (ck.Model(), ""),
        (ck.Model(chains=3, firms=341), ""),
        (ck.Model(chains=32, firms=32), "a card runs grids of up to 1,023 firms, .* has 1,024"),
        (ck.Model(chains=30, firms=30, periods=9999), "9,999 periods of 900 firms are more than"),
    ],
)
def test_why_not(model, why):
    found = engine.why_not(experiment_of(model, 3))
    assert re.match(why, found) if why else found == ""


def test_work_is_cut_by_the_cards_memory_and_into_short_launches():
    """The paper's Table 3 is one launch on a large card; on a small one it is some."""
    experiment = experiment_of(ck.Model(), 20_000)
    free = 1 << 20, 1 << 30, 1 << 37, 1 << 60
    words = [engine._most_words(experiment, some, 132) for some in free]
    assert words[0] < words[1] < words[2] == words[3]
    # a card of half the size works as long
    assert engine._most_words(experiment, free[-1], 66) == pytest.approx(words[3] / 2, abs=1)
    seconds = words[-1] * 32 * 25 * 180 * 2 * 1e-9 * 0.001
    assert seconds < 1
