"""Comparisons with the best are what their definitions say, pair by pair."""

import numpy as np
import pytest

from cakernel.ranking.multiple_comparisons import comparisons_with_best, edge_share, sure_sides
from helpers.answer_frames import union_interval


def groups():
    """Return outcomes of two to five policies, some near each other, some of negative means."""
    rng = np.random.default_rng(12)
    for policies in (2, 3, 5, 5):
        for apart in (0.3, 1.0, 6.0):
            for middle in (100.0, 0.0, -100.0):
                size = (policies, 25)
                noise = rng.gamma(1, size=(policies, 1)) * (rng.gamma(2, size=size) - 2)
                yield middle + apart * rng.normal(size=(policies, 1)) + noise


def by_definition(values, level):
    """Return the ends and who may be the best, of intervals of all pairs."""
    places = range(len(values))
    each = 2 * level / (len(values) - 1)
    pairs = {
        (i, j): union_interval(values[i] - values[j], level=each)
        for i in places
        for j in places
        if i != j
    }
    nearest = [min(pairs[i, j][1] for j in places if j != i) for i in places]
    rivals = [i for i in places if nearest[i] >= 0]
    lower = [min([0.0, *(pairs[i, j][0] for j in rivals if j != i)]) for i in places]
    return lower, [max(0.0, end) for end in nearest], rivals


@pytest.mark.parametrize("level", [0.05, 0.3])
def test_intervals_are_those_of_the_rivals_that_may_be_best(level):
    sizes = set()
    for values in groups():
        lower, upper, may_be_best = comparisons_with_best(values, level=level)
        expected_lower, expected_upper, rivals = by_definition(values, level)
        assert lower == pytest.approx(expected_lower)
        assert upper == pytest.approx(expected_upper)
        assert np.flatnonzero(may_be_best).tolist() == rivals
        sizes.add(len(rivals))
    assert len(sizes) > 2


@pytest.mark.parametrize("tolerance", [0.0, 0.01, 0.05])
@pytest.mark.parametrize("level", [0.05, 0.3])
def test_sides_are_those_that_all_rivals_edges_agree_on(level, tolerance):
    met = set()
    for values in groups():
        means = values.mean(axis=1)
        rivals = by_definition(values, level / 2)[2]
        found = sure_sides(values, tolerance=tolerance, level=level)
        for policy, side in enumerate(found):
            ends = []
            for rival in rivals:
                share = 1 - tolerance if means[rival] >= 0 else 1 + tolerance
                if rival == policy:
                    ends.append((means[rival] * (1 - share),) * 2)
                else:
                    each = level / (2 * (len(values) - 1))
                    ends.append(union_interval(values[policy] - share * values[rival], level=each))
            inside = min(low for low, _ in ends) >= 0
            outside = max(high for _, high in ends) < 0
            assert side == (1 if inside else -1 if outside else 0)
            met.add(int(side))
    assert met == {-1, 0, 1}


@pytest.mark.parametrize(("highest", "share"), [(7.0, 0.9), (0.0, 0.9), (-0.5, 1.1), (-7.0, 1.1)])
def test_the_edge_is_below_the_highest_mean_whatever_its_sign(highest, share):
    assert edge_share(highest, 0.1) == pytest.approx(share)
