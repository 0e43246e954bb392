"""Paired results and comparisons for tests of claims, of made policies with known means."""

import numpy as np
import polars as pl

from cakernel.paper.claims import Among, Comparison, results_of
from helpers.answer_frames import correlated, paired_frame


def results(means: list[float], *, spread: float = 1.0, count: int = 20, seed: int = 1):
    """Return results of made policies with these true means."""
    noise = spread * correlated(seed)((len(means), count))
    frame = paired_frame(np.array(means)[:, None] + noise)
    return results_of(
        frame.with_columns(mean_x=pl.lit(1.0), mean_y=pl.col("mean_resources")), bootstrap=200
    )


def one(rule: str) -> Among:
    return Among((rule,), ("CRD-5",), ("P",))


def above(first: str, second: str) -> Comparison:
    return Comparison(f"{first} above {second}", one(first), one(second))
