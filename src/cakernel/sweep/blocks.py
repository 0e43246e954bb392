"""How a sweep's work is cut: points into blocks, a block's replications into parts.

A block is a set of points that run, and are written, together; a part of it is a span of their
replications, one shard on disk. Spans follow from the study and the goal alone, never from the
machine or from the size of blocks, so that results do not depend on either.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.checks import MAX_REPLICATIONS
from cakernel.sweep.study import Study

# nominal speed on two cores, in the units that `Study.cost` is counted in
WORK_A_SECOND = 5e9
# a part of a point ends here: some seconds of work, and outcomes held in memory
WORK_OF_PART = 6 * WORK_A_SECOND
ROWS_OF_PART = 4_000_000
# points are gathered into a block up to here
WORK_OF_BLOCK = 3 * WORK_A_SECOND
ROWS_OF_BLOCK = 2_500_000


def cut_blocks(
    points: pl.DataFrame, study: Study, replications: int, *, work: float, first_block: int
) -> pl.DataFrame:
    """Return points in the order they run in, with the ``block`` that each belongs to.

    ``work`` is how much a block may hold; a point of more has a block of its own.
    """
    together = [name for name in study.together if name in points.columns]
    ordered = points.sort(together, maintain_order=True) if together else points
    cost = study.cost(ordered).with_columns(span=_span(replications))
    share = cost.select(
        pl.max_horizontal(
            pl.col("work") * pl.col("span") / work,
            pl.col("rows") * pl.col("span") / ROWS_OF_BLOCK,
        )
    ).to_series()
    return ordered.with_columns(pl.Series("block", _filled(share.to_numpy()) + first_block))


def _filled(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return which block each point belongs to: as many in a row as their shares of one allow."""
    numbers = np.empty(len(shares), np.int64)
    until = np.cumsum(shares)
    start = number = 0
    while start < len(shares):
        before = until[start - 1] if start else 0.0
        # a little more than 1, as sums are rounded: ten tenths must fit
        end = max(start + 1, int(np.searchsorted(until, before + 1 + 1e-9, side="right")))
        numbers[start:end] = number
        start, number = end, number + 1
    return numbers


def _span(most: int) -> pl.Expr:
    """Return how many replications a part of a point holds."""
    fitting = pl.min_horizontal(WORK_OF_PART / pl.col("work"), ROWS_OF_PART / pl.col("rows"))
    return fitting.floor().clip(1, most).cast(pl.Int64)


def next_part(
    points: pl.DataFrame, done: pl.DataFrame | None, study: Study, goal: dict[str, Any]
) -> pl.DataFrame | None:
    """Return the next span of a block's replications; None where the goal is reached.

    ``done`` has, for each point that is still possible, ``point``, the replications ``done`` and
    ``error_reached``, null where it is not known; None before the first part. The result is the
    block's points with ``first_replication`` and ``replications``.
    """
    precision = goal["precision"]
    wanted = pl.lit(goal["replications"])
    if done is None:
        left = points.with_columns(done=pl.lit(0, pl.Int64))
    else:
        left = points.join(done, on="point", how="inner", maintain_order="left")
        if precision is not None:
            wanted = pl.max_horizontal(wanted, _needed(precision))
    span = study.cost(left).select(_span(MAX_REPLICATIONS)).to_series()
    first = pl.col("done")
    part = left.with_columns(
        first_replication=first,
        replications=pl.min_horizontal(wanted - first, pl.lit(span)).cast(pl.Int64),
    ).filter(pl.col("replications") > 0)
    if part.is_empty():
        return None
    return part.select(*points.columns, "first_replication", "replications")


def _needed(precision: dict[str, Any]) -> pl.Expr:
    """Return how many replications should reach the precision, from the error reached so far."""
    ratio = pl.col("error_reached") / precision["standard_error"]
    # 5% more, or else the next round might just miss it
    estimate = (pl.col("done") * ratio.pow(2) * 1.05).ceil().clip(1, precision["at_most"])
    return pl.when(ratio > 1).then(estimate.cast(pl.Int64)).otherwise(0)


def is_last(part: pl.DataFrame, goal: dict[str, Any]) -> bool:
    """Return whether the goal is surely reached with this part."""
    if goal["precision"] is not None:
        return False
    reached = part["first_replication"] + part["replications"]
    return bool((reached >= goal["replications"]).all())
