"""The targets of the rules on planes of bits; `cakernel.recovery.rules` defines them."""

from collections.abc import Callable
from typing import Any

from cakernel.jit.program_values import logic
from cakernel.jit.programs import case
from cakernel.recovery.kernel.lanes.planes import Plane, State, either, every


class Near:
    """What rules ask of a firm's neighbours after disruptions.

    On a grid their states are attributes, each read where a rule asks for it: ``upstream`` and
    ``downstream`` in the chain, ``previous`` and ``following`` in the chains beside it. A network
    has any number of firms on each side, and answers each question in its own way.
    """

    def any_high(self, plane: Plane, *sides: str) -> Plane:
        """Return where a plane is set or a neighbour on some sides is high."""
        return either([plane, *(getattr(self, side).two for side in sides)])

    def highest(self, own: State, *sides: str) -> State:
        """Return the highest of a state and those of the neighbours on some sides."""
        leaders = [own, *(getattr(self, side) for side in sides)]
        return State(either([s.one for s in leaders]), either([s.two for s in leaders]))

    def two_high(self) -> Plane:
        """Return where two neighbours are high."""
        up, down = self.upstream.two, self.downstream.two
        before, after = self.previous.two, self.following.two
        # two of the four
        along = logic(
            lambda up, down, across: (up & down) | ((up | down) & across), up, down, before | after
        )
        return logic(lambda a, b, c: a | (b & c), along, before, after)


ACROSS = ("previous", "following")
ALL_SIDES = ("upstream", "downstream", *ACROSS)


def never(own: State, near: Near) -> State:
    """Keep the state."""
    return own


def radical(own: State, near: Near) -> State:
    """Go to high at once."""
    return State(every(own.one), every(own.one))


def incremental(own: State, near: Near) -> State:
    """Go one state up."""
    return State(every(own.one), own.one)


def relaxed(own: State, near: Near) -> State:
    """Go to high where any neighbour is, else to medium."""
    return State(every(own.one), near.any_high(own.two, *ALL_SIDES))


def rigorous(own: State, near: Near) -> State:
    """Go to high where two neighbours are, else to medium."""
    return State(every(own.one), near.two_high() | own.two)


def matching(own: State, near: Near) -> State:
    """Go to the highest state of the firm and its neighbours."""
    return near.highest(own, *ALL_SIDES)


def matching_across(own: State, near: Near) -> State:
    """Go to the highest state of the firm and its neighbours in other chains."""
    return near.highest(own, *ACROSS)


def market_driven(*sides: str) -> Callable[[State, Near], State]:
    """Return a rule that takes the higher of the leaders' state and the next one up."""

    def target(own: State, near: Near) -> State:
        return State(every(own.one), near.any_high(own.one, *sides))

    return target


def out_of_low(own: State, near: Near) -> State:
    """Go from low to medium, and no further."""
    return State(every(own.one), own.two)


def low_to_high(own: State, near: Near) -> State:
    """Go from low to high, and stay at medium."""
    return State(every(own.one), own.two | ~own.one)


def medium_to_high(own: State, near: Near) -> State:
    """Go from medium to high, and stay at low."""
    return State(own.one, own.one)


RULES: tuple[Callable[[State, Near], State], ...] = (
    never,
    radical,
    incremental,
    relaxed,
    rigorous,
    matching,
    matching_across,
    market_driven("downstream", *ACROSS),
    market_driven("upstream", *ACROSS),
    market_driven(*ALL_SIDES),
    market_driven(*ACROSS),
    out_of_low,
    low_to_high,
    medium_to_high,
)
(
    NEVER, RADICAL, INCREMENTAL, RELAXED, RIGOROUS, MATCHING, MATCHING_ACROSS, LEAD_DOWNSTREAM,
    LEAD_UPSTREAM, LEAD_BOTH, LEAD_ACROSS, OUT_OF_LOW, LOW_TO_HIGH, MEDIUM_TO_HIGH, TABLE,
) = range(len(RULES) + 1)  # fmt: skip


def targets(rule: Any, own: State, near: Near, in_table: Callable[[], State]) -> State:
    """Return the target of a rule; ``in_table`` gives that of a rule that is a table."""
    options = {code: lambda rule=rule: rule(own, near) for code, rule in enumerate(RULES)}
    found: State = case(rule, {**options, TABLE: in_table})
    return found
