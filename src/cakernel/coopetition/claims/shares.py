"""Shares of markets in which a claim holds, is equal or is opposite, with binomial intervals."""

from math import sqrt
from statistics import NormalDist
from typing import Any, Final

import polars as pl

# differences of at most this size, in units of money or probability, are called equal
EQUAL: Final = 1e-7


def interval(holds: int, counted: int, confidence: float) -> tuple[float, float]:
    """Return Wilson's interval of a binomial share, which also serves near 0 and 1."""
    if not counted:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, shrink = holds / counted, 1 + z * z / counted
    middle = (share + z * z / (2 * counted)) / shrink
    half = z / shrink * sqrt(share * (1 - share) / counted + (z / (2 * counted)) ** 2)
    return max(0.0, middle - half), min(1.0, middle + half)


def shares(values: pl.Series, all_values: pl.Series, confidence: float) -> dict[str, Any]:
    """Count differences above, at and below 0; ``all_values`` has those not unique, too."""
    counted = values.drop_nulls()
    holds, opposite = int((counted > EQUAL).sum()), int((counted < -EQUAL).sum())
    lower, upper = interval(holds, len(counted), confidence)
    too = all_values.drop_nulls()
    equal = len(counted) - holds - opposite
    return {
        "holds": holds,
        "equal": equal,
        "opposite": opposite,
        "share": holds / len(counted) if len(counted) else None,
        "lower": lower,
        "upper": upper,
        "verdict": _verdict(holds, equal, len(counted)),
        "share_not_unique_too": float((too > EQUAL).mean()) if len(too) else None,  # type: ignore[arg-type]
        "mean_difference": counted.mean(),
        "median_difference": counted.median(),
    }


def _verdict(holds: int, equal: int, counted: int) -> str:
    if not counted:
        return "no market counted"
    # neither for the claim nor against it
    if equal == counted:
        return "equal in all"
    return f"holds in {holds / counted:.1%}, fails in {1 - holds / counted:.1%}"
