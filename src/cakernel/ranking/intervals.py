"""Intervals of mean paired differences that hold where these are skewed, and whether to trust them.

An interval is the union of Student's and of Willink's (2005), which corrects Student's t for the
skewness of the sample: of a few skewed differences either alone covers too seldom.

References
----------
Willink, R. (2005). A confidence interval and test for the mean of an asymmetric distribution.
Communications in Statistics - Theory and Methods 34(4), 753-766, doi 10.1081/STA-200054419.
Cochran, W. G. (1977). Sampling Techniques, 3rd edition, section 2.15. Wiley.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from cakernel.ranking.pairing import ROUNDING, Numbers
from cakernel.ranking.student import quantile

# Cochran asks for n > 25 g^2 for intervals of Student's alone; measured, half does for the union
REPLICATIONS_BY_SKEWNESS = 12.5
# the skewness of fewer says little
FEWEST_TO_TRUST = 10


class Spread(NamedTuple):
    """Of the paired differences of some rows: how they spread over the replications.

    ``error`` is their mean's standard error, 0 where differences are the same in all replications,
    ``skewness`` the sample's, NaN there and of two replications, ``differing`` in how many
    replications the difference is not 0, ``replications`` the number of all, of each row or one.
    """

    error: Numbers
    skewness: Numbers
    differing: npt.NDArray[np.int64]
    replications: npt.NDArray[np.int64] | int


def spread_of(values: Numbers, other: Numbers) -> Spread:
    """Return the spread of the differences of each row of ``values`` from ``other``."""
    count = values.shape[-1]
    away = values - other
    # equal outcomes differ in rounding alone
    slack = ROUNDING * (_largest(values) + _largest(other))
    differing = np.count_nonzero(np.abs(away) > slack[..., None], axis=-1)
    away -= away.mean(axis=-1, keepdims=True)
    # scaled by a power of two, so that cubes of the largest and smallest numbers are numbers
    power = np.frexp(_largest(away))[1]
    np.ldexp(away, -power[..., None], out=away)
    square = away * away
    scaled = np.sqrt(square.sum(axis=-1) / (count - 1))
    deviation = np.ldexp(scaled, power)
    varies = (deviation > slack) & (differing > 0)
    skewness = np.full(deviation.shape, np.nan)
    if count > 2:
        square *= away
        cubes = square.sum(axis=-1) * count / ((count - 1) * (count - 2))
        np.divide(cubes, scaled**3, out=skewness, where=varies)
    return Spread(np.where(varies, deviation, 0.0) / np.sqrt(count), skewness, differing, count)


def _largest(numbers: Numbers) -> Numbers:
    """Return the largest size in each row."""
    return np.asarray(np.maximum(numbers.max(axis=-1), -numbers.min(axis=-1)))


def reach(spread: Spread, probability: float) -> tuple[Numbers, Numbers]:
    """Return how far intervals reach below and above a mean difference.

    Either end is missed with probability 1 - ``probability``. Both are infinite where differences
    are the same in all replications: these tell nothing of others.
    """
    factor = quantile(probability, spread.replications - 1)
    root = np.nan_to_num(spread.skewness) / (6 * np.sqrt(spread.replications))
    # of a probability too near to 1 float64 knows no quantile
    known = np.isfinite(factor)
    factor = np.where(known, factor, 0.0)
    below = spread.error * np.maximum(_corrected(factor, root), factor)
    above = spread.error * np.maximum(-_corrected(-factor, root), factor)
    varies = known & (spread.error > 0)
    return np.where(varies, below, np.inf), np.where(varies, above, np.inf)


def _corrected(student: Numbers, root: Numbers) -> Numbers:
    """Return Willink's G(r) = ((1 + 6a(r - a))^(1/3) - 1) / 2a, which is r at a = 0."""
    away = student - root
    cube = np.cbrt(1 + 6 * root * away)
    # the same, without a division by a
    return np.asarray(3 * away / (cube * cube + cube + 1))


def replications_to_trust(spread: Spread, *, fewest: int = 0) -> int | None:
    """Return with how many replications intervals of such differences can be trusted.

    That is judged by the most skewed row: by its differences and, if most of them are 0, by
    whether they are (a binomial, of which few were seen), and by the ``fewest`` that a measure
    needs. None where no skewness is known.
    """
    known = ~np.isnan(spread.skewness)
    if not known.any():
        return None
    share = np.clip(spread.differing[known] / spread.replications, None, 0.5)
    square = np.maximum(spread.skewness[known] ** 2, (1 - 2 * share) ** 2 / (share * (1 - share)))
    return max(FEWEST_TO_TRUST, fewest, int(np.ceil(REPLICATIONS_BY_SKEWNESS * square.max())))


def trusted(spread: Spread, *, fewest: int = 0) -> bool:
    """Return whether there are replications enough to trust intervals of such differences."""
    enough = replications_to_trust(spread, fewest=fewest)
    return enough is not None and enough <= int(spread.replications)


def most_that_differ(spread: Spread, confidence: float) -> Numbers:
    """Return the largest share of all replications in which outcomes may differ.

    The upper limit of Clopper and Pearson (1934), doi 10.1093/biomet/26.4.404, exact for a share.
    """
    same = spread.replications - spread.differing
    found = special.betaincinv(spread.differing + 1, np.maximum(same, 1), confidence)
    return np.where(same > 0, found, 1.0)
