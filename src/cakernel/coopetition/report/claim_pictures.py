"""Pictures of claims on coopetition: shares with intervals, and paired differences by size.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.coopetition.label import LABEL
from cakernel.coopetition.report.claim_rows import GROUPS, KINDS, STANDINGS, by_size, stacked
from cakernel.coopetition.report.words import choices_of
from cakernel.pictures.theme import BLACK, RULE, SKY, VERMILLION, finished, layered
from cakernel.report.filters import by_values, picture
from cakernel.report.page import Filter, Picture

GREY: Final = "#bdbdbd"
COLOURS: Final = (SKY, GREY, VERMILLION)
WORDS: Final = {"holds": "holds", "equal": "equal", "opposite": "the opposite holds"}
COLOUR: Final = alt.Color(
    "kind:N",
    scale=alt.Scale(domain=list(KINDS), range=list(COLOURS)),
    legend=alt.Legend(
        title=None, orient="top", labelExpr=f"{WORDS}[datum.label]", symbolType="square"
    ),
)


def shares_picture(claims: pl.DataFrame, note: str) -> Picture:
    """Return the share of markets in which each claim holds, with its interval."""
    rows = claims.filter(pl.col("counted") > 0).select(
        "regime",
        "group",
        "standing",
        "statement",
        "share",
        "lower",
        "upper",
        "counted",
        "equal",
        "opposite",
        claim="id",
    )
    down = alt.Y("claim:N", sort=None, axis=alt.Axis(title=None, labelLimit=190))
    across = alt.Scale(domain=[0, 1])
    axis = alt.Axis(title="share of the markets counted; bar: interval", format="%")
    tooltip = [alt.Tooltip(f"{name}:N") for name in ("claim", "statement")] + [
        alt.Tooltip(f"{name}:Q", format=".1%") for name in ("share", "lower", "upper")
    ]
    bars = (
        alt.Chart(stacked(claims))
        .mark_bar(height=8, opacity=0.75)
        .encode(
            x=alt.X("start:Q", scale=across, axis=axis),
            x2="end:Q",
            y=down,
            color=COLOUR,
            tooltip=["claim:N", "kind:N"],
        )
    )
    half = (
        alt.Chart(pl.DataFrame({"half": [0.5]}))
        .mark_rule(color=RULE, strokeDash=[4, 3])
        .encode(x=alt.X("half:Q", scale=across))
    )
    interval = (
        alt.Chart(rows)
        .mark_rule(color=BLACK, strokeWidth=1.4)
        .encode(x=alt.X("lower:Q", scale=across), x2="upper:Q", y=down)
    )
    points = (
        alt.Chart(rows)
        .mark_point(filled=True, size=42, opacity=1, color=BLACK)
        .encode(x=alt.X("share:Q", scale=across), y=down, tooltip=tooltip)
    )
    chart = layered(bars, half, interval, points).properties(width=400, height=alt.Step(17))
    return picture(
        finished(
            chart,
            title="In what share of random markets each claim holds",
            notes=[LABEL, note],
            description=_described(rows),
            width=600,
        ),
        id="shares",
        caption="The share of markets in which each claim holds, with its interval; where it does "
        "not, whether nothing changes or the opposite holds.",
        source="claims.parquet",
        filters=[*choices_of(rows, {"regime": "investments"}, every=None), _groups(),
                 Filter("standing", "holds in", [("", "all"), *((s, s) for s in STANDINGS)],
                        "standing")],
        columns={
            "claim": "claim",
            "statement": "statement",
            "regime": "investments",
            "share": "share",
            "lower": "interval from",
            "upper": "to",
            "counted": "markets counted",
            "equal": "equal",
            "opposite": "opposite",
        },
    )  # fmt: skip


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
    told = "; ".join(
        f"{size} in {count}"
        for size, count in first.filter(pl.col("markets") > 0).select("size", "markets").iter_rows()
    )
    columns: dict[str, Any] = {"claim": "claim", "regime": "investments", "size": "difference"}
    return picture(
        finished(
            chart,
            title="Paired differences of the claim chosen, by size",
            notes=[LABEL, "Markets left out are not drawn.", note],
            description=f"{LABEL} Markets by difference, {first['claim'][0]}: {told}.",
            width=600,
        ),
        id="differences",
        caption="How large the differences are that decide a claim: one a market, between the same "
        "market under two contracts or with one thing changed.",
        source="differences.parquet",
        filters=[
            by_values(rows, "claim", "claim", every=None),
            *choices_of(rows, {"regime": "investments"}, every=None),
        ],
        columns=columns | {"markets": "markets", "share": "share"},
    )


def _groups() -> Filter:
    return Filter("group", "claims on", [("", "all"), *GROUPS.items()], "group")


def _described(rows: pl.DataFrame) -> str:
    first = rows.filter(pl.col("regime") == rows["regime"][0])
    told = "; ".join(
        f"{claim} {share:.0%}" for claim, share in first.select("claim", "share").iter_rows()
    )
    return f"{LABEL} Shares, investments {rows['regime'][0]}: {told}. The table below has more."
