"""What the built-in recovery rules aim at: Chen and Chang (2021), Table 1, and their neighbours."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from cakernel.recovery.kernel.lanes import rules
from cakernel.recovery.kernel.states import ABSENT, HIGH, LOW, MEDIUM, TABLE_SHAPE, Neighbours

# the target, by the own state and those of the neighbours
Definition = Callable[[int, Neighbours], int]
ACROSS = ("previous_chain", "next_chain")


def radical(own: int, near: Neighbours) -> int:
    """SRD-1, CRD-1: to high at once."""
    return HIGH


def incremental(own: int, near: Neighbours) -> int:
    """SRD-2, CRD-2 (there called progressive): one state up."""
    return min(own + 1, HIGH)


def benchmarking(enough: int) -> Definition:
    """SRD-3, CRD-3 (relaxed: 1), SRD-4, CRD-4 (rigorous: 2): high if so many are, else medium."""
    return lambda own, near: HIGH if own == HIGH or near.count(HIGH) >= enough else MEDIUM


def matching(*sides: str) -> Definition:
    """SRD-5, CRD-5: the highest of itself and its neighbours on some sides."""
    return lambda own, near: max([own, *states_of(near, sides)])


def market_driven(*sides: str) -> Definition:
    """SRD-6 to SRD-8, CRD-6: catch up with the leaders on some sides, or pass them by one."""

    def target(own: int, near: Neighbours) -> int:
        highest = max(states_of(near, sides), default=own)
        return highest if own < highest else min(own + 1, HIGH)

    return target


def never(own: int, near: Neighbours) -> int:
    """Keep the state ("none"): never recover; the baseline that the paper lacks."""
    return own


def by_own_state(from_low: int, from_medium: int) -> Definition:
    """Go to one state from low and to one from medium, whatever the neighbours' are."""
    return lambda own, near: (from_low, from_medium, HIGH)[own]


def states_of(near: Neighbours, sides: Sequence[str]) -> list[int]:
    """Return the states of the neighbours on some sides that exist."""
    return [state for side in sides if (state := getattr(near, side)) != ABSENT]


def tabulate(definition: Definition) -> npt.NDArray[np.uint8]:
    """Return a rule's targets for every neighbourhood, shape (3, 4, 4, 4, 4)."""
    table = np.empty(TABLE_SHAPE, np.uint8)
    for own, *near in np.ndindex(TABLE_SHAPE):
        table[own, *near] = definition(own, Neighbours(*near))
    return table


# a rule, the lane kernel's code of it, and its names for supply and for cyber
DEFINED: tuple[tuple[Definition, int, str, str], ...] = (
    (never, rules.NEVER, "", "CRD-0"),
    (radical, rules.RADICAL, "SRD-1", "CRD-1"),
    (incremental, rules.INCREMENTAL, "SRD-2", "CRD-2"),
    (benchmarking(1), rules.RELAXED, "SRD-3", "CRD-3"),
    (benchmarking(2), rules.RIGOROUS, "SRD-4", "CRD-4"),
    (matching(*Neighbours._fields), rules.MATCHING, "SRD-5", ""),
    (matching(*ACROSS), rules.MATCHING_ACROSS, "", "CRD-5"),
    (market_driven("downstream", *ACROSS), rules.LEAD_DOWNSTREAM, "SRD-6", ""),
    (market_driven("upstream", *ACROSS), rules.LEAD_UPSTREAM, "SRD-7", ""),
    (market_driven(*Neighbours._fields), rules.LEAD_BOTH, "SRD-8", ""),
    (market_driven(*ACROSS), rules.LEAD_ACROSS, "", "CRD-6"),
    (never, rules.NEVER, "none", "none"),
    # the rest of those that look at the own state alone, with where they go from low and medium
    (by_own_state(MEDIUM, MEDIUM), rules.OUT_OF_LOW, "own-1-1", "own-1-1"),
    (by_own_state(HIGH, MEDIUM), rules.LOW_TO_HIGH, "own-2-1", "own-2-1"),
    (by_own_state(LOW, HIGH), rules.MEDIUM_TO_HIGH, "own-0-2", "own-0-2"),
)
