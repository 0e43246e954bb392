"""Intervals of skewed differences: right, wide enough, flagged or not known."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import stats

from cakernel.ranking import best, sample_size
from cakernel.ranking.in_words import ranking_in_words
from cakernel.ranking.intervals import (
    Spread,
    most_that_differ,
    reach,
    replications_to_trust,
    spread_of,
    trusted,
)
from cakernel.ranking.student import quantile
from helpers.answer_frames import many, paired_frame, union_interval

KEYS = ["supply_rule", "cyber_rule", "principle"]
ENDS = ["lower", "upper", "simultaneous_lower", "simultaneous_upper"]
FIRST, SECOND = "SRD-1 CRD-5 P", "SRD-2 CRD-5 P"


def ranked(values: np.ndarray, **options) -> pl.DataFrame:
    return best(paired_frame(values), outcome="mean_resources", bootstrap=50, **options)


def in_words(rows: pl.DataFrame) -> str:
    return ranking_in_words(rows, keys=KEYS, outcome="R", confidence=0.95, tolerance=0.05)


def rare_losses(seed: int):
    """Return a maker of noise of mean 0: a policy loses 10 in one of ten replications."""
    rng = np.random.default_rng(seed)

    def draw(size):
        lost = rng.random(size) < 0.1
        # the first, which is the best, never loses
        lost[0] = False
        noise = -10.0 * lost + 1.0
        noise[0] = 0.0
        return noise + rng.normal(size=(1, size[1]))

    return draw


@pytest.mark.parametrize("count", [3, 8, 60])
@pytest.mark.parametrize("level", [0.1, 0.001])
def test_an_interval_is_the_union_of_students_and_willinks(count, level):
    rng = np.random.default_rng(count)
    values, other = rng.exponential(size=(4, count)), rng.normal(size=count)
    values[2:] *= -1
    below, above = reach(spread_of(values + other, other), 1 - level / 2)
    for row, low, high in zip(values, below, above, strict=True):
        ends = row.mean() - low, row.mean() + high
        assert ends == pytest.approx(union_interval(row, level=level))
    # an end of a symmetric sample is Student's
    even = np.array([[-1.0, 0.0, 1.0]])
    low, high = reach(spread_of(even, np.zeros(3)), 0.975)
    assert (low[0], high[0]) == pytest.approx((quantile(0.975, 2) / np.sqrt(3),) * 2)


def test_a_spread_is_that_of_the_sample():
    rng = np.random.default_rng(8)
    other = 50 + rng.normal(size=12)
    values = other + rng.exponential(size=(4, 12))
    values[1] = other
    # one replication in which outcomes differ is a spread, too
    values[2] = other
    values[2, 5] += 3
    values[3] = other - 4
    found = spread_of(values, other)
    away = values - other
    assert found.error == pytest.approx([stats.sem(away[0]), 0, 3 / 12, 0])
    assert found.error[[1, 3]].tolist() == [0, 0]
    skewness = [stats.skew(row, bias=False) for row in away[[0, 2]]]
    assert found.skewness == pytest.approx([skewness[0], np.nan, skewness[1], np.nan], nan_ok=True)
    assert found.differing.tolist() == [12, 0, 1, 12]
    assert found.replications == 12
    below, above = reach(found, 0.975)
    assert np.isinf([below[1], above[1], below[3], above[3]]).all()
    # of one row
    assert spread_of(values[2], other).error == pytest.approx(3 / 12)


@pytest.mark.parametrize("shared", [1e3, 1e9, -1e3, -1e9])
def test_what_differs_in_rounding_alone_does_not_differ(shared):
    each = shared + np.random.default_rng(9).normal(size=30)
    found = spread_of(np.array([each * (1 + 1e-14), each * (1 + 1e-10)]), each)
    assert found.differing.tolist() == [0, 30]
    assert found.error[0] == 0


@pytest.mark.parametrize(
    ("skewness", "differing", "replications", "wanted"),
    [
        (0.1, 100, 100, 10),
        (2.0, 100, 100, 50),
        (-2.0, 100, 100, 50),
        (2.0, 50, 50, 50),
        (2.0, 49, 49, 50),
        (2.02, 60, 100, 52),
        # a fiftieth that differs: 12.5 (1 - 0.04)^2 / (0.02 * 0.98)
        (0.1, 2, 100, 588),
        (0.1, 30, 100, 10),
        (0.1, 20, 100, 29),
        (0.9, 40, 100, 11),
    ],
)
def test_so_many_replications_are_trusted(skewness, differing, replications, wanted):
    rows = np.array([[0.0, 1.0], [np.nan, skewness]])
    spread = Spread(rows[0], rows[1], np.array([0, differing]), replications)
    assert replications_to_trust(spread) == wanted
    assert trusted(spread) == (wanted <= replications)


def test_the_most_that_may_differ_is_clopper_and_pearsons():
    differing = np.array([0, 1, 7, 19, 20])
    spread = Spread(np.ones(5), np.zeros(5), differing, 20)
    limits = [stats.binomtest(int(n), 20).proportion_ci(0.9).high for n in differing]
    assert most_that_differ(spread, 0.95) == pytest.approx(limits)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_the_smallest_and_largest_numbers_have_intervals(size):
    values = np.random.default_rng(7).exponential(size=(2, 20))
    ends = [rows.select(ENDS).to_numpy() for rows in (ranked(values), ranked(size * values))]
    assert ends[1] == pytest.approx(size * ends[0], rel=1e-9, abs=0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("confidence", [1e-300, 1e-8, 1 - 1e-14, 1 - 1e-16])
def test_any_confidence_has_intervals_or_none(confidence):
    rng = np.random.default_rng(0)
    rows = {"rule": ["a", "b", "c"] * 10, "replication": np.repeat(range(10), 3)}
    frame = pl.DataFrame(rows | {"R": rng.normal(size=30)})
    row = best(frame, outcome="R", confidence=confidence).row(1, named=True)
    assert (row["lower"] is None) == (confidence == 1 - 1e-16)
    assert row["lower"] is None or row["lower"] <= row["difference"] <= row["upper"]


def test_rows_may_have_replications_of_their_own():
    spread = Spread(np.array([1.0, 1.0]), np.array([0.5, 0.5]), np.array([5, 9]), np.array([5, 9]))
    both = reach(spread, 0.9)
    for place in range(2):
        alone = reach(Spread(*(field[place : place + 1] for field in spread)), 0.9)
        assert [several[place] for several in both] == [one[0] for one in alone]
    assert np.isinf(reach(spread, 1.0)).all()


def test_a_skewed_difference_is_covered_where_students_interval_misses():
    repetitions, count = 500, 20
    means = [10.0, 9.0, 8.0, 8.0, 8.0]
    frame = many(repetitions, means, count, rare_losses(1))
    rows = best(frame, outcome="mean_resources", by=["repetition"], bootstrap=1)
    truth = pl.col("supply_rule").replace_strict(
        {f"SRD-{n + 1}": mean - (10.0 if n else 9.0) for n, mean in enumerate(means)}
    )
    holds = pl.all_horizontal(
        (pl.col("simultaneous_lower") <= truth + 1e-9).fill_null(True),
        (pl.col("simultaneous_upper") >= truth - 1e-9).fill_null(True),
    )
    joint = rows.group_by("repetition").agg(holds.all(), pl.col("trustworthy").any())
    # Student's, computed here: the same differences of the best from the others
    values = frame["mean_resources"].to_numpy().reshape(repetitions, len(means), count)
    away = values[:, :1] - values[:, 1:]
    half = stats.t.ppf(1 - 0.05 / 4, count - 1) * stats.sem(away, axis=-1)
    gap = 10 - np.array(means[1:])
    students = (np.abs(away.mean(axis=-1) - gap) <= half).all(axis=-1).mean()
    covered = joint["simultaneous_lower"].mean()
    assert covered > 0.85
    assert covered > students + 0.2
    # the few that pass the check hold; the others say that they may not
    assert joint["trustworthy"].mean() < 0.5


def test_differences_that_never_varied_have_no_interval():
    rng = np.random.default_rng(2)
    common = 100 + rng.normal(size=20)
    values = np.array([common, common, common - 3, common + rng.normal(-9, 1, 20)])
    rows = ranked(values)
    assert rows["lower"].is_null().to_list() == [True, True, True, False]
    assert rows["upper"].is_null().to_list() == [True, True, True, False]
    assert rows["trustworthy"].to_list() == [False, False, False, True]
    # of the group, what is judged by comparisons that vary stays
    assert rows["may_be_best"].to_list() == [True, True, True, False]
    assert rows["side"][3] == "outside"
    assert rows["differing"].to_list() == [0, 0, 20, 20]
    assert rows["replications_to_settle"].to_list()[:3] == [None, None, None]
    text = in_words(rows)
    assert "none: equal to SRD-2 CRD-5 P in all 20 replications; they differ in at most " in text
    limit = stats.binomtest(0, 20).proportion_ci(0.9).high
    assert f"they differ in at most {100 * limit:.2g}% of all, at 95%" in text
    # not by a common shift, nor by rounding
    rows = ranked(np.array([common + 2, common, 3 * common / 3]))
    assert rows.select(ENDS[:2]).null_count().row(0) == (3, 3)
    words = in_words(rows)
    assert "Lead: 2.000 over SRD-2 CRD-5 P" in words
    assert "the same in all 20: no interval is known" in words
    low = ranked(-np.array([common + 2, common, common]), maximise=False)
    assert low.select(ENDS[:2]).null_count().row(0) == (3, 3)


def test_a_sample_size_of_what_never_varied_is_not_promised():
    common = np.random.default_rng(3).normal(size=12)
    frame = paired_frame(np.array([common + 2, common]))
    found = sample_size(frame, first=FIRST, second=SECOND, outcome="mean_resources")
    assert (found.replications, found.at_best, found.at_worst) == (None, None, None)
    assert (found.lower, found.upper, found.settled, found.trustworthy) == (
        *(None, None),
        *(False, False),
    )
    assert str(found) == "not settled by 1,000,000 replications (difference 2 in all 12)"


def test_skewed_samples_say_how_many_replications_would_do():
    rng = np.random.default_rng(4)
    common = rng.normal(size=40)
    for lost in (1, 3, 8, 20):
        values = np.array([common, common - 1, common - rng.normal(2, 0.1, 40)])
        values[1, :lost] -= 20
        rows = ranked(values)
        share = lost / 40
        # the adjusted skewness of a binomial sample
        skewness = (1 - 2 * share) / np.sqrt(share * (1 - share)) * np.sqrt(40 * 39) / 38
        wanted = pytest.approx(max(10, 12.5 * skewness**2), abs=1.01)
        assert rows["replications_to_trust"].to_list() == [wanted] * 3
        enough = lost >= 8
        assert rows["trustworthy"].to_list() == [enough] * 3
        words = in_words(rows)
        number = rows["replications_to_trust"][0]
        if enough:
            assert f"trustworthy: such differences need {number} replications, " in words
        else:
            assert f"may lack what is rare; about {number:,} would do." in words


def test_a_few_differences_that_cancel_are_not_trusted():
    values = np.zeros((2, 20))
    values[1, :2] = -1, 1
    rows = ranked(values + np.arange(20.0))
    assert rows["differing"].to_list() == [2, 2]
    limit = stats.binomtest(2, 20).proportion_ci(0.9).high
    assert rows["differing_upper"].to_list() == pytest.approx([limit, limit])
    assert rows["trustworthy"].to_list() == [False, False]
    assert f"they differ in 2 of 20 replications, in at most {100 * limit:.2g}% of all" in in_words(
        rows
    )


def test_fewer_than_ten_replications_are_not_trusted():
    values = np.array([np.arange(9.0), np.zeros(9)])
    rows = ranked(values)
    assert rows["replications_to_trust"].to_list() == [10, 10]
    assert not rows["trustworthy"].any()


def test_two_replications_tell_nothing_of_skewness():
    rows = ranked(np.random.default_rng(5).normal(size=(3, 2)))
    assert rows["trustworthy"].to_list() == [False] * 3
    assert rows["replications_to_trust"].to_list() == [None] * 3
    assert "2 replications do not show how differences vary: trust no interval." in in_words(rows)


def test_an_interval_that_is_called_trustworthy_seldom_misses():
    """In few experiments a check is passed and the truth missed, of any skewness."""
    rng = np.random.default_rng(6)
    experiments = 2000
    for shape in (0.2, 0.5, 1.0, 2.0, 100.0):
        misled = 0
        for _ in range(experiments):
            values = rng.gamma(shape, size=(1, 30))
            spread = spread_of(values, np.zeros(30))
            below, above = reach(spread, 0.975)
            missed = not -below[0] <= shape - values.mean() <= above[0]
            misled += missed and trusted(spread)
        assert misled / experiments < 0.05 + 2 * np.sqrt(0.05 * 0.95 / experiments)
