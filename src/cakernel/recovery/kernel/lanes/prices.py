"""What is acquired and paid, and what firms begin with, as planes of bits."""

from typing import NamedTuple

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.lanes.bit_numbers import PLACES, clear
from cakernel.recovery.kernel.lanes.step import Amounts, Planes
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, UPGRADES

# prices stand plane by plane: first what is acquired, then the costs, in the order of `Scenarios`
# and, within a side, of states or `UPGRADES`
KINDS = 2 * AMOUNTS_A_SIDE


def prices_bytes(planes: Planes) -> int:
    """Return how many bytes prices take."""
    return (planes.gain + planes.cost_to - planes.cost_from) * KINDS * VECTOR_BYTES


class PricePlanes(NamedTuple):
    """Where costs begin: after the ``gain`` planes of what is acquired, with bit ``cost_from``."""

    gain: int
    cost_from: int


class Prices(Amounts):
    """The planes of the amounts of the step, each ``step`` further in a program's memory."""

    def __init__(self, planes, memory, at=0, step=VECTOR_BYTES):
        self.planes, self.memory, self.at, self.step = planes, memory, at, step

    def _three(self, plane, side):
        first = plane * KINDS + side * AMOUNTS_A_SIDE
        places = (self.at + (first + n) * self.step for n in range(AMOUNTS_A_SIDE))
        return tuple(self.memory[place] for place in places)

    def gain(self, side, plane):
        """Return one plane of what a side acquires in state 0, 1 and 2."""
        return self._three(plane, side)

    def cost(self, side, plane):
        """Return one plane of what a side's upgrades cost."""
        return self._three(self.planes.gain + plane - self.planes.cost_from, side)


@compiled(linked=True)
def set_bits(bits, at, step, place, amount):
    """Set a number's bits at a place of a bit-sliced number."""
    byte, bit = at + (place >> 3), 1 << (place & 7)
    while amount > 0:
        if amount & 1:
            bits[byte] |= bit
        byte += step
        amount >>= 1


@compiled(linked=True)
def fill_prices(prices, initial, from_item, count, layout, price_planes, scenarios, repeats):
    """Set prices and initial resources as bits; item n is of scenario n // ``repeats``.

    The lanes' numbers repeat for all firms of a vector.
    """
    for at in range(0, prices.size, VECTOR_BYTES):
        clear(prices, at)
    for at in range(0, initial.size, VECTOR_BYTES):
        clear(initial, at)
    step = KINDS * VECTOR_BYTES
    for place in range(PLACES):
        s = (from_item + min(place % layout.lanes, count - 1)) // repeats
        set_bits(initial, 0, VECTOR_BYTES, place, scenarios.initial[s])
        for n in range(KINDS):
            at = n * VECTOR_BYTES
            set_bits(prices, at, step, place, scenarios.acquisition[s, n])
            low, high = UPGRADES[n % AMOUNTS_A_SIDE]
            cost = scenarios.cost[s, n // AMOUNTS_A_SIDE, low, high] >> price_planes.cost_from
            set_bits(prices, at + price_planes.gain * step, step, place, cost)
