"""How a sweep's work is cut, points into blocks, their replications into parts, and merged again.

A block is a set of points that run, and are written, together; a part of it is a span of their
replications, one shard on disk. Spans follow from the study and the goal alone, never from the
machine or from the size of blocks, so that results do not depend on either.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.checks import MAX_REPLICATIONS
from cakernel.measures import Measure
from cakernel.memory import check_memory
from cakernel.sweep.shard import Goal
from cakernel.sweep.study import Study

# nominal speed on two cores, in the units that `Study.cost` is counted in
WORK_A_SECOND = 5e9
# a part of a point ends here: some seconds of work, and outcomes held in memory
WORK_OF_PART = 6 * WORK_A_SECOND
ROWS_OF_PART = 4_000_000
# points are gathered into a block up to here
WORK_OF_BLOCK = 3 * WORK_A_SECOND
ROWS_OF_BLOCK = 2_500_000
# memory that a point takes while it runs, in rows: however few rows points have, a block holds at
# most a tenth as many points as rows
ROWS_OF_POINT = 10
# before these a standard error is no reason to stop: that of fewer is too uncertain itself
FEWEST_REPLICATIONS = 10
# and before these, where all replications of a row came out alike and its standard error is 0:
# what happens in 3% of replications is missed by so many with a probability of 5%
FEWEST_ALIKE = 100
# a standard error below this share of the mean is one of rounding
ROUNDING = 1e-12
# bytes of a row of a point whose measures are taken, as measured
OF_MEASURED = 130


def cut_blocks(
    points: pl.DataFrame, study: Study, replications: int, *, work: float, first_block: int
) -> pl.DataFrame:
    """Return points in the order they run in, with the ``block`` that each belongs to.

    ``work`` is how much a block may hold; a point of more has a block of its own.
    """
    together = [name for name in study.together if name in points.columns]
    ordered = points.sort(together, maintain_order=True) if together else points
    cost = study.cost(ordered).with_columns(span=_span(replications, whole=_is_whole(study)))
    span = pl.col("span")
    share = cost.select(
        pl.max_horizontal(
            (pl.col("once") + pl.col("work") * span) / work,
            (ROWS_OF_POINT + pl.col("rows") * span) / ROWS_OF_BLOCK,
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


def _is_whole(study: Study) -> bool:
    """Say whether a part holds all replications of a point: measures need these at once."""
    return bool(study.description().get("measures"))


def check_whole_points(points: pl.DataFrame, study: Study, replications: int) -> None:
    """Raise where the replications of a point, which measures need at once, fill the memory."""
    if _is_whole(study):
        rows = int(study.cost(points)["rows"].max() or 0) * replications  # type: ignore[arg-type]
        check_memory("policies * replications (all at once for measures)", rows, rows * OF_MEASURED)


def _span(most: int, *, whole: bool) -> pl.Expr:
    """Return how many replications a part of a point holds."""
    if whole:
        return pl.lit(most, pl.Int64)
    fitting = pl.min_horizontal(WORK_OF_PART / pl.col("work"), ROWS_OF_PART / pl.col("rows"))
    return fitting.floor().clip(1, most).cast(pl.Int64)


def next_part(
    points: pl.DataFrame, done: pl.DataFrame | None, study: Study, goal: Goal
) -> pl.DataFrame | None:
    """Return the next span of a block's replications; None where the goal is reached.

    ``done`` has, for each point that is still possible, ``point``, the replications ``done``,
    ``error_reached``, null where it is not known, and the ``fewest`` replications before that
    counts; None before the first part. The result is the block's points with
    ``first_replication`` and ``replications``. With measures a point that needs more replications
    runs all of them again: quantiles of parts cannot be put together.
    """
    precision = goal["precision"]
    wanted = pl.lit(goal["replications"])
    if done is None:
        left = points.with_columns(done=pl.lit(0, pl.Int64))
    else:
        left = points.join(done, on="point", how="inner", maintain_order="left")
        if precision is not None:
            ratio = pl.col("error_reached") / precision["standard_error"]
            # 5% more, or else the next round might just miss it
            needed = (pl.col("done") * ratio.pow(2) * 1.05).ceil().clip(1, precision["at_most"])
            missed = pl.when(ratio > 1).then(needed.cast(pl.Int64)).otherwise(0)
            fewest = pl.min_horizontal("fewest", pl.lit(precision["at_most"]))
            wanted = pl.max_horizontal(wanted, missed, fewest)
    whole = _is_whole(study)
    span = study.cost(left).select(_span(MAX_REPLICATIONS, whole=whole)).to_series()
    first = pl.col("done")
    if whole:
        first = pl.when(first < wanted).then(0).otherwise(first)
    part = left.with_columns(
        first_replication=first,
        replications=pl.min_horizontal(wanted - first, pl.lit(span)).cast(pl.Int64),
    ).filter(pl.col("replications") > 0)
    part = part.select(*points.columns, "first_replication", "replications")
    return None if part.is_empty() else part


def is_last(part: pl.DataFrame, goal: Goal) -> bool:
    """Return whether the goal is surely reached with this part."""
    if goal["precision"] is not None:
        return False
    reached = part["first_replication"] + part["replications"]
    return bool((reached >= goal["replications"]).all())


def merged_parts(
    rows: pl.LazyFrame, keys: Sequence[str], *, measures: Sequence[str] = ()
) -> pl.LazyFrame:
    """Return one row for each point and key of a block's parts.

    Means and standard errors of successive replications are put together; rows of single
    replications stand beside each other. With ``measures`` each part has all replications, and
    the longest counts.
    """
    columns = rows.collect_schema().names()
    if "replications" not in columns:
        return rows
    if measures:
        longest = pl.all().sort_by("replications", nulls_last=False).last()
        return rows.group_by("point", *keys, maintain_order=True).agg(longest).select(columns)
    count = pl.col("replications")
    total = count.sum()
    merged = [pl.col("first_replication").first(), total, pl.col("error").first()]
    for mean in (name for name in columns if name.startswith("mean_")):
        error = f"se_{mean.removeprefix('mean_')}"
        average = (pl.col(mean) * count).sum() / total
        # sums of squares within and between the parts; a part of one replication has none within
        within = (pl.col(error).pow(2).fill_null(0) * count * (count - 1)).sum()
        between = (count * (pl.col(mean) - average).pow(2)).sum()
        spread = ((within + between) / (total - 1) / total).sqrt()
        # a point of one part keeps its digits, whatever the parts of others in its block
        alone = pl.len() == 1
        known = pl.when(total > 1).then(spread)
        merged += [
            pl.when(alone).then(pl.col(mean).first()).otherwise(average).alias(mean),
            pl.when(alone).then(pl.col(error).first()).otherwise(known).alias(error),
        ]
    return rows.group_by("point", *keys, maintain_order=True).agg(merged).select(columns)


def replicated_so_far(
    rows: pl.LazyFrame,
    keys: Sequence[str],
    precision: dict[str, Any] | None,
    *,
    measures: Sequence[str] = (),
) -> pl.DataFrame:
    """Return how far the possible points of a block's rows are.

    That is ``point``, the replications ``done``, ``error_reached``: the largest standard error
    of the outcome that has to be precise among the point's rows, null where it is not known; and
    ``fewest``: the replications before which it says too little.
    """
    rows = rows.filter(pl.col("error").is_null())
    columns = rows.collect_schema().names()
    count, spread, mean = pl.lit(1), pl.lit(None, pl.Float64), pl.lit(None, pl.Float64)
    if "replications" in columns:
        count = pl.col("replications").max() if measures else pl.col("replications").sum()
        if precision is not None:
            rows = merged_parts(rows, keys, measures=measures)
            of = precision["outcome"]
            spread = pl.col(f"se_{of}").max()
            mean = pl.col(of if of in measures else f"mean_{of}").first()
    elif "replication" in columns:
        count = pl.len()
        if precision is not None:
            mean = pl.col(f"mean_{precision['outcome']}").mean()
            spread = pl.col(f"mean_{precision['outcome']}").std() / pl.len().sqrt()
    measure = None if precision is None else Measure.named(precision["outcome"])
    # a tail needs more, and more still where all came out alike
    fewest = FEWEST_REPLICATIONS if measure is None else max(FEWEST_REPLICATIONS, measure.fewest)
    alike = (pl.col("error_reached") <= ROUNDING * pl.col("mean").abs()).any()
    return (
        rows.group_by("point", *keys, maintain_order=True)
        .agg(done=count, error_reached=spread, mean=mean)
        .group_by("point", maintain_order=True)
        .agg(
            pl.col("done").first().cast(pl.Int64),
            pl.col("error_reached").max(),
            fewest=pl.when(alike).then(max(fewest, FEWEST_ALIKE)).otherwise(fewest),
        )
        .collect()
    )
