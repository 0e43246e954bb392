"""How work is cut: every point once, every replication once, whatever the size of blocks."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from cakernel.sweep import blocks
from cakernel.sweep.blocks import cut_blocks, is_last, next_part
from helpers.function_study import FunctionStudy

STUDY = ck.Recovery(
    policies=ck.policies(cyber_rules=["CRD-1"], principles=["P"]),
    scenarios=ck.paper_scenarios()[:2],
)
SCENARIOS = ck.paper_scenarios()[:1]
EVERY_SCENARIO = ck.paper_scenarios()
# of 8 policies under 2 scenarios
EACH = 16
GOAL = {"replications": 20, "precision": None}

firms = st.one_of(st.none(), st.integers(-1, 40))
frames = st.lists(st.tuples(firms, st.sampled_from(["when-hit", "every-period"])), min_size=1).map(
    lambda rows: (
        pl.DataFrame(rows, {"firms": pl.Int64, "recovery": pl.String}, orient="row")
        .with_row_index("point")
        .cast({"point": pl.Int64})
    )
)


def works(points):
    return STUDY.cost(points)["work"]


def parts_of(points, goal, study=STUDY):
    """Cut all parts of a block, taking each as done."""
    done, cut = None, []
    while (part := next_part(points, done, study, goal)) is not None:
        cut.append(part)
        new = part.select("point", now=pl.col("first_replication") + pl.col("replications"))
        done = (
            points.select("point")
            .join(new if done is None else done.join(new, on="point", how="left"), on="point")
            .with_columns(error_reached=pl.lit(None, pl.Float64))
        )
        done = done.with_columns(
            done=pl.coalesce("now", "done") if "done" in done.columns else pl.col("now")
        ).drop("now")
    return cut


def test_work_is_counted_in_firm_periods_of_all_that_runs():
    points = pl.DataFrame({"point": [0, 1, 2], "firms": [3, 1, None], "chains": [2, 0, 4]})
    assert works(points).to_list() == [2 * 3 * 180 * EACH, 180 * EACH, 4 * 180 * EACH]
    fixed = points.with_columns(supply_rule=pl.lit("SRD-1"), scenario=pl.lit(0))
    assert works(fixed)[0] == 2 * 3 * 180
    assert STUDY.cost(points)["rows"].to_list() == [8, 8, 8]
    assert STUDY.cost(points)["once"].to_list() == [28e3] * 3
    assert STUDY.cost(fixed)["rows"].to_list() == [1, 1, 1]


@settings(deadline=None)
@given(frames, st.floats(1, 1e8), st.integers(1, 30), st.integers(0, 5))
def test_every_point_is_in_one_block_and_blocks_hold_what_they_may(points, work, each, first):
    cut = cut_blocks(points, STUDY, each, work=work, first_block=first)
    assert cut.drop("block").sort("point").equals(points)
    numbers = cut["block"]
    assert numbers.dtype == pl.Int64
    assert numbers.unique().to_list() == list(range(first, numbers.max() + 1))
    assert numbers.is_sorted()
    once = STUDY.cost(points)["once"][0]
    shares = [(works(block) * each + once) / work for block in cut.partition_by("block")]
    assert all(share.sum() <= 1 + 1e-6 or len(share) == 1 for share in shares)
    # none could have been begun later
    assert all(block.sum() + following[0] > 1 for block, following in pairwise(shares))


@settings(deadline=None)
@given(frames, st.floats(1, 1e8))
def test_points_of_one_grid_stand_together_in_their_order(points, work):
    cut = cut_blocks(points, STUDY, 20, work=work, first_block=0)
    grids = cut.select("firms", "recovery").rows()
    changes = sum(one != other for one, other in pairwise(grids))
    assert changes == len(set(grids)) - 1
    for group in cut.partition_by("firms", "recovery"):
        assert group["point"].is_sorted()


def test_blocks_end_where_rows_do_not_fit_memory(monkeypatch):
    points = pl.DataFrame({"point": range(10)})
    monkeypatch.setattr(blocks, "ROWS_OF_BLOCK", 3 * (8 * 20 + blocks.ROWS_OF_POINT))
    cut = cut_blocks(points, STUDY, 20, work=1e12, first_block=0)
    assert cut["block"].to_list() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]


@pytest.mark.parametrize(
    ("study", "points"),
    [
        (
            ck.Recovery(ck.Model(chains=2, firms=2, periods=1), ck.policies()[:1], SCENARIOS),
            230_000,
        ),
        (
            ck.Recovery(ck.Model(chains=1, firms=1, periods=1), ck.policies()[:1], EVERY_SCENARIO),
            2_700,
        ),
        (ck.Recovery(ck.Model(chains=1, firms=1, periods=5), ck.policies(), SCENARIOS), 22_000),
        (FunctionStudy({"wait": lambda row: 0.0}, {}), 230_000),
    ],
)
def test_blocks_of_cheap_points_end_where_their_points_do_not_fit_time_or_memory(study, points):
    # 2 microseconds for each scenario and 2 KB of memory for each point, whatever runs in it
    million = pl.DataFrame({"point": range(1_000_000)})
    cut = cut_blocks(million, study, 1, work=blocks.WORK_OF_BLOCK, first_block=0)
    assert 0.8 * points < cut["block"].value_counts()["count"].max() <= points
    # however long a block may last
    cut = cut_blocks(million, study, 1, work=1e300, first_block=0)
    assert cut["block"].value_counts()["count"].max() <= 250_000


@pytest.fixture
def short_parts(monkeypatch):
    """Parts of some replications of points of 1 to 40 firms."""
    monkeypatch.setattr(blocks, "WORK_OF_PART", 180 * 5 * EACH * 40)


@pytest.mark.usefixtures("short_parts")
@pytest.mark.parametrize("work", [1.0, 1e5, 1e12])
def test_spans_cover_all_replications_and_do_not_depend_on_blocks(work):
    points = pl.DataFrame({"point": range(40), "firms": [1 + 7 * n % 40 for n in range(40)]})
    cut = cut_blocks(points, STUDY, 20, work=work, first_block=0)
    spans = {}
    for block in cut.partition_by("block"):
        for part in parts_of(block.drop("block"), GOAL):
            assert part.columns == [*points.columns, "first_replication", "replications"]
            for row in part.iter_rows(named=True):
                start, length = row["first_replication"], row["replications"]
                spans.setdefault(row["point"], []).append((start, length))
    for point, listed in spans.items():
        # as many as fit into a part's work, the rest last
        fitting = max(1, 40 // points["firms"][point])
        expected = [(n, min(fitting, 20 - n)) for n in range(0, 20, fitting)]
        assert listed == expected
    assert len(spans) == 40


@pytest.mark.usefixtures("short_parts")
def test_a_point_larger_than_a_part_runs_one_replication_at_a_time():
    points = pl.DataFrame({"point": [0], "firms": [1000]})
    cut = parts_of(points, GOAL)
    assert [part["first_replication"].to_list() for part in cut] == [[n] for n in range(20)]


def test_parts_end_where_rows_do_not_fit_memory(monkeypatch):
    monkeypatch.setattr(blocks, "ROWS_OF_PART", 8 * 9)
    cut = parts_of(pl.DataFrame({"point": [0, 1]}), GOAL)
    assert [part["replications"].to_list() for part in cut] == [[9, 9], [9, 9], [2, 2]]


def test_the_last_part_is_known_as_such():
    points = pl.DataFrame({"point": [0, 1]})
    (whole,) = parts_of(points, GOAL)
    assert is_last(whole, GOAL)
    assert not is_last(whole, GOAL | {"replications": 21})
    assert not is_last(whole.with_columns(replications=pl.Series([20, 19])), GOAL)
    precision = {"outcome": "x", "standard_error": 1.0, "at_most": 20}
    assert not is_last(whole, GOAL | {"precision": precision})


def done(*rows, fewest=10):
    there = pl.DataFrame(rows, ["point", "done", "error_reached"], orient="row")
    return there.with_columns(fewest=fewest)


def test_impossible_points_and_finished_ones_are_left_out():
    points = pl.DataFrame({"point": [0, 1, 2]})
    reached = done((0, 20, None), (2, 12, None))
    part = next_part(points, reached, STUDY, GOAL)
    assert part.rows() == [(2, 12, 8)]
    assert next_part(points, done((0, 20, None), (2, 25, None)), STUDY, GOAL) is None
    assert next_part(points, reached.clear(), STUDY, GOAL) is None


@pytest.mark.parametrize(
    ("there", "error", "more"),
    [
        (20, 0.5, 0),
        (20, 0.4999, 0),
        # the error falls with the root of the replications; 5% are added
        (20, 1.0, 64),
        (100, 1.0, 320),
        # at least one more
        (20, 0.5001, 2),
        (21, 0.500001, 2),
        # at most those allowed
        (20, 50.0, 980),
        (20, 1e300, 980),
        (1000, 50.0, 0),
        (1200, 50.0, 0),
        # the first round comes first
        (5, 0.1, 15),
        (5, None, 15),
        (20, None, 0),
    ],
)
def test_a_precision_asks_for_as_many_as_its_error_needs(there, error, more):
    precision = {"outcome": "resources", "standard_error": 0.5, "at_most": 1000}
    points = pl.DataFrame({"point": [7], "supply_mild": [0.1]})
    known = done((7, there, error)).cast({"error_reached": pl.Float64})
    part = next_part(points, known, STUDY, {"replications": 20, "precision": precision})
    assert (part["replications"].to_list() if part is not None else [0]) == [more]
    if part is not None:
        assert part["first_replication"].to_list() == [there]


@pytest.mark.parametrize("rows", ["policy", "replication"])
@pytest.mark.parametrize(
    ("outcomes", "fewest"),
    [
        ({"a": [1.0, 2.0, 3.0, 4.0], "b": [5.0, 6.0, 7.0, 9.0]}, 10),
        # one policy's replications all alike, whatever the others' are
        ({"a": [1.0, 2.0, 3.0, 4.0], "b": [0.0] * 4}, 100),
        # also where its standard error is not 0 but rounded
        ({"a": [0.1] * 3 + [0.1 + 1e-16], "b": [0.1] * 4}, 100),
    ],
)
def test_a_standard_error_of_0_is_not_taken_for_precise_at_once(rows, outcomes, fewest):
    numbers = {name: np.array(values) for name, values in outcomes.items()}
    if rows == "replication":
        frames = [
            pl.DataFrame({"mean_gain": values})
            .with_row_index("replication")
            .with_columns(plan=name)
            for name, values in ((pl.lit(name), values) for name, values in numbers.items())
        ]
    else:
        frames = [
            pl.DataFrame(
                {"mean_gain": [values.mean()], "se_gain": [values.std(ddof=1) / 2]}
                | {"first_replication": [0], "replications": [4], "plan": [name]}
            )
            for name, values in numbers.items()
        ]
    error = pl.lit(None, pl.String)
    table = pl.concat(frames).with_columns(point=pl.lit(3), error=error)
    goal = {"outcome": "gain", "standard_error": 1e9, "at_most": 60}
    reached = blocks.replicated_so_far(table.lazy(), ["plan"], goal)
    assert reached.select("point", "done", "fewest").rows() == [(3, 4, fewest)]
    points = pl.DataFrame({"point": [3]})
    part = next_part(points, reached, STUDY, {"replications": 2, "precision": goal})
    # never more than allowed
    assert part.select("first_replication", "replications").rows() == [(4, min(fewest, 60) - 4)]


@settings(deadline=None)
@given(st.integers(2, 500), st.floats(0, 1e6), st.integers(2, 600))
def test_a_precision_is_never_asked_less_or_more_than_allowed(there, error, at_most):
    precision = {"outcome": "resources", "standard_error": 0.5, "at_most": at_most}
    points = pl.DataFrame({"point": [0]})
    goal = {"replications": min(20, at_most), "precision": precision}
    part = next_part(points, done((0, there, error)), STUDY, goal)
    reached = error <= 0.5 and there >= max(goal["replications"], 10)
    assert (part is None) == (reached or there >= at_most)
    if part is not None:
        assert there < there + part["replications"][0] <= at_most
