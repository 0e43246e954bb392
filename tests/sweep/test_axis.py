"""Axes: what bounds and levels become, and what is said of those that make no sense."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from cakernel.sweep.axis import axis_of

UNIT = np.linspace(0, 1, 2001)
BOUNDS = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2).map(sorted)
WHOLES = st.lists(st.integers(-50, 50), min_size=2, max_size=2).map(sorted)


@settings(deadline=None)
@given(BOUNDS, st.integers(1, 20))
def test_numbers_run_evenly_from_bound_to_bound(bounds, count):
    low, high = bounds
    axis = ck.Range(low=low, high=high)
    values = axis.at(UNIT, is_whole=False)
    assert (values[0], values[-1]) == (low, high)
    assert ((values >= low) & (values <= high)).all()
    expected = [low + u * (high - low) for u in UNIT[::500]]
    assert values[::500].tolist() == pytest.approx(expected, rel=1e-12, abs=1e-9)
    levels = axis.spaced(count, is_whole=False)
    assert levels == sorted(set(levels))
    assert len(levels) <= count
    if count > 1:
        assert (levels[0], levels[-1]) == (low, high)


@settings(deadline=None)
@given(st.floats(1e-6, 1e3), st.floats(1, 1e3), st.integers(2, 9))
def test_a_log_scale_multiplies_by_equal_factors(low, ratio, count):
    axis = ck.Range(low=low, high=low * ratio, scale="log")
    values = axis.at(UNIT, is_whole=False)
    assert (values[0], values[-1]) == (low, low * ratio)
    steps = np.log(values[1:]) - np.log(values[:-1])
    assert steps == pytest.approx(math.log(ratio) / 2000, abs=1e-9)
    levels = axis.spaced(count, is_whole=False)
    assert (levels[0], levels[-1]) == (low, low * ratio)


@settings(deadline=None)
@given(WHOLES)
def test_whole_numbers_are_all_hit_equally_often(bounds):
    low, high = bounds
    axis = ck.Range(low=low, high=high)
    unit = (np.arange(1000 * (high - low + 1)) + 0.5) / (1000 * (high - low + 1))
    values, counts = np.unique(axis.at(unit, is_whole=True), return_counts=True)
    assert values.dtype == np.int64
    assert values.tolist() == list(range(low, high + 1))
    assert set(counts) == {1000}
    assert axis.at(np.array([0.0, 1.0]), is_whole=True).tolist() == [low, high]


def test_whole_numbers_on_a_log_scale():
    axis = ck.Range(low=1, high=7, scale="log")
    values, counts = np.unique(axis.at(UNIT[:-1], is_whole=True), return_counts=True)
    assert values.tolist() == [1, 2, 3, 4, 5, 6, 7]
    # n has the room of log((n + 1) / n) out of log(8)
    expected = [math.log((n + 1) / n) / math.log(8) for n in range(1, 8)]
    assert (counts / 2000).tolist() == pytest.approx(expected, abs=1e-3)
    assert ck.Range(low=1, high=1000, scale="log").spaced(4, is_whole=True) == [1, 10, 100, 1000]


@pytest.mark.parametrize(
    ("bounds", "count", "levels"),
    [
        ((3, 15), 4, [3, 7, 11, 15]),
        ((3, 15), 3, [3, 9, 15]),
        ((3, 5), 9, [3, 4, 5]),
        ((3, 15), 1, [9]),
        ((4, 4), 3, [4]),
    ],
)
def test_levels_of_whole_numbers(bounds, count, levels):
    assert ck.Range(low=bounds[0], high=bounds[1]).spaced(count, is_whole=True) == levels


@settings(deadline=None)
@given(st.integers(0, 4), st.integers(-1000, 1000), st.integers(0, 1000))
def test_decimals_are_kept_and_reach_both_bounds(decimals, low, width):
    scale = 10**decimals
    axis = ck.Range(low=low / scale, high=(low + width) / scale, decimals=decimals)
    values = axis.at(UNIT, is_whole=False)
    assert all(len(repr(value).partition(".")[2]) <= max(decimals, 1) for value in values.tolist())
    assert (values[0], values[-1]) == (low / scale, (low + width) / scale)
    if width <= 500:
        assert len(np.unique(values)) == width + 1


def test_bounds_hit_the_last_digit():
    # 0.3 + (0.9 - 0.3) is 0.8999999999999999, which no small quantum divides
    assert ck.Range(low=0.3, high=0.9).spaced(3, is_whole=False)[-1] == 0.9
    ends = [ck.Range(low=a / 100, high=0.97).spaced(2, is_whole=False)[-1] for a in range(97)]
    assert set(ends) == {0.97}


@settings(deadline=None)
@given(st.integers(1, 12))
def test_levels_are_all_as_wide(count):
    axis = ck.Levels(range(count))
    unit = (np.arange(100 * count) + 0.5) / (100 * count)
    assert np.bincount(axis.at(unit)).tolist() == [100] * count
    assert axis.at(np.array([0.0, 1.0])).tolist() == [0, count - 1]


def test_what_may_be_written_for_an_axis():
    assert axis_of("firms", [3, 5]).listed == [3, 5]
    assert axis_of("firms", range(3, 6)).listed == [3, 4, 5]
    assert axis_of("firms", {"levels": (3, 5)}).listed == [3, 5]
    bounds = {"low": 1, "high": 9, "scale": "log", "count": 3}
    assert axis_of("firms", bounds) == ck.Range(low=1.0, high=9.0, scale="log", count=3)
    axis = ck.Levels([1])
    assert axis_of("firms", axis) is axis
    labels = {"levels": {"low": {"firms": 3, "chains": 1}, "high": {"firms": 5, "chains": 2}}}
    assert axis_of("size", labels).listed == ["low", "high"]
    assert axis_of("size", labels).fields == ["firms", "chains"]
    assert axis_of("operational_cost", [[1, 2, 3]]).listed == [(1, 2, 3)]


def test_numpy_numbers_are_plain_ones_also_in_descriptions():
    written = {
        "firms": ck.Levels(np.arange(3, 5)),
        "periods": [np.int64(7)],
        "supply_mild": ck.Range(low=np.float64(0.1), high=np.int64(1)),
        "risk": ck.Levels({"high": {"cyber_mild": np.float32(0.5)}}),
    }
    plain = {
        "firms": [3, 4],
        "periods": [7],
        "supply_mild": {"low": 0.1, "high": 1.0},
        "risk": {"levels": {"high": {"cyber_mild": 0.5}}},
    }
    study = ck.Recovery(scenarios=ck.paper_scenarios()[:1])
    design = ck.Design(kind="random", points=5)
    one, other = (ck.Sweep(study, axes=axes, design=design) for axes in (written, plain))
    assert json.dumps(one.description()) == json.dumps(other.description())
    assert one.points().equals(other.points())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"low": 2.0, "high": 1.0}, ".low: got 2.0; must be at most high, 1.0"),
        ({"low": 0, "high": 1, "scale": "log"}, ".low: got 0.0; must be above 0 on a log scale"),
        ({"low": "a", "high": 1}, ".low: got 'a'; must be a finite number"),
        ({"low": True, "high": 1}, ".low: got True; must be a finite number"),
        ({"low": 0, "high": math.nan}, ".high: got nan; must be a finite number"),
        ({"low": 0, "high": math.inf}, ".high: got inf; must be a finite number"),
        ({"low": 0}, ".high: missing; must be a finite number"),
        ({1: 2}, ".1: unknown key; known keys: low, high, scale, decimals, count"),
        ({"low": 0, "high": 1, "step": 1}, ".step: unknown key; known keys: low, high, scale"),
        ({"low": 0, "high": 1, "cuont": 1}, ".cuont: unknown key; did you mean count?"),
        ({"low": 0, "high": 1, "scale": "ln"}, ".scale: got 'ln'; must be 'linear' or 'log'"),
        ({"low": 0, "high": 1, "count": 0}, ".count: got 0; must be a whole number from 1 to"),
        ({"low": 0, "high": 1, "count": 2.5}, ".count: got 2.5; must be a whole number from 1 to"),
        ({"low": 0, "high": 1, "decimals": 16}, ".decimals: got 16; must be a whole number from 0"),
        ({"low": 0.15, "high": 1, "decimals": 1}, ".low: got 0.15; must have at most 1 decimals"),
        ({"low": 0, "high": 0.25, "decimals": 1}, ".high: got 0.25; must have at most 1 decimals"),
        ([], ".levels: got none; must be one or more"),
        ({"levels": {}}, ".levels: got none; must be one or more"),
        ([1, 2, 1], ".levels: got 1 twice; must be once"),
        ([[1, 2, 3], (1, 2, 3)], ".levels: got (1, 2, 3) twice; must be once"),
        ({"levels": 3}, ".levels: got 3; must be a list of values"),
        ({"levels": "ab"}, ".levels: got 'ab'; must be a list of values"),
        ({"levels": [1], "low": 1}, ".levels: must stand alone"),
        ({"levels": {1: {"firms": 3}}}, ".levels: got the label 1; must be a text"),
        ({"levels": {"a": 3}}, ".levels.a: got 3; must name fields"),
        ({"levels": {"a": {}}}, ".levels.a: got {}; must name fields"),
        (
            {"levels": {"a": {"firms": 3}, "b": {"firms": 3, "chains": 1}}},
            ".levels.b: got firms, chains; must be the fields of a, in their order: firms",
        ),
        (3, ": got 3; must be a list of levels or { low = ..., high = ... }"),
        ("ab", ": got 'ab'; must be a list of levels or { low = ..., high = ... }"),
        (None, ": got None; must be a list of levels or { low = ..., high = ... }"),
    ],
)
def test_what_makes_no_sense_is_refused(given, message):
    with pytest.raises(ck.InvalidInput) as refused:
        axis_of("firms", given)
    assert str(refused.value).startswith(f"axes.firms{message}")
    assert "\n" not in str(refused.value)


def test_a_log_scale_whose_ends_have_no_ratio_is_refused():
    with pytest.raises(ck.InvalidInput, match=r"low: got 1e-200; must be nearer to high, 1e\+200"):
        ck.Range(low=1e-200, high=1e200, scale="log")
    assert ck.Range(low=1e-150, high=1e150, scale="log").high == 1e150
