"""Policies on a page: ranked by a chosen outcome, listed, and their distributions."""

from collections.abc import Mapping
from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.pictures.theme import SERIES, SHAPES, finished, layered, series_scale
from cakernel.recovery.outcomes import names_in
from cakernel.recovery.pictures import outcome_distribution
from cakernel.recovery.policy import POLICY_PARTS
from cakernel.recovery.terms import TERMS
from cakernel.recovery.words import OUTCOME_WORDS
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import (
    PREFIX,
    SHOWN,
    Answer,
    Grid,
    Picture,
    Section,
    by_outcome,
    by_values,
    by_varying,
    picture,
    simple_grid,
)
from cakernel.report.ranking import policy_name
from cakernel.report.risk import risk_contents
from cakernel.terms import explained
from cakernel.wording import brief, counted, decimals

TAIL: Final = 0.05
"""The share of worst replications that is marked where the record names none."""
DRAWN: Final = 8
"""Policies of each group whose distributions are drawn."""
SPREAD: Final = ("mean", "5% quantile", "median", "95% quantile")
TITLES: Final = {"resources": "R"}
WITHIN: Final = 0.05
"""Policies within this share of the most resources are counted: the paper's 5% rule."""


def run_contents(folder: RunFolder, note: str) -> Contents:
    """Return what a page shows of the policies that `cakernel run` simulated."""
    sheet = folder.sheet("policies")
    ranked = sheet.frame.sort("mean_resources", descending=True)
    drawn = ranking_picture(
        sheet.frame,
        groups={},
        caption="Policies by the outcome chosen.",
        note=note,
        source=sheet.file,
    )
    section = Section("policies", "Policies", [drawn, _grid(sheet, ranked)])
    # which policy ends with the most resources, and how many come near
    first = ranked.row(0, named=True)
    styles = _styles(sheet.frame)
    most = [
        sheet.cite(first, f"{of}_resources", style=styles["resources"]) for of in ("mean", "se")
    ]
    lines: list[tuple[str, Any]] = [
        (
            "Highest",
            say(
                "{}, {}; it ends with {} units of resources (standard error {})",
                policy_name(sheet, first, POLICY_PARTS), TERMS.policy(first, POLICY_PARTS), *most,
            ),
        ),
        (
            "Its states",
            say(
                "operational {}, intangibles {}, of two at most",
                *(sheet.cite(first, f"mean_{n}", style=styles[n]) for n in ("x", "y")),
            ),
        ),
    ]  # fmt: skip
    if ranked.height > 1 and first["mean_resources"] > 0:
        edge = (1 - WITHIN) * first["mean_resources"]
        inside = sheet.rows(pl.col("mean_resources") >= edge)
        count = inside.over("mean_resources", "count")
        among = say(
            "{} of {} policies, itself counted", count, sheet.over("mean_resources", "count")
        )
        lines.append(("Within 5%", among))
    lines.append(("How sure", "cakernel best says which policies are ruled out as the best"))
    named = TERMS.named([first], POLICY_PARTS)
    lines += explained(named)
    findings, sections = risk_contents(folder, ranked, keys=POLICY_PARTS, model="recovery")
    answer = Answer("Policies by the resources at the end", lines)
    return [answer, *findings], [section, *sections]


def _styles(rows: pl.DataFrame) -> dict[str, str]:
    """Return the formats of outcomes, with as many decimals as their standard errors deserve."""
    names = names_in(rows.columns)
    return {n: f".{decimals(rows[f'se_{n}'], rows[f'mean_{n}'])}f" for n in names}


def _grid(sheet: Sheet, ranked: pl.DataFrame) -> Grid:
    rows = []
    styles = _styles(sheet.frame)
    for row in ranked.iter_rows(named=True):
        figures = [
            sheet.cite(row, f"{part}_{outcome}", style=style, brief=True)
            for outcome, style in styles.items()
            for part in ("mean", "se")
        ]
        rows.append([policy_name(sheet, row, POLICY_PARTS, brief=True), *figures])
    return simple_grid(
        "policies-table",
        "All policies, the highest resources first; means over resource scenarios and "
        "replications. Source: policies.parquet.",
        [
            "policy",
            *(word for name in styles for word in (TITLES.get(name, name), "its standard error")),
        ],
        rows,
        kind="numbers",
    )


def distributions_section(folder: RunFolder, note: str) -> Section:
    """Return how outcomes of the highest policies of each group of ``best`` are distributed."""
    all_ranked = folder.sheet("best").frame
    ranked = all_ranked.filter(pl.col("rank") <= DRAWN)
    fewer = ranked.height < all_ranked.height
    told = (
        f"drawn are the {DRAWN} highest of each group, {ranked.height} of "
        f"{counted(all_ranked.height, 'policy', 'policies')}"
    )
    policy = list(POLICY_PARTS)
    outcomes = folder.sheet("outcomes")
    rows = ranked.select(policy).join(outcomes.frame, on=policy, how="left", maintain_order="left")
    names = rows.select(pl.concat_str(policy, separator=" ").alias("policy"))
    drawn = picture(
        outcome_distribution(
            rows, tail=folder.setting("tail") or TAIL, note=", ".join([*[told] * fewer, note])
        ),
        id="distribution",
        caption=f"How the outcomes of the {DRAWN} highest policies of each group vary from "
        "replication to replication: shapes of more could not be told apart; the table below has "
        "all policies.",
        source=outcomes.file,
        filters=[by_values(names, "policy", "policy")],
        columns={"policy": "policy", "quantity": "outcome", "mean": "mean", "q05": "5% quantile"}
        | {"q25": "25%", "q50": "median", "q75": "75%", "q95": "95%"}
        | {"edge": "edge of the worst", "worst": "mean of the worst"},
    )
    return Section("distributions", "How outcomes vary", [drawn, _spread(folder)])


def _spread(folder: RunFolder) -> Grid:
    """Return quantiles over replications of the resources of all policies, the highest first."""
    outcomes, column = folder.sheet("outcomes"), "mean_resources"
    error = pl.col(column).std() / pl.col(column).count().sqrt()
    errors = outcomes.frame.group_by(list(POLICY_PARTS)).agg(error)[column]
    style = f".{decimals(errors, outcomes.frame[column])}f"
    rows = []
    of_policies = outcomes.frame.partition_by(list(POLICY_PARTS), maintain_order=True)
    for frame in sorted(of_policies, key=lambda frame: -frame[column].to_numpy().mean()):
        part = Sheet(outcomes.file, frame)
        figures = (part.over(column, how, style=style, brief=True) for how in SPREAD)
        rows.append(
            [policy_name(part, frame.row(0, named=True), POLICY_PARTS, brief=True), *figures]
        )
    return simple_grid(
        "spread-table",
        "Resources at the end from replication to replication, all policies, the highest mean "
        f"first. Source: {outcomes.file}.",
        ["policy", *SPREAD],
        rows,
        kind="numbers",
    )


def ranking_picture(
    rows: pl.DataFrame, *, groups: Mapping[str, str], caption: str, note: str, source: str
) -> Picture:
    """Return policies ranked by a chosen outcome, with standard errors.

    ``rows``, one a policy and group, have the policy's columns, ``mean_x``, ``se_x`` and so on;
    ``groups`` are columns of which one value is looked at a time, and their labels.
    """
    words = {name: OUTCOME_WORDS[name] for name in OUTCOME_WORDS if f"mean_{name}" in rows.columns}
    figures = [f"{part}_{name}" for name in words for part in ("mean", "se")]
    policy = pl.concat_str(list(POLICY_PARTS), separator=" ")
    known = rows.select(*groups, *POLICY_PARTS, policy.alias("policy"), *figures)
    first = known.filter(pl.col(name) == known[name][0] for name in groups) if groups else known
    top = first.sort("mean_resources", descending=True).head(5)["policy", "mean_resources"]
    told = "; ".join(f"{policy} {brief(mean)}" for policy, mean in top.iter_rows())
    return picture(
        finished(
            _ranking_chart(known),
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
            by_outcome(words),
            *by_varying(known, POLICY_PARTS),
        ],
        columns=dict(groups)
        | {"policy": "policy", "mean_x": "mean x", "mean_y": "mean y", "mean_resources": "mean R"},
    )


def _ranking_chart(rows: pl.DataFrame) -> alt.LayerChart:
    """Draw means of the outcome chosen, two standard errors to either side, the highest first."""
    cyber = rows["cyber_rule"].unique().sort().to_list()
    outcome = PREFIX + "outcome"
    order = alt.EncodingSortField("value", op="max", order="descending")
    drawn = alt.Chart(rows).encode(
        y=alt.Y("policy:N", sort=order, axis=alt.Axis(title=None, ticks=False)),
        color=alt.Color(
            "cyber_rule:N",
            scale=series_scale(cyber, SERIES),
            legend=alt.Legend(title="cyber rule", orient="top", columns=5),
        ),
    )
    along = alt.X(
        "value:Q",
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(title="mean of the outcome chosen; line: two standard errors either way"),
    )
    return (
        layered(
            drawn.mark_rule(strokeWidth=1.5).encode(
                x=alt.X("low:Q", scale=alt.Scale(zero=False)), x2="high:Q"
            ),
            drawn.mark_point(filled=True, size=60, opacity=1).encode(
                x=along,
                shape=alt.Shape("cyber_rule:N", scale=series_scale(cyber, SHAPES)),
                tooltip=["policy:N", "mean_x:Q", "mean_y:Q", "mean_resources:Q", "se_resources:Q"],
            ),
            data=rows,
        )
        .add_params(alt.param(name=outcome, value="resources"))
        .transform_calculate(value=f"datum['mean_' + {outcome}]", error=f"datum['se_' + {outcome}]")
        .transform_calculate(
            low="datum.value - 2 * (isValid(datum.error) ? datum.error : 0)",
            high="datum.value + 2 * (isValid(datum.error) ? datum.error : 0)",
        )
        .transform_window(place="rank()", sort=[alt.SortField("value", order="descending")])
        .transform_filter(f"datum.place <= {SHOWN}")
        .properties(width=440, height=alt.Step(16))
    )
