"""Shapes of firms' numbers: how many planes they take, few enough to compile code for each."""

from collections.abc import Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt

from cakernel.recovery.kernel.lanes.step import Planes
from cakernel.recovery.kernel.network.arguments import Shapes
from cakernel.recovery.network.quanta import Quanta

# code is compiled for each, which takes seconds; a shape of its own must save so much of the work
MOST_SHAPES = 4
WORTH_A_SHAPE = 0.04
# planes of networks that differ are rounded to multiples, so that others need no code of their own
STEP = 4

Rows = npt.NDArray[np.int64]


def shapes_of(quanta: Quanta) -> tuple[Shapes, Rows]:
    """Return the shapes that a network is compiled for, and which each firm's is."""
    [found] = shared_shapes([quanta])
    return found


def shared_shapes(networks: Sequence[Quanta]) -> list[tuple[Shapes, Rows]]:
    """Return the shapes that networks are compiled for, the same for all, and which each firm's is.

    Where all have firms of the same shapes, these are those of the first; else each firm with its
    own amounts, and each without, has room for what any of them has.
    """
    exact = [np.column_stack([quanta.own, _planes(quanta)]) for quanta in networks]
    found = [np.unique(rows, axis=0, return_inverse=True, return_counts=True) for rows in exact]
    if all(np.array_equal(found[0][0], each) for each, _, _ in found):
        shapes, stands_for = _merged(found[0][0], found[0][2])
        return [(shapes, stands_for[place.ravel()]) for _, place, _ in found]
    every = np.unique(np.concatenate([each for each, _, _ in found]), axis=0)
    kinds = np.unique(every[:, 0])
    roomy = [
        _rounded(reduce(_union, map(tuple, every[every[:, 0] == own].tolist()))) for own in kinds
    ]
    shapes = _shapes(roomy)
    return [(shapes, np.searchsorted(kinds, rows[:, 0])) for rows in exact]


def _shapes(found: Sequence[tuple[int, ...]]) -> Shapes:
    return Shapes(
        planes=tuple(Planes(*shape[1:]) for shape in found),
        coded=tuple(bool(shape[0]) for shape in found),
    )


def _merged(each: Rows, firms: Rows) -> tuple[Shapes, Rows]:
    """Return few shapes that hold ``each`` of so many firms, and which holds it."""
    merged = {
        n: (tuple(map(int, shape)), int(count))
        for n, (shape, count) in enumerate(zip(each, firms, strict=True))
    }
    stands_for = np.arange(len(each))
    whole = sum(_work(shape) * count for shape, count in merged.values())
    while pairs := [
        (a, b) for a in merged for b in merged if a < b and merged[a][0][0] == merged[b][0][0]
    ]:
        a, b = min(pairs, key=lambda pair: _excess(merged[pair[0]], merged[pair[1]]))
        if len(merged) <= MOST_SHAPES and _excess(merged[a], merged[b]) > whole * WORTH_A_SHAPE:
            break
        union = _union(merged[a][0], merged[b][0])
        merged[a] = union, merged[a][1] + merged.pop(b)[1]
        stands_for[stands_for == b] = a
    kept = list(merged)
    return _shapes([merged[n][0] for n in kept]), np.searchsorted(kept, stands_for)


def _rounded(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape that holds what one does, and what others like it do."""
    own, resources, low, gain, cost_from, cost_to = shape
    up = [-(-planes // STEP) * STEP for planes in (resources, low, gain)]
    return own, *up, cost_from // STEP * STEP, -(-cost_to // STEP) * STEP


def _planes(quanta: Quanta) -> Rows:
    """Return the planes of each firm's numbers, exactly as many as they take: (firms, 5)."""
    amounts = quanta.amounts.copy()
    every = np.bitwise_or.reduce(amounts[:, 6:], axis=1)
    if quanta.run.size:
        with_run = ~quanta.own
        place = quanta.run_place[with_run]
        amounts[with_run] = quanta.run.max(axis=1)[place]
        every[with_run] = np.bitwise_or.reduce(quanta.run[..., 6:], axis=(1, 2))[place]
    gain = _bits(amounts[:, :6].max(axis=1))
    cost_to = _bits(amounts[:, 6:].max(axis=1))
    cost_from = np.where(every > 0, _bits(every & -every) - 1, 0)
    low = np.maximum(gain, cost_to) + 1
    return np.column_stack([np.maximum(low, _bits(quanta.largest)), low, gain, cost_from, cost_to])


def _bits(numbers: Rows) -> Rows:
    """Return how many bits numbers have."""
    return np.array([int(number).bit_length() for number in numbers.ravel().tolist()], np.int64)


def _union(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that holds the numbers of two."""
    own, resources, low, gain, _, cost_to = map(max, one, other)
    return own, max(resources, low), low, gain, min(one[4], other[4]), cost_to


def _excess(one: tuple[tuple[int, ...], int], other: tuple[tuple[int, ...], int]) -> int:
    """Return how many operations more the firms of two shapes take, roughly, in one for both."""
    union = _work(_union(one[0], other[0]))
    return sum((union - _work(shape)) * firms for shape, firms in (one, other))


def _work(shape: tuple[int, ...]) -> int:
    """Return how many operations a firm of a shape takes in a period, roughly."""
    _, resources, low, gain, cost_from, cost_to = shape
    return 150 + 4 * resources + 8 * gain + 10 * (low - cost_from) + 4 * (cost_to - cost_from)
