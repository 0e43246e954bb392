"""Morris' elementary effects, with the noise of each point taken out."""

import numpy as np
import numpy.typing as npt

from cakernel.checks import library
from cakernel.errors import InvalidInput
from cakernel.sensitivity.sobol import Estimate
from cakernel.sweep.design import salib_problem

Numbers = npt.NDArray[np.float64]


def morris_indices(
    unit: Numbers,
    values: Numbers,
    variances: Numbers,
    *,
    levels: int,
    confidence: float = 0.95,
    bootstrap: int = 1000,
    seed: int = 1,
) -> list[Estimate]:
    """Return mu, mu_star and sigma of each axis, in units of the outcome over the whole axis.

    An effect is (f' - f + e' - e) / delta. Noise leaves mu as it is and adds
    tau2 = mean(s2' + s2) / delta^2 to the variance of effects, which is subtracted. Of mu_star
    it makes more; that is undone by the ratio of the means of |normal| numbers with the
    variance of effects after and before, exact for normal effects, about right for others.

    ``unit``, (trajectories, axes + 1, axes), is the sample in the unit cube; ``values`` and
    ``variances``, (trajectories, axes + 1), are the outcome and the square of its standard error.
    Intervals are Student's, with the standard deviation of ``bootstrap`` resamples of trajectories;
    that of sigma is the one of its square.
    """
    step = np.diff(unit, axis=1)
    moved = np.abs(step) > 1e-9
    if not (moved.sum(axis=1) == 1).all() or not (moved.sum(axis=2) == 1).all():
        raise InvalidInput("design: a step of a trajectory changes no axis, or several")
    # the step at which each axis is moved, (trajectories, axes)
    when = moved.argmax(axis=1)
    delta = np.take_along_axis(step, when[:, None, :], axis=1)[:, 0]
    effects = np.take_along_axis(np.diff(values, axis=1), when, axis=1) / delta
    added = variances[:, :-1] + variances[:, 1:]
    noise = np.take_along_axis(added, when, axis=1) / delta**2

    trajectories, axes = effects.shape
    at = _estimates(effects[None], noise[None])[:, 0]
    generator = np.random.default_rng(seed)
    rows = generator.integers(trajectories, size=(bootstrap, trajectories))
    spread = _estimates(effects[rows], noise[rows]).std(axis=1, ddof=1)
    student = library("scipy.stats", extra="designs", what="an interval").t
    half = student.ppf((1 + confidence) / 2, trajectories - 1) * spread

    salib = library("SALib.analyze.morris", extra="designs", what="indices")
    plain = salib.analyze(
        salib_problem(axes),
        unit.reshape(-1, axes),
        values.ravel(),
        num_resamples=2,
        num_levels=levels,
        seed=1,
    )
    found = np.array([at, at - half, at + half])
    found[1:, 1] = np.maximum(found[1:, 1], 0)
    found[:, 2] = np.sqrt(np.maximum(found[:, 2], 0))
    names = [(kind, axis) for kind in ("mu", "mu_star", "sigma") for axis in range(axes)]
    return [
        Estimate(kind, axis, None, value, low, high, float(plain[kind][axis]))
        for (kind, axis), (value, low, high) in zip(names, found.reshape(3, -1).T, strict=True)
    ]


def _estimates(effects: Numbers, noise: Numbers) -> Numbers:
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
    special = library("scipy.special", extra="designs", what="mu_star")
    width = np.sqrt(2 * variance)
    scaled = np.divide(mean, width, out=np.full_like(mean, np.inf), where=width > 0)
    size: Numbers = width / np.sqrt(np.pi) * np.exp(-(scaled**2))
    size += np.abs(mean) * special.erf(np.abs(scaled))
    return size
