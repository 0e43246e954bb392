"""Recovery rules: SRD-1 to SRD-8 for supply, CRD-0 to CRD-6 for cyber, "none", and a user's own.

Chen and Chang (2021), Table 1. A rule maps a firm's own state and those of its four neighbours, all
after this period's disruptions, to a target. The engine looks targets up in a table of 3 x 4^4
entries, built here from the rules' definitions; a user's own rule is such a table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.errors import InvalidInput
from cakernel.recovery.kernel.grid import ABSENT
from cakernel.recovery.kernel.lanes import targets

TABLE_SHAPE = (3, 4, 4, 4, 4)
Side = Literal["supply", "cyber"]


class Around(NamedTuple):
    """The neighbours' states, 0, 1, 2, or ABSENT (3) where the grid ends."""

    upstream: int
    downstream: int
    previous_chain: int
    next_chain: int


def radical(own: int, around: Around) -> int:
    """SRD-1, CRD-1: to high at once."""
    return 2


def incremental(own: int, around: Around) -> int:
    """SRD-2, CRD-2 (there called progressive): one state up."""
    return min(own + 1, 2)


def relaxed_benchmarking(own: int, around: Around) -> int:
    """SRD-3, CRD-3: high if at least one neighbour is, else medium."""
    return 2 if own == 2 or around.count(2) >= 1 else 1


def rigorous_benchmarking(own: int, around: Around) -> int:
    """SRD-4, CRD-4: high if at least two neighbours are, else medium."""
    return 2 if own == 2 or around.count(2) >= 2 else 1


def matching(own: int, around: Around) -> int:
    """SRD-5: the highest of itself and its four neighbours."""
    return max([own, *present(*around)])


def market_driven_downstream(own: int, around: Around) -> int:
    """SRD-6: catch up with the leaders downstream and across, or pass them by one."""
    return lead(own, around.downstream, around.previous_chain, around.next_chain)


def market_driven_upstream(own: int, around: Around) -> int:
    """SRD-7: catch up with the leaders upstream and across, or pass them by one."""
    return lead(own, around.upstream, around.previous_chain, around.next_chain)


def market_driven_both(own: int, around: Around) -> int:
    """SRD-8: catch up with the leaders on all four sides, or pass them by one."""
    return lead(own, *around)


def matching_across(own: int, around: Around) -> int:
    """CRD-5: the highest of itself and the two cross-chain participants."""
    return max([own, *present(around.previous_chain, around.next_chain)])


def market_driven_across(own: int, around: Around) -> int:
    """CRD-6: catch up with the cross-chain leaders, or pass them by one."""
    return lead(own, around.previous_chain, around.next_chain)


def never(own: int, around: Around) -> int:
    """Keep the state ("none"): never recover; the baseline that the paper lacks."""
    return own


def present(*states: int) -> list[int]:
    """Return the states of the neighbours that exist."""
    return [state for state in states if state != ABSENT]


def lead(own: int, *leaders: int) -> int:
    """Return the leaders' highest state if above ``own``, else one state up."""
    highest = max(present(*leaders), default=own)
    return highest if own < highest else min(own + 1, 2)


@dataclass(frozen=True, eq=False)
class Rule:
    """A recovery rule: its name, and its target for every neighbourhood.

    Parameters
    ----------
    name : str
        The name in tables of results.
    table : array_like of int, shape (3, 4, 4, 4, 4)
        Target state by own state (0, 1, 2) and by the states of the upstream and downstream
        neighbour and of the previous and next chain's firm (0, 1, 2, or 3 where there is none).
    on_site : bool, default False
        For a cyber rule: no cloud, as CRD-0 (y is 1 throughout, no cyber disruption).

    Raises
    ------
    InvalidInput
        If the shape is wrong, or a target is not a state or lies below the own state.
    """

    name: str
    table: npt.ArrayLike
    on_site: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise InvalidInput(f"rule name: got {self.name!r}; must be a non-empty text")
        _ = self.targets

    @cached_property
    def targets(self) -> npt.NDArray[np.uint8]:
        """The table as uint8 of shape (3, 4, 4, 4, 4), checked."""
        table: npt.NDArray[Any] = np.asarray(self.table)
        if table.shape != TABLE_SHAPE:
            raise InvalidInput(
                f"rule {self.name}: table of shape {table.shape}; must be {TABLE_SHAPE}"
            )
        own = np.arange(3).reshape(3, 1, 1, 1, 1)
        wrong = np.argwhere(~np.isin(table, (0, 1, 2)) | (table < own))
        if wrong.size:
            place = tuple(wrong[0].tolist())
            raise InvalidInput(
                f"rule {self.name}: table{list(place)} is {table[place]}; "
                f"must be a whole number from the own state {place[0]} to 2"
            )
        return table.astype(np.uint8)


def tabulate(rule: Callable[[int, Around], int]) -> npt.NDArray[np.uint8]:
    """Return a rule's targets for every neighbourhood, shape (3, 4, 4, 4, 4)."""
    table = np.empty(TABLE_SHAPE, np.uint8)
    for own, *around in product(range(3), *[range(4)] * 4):
        table[own, *around] = rule(own, Around(*around))
    return table


SUPPLY_RULES = {
    "SRD-1": radical,
    "SRD-2": incremental,
    "SRD-3": relaxed_benchmarking,
    "SRD-4": rigorous_benchmarking,
    "SRD-5": matching,
    "SRD-6": market_driven_downstream,
    "SRD-7": market_driven_upstream,
    "SRD-8": market_driven_both,
    "none": never,
}
CYBER_RULES = {
    "CRD-0": never,
    "CRD-1": radical,
    "CRD-2": incremental,
    "CRD-3": relaxed_benchmarking,
    "CRD-4": rigorous_benchmarking,
    "CRD-5": matching_across,
    "CRD-6": market_driven_across,
    "none": never,
}
_NAMED = {
    "supply": {name: Rule(name, tabulate(rule)) for name, rule in SUPPLY_RULES.items()},
    "cyber": {
        name: Rule(name, tabulate(rule), on_site=name == "CRD-0")
        for name, rule in CYBER_RULES.items()
    },
}

# the lane kernel computes these targets; it looks all others up
KERNEL_CODES = {
    tabulate(rule).tobytes(): code
    for rule, code in (
        (never, targets.NEVER),
        (radical, targets.RADICAL),
        (incremental, targets.INCREMENTAL),
        (relaxed_benchmarking, targets.RELAXED),
        (rigorous_benchmarking, targets.RIGOROUS),
        (matching, targets.MATCHING),
        (market_driven_downstream, targets.LEAD_DOWNSTREAM),
        (market_driven_upstream, targets.LEAD_UPSTREAM),
        (market_driven_both, targets.LEAD_BOTH),
        (matching_across, targets.MATCHING_ACROSS),
        (market_driven_across, targets.LEAD_ACROSS),
    )
}


def rule(side: Side, name: str) -> Rule:
    """Return a built-in rule by its name.

    Raises
    ------
    InvalidInput
        If no rule of that side has the name.
    """
    named = _NAMED[side]
    if name not in named:
        raise InvalidInput(f"{side}_rule: got {name!r}; must be one of {', '.join(named)}")
    return named[name]
