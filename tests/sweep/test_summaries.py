"""Summaries against plain Python, on small tables and on those of a sweep."""

import math
from itertools import product
from statistics import mean, stdev

import numpy as np
import polars as pl
import pytest

import cakernel as ck

POLICY = ["supply_rule", "cyber_rule", "principle"]
POLICIES = [("SRD-1", "CRD-1", "P"), ("SRD-2", "CRD-1", "P"), ("SRD-2", "CRD-1", "C")]


def results(points=4, replications=5, seed=1):
    """Rows of single replications, with a column of the points beside them."""
    chance = np.random.Generator(np.random.Philox(seed))
    rows = [
        {
            "point": point,
            **dict(zip(POLICY, policy, strict=True)),
            "replication": replication,
            "mean_x": chance.uniform(0, 2),
            "mean_resources": chance.normal(10, 3),
            "risk": "high" if point % 2 else "low",
        }
        for point, policy, replication in product(range(points), POLICIES, range(replications))
    ]
    return pl.DataFrame(rows).sample(fraction=1, shuffle=True, seed=seed)


def grouped(frame, names):
    """Rows of each group, groups in the order in which they come first."""
    groups = {}
    for row in frame.iter_rows(named=True):
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    return groups


def quantile(values, q):
    """Linear interpolation between the closest ranks."""
    values, rank = sorted(values), q * (len(values) - 1)
    below, above = values[math.floor(rank)], values[math.ceil(rank)]
    return below + (rank % 1) * (above - below)


@pytest.mark.parametrize("by", [["point"], ["risk", "supply_rule"], POLICY, []])
@pytest.mark.parametrize("outcome", ["mean_x", "mean_resources"])
def test_a_summary_of_replications(by, outcome):
    frame = results()
    made = ck.summarise(frame.lazy(), by=by, outcome=outcome, quantiles=[0, 0.05, 0.125, 0.5, 1])
    assert isinstance(made, pl.LazyFrame)
    made = made.collect()
    quantiles = {"q00": 0, "q05": 0.05, "q12.5": 0.125, "q50": 0.5, "q100": 1}
    assert made.columns == [*by, "rows", "mean", "standard_error", *quantiles]
    groups = grouped(frame, by)
    assert made.height == len(groups)
    for row, (key, rows) in zip(made.iter_rows(named=True), groups.items(), strict=True):
        values = [r[outcome] for r in rows]
        assert tuple(row[name] for name in by) == key
        assert row["rows"] == len(values)
        assert row["mean"] == pytest.approx(mean(values))
        assert row["standard_error"] == pytest.approx(stdev(values) / math.sqrt(len(values)))
        for name, q in quantiles.items():
            assert row[name] == pytest.approx(quantile(values, q))


def test_a_summary_of_rows_that_have_standard_errors():
    frame = pl.DataFrame(
        {
            "risk": ["low", "low", "high", "high", "none"],
            "mean_resources": [1.0, 3.0, 5.0, 6.0, 7.0],
            "se_resources": [0.3, 0.4, 0.5, None, 0.25],
        }
    )
    made = ck.summarise(frame, by=["risk"], outcome="mean_resources", quantiles=[]).collect()
    assert made.columns == ["risk", "rows", "mean", "standard_error"]
    low, high, none = made.rows()
    # the mean of two: the root of the sum of squares, over two
    assert low == ("low", 2, 2.0, pytest.approx(0.25))
    assert high == ("high", 2, 5.5, None)
    assert none == ("none", 1, 7.0, 0.25)


def test_one_row_has_no_standard_error():
    made = ck.summarise(results(1, 1).head(1), by=["point"], outcome="mean_x").collect()
    assert made["standard_error"].to_list() == [None]
    assert ck.summarise(results().clear(), by=["point"], outcome="mean_x").collect().is_empty()


def test_columns_to_group_by_count_once():
    one, two = (
        ck.summarise(results(), by=by, outcome="mean_x").collect()
        for by in (["risk"], ["risk", "risk"])
    )
    assert one.equals(two)


def expected_differences(frame, against, by):
    """Differences replication by replication, in plain Python."""
    reference = {
        (row["point"], row["replication"]): row["mean_x"]
        for row in frame.iter_rows(named=True)
        if tuple(row[name] for name in POLICY) == against
    }
    return {
        key: [row["mean_x"] - reference[row["point"], row["replication"]] for row in rows]
        for key, rows in grouped(frame, [*by, *POLICY]).items()
    }


@pytest.mark.parametrize("by", [["point"], ["risk"], []])
def test_differences_are_taken_replication_by_replication(by):
    frame = results()
    against = dict(zip(POLICY, POLICIES[1], strict=True))
    made = ck.paired_differences(frame.lazy(), against=against, by=by, outcome="mean_x").collect()
    assert made.columns == [*by, *POLICY, "pairs", "difference", "standard_error"]
    expected = expected_differences(frame, POLICIES[1], by)
    assert made.height == len(expected) == max(1, frame.n_unique(by) if by else 1) * 3
    for row, (key, values) in zip(made.iter_rows(named=True), expected.items(), strict=True):
        assert tuple(row[name] for name in [*by, *POLICY]) == key
        assert row["pairs"] == len(values)
        assert row["difference"] == pytest.approx(mean(values))
        assert row["standard_error"] == pytest.approx(stdev(values) / math.sqrt(len(values)))
        if key[len(by) :] == POLICIES[1]:
            assert (row["difference"], row["standard_error"]) == (0, 0)


def test_points_without_the_policy_to_compare_with_are_left_out():
    frame = results()
    against = dict(zip(POLICY, POLICIES[0], strict=True))
    policy = pl.struct(POLICY) == against
    some = frame.filter(~policy | (pl.col("point") != 2))
    made = ck.paired_differences(some, against=against, outcome="mean_x").collect()
    assert set(made["point"]) == {0, 1, 3}
    nowhere = against | {"principle": "C"}
    elsewhere = ck.paired_differences(frame, against=nowhere, outcome="mean_x").collect()
    assert elsewhere.is_empty()


def test_a_policy_may_be_named_among_the_groups():
    against = dict(zip(POLICY, POLICIES[0], strict=True))
    made = ck.paired_differences(
        results(), against=against, by=["risk", "principle"], outcome="mean_x"
    ).collect()
    assert made.columns[:4] == ["risk", "principle", "supply_rule", "cyber_rule"]
    assert made.height == 2 * 3


def test_common_disruptions_make_differences_sharper(tmp_path):
    """Of a sweep: the error of a difference is below what independent outcomes would give."""
    study = ck.Recovery(
        model=ck.Model(chains=2, firms=3, periods=30),
        policies=ck.policies(supply_rules=["SRD-1", "SRD-2"], cyber_rules=["CRD-1"]),
        scenarios=ck.paper_scenarios()[:1],
        rows="replication",
    )
    sweep = ck.Sweep(study, axes={"supply_mild": [0.1, 0.3]}, replications=40)
    swept = ck.run_sweep(sweep, tmp_path)
    against = {"supply_rule": "SRD-1", "cyber_rule": "CRD-1", "principle": "P"}
    made = ck.paired_differences(swept.results, against=against, outcome="mean_x").collect()
    assert set(made["pairs"]) == {40}
    alone = ck.summarise(swept.results, by=["point", *POLICY], outcome="mean_x").collect()
    squares = {row[:4]: row[6] ** 2 for row in alone.rows()}
    others = made.filter(pl.col("supply_rule") == "SRD-2")
    assert others.height == 4
    for point, *policy, _, _, error in others.rows():
        separate = squares[point, *policy] + squares[point, *against.values()]
        assert 0 < error < math.sqrt(separate)


def test_results_stand_beside_their_points_once(tmp_path):
    study = ck.Recovery(
        model=ck.Model(chains=1, firms=2, periods=5),
        policies=[ck.Policy(supply_rule="SRD-1", cyber_rule="CRD-1")],
        scenarios=ck.paper_scenarios()[:1],
    )
    axes = {"supply_rule": ["SRD-3", "SRD-4"], "firms": [1, 2]}
    swept = ck.run_sweep(ck.Sweep(study, axes=axes, replications=2), tmp_path)
    joined = swept.joined().collect()
    assert joined.columns == [*swept.results.collect_schema().names(), "firms"]
    assert joined.sort("point").select("point", "supply_rule", "firms").rows() == [
        (0, "SRD-3", 1),
        (1, "SRD-3", 2),
        (2, "SRD-4", 1),
        (3, "SRD-4", 2),
    ]
    by_rule = ck.summarise(joined, by=["supply_rule"], outcome="mean_x").collect()
    assert by_rule["rows"].to_list() == [2, 2]


AGAINST = dict(zip(POLICY, POLICIES[0], strict=True))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"by": ["pint"]}, "column pint: not there; the columns are point, supply_rule, cyber_"),
        ({"by": "point"}, "by: got 'point'; must be a list of texts"),
        ({"by": [], "outcome": "x"}, "column x: not there; the columns are point, supply_rule"),
        ({"by": [], "quantiles": [1.5]}, "quantiles[0]: got 1.5; must be a number from 0 to 1"),
        ({"by": [], "quantiles": [-0.1]}, "quantiles[0]: got -0.1; must be a number from 0 to 1"),
        (
            {"by": [], "quantiles": [math.nan]},
            "quantiles[0]: got nan; must be a number from 0 to 1",
        ),
        ({"by": [], "outcome": "principle"}, "outcome: got principle, which holds String; must be"),
    ],
)
def test_summaries_that_make_no_sense(arguments, message):
    with pytest.raises(ck.InvalidInput) as refused:
        ck.summarise(results(), **{"outcome": "mean_x"} | arguments)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"against": {}}, "against: got none; must name the columns that tell rows apart"),
        (
            {"against": {"supply_rule": "SRD-1", "cyber_rule": "CRD-1"}},
            "against: got supply_rule, cyber_rule; 2 rows of point 0, replication 0 have SRD-2 "
            "CRD-1; must also name principle",
        ),
        (
            {"against": {"cyber_rule": "CRD-1"}},
            "against: got cyber_rule; 3 rows of point 0, replication 0 have CRD-1; must also name "
            "supply_rule, principle",
        ),
        ({"against": AGAINST | {"principle": 3}}, "against.principle: got 3; must be a text"),
        ({"against": AGAINST, "by": ["no"]}, "column no: not there; the columns are point"),
        ({"against": AGAINST, "by": "point"}, "by: got 'point'; must be a list of texts"),
        ({"against": AGAINST, "outcome": "z"}, "column z: not there; the columns are point"),
        ({"against": AGAINST, "outcome": "principle"}, "outcome: got principle, which holds Str"),
        ({"against": {"mean_x": "1"}}, "column mean_x: must be none of point, replication, mean_"),
    ],
)
def test_comparisons_that_make_no_sense(arguments, message):
    with pytest.raises(ck.InvalidInput) as refused:
        ck.paired_differences(results(), **{"outcome": "mean_x"} | arguments)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("name", ["rows", "mean", "q50"])
def test_groups_may_not_be_called_like_what_a_summary_adds(name):
    with pytest.raises(ck.InvalidInput, match=rf"^column {name}: must be none of rows, mean, stan"):
        ck.summarise(results().rename({"principle": name}), by=[name], outcome="mean_x")


def test_alternatives_may_not_be_called_like_what_a_comparison_adds():
    rows = pl.DataFrame(
        {"point": [0, 0], "replication": [0, 0], "pairs": ["a", "b"], "mean_x": [1.0, 2.0]}
    )
    with pytest.raises(ck.InvalidInput, match=r"^column pairs: must be none of pairs, difference"):
        ck.paired_differences(rows, against={"pairs": "a"}, outcome="mean_x")
    # a name that is only used inside is free
    inner = ck.paired_differences(
        rows.rename({"pairs": "reference"}), against={"reference": "a"}, outcome="mean_x"
    )
    assert inner.collect()["difference"].to_list() == [0.0, 1.0]


def test_means_over_replications_cannot_be_paired():
    with pytest.raises(ck.InvalidInput, match=r"^column replication: not there; the columns are"):
        ck.paired_differences(results().drop("replication"), against=AGAINST, outcome="mean_x")
