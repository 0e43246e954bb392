"""Amounts as the decimals that they print as, in lowest terms.

An amount is its decimal (0.1 is one tenth) to twelve significant digits, and no more than twelve
after the point.
"""

from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

DIGITS: Final = 12
# powers of ten from 10^0 on, all exact, and more digits before the point than amounts have
_POWERS: Final = 10.0 ** np.arange(17)
# products of amounts and powers of ten are wrong by a quarter of this at most
_UNSURE: Final = 1e-3


class Ratios(NamedTuple):
    """Decimals as ratios of whole numbers, in lowest terms: int64 of the same shape."""

    top: npt.NDArray[np.int64]
    bottom: npt.NDArray[np.int64]


def ratios_of(amounts: npt.NDArray[np.float64]) -> Ratios:
    """Return amounts from 0 to 1e15 as ratios; no bottom is more than 10^12."""
    before_the_point = np.searchsorted(_POWERS, amounts.ravel(), "right").reshape(amounts.shape)
    after = DIGITS - before_the_point
    power = _POWERS[np.abs(after)]
    shifted = np.where(after >= 0, amounts * power, amounts / power)
    whole = np.rint(shifted)
    top, power = whole.astype(np.int64), power.astype(np.int64)
    common = np.gcd(top, power)
    large = after < 0
    top = np.where(large, top * power, top // common)
    bottom = np.where(large, 1, power // common)
    # a half goes by the decimals, of which the product knows too little
    unsure = np.abs(np.abs(shifted - whole) - 0.5) < _UNSURE
    for at in zip(*np.nonzero(unsure), strict=True):
        top[at], bottom[at] = decimal(float(amounts[at])).as_integer_ratio()
    return Ratios(top, bottom)


def decimal(amount: float) -> Fraction:
    """Return the decimal of one amount."""
    exact = Fraction(repr(float(amount)))
    before_the_point = len(str(int(exact))) if exact >= 1 else 0
    return Fraction(round(exact, DIGITS - before_the_point))


def are_rounded(amounts: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Say which amounts have more digits than are counted."""
    top, bottom = ratios_of(amounts)
    # the quotient is the amount next to the decimal, so the amount itself unless digits were lost
    different: npt.NDArray[np.bool_] = top / bottom != amounts
    return different
