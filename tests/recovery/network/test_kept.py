"""Runs one after the other use memory and draws again, and have the results of each by itself."""

from contextlib import suppress
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from cakernel import InvalidInput, Network
from cakernel.recovery.network import engine
from cakernel.recovery.network.columns import AMOUNTS, CYBER_RULES, SUPPLY_RULES
from cakernel.recovery.network.draws import draws_of
from cakernel.recovery.network.engine import NetworkRun
from cakernel.recovery.network.engine import run_workers as engine_run_workers
from cakernel.recovery.network.fields import place_of, values_at
from cakernel.recovery.network.kept import Drawn, Kept
from cakernel.recovery.network.kernel_arrays import compiled_network
from cakernel.recovery.network.quanta import count_network
from cakernel.recovery.network.rule_codes import rules_of
from cakernel.recovery.network.simulation import recorded
from helpers.network_cases import cases, roomy
from helpers.recovery_strategies import amounts, gains, scenarios

NET = ck.Network(
    firms={"id": ["mine", "mill", "shop"], "provider": "cloud", "spillover": [0.0, 0.5, 0.0]},
    links={"supplier": ["mine", "mill"], "customer": ["mill", "shop"]},
    providers={"id": ["cloud"]},
)
POLICIES = ck.policies()[::9]
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
        ({"firms.mill.spillover": 0.0, "firms.shop.spillover": 0.5}, [4]),
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


RISKS = st.sampled_from([0.0, 0.1, 0.3, 0.5])
# what runs of one network that come one after the other may differ in
RUN = [
    *("scenarios", "numbers", "policies", "periods", "when_hit", "seed"),
    *("first_replication", "replications", "threads", "by_firm"),
]
UPKEEP = st.sampled_from([0.0, 0.5, 1.3])


@st.composite
def changes_of(draw, net):
    """Return changes of a few fields: of all firms or of one, of providers, links and amounts."""
    ids, clouds, own = net.firms["id"].to_list(), net.providers["id"].to_list(), list(net.own_rules)
    fields = {
        "supply_severe": RISKS,
        "supply_mild": RISKS,
        "spillover": st.sampled_from([0.0, 0.0, 0.5, 1.0]),
        "stock": st.sampled_from([0, 0, 1, 3, 7]),
        "holding_cost": UPKEEP,
        "x": st.integers(0, 2),
        "y": st.integers(0, 2),
        "resources": st.none() | amounts,
        "supply_rule": st.none() | st.sampled_from([*SUPPLY_RULES, *own]),
        "cyber_rule": st.none() | st.sampled_from([*CYBER_RULES, *own]),
        "principle": st.sampled_from([None, "P", "C"]),
        "provider": st.sampled_from([None, *clouds]),
    }
    firm, found = draw(st.sampled_from(ids)), {}
    for name in draw(st.lists(st.sampled_from(list(fields)), max_size=4)):
        found[f"firms.{draw(st.sampled_from(['', f'{firm}.']))}{name}"] = draw(fields[name])
    if draw(st.booleans()):
        mine = draw(st.booleans())
        for n, name in enumerate(AMOUNTS):
            found[f"firms.{firm}.{name}"] = draw(gains if n < 6 else amounts) if mine else None
    if clouds:
        found[f"providers.{draw(st.sampled_from(clouds))}.cyber_mild"] = draw(RISKS)
    if net.links.height:
        supplier, customer, name, _ = draw(st.sampled_from(net.links.rows()))
        places = ["links", f"supplier.{supplier}", f"customer.{customer}", f"input.{name}"]
        found[f"{draw(st.sampled_from(places))}.upkeep"] = draw(UPKEEP)
    return found


@st.composite
def runs_of(draw, case):
    """Return how a network is run, but for the network: arguments of `outcomes`."""
    numbers = draw(st.lists(st.integers(0, 3), min_size=2, max_size=2))
    of_case = case.horizon()
    recorded_too = draw(st.booleans())
    return {
        "scenarios": [draw(scenarios) for _ in numbers],
        "numbers": numbers,
        "policies": draw(st.lists(st.sampled_from([case.policy, *POLICIES]), min_size=1)),
        "periods": draw(st.sampled_from([1, 3, 4, 5, 8, 11, 12, 20])),
        "record": of_case.get("record") if recorded_too else None,
        "through": of_case.get("record_through") if recorded_too else None,
        "when_hit": draw(st.booleans()),
        "seed": draw(st.integers(0, 1)),
        "first_replication": draw(st.sampled_from([0, 0, 5])),
        "replications": draw(st.sampled_from([1, 7, 300, 513, 1500])),
        "threads": draw(st.sampled_from([1, 2])),
        "by_firm": draw(st.booleans()),
    }


def outcomes(net, kept, *, scenarios, numbers, policies, record, through, periods, **more):
    """Return the outcomes of all replications of a network run in a memory."""
    quanta = count_network(net, scenarios, periods=periods, initial=1.5)
    draws = draws_of(net, *recorded(net, record, through))
    kept.made = compiled_network(net, quanta, draws, policies, roomy(quanta), kept.made)
    run = NetworkRun(
        made=kept.made, rules=rules_of(net, policies), scenarios=np.array(numbers, np.uint64),
        periods=periods, kept=kept, **more,
    )  # fmt: skip
    sums = run.sums(each=True)
    for _ in run.rounds(sums, None):
        pass
    return sums.each


@pytest.mark.compiled
@pytest.mark.parametrize("change", [{"seed": 5}, {"numbers": [3]}, {"first_replication": 7}])
def test_draws_of_other_seeds_scenarios_or_replications_are_not_used(change):
    run = {
        "scenarios": ck.paper_scenarios()[:1], "numbers": [0], "policies": POLICIES[:1],
        "record": None, "through": None, "periods": 20, "when_hit": False, "seed": 0,
        "first_replication": 0, "replications": 9, "threads": 1, "by_firm": False,
    }  # fmt: skip
    kept = Kept()
    before, after = outcomes(NET, kept, **run), outcomes(NET, kept, **run | change)
    assert np.array_equal(after, outcomes(NET, Kept(), **run | change))
    assert not np.array_equal(after, before)


def interrupting(after):
    """Let the kernel be interrupted once it has run more often than so."""
    count = iter(range(after + 1))

    def run_workers(*arguments):
        engine_run_workers(*arguments)
        if next(count, None) is None:
            raise KeyboardInterrupt

    return run_workers


@pytest.mark.compiled
@settings(max_examples=50, deadline=None)
@given(
    data=st.data(),
    case=cases(most_firms=7),
    shocks_bytes=st.sampled_from([1, 1 << 12, 1 << 21]),
)
def test_a_run_after_others_has_the_results_that_it_has_alone(data, case, shocks_bytes):
    """Two sequences of runs take turns; some runs are interrupted; windows are short or long."""
    first = case.network()
    before = [(first, Kept()), (first, Kept())]
    # two that differ in little, so that draws are often those of the run before, or most of them
    one, other = data.draw(runs_of(case)), data.draw(runs_of(case))
    runs = [one, one | {name: other[name] for name in data.draw(st.sets(st.sampled_from(RUN)))}]
    with patch.object(engine, "SHOCKS_BYTES", shocks_bytes):
        for _ in range(data.draw(st.integers(3, 8))):
            which = data.draw(st.integers(0, 1))
            net, kept = before[which]
            demand = data.draw(st.sampled_from(["all", "half", "any", "none"]))
            run = data.draw(st.sampled_from(runs))
            interrupted = data.draw(st.sampled_from([None, None, None, 0, 1, 2]))
            try:
                places = [
                    (place, values_at(place, [value])[0])
                    for path, value in data.draw(changes_of(first)).items()
                    for place in [place_of(net.tables(), path)]
                ]
                net = net._with_values(places, demand=demand)
                expected = outcomes(Network(**net.tables(), demand=demand), Kept(), **run)
            except InvalidInput:
                continue
            before[which] = net, kept
            if interrupted is not None:
                with (
                    patch.object(engine, "run_workers", interrupting(interrupted)),
                    suppress(KeyboardInterrupt),
                ):
                    outcomes(net, kept, **run)
            assert np.array_equal(outcomes(net, kept, **run), expected)
