"""Multiple comparisons with the best (MCB): simultaneous intervals under common random numbers.

Higher is better throughout. With probability 1 - level all statements of a function hold together,
whatever the correlation of the policies, where the intervals of single differences hold (see
`intervals`). Bonferroni's inequality shares the level among the k - 1 comparisons of the truly
best policy alone; while these hold, so do Hsu's constrained intervals for all: no other pair of
policies need be covered.
"""

import numpy as np
import numpy.typing as npt

from cakernel.ranking.intervals import reach, spread_of
from cakernel.ranking.pairing import Numbers


def comparisons_with_best(
    values: Numbers, *, level: float
) -> tuple[Numbers, Numbers, npt.NDArray[np.bool_]]:
    """Return intervals for each policy's mean minus the highest mean of the others, which hold 0.

    Beside their ends it tells the policies that may be the best, since no other surely exceeds
    them: the truly best one is among these. An end is infinite where a difference that it depends
    on is the same in all replications.
    ``values`` (policies, replications) are paired outcomes, two or more of each; ``level`` is the
    probability that some interval misses.

    References
    ----------
    Hsu, J. C. (1984). Constrained simultaneous confidence intervals for multiple comparisons
    with the best. Annals of Statistics 12(3), 1136-1144, doi 10.1214/aos/1176346732.
    Clark, G. M. and Yang, W. (1986). A Bonferroni selection procedure when using common random
    numbers with unknown variances. Proceedings of the 1986 Winter Simulation Conference.
    Nelson, B. L. and Matejcik, F. J. (1995). Using common random numbers for indifference-zone
    selection and multiple comparisons in simulation. Management Science 41(12), 1935-1945,
    doi 10.1287/mnsc.41.12.1935.
    """
    policies = len(values)
    means = values.mean(axis=1)
    nearest = np.empty(policies)
    lower = np.full(policies, np.inf)
    for policy in range(policies):
        below, _ = reach(spread_of(values, values[policy]), 1 - level / (policies - 1))
        highest = means[policy] - means + below
        highest[policy] = np.inf
        nearest[policy] = highest.min()
        if nearest[policy] >= 0:
            highest[policy] = -np.inf
            lower = np.minimum(lower, -highest)
    # still infinite for a policy that alone may be the best
    return np.minimum(lower, 0.0), np.maximum(nearest, 0.0), nearest >= 0


def sure_sides(values: Numbers, *, tolerance: float, level: float) -> npt.NDArray[np.int8]:
    """Tell on which side of the tolerance set's edge policies surely are: 1 inside, -1 outside.

    The edge lies ``tolerance`` times its size below the highest mean. Half of the level finds
    the policies that may be the highest, the other half compares each policy with their edges;
    0 is where the side differs among these edges or is not clear.
    """
    probability = 1 - level / (4 * (len(values) - 1))
    means = values.mean(axis=1)
    lower = np.full(len(values), np.inf)
    upper = np.full(len(values), -np.inf)
    for rival in np.flatnonzero(comparisons_with_best(values, level=level / 2)[2]):
        share = edge_share(means[rival], tolerance)
        below, above = reach(spread_of(values, share * values[rival]), probability)
        margin = means - share * means[rival]
        # the highest is inside its own tolerance, whatever its mean
        below[rival] = above[rival] = 0.0
        lower = np.minimum(lower, margin - below)
        upper = np.maximum(upper, margin + above)
    return np.where(lower >= 0, 1, np.where(upper < 0, -1, 0)).astype(np.int8)


def edge_share(highest: float, tolerance: float) -> float:
    """Return the edge of the tolerance set as a share of the highest mean."""
    return 1 - tolerance if highest >= 0 else 1 + tolerance
