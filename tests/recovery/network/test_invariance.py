"""What changes nothing of a network's results: order of rows, other firms, threads, the cutting."""

from unittest.mock import patch

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.jit.compile import MOST_THREADS
from cakernel.recovery.network import engine, lists
from helpers.network_cases import in_roomy_shapes

POLICIES = ck.policies(supply_rules=["SRD-4", "SRD-8"], cyber_rules=["CRD-6", "CRD-0"])
SCENARIOS = ck.paper_scenarios()[::200]


def tables(firms=30, seed=4):
    """Return the tables of a network that has everything."""
    draws = np.random.default_rng(seed)
    ids = [f"firm {n}" for n in range(firms)]
    one, other = draws.integers(firms, size=(2, 3 * firms))
    apart = one != other
    links = pl.DataFrame(
        {
            "supplier": [ids[n] for n in one[apart]],
            "customer": [ids[n] for n in other[apart]],
            "input": draws.choice(["steel", "glass"], apart.sum()),
            "upkeep": draws.choice([0.0, 0.25], apart.sum()),
        }
    ).unique(["supplier", "customer", "input"], maintain_order=True)
    return {
        "firms": pl.DataFrame(
            {
                "id": ids,
                "provider": draws.choice(["a", "b", "c"], firms),
                "supply_mild": draws.random(firms) / 2,
                "resources": draws.integers(0, 16, firms) / 4,
                "stock": draws.integers(0, 3, firms),
                "holding_cost": draws.choice([0.0, 0.125], firms),
                "spillover": draws.choice([0.0, 0.3], firms),
            }
        ),
        "links": links,
        "peers": pl.DataFrame({"firm": ids[:-7:3], "peer": ids[7::3][: len(ids[:-7:3])]}),
        "providers": pl.DataFrame({"id": ["a", "b", "c"], "cyber_mild": [0.2, 0.3, 0.1]}),
    }


def simulated(given, **options):
    chosen = {"policies": POLICIES, "scenarios": SCENARIOS, "periods": 21, "replications": 5}
    with in_roomy_shapes():
        return ck.simulate(ck.Network(**given), **(chosen | options))


def traced(given, periods=21):
    with in_roomy_shapes():
        return ck.trace(
            ck.Network(**given), policy=POLICIES[0], scenario=SCENARIOS[0], periods=periods, seed=3
        )


def shuffled(given, seed):
    return {
        name: table.sample(fraction=1, shuffle=True, seed=seed) for name, table in given.items()
    }


@pytest.mark.parametrize("by", ["replication", "scenario", "policy", "firm"])
def test_the_order_of_rows_changes_nothing(by):
    given = tables()
    in_order, mixed = simulated(given, by=by), simulated(shuffled(given, 1), by=by)
    if by == "firm":
        keys = ["supply_rule", "cyber_rule", "principle", "firm"]
        in_order, mixed = in_order.sort(keys), mixed.sort(keys)
    assert_frame_equal(in_order, mixed, check_exact=True)


def test_another_firm_changes_no_history_of_those_it_has_nothing_to_do_with():
    given = tables()
    more = dict(given)
    more["firms"] = pl.concat([pl.DataFrame({"id": ["new"]}), given["firms"]], how="diagonal")
    before, after = traced(given), traced(more)
    assert after["firm"][0] == "new"
    assert_frame_equal(after.filter(pl.col("firm") != "new"), before, check_exact=True)


def test_a_longer_horizon_changes_nothing_before_it():
    given = tables()
    longer = traced(given, 34)
    assert_frame_equal(longer.filter(pl.col("period") <= 21), traced(given), check_exact=True)


@pytest.mark.skipif(MOST_THREADS < 2, reason="needs two threads")
@pytest.mark.parametrize("by", ["replication", "policy", "firm"])
def test_threads_change_nothing(by):
    given = tables()
    one, two = (simulated(given, by=by, threads=n, replications=300) for n in (1, 2))
    assert_frame_equal(one, two, check_exact=True)


@pytest.mark.parametrize(
    ("shocks", "states"), [(1 << 12, 1 << 12), (1 << 26, 1 << 12), (1 << 12, 1 << 28)]
)
def test_windows_and_groups_of_policies_change_nothing(shocks, states):
    given = tables()
    whole = simulated(given, by="replication", replications=700)
    with (
        patch.object(engine, "SHOCKS_BYTES", shocks),
        patch.object(engine, "STATES_BYTES", states),
        patch.object(engine, "FIRM_PERIODS_PER_CALL", 1),
    ):
        parts = simulated(given, by="replication", replications=700)
    assert_frame_equal(whole, parts, check_exact=True)


def test_numbers_for_neighbours_change_nothing():
    given = tables()
    whole = simulated(given, by="firm")
    with patch.object(lists, "FEW_FIRMS", 1), patch.object(lists, "TOGETHER", 3):
        assert_frame_equal(whole, simulated(given, by="firm"), check_exact=True)


def test_some_replications_are_those_of_a_larger_run():
    given = tables()
    whole = simulated(given, by="replication", replications=9)
    some = simulated(given, by="replication", replications=4, first_replication=3)
    assert_frame_equal(whole.filter(pl.col("replication").is_between(3, 6)), some, check_exact=True)
