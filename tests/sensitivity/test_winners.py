"""Who wins at a point, and whether that is clear: skewed margins, and those that never varied."""

import numpy as np
import polars as pl
import pytest

import cakernel as ck
from cakernel.sensitivity.winners import find_winners
from helpers.answer_frames import union_interval
from helpers.function_study import FunctionStudy

REPLICATIONS = 12


def run(path, plans, *, rows="replication", count=REPLICATIONS):
    study = FunctionStudy(
        {name: lambda row, mean=mean: mean for name, mean in plans.items()},
        {"risk": 0.5},
        spread=lambda row: row["risk"],
        own=0.0,
        rows=rows,
    )
    axes = {"risk": [0.0, 1.0]}
    sweep = ck.Sweep(study=study, axes=axes, design=ck.Design(kind="grid"), replications=count)
    return ck.run_sweep(sweep, path)


def _with_values(results, values):
    """Replace the outcomes of a sweep's replications at point 1: (plans, replications)."""
    rows = results.results.collect().sort("point", "plan", "replication")
    there = rows["mean_gain"].to_numpy().copy()
    there[-values.size :] = values.ravel()

    class Changed(ck.SweepResults):
        def __init__(self):
            vars(self).update(vars(results))

        results = rows.with_columns(mean_gain=pl.Series(there)).lazy()

    return Changed()


@pytest.fixture
def swept(tmp_path):
    return run(tmp_path, {"a": 1.0, "b": 0.0})


def test_skewed_margins_have_the_interval_of_a_ranking(swept):
    rng = np.random.default_rng(1)
    values = np.array([3 + rng.exponential(size=REPLICATIONS), np.zeros(REPLICATIONS)])
    values += rng.normal(size=REPLICATIONS)
    found = find_winners(_with_values(swept, values)).filter(point=1).row(0, named=True)
    ends = union_interval(values[0] - values[1], level=0.05)
    assert (found["low"], found["high"]) == pytest.approx(ends)
    assert (found["winner"], found["state"]) == ("a", "clear")


def test_a_margin_that_never_varied_is_clear_only_where_nothing_is_drawn(swept):
    nothing_drawn, drawn = find_winners(swept).sort("point").to_dicts()
    # at no risk both outcomes are the same in all replications: the margin is exact
    assert (nothing_drawn["low"], nothing_drawn["high"]) == (1.0, 1.0)
    assert nothing_drawn["state"] == "clear"
    # at risk they vary together, and may differ where nobody has looked
    assert drawn["margin"] == pytest.approx(1.0)
    assert (drawn["low"], drawn["high"], drawn["state"]) == (None, None, "unclear")


def test_a_single_replication_is_not_clear(tmp_path):
    for rows in ("replication", "policy"):
        found = find_winners(run(tmp_path / rows, {"a": 1.0, "b": 0.0}, rows=rows, count=1))
        assert found["state"].to_list() == ["unclear", "unclear"]
