"""Powers of vectors of float64, for which no processor has an instruction; for programs.

x^p = exp(p log x). The logarithm of the mantissa m is a series in (m - 1) / (m + 1), the
exponential a series in what is left of the exponent after whole powers of 2; both series end below
rounding. Results are the same on all processors. They differ from the scalar power by some units in
the last place, times the size of log x^p.
"""

import math
from collections.abc import Sequence
from typing import Any

from cakernel.jit.program_values import as_bits, as_reals, select

MANTISSA_BITS = 52
MANTISSA = (1 << 52) - 1
# the bits of 1.0, and of 2^52, whose last bit counts as 1
ONE, WHOLE = 1023 << 52, (1023 + 52) << 52
# adding it to a float64 of moderate size leaves a whole number in the last bits
ROUNDER = 1.5 * 2.0**52
# ln 2 in two parts, the first with so few digits that small multiples are exact
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
# beyond these exponents the result is no normal number
EXTREME = 708.0
# coefficients, that of the highest power first
LOG_SERIES = tuple(1.0 / (2 * term + 1) for term in range(10, -1, -1))
EXP_SERIES = tuple(1.0 / math.factorial(term) for term in range(13, -1, -1))


def power(base: Any, exponent: Any) -> Any:
    """Return normal numbers above 0 to the power of an exponent."""
    return _exp(exponent * _log(base))


def _polynomial(coefficients: Sequence[float], value: Any) -> Any:
    first, second, *others = coefficients
    result = first * value + second
    for coefficient in others:
        result = result * value + coefficient
    return result


def _log(value: Any) -> Any:
    """Return the natural logarithm of normal numbers above 0."""
    bits = as_bits(value)
    exponent = as_reals(bits >> MANTISSA_BITS | WHOLE) - (2.0**52 + 1023.0)
    mantissa = as_reals(bits & MANTISSA | ONE)
    # the mantissa is moved to the range from 1/sqrt(2) to sqrt(2)
    large = mantissa > math.sqrt(2.0)
    mantissa = select(large, 0.5 * mantissa, mantissa)
    exponent = select(large, exponent + 1.0, exponent)
    share = (mantissa - 1.0) / (mantissa + 1.0)
    low = LN2_LOW * exponent + (share + share) * _polynomial(LOG_SERIES, share * share)
    return LN2_HIGH * exponent + low


def _exp(value: Any) -> Any:
    """Return the exponential of numbers."""
    value = select(value > EXTREME, EXTREME, select(value < -EXTREME, -EXTREME, value))
    shifted = value * (1.0 / math.log(2.0)) + ROUNDER
    count = shifted - ROUNDER
    rest = value - count * LN2_HIGH - count * LN2_LOW
    series = _polynomial(EXP_SERIES, rest)
    return as_reals(as_bits(series) + (as_bits(shifted) << MANTISSA_BITS))
