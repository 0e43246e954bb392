"""Powers of vectors of float64, for which no processor has an instruction.

x^p = exp(p log x). The logarithm of the mantissa m is a series in (m - 1) / (m + 1), the
exponential a series in what is left of the exponent after whole powers of 2; both series end below
rounding. Results are the same on all processors. They differ from the scalar power by some units in
the last place, times the size of log x^p.
"""

import math

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import as_bits, as_real, fill, select

MANTISSA_BITS = np.uint64(52)
MANTISSA = np.uint64((1 << 52) - 1)
# the bits of 1.0, and of 2^52, whose last bit counts as 1
ONE, WHOLE = np.uint64(1023 << 52), np.uint64((1023 + 52) << 52)
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


@compiled(inlined=True)
def power(base, exponent):
    """Return a vector of normal numbers above 0 to the power of a number."""
    return _exp(fill(exponent, base) * _log(base))


@compiled(inlined=True)
def _polynomial(coefficients, value):
    result = fill(coefficients[0], value)
    for coefficient in coefficients[1:]:
        result = result * value + fill(coefficient, value)
    return result


@compiled(inlined=True)
def _log(value):
    """Return the natural logarithm of normal numbers above 0."""
    one = fill(1.0, value)
    bits = as_bits(value)
    whole = bits >> fill(MANTISSA_BITS, bits)
    exponent = as_real(whole | fill(WHOLE, bits)) - fill(2.0**52 + 1023.0, value)
    mantissa = as_real((bits & fill(MANTISSA, bits)) | fill(ONE, bits))
    # the mantissa is moved to the range from 1/sqrt(2) to sqrt(2)
    large = fill(math.sqrt(2.0), value) < mantissa
    mantissa = select(large, fill(0.5, value) * mantissa, mantissa)
    exponent = select(large, exponent + one, exponent)
    share = (mantissa - one) / (mantissa + one)
    square = share * share
    series = _polynomial(LOG_SERIES, square)
    low = fill(LN2_LOW, value) * exponent + (share + share) * series
    return fill(LN2_HIGH, value) * exponent + low


@compiled(inlined=True)
def _exp(value):
    """Return the exponential of numbers."""
    most = fill(EXTREME, value)
    least = fill(-EXTREME, value)
    value = select(most < value, most, select(value < least, least, value))
    rounder = fill(ROUNDER, value)
    shifted = value * fill(1.0 / math.log(2.0), value) + rounder
    count = shifted - rounder
    rest = value - count * fill(LN2_HIGH, value) - count * fill(LN2_LOW, value)
    series = _polynomial(EXP_SERIES, rest)
    bits = as_bits(series)
    return as_real(bits + (as_bits(shifted) << fill(MANTISSA_BITS, bits)))
