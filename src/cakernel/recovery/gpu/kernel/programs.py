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


def programs_of(shape: Shape) -> tuple[Any, ...]:
    """Return the programs of a shape. A firm's planes are in registers: arrays with known places.

    ``states`` are planes one and two of x and of y at a period's end, ``hit_states`` those after
    disruptions; ``counters`` hold the sums of x and of y, LOW_COUNTS planes, those above them and
    one of overflows each.
    """
    planes, row, counts = shape.planes, shape.row, shape.counts
    prices = shape.prices

    def both(states):
        return State(states[0], states[1]), State(states[2], states[3])

    def put(memory, at, step, states):
        for n, plane in enumerate(plane for state in states for plane in state):
            memory[at + n * step] = plane

    @program
    def load(planes_of_items, at, price, held, counters):
        """Load amounts and initial resources of a column of items; set the counters to 0."""
        for n in range(prices):
            price[n] = planes_of_items[at + n]
        for n in range(planes.resources):
            held[n] = planes_of_items[at + prices + n]
        for n in range(2 * (counts + 1)):
            counters[n] = held[0] ^ held[0]

    @program
    def disrupt(shared, at, own, states, hit_states, severe, hit, cyber_severe, cyber_hit):
        """Lower a firm's states (step 2), and show them and the last period's to others."""
        x, y = both(states)
        inside = every(severe)
        struck = (
            disrupted(x, severe, hit, inside),
            disrupted(y, cyber_severe, cyber_hit, inside),
        )
        put(hit_states, 0, 1, struck)
        put(shared, at + own, row, (x, *struck))

    @program
    def look(shared, at, places, has_upstream, has_downstream, answers):
        """Set the rows that a diagram's nodes look at to what a firm's neighbours show."""
        answers[NONE_ROW], answers[EVERY_ROW] = has_upstream ^ has_upstream, every(has_upstream)
        near = NearInRows(shared, at, places, row)
        put(answers, FIRST_NEIGHBOUR, 1, (getattr(near, side) for side in ALL_SIDES))
        put(answers, FIRST_HAS, 1, ((has_upstream, has_downstream),))

    @program
    def recover(
        shared, at, places, states, hit_states, held, price, roots, supply, cyber,
        intangibles_first, how, hit_x, hit_y, leave,
    ):  # fmt: skip
        """Let a firm acquire (step 1), find its targets (3), pay and be upgraded (4)."""
        own = both(hit_states)
        wanted = []
        for side, rule in enumerate((supply, cyber)):
            state = own[side]
            near = NearInRows(shared, at + (2 + 2 * side) * row, places, row)
            table = partial(diagram_state, roots, ROOTS * side, 1, state)
            target = targets(rule, state, near, table)
            may_leave = partial(state_at, leave, side * HIGH, 1)
            hit = partial(tuple.__getitem__, (hit_x, hit_y), side)
            wanted.append(held_back(how, state, target, hit, may_leave))
        x, y = both(states)
        along = (state_at(shared, at + end, row) for end in places[:2])
        resources = [held[n] for n in range(planes.resources)]
        paid = settle(
            planes, intangibles_first, own, wanted, (lowest(x, *along), y), resources,
            Prices(planes, price, step=1),
        )  # fmt: skip
        for n, plane in enumerate(resources):
            held[n] = plane
        put(states, 0, 1, map(upgraded, own, wanted, paid))

    @program
    def count(states, counters):
        """Add a firm's states to the low planes of its counters."""
        for side, state in enumerate(both(states)):
            at = side * (counts + 1)
            carry = majority(counters[at], *state)
            counters[at] = odd(counters[at], *state)
            for n in range(at + 1, at + LOW_COUNTS):
                before = counters[n]
                counters[n], carry = before ^ carry, before & carry
            counters[at + counts] = counters[at + counts] | carry

    @program
    def spill(counters):
        """Add what overflowed to the planes above."""
        for side in range(2):
            at = side * (counts + 1)
            carry = counters[at + counts]
            for n in range(at + LOW_COUNTS, at + counts):
                before = counters[n]
                counters[n], carry = before ^ carry, before & carry
            counters[at + counts] = carry ^ carry

    @program
    def lay_out(number, counters, held, states):
        """Put a firm's outcomes one after the other: sums, resources, final states."""
        sums = [counters[side * (counts + 1) + n] for side in range(2) for n in range(counts)]
        resources = [held[n] for n in range(planes.resources)]
        last = [states[n] for n in range(2 * HIGH)]
        for n, plane in enumerate([*sums, *resources, *last]):
            number[n] = plane

    return load, disrupt, look, program(look_at_node), recover, count, spill, lay_out
