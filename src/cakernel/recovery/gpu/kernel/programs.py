"""What a thread does in a period: the model's step on its own word of lanes.

These programs load, store and look at neighbours. What happens to planes is `kernel.lanes.step`.
"""

from functools import partial
from typing import Any, NamedTuple

from cakernel.jit.cuda import program
from cakernel.jit.words import LANES_A_WORD
from cakernel.recovery.gpu.kernel.shape import Shape
from cakernel.recovery.kernel.lanes import diagrams, step
from cakernel.recovery.kernel.lanes.layout import ROOTS
from cakernel.recovery.kernel.lanes.neighbours import state_at
from cakernel.recovery.kernel.lanes.planes import every, majority, odd
from cakernel.recovery.kernel.lanes.prices import Prices
from cakernel.recovery.kernel.lanes.rules import ALL_SIDES, Near, targets
from cakernel.recovery.kernel.states import HIGH

# counters are spilled after so many periods: their low planes and one for what overflows hold them
LOW_COUNTS, PERIODS_A_SPILL = 3, 4
EVERY_LANE = (1 << LANES_A_WORD) - 1


class Firm(NamedTuple):
    """The planes of a thread's firm, in registers: arrays with known places.

    ``states`` are planes one and two of x and of y at a period's end, ``struck`` those after
    disruptions; ``held`` and ``price`` resources and amounts; ``counters`` hold the sums of x and
    of y, LOW_COUNTS planes, those above them and one of overflows each; ``roots`` have the answers
    of both sides' tables.
    """

    states: Any
    struck: Any
    held: Any
    price: Any
    counters: Any
    roots: Any


class NearInRows(Near):
    """The states of a firm's neighbours in rows of shared memory from ``at`` on."""

    def __init__(self, shared, at, places, row):
        sides = zip(ALL_SIDES, places, strict=True)
        self._load = {side: partial(state_at, shared, at + place, row) for side, place in sides}

    def __getattr__(self, side):
        """Return the state of the neighbour on a side, loaded where it is asked for."""
        return self._load[side]()


def both(states):
    """Return the states of both sides."""
    return state_at(states, 0, 1), state_at(states, HIGH, 1)


def put(memory, planes, at=0, apart=1):
    """Store planes."""
    for n, plane in enumerate(planes):
        memory[at + n * apart] = plane


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
            *step.disrupted(x, severe, hit, inside),
            *step.disrupted(y, cyber_severe, cyber_hit, inside),
        ]
        put(firm.struck, struck)
        put(shared, [*x, *struck], at + own, row)

    @program
    def look(shared, at, places, has_upstream, has_downstream, answers):
        """Set the rows that are there before a diagram's nodes, in the order of `diagrams`."""
        near = NearInRows(shared, at, places, row)
        shown = [plane for side in ALL_SIDES for plane in getattr(near, side)]
        none, all_lanes = has_upstream ^ has_upstream, every(has_upstream)
        put(answers, [none, all_lanes, *shown, has_upstream, has_downstream])

    @program
    def recover(shared, at, places, firm, rules, intangibles_first, how, hits, leave):
        """Let a firm acquire (step 1), find its targets (3), pay and be upgraded (4); count it.

        Bits of ``leave`` say whether low and medium may still be left, by side.
        """

        def may_leave(side):
            return [(leave >> n & 1) * EVERY_LANE for n in (side * HIGH, side * HIGH + 1)]

        own, wanted = both(firm.struck), []
        for side, state in enumerate(own):
            near = NearInRows(shared, at + (2 + 2 * side) * row, places, row)
            table = partial(diagrams.diagram_state, firm.roots, ROOTS * side, 1, state)
            target = targets(rules[side], state, near, table)
            hit = partial(hits.__getitem__, side)
            wanted.append(step.held_back(how, state, target, hit, partial(may_leave, side)))
        x, y = both(firm.states)
        along = (state_at(shared, at + end, row) for end in places[:2])
        held = [firm.held[n] for n in range(planes.resources)]
        amounts = Prices(planes, firm.price, step=1)
        by = step.lowest(x, *along), y
        paid = step.settle(planes, intangibles_first, own, wanted, by, held, amounts)
        put(firm.held, held)
        ends = list(map(step.upgraded, own, wanted, paid))
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

    return load, disrupt, look, program(diagrams.look_at_node), recover, spill, lay_out
