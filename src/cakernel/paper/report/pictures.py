"""Pictures of the reproduction and its claims, with choices for a reader."""

import altair as alt
import polars as pl

from cakernel.paper.pictures import agreement, recommended_speed_map
from cakernel.pictures.theme import BLUE, ORANGE, VERMILLION, finished, layered
from cakernel.report.cited_numbers import ROW
from cakernel.report.filters import by_values, options, picture
from cakernel.report.page import Filter, Picture


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
