"""The quantum of a scenario: the unit in which all its resources are whole numbers.

The paper's numbers are multiples of 1/16. In whole quanta every sum and comparison is exact, so a
firm that can just afford an upgrade always can, whatever the order of additions. Numbers are taken
as the decimals that they print as: 0.1 is one tenth.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import NamedTuple

# resources of one firm, in quanta, stay below this
MAX_QUANTA = 1 << 31


class Counted(NamedTuple):
    """Amounts as whole numbers of quanta of 1 / ``denominator``, and the highest that can occur."""

    denominator: int
    amounts: tuple[int, ...]
    largest: int

    @property
    def quantum(self) -> Fraction:
        """The unit."""
        return Fraction(1, self.denominator)

    def finer(self, denominator: int) -> "Counted":
        """Return the same amounts in a quantum that divides this one."""
        times = denominator // self.denominator
        if times == 1:
            return self
        amounts = tuple(amount * times for amount in self.amounts)
        return Counted(denominator, amounts, self.largest * times)


def count(amounts: Sequence[float], largest: Callable[[Sequence[int]], int]) -> Counted | None:
    """Count amounts in the largest unit that divides them all; None where none fits.

    ``largest`` returns the highest value that resources can reach, given the counted amounts; it
    must stay below 2^31.
    """
    ratios = [_ratio(amount) for amount in amounts]
    denominator = lcm(*(part[1] for part in ratios))
    counted = tuple(top * (denominator // bottom) for top, bottom in ratios)
    highest = largest(counted)
    return Counted(denominator, counted, highest) if highest < MAX_QUANTA else None


@lru_cache(maxsize=1 << 13)
def _ratio(amount: float) -> tuple[int, int]:
    """Return the decimal that a number prints as, as a fraction in lowest terms."""
    return Fraction(repr(float(amount))).as_integer_ratio()
