"""Frames in the shape of paired results, made of random numbers with known means."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import stats

# policies of made frames
NAMES = [
    (f"SRD-{supply}", f"CRD-{cyber}", principle)
    for cyber in (5, 1, 2)
    for principle in "PC"
    for supply in range(1, 9)
]


def paired_frame(values: np.ndarray, **labels: object) -> pl.DataFrame:
    """Return a frame of outcomes ``values`` ([repetitions,] policies, replications)."""
    repetitions, policies = values.shape[:-2], values.shape[-2]
    names = pl.DataFrame(
        NAMES[:policies], schema=["supply_rule", "cyber_rule", "principle"], orient="row"
    )
    places = np.indices(values.shape).reshape(values.ndim, -1)
    repetition = [pl.Series("repetition", places[0])] if repetitions else []
    return names[places[-2]].with_columns(
        pl.Series("replication", places[-1]),
        pl.Series("mean_resources", values.ravel()),
        *repetition,
        *(pl.lit(value).alias(name) for name, value in labels.items()),
    )


def many(repetitions: int, means: list[float], replications: int, draw) -> pl.DataFrame:
    """Return repetitions of an experiment; ``draw(size)`` makes noise of mean 0."""
    size = (len(means), replications)
    noise = np.stack([draw(size) for _ in range(repetitions)])
    return paired_frame(np.array(means)[:, None] + noise)


def correlated(seed: int):
    """Return a maker of normal noise, four fifths of whose variance the policies share."""
    rng = np.random.default_rng(seed)

    def draw(size):
        return 2 * rng.normal(size=(1, size[1])) + rng.normal(size=size)

    return draw


def skewed(seed: int):
    """Return a maker of correlated noise whose paired differences are skewed.

    The policies share an exponential part, in growing shares, so that differences are
    exponential but for some normal noise.
    """
    rng = np.random.default_rng(seed)

    def draw(size):
        shared = rng.exponential(size=(1, size[1])) - 1
        return np.arange(1, size[0] + 1)[:, None] * shared + 0.3 * rng.normal(size=size)

    return draw


def union_interval(differences: np.ndarray, *, level: float) -> tuple[float, float]:
    """Return the wider end on either side of Student's interval and of Willink's (2005, eq. 6)."""
    count = len(differences)
    mean, error = differences.mean(), stats.sem(differences)
    a = stats.skew(differences, bias=False) / (6 * np.sqrt(count))
    student = stats.t.ppf(1 - level / 2, count - 1)

    def corrected(r: float) -> float:
        return (np.cbrt(1 + 6 * a * (r - a)) - 1) / (2 * a)

    return (
        mean - error * max(student, corrected(student)),
        mean + error * max(student, -corrected(-student)),
    )
