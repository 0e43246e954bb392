"""Supply and cyber rules (Table 1 of the paper, doi 10.1016/j.tre.2021.102347), one branch each.

States are 0, 1 or 2, after the disruptions of the period; a missing neighbour is None.
"""

from collections.abc import Callable
from typing import Any

Neighbour = int | None
OwnRule = Callable[[int, Neighbour, Neighbour, Neighbour, Neighbour], int]

ABSENT = 3


def supply_target(
    rule: Any,
    own: int,
    upstream: Neighbour,
    downstream: Neighbour,
    previous: Neighbour,
    following: Neighbour,
) -> int:
    """Return the operational state that a firm aims at.

    Parameters
    ----------
    rule : str, callable or nested sequence
        "SRD-1" to "SRD-8", "none" or "own-A-B" (from 0 to A, from 1 to B); or a function of the
        five states; or a table of shape (3, 4, 4, 4, 4) indexed by the five states, where 3 stands
        for a missing neighbour.
    own : int
        The firm's own state.
    upstream, downstream, previous, following : int or None
        The neighbours' states: in the chain, and in the previous and the next chain.

    Returns
    -------
    int
        The target, never below `own`.

    Raises
    ------
    ValueError
        If there is no supply rule of that name.
    """
    if not isinstance(rule, str):
        return _own_rule_target(rule, own, upstream, downstream, previous, following)
    four = _present(upstream, downstream, previous, following)
    if rule == "none":
        return own
    if rule.startswith("own-"):
        return _by_own_state(rule, own)
    if rule == "SRD-1":
        return 2
    if rule == "SRD-2":
        return min(own + 1, 2)
    if rule == "SRD-3":
        return _benchmarking(own, four, needed=1)
    if rule == "SRD-4":
        return _benchmarking(own, four, needed=2)
    if rule == "SRD-5":
        return max([own, *four])
    if rule == "SRD-6":
        return _market_driven(own, _present(downstream, previous, following))
    if rule == "SRD-7":
        return _market_driven(own, _present(upstream, previous, following))
    if rule == "SRD-8":
        return _market_driven(own, four)
    raise ValueError(f"supply rule {rule!r} is none of SRD-1 to SRD-8 and 'none'")


def cyber_target(
    rule: Any,
    own: int,
    upstream: Neighbour,
    downstream: Neighbour,
    previous: Neighbour,
    following: Neighbour,
) -> int:
    """Return the intangibles state that a firm aims at.

    Parameters
    ----------
    rule : str, callable or nested sequence
        "CRD-0" to "CRD-6", "none" or "own-A-B"; or a user's own rule as in `supply_target`.
    own : int
        The firm's own state.
    upstream, downstream, previous, following : int or None
        The neighbours' states: in the chain, and in the previous and the next chain.

    Returns
    -------
    int
        The target, never below `own`.

    Raises
    ------
    ValueError
        If there is no cyber rule of that name.
    """
    if not isinstance(rule, str):
        return _own_rule_target(rule, own, upstream, downstream, previous, following)
    four = _present(upstream, downstream, previous, following)
    across = _present(previous, following)
    if rule in ("none", "CRD-0"):
        return own
    if rule.startswith("own-"):
        return _by_own_state(rule, own)
    if rule == "CRD-1":
        return 2
    if rule == "CRD-2":
        return min(own + 1, 2)
    if rule == "CRD-3":
        return _benchmarking(own, four, needed=1)
    if rule == "CRD-4":
        return _benchmarking(own, four, needed=2)
    if rule == "CRD-5":
        return max([own, *across])
    if rule == "CRD-6":
        return _market_driven(own, across)
    raise ValueError(f"cyber rule {rule!r} is none of CRD-0 to CRD-6 and 'none'")


def _present(*neighbours: Neighbour) -> list[int]:
    return [state for state in neighbours if state is not None]


def _by_own_state(rule: str, own: int) -> int:
    _, from_low, from_medium = rule.split("-")
    return {0: int(from_low), 1: int(from_medium), 2: 2}[own]


def _benchmarking(own: int, neighbours: list[int], needed: int) -> int:
    if own == 2 or neighbours.count(2) >= needed:
        return 2
    return 1


def _market_driven(own: int, neighbours: list[int]) -> int:
    if neighbours:
        best = max(neighbours)
        if own < best:
            return best
    return min(own + 1, 2)


def _own_rule_target(rule: OwnRule | Any, own: int, *neighbours: Neighbour) -> int:
    if callable(rule):
        target = int(rule(own, *neighbours))
    else:
        entry = rule[own]
        for state in neighbours:
            entry = entry[ABSENT if state is None else state]
        target = int(entry)
    return max(own, target)
