"""Rules by counts of neighbours: rows of conditions, of which the first that holds decides.

A condition is that so many neighbours of a kind are in a state or above it. So the best of them is
(one is), the worst is (all are), or a number or a share of them are high.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from cakernel.recovery.kernel.states import (
    ABSENT,
    ALL,
    BELOW_HIGH,
    CUSTOMERS,
    HIGH,
    MEDIUM,
    PEERS,
    SUPPLIERS,
    WHOLE,
    Neighbours,
)

# which of a grid's neighbours are of a kind
ON_GRID: Final = (
    ("upstream",),
    ("downstream",),
    ("previous_chain", "next_chain"),
    Neighbours._fields,
)


class Condition(NamedTuple):
    """So many of a ``kind``, and such a ``share`` of them in millionths, are so high or higher."""

    kind: int
    state: int
    number: int
    share: int

    def holds(self, states: Sequence[int]) -> bool:
        """Say whether it holds for neighbours of its kind in these states."""
        need = max(self.number, -(-self.share * len(states) // WHOLE))
        return sum(state >= self.state for state in states) >= need


class Row(NamedTuple):
    """Firms in state ``own`` (`BELOW_HIGH`: 0 or 1) aim at ``target`` where all conditions hold."""

    own: int
    conditions: tuple[Condition, ...]
    target: int


Rows = tuple[Row, ...]


def best(kind: int, state: int) -> Condition:
    """Return that the best of a kind is at a state or above; of none it is not."""
    return Condition(kind, state, 1, 0)


def worst(kind: int, state: int) -> Condition:
    """Return that the worst of a kind is at a state or above; of none it is."""
    return Condition(kind, state, 0, WHOLE)


def high(kind: int, number: int) -> Condition:
    """Return that so many of a kind are high."""
    return Condition(kind, HIGH, number, 0)


def share_high(kind: int, millionths: int) -> Condition:
    """Return that a share of a kind, and one at least, are high."""
    return Condition(kind, HIGH, 1, millionths)


def target(rows: Rows, own: int, states: Sequence[Sequence[int]]) -> int:
    """Return where a firm aims, by the states of its neighbours of each kind; else it stays."""
    if own < HIGH:
        for row in rows:
            if row.own in (own, BELOW_HIGH) and all(
                c.holds(states[c.kind]) for c in row.conditions
            ):
                return row.target
    return own


def on_grid(rows: Rows) -> Callable[[int, Neighbours], int]:
    """Return the rule as a grid's firms follow it."""

    def of_neighbours(own: int, near: Neighbours) -> int:
        found = [[getattr(near, side) for side in sides] for sides in ON_GRID]
        there = [[state for state in states if state != ABSENT] for states in found]
        return target(rows, own, there)

    return of_neighbours


def _to_high(*conditions: Condition) -> Row:
    return Row(BELOW_HIGH, conditions, HIGH)


_TO_MEDIUM: Final = Row(0, (), MEDIUM)
_UP: Final = (_TO_MEDIUM, _to_high())


def _benchmarking(enough: Condition) -> Rows:
    return (_to_high(enough), _TO_MEDIUM)


def _matching(kind: int) -> Rows:
    return (_to_high(best(kind, HIGH)), Row(0, (best(kind, MEDIUM),), MEDIUM))


def _market_driven(*kinds: int) -> Rows:
    return (*(_to_high(best(kind, HIGH)) for kind in kinds), *_UP)


QUARTER_AND_HALF: Final = {
    "quarter": _benchmarking(share_high(ALL, WHOLE // 4)),
    "half": _benchmarking(share_high(ALL, WHOLE // 2)),
}
"""Rules of networks that go to high where a share of the neighbours are, by their names' ends."""
BY_NAME: Final[dict[str, Rows]] = {
    "SRD-1": (_to_high(),),
    "SRD-2": _UP,
    "SRD-3": _benchmarking(high(ALL, 1)),
    "SRD-4": _benchmarking(high(ALL, 2)),
    "SRD-5": _matching(ALL),
    "SRD-6": _market_driven(CUSTOMERS, PEERS),
    "SRD-7": _market_driven(SUPPLIERS, PEERS),
    "SRD-8": _market_driven(ALL),
    "CRD-1": (_to_high(),),
    "CRD-2": _UP,
    "CRD-3": _benchmarking(high(ALL, 1)),
    "CRD-4": _benchmarking(high(ALL, 2)),
    "CRD-5": _matching(PEERS),
    "CRD-6": _market_driven(PEERS),
    **{f"{side}-{end}": rows for side in ("SRD", "CRD") for end, rows in QUARTER_AND_HALF.items()},
}
"""Built-in rules as rows."""
