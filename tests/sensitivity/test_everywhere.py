"""What is lost by one choice everywhere, by a map and by rules, against plain sums."""

import numpy as np
import polars as pl
import pytest

import cakernel as ck
from cakernel.ranking import best
from cakernel.sensitivity.everywhere import (
    ONE,
    THE_MAP,
    least_loss,
    loss_styles,
    losses_everywhere,
    losses_of_ranking,
    winners_of_ranking,
)
from helpers.function_study import FunctionStudy

NAMES = ("slow", "fast", "never")


def test_losses_are_weighted_means():
    random = np.random.default_rng(3)
    means, weights = random.random((40, 3)) + 1, random.random(40)
    clear = random.random(40) < 0.5
    groups = np.repeat(np.arange(10), 4)
    chosen = least_loss(means, groups)
    found = losses_everywhere(means, weights, clear, names=NAMES, followed={THE_MAP: chosen})
    assert found["kind"].to_list() == [THE_MAP, ONE, ONE, ONE]
    assert found["regret"][1:].is_sorted()
    total, level = sum(weights), 0.0
    for row in found.iter_rows(named=True):
        lost = won = sure = level = 0.0
        for point in range(40):
            took = chosen[point] if row["kind"] == THE_MAP else NAMES.index(row["choice"])
            top = max(means[point])
            level += weights[point] * top / total
            lost += weights[point] * (top - means[point][took]) / total
            won += weights[point] * (means[point][took] == top) / total
            sure += weights[point] * (means[point][took] == top and clear[point]) / total
        assert (row["regret"], row["wins"], row["clear"]) == pytest.approx((lost, won, sure))
        assert row["regret_percent"] == pytest.approx(100 * lost / level)
        squares = sum(
            (weights[point] / total * (max(means[point]) - means[point][taken] - lost)) ** 2
            for point in range(40)
            for taken in [chosen[point] if row["kind"] == THE_MAP else NAMES.index(row["choice"])]
        )
        assert row["regret_error"] == pytest.approx((squares * 40 / 39) ** 0.5)
    # a choice for each group never loses more than one for all
    even = losses_everywhere(means, np.ones(40), clear, names=NAMES, followed={THE_MAP: chosen})
    assert even["regret"][0] <= even["regret"][1:].min()


def test_nothing_is_said_in_percent_of_losses():
    found = losses_everywhere(
        np.array([[-1.0, -2.0]]), np.ones(1), np.array([True]), names=["a", "b"]
    )
    assert found["regret_percent"].to_list() == [None, None]
    # and of a single point no error is known
    assert found["regret_error"].to_list() == [None, None]


def test_losses_have_the_decimals_that_their_errors_deserve():
    row = {"regret": 0.02345, "regret_error": 0.0123, "regret_percent": 0.2345}
    assert loss_styles([row]) == {"regret": ",.3f", "regret_percent": ",.2f"}
    # the largest error of several decides; a sure loss of 0 asks for none
    more = {"regret": 2.5, "regret_error": 0.9, "regret_percent": 25.0}
    nothing = {"regret": 0.0, "regret_error": 0.0, "regret_percent": 0.0}
    assert loss_styles([row, more, nothing]) == {"regret": ",.1f", "regret_percent": ",.0f"}
    assert loss_styles([nothing]) == {"regret": ",.0f", "regret_percent": ",.0f"}
    # a folder of an earlier version tells no errors, and another outcome no percent
    assert loss_styles([{"regret": 2.5, "regret_percent": None}])["regret"] == ",.3f"


def test_rankings_of_points():
    rows = [
        {"point": point, "group": "all", "plan": plan, "replication": replication}
        | {"gain": level + (replication * 7 + at * 3) % 5 / 10}
        for point in range(4)
        for at, (plan, level) in enumerate({"early": point, "late": 1.5, "same": 1.5}.items())
        for replication in range(20)
    ]
    ranked = best(pl.DataFrame(rows), outcome="gain", by=["point", "group"], keys=["plan"])
    ranked = ranked.with_columns(price=pl.col("point") / 10)
    winners = winners_of_ranking(ranked, ["plan"])
    assert winners["point"].sort().to_list() == [0, 1, 2, 3]
    assert winners.columns[:3] == ["point", "group", "price"]
    early = winners.filter(pl.col("point") >= 2)
    assert set(early["winner"]) == {"early"}
    losses = losses_of_ranking(ranked, ["plan"])
    means = {
        name: rows["mean"].to_list() for (name,), rows in ranked.sort("point").group_by("plan")
    }
    for row in losses.iter_rows(named=True):
        lost = [
            max(at) - at[list(means).index(row["choice"])]
            for at in zip(*means.values(), strict=True)
        ]
        assert row["regret"] == pytest.approx(sum(lost) / 4)
        assert row["wins"] == pytest.approx(sum(value == 0 for value in lost) / 4)


def test_a_map_loses_no_more_than_one_choice(tmp_path):
    study = FunctionStudy(
        functions={"many": lambda row: 2 + row["p"], "few": lambda row: 3 - row["p"]},
        base={"p": 0.0, "q": 0.0},
    )
    axes = {name: ck.Range(low=0.0, high=1.0, count=3) for name in "pq"}
    found = ck.stability_map(ck.Sweep(study, axes=axes, replications=1), tmp_path, depth=2)
    ways = {row["choice"]: row for row in found.everywhere.iter_rows(named=True)}
    # |1 - 2p| where it is the wrong one: 1/4 on average over the square
    assert ways["many"]["regret"] == pytest.approx(0.25, abs=0.02)
    assert ways["few"]["regret"] == pytest.approx(0.25, abs=0.02)
    assert ways[THE_MAP]["regret"] < 0.01


def test_rules_say_what_is_chosen_at_each_point(tmp_path):
    study = FunctionStudy(
        functions={"many": lambda row: 2 + row["p"], "few": lambda row: 3 - row["p"]},
        base={"p": 0.0},
    )
    axes = {"p": ck.Range(low=0.0, high=1.0, count=40)}
    found = ck.decision_rules(ck.run_sweep(ck.Sweep(study, axes=axes, replications=1), tmp_path))
    points = found.winners
    assert points.height == found.points == 40
    right = points.filter(pl.col("chosen") == pl.col("winner"))
    assert right["lost"].max() == 0
    row = found.everywhere.row(0, named=True)
    assert row["regret"] == pytest.approx(points["lost"].mean())
    assert row["wins"] == pytest.approx(right.height / 40)
