"""Who wins at each point of a sweep, by how much, and whether that is clear."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.sensitivity.libraries import library
from cakernel.sweep.results import SweepResults, key_columns

DEFAULT_CHOICE = "supply_rule"


def policy_keys(results: SweepResults) -> list[str]:
    """Return the columns that name a row within its point: a policy's."""
    keys = key_columns(results.results.collect_schema().names())
    return [name for name in keys if name not in ("point", "replication")]


def policy_rows(
    results: SweepResults, outcome: str, where: Mapping[str, str] | None = None
) -> pl.LazyFrame:
    """Return the rows of some policies, those ``where`` columns have these values.

    Raises
    ------
    InvalidInput
        If a column or a value is not there, or no such outcome.
    """
    rows = results.results
    columns = rows.collect_schema().names()
    if not outcome.startswith("mean_") or outcome not in columns:
        known = ", ".join(name for name in columns if name.startswith("mean_"))
        raise InvalidInput(f"outcome: got {outcome}; must be margin or one of {known}")
    keys = policy_keys(results)
    for name, value in (where or {}).items():
        if name not in keys:
            raise InvalidInput(f"where: got {name}; must be one of {', '.join(keys)}")
        there = rows.select(pl.col(name).unique().sort()).collect().to_series()
        if value not in there:
            raise InvalidInput(f"where.{name}: got {value}; must be one of {', '.join(there)}")
        rows = rows.filter(pl.col(name) == value)
    return rows


def means_of(rows: pl.LazyFrame, keys: Sequence[str], outcome: str) -> pl.LazyFrame:
    """Return point, keys, ``mean``, its standard ``error``, null where unknown, and ``count``."""
    columns = rows.collect_schema().names()
    by = ["point", *keys]
    value = pl.col(outcome)
    if "replication" in columns:
        return rows.group_by(by, maintain_order=True).agg(
            mean=value.mean(), error=value.std() / pl.len().sqrt(), count=pl.len().cast(pl.Int64)
        )
    own = f"se_{outcome.removeprefix('mean_')}"
    # a model without draws is exact
    error = pl.col(own) if own in columns else pl.lit(0.0)
    count = pl.col("replications") if "replications" in columns else pl.lit(1)
    return rows.select(*by, mean=value, error=error, count=count.cast(pl.Int64))


def standings(
    results: SweepResults,
    *,
    choice: Sequence[str] | None = None,
    where: Mapping[str, str] | None = None,
    outcome: str = "mean_resources",
) -> pl.DataFrame:
    """Return for each point its contenders, the best first.

    A contender is a value of the ``choice`` columns, and stands for its best policy.

    Parameters
    ----------
    results : SweepResults
        Of `open_sweep` or `run_sweep`.
    choice : sequence of str, optional
        What is chosen; by default the supply rule, or a policy where there are no supply rules.
    where : mapping of str to str, optional
        Which policies stand: {"cyber_rule": "CRD-5"}; by default all.
    outcome : str, default "mean_resources"
        What they are ranked by, the higher the better.

    Returns
    -------
    polars.DataFrame
        point, contender, policy, mean, error, count and place (0 for the best), by point and place.

    Raises
    ------
    InvalidInput
        If a column or value is not there, what is chosen is an axis, or has no rivals.
    """
    keys = policy_keys(results)
    if choice is None:
        choice = [DEFAULT_CHOICE] if DEFAULT_CHOICE in keys else keys
    for name in choice:
        if name not in keys:
            raise InvalidInput(f"choice: got {name}; must be one of {', '.join(keys)}")
        if name in results.points.columns:
            raise InvalidInput(
                f"choice: {name} is an axis of the sweep; must be one of its policies', which all "
                "meet at every point"
            )
    rows = policy_rows(results, outcome, where)
    ranked = (
        means_of(rows, keys, outcome)
        .with_columns(
            contender=pl.concat_str(choice, separator=" "),
            policy=pl.concat_str(keys, separator=" "),
        )
        .sort("point", "mean", descending=[False, True], maintain_order=True)
        .group_by("point", "contender", maintain_order=True)
        .first()
        .with_columns(place=pl.int_range(pl.len()).over("point"))
        .select("point", "contender", "policy", "mean", "error", "count", "place")
        .collect()
    )
    if ranked.is_empty():
        raise InvalidInput("points: none is possible, or there yet")
    if ranked["place"].max() == 0:
        raise InvalidInput(f"choice: only {ranked['contender'][0]} is there; must be two or more")
    return ranked


def contest(
    results: SweepResults,
    *,
    choice: Sequence[str] | None = None,
    where: Mapping[str, str] | None = None,
    outcome: str = "mean_resources",
    confidence: float = 0.95,
) -> pl.DataFrame:
    """Return who wins at each point.

    The winner is compared with each other contender, replication by replication where rows are
    replications (all policies of a point meet the same disruptions), else as if they were
    independent, which is too cautious. The confidence is shared out among the comparisons
    (Bonferroni); a winner is ``clear`` if it beats every other one.

    Parameters
    ----------
    results, choice, where, outcome
        As of `standings`.
    confidence : float, default 0.95
        Of a point's comparisons together, between 0 and 1.

    Returns
    -------
    polars.DataFrame
        point, winner, runner_up, winner_policy, runner_up_policy, mean (the winner's), margin
        (winner minus runner-up), its standard error, low and high, paired, clear.

    Raises
    ------
    InvalidInput
        If an argument is outside its range.
    """
    check_confidence(confidence)
    ranked = standings(results, choice=choice, where=where, outcome=outcome)
    rows = policy_rows(results, outcome, where)
    paired = "replication" in rows.collect_schema()
    first = ranked.filter(pl.col("place") == 0).select(
        "point", "mean", winner="contender", winner_policy="policy", own="error"
    )
    others = ranked.filter(pl.col("place") > 0).join(
        first.rename({"mean": "best"}), on="point", maintain_order="left"
    )
    if paired:
        keys = policy_keys(results)
        differences = _paired(rows, others, keys, outcome)
        compared = others.drop("error", "count").join(
            differences, on=["point", "place"], how="left", maintain_order="left"
        )
    else:
        both = (pl.col("own").pow(2) + pl.col("error").pow(2)).sqrt()
        compared = others.with_columns(margin=pl.col("best") - pl.col("mean"), error=both)
    shared_out = 1 - (1 - confidence) / (ranked["contender"].n_unique() - 1)
    compared = compared.with_columns(
        half=half_width(compared["error"], compared["count"], shared_out)
    )
    clear = compared.group_by("point").agg(
        clear=(pl.col("margin") - pl.col("half") > 0).fill_null(False).all()
    )
    second = compared.filter(pl.col("place") == 1).select(
        "point",
        pl.col("contender").alias("runner_up"),
        pl.col("policy").alias("runner_up_policy"),
        "margin",
        "error",
        low=pl.col("margin") - pl.col("half"),
        high=pl.col("margin") + pl.col("half"),
    )
    return (
        first.join(second, on="point", maintain_order="left")
        .join(clear, on="point", maintain_order="left")
        .with_columns(paired=pl.lit(paired))
        .select(
            *("point", "winner", "runner_up", "winner_policy", "runner_up_policy", "mean"),
            *("margin", "error", "low", "high", "paired", "clear"),
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
