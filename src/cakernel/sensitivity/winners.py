"""Who wins at each point of a sweep, by how much, and whether that is clear."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.extras import library
from cakernel.sensitivity.standings import policy_rows, standings
from cakernel.sweep.results import SweepResults


def contest(
    results: SweepResults,
    *,
    choice: Sequence[str] | None = None,
    where: Mapping[str, str] | None = None,
    outcome: str | None = None,
    confidence: float = 0.95,
    indifference: float = 0.0,
) -> pl.DataFrame:
    """Return who wins at each point.

    The winner is compared with each other contender, replication by replication where rows are
    replications (all policies of a point meet the same disruptions), else as if they were
    independent, which is too cautious. The confidence is shared out among the comparisons
    (Bonferroni): where each contender is one policy, one that is not the best is called "clear"
    with a probability of at most half of 1 - confidence. Where contenders stand for the best of
    several policies, that is not counted, and somewhat more are.

    Parameters
    ----------
    results, choice, where, outcome
        As of `standings`.
    confidence : float, default 0.95
        Of a point's comparisons together, between 0 and 1.
    indifference : float, default 0
        What may be lost against the winner without mattering, in percent of its outcome.

    Returns
    -------
    polars.DataFrame
        point, winner, runner_up, winner_policy, runner_up_policy, mean (the winner's), margin
        (winner minus runner-up), its standard error, low and high, paired; ``good``, the winner
        and those that surely lose no more than is indifferent; ``state``: "clear" if the winner
        surely beats all others, "tied" if it does but for some that are good, "unclear" otherwise.

    Raises
    ------
    InvalidInput
        If an argument is outside its range.
    """
    check_confidence(confidence)
    check_indifference(indifference)
    outcome = results.outcome(outcome)
    ranked = standings(results, choice=choice, where=where, outcome=outcome)
    rows = policy_rows(results, where)
    paired = "replication" in rows.collect_schema()
    first = ranked.filter(pl.col("place") == 0).select(
        "point", "mean", winner="contender", winner_policy="policy", own="error"
    )
    others = ranked.filter(pl.col("place") > 0).join(
        first.rename({"mean": "best"}), on="point", maintain_order="left"
    )
    if paired:
        differences = _paired(rows, others, results.keys, outcome)
        compared = others.drop("error", "count").join(
            differences, on=["point", "place"], how="left", maintain_order="left"
        )
    else:
        both = (pl.col("own").pow(2) + pl.col("error").pow(2)).sqrt()
        compared = others.with_columns(margin=pl.col("best") - pl.col("mean"), error=both)
    shared_out = 1 - (1 - confidence) / (ranked["contender"].n_unique() - 1)
    half = half_width(compared["error"], compared["count"], shared_out)
    compared = compared.with_columns(low=pl.col("margin") - half, high=pl.col("margin") + half)
    beaten = (pl.col("low") > 0).fill_null(False)
    worth = pl.col("best").abs() * (indifference / 100)
    good = (pl.col("high") <= worth).fill_null(False)
    judged = compared.group_by("point").agg(
        good=pl.col("contender").filter(good),
        state=pl.when(beaten.all())
        .then(pl.lit("clear"))
        .when((beaten | good).all())
        .then(pl.lit("tied"))
        .otherwise(pl.lit("unclear")),
    )
    second = compared.filter(pl.col("place") == 1).select(
        "point",
        *("margin", "error", "low", "high"),
        runner_up="contender",
        runner_up_policy="policy",
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


def _paired(
    rows: pl.LazyFrame, others: pl.DataFrame, keys: Sequence[str], outcome: str
) -> pl.DataFrame:
    """Return for each point and place the differences winner minus contender."""
    named = rows.select(
        "point", "replication", policy=pl.concat_str(keys, separator=" "), value=outcome
    )
    best = named.rename({"policy": "winner_policy", "value": "best"})
    difference = pl.col("best") - pl.col("value")
    return (
        named.join(
            others.lazy().select("point", "policy", "place", "winner_policy"),
            on=["point", "policy"],
        )
        .join(best, on=["point", "replication", "winner_policy"])
        .sort("point", "place", "replication")
        .group_by("point", "place", maintain_order=True)
        .agg(
            margin=difference.mean(),
            error=difference.std() / pl.len().sqrt(),
            count=pl.len().cast(pl.Int64),
        )
        .collect()
    )


def half_width(error: pl.Series, count: pl.Series, confidence: float) -> pl.Series:
    """Return half the width of Student's interval; null where the error is not known."""
    student = library("scipy.stats", extra="answers", what="an interval").t
    freedom = np.maximum(count.to_numpy() - 1, 1)
    return error * pl.Series(student.ppf((1 + confidence) / 2, freedom))


def check_confidence(confidence: float) -> None:
    """Raise unless it lies between 0 and 1."""
    if not 0 < confidence < 1:
        raise InvalidInput(f"confidence: got {confidence}; must be between 0 and 1")


def check_indifference(indifference: float) -> None:
    """Raise unless it is a percentage."""
    if not 0 <= indifference <= 100:
        raise InvalidInput(f"indifference: got {indifference}; must be a percentage, 0 to 100")
