"""The response that indices are of: a policy's mean at each point, or a margin between two."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.sensitivity.winners import find_winners, means_of, policy_rows
from cakernel.sweep.results import SweepResults

Noise = Literal["independent", "common", "unknown", "none"]
MOST_LISTED = 8
MARGIN = "margin"


class Response(NamedTuple):
    """A value for each point, its standard error (null where unknown), and the kind of noise.

    ``noise`` is "independent" from point to point, "common" to all, "unknown" in size, or "none".
    """

    values: pl.DataFrame
    noise: Noise


def response_of(
    results: SweepResults,
    *,
    outcome: str | None,
    policy: str | None,
    against: str | None,
    choice: Sequence[str] | None,
    where: Mapping[str, str] | None,
) -> Response:
    """Return point, value and error; see `sensitivity_indices` for the parameters."""
    if outcome != MARGIN:
        if against is not None:
            raise InvalidInput(f"against: got {against}; must be left out unless outcome is margin")
        outcome = results.outcome(outcome, other=MARGIN)
        return _with_noise(results, _means(_rows_of(results, policy, where, outcome), outcome))
    if (policy is None) != (against is None):
        missing = "policy" if policy is None else "against"
        raise InvalidInput(f"{missing}: missing; a margin is of two named policies, or of the best")
    if policy is not None:
        return _with_noise(results, _between(results, policy, against, where))
    found = find_winners(results, choice=choice, where=where)
    if results.is_replicated:
        found = found.with_columns(error=pl.when("paired").then("error"))
    return _with_noise(results, found.select("point", value="margin", error="error"))


def _means(rows: pl.LazyFrame, outcome: str) -> pl.DataFrame:
    return means_of(rows, [], outcome).select("point", value="mean", error="error").collect()


def _with_noise(results: SweepResults, values: pl.DataFrame) -> Response:
    noise: Noise = "common"
    if not results.is_replicated:
        noise = "none"
    elif values["error"].null_count():
        noise = "unknown"
    elif results.manifest["sweep"].get("common_random_numbers") is False:
        noise = "independent"
    return Response(values, noise)


def _between(
    results: SweepResults, policy: str, against: str | None, where: Mapping[str, str] | None
) -> pl.DataFrame:
    """Return the difference in the leading outcome, paired where rows are replications."""
    outcome = results.outcome()
    rows, others = (_rows_of(results, name, where, outcome) for name in (policy, against))
    on = ["point"] + (["replication"] if "replication" in rows.collect_schema() else [])
    both = rows.join(others.select(*on, other=outcome), on=on, maintain_order="left")
    values = _means(both.with_columns(pl.col(outcome) - pl.col("other")), outcome)
    if len(on) == 1 and results.is_replicated:
        # the error of a difference does not follow from those of its parts
        return values.with_columns(error=pl.lit(None, pl.Float64))
    return values


def _rows_of(
    results: SweepResults, policy: str | None, where: Mapping[str, str] | None, outcome: str
) -> pl.LazyFrame:
    """Return the rows of the one policy of that name, or that has all the words of it."""
    rows = policy_rows(results, where, outcome=outcome)
    varying = results.points.columns
    keys = [name for name in results.keys if name not in varying]
    if not keys:
        if policy is not None:
            raise InvalidInput(f"policy: got {policy}; must be left out: policies are axes")
        return rows
    listed = rows.select(keys).unique(maintain_order=True).collect()
    names = [" ".join(row) for row in listed.iter_rows()]
    if policy is None:
        found = listed
    elif policy in names:
        found = listed[names.index(policy)]
    else:
        words = set(policy.split())
        found = listed.filter(pl.Series([words <= set(row) for row in listed.iter_rows()]))
    if found.height != 1:
        what = "missing" if policy is None else f"got {policy}"
        more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
        raise InvalidInput(
            f"policy: {what}; must name one of {', '.join(names[:MOST_LISTED])}{more}"
        )
    return rows.filter(pl.col(name) == value for name, value in found.row(0, named=True).items())
