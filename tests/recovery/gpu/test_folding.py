"""Points that are folded on a card have the bits of those that are folded on the CPU."""

from contextlib import ExitStack
from unittest.mock import patch

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from cakernel.devices import on_device
from cakernel.jit import cuda
from cakernel.recovery.gpu import engine
from cakernel.recovery.gpu.kernel import shape
from cakernel.recovery.kernel.lanes.step import Planes
from helpers.recovery_strategies import models, scenarios

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.usefixtures("card"),
    # the sweeps of test_devices.py are folded there, too
    pytest.mark.skipif(cuda.SIMULATED, reason="numba's simulator would take minutes"),
]

# holds all amounts of these tests: each shape of planes would be compiled
ROOMY = Planes(resources=20, low=14, gain=10, cost_from=0, cost_to=13)
POLICIES = [*ck.policies()[5:90:60]]
ONE, TWO, THREE = ck.paper_scenarios()[:300:120]
# counted in tenths and in hundredths, not in fourths as the others
TENTHS, OWN = (ONE.replace(operational_cost=(1.1, 2.0, cost)) for cost in (3.0, 2.25))
VALUED = THREE.replace(operational_terminal_value=(0.1, 0.5, 1.7))
MODEL = ck.Model(chains=1, firms=2, periods=3)
POINTS = [
    {"supply_mild": mild, "periods": periods, "initial_resources": initial}
    for mild, periods, initial in ((0.1, 3, 4.0), (0.3, 2, 4.0), (0.2, 3, 0.5), (0.3, 1, 7.3))
]


def table(points, replications):
    """Return points as a study is given them."""
    number, first = range(len(points)), 3
    return pl.DataFrame(points).with_columns(
        pl.Series("point", number), first_replication=first, replications=replications
    )


def assert_card_is_cpu(study, points, folded, words=None, patches=()):
    """Run points on both; compare rows, and how many points each launch of the card folded."""
    from cakernel.recovery.gpu.card import Card

    launches, fold = [], Card.fold

    def counted(card, found, launch):
        fold(card, found, launch)
        launches.append(launch.scenarios // len(study.scenarios))

    with ExitStack() as patched:
        patched.enter_context(patch.object(Card, "fold", counted))
        patched.enter_context(patch.object(shape, "planes_of", lambda _: ROOMY))
        if words is not None:
            patched.enter_context(patch.object(engine, "_most_words", lambda *_: words))
        for each in patches:
            patched.enter_context(each)
        with on_device("gpu") as where:
            rows = study.run(points, seed=4, threads=1)
    assert [row["device"] for row in where.rows] == ["gpu"]
    with on_device("cpu"):
        expected = study.run(points, seed=4, threads=1)
    assert rows.equals(expected)
    assert rows["error"].null_count() == rows.height > 0
    if folded is not None:
        assert launches == folded


@pytest.mark.parametrize("replications", [1, 2, 7])
@pytest.mark.parametrize("own_draws", [False, True])
@pytest.mark.parametrize(
    "of_point",
    [[ONE], [ONE, TWO, THREE], [ONE, TENTHS, TWO, OWN], [TENTHS, VALUED]],
    ids=["one", "alike", "uneven", "valued"],
)
def test_points_of_scenarios(of_point, own_draws, replications):
    study = ck.Recovery(MODEL, POLICIES, of_point, common_random_numbers=not own_draws)
    # points of the same horizon share a launch
    assert_card_is_cpu(study, table(POINTS, replications), [2, 1, 1])


@pytest.mark.parametrize(("words", "launches"), [(1, [2, 2, 1]), (2, [4, 1]), (3, [5])])
def test_launches_are_cut_between_points(words, launches):
    """A word has room for two points of fifteen items, and two words for four."""
    points = [{"supply_mild": 0.1 + n / 10, "initial_resources": n} for n in range(5)]
    study = ck.Recovery(MODEL, POLICIES, [ONE, TENTHS, TWO])
    assert_card_is_cpu(study, table(points, 5), launches, words)


def test_points_that_no_launch_holds_are_folded_on_the_cpu():
    study = ck.Recovery(MODEL, POLICIES, [ONE, TENTHS])
    assert_card_is_cpu(study, table(POINTS, 17), [], 1)


def test_launches_that_find_no_memory_are_made_smaller():
    from cakernel.recovery.gpu import card as gpu_card

    empty, study = gpu_card.empty, ck.Recovery(MODEL, POLICIES, [ONE, TWO])
    points = [{"supply_mild": n / 20} for n in range(10)]

    def holding(most):
        def small(shape, dtype):
            if np.prod(shape) * np.dtype(dtype).itemsize > most:
                raise cuda.DeviceMemoryError("no memory")
            return empty(shape, dtype)

        return [patch.object(gpu_card, "empty", small)]

    # 20 words, then 10 of five points, at last two of these
    assert_card_is_cpu(study, table(points, 32), [2, 2, 1] * 2, patches=holding(8000))
    # less than a point has
    assert_card_is_cpu(study, table(points[:2], 32), [], patches=holding(2500))


@settings(max_examples=60, deadline=None)
@given(
    models(),
    st.lists(scenarios, min_size=1, max_size=3),
    st.lists(
        st.tuples(st.integers(0, 1200), st.integers(1, 14), st.floats(0, 0.4)),
        min_size=1,
        max_size=4,
    ),
    st.integers(1, 12),
    st.integers(1, 3),
)
def test_random_points(model, of_point, points, replications, words):
    named = [
        {"initial_resources": initial / 100, "periods": periods, "supply_mild": mild}
        for initial, periods, mild in points
    ]
    study = ck.Recovery(model.replace(supply_severe=0.1), POLICIES[:1], of_point)
    assert_card_is_cpu(study, table(named, replications), None, words)
