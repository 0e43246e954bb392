"""Pictures of claims on coopetition: shares with intervals, by risk, and differences by size."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.coopetition.claims.shares import EQUAL
from cakernel.coopetition.claims.statements import GROUP_WORDS
from cakernel.coopetition.pictures.over_risk import PARTS, advantage_by_risk
from cakernel.coopetition.report.claim_findings import STANDINGS
from cakernel.coopetition.report.shared import labelled
from cakernel.pictures.theme import BLACK, RULE, SKY, VERMILLION, layered
from cakernel.report.page import Filter, Picture, by_values, by_varying, options, picture
from cakernel.wording import typeset

KINDS: Final = {"holds": SKY, "equal": "#bdbdbd", "opposite": VERMILLION}
WORDS: Final = {"holds": "holds", "equal": "equal", "opposite": "the opposite holds"}
COLOUR: Final = alt.Color(
    "kind:N",
    scale=alt.Scale(domain=list(KINDS), range=list(KINDS.values())),
    legend=alt.Legend(
        title=None, orient="top", labelExpr=f"{WORDS}[datum.label]", symbolType="square"
    ),
)
DECADES: Final = tuple(range(-7, 1))
"""Powers of ten between which differences are counted; the first is `EQUAL`."""


def claim_filters() -> list[Filter]:
    """Return the choices of claims by what they are on and by how often they hold."""
    return [
        Filter("group", "claims on", [("", "all"), *GROUP_WORDS.items()], "group"),
        Filter("standing", "holds in", options(STANDINGS), "standing"),
    ]


def shares_picture(claims: pl.DataFrame, note: str) -> Picture:
    """Return the share of markets in which each claim holds, with its interval."""
    known = claims.filter(pl.col("counted") > 0)
    names = ["regime", "group", "standing", "statement", "share", "lower", "upper", "counted"]
    rows = known.select(*names, "equal", "opposite", claim="id")
    down = alt.Y("claim:N", sort=None, axis=alt.Axis(title=None, labelLimit=190))
    across = alt.Scale(domain=[0, 1])
    axis = alt.Axis(title="share of the markets counted; bar: interval", format="%")
    tooltip = [alt.Tooltip(f"{name}:N") for name in ("claim", "statement")] + [
        alt.Tooltip(f"{name}:Q", format=".1%") for name in ("share", "lower", "upper")
    ]
    bars = alt.Chart(_stacked(known)).mark_bar(height=8, opacity=0.75)
    half = alt.Chart(pl.DataFrame({"half": [0.5]})).mark_rule(color=RULE, strokeDash=[4, 3])
    interval = alt.Chart(rows).mark_rule(color=BLACK, strokeWidth=1.4)
    points = alt.Chart(rows).mark_point(filled=True, size=42, opacity=1, color=BLACK)
    chart = layered(
        bars.encode(
            x=alt.X("start:Q", scale=across, axis=axis),
            x2="end:Q",
            y=down,
            color=COLOUR,
            tooltip=["claim:N", "kind:N"],
        ),
        half.encode(x=alt.X("half:Q", scale=across)),
        interval.encode(x=alt.X("lower:Q", scale=across), x2="upper:Q", y=down),
        points.encode(x=alt.X("share:Q", scale=across), y=down, tooltip=tooltip),
    ).properties(width=400, height=alt.Step(17))
    first = rows.filter(pl.col("regime") == rows["regime"][0])
    told = "; ".join(f"{claim} {share:.0%}" for claim, share in first["claim", "share"].rows())
    return labelled(
        chart,
        title="In what share of random markets each claim holds",
        notes=[note],
        told=f"Shares, investments {rows['regime'][0]}: {told}. The table below has more.",
        id="shares",
        caption="The share of markets in which each claim holds, with its interval; where it does "
        "not, whether nothing changes or the opposite holds.",
        source="claims.parquet",
        filters=[
            *by_varying(rows, {"regime": "investments"}, every=None),
            *claim_filters(),
        ],
        columns={"claim": "claim", "statement": "statement", "regime": "investments"}
        | {"share": "share", "lower": "interval from", "upper": "to"}
        | {"counted": "markets counted", "equal": "equal", "opposite": "opposite"},
    )


def risk_picture(rows: pl.DataFrame, regime: str, note: str) -> Picture:
    """Return what flexible contracts add at each level of risk, under one regime."""
    return picture(
        advantage_by_risk(rows, note=note),
        id=f"by-risk-{regime}",
        caption="In what share of markets flexible MOQ adds welfare, and how much on average, by "
        "risk.",
        source="by_risk.parquet",
        filters=[Filter("part", "part", options(list(PARTS.values())), "part")],
        columns={"part": "part", "threat_probability": "tau", "share_positive": "share above 0"}
        | {"share_above_no_risk": "share above its value at tau = 0"}
        | {"mean": "mean", "mean_change": "mean change"},
    )


def differences_picture(differences: pl.DataFrame, claims: pl.DataFrame, note: str) -> Picture:
    """Return how large the paired differences of a claim are, by sign and power of ten."""
    rows = by_size(differences, claims)
    chart = layered(
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X(
                "size:N",
                sort=alt.EncodingSortField("order", op="min"),
                axis=alt.Axis(title="difference, in money or probability", labelAngle=-60),
            ),
            y=alt.Y("share:Q", axis=alt.Axis(title="share of the markets counted", format="%")),
            color=COLOUR,
            tooltip=["claim:N", "size:N", "markets:Q", alt.Tooltip("share:Q", format=".1%")],
        )
    ).properties(width=500, height=220)
    first = rows.filter(pl.col("claim") == rows["claim"][0], pl.col("regime") == rows["regime"][0])
    counts = first.filter(pl.col("markets") > 0)["size", "markets"].rows()
    told = "; ".join(f"{size} in {count:,}" for size, count in counts)
    return labelled(
        chart,
        title="Paired differences of the claim chosen, by size",
        notes=["Markets left out are not drawn.", note],
        told=f"Markets by difference, {first['claim'][0]}: {told}.",
        id="differences",
        caption="How large the differences are that decide a claim: one a market, between the same "
        "market under two contracts or with one thing changed.",
        source="differences.parquet",
        filters=[
            by_values(rows, "claim", "claim", every=None),
            *by_varying(rows, {"regime": "investments"}, every=None),
        ],
        columns={"claim": "claim", "regime": "investments", "size": "difference"}
        | {"markets": "markets", "share": "share"},
    )


def _stacked(known: pl.DataFrame) -> pl.DataFrame:
    """Return a row a claim, regime and kind of outcome, with the ends of its bar."""
    parts = []
    before = pl.lit(0)
    for kind in KINDS:
        after = before + pl.col(kind)
        parts.append(
            known.select(
                *("regime", "group", "standing"),
                claim="id",
                kind=pl.lit(kind),
                start=before / pl.col("counted"),
                end=after / pl.col("counted"),
            )
        )
        before = after
    return pl.concat(parts)


def by_size(differences: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Count paired differences of each claim by sign and power of ten.

    One row a regime, claim and size, also where no market has it: ``order`` and ``size`` (from the
    most negative), ``kind``, ``markets``, ``share`` of those counted.
    """
    value = pl.col("difference")
    # the power of ten below; beyond the last ones they are put together
    power = value.abs().log10().floor().clip(DECADES[0], DECADES[-1])
    order = pl.when(value.abs() <= EQUAL).then(0).otherwise((power - DECADES[0] + 1) * value.sign())
    key = ["regime", "claim", "order"]
    counts = (
        differences.drop_nulls("difference")
        .select("regime", claim="id", order=order.cast(pl.Int64))
        .group_by(key)
        .agg(markets=pl.len().cast(pl.Int64))
    )
    places = range(-len(DECADES), len(DECADES) + 1)
    named_places = [
        (place, _size(place), "equal" if not place else "holds" if place > 0 else "opposite")
        for place in places
    ]
    sizes = pl.DataFrame(named_places, schema=["order", "size", "kind"], orient="row")
    named = claims.select("regime", "group", pl.col("id").alias("claim"), "counted")
    grid = named.join(sizes, how="cross").join(counts, on=key, how="left", maintain_order="left")
    return grid.with_columns(pl.col("markets").fill_null(0)).with_columns(
        share=pl.when(pl.col("counted") > 0).then(pl.col("markets") / pl.col("counted"))
    )


def _size(place: int) -> str:
    if place == 0:
        return "equal"
    sign = "\u2212" if place < 0 else ""
    low = DECADES[abs(place) - 1]
    if low == DECADES[-1]:
        return "below \u22121" if place < 0 else "above 1"
    near, far = (
        sign + (typeset(f"1e{power}") if power < -3 else f"{10.0**power:g}")
        for power in (low, low + 1)
    )
    return f"{far} to {near}" if place < 0 else f"{near} to {far}"
