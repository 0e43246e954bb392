"""Pictures of a sweep of any study: outcomes, and differences of policies, along a chosen axis."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.models import terms_of
from cakernel.pictures.theme import finished
from cakernel.report.axes import axis_lines, difference_lines
from cakernel.report.page import PREFIX, Picture, by_outcome, by_values, by_varying, picture
from cakernel.report.sweep_tables import DRAWN, FEWEST, SweepTables
from cakernel.wording import brief

LINES: Final = 24
"""Of those chosen, lines drawn at most, the highest."""
MOST_TOGETHER: Final = 8
"""Policies whose differences are drawn together; of more, one at a time."""


def axes_picture(tables: SweepTables, *, notes: list[str]) -> Picture:
    """Return outcomes along a chosen axis, a line a policy."""
    keys = {tables.drawn[key]: key.replace("_", " ") for key in tables.keys}
    outcomes = {tables.drawn[name]: words for name, words in tables.outcomes.items()}
    leading = tables.drawn[tables.leading]
    policy = pl.concat_str(list(keys), separator=" ") if keys else pl.lit("all")
    rows = tables.levels.with_columns(policy=policy)
    series = next(iter(keys), "policy")
    outcome = PREFIX + "outcome"
    axis = rows["axis"][0]
    known = rows.filter(pl.col("axis") == axis, pl.col(leading).is_not_null())
    tops = [
        part.sort(leading).select("policy", "level", leading).row(-1)
        for part in known.partition_by("level", maintain_order=True)
    ]
    highest = "; ".join(f"{name} at {level} ({brief(mean)})" for name, level, mean in tops)
    chart = (
        axis_lines(
            rows,
            series=series,
            names=rows[series].unique().sort().to_list(),
            title=keys.get(series, series),
            line="policy" if len(keys) > 1 else "",
            tooltip=["policy:N"],
        )
        .add_params(alt.param(name=outcome, value=leading))
        .transform_calculate(value=f"datum[{outcome}]")
        .transform_joinaggregate(height="mean(value)", groupby=["policy"])
        .transform_window(place="dense_rank()", sort=[alt.SortField("height", order="descending")])
        .transform_filter(f"datum.place <= {LINES}")
    )
    return picture(
        finished(
            chart,
            title="Outcome along an axis of the sweep",
            notes=[
                "Mean over all points at a level, at all levels of the other axes.",
                f"At most {LINES} policies are drawn, the highest of those chosen."
                if tables.policies.height > LINES
                else "",
                *notes,
            ],
            description=f"Along {terms_of().column(axis)}, highest on average: {highest}.",
            width=600,
        ),
        id="axes",
        caption="How the outcome changes along each axis of the sweep, a line a policy.",
        source="all shards of the sweep",
        filters=[
            by_values(rows, "axis", "axis", every=None),
            by_outcome(outcomes),
            *by_varying(rows, keys),
        ],
        columns={"axis": "axis", "level": "level", "policy": "policy", "points": "points"}
        | outcomes,
    )


def differences_picture(tables: SweepTables, *, notes: list[str]) -> Picture:
    """Return how far policies lie from the highest along a chosen axis, paired point by point."""
    keys = {tables.drawn[key]: key.replace("_", " ") for key in tables.keys}
    outcomes = {tables.drawn[name]: words for name, words in tables.outcomes.items()}
    rows = tables.differences.with_columns(policy=pl.concat_str(list(keys), separator=" "))
    leading, outcome = tables.drawn[tables.leading], PREFIX + "outcome"
    names = [tables.name(row) for row in tables.policies.head(DRAWN).iter_rows(named=True)]
    axis, first = rows["axis"][0], names[0]
    told = [
        f"{policy} {brief(difference, sign='+')}"
        for policy, difference in rows.filter(axis=axis)
        .group_by("policy", maintain_order=True)
        .agg(pl.col(leading).mean())
        .sort(leading, descending=True)
        .iter_rows()
        if policy != first
    ]
    chart = (
        difference_lines(rows, names=names)
        .add_params(alt.param(name=outcome, value=leading))
        .transform_calculate(
            value=f"datum[{outcome}]",
            low=_known(f"datum[{outcome} + '_from']", f"datum[{outcome}]"),
            high=_known(f"datum[{outcome} + '_to']", f"datum[{outcome}]"),
            least=f"datum[{outcome} + '_5']",
            most=f"datum[{outcome} + '_95']",
        )
    )
    return picture(
        finished(
            chart,
            title=f"Differences from {first} along an axis of the sweep",
            notes=[
                f"{first} is the highest over all points and stands at 0. Mark: mean of the "
                "differences at the same points; thick line: two standard errors over points "
                f"either way, from {FEWEST} points on; thin line: 90% of the points.",
                f"Of the {len(names)} highest one is drawn at a time."
                if len(names) > MOST_TOGETHER
                else "",
                *notes,
            ],
            description=f"Mean differences from {first}: {'; '.join(told)}.",
            width=600,
        ),
        id="differences",
        caption=f"How far policies lie from {first} along each axis, at the same points.",
        source="all shards of the sweep",
        filters=[
            by_values(rows, "axis", "axis", every=None),
            by_outcome(outcomes),
            by_values(
                rows.filter(pl.col("policy") != first), "policy", "policy",
                every="all" if len(names) <= MOST_TOGETHER else None,
            ),
        ],
        columns={"axis": "axis", "level": "level", "policy": "policy", "points": "points"}
        | {name: f"difference in {words}" for name, words in outcomes.items()},
    )  # fmt: skip


def _known(field: str, else_: str) -> str:
    """Return the expression of a field, or of another where it is unknown: a line of no length."""
    return f"isValid({field}) ? {field} : {else_}"
