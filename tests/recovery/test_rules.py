"""Rules as tables: built-in ones against the oracle's definitions, a user's own, and bad ones."""

from dataclasses import FrozenInstanceError

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.input_files import read_rule, rule_frame
from cakernel.recovery.kernel.states import ABSENT, TABLE_SHAPE
from cakernel.recovery.rules import BUILT_IN
from oracle.rules import cyber_target, supply_target

RULES = [(side, name) for side, named in BUILT_IN.items() for name in named]


def oracle_table(side, name):
    """Tabulate the oracle's rule."""
    target = {"supply": supply_target, "cyber": cyber_target}[side]
    table = np.empty(TABLE_SHAPE, np.int64)
    for own, *near in np.ndindex(TABLE_SHAPE):
        table[own, *near] = target(name, own, *[None if s == ABSENT else s for s in near])
    return table


@pytest.mark.parametrize(("side", "name"), RULES)
def test_every_entry_is_the_oracles(side, name):
    np.testing.assert_array_equal(ck.rule(side, name).targets, oracle_table(side, name))


@pytest.mark.parametrize(("side", "name"), RULES)
def test_a_rule_written_as_a_table_gives_the_same_histories(side, name):
    own = ck.Rule("own", oracle_table(side, name), on_site=name == "CRD-0")
    built_in = {"supply_rule": "SRD-3", "cyber_rule": "CRD-2"} | {f"{side}_rule": name}
    model = ck.Model(chains=3, firms=4, periods=40, boundary_across="periodic")
    scenario = ck.paper_scenarios()[100]
    histories = [
        ck.trace(model, policy=ck.Policy(**rules), scenario=scenario)
        for rules in (built_in, built_in | {f"{side}_rule": own})
    ]
    assert_frame_equal(*histories, check_exact=True)


def test_a_rule_survives_its_csv_file_in_any_order(tmp_path):
    frame = rule_frame(ck.rule("supply", "SRD-4"))
    assert frame.height == 3 * 4**4
    frame.sample(fraction=1, shuffle=True, seed=1).write_csv(tmp_path / "rule.csv")
    read = read_rule(tmp_path / "rule.csv", "mine")
    np.testing.assert_array_equal(read.targets, ck.rule("supply", "SRD-4").targets)
    assert read.name == "mine"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.head(700), "has 700 lines for 700 neighbourhoods; must have one for each"),
        (lambda f: f.vstack(f.head(1)), "has 769 lines for 768"),
        (lambda f: f.drop("target"), "must have whole numbers in columns own, upstream"),
        (lambda f: f.with_columns(own=pl.lit("a")), "must have whole numbers in columns"),
        (lambda f: f.with_columns(upstream=pl.lit(4)), "line 2: upstream is 4; .* from 0 to 3"),
        (lambda f: f.with_columns(target=pl.lit(1)), r"table\[2, 0, 0, 0, 0\] is 1; .* 2 to 2"),
    ],
)
def test_bad_rule_files_say_what_is_wrong(tmp_path, change, message):
    change(rule_frame(ck.rule("supply", "SRD-4"))).write_csv(tmp_path / "rule.csv")
    with pytest.raises(ck.InvalidInput, match=message):
        read_rule(tmp_path / "rule.csv", "mine")


def test_rule_files_may_have_comments_and_errors_name_their_lines(tmp_path):
    lines = rule_frame(ck.rule("supply", "SRD-4")).write_csv().splitlines()
    commented = ["# cautious, by me", "", lines[0], "# own state 0", *lines[1:9], "#", *lines[9:]]
    path = tmp_path / "rule.csv"
    path.write_text("\n".join(commented))
    np.testing.assert_array_equal(
        read_rule(path, "mine").targets, ck.rule("supply", "SRD-4").targets
    )
    commented[99] = "0,9,0,0,0,0"
    path.write_text("\n".join(commented))
    with pytest.raises(
        ck.InvalidInput, match=r"rule\.csv line 100: upstream is 9; must be a whole"
    ):
        read_rule(path, "mine")
    path.write_text("# counts\nown,neighbours_high,target\n# both\n0,50%,2\n,1,1\n")
    assert read_rule(path, "mine").targets[0, 2, 0, 0, 0] == 1
    path.write_text("# counts\nown,neighbours_high,target\n# both\n0,50%,2\n2,1,1\n")
    with pytest.raises(ck.InvalidInput, match=r"rule\.csv row 2: own: got 2; must be"):
        read_rule(path, "mine")
    frame = rule_frame(ck.rule("supply", "SRD-4")).with_columns(upstream=pl.lit(4))
    frame.write_parquet(tmp_path / "rule.parquet")
    with pytest.raises(ck.InvalidInput, match=r"rule\.parquet row 1: upstream is 4; must be"):
        read_rule(tmp_path / "rule.parquet", "mine")


def test_a_decimal_far_below_is_no_whole_number(tmp_path):
    frame = rule_frame(ck.rule("supply", "SRD-1"))
    lines = frame.write_csv().splitlines()
    lines[700] = lines[700][:-1] + "1.5"
    (tmp_path / "rule.csv").write_text("\n".join(lines))
    with pytest.raises(ck.InvalidInput, match="must have whole numbers in columns"):
        read_rule(tmp_path / "rule.csv", "mine")


def test_missing_and_broken_rule_files(tmp_path):
    with pytest.raises(ck.InvalidInput, match=r"none\.csv: cannot be read: No such file"):
        read_rule(tmp_path / "none.csv", "mine")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(ck.InvalidInput, match=r"empty\.csv: cannot be read: empty CSV"):
        read_rule(tmp_path / "empty.csv", "mine")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (np.zeros((3, 4)), r"table of shape \(3, 4\); must be \(3, 4, 4, 4, 4\)"),
        (np.zeros((4, 4, 4, 4, 4)), r"table of shape \(4, 4, 4, 4, 4\)"),
        (np.zeros(TABLE_SHAPE), r"table\[1, 0, 0, 0, 0\] is 0.0; .* own state 1 to 2"),
        (np.full(TABLE_SHAPE, -1), r"table\[0, 0, 0, 0, 0\] is -1; .* own state 0 to 2"),
        (np.full(TABLE_SHAPE, 3), r"table\[0, 0, 0, 0, 0\] is 3"),
        (np.full(TABLE_SHAPE, np.nan), r"table\[0, 0, 0, 0, 0\] is nan"),
    ],
)
def test_bad_tables_say_which_entry(table, message):
    with pytest.raises(ck.InvalidInput, match=message):
        ck.Rule("mine", table)


class NoTable:
    def __array__(self, *_, **__):
        raise TypeError("no array")


@pytest.mark.parametrize("table", [[[1], [1, 2]], NoTable()], ids=["ragged", "no array"])
def test_what_is_no_array_is_no_table(table):
    with pytest.raises(ck.InvalidInput, match=r"rule mine: table of shape \(0,\); must be"):
        ck.Rule("mine", table)


@pytest.mark.parametrize("name", ["", 5, None])
def test_a_rule_without_a_name_is_refused(name):
    with pytest.raises(ck.InvalidInput, match=f"name: got {name!r}; must be a (non-empty )?text"):
        ck.Rule(name, np.full(TABLE_SHAPE, 2))


def test_a_rule_uses_the_cloud_unless_it_says_otherwise_and_stays_as_it_is():
    own = ck.Rule("mine", np.full(TABLE_SHAPE, 2))
    assert not own.on_site
    with pytest.raises(FrozenInstanceError):
        own.on_site = True


def test_unknown_rules_list_the_known():
    with pytest.raises(ck.InvalidInput, match="supply_rule: got 'SRD-9'; must be one of SRD-1, "):
        ck.Policy(supply_rule="SRD-9", cyber_rule="CRD-1")
    with pytest.raises(ck.InvalidInput, match="cyber_rule: got 'SRD-1'; must be one of CRD-0, "):
        ck.Policy(supply_rule="SRD-1", cyber_rule="SRD-1")
    with pytest.raises(ck.InvalidInput, match="principle: got 'X'; must be 'P' or 'C'"):
        ck.Policy(supply_rule="SRD-1", cyber_rule="CRD-1", principle="X")
