"""What a thread does in a period: the model's step on its own word of lanes.

These programs load, store and look at neighbours. What happens to planes is `kernel.lanes.step`.
"""

from functools import partial
from typing import Any, NamedTuple

from cakernel.jit.cuda import program
from cakernel.recovery.gpu.kernel.shape import Shape
from cakernel.recovery.kernel.lanes.diagrams import (
    EVERY_ROW,
    FIRST_HAS,
    FIRST_NEIGHBOUR,
    NONE_ROW,
    diagram_state,
    look_at_node,
)
from cakernel.recovery.kernel.lanes.layout import ROOTS
from cakernel.recovery.kernel.lanes.period import state_at
from cakernel.recovery.kernel.lanes.prices import Prices
from cakernel.recovery.kernel.lanes.step import (
    ALL_SIDES,
    Near,
    State,
    disrupted,
    every,
    held_back,
    lowest,
    majority,
    odd,
    settle,
    targets,
    upgraded,
)
from cakernel.recovery.kernel.states import HIGH

# counters are spilled after so many periods: their low planes and one for what overflows hold them
LOW_COUNTS, PERIODS_A_SPILL = 3, 4


class Places(NamedTuple):
    """Where a row has the words of the neighbours of a thread's firm."""

    upstream: Any
    downstream: Any
    previous: Any
    following: Any


class Firm(NamedTuple):
    """The planes of a thread's firm, in registers: arrays with known places.

    ``states`` are planes one and two of x and of y at a period's end, ``struck`` those after
    disruptions; ``held`` and ``price`` resources and amounts; ``counters`` hold the sums of x and
    of y, LOW_COUNTS planes, those above them and one of overflows each. ``leave`` says whether low
    and medium may still be left, ``roots`` have the answers of tables; both are by side.
    """

    states: Any
    struck: Any
    held: Any
    price: Any
    counters: Any
    leave: Any
    roots: Any


class NearInRows(Near):
    """The states of a firm's neighbours in rows of shared memory from ``at`` on."""

    def __init__(self, shared, at, places, row):
        self._at = {
            name: lambda place=place: state_at(shared, at + place, row)
            for name, place in places._asdict().items()
        }

    def __getattr__(self, name):
        """Return the state of the neighbour on a side, loaded where it is asked for."""
        return self._at[name]()


def both(states):
    """Return the states of both sides."""
    return state_at(states, 0, 1), state_at(states, HIGH, 1)


def put(memory, planes, at=0, step=1):
    """Store planes."""
    for n, plane in enumerate(planes):
        memory[at + n * step] = plane


def add_carry(counters, begin, end, carry):
    """Add a carry to planes and return what they carry."""
    for n in range(begin, end):
        before = counters[n]
        counters[n], carry = before ^ carry, before & carry
    return carry


def programs_of(shape: Shape) -> tuple[Any, ...]:
    """Return the programs of a shape."""
    planes, row, counts, prices = shape.planes, shape.row, shape.counts, shape.prices
    # each side's counter, and its plane of overflows
    counters_at = (0, counts), (counts + 1, 2 * counts + 1)

    @program
    def load(amounts, firm):
        """Load amounts and initial resources; set the counters to 0."""
        put(firm.price, (amounts[n] for n in range(prices)))
        put(firm.held, (amounts[prices + n] for n in range(planes.resources)))
        put(firm.counters, [firm.held[0] ^ firm.held[0]] * (2 * counts + 2))

    @program
    def disrupt(shared, at, own, firm, severe, hit, cyber_severe, cyber_hit):
        """Lower a firm's states (step 2), and show them and the last period's to others."""
        x, y = both(firm.states)
        inside = every(severe)
        struck = [
            *disrupted(x, severe, hit, inside),
            *disrupted(y, cyber_severe, cyber_hit, inside),
        ]
        put(firm.struck, struck)
        put(shared, [*x, *struck], at + own, row)

    @program
    def look(shared, at, places, has_upstream, has_downstream, answers):
        """Set the rows that a diagram's nodes look at to what a firm's neighbours show."""
        answers[NONE_ROW], answers[EVERY_ROW] = has_upstream ^ has_upstream, every(has_upstream)
        near = NearInRows(shared, at, places, row)
        shown = [plane for side in ALL_SIDES for plane in getattr(near, side)]
        put(answers, shown, FIRST_NEIGHBOUR)
        put(answers, (has_upstream, has_downstream), FIRST_HAS)

    @program
    def recover(shared, at, places, firm, rules, intangibles_first, how, hits):
        """Let a firm acquire (step 1), find its targets (3), pay and be upgraded (4); count it."""
        own, wanted = both(firm.struck), []
        for side, state in enumerate(own):
            near = NearInRows(shared, at + (2 + 2 * side) * row, places, row)
            table = partial(diagram_state, firm.roots, ROOTS * side, 1, state)
            target = targets(rules[side], state, near, table)
            hit = partial(hits.__getitem__, side)
            may_leave = partial(state_at, firm.leave, side * HIGH, 1)
            wanted.append(held_back(how, state, target, hit, may_leave))
        x, y = both(firm.states)
        along = (state_at(shared, at + end, row) for end in (places.upstream, places.downstream))
        held = [firm.held[n] for n in range(planes.resources)]
        amounts = Prices(planes, firm.price, step=1)
        by = lowest(x, *along), y
        paid = settle(planes, intangibles_first, own, wanted, by, held, amounts)
        put(firm.held, held)
        ends = list(map(upgraded, own, wanted, paid))
        put(firm.states, [plane for state in ends for plane in state])
        counters = firm.counters
        for state, (first, over) in zip(ends, counters_at, strict=True):
            carry = majority(counters[first], *state)
            counters[first] = odd(counters[first], *state)
            carry = add_carry(counters, first + 1, first + LOW_COUNTS, carry)
            counters[over] = counters[over] | carry

    @program
    def spill(firm):
        """Add what overflowed from the low planes of the counters to those above."""
        for first, over in counters_at:
            carry = firm.counters[over]
            add_carry(firm.counters, first + LOW_COUNTS, over, carry)
            firm.counters[over] = carry ^ carry

    @program
    def lay_out(number, firm):
        """Put a firm's outcomes one after the other: sums, resources, final states."""
        sums = [firm.counters[n] for begin, end in counters_at for n in range(begin, end)]
        resources = [firm.held[n] for n in range(planes.resources)]
        put(number, [*sums, *resources, *(firm.states[n] for n in range(2 * HIGH))])

    return load, disrupt, look, program(look_at_node), recover, spill, lay_out
