"""The contenders at each point of a sweep, the best first."""

from collections.abc import Mapping, Sequence

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.sweep.results import SweepResults

DEFAULT_CHOICE = "supply_rule"


def policy_rows(results: SweepResults, where: Mapping[str, str] | None = None) -> pl.LazyFrame:
    """Return the rows of some policies, those ``where`` columns have these values.

    Raises
    ------
    InvalidInput
        If a column or a value is not there.
    """
    rows = results.results
    keys = results.keys
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
    outcome: str | None = None,
) -> pl.DataFrame:
    """Return for each point its contenders, the best first.

    A contender is a value of the ``choice`` columns, and stands for its best policy. Points at
    which one of the policies has no outcome (no equilibrium) are left out.

    Parameters
    ----------
    results : SweepResults
        Of `open_sweep` or `run_sweep`.
    choice : sequence of str, optional
        What is chosen; by default the supply rule, or a policy where there are no supply rules.
    where : mapping of str to str, optional
        Which policies stand: {"cyber_rule": "CRD-5"}; by default all.
    outcome : str, optional
        What they are ranked by, the higher the better; by default resources, or economic welfare.

    Returns
    -------
    polars.DataFrame
        point, contender, policy, mean, error, count and place (0 for the best), by point and place.

    Raises
    ------
    InvalidInput
        If a column or value is not there, what is chosen is an axis, or has no rivals.
    """
    outcome, keys = results.outcome(outcome), results.keys
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
    rows = policy_rows(results, where)
    ranked = (
        means_of(rows, keys, outcome)
        .filter(pl.col("mean").is_not_null().all().over("point"))
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
