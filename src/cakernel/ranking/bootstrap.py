"""Means of resampled replications, the same resample for all policies."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

# numbers in memory at once: 32 MB
NUMBERS_AT_ONCE = 4_000_000


def resampled_means(values: Numbers, *, resamples: int, seed: int) -> Iterator[Numbers]:
    """Yield means (policies, some resamples) of replications drawn with replacement.

    How many come at once depends on the size of ``values``; the resamples do not.

    References
    ----------
    Efron, B. (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics 7(1),
    1-26, doi 10.1214/aos/1176344552.
    """
    policies, replications = values.shape
    generator = np.random.default_rng(seed)
    each = max(1, NUMBERS_AT_ONCE // (policies + 2 * replications))
    even = np.full(replications, 1 / replications)
    for first in range(0, resamples, each):
        count = min(each, resamples - first)
        drawn = generator.multinomial(replications, even, size=count).astype(np.float64)
        # einsum, unlike a matrix product, sums in one order on any number of threads
        yield np.einsum("pr,br->pb", values, drawn) / replications


def chances(
    values: Numbers, *, tolerance: float, resamples: int, seed: int
) -> tuple[Numbers, Numbers]:
    """Return each policy's probability to have the highest mean, and to be within tolerance of it.

    Policies that share the highest mean share the probability.
    """
    highest = np.zeros(len(values))
    within = np.zeros(len(values))
    for means in resampled_means(values, resamples=resamples, seed=seed):
        top = means.max(axis=0)
        # equal policies' means differ in rounding alone
        at_top = means >= top - 1e-12 * np.abs(top)
        highest += (at_top / at_top.sum(axis=0)).sum(axis=1)
        within += (means >= top - tolerance * np.abs(top)).sum(axis=1)
    return highest / resamples, within / resamples
