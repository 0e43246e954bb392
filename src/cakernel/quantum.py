"""The quantum of a scenario: the unit in which all its resources are whole numbers.

The paper's numbers are multiples of 1/16. In whole quanta every sum and comparison is exact, so a
firm that can just afford an upgrade always can, whatever the order of additions. Numbers are taken
as the decimals that they print as: 0.1 is one tenth.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from math import lcm

# resources of one firm, in quanta, stay below this
MAX_QUANTA = 1 << 31


def quantum(amounts: Iterable[float], largest: Fraction) -> Fraction | None:
    """Return the largest unit that divides all ``amounts``, or None where none fits.

    ``largest`` is the highest value that resources can reach; in the unit it must stay below 2^31.
    """
    unit = Fraction(1, lcm(*(exact(amount).denominator for amount in amounts)))
    return unit if largest / unit < MAX_QUANTA else None


@cache
def exact(amount: float) -> Fraction:
    """Return the decimal that a number prints as."""
    return Fraction(repr(float(amount)))
