"""Ranking: coverage of intervals, probabilities, the best set, what is refused."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from cakernel import InvalidInput
from cakernel.paper.five_percent import best_set
from cakernel.ranking import best
from cakernel.ranking.in_words import ranking_in_words
from helpers.answer_frames import NAMES, correlated, many, paired_frame, skewed

REPETITIONS = 1000
KEYS = ["supply_rule", "cyber_rule", "principle"]


def ranked(frame: pl.DataFrame, **options) -> pl.DataFrame:
    return best(frame, outcome="mean_resources", **options)


def judged(frame: pl.DataFrame, **options) -> pl.DataFrame:
    return ranked(frame, by=["repetition"], bootstrap=1, **options)


@pytest.mark.parametrize(
    ("noise", "replications"), [(correlated(1), 8), (correlated(2), 30), (skewed(3), 60)]
)
def test_intervals_of_a_known_difference_cover(noise, replications):
    # far enough apart that the better one is never mistaken
    rows = judged(many(REPETITIONS, [10.0, 7.0], replications, noise))
    lead = rows.filter(pl.col("rank") == 1)
    assert (lead["supply_rule"] == "SRD-1").all()
    assert 0.93 <= ((lead["lower"] <= 3) & (lead["upper"] >= 3)).mean() <= 0.97
    behind = rows.filter(pl.col("rank") == 2)
    assert 0.93 <= ((behind["lower"] <= -3) & (behind["upper"] >= -3)).mean() <= 0.97
    edge = 7 - 0.95 * 10
    assert ((behind["margin_lower"] <= edge) & (behind["margin_upper"] >= edge)).mean() >= 0.93


@pytest.mark.parametrize("means", [[10.0] * 6, [10.0, 9.9, 9.5, 9.0, 8.0, 5.0]])
def test_all_intervals_cover_together(means):
    rows = judged(many(600, means, 15, correlated(4))).with_columns(
        truth=pl.col("supply_rule").replace_strict(
            {
                NAMES[place][0]: mean - max(means[:place] + means[place + 1 :])
                for place, mean in enumerate(means)
            }
        )
    )
    covered = rows.group_by("repetition").agg(
        (
            (pl.col("simultaneous_lower") <= pl.col("truth"))
            & (pl.col("simultaneous_upper") >= pl.col("truth"))
        ).all(),
        (pl.col("may_be_best") & (pl.col("supply_rule") == "SRD-1")).any().alias("kept"),
    )
    # well over two standard errors of 600 repetitions below 95%
    assert covered["simultaneous_lower"].mean() >= 0.93
    assert covered["kept"].mean() >= 0.93


def test_sides_of_the_edge_are_right_together():
    # SRD-3 lies on the edge itself: each side may be said of it in error
    means = [100.0, 99.0, 95.0, 94.5, 96.0, 90.0]
    rows = judged(many(300, means, 20, correlated(5)))
    side = {row[0]: row[1] for row in zip([n[0] for n in NAMES], means, strict=False)}
    wrong = rows.with_columns(mean_is=pl.col("supply_rule").replace_strict(side)).filter(
        ((pl.col("side") == "inside") & (pl.col("mean_is") < 95))
        | ((pl.col("side") == "outside") & (pl.col("mean_is") >= 95))
    )
    assert wrong["repetition"].n_unique() <= 0.05 * 300
    sure = rows.filter(pl.col("supply_rule").is_in(["SRD-1", "SRD-2", "SRD-6"]))
    assert (sure["side"] != "open").mean() > 0.995
    assert (rows.filter(pl.col("supply_rule") == "SRD-3")["side"] == "open").mean() > 0.8


def test_probability_to_be_best_of_normal_outcomes():
    rng = np.random.default_rng(6)
    for difference in (0.0, 0.1, 0.3):
        values = rng.normal(size=(2, 400)) + rng.normal(size=400)
        each = values[0] - values[1]
        values[0] += difference - each.mean()
        rows = ranked(paired_frame(values), bootstrap=20_000)
        first = rows.filter(pl.col("supply_rule") == "SRD-1")["probability_best"][0]
        # a resample's mean difference has the variance over n of those at hand
        expected = 0.5 * math.erfc(-difference / each.std() * math.sqrt(400 / 2))
        assert first == pytest.approx(expected, abs=0.012)
        assert rows["probability_best"].sum() == pytest.approx(1)


def test_probability_to_be_within_the_set():
    rng = np.random.default_rng(7)
    values = np.array([[100.0], [95.1]]) + rng.normal(size=(2, 100))
    margin = values[1] - 0.95 * values[0]
    rows = ranked(paired_frame(values), bootstrap=20_000)
    expected = 0.5 * math.erfc(-margin.mean() / margin.std() * math.sqrt(100 / 2))
    assert 0.05 < expected < 0.95
    assert rows["probability_within"][1] == pytest.approx(expected, abs=0.012)
    assert rows["probability_within"][0] == 1


def test_equal_policies_share_the_place():
    rng = np.random.default_rng(8)
    values = rng.normal(size=(1, 10)).repeat(3, axis=0)
    values[2] += rng.normal(-9, 1, size=10)
    rows = ranked(paired_frame(values), bootstrap=50)
    assert rows["rank"].to_list() == [1, 1, 3]
    assert rows["probability_best"].to_list() == [0.5, 0.5, 0]
    assert rows["difference"].to_list()[:2] == [0, 0]
    assert rows["replications_to_settle"].to_list()[:2] == [None, None]
    assert rows["may_be_best"].to_list() == [True, True, False]


def test_ties_share_the_probability_also_of_means_near_zero():
    """Means of equal policies differ in rounding, by more than any share of a mean near 0."""
    rng = np.random.default_rng(13)
    common = 1e6 * rng.normal(size=1000)
    common -= common.mean()
    tied = np.array([common + 1e-7 * rng.normal(size=1000) for _ in range(8)])
    for replications in (10, 1000):
        rows = ranked(paired_frame(tied[:, :replications]), bootstrap=60, tolerance=0.0)
        assert rows["probability_best"].to_list() == pytest.approx([1 / 8] * 8)
        assert rows["probability_within"].to_list() == [1.0] * 8
        assert rows["rank"].to_list() == [1] * 8
        assert rows["within"].all()
    # policies that differ in a few replications tie in resamples that miss these
    rare = np.zeros((2, 20))
    rare[1, 3] = -1
    rows = ranked(paired_frame(rare), bootstrap=20_000)
    missed = (19 / 20) ** 20
    shares = [1 - missed / 2, missed / 2]
    assert rows["probability_best"].to_list() == pytest.approx(shares, abs=0.012)


@pytest.mark.parametrize("replications", [10, 1000])
def test_the_leader_of_equally_good_policies_has_more_than_its_share(replications):
    """What the documentation says of `probability_best`: any number of replications, some 0.4."""
    rng = np.random.default_rng(14)
    rows = [
        ranked(paired_frame(rng.normal(size=(8, replications))), bootstrap=200) for _ in range(60)
    ]
    assert 0.38 < np.mean([row["probability_best"][0] for row in rows]) < 0.55
    of_one = [row.filter(supply_rule="SRD-3")["probability_best"][0] for row in rows]
    # over experiments, each policy has its share
    assert np.mean(of_one) == pytest.approx(1 / 8, abs=4 * np.std(of_one) / np.sqrt(60))


def test_the_best_set_is_the_papers():
    rng = np.random.default_rng(9)
    for _ in range(20):
        values = 100 + 4 * rng.normal(size=(len(NAMES), 1)) + rng.normal(size=(len(NAMES), 5))
        frame = paired_frame(values)
        rows = ranked(frame, bootstrap=1)
        within = rows.filter("within", cyber_rule="CRD-5")["supply_rule"].unique()
        means = frame.group_by(KEYS).agg(pl.col("mean_resources").mean())
        assert set(within) == set(best_set(means, "CRD-5"))


def test_a_row_says_what_it_is():
    values = np.array([[1.0, 2.0, 3.0, 4.0], [4.0, 4.0, 6.0, 6.0]])
    rows = ranked(paired_frame(values), bootstrap=10)
    top, low = rows.to_dicts()
    assert (top["supply_rule"], top["rank"], top["mean"]) == ("SRD-2", 1, 5.0)
    assert (top["compared_with"], top["difference"]) == ("SRD-1 CRD-5 P", 2.5)
    assert (low["compared_with"], low["difference"]) == ("SRD-2 CRD-5 P", -2.5)
    # differences 3, 2, 3, 2: standard deviation 1 / sqrt(3), t of 3 degrees 3.18245
    assert low["difference_error"] == pytest.approx(1 / math.sqrt(12))
    assert top["upper"] == pytest.approx(2.5 + 3.1824463 / math.sqrt(12))
    assert low["margin"] == pytest.approx(2.5 - 0.95 * 5)
    assert low["standard_error"] == pytest.approx(math.sqrt(5 / 3 / 4))
    sentence = ranking_in_words(rows, keys=KEYS, outcome="mean R", confidence=0.95, tolerance=0.05)
    assert sentence.startswith(
        "Best: SRD-2 CRD-5 P; mean R 5.0 (standard error 0.6). Lead: 2.50 over SRD-1 CRD-5 P, "
        "50.0%; 95% interval 1.58 to 3.42. How sure: "
    )


def test_low_may_be_good():
    values = 100 + np.random.default_rng(10).normal(size=(5, 12))
    high = ranked(paired_frame(-values), bootstrap=300)
    low = ranked(paired_frame(values), bootstrap=300, maximise=False)
    signed = ["mean", "difference"]
    assert_frame_equal(low.select(-pl.col(signed)), high.select(signed))
    assert_frame_equal(low.select(-pl.col("lower")), high.select(lower="upper"))
    assert_frame_equal(
        low.select(-pl.col("simultaneous_upper")),
        high.select(simultaneous_upper="simultaneous_lower"),
    )
    same = ["supply_rule", "rank", "within", "margin", "side", "probability_best"]
    assert_frame_equal(low.select(same), high.select(same))


def test_rows_may_come_in_any_order_and_groups_are_independent():
    frame = pl.concat(
        paired_frame(np.random.default_rng(n).normal(size=(4, 6)), regime=f"r{n}") for n in (1, 2)
    )
    rows = ranked(frame, by=["regime"], bootstrap=40)
    assert rows["regime"].to_list() == ["r1"] * 4 + ["r2"] * 4
    alone = ranked(frame.filter(regime="r2").drop("regime"), bootstrap=40)
    assert_frame_equal(rows.filter(regime="r2").drop("regime"), alone)
    shuffled = ranked(frame.sample(fraction=1, shuffle=True, seed=1), by=["regime"], bootstrap=40)
    assert_frame_equal(
        shuffled.sort("regime", "rank"), rows.sort("regime", "rank"), check_row_order=False
    )


def test_any_columns_may_name_what_is_ranked():
    values = np.random.default_rng(12).normal(size=(3, 5))
    frame = paired_frame(values)
    named = frame.select(
        "replication",
        plan=pl.col("supply_rule").str.tail(1).cast(pl.Int64),
        profit="mean_resources",
        note=pl.lit("told of all"),
    )
    rows = best(named, outcome="profit", keys=["plan"], bootstrap=40)
    assert rows.columns[:2] == ["plan", "replications"]
    expected = ranked(frame, bootstrap=40).with_columns(plan=pl.col("supply_rule").str.tail(1))
    assert rows["plan"].cast(pl.String).to_list() == expected["plan"].to_list()
    numbers = ["mean", "lower", "simultaneous_upper", "probability_best"]
    assert_frame_equal(rows.select(numbers), expected.select(numbers))
    # by default all text that is not of the group
    by_default = best(frame, outcome="mean_resources", by=["principle"], bootstrap=40)
    assert by_default.columns[:3] == ["principle", "supply_rule", "cyber_rule"]


GOOD = paired_frame(np.random.default_rng(11).normal(size=(3, 4)))


@pytest.mark.parametrize(
    ("frame", "options", "message"),
    [
        (GOOD, {"confidence": 1.0}, "confidence: got 1.0; must be a number above 0 and below 1"),
        (GOOD, {"tolerance": -0.1}, "tolerance: got -0.1; must be a number from 0 to below 1"),
        (GOOD, {"power": 2.0}, "power: got 2.0; must be"),
        (GOOD, {"bootstrap": 0}, "bootstrap: got 0; must be a whole number from 1"),
        (GOOD, {"seed": -1}, "seed: got -1; must be a whole number from 0"),
        (GOOD, {"outcome": "mean_z"}, "frame: lacks mean_z; must have the columns supply_rule"),
        (GOOD, {"by": ["regime"]}, "frame: lacks regime"),
        (GOOD, {"keys": ["plan"]}, "frame: lacks plan; must have the columns plan, replication"),
        (GOOD, {"keys": []}, "keys: got none; must be the columns that name a policy"),
        (GOOD, {"by": ["mean_resources"]}, "mean_resources: named twice; by, keys and outcome"),
        (GOOD, {"keys": ["replication"]}, "replication: named twice; by, keys and outcome must"),
        (GOOD, {"outcome": "principle"}, "principle: got String; must be numbers"),
        (GOOD.head(0), {}, "frame: got no rows"),
        (GOOD.head(11), {}, "frame: 11 rows for 3 policies and 4 replications; must have every"),
        (GOOD.head(4), {}, "frame: got one policy; must have two or more"),
        (GOOD.filter(replication=0), {}, "replications: got 1; must be 2 or more"),
        (
            pl.concat([GOOD, GOOD.head(1)]),
            {},
            "frame: SRD-1 CRD-5 P, replication 0 comes more than once; must be averaged",
        ),
        (
            GOOD.with_columns(mean_resources=pl.lit(math.nan)),
            {},
            "mean_resources: got nan for SRD-1 CRD-5 P, replication 0; must be finite",
        ),
    ],
)
def test_bad_input(frame, options, message):
    with pytest.raises(InvalidInput) as error:
        best(frame, **{"outcome": "mean_resources"} | options)
    assert str(error.value).startswith(message)
