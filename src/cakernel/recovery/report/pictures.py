"""Pictures of policies, with choices for a reader."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from cakernel.pictures import best
from cakernel.pictures.theme import finished, layered
from cakernel.recovery.outcomes import OUTCOMES
from cakernel.report.filtered import PREFIX, picture
from cakernel.report.page import Filter, Picture
from cakernel.report.pictures import COLOURS, SHAPES, SHOWN, by_outcome, by_values, cycled


def best_picture(ranked: pl.DataFrame, *, id: str, group: str, source: str, **told: Any) -> Picture:
    """Return how far the policies of a group lie from the best, with a choice of rules."""
    names = {"supply_rule": "supply rule", "cyber_rule": "cyber rule"}
    drawn = ranked.sort("mean", descending=True).head(SHOWN)
    return picture(
        best(ranked, most=SHOWN, **told),
        id=id,
        caption=f"Policies {group}: differences from the best, with their intervals.",
        source=source,
        filters=[by_values(drawn, column, label) for column, label in names.items()],
        columns=names
        | {
            "principle": "principle",
            "mean": "mean",
            "difference": "difference",
            "low": "interval from",
            "high": "to",
            "probability_best": "probability of being best",
        },
    )


def ranking_picture(
    rows: pl.DataFrame, *, groups: Mapping[str, str], caption: str, note: str, source: str
) -> Picture:
    """Return policies ranked by a chosen outcome, with standard errors.

    Parameters
    ----------
    rows : polars.DataFrame
        One row a policy and group: the policy's columns, ``mean_x``, ``se_x`` and so on.
    groups : mapping of str to str
        Columns of which one value is looked at a time, and their labels.
    caption, note : str
        Under the picture, and under its title.
    source : str
        The files that the rows come from.
    """
    kept = ["supply_rule", "cyber_rule", "principle"]
    figures = [f"{part}_{name}" for name in OUTCOMES for part in ("mean", "se")]
    known = rows.select(
        *groups,
        *kept,
        pl.concat_str(kept, separator=" ").alias("policy"),
        *(pl.col(name) if name in rows.columns else pl.lit(None).alias(name) for name in figures),
    )
    cyber = known["cyber_rule"].unique().sort().to_list()
    outcome = PREFIX + "outcome"
    drawn = alt.Chart(known)
    order = alt.EncodingSortField("value", op="max", order="descending")
    policies = alt.Y("policy:N", sort=order, axis=alt.Axis(title=None, ticks=False))
    colours, shapes = cycled(COLOURS, len(cyber)), cycled(SHAPES, len(cyber))
    colour = alt.Color(
        "cyber_rule:N",
        scale=alt.Scale(domain=cyber, range=colours),
        legend=alt.Legend(title="cyber rule", orient="top", columns=5),
    )
    shape = alt.Shape("cyber_rule:N", scale=alt.Scale(domain=cyber, range=shapes))
    tooltip = ["policy:N", "mean_x:Q", "mean_y:Q", "mean_resources:Q", "se_resources:Q"]
    along = alt.X(
        "value:Q",
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(title="mean of the outcome chosen; line: two standard errors either way"),
    )
    chart = (
        layered(
            drawn.mark_rule(strokeWidth=1.5).encode(
                x=alt.X("low:Q", scale=alt.Scale(zero=False)), x2="high:Q", y=policies, color=colour
            ),
            drawn.mark_point(filled=True, size=60, opacity=1).encode(
                x=along, y=policies, color=colour, shape=shape, tooltip=tooltip
            ),
            data=known,
        )
        .add_params(alt.param(name=outcome, value="resources"))
        .transform_calculate(
            value=f"datum['mean_' + {outcome}]",
            error=f"datum['se_' + {outcome}]",
        )
        .transform_calculate(
            low="datum.value - 2 * (isValid(datum.error) ? datum.error : 0)",
            high="datum.value + 2 * (isValid(datum.error) ? datum.error : 0)",
        )
        .transform_window(place="rank()", sort=[alt.SortField("value", order="descending")])
        .transform_filter(f"datum.place <= {SHOWN}")
        .properties(width=440, height=alt.Step(16))
    )
    first = known.filter(pl.col(name) == known[name][0] for name in groups) if groups else known
    top = first.sort("mean_resources", descending=True).head(5)
    told = "; ".join(f"{p} {r:.4g}" for p, r in top.select("policy", "mean_resources").iter_rows())
    return picture(
        finished(
            chart,
            title="Policies by the outcome chosen, the highest first",
            notes=[f"At most {SHOWN} policies are drawn, the highest of those chosen.", note],
            description=f"Highest mean resources at first: {told}. The table below has all.",
            width=600,
        ),
        id="ranking",
        caption=caption,
        source=source,
        filters=[
            *(by_values(known, name, label, every=None) for name, label in groups.items()),
            by_outcome(OUTCOMES),
            *policy_filters(known),
        ],
        columns=dict(groups)
        | {"policy": "policy", "mean_x": "mean x", "mean_y": "mean y", "mean_resources": "mean R"},
    )


def policy_filters(rows: pl.DataFrame) -> list[Filter]:
    """Return a choice for each part of a policy that differs among rows."""
    names = {"supply_rule": "supply rule", "cyber_rule": "cyber rule", "principle": "principle"}
    return [
        by_values(rows, name, label)
        for name, label in names.items()
        if name in rows.columns and rows[name].n_unique() > 1
    ]
