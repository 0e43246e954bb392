"""Windows share each firm's weight, whatever the chain's length."""

import pytest

from cakernel.recovery.optimal.segment import Segment, segments_of, windows


@pytest.mark.parametrize("firms", [3, 4, 5, 9, 11, 15, 18])
@pytest.mark.parametrize(("size", "step"), [(2, 1), (3, 2), (9, 6)])
@pytest.mark.parametrize("ring", [False, True])
def test_shares_sum_to_the_weights(firms, size, step, ring):
    weights = tuple(1 / (i + 1) for i in range(firms))
    parts = windows(Segment(weights, ring=ring), size, step)
    total = [0.0] * firms
    for part in parts:
        assert len(part.places) == part.segment.firms == min(size, firms)
        for place, share in zip(part.places, part.segment.weights, strict=True):
            assert share > 0
            total[place] += share
    assert total == pytest.approx(weights, abs=1e-15)


@pytest.mark.parametrize("firms", [1, 9, 10, 11, 12, 15, 37, 47, 100, 4096, 1_048_576])
@pytest.mark.parametrize("ring", [False, True])
def test_long_chains_have_few_windows_that_count_often(firms, ring):
    parts = segments_of(firms, ring=ring, window=9, step=6)
    assert len(parts) <= 7
    counted = sum(part.times * sum(part.segment.weights) for part in parts)
    assert counted == pytest.approx(firms, rel=1e-12)


def test_windows_that_stand_for_many_are_like_their_neighbours():
    few = segments_of(36 + 5, ring=False, window=9, step=6)
    many = segments_of(36 + 5 + 60, ring=False, window=9, step=6)
    assert [part.segment for part in few] == [part.segment for part in many]
    assert sum(p.times for p in many) - sum(p.times for p in few) == 10
    assert few[2].segment == few[3].segment
    assert few[2].segment.cut == (True, True)
