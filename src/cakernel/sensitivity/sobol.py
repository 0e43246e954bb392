"""Sobol indices from a Saltelli design, with the noise of each point taken out.

The estimators are SALib's: first order after Saltelli et al. (2010), total after Jansen (1999),
second order after Saltelli (2002).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cakernel.checks import library
from cakernel.errors import InvalidInput

Numbers = npt.NDArray[np.float64]
# numbers held at a time while resampling
MOST_NUMBERS = 4_000_000


@dataclass(frozen=True)
class Estimate:
    """An index with its interval; axes by number, ``other`` for second order alone."""

    index: str
    axis: int
    other: int | None
    value: float
    low: float
    high: float
    uncorrected: float


def noise_share(values: Numbers, variances: Numbers) -> float:
    """Return which part of the variance over the points of A and B is noise."""
    total = np.var(values[:, [0, -1]])
    return float(variances[:, [0, -1]].mean() / total) if total > 0 else np.nan


def sobol_indices(
    values: Numbers,
    variances: Numbers,
    *,
    axes: int,
    second_order: bool,
    confidence: float = 0.95,
    bootstrap: int = 1000,
    seed: int = 1,
) -> list[Estimate]:
    """Return first-order, total and second-order indices.

    A point's outcome is f + e, with noise e of mean 0 and variance ``variances``, independent
    from point to point. Products of different points then keep their mean, squares do not:
    V = var(A, B) - mean(s2), total = (mean((A - AB)^2) - mean(s2_A) - mean(s2_AB)) / 2V.

    ``values`` and ``variances``, (blocks, axes + 2) or (blocks, 2 axes + 2), are in the order of a
    design: A, AB of each axis, with ``second_order`` BA of each axis, B. Variances of 0 leave the
    estimates as SALib has them. Intervals are normal, with the standard deviation of ``bootstrap``
    resamples of blocks.
    """
    centred = values - values.mean()
    share = noise_share(centred, variances)
    if not np.ptp(values) > 0:
        raise InvalidInput("outcome: is the same at all points; must vary for indices")
    if share >= 1:
        raise InvalidInput(
            f"outcome: {share:.0%} of its variance is noise; indices need more replications"
        )

    def estimates(chosen: Numbers, noise: Numbers) -> Numbers:
        return _estimates(chosen, noise, axes, second_order)

    at = estimates(centred[:, None], variances[:, None])[:, 0]
    plain = estimates(centred[:, None], np.zeros_like(variances)[:, None])[:, 0]
    generator = np.random.default_rng(seed)
    blocks, size = values.shape
    each = max(1, MOST_NUMBERS // (blocks * size))
    drawn = []
    for first in range(0, bootstrap, each):
        rows = generator.integers(blocks, size=(blocks, min(each, bootstrap - first)))
        drawn.append(estimates(centred[rows], variances[rows]))
    spread = np.concatenate(drawn, axis=1).std(axis=1, ddof=1)
    half = library("scipy.stats", extra="designs", what="an interval").norm.ppf(
        (1 + confidence) / 2
    )
    return [
        Estimate(*name, value, value - half * error, value + half * error, raw)
        for name, value, error, raw in zip(
            _names(axes, second_order), at, spread, plain, strict=True
        )
    ]


def _names(axes: int, second_order: bool) -> list[tuple[str, int, int | None]]:
    names: list[tuple[str, int, int | None]] = []
    for kind in ("first", "total"):
        names += [(kind, axis, None) for axis in range(axes)]
    return names + [("second", j, k) for j, k in _pairs(axes) if second_order]


def _pairs(axes: int) -> list[tuple[int, int]]:
    return [(j, k) for j in range(axes) for k in range(j + 1, axes)]


def _estimates(values: Numbers, noise: Numbers, axes: int, second_order: bool) -> Numbers:
    """Return all indices of each sample, (indices, samples), of (blocks, samples, size)."""
    salib = library("SALib.analyze.sobol", extra="designs", what="indices")
    a, b = values[..., 0], values[..., -1]
    ab = [values[..., 1 + j] for j in range(axes)]
    noise_a, noise_b = noise[..., 0].mean(axis=0), noise[..., -1].mean(axis=0)
    total = np.var(np.r_[a, b], axis=0)
    real = total - (noise_a + noise_b) / 2
    # SALib divides by the whole variance, its noise included
    scale = total / real
    found = [salib.first_order(a, ab[j], b) * scale for j in range(axes)]
    for j in range(axes):
        added = (noise_a + noise[..., 1 + j].mean(axis=0)) / 2
        found.append(salib.total_order(a, ab[j], b) * scale - added / real)
    if second_order:
        ba = [values[..., 1 + axes + j] for j in range(axes)]
        found += [salib.second_order(a, ab[j], ab[k], ba[j], b) * scale for j, k in _pairs(axes)]
    return np.array(found)
