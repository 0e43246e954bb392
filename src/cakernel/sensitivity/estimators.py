"""Estimators of sensitivity, Sobol's indices and Morris' effects, with the points' noise taken out.

Those of Sobol's are SALib's: first order after Saltelli et al. (2010), total after Jansen (1999),
second order after Saltelli (2002).
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import special

from cakernel.errors import InvalidInput
from cakernel.extras import library

Numbers = npt.NDArray[np.float64]
# numbers held at a time while resampling
MOST_NUMBERS = 4_000_000


@dataclass(frozen=True)
class Estimate:
    """An index with its interval, if known; axes by number, ``other`` for second order alone."""

    index: str
    axis: int
    other: int | None
    value: float
    low: float | None
    high: float | None
    uncorrected: float


def noise_share(values: Numbers, variances: Numbers) -> float:
    """Return which part of the variance over the points is noise."""
    total = np.var(values)
    return float(variances.mean() / total) if total > 0 else np.nan


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
    resamples of blocks; there are none where a resample may be without variance, as of few blocks.
    """
    if not np.ptp(values[:, [0, -1]]) > 0:
        raise InvalidInput(
            "outcome: is the same at all points of the base samples; must vary for indices"
        )
    centred = values - values.mean()
    share = noise_share(centred[:, [0, -1]], variances[:, [0, -1]])
    if share >= 1:
        raise InvalidInput(
            f"outcome: {share:.0%} of its variance is noise; indices need more replications"
        )
    names: list[tuple[str, int, int | None]]
    names = [(kind, axis, None) for kind in ("first", "total") for axis in range(axes)]
    names += [("second", j, k) for j, k in combinations(range(axes), 2) if second_order]

    def estimates(chosen: Numbers, noise: Numbers) -> Numbers:
        return _sobol(chosen, noise, axes, second_order)

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
    # imported here: it takes as long as all else
    from scipy import stats

    half = stats.norm.ppf((1 + confidence) / 2)
    ends = np.array([at - half * spread, at + half * spread])
    if not np.isfinite(ends).all():
        ends = np.full(ends.shape, None)
    return [
        Estimate(*name, *numbers) for name, *numbers in zip(names, at, *ends, plain, strict=True)
    ]


def _sobol(values: Numbers, noise: Numbers, axes: int, second_order: bool) -> Numbers:
    """Return all indices of each sample, (indices, samples), of (blocks, samples, size).

    NaN of a sample whose outcome is the same at all points of A and B.
    """
    salib = library("SALib.analyze.sobol", extra="designs", what="indices")
    a, b = values[..., 0], values[..., -1]
    ab = [values[..., 1 + j] for j in range(axes)]
    noise_a, noise_b = noise[..., 0].mean(axis=0), noise[..., -1].mean(axis=0)
    both = np.r_[a, b]
    total = np.var(both, axis=0)
    real = total - (noise_a + noise_b) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        # SALib divides by the whole variance, its noise included
        scale = np.where(np.ptp(both, axis=0) > 0, total / real, np.nan)
        found = [salib.first_order(a, ab[j], b) * scale for j in range(axes)]
        for j in range(axes):
            added = (noise_a + noise[..., 1 + j].mean(axis=0)) / 2
            found.append(salib.total_order(a, ab[j], b) * scale - added / real)
        for j, k in combinations(range(axes), 2) if second_order else ():
            found.append(salib.second_order(a, ab[j], ab[k], values[..., 1 + axes + j], b) * scale)
    return np.array(found)


def morris_indices(
    unit: Numbers,
    taken: Numbers,
    values: Numbers,
    variances: Numbers,
    *,
    confidence: float = 0.95,
    bootstrap: int = 1000,
    seed: int = 1,
) -> list[Estimate]:
    """Return mu, mu_star and sigma of each axis, in units of the outcome over the whole axis.

    An effect is (f' - f + e' - e) / delta, delta the step that the axis took. Noise leaves mu as it
    is and adds tau2 = mean(s2' + s2) / delta^2 to the variance of effects, which is subtracted. Of
    mu_star it makes more; that is undone by the ratio of the means of |normal| numbers with the
    variance of effects after and before, exact for normal effects, about right for others.

    ``unit``, (trajectories, axes + 1, axes), is the sample in the unit cube, ``taken`` where the
    values that axes have there lie between their ends; ``values`` and ``variances``,
    (trajectories, axes + 1), are the outcome and the square of its standard error.
    Intervals are Student's, with the standard deviation of ``bootstrap`` resamples of trajectories;
    that of sigma is the one of its square.
    """
    if not np.ptp(values) > 0:
        raise InvalidInput("outcome: is the same at all points; must vary for indices")
    step = np.diff(unit, axis=1)
    moved = np.abs(step) > 1e-9
    if not (moved.sum(axis=1) == 1).all() or not (moved.sum(axis=2) == 1).all():
        raise InvalidInput("design: a step of a trajectory changes no axis, or several")
    # the step at which each axis is moved, (trajectories, axes)
    when = moved.argmax(axis=1)
    delta = np.take_along_axis(np.diff(taken, axis=1), when[:, None, :], axis=1)[:, 0]
    effects = np.take_along_axis(np.diff(values, axis=1), when, axis=1) / delta
    added = variances[:, :-1] + variances[:, 1:]
    noise = np.take_along_axis(added, when, axis=1) / delta**2

    trajectories, axes = effects.shape
    at = _morris(effects[None], noise[None])[:, 0]
    generator = np.random.default_rng(seed)
    rows = generator.integers(trajectories, size=(bootstrap, trajectories))
    spread = _morris(effects[rows], noise[rows]).std(axis=1, ddof=1)
    # imported here: it takes as long as all else
    from scipy import stats

    half = stats.t.ppf((1 + confidence) / 2, trajectories - 1) * spread

    plain = _morris(effects[None], np.zeros_like(noise)[None])[:, 0]
    found = np.array([at, at - half, at + half, plain])
    found[1:3, 1] = np.maximum(found[1:3, 1], 0)
    found[:, 2] = np.sqrt(np.maximum(found[:, 2], 0))
    names = [(kind, axis) for kind in ("mu", "mu_star", "sigma") for axis in range(axes)]
    return [
        Estimate(kind, axis, None, *map(float, numbers))
        for (kind, axis), numbers in zip(names, found.reshape(4, -1).T, strict=True)
    ]


def _morris(effects: Numbers, noise: Numbers) -> Numbers:
    """Return mu, mu_star and the square of sigma of each sample, (3, samples, axes)."""
    mu = effects.mean(axis=1)
    whole = effects.var(axis=1, ddof=1)
    own = whole - noise.mean(axis=1)
    before, after = _mean_size(mu, whole), _mean_size(mu, np.maximum(own, 0))
    ratio = np.divide(after, before, out=np.ones_like(mu), where=before > 0)
    # a mean of sizes is never below the size of the mean
    mu_star = np.maximum(np.abs(effects).mean(axis=1) * ratio, np.abs(mu))
    return np.array([mu, mu_star, own])


def _mean_size(mean: Numbers, variance: Numbers) -> Numbers:
    """Return the mean of the absolute value of a normal number."""
    width = np.sqrt(2 * variance)
    scaled = np.divide(mean, width, out=np.full_like(mean, np.inf), where=width > 0)
    size: Numbers = width / np.sqrt(np.pi) * np.exp(-(scaled**2))
    size += np.abs(mean) * special.erf(np.abs(scaled))
    return size
