"""Summaries of a sweep's results, in polars alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import Probability
from cakernel.errors import InvalidInput

PAIR = ("point", "replication")
# a name that no column has
REFERENCE = "\0reference"


@checked_arguments
def summarise(
    results: pl.LazyFrame | pl.DataFrame,
    *,
    by: Sequence[str],
    outcome: str,
    quantiles: Sequence[Probability] = (0.05, 0.5, 0.95),
) -> pl.LazyFrame:
    """Group results by any columns, those of the points included.

    Parameters
    ----------
    results : polars.LazyFrame or DataFrame
        Of `SweepResults.results` or `SweepResults.joined`.
    by : sequence of str
        Columns to group by; none for all rows together.
    outcome : str
        Column of the outcome, such as "mean_resources".
    quantiles : sequence of float
        Quantiles over the rows of a group, each from 0 to 1.

    Returns
    -------
    polars.LazyFrame
        ``by``, rows (that have the outcome, as points without an equilibrium have not), mean, its
        standard_error (from rows' own ones, or of replications as independent samples; null where
        unknown, as for an exact model), and q05, q50, ... the quantiles over rows.

    Raises
    ------
    InvalidInput
        If a column is missing or a quantile outside its range.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel import summarise
    >>> rows = pl.DataFrame({"rule": ["a", "a", "b"], "mean_x": [1.0, 2.0, 4.0]})
    >>> summarise(rows, by=["rule"], outcome="mean_x", quantiles=[0.5]).collect().rows()
    [('a', 2, 1.5, None, 1.5), ('b', 1, 4.0, None, 4.0)]
    """
    frame = results.lazy()
    groups = _groups(frame, by, outcome)
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
    summary = {
        "rows": value.count(),
        "mean": value.mean(),
        "standard_error": error,
        **{f"q{100 * q:02g}": value.quantile(q, "linear") for q in quantiles},
    }
    _check_free(groups, summary)
    # older versions of polars group by one column at least
    return (
        frame.group_by(groups, maintain_order=True).agg(**summary)
        if groups
        else frame.select(**summary)
    )


@checked_arguments
def paired_differences(
    results: pl.LazyFrame | pl.DataFrame,
    *,
    against: Mapping[str, str],
    outcome: str,
    by: Sequence[str] = ("point",),
) -> pl.LazyFrame:
    """Compare every alternative with one, replication by replication.

    All rows of a point meet the same draws, so that differences mostly vary less than between
    separate runs; their standard error is from them alone.

    Parameters
    ----------
    results : polars.LazyFrame or DataFrame
        Rows of single replications: ``point``, ``replication``, the columns named in ``against``
        and the outcome.
    against : mapping of str to str
        What to compare with: a value of each of the columns that tell the rows of a replication
        apart, such as {"supply_rule": "SRD-1", "cyber_rule": "CRD-1", "principle": "P"}.
    outcome : str
        Column of the outcome, such as "mean_resources".
    by : sequence of str, default ("point",)
        Columns to group by, besides those of ``against``; in a group, points are paired with
        themselves.

    Returns
    -------
    polars.LazyFrame
        ``by``, the columns of ``against``, pairs, difference (of the row's outcome minus that of
        ``against``) and its standard_error (null for one pair). Points that were not run under
        ``against`` are left out.

    Raises
    ------
    InvalidInput
        If a column is missing, or ``against`` lacks one that tells rows apart.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel import paired_differences
    >>> values = {"rule": ["a", "a", "b", "b"], "mean_x": [1.0, 5.0, 2.0, 7.0]}
    >>> rows = pl.DataFrame({"point": [0] * 4, "replication": [0, 1, 0, 1], **values})
    >>> paired_differences(rows, against={"rule": "a"}, outcome="mean_x").collect().rows()
    [(0, 'a', 2, 0.0, 0.0), (0, 'b', 2, 1.5, 0.5)]
    """
    frame = results.lazy()
    if not against:
        raise InvalidInput("against: got none; must name the columns that tell rows apart")
    groups = list(dict.fromkeys([*_groups(frame, by, outcome, *against, *PAIR), *against]))
    _check_free(against, [*PAIR, outcome])
    _check_complete(frame, list(against))
    reference = frame.filter(pl.col(name) == value for name, value in against.items()).select(
        *PAIR, pl.col(outcome).alias(REFERENCE)
    )
    difference = pl.col(outcome) - pl.col(REFERENCE)
    summary = {
        "pairs": pl.len(),
        "difference": difference.mean(),
        "standard_error": difference.std() / pl.len().sqrt(),
    }
    _check_free(groups, summary)
    return (
        frame.join(reference, on=PAIR, how="inner", maintain_order="left")
        .group_by(groups, maintain_order=True)
        .agg(**summary)
    )


def _check_complete(frame: pl.LazyFrame, keys: list[str]) -> None:
    """Raise where ``keys`` do not tell apart the rows of a replication."""
    on = [*PAIR, *keys]
    alike = frame.filter(pl.struct(on).is_duplicated()).select(on).sort(on).head(1)
    rows = frame.join(alike, on=on, how="semi").collect()
    if rows.is_empty():
        return
    texts = rows.select(pl.col(pl.String))
    differing = [column.name for column in texts if column.n_unique() > 1]
    point, replication, *values = rows.select(on).row(0)
    raise InvalidInput(
        f"against: got {', '.join(keys)}; {rows.height} rows of point {point}, replication "
        f"{replication} have {' '.join(values)}; must also name {', '.join(differing) or 'a key'}"
    )


def _groups(frame: pl.LazyFrame, by: Sequence[str], outcome: str, *others: str) -> list[str]:
    """Return what to group by, each column once; raise where a column is not there or no number."""
    there = frame.collect_schema()
    for name in [*by, outcome, *others]:
        if name not in there:
            raise InvalidInput(f"column {name}: not there; the columns are {', '.join(there)}")
    if not there[outcome].is_numeric():
        raise InvalidInput(f"outcome: got {outcome}, which holds {there[outcome]}; must be numbers")
    return list(dict.fromkeys(by))


def _check_free(names: Iterable[str], taken: Collection[str]) -> None:
    """Raise where a column is named like one of other meaning."""
    for name in names:
        if name in taken:
            raise InvalidInput(f"column {name}: must be none of {', '.join(taken)}; rename it")
