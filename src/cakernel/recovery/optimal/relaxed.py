"""What firms can earn at most when budgets are dropped (`kernel.chain`)."""

import numpy as np
import numpy.typing as npt

from cakernel.recovery.kernel.states import LEVELS
from cakernel.recovery.optimal.kernel.chain import HIT_LEVELS, Chain, fill_gains, go_back
from cakernel.recovery.optimal.segment import Segment
from cakernel.recovery.optimal.side import Side

Values = npt.NDArray[np.float64]

# an early stop may raise a bound by this share of all that could be earned, at most
TOLERANCE = 1e-9


def chain_of(side: Side, segment: Segment) -> Chain:
    """Return a segment as the kernel's chain."""
    weights = np.array(segment.weights)
    return Chain(
        income=weights[:, None] * by_lowest_state(side.income, segment),
        bonus=np.outer(weights, side.bonus),
        cost=np.outer(weights, side.cost),
        severe=side.severe,
        mild=side.mild,
        ring=segment.ring,
        when_hit=side.when_hit,
    )


def by_lowest_state(amounts: tuple[float, ...], segment: Segment) -> npt.NDArray[np.float64]:
    """Return amounts (n, 3) by the lowest state of each firm and its neighbours in the segment.

    A firm at a cut end has a neighbour more, which may be lower: it is given the most that it could
    then acquire. Where amounts rise with the state, as the paper's do, that changes nothing.
    """
    rows = np.tile(np.array(amounts), (segment.firms, 1))
    for place, cut in zip((0, -1), segment.cut, strict=True):
        if cut:
            rows[place] = np.maximum.accumulate(rows[place])
    return rows


def last_values(side: Side, segment: Segment) -> Values:
    """Return what joint states (3^n,) are worth at the end, and their bonus of the last period."""
    worth = np.add(side.terminal, side.bonus)
    total = np.zeros(1)
    for weight in segment.weights:
        total = np.add.outer(weight * worth, total).ravel()
    return total


def values_before(side: Side, segment: Segment, periods: int) -> Values:
    """Return a bound on what joint states (3^n,) are worth with so many periods to come.

    It includes the bonus of these states.
    """
    values = last_values(side, segment)
    chain = chain_of(side, segment)
    gains, before = np.empty((2, values.size))
    fill_gains(gains, chain)
    other = np.empty((2, HIT_LEVELS**segment.firms if side.when_hit else 0))
    scale = periods * np.abs(gains).max() + np.abs(values).max()
    go_back(values, periods, TOLERANCE * float(scale), chain, gains, before, other)
    return values


def at_first(side: Side, segment: Segment, values: Values) -> float:
    """Return the value of the states before period 1, which earn no bonus."""
    place = side.initial * (LEVELS**segment.firms - 1) // (LEVELS - 1)
    return float(values[place]) - sum(segment.weights) * side.bonus[side.initial]
