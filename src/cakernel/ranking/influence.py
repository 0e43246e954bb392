"""Measures of an outcome besides its mean, and each replication's part in them.

A mean is an average over replications; a quantile or an expected shortfall is not. Its influence
values are: one a replication, their average is the measure, their spread tells its standard error,
and those of policies that met the same disruptions are paired as outcomes are. So what is known of
means (intervals of paired differences, multiple comparisons, resamples) holds for measures, too, of
many replications.

References
----------
Hong, L. J., Hu, Z. and Liu, G. (2014). Monte Carlo methods for value-at-risk and conditional
value-at-risk: a review. ACM Transactions on Modeling and Computer Simulation 24(4), 22,
doi 10.1145/2661631 (the asymptotic variances of both).
Hampel, F. R. (1974). The influence curve and its role in robust estimation. Journal of the
American Statistical Association 69(346), 383-393, doi 10.1080/01621459.1974.10482962.
Woodruff, R. S. (1952). Confidence intervals for medians and other position measures. Journal of the
American Statistical Association 47(260), 635-646, doi 10.1080/01621459.1952.10483443.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.measures import Measure

Numbers = npt.NDArray[np.float64]
# the outcomes between these standard errors of a share tell how dense they are at a quantile
NORMAL = 1.96


def shortfall(values: Numbers, tail: float) -> Numbers:
    """Return the mean of the lowest share ``tail`` of values, sorted along the last axis."""
    weights = _weights(values.shape[-1], tail)
    # a matrix product would sum in an order that hangs on what else is in it, and on threads
    mean: Numbers = np.ascontiguousarray(values * weights).sum(axis=-1) / (tail * len(weights))
    return mean


def measured(measure: Measure, values: Numbers) -> Numbers:
    """Return a measure of values over their last axis; a quantile is that of `numpy.quantile`."""
    if measure.kind == "quantile":
        return np.asarray(np.quantile(values, measure.value, axis=-1))
    if measure.kind == "shortfall":
        return shortfall(np.sort(values, axis=-1), measure.value)
    return np.asarray((values > measure.value).mean(axis=-1))


def influence_values(measure: Measure, values: Numbers) -> Numbers:
    """Return for each value what averages to the measure of all, over the last axis.

    Of a target whether it is exceeded; of a shortfall c - max(c - value, 0) / tail, where c is the
    value at the edge of the worst (Rockafellar and Uryasev 2002); of a quantile its Bahadur
    representation, with the density of Woodruff's interval.

    Examples
    --------
    >>> profits = np.array([1.0, 2.0, 3.0, 6.0])
    >>> influence_values(Measure("shortfall", "50", "profit"), profits)
    array([0., 2., 2., 2.])
    """
    if measure.kind == "above":
        return (values > measure.value).astype(np.float64)
    if measure.kind == "shortfall":
        tail, count = measure.value, values.shape[-1]
        last = np.count_nonzero(_weights(count, tail)) - 1
        edge = np.partition(values, last, axis=-1)[..., last, None]
        found: Numbers = edge - np.maximum(edge - values, 0) / tail
        return found
    return _of_quantile(values, measure.value)


def mean_error(influence: Numbers) -> Numbers:
    """Return the standard error of the measure that influence values average to."""
    count = influence.shape[-1]
    return np.asarray(influence.std(axis=-1, ddof=1) / np.sqrt(count))


def with_influence(rows: pl.DataFrame, outcome: str, groups: Sequence[str]) -> pl.DataFrame:
    """Add the column ``outcome`` of a measure to rows of replications, group by group.

    It holds influence values. Rows that have the column, or lack what it is made of, and outcomes
    that are no measures are left as they are.
    """
    measure = None if outcome in rows.columns else Measure.named(outcome)
    if measure is None:
        return rows
    column = column_of(measure, rows.columns)
    if column not in rows.columns or not rows.schema[column].is_numeric():
        return rows
    values = rows[column].to_numpy().astype(np.float64)
    found = np.empty(len(values))
    place = "\0place"
    numbered = rows.select(groups).with_row_index(place)
    places = numbered.group_by(groups or pl.lit(0), maintain_order=True).agg(place)[place]
    counts = places.list.len().to_numpy().astype(np.int64)
    order = places.explode().to_numpy()
    starts = np.cumsum(counts) - counts
    # groups of as many replications at once
    for count in np.unique(counts):
        at = order[starts[counts == count, None] + np.arange(count)]
        found[at] = influence_values(measure, values[at])
    return rows.with_columns(pl.Series(outcome, found))


def column_of(measure: Measure, columns: Sequence[str]) -> str:
    """Return the column of the outcome that a measure is of."""
    return measure.of if measure.of in columns else f"mean_{measure.of}"


def _weights(count: int, tail: float) -> Numbers:
    """Return how much of each of ``count`` sorted values lies in the tail.

    That is 1 of whole replications, and the part of the next one.
    """
    return np.clip(tail * count - np.arange(count), 0, 1)


def _of_quantile(values: Numbers, share: float) -> Numbers:
    count = values.shape[-1]
    reach = NORMAL * np.sqrt(share * (1 - share) / count)
    low, high = max(share - reach, 0.0), min(share + reach, 1.0)
    ends = np.quantile(values, [low, share, high, 0.0, 1.0], axis=-1)[..., None]
    slope = (ends[2] - ends[0]) / (high - low)
    # where outcomes near the quantile are all alike, those of the whole range tell
    slope = np.where(slope > 0, slope, ends[4] - ends[3])
    below, equal = values < ends[1], values == ends[1]
    share_below = below.mean(axis=-1, keepdims=True)
    share_equal = equal.mean(axis=-1, keepdims=True)
    # of those equal to the quantile, the part that lies below it
    part = np.divide(
        share - share_below, share_equal, out=np.zeros_like(share_equal), where=share_equal > 0
    )
    under = below + np.clip(part, 0, 1) * equal
    found: Numbers = ends[1] + slope * (under.mean(axis=-1, keepdims=True) - under)
    return found
