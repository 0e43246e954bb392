"""Summaries of a sweep's results, in polars alone."""

from collections.abc import Sequence

import polars as pl

from cakernel.errors import InvalidInput

POLICY = ("supply_rule", "cyber_rule", "principle")


def summarise(
    results: pl.LazyFrame | pl.DataFrame,
    *,
    by: Sequence[str],
    outcome: str = "mean_resources",
    quantiles: Sequence[float] = (0.05, 0.5, 0.95),
) -> pl.LazyFrame:
    """Group results by any columns, those of the points included.

    Parameters
    ----------
    results : polars.LazyFrame or DataFrame
        Of `SweepResults.results` or `SweepResults.joined`.
    by : sequence of str
        Columns to group by; none for all rows together.
    outcome : str, default "mean_resources"
        Column of the outcome.
    quantiles : sequence of float
        Quantiles over the rows of a group, each from 0 to 1.

    Returns
    -------
    polars.LazyFrame
        ``by``, rows (that have the outcome: others, of points without an equilibrium, count for
        nothing), mean, standard_error (null where unknown: of the mean over the rows of a group,
        taken as independent samples where a row is a replication, and as given where rows have
        standard errors of their own; rows of an exact model are neither), and q05, q50, ... the
        quantiles over rows.

    Raises
    ------
    InvalidInput
        If a column is missing or a quantile outside its range.
    """
    frame = results.lazy()
    groups = _columns(frame, by, [outcome])
    for quantile in quantiles:
        if not 0 <= quantile <= 1:
            raise InvalidInput(f"quantiles: got {quantile}; must be from 0 to 1")
    value = pl.col(outcome)
    own = f"se_{outcome.removeprefix('mean_')}"
    columns = frame.collect_schema().names()
    if own in columns:
        error = pl.col(own).pow(2).sum().sqrt() / pl.len()
        error = pl.when(pl.col(own).null_count() == 0).then(error)
    elif "replication" in columns:
        error = value.std() / pl.len().sqrt()
    else:
        error = pl.lit(None, pl.Float64)
    return frame.group_by(groups, maintain_order=True).agg(
        rows=value.count(),
        mean=value.mean(),
        standard_error=error,
        **{f"q{100 * q:02g}": value.quantile(q, "linear") for q in quantiles},
    )


def paired_differences(
    results: pl.LazyFrame | pl.DataFrame,
    *,
    against: dict[str, str],
    by: Sequence[str] = ("point",),
    outcome: str = "mean_resources",
) -> pl.LazyFrame:
    """Compare every policy with one, replication by replication.

    All policies of a point meet the same disruptions. Outcomes go up and down together, mostly, so
    differences vary less than between separate runs; their standard error is from them alone.

    Parameters
    ----------
    results : polars.LazyFrame or DataFrame
        Of a sweep with rows = "replication".
    against : dict
        The policy to compare with: supply_rule, cyber_rule and principle.
    by : sequence of str, default ("point",)
        Columns to group by, besides the policy; in a group, points are paired with themselves.
    outcome : str, default "mean_resources"
        Column of the outcome.

    Returns
    -------
    polars.LazyFrame
        ``by``, the policy, pairs, difference (policy minus ``against``) and its standard_error
        (null for one pair). Points that were not run under ``against`` are left out.

    Raises
    ------
    InvalidInput
        If a column is missing, or ``against`` lacks a part of a policy.
    """
    frame = results.lazy()
    groups = _columns(frame, by, [*POLICY, "point", "replication", outcome])
    if set(against) != set(POLICY):
        named = ", ".join(against) or "none"
        raise InvalidInput(f"against: got {named}; must name {', '.join(POLICY)}")
    for name, value in against.items():
        if not isinstance(value, str):
            raise InvalidInput(f"against.{name}: got {value!r}; must be a text")
    pair = ["point", "replication"]
    reference = frame.filter(pl.col(name) == value for name, value in against.items()).select(
        *pair, pl.col(outcome).alias("reference")
    )
    difference = pl.col(outcome) - pl.col("reference")
    return (
        frame.join(reference, on=pair, how="inner", maintain_order="left")
        .group_by(list(dict.fromkeys([*groups, *POLICY])), maintain_order=True)
        .agg(
            pairs=pl.len(),
            difference=difference.mean(),
            standard_error=difference.std() / pl.len().sqrt(),
        )
    )


def _columns(frame: pl.LazyFrame, by: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return what to group by, each column once; raise where it or others are not there."""
    if isinstance(by, str):
        raise InvalidInput(f"by: got {by!r}; must be a list of columns")
    there = frame.collect_schema().names()
    for name in [*by, *others]:
        if name not in there:
            raise InvalidInput(f"column {name}: not there; the columns are {', '.join(there)}")
    return list(dict.fromkeys(by))
