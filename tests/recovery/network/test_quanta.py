"""Amounts of firms are counted exactly, each firm's in a unit of its own."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from cakernel.recovery.network.columns import AMOUNTS
from cakernel.recovery.network.quanta import count_network
from cakernel.recovery.network.shapes import MOST_SHAPES, shapes_of

amounts = st.decimals(0, 50, places=3).map(float)


@st.composite
def networks(draw):
    """Return firms with amounts of their own or the run's, and one link with upkeep."""
    count = draw(st.integers(2, 6))
    own = [draw(st.booleans()) for _ in range(count)]
    return ck.Network(
        firms={
            "id": [f"firm {n}" for n in range(count)],
            "resources": [draw(amounts) for _ in own],
            "holding_cost": [draw(amounts) for _ in own],
            "stock": [draw(st.integers(0, 9)) for _ in own],
            **{name: [draw(amounts) if mine else None for mine in own] for name in AMOUNTS},
        },
        links={"supplier": ["firm 0"], "customer": ["firm 1"], "upkeep": [draw(amounts)]},
    )


@settings(max_examples=60, deadline=None)
@given(net=networks(), numbers=st.lists(st.integers(0, 575), min_size=1, max_size=3))
def test_what_is_counted_is_what_was_given(net, numbers):
    scenarios = [ck.paper_scenarios()[n] for n in numbers]
    quanta = count_network(net, scenarios, periods=30, initial=3.0)
    shapes, shape = shapes_of(quanta)
    assert len(shapes.planes) <= MOST_SHAPES
    upkeep = [0, net.links["upkeep"][0], *[0] * 9]
    for n, row in enumerate(net.firms.iter_rows(named=True)):
        unit = Fraction(1, int(quanta.denominator[n]))
        exact = {name: Fraction(str(row[name] or 0)) for name in (*AMOUNTS, "resources")}
        assert quanta.initial[n] * unit == exact["resources"]
        assert quanta.holding[n] * unit == Fraction(str(row["holding_cost"]))
        assert quanta.upkeep[n] * unit == Fraction(str(upkeep[n]))
        counted = quanta.amounts[n][None]
        if quanta.own[n]:
            assert [amount * unit for amount in counted[0].tolist()] == [exact[a] for a in AMOUNTS]
        else:
            counted = quanta.run[quanta.run_place[n]]
            for scenario, given_amounts in zip(scenarios, counted.tolist(), strict=True):
                of_run = [Fraction(str(a)) for three in scenario.given.values() for a in three]
                assert [amount * unit for amount in given_amounts] == of_run
        # the planes of the firm's shape hold all of its numbers
        planes = shapes.planes[shape[n]]
        assert shapes.coded[shape[n]] == quanta.own[n]
        gains, costs = counted[:, :6], counted[:, 6:]
        assert gains.max() < 1 << planes.gain <= 1 << (planes.low - 1)
        assert costs.max() < 1 << planes.cost_to <= 1 << (planes.low - 1)
        assert not (costs & ((1 << planes.cost_from) - 1)).any()
        most = quanta.initial[n] + 30 * (gains[:, :3].max() + gains[:, 3:].max())
        owed = quanta.holding[n] * row["stock"] + quanta.upkeep[n]
        assert max(most, owed) < 1 << planes.resources
    common = quanta.denominator * quanta.weight
    assert len(set(common.tolist())) == 1
    np.testing.assert_array_equal(quanta.scenario * quanta.times, common[0])


def test_units_that_differ_by_powers_of_two_become_one():
    table = {name: [1.0, 0.5, 0.0625] for name in AMOUNTS}
    net = ck.Network(firms={"id": list("abc"), "resources": [0.0] * 3, **table})
    quanta = count_network(net, [ck.paper_scenarios()[0]], periods=30, initial=3.0)
    assert quanta.denominator.tolist() == [16, 16, 16]


@pytest.mark.parametrize(
    ("suppliers", "upkeep"),
    # sums that wrap around 2^64 to numbers which look right
    [(2, [1e15, 0.100000000001]), (18_447, [1e15] * 18_447), (36_894, [1e15] * 36_894)],
)
def test_upkeep_that_is_too_much_to_count_is_refused(suppliers, upkeep):
    ids = [f"s{n}" for n in range(suppliers)]
    links = {"supplier": ids, "customer": "hub", "upkeep": upkeep}
    net = ck.Network(firms={"id": ["hub", *ids]}, links=links)
    with pytest.raises(ck.InvalidInput, match=r"^amounts: some are more than 2\^62 steps of the"):
        count_network(net, [ck.paper_scenarios()[0]], periods=3, initial=3.0)


@pytest.mark.parametrize("amount", [1e-10, 5e-11])
def test_an_amount_too_small_to_count_is_refused(amount):
    net = ck.Network(firms={"id": ["a"], "resources": [amount]})
    with pytest.raises(ck.InvalidInput, match=r"^firms row 1: resources: got .*e-1.; must be 0 or"):
        count_network(net, [ck.paper_scenarios()[0]], periods=3, initial=3.0)


def test_what_is_too_small_is_named_by_where_it_was_given():
    net = ck.Network(firms={"id": ["a", "b"], "resources": [1.0, None]})
    scenario = ck.paper_scenarios()[0]
    with pytest.raises(ck.InvalidInput, match=r"^initial_resources: got 1e-10; must be 0 or at l"):
        count_network(net, [scenario], periods=3, initial=1e-10)
    small = scenario.replace(intangibles_cost=(1.0, 1e-10, 2.0))
    with pytest.raises(ck.InvalidInput, match=r"^scenarios\[1\]\.intangibles_cost\[1\]: got 1e-10"):
        count_network(net, [scenario, small], periods=3, initial=3.0)
