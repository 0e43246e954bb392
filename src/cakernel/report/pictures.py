"""The pictures of a report that fit several kinds of folders."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.pictures import agreement, best, recommended_speed_map
from cakernel.pictures.theme import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    finished,
    layered,
)
from cakernel.report.cited import ROW
from cakernel.report.filtered import PREFIX, options, picture
from cakernel.report.page import Filter, Picture

OUTCOMES: Final = {
    "resources": "mean resources R at the end",
    "x": "mean operational state x",
    "y": "mean intangibles state y",
}
SHOWN: Final = 24
"""Policies that a ranking draws, the highest first."""
COLOURS: Final = (BLUE, ORANGE, GREEN, PURPLE, BLACK, VERMILLION, SKY)
SHAPES: Final = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
)


def by_values(rows: pl.DataFrame, column: str, label: str, *, every: str | None = "all") -> Filter:
    """Return a filter with a column's values, in their order."""
    values = rows[column].unique(maintain_order=True).to_list()
    default = "" if every is not None else str(values[0])
    return Filter(column, label, options(values, every=every), column, default)


def by_outcome(names: Sequence[str] = tuple(OUTCOMES)) -> Filter:
    """Return the choice of an outcome, the first at first."""
    known = [(name, OUTCOMES.get(name, name)) for name in names]
    return Filter("outcome", "outcome", known, default=names[0])


def agreement_picture(comparison: pl.DataFrame, note: str) -> Picture:
    """Return simulated against printed figures, with a choice of regimes and rules."""
    rows = comparison.drop(ROW)
    names = {"regime": "regime", "supply_rule": "supply rule", "cyber_rule": "cyber rule"}
    return picture(
        agreement(rows, note=note),
        id="agreement",
        caption="Every printed figure of Tables 3 to 6 beside the simulated one.",
        source="comparison.parquet",
        filters=[by_values(rows, column, label) for column, label in names.items()],
        columns=names
        | {
            "principle": "principle",
            "quantity": "figure",
            "printed": "printed",
            "simulated": "simulated",
            "difference": "difference (of R: over the printed)",
            "group": "group",
        },
    )


def map_picture(simulated: pl.DataFrame, note: str) -> Picture:
    """Return the map of Fig. 2, with a choice of risk and chain length."""
    return picture(
        recommended_speed_map(simulated.drop(ROW), note=note),
        id="map-picture",
        caption="Which supply rules are best under CRD-5, by supply risk and chain length.",
        source="map.parquet",
        filters=[
            by_values(simulated, "risk", "supply risk"),
            by_values(simulated, "firms", "firms in each chain"),
        ],
        columns={
            "risk": "supply risk",
            "firms": "firms",
            "supply_rule": "supply rule",
            "principle": "principle",
            "mean_resources": "mean R",
            "below_best": "share below the highest",
            "standing": "standing",
        },
    )


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
            by_outcome(),
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


def cycled(values: Sequence[str], count: int) -> list[str]:
    """Return so many values, from the first again where they end."""
    return [values[place % len(values)] for place in range(count)]


def verdict_picture(claims: pl.DataFrame, note: str) -> Picture:
    """Return the verdict on each claim in each variant of the model."""
    verdicts = {
        "holds": (BLUE, "circle"),
        "depends": (ORANGE, "triangle-up"),
        "fails": (VERMILLION, "square"),
    }
    rows = claims.select(
        "variant",
        claim="id",
        verdict="verdict",
        true=pl.col("true").list.len(),
        false=pl.col("false").list.len(),
        open=pl.col("open").list.len(),
        probability="probability",
    )
    scale = {
        "colour": [colour for colour, _ in verdicts.values()],
        "shape": [shape for _, shape in verdicts.values()],
    }
    names = list(verdicts)
    chart = layered(
        alt.Chart(rows)
        .mark_point(filled=True, size=80, opacity=1)
        .encode(
            x=alt.X("variant:N", sort=None, axis=alt.Axis(title=None, orient="top", labelAngle=0)),
            y=alt.Y("claim:N", sort=None, axis=alt.Axis(title=None)),
            color=alt.Color(
                "verdict:N",
                scale=alt.Scale(domain=names, range=scale["colour"]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            shape=alt.Shape("verdict:N", scale=alt.Scale(domain=names, range=scale["shape"])),
            tooltip=["claim:N", "variant:N", "verdict:N", "true:Q", "false:Q", "open:Q"],
        )
    ).properties(width=alt.Step(72), height=alt.Step(16))
    counts = rows.group_by("verdict", maintain_order=True).len()
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.iter_rows())
    return picture(
        finished(
            chart,
            title="Verdicts on the claims, by variant of the model",
            notes=["Holds: true in all settings that it speaks of; fails: false in all.", note],
            description=f"Verdicts: {told}. The table below has them one by one.",
        ),
        id="verdicts",
        caption="What becomes of each claim when the model is changed.",
        source="claims.parquet",
        filters=[
            by_values(rows, "variant", "variant"),
            Filter("verdict", "verdict", options(names), "verdict"),
        ],
        columns={
            "claim": "claim",
            "variant": "variant",
            "verdict": "verdict",
            "true": "settings true",
            "false": "settings false",
            "open": "settings open",
            "probability": "probability",
        },
    )
