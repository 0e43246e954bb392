"""Rules by counts of neighbours: against the oracle, built-in rules, the grid, and by hand."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.paper.printed_rules import SRD_4_AS_PRINTED
from cakernel.recovery.input_files import read_rule
from cakernel.recovery.kernel.states import ABSENT, TABLE_SHAPE
from cakernel.recovery.network.count_rules import count_frame
from helpers.count_rules import count_rows, table_of
from oracle.network import by_counts, history
from recovery.network.test_histories import assert_same, rows_of
from recovery.network.test_oracle import busy_network

SIDES = {"SRD": "supply", "CRD": "cyber"}
BUILT_IN = [*(f"SRD-{n}" for n in range(1, 9)), *(f"CRD-{n}" for n in range(1, 7))]
SHARES = ["SRD-quarter", "SRD-half", "CRD-quarter", "CRD-half"]
WAIT = [
    {"suppliers_high": "50%", "target": 2},
    {"own": 0, "suppliers_worst": 1, "target": 1},
]
AS_PRINTED = [
    # an upstream or downstream neighbour and another one
    {"suppliers_best": 2, "neighbours_high": 2, "target": 2},
    {"customers_best": 2, "neighbours_high": 2, "target": 2},
    # the chains alone count for all but ends, where they are two neighbours of three
    {"peers_high": 2, "neighbours_high": "100%", "target": 2},
    {"own": 0, "peers_high": 2, "neighbours_high": "60%", "target": 1},
    {"own": 1, "peers_high": 2, "neighbours_high": "60%", "target": 1},
    {"peers_high": 2, "target": 2},
    {"own": 0, "target": 1},
]


@pytest.mark.compiled
@settings(max_examples=80, deadline=None)
@given(
    rules=st.lists(count_rows(), min_size=4, max_size=4),
    seed=st.integers(0, 2**32),
    recovery=st.sampled_from(["every-period", "when-hit"]),
    policy_principle=st.sampled_from("PC"),
)
def test_histories_of_firms_that_follow_them(rules, seed, recovery, policy_principle):
    """Firms with many neighbours, suppliers of two inputs, and none; own rules and the policy's."""
    own = dict(zip("abc", rules, strict=False))
    policy = ck.Policy(
        supply_rule=ck.count_rule("d", rules[3]).with_cutoffs(leave_low=2, leave_medium=9),
        cyber_rule=ck.count_rule("d", rules[3]),
        principle=policy_principle,
    )
    case = busy_network(policy, recovery)
    names = [*own, None]
    firms = case.firms | {
        "supply_rule": [names[n % 4] for n in range(14)],
        "cyber_rule": [names[n % 3 + 1] for n in range(14)],
    }
    case = replace(case, firms=firms, rules=own, of_policy={"d": rules[3]})
    expected = history(
        case.oracle(), periods=case.periods, seed=seed, record=case.recorded(), through=case.through
    )
    assert_same(rows_of(case.trace(seed=seed)), expected)


def crowded(rule_of_firms=None):
    """Return a network whose firms have up to 25 neighbours, some of them twice."""
    draws = np.random.default_rng(4)
    ids = [f"firm {n}" for n in range(26)]
    links = [(a, b, "steel") for a in range(26) for b in range(26) if a != b and a % (b + 1) < 2]
    links += [(a, b, "glass") for a, b, _ in links[::3]]
    peers = [(a, b) for a in range(26) for b in range(a) if draws.random() < 0.2]
    return ck.Network(
        firms={
            "id": ids, "provider": [f"cloud {n % 5}" for n in range(26)], "supply_mild": 0.3,
            "supply_rule": rule_of_firms, "resources": [n / 4 for n in range(26)],
        },
        links={
            "supplier": [ids[a] for a, _, _ in links],
            "customer": [ids[b] for _, b, _ in links],
            "input": [name for _, _, name in links],
        },
        peers={"firm": [ids[a] for a, _ in peers], "peer": [ids[b] for _, b in peers]},
        providers={"id": [f"cloud {n}" for n in range(5)], "cyber_mild": 0.2},
    )  # fmt: skip


def outcomes(net, *policies):
    return ck.simulate(
        net, policies=policies, scenarios=ck.paper_scenarios()[:2], replications=300, periods=40,
        by="firm",
    ).drop("supply_rule", "cyber_rule")  # fmt: skip


@pytest.mark.compiled
@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_rules_are_rules_by_counts(name):
    side = SIDES[name[:3]]
    rows = count_frame(name)
    as_counts = ck.count_rule("mine", rows)
    assert (as_counts.targets == ck.rule(side, name).targets).all()
    policy = ck.Policy(supply_rule="SRD-4", cyber_rule="CRD-2").replace(**{f"{side}_rule": name})
    by_rows = policy.replace(**{f"{side}_rule": as_counts})
    net = crowded()
    assert_frame_equal(outcomes(net, by_rows), outcomes(net, policy), check_exact=True)


@pytest.mark.compiled
@pytest.mark.parametrize("name", SHARES)
def test_shares_are_rules_by_counts(name):
    side = f"{SIDES[name[:3]]}_rule"
    policy = ck.Policy(supply_rule="SRD-4", cyber_rule="CRD-2")
    own = crowded().with_fields({f"firms.{side}": name})
    by_rows = policy.replace(**{side: ck.count_rule("mine", count_frame(name))})
    assert_frame_equal(outcomes(crowded(), by_rows), outcomes(own, policy), check_exact=True)


GRIDS = [(3, 4, "open"), (1, 5, "open"), (4, 1, "open"), (3, 3, "periodic")]


def assert_same_on_a_grid(chains, firms, boundary, *policies):
    model = ck.Model(
        chains=chains, firms=firms, periods=25, supply_mild=0.3, cyber_mild=0.2,
        boundary_ends=boundary, boundary_across=boundary,
    )  # fmt: skip
    chosen = {"policies": policies, "scenarios": ck.paper_scenarios()[::200], "by": "replication"}
    of_grid = ck.simulate(model, **chosen, replications=64)
    of_network = ck.simulate(ck.Network.of_grid(model), **chosen, replications=64, periods=25)
    assert_frame_equal(of_network, of_grid, check_exact=True)


@pytest.mark.compiled
@settings(max_examples=12, deadline=None)
@given(rules=st.tuples(count_rows(), count_rows()), grid=st.sampled_from(GRIDS))
def test_a_grid_and_the_network_of_it_agree(rules, grid):
    supply, cyber = (ck.count_rule(name, rows) for name, rows in zip("ab", rules, strict=True))
    policies = [ck.Policy(supply_rule=supply, cyber_rule=cyber, principle=p) for p in "PC"]
    assert_same_on_a_grid(*grid, *policies)


@settings(max_examples=50, deadline=None)
@given(count_rows())
def test_the_table_of_a_grid_is_the_oracles(rows):
    found = ck.count_rule("mine", rows).targets
    for own, up, down, before, after in np.ndindex(TABLE_SHAPE):
        states = [up, down, before, after]
        there = [{n} if states[n] != ABSENT else set() for n in range(4)]
        sides = {"suppliers": there[0], "customers": there[1], "peers": there[2] | there[3]}
        assert found[own, up, down, before, after] == by_counts(rows, own, **sides, after=states)


@pytest.mark.compiled
@pytest.mark.parametrize("grid", [*GRIDS, (5, 5, "open")])
def test_srd_4_as_printed(grid):
    """The paper's SRD-4 counts chains at ends otherwise; as counts it is the grid's, to the bit."""
    printed = ck.count_rule(SRD_4_AS_PRINTED.name, AS_PRINTED)
    assert (printed.targets == SRD_4_AS_PRINTED.targets).all()
    assert (printed.targets != ck.rule("supply", "SRD-4").targets).any()
    model = ck.Model(chains=grid[0], firms=grid[1], periods=30, supply_mild=0.3,
                     boundary_ends=grid[2], boundary_across=grid[2])  # fmt: skip
    options = {"scenarios": ck.paper_scenarios()[::200], "replications": 100, "by": "replication"}
    table, counts = (
        [ck.Policy(supply_rule=rule, cyber_rule=cyber) for cyber in ("CRD-5", "CRD-6", "CRD-0")]
        for rule in (SRD_4_AS_PRINTED, printed)
    )
    of_grid = ck.simulate(model, policies=table, **options)
    of_network = ck.simulate(ck.Network.of_grid(model), policies=counts, periods=30, **options)
    assert_frame_equal(of_network, of_grid, check_exact=True)


def mean_x(net, rule, periods=1):
    """Return mean x of each firm after a period in which nobody is hit."""
    rows = ck.trace(
        net, policy=ck.Policy(supply_rule=rule, cyber_rule="CRD-0"),
        scenario=ck.paper_scenarios()[0], periods=periods, initial_resources=100,
    )  # fmt: skip
    return dict(rows.filter(period=periods).select("firm", "x").iter_rows())


def three(x, **columns):
    """Return a firm with two suppliers, in these states, in which nobody is ever hit."""
    ids = ["mine", "well", "mill"]
    return ck.Network(
        firms={"id": ids, "x": x, "supply_severe": 0, "supply_mild": 0} | columns,
        links={"supplier": ["mine", "well"], "customer": "mill"},
    )


@pytest.mark.parametrize(
    ("x", "mill"),
    [([0, 0, 0], 0), ([0, 1, 0], 0), ([1, 1, 0], 1), ([0, 2, 0], 2), ([1, 1, 1], 1)],
)
def test_a_firm_waits_for_its_suppliers(x, mill):
    assert mean_x(three(x), ck.count_rule("wait", WAIT))["mill"] == mill


def test_who_has_none_waits_for_none_and_follows_none():
    def alone(**conditions):
        rule = ck.count_rule("mine", [{"own": 0, "target": 2, **conditions}])
        return mean_x(three([0, 0, 0]), rule)["mine"]

    assert alone() == alone(suppliers_worst=2) == alone(peers_worst=1) == 2
    assert alone(suppliers_best=1) == alone(peers_high=1) == alone(suppliers_high="0.0001%") == 0
    # the mill is its one customer, and low
    assert alone(customers_worst=1) == 0


def test_a_share_is_exact():
    """Two of three are 66.6666% of them, and not 66.6667%."""
    ids = ["a", "b", "c", "mill"]
    net = ck.Network(
        firms={"id": ids, "x": [2, 2, 0, 0], "supply_severe": 0, "supply_mild": 0},
        links={"supplier": ids[:3], "customer": "mill"},
    )
    for share, x in (("66.6666%", 2), ("66.6667%", 0), ("66.67 %", 0), ("2", 2), (3, 0), (2, 2)):
        rule = ck.count_rule("mine", {"suppliers_high": [share], "target": [2]})
        assert mean_x(net, rule)["mill"] == x


@pytest.mark.parametrize("many", [float("inf"), float("nan"), 1e30, 0.5])
def test_numbers_that_count_nothing_are_refused(many):
    with pytest.raises(ck.InvalidInput, match=r"mine row 2: suppliers_high: got .*; must be a wh"):
        ck.count_rule("mine", {"suppliers_high": [2.0, many], "target": 2})


def test_a_supplier_of_two_inputs_is_one_supplier():
    net = ck.Network(
        firms=three([2, 0, 0]).firms,
        links={
            "supplier": ["mine", "mine", "well", "well"], "customer": "mill",
            "input": ["ore", "coal", "ore", "coal"],
        },
    )  # fmt: skip
    for many, x in ((1, 2), (2, 0), ("50%", 2), ("51%", 0)):
        rule = ck.count_rule("mine", [{"suppliers_high": many, "target": 2}])
        assert mean_x(net, rule)["mill"] == x


def test_the_first_row_that_holds_counts():
    rows = [{"suppliers_best": 2, "own": 0, "target": 0}, {"target": 2}]
    assert mean_x(three([2, 2, 0]), ck.count_rule("laggard", rows))["mill"] == 0
    assert mean_x(three([2, 2, 0]), ck.count_rule("laggard", rows[::-1]))["mill"] == 2


@pytest.fixture
def network():
    columns = {"supply_rule": [None, None, "wait"]}
    return ck.Network(
        firms={"id": ["mine", "well", "mill"], "x": [0, 2, 0], "supply_severe": 0,
               "supply_mild": 0, **columns},
        links={"supplier": ["mine", "well"], "customer": "mill"},
        rules=table_of({"wait": WAIT, "never": [{"own": 0, "target": 0}]}),
    )  # fmt: skip


def test_firms_follow_the_rules_of_the_network(network, tmp_path):
    assert mean_x(network, "none") == {"mine": 0, "well": 2, "mill": 2}
    assert list(network.own_rules) == ["wait", "never"]
    network.write(tmp_path)
    again = ck.Network.read(tmp_path)
    assert_frame_equal(again.rules, network.rules)
    assert mean_x(again, "none")["mill"] == 2
    other = again.with_fields({"firms.supply_rule": "never", "firms.mine.supply_rule": "SRD-1"})
    assert mean_x(other, "SRD-1") == {"mine": 2, "well": 2, "mill": 0}
    with pytest.raises(ck.InvalidInput, match=r"firms.mill.supply_rule: got 'later'; must be one "):
        again.with_fields({"firms.mill.supply_rule": "later"})


def test_a_sweep_names_them(network, tmp_path):
    study = ck.Recovery(
        network, [ck.Policy(supply_rule="SRD-1", cyber_rule="CRD-0")], ck.paper_scenarios()[:1],
        periods=2, initial_resources=100, rules=[ck.count_rule("mine", WAIT)],
    )  # fmt: skip
    axes = {
        "supply_rule": ck.Levels(["none", "mine", "never"]),
        "firms.mill.supply_rule": ck.Levels(["wait", "never", "SRD-2"]),
    }
    sweep = ck.Sweep(study, axes, ck.Design(kind="grid"), replications=2)
    rows = ck.run_sweep(sweep, tmp_path / "swept").results.collect()
    rows = rows.join(sweep.points().select("point", "firms.mill.supply_rule"), on="point")
    assert rows.height == 9
    for row in rows.iter_rows(named=True):
        net = network.with_fields({"firms.mill.supply_rule": row["firms.mill.supply_rule"]})
        known = {"mine": study.rules[0], **network.own_rules}
        policy = ck.Policy(
            supply_rule=known.get(row["supply_rule"], row["supply_rule"]), cyber_rule="CRD-0"
        )
        alone = ck.simulate(
            net, policies=[policy], scenarios=study.scenarios, replications=2, periods=2,
            initial_resources=100,
        )  # fmt: skip
        assert alone["mean_x"].item() == row["mean_x"]
    assert rows["mean_x"].n_unique() > 2
    other = ck.Network(**network.tables() | {"rules": network.rules.reverse()})
    assert replace(study, model=other).description() != study.description()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"own": 3, "target": 2}], "rule mine row 1: own: got 3; must be 0, 1 or blank"),
        ([{"own": 2, "target": 2}], "rule mine row 1: own: got 2; must be 0, 1 or blank"),
        ([{"target": 2}, {"target": 3}], "rule mine row 2: target: got 3; must be a state: 0, 1"),
        ([{"target": None}], "rule mine row 1: target: got a blank; must be a state: 0, 1 or 2"),
        ([{"own": 0}], "rule mine: target: missing column; must be there"),
        ([], "rule mine: target: missing column; must be there"),
        ({"target": []}, "rule mine: got 0 rows; must be from 1 to 1,000"),
        ([{"target": 2}] * 1001, "rule mine: got 1,001 rows; must be from 1 to 1,000"),
        ([{"own": 1, "target": 0}], "rule mine row 1: target: got 0; must be from 1 to 2, not bel"),
        ([{"target": 0}], "rule mine row 1: target: got 0; must be from 1 to 2, not below that of"),
        ([{"peers_best": 0, "target": 2}], "rule mine row 1: peers_best: got 0; must be 1, 2 or b"),
        ([{"peers_worst": 3, "target": 2}], "rule mine row 1: peers_worst: got 3; must be 1, 2 or"),
        ([{"peers_high": 0, "target": 2}], "rule mine row 1: peers_high: got 0; must be a whole "),
        ([{"peers_high": 0.5, "target": 2}], "rule mine row 1: peers_high: got 0.5; must be a who"),
        ([{"peers_high": "0%", "target": 2}], "rule mine row 1: peers_high: got '0%'; must be abo"),
        ([{"peers_high": "101%", "target": 2}], "rule mine row 1: peers_high: got '101%'; must be"),
        ([{"peers_high": "half", "target": 2}], "rule mine row 1: peers_high: got 'half'; must be"),
        ([{"supplier_high": 1, "target": 2}], "rule mine: supplier_high: unknown column; did you "),
        (7, "rule mine: rows: got 7; must be a frame of polars or pandas, or a mapping of "),
    ],
)  # fmt: skip
def test_bad_rows_say_what_is_wrong(rows, message):
    with pytest.raises(ck.InvalidInput) as refused:
        ck.count_rule("mine", rows)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([{"rule": "SRD-half", "target": 2}], "rules row 1: rule: got 'SRD-half'; must not be"),
        ([{"rule": None, "target": 2}], "rules row 1: rule: got a blank; must be a text of one"),
        ([{"rule": "a@1/2", "target": 2}], "rules: rule name: got 'a@1/2'; must not end like cut"),
        ([{"rule": "a", "target": 2}, {"rule": "b", "own": 1, "target": 0}],
         "rules row 2: target: got 0; must be from 1 to 2"),
        ([{"target": 2}], "rules: rule: missing column; must be there"),
    ],
)  # fmt: skip
def test_bad_tables_of_rules_say_what_is_wrong(rules, message):
    with pytest.raises(ck.InvalidInput) as refused:
        ck.Network(firms={"id": ["a"]}, rules=rules)
    assert str(refused.value).startswith(message)


def test_frames_of_pandas_with_blanks():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"peers_high": [2, None], "own": [None, 0], "target": [2, 1]})
    assert (ck.count_rule("mine", frame).targets == _with_two_peers().targets).all()


def _with_two_peers():
    return ck.count_rule("mine", [{"peers_high": 2, "target": 2}, {"own": 0, "target": 1}])


@pytest.mark.parametrize("name", [*BUILT_IN, *SHARES])
def test_what_is_written_is_read_again(name, tmp_path):
    path = tmp_path / "mine.csv"
    count_frame(name).write_csv(path)
    rule = read_rule(path, "mine")
    assert rule.rows == ck.count_rule("mine", count_frame(name)).rows
    assert rule.with_cutoffs(leave_low=1).rows == rule.rows


def test_bad_files_name_the_file(tmp_path):
    path = tmp_path / "mine.csv"
    pl.DataFrame({"own": [0, 1], "target": [1, 0]}).write_csv(path)
    with pytest.raises(ck.InvalidInput, match=r"file: .*mine.csv row 2: target: got 0; must be"):
        read_rule(path, "mine")
