"""Student's t: quantiles, the power of a paired test, and the sample size that reaches a power."""

import numpy as np
import numpy.typing as npt
from scipy import special

from cakernel.ranking.pairing import Numbers

# replications beyond which a comparison is called not settled
MOST_REPLICATIONS = 1_000_000
# a larger effect needs no fewer replications, and SciPy's noncentral t fails on it
LARGEST_EFFECT = 1e4


def quantile(probability: float, degrees: npt.ArrayLike) -> Numbers:
    """Return quantiles of Student's t of ``degrees`` degrees of freedom."""
    return np.asarray(special.stdtrit(degrees, probability))


def power(replications: npt.ArrayLike, effect: npt.ArrayLike, level: float) -> Numbers:
    """Return the probability that a two-sided paired t-test tells a difference's sign.

    ``effect`` is the difference's size over the standard deviation of a single replication's,
    ``level`` the probability of either error under no difference. Replications are 2 or more.
    """
    number = np.asarray(replications, np.float64)
    edge = special.stdtrit(number - 1, 1 - level / 2)
    shift = np.minimum(effect, LARGEST_EFFECT) * np.sqrt(number)
    missed = special.nctdtr(number - 1, shift, edge)
    # SciPy returns NaN in places where the probability to miss is far below any that is asked for
    missed = np.where(np.isnan(missed) & (shift > edge), 0.0, missed)
    return np.asarray(1 - missed, np.float64)


def replications_needed(
    effect: npt.ArrayLike, *, level: float, power_wanted: float, most: int = MOST_REPLICATIONS
) -> npt.NDArray[np.int64]:
    """Return the fewest replications, 2 to ``most``, that reach a power; 0 where none does.

    The degrees of freedom depend on the number of replications, too, so that it has no closed
    form: it is found by bisection.
    """
    effect = np.abs(np.atleast_1d(np.asarray(effect, np.float64)))
    low = np.full(effect.shape, 2, np.int64)
    high = np.full(effect.shape, most, np.int64)
    reached = power(high, effect, level) >= power_wanted
    while (low < high).any():
        middle = (low + high) // 2
        enough = power(middle, effect, level) >= power_wanted
        high = np.where(enough, middle, high)
        low = np.where(enough, low, np.minimum(middle + 1, high))
    return np.where(reached, high, 0)


def effect_size(difference: npt.ArrayLike, deviation: npt.ArrayLike) -> Numbers:
    """Return a difference over its standard deviation: infinite where it never varies, 0 at 0."""
    size = np.abs(np.asarray(difference, np.float64))
    spread = np.asarray(deviation, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size == 0, 0.0, size / spread)
