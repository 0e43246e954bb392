"""Who wins at each point of a sweep, by how much, and whether that is clear of noise."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import Percentage, Share, check_some
from cakernel.errors import InvalidInput
from cakernel.measures import Measure
from cakernel.ranking.influence import with_influence
from cakernel.ranking.intervals import Spread, reach
from cakernel.ranking.pairing import ROUNDING
from cakernel.sweep.results import SweepResults


def policy_rows(
    results: SweepResults, where: Mapping[str, str] | None = None, *, outcome: str
) -> pl.LazyFrame:
    """Return the rows of some policies, those whose ``where`` columns have these values.

    Where the ``outcome`` is a measure that rows of replications have no column for, they get it.
    """
    rows = results.results
    for name, value in (where or {}).items():
        if name not in results.keys:
            raise InvalidInput(f"where: got {name}; must be one of {', '.join(results.keys)}")
        there = rows.select(pl.col(name).unique().sort()).collect().to_series()
        if value not in there:
            raise InvalidInput(f"where.{name}: got {value}; must be one of {', '.join(there)}")
        rows = rows.filter(pl.col(name) == value)
    columns = rows.collect_schema().names()
    if outcome in columns or "replication" not in columns:
        return rows
    return with_influence(rows.collect(), outcome, ["point", *results.keys]).lazy()


def means_of(rows: pl.LazyFrame, keys: Sequence[str], outcome: str) -> pl.LazyFrame:
    """Return point, keys, ``mean``, its standard ``error``, null where unknown, and ``count``."""
    columns = rows.collect_schema().names()
    by = ["point", *keys]
    value = pl.col(outcome)
    if "replication" in columns:
        # in memory: sums in parts, as of a stream, would round differently each time
        listed = rows.select(*by, value).collect()
        return listed.group_by(by, maintain_order=True).agg(_over_replications(value)).lazy()
    own = f"se_{outcome.removeprefix('mean_')}"
    # a model without draws is exact
    error = pl.col(own) if own in columns else pl.lit(0.0)
    count = pl.col("replications") if "replications" in columns else pl.lit(1)
    return rows.select(*by, mean=value, error=error, count=count.cast(pl.Int64))


def _over_replications(value: pl.Expr) -> list[pl.Expr]:
    error = (value.std() / pl.len().sqrt()).alias("error")
    return [value.mean().alias("mean"), error, pl.len().cast(pl.Int64).alias("count")]


def rank_contenders(
    results: SweepResults,
    *,
    choice: Sequence[str] | None = None,
    where: Mapping[str, str] | None = None,
    outcome: str | None = None,
) -> pl.DataFrame:
    """Return for each point its contenders, the best first.

    A contender is a value of the ``choice`` columns, by default those of the study, and stands for
    its best policy by ``outcome``, the higher the better, by default the leading one. ``where``
    says which policies count. Points at which one of them has no outcome (no equilibrium) are left
    out. The table has point, contender, policy, mean, error, count and rank, 0 for the best.
    """
    outcome, keys = results.outcome(outcome), results.keys
    choice = results.choice if choice is None else choice
    check_some(choice=choice)
    for name in choice:
        if name not in keys:
            raise InvalidInput(f"choice: got {name}; must be one of {', '.join(keys)}")
        if name in results.points.columns:
            raise InvalidInput(
                f"choice: {name} is an axis of the sweep; must be one of its policies', which all "
                "meet at every point"
            )
    ranked = (
        means_of(policy_rows(results, where, outcome=outcome), keys, outcome)
        .filter(pl.col("mean").is_not_null().all().over("point"))
        .with_columns(
            contender=pl.concat_str(choice, separator=" "),
            policy=pl.concat_str(keys, separator=" "),
        )
        .sort("point", "mean", descending=[False, True], maintain_order=True)
        .group_by("point", "contender", maintain_order=True)
        .first()
        .with_columns(rank=pl.int_range(pl.len()).over("point"))
        .select("point", "contender", "policy", "mean", "error", "count", "rank")
        .collect()
    )
    if ranked.is_empty():
        raise InvalidInput("points: none has results")
    if ranked["rank"].max() == 0:
        raise InvalidInput(f"choice: only {ranked['contender'][0]} is there; must be two or more")
    return ranked


@checked_arguments
def find_winners(
    results: SweepResults,
    *,
    choice: Sequence[str] | None = None,
    where: Mapping[str, str] | None = None,
    outcome: str | None = None,
    confidence: Share = 0.95,
    indifference: Percentage = 0.0,
) -> pl.DataFrame:
    """Return who wins at each point; see `rank_contenders` for who contends.

    The winner is compared with each other contender, replication by replication where rows are
    replications (all policies of a point meet the same draws), by intervals made for skewed
    differences; else as if they were independent, which is too cautious, by Student's, as the
    skewness is not known. The confidence is shared out among the comparisons of a point
    (Bonferroni): where each contender is one policy, one that is not the best is called "clear"
    with a probability of at most half of 1 - confidence. Where contenders stand for the best of
    several policies, this selection is not allowed for, and "clear" is wrong somewhat more often.
    By a measure such as "shortfall_5_resources" nothing is clear before ten replications lie in its
    tail (200 of 5%).

    The table has point, winner, runner_up, winner_policy, runner_up_policy, mean (the winner's),
    margin (winner minus runner-up), its standard error, low and high, null where it is the same in
    all replications although outcomes vary, and paired; ``good``, the
    winner and those that surely lose no more than ``indifference``, in percent of its outcome; and
    ``state``: "clear" if the winner surely beats all others, "tied" if all but the good ones, else
    "unclear".
    """
    outcome = results.outcome(outcome)
    ranked = rank_contenders(results, choice=choice, where=where, outcome=outcome)
    rows = policy_rows(results, where, outcome=outcome)
    paired = "replication" in rows.collect_schema()
    first = ranked.filter(rank=0).select(
        "point", "mean", winner="contender", winner_policy="policy", own="error"
    )
    others = ranked.filter(pl.col("rank") > 0).join(
        first.rename({"mean": "best"}), on="point", maintain_order="left"
    )
    both = (pl.col("own").pow(2) + pl.col("error").pow(2)).sqrt()
    others = others.with_columns(unpaired=both)
    if paired:
        margins = _paired_margins(rows, others, results.keys, outcome)
        compared = others.drop("error", "count").join(
            margins, on=["point", "rank"], how="left", maintain_order="left"
        )
    else:
        compared = others.with_columns(
            margin=pl.col("best") - pl.col("mean"), error=both, skewness=pl.lit(None, pl.Float64)
        )
    shared_out = 1 - (1 - confidence) / (ranked["contender"].n_unique() - 1)
    measure = Measure.named(outcome)
    compared = _with_interval(compared, (1 + shared_out) / 2, exact=measure is None)
    # of fewer the ends of a measure say too little
    enough = pl.col("count") >= (0 if measure is None else measure.fewest)
    beaten = ((pl.col("low") > 0) & enough).fill_null(False)
    worth = pl.col("best").abs() * (indifference / 100)
    good = ((pl.col("high") <= worth) & enough).fill_null(False)
    tied = pl.when((beaten | good).all()).then(pl.lit("tied")).otherwise(pl.lit("unclear"))
    judged = compared.group_by("point").agg(
        good=pl.col("contender").filter(good),
        state=pl.when(beaten.all()).then(pl.lit("clear")).otherwise(tied),
    )
    second = compared.filter(rank=1).select(
        "point", "margin", "error", "low", "high", runner_up="contender", runner_up_policy="policy"
    )
    return (
        first.join(second, on="point", maintain_order="left")
        .join(judged, on="point", maintain_order="left")
        .with_columns(pl.concat_list("winner", "good").alias("good"), paired=pl.lit(paired))
        .select(
            *("point", "winner", "runner_up", "winner_policy", "runner_up_policy", "mean"),
            *("margin", "error", "low", "high", "paired", "good", "state"),
        )
    )


def _with_interval(compared: pl.DataFrame, probability: float, *, exact: bool) -> pl.DataFrame:
    """Add ``low`` and ``high``, null where the margin is the same in all replications.

    Where neither outcome varies, nothing is drawn, and the margin is ``exact``; but a target may
    be met in all replications by chance.
    """
    rounding = ROUNDING * (pl.col("best").abs() + pl.col("mean").abs())
    compared = compared.with_columns(
        error=pl.when(pl.col("error") > rounding).then("error").otherwise(0 * pl.col("error")),
        exact=(pl.col("unpaired") <= rounding).fill_null(False) & exact,
    )
    error, skewness = (compared[name].to_numpy() for name in ("error", "skewness"))
    count = np.maximum(compared["count"].to_numpy(), 2)
    below, above = reach(Spread(error, skewness, count, count), probability)
    ends = {"low": pl.col("margin") - below, "high": pl.col("margin") + above}
    return compared.with_columns(
        pl.when("exact").then("margin").when(end.is_finite()).then(end).alias(name)
        for name, end in ends.items()
    )


def _paired_margins(
    rows: pl.LazyFrame, others: pl.DataFrame, keys: Sequence[str], outcome: str
) -> pl.DataFrame:
    """Return for each point and rank the differences winner minus contender."""
    named = rows.select(
        "point", "replication", policy=pl.concat_str(keys, separator=" "), value=outcome
    )
    best = named.rename({"policy": "winner_policy", "value": "best"})
    difference = pl.col("best") - pl.col("value")
    return (
        named.join(
            others.lazy().select("point", "policy", "rank", "winner_policy"),
            on=["point", "policy"],
        )
        .join(best, on=["point", "replication", "winner_policy"])
        .sort("point", "rank", "replication")
        .collect()
        .group_by("point", "rank", maintain_order=True)
        .agg(*_over_replications(difference), skewness=difference.skew(bias=False))
        .rename({"mean": "margin"})
    )
