"""The best recovery on a page: bound and gap, rules in words, what the paper's speeds lose."""

from typing import Any, Final

import polars as pl

from cakernel.recovery.optimal.in_words import WHAT_R_LEAVES_OUT
from cakernel.recovery.pictures import gaps
from cakernel.recovery.policy import POLICY_PARTS
from cakernel.recovery.report.best_policies import Lines
from cakernel.recovery.terms import TERMS
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import Answer, Grid, Picture, Section, by_values, picture, simple_grid
from cakernel.report.ranking import policy_name
from cakernel.wording import decimals

METHODS: Final = (
    "The bound holds for every policy: one that sees all states and resources, plans ahead and "
    "decides for all firms together. It comes from dynamic programs in which firms may owe "
    "resources, or in which a few keep their budgets. Rules are chosen for each resource scenario, "
    "so they are meant for firms that know their own gains and costs: on some replications, and "
    "valued on fresh ones. What is missed is the gap as a share of what the bound lies above never "
    "rebuilding."
)
PLACES: Final = {"cloud": "The best recovery in the cloud", "on-site": "The best recovery on site"}
MOST_SPEEDS: Final = 8
"""Of the paper's policies, of each deployment."""


def optimal_contents(folder: RunFolder, note: str) -> Contents:
    """Return what a page shows of the folder that `cakernel optimal` writes."""
    summary, speeds = folder.sheet("summary"), folder.sheet("speeds")
    rules = folder.sheet("rules")
    findings: list[Any] = [
        Answer(PLACES[row["deployment"]], _lines(summary, row, rules, speeds))
        for row in summary.frame.filter(family="best").iter_rows(named=True)
    ]
    findings.append(say(WHAT_R_LEAVES_OUT))
    blocks: list[Any] = [_summary_grid(summary)]
    # of one scenario there is nothing to be spread
    if folder.sheet("scenarios").frame["scenario"].n_unique() > 1:
        blocks.append(_gaps_picture(folder.sheet("scenarios"), note))
    return findings, [
        Section("bound", "The bound, and what comes near it", blocks),
        Section("rules", "The best rules in words", [_rules_grid(rules)]),
        Section("speeds", "What the paper's speeds lose", [_speeds_grid(speeds)]),
    ]


def _gaps_picture(scenarios: Sheet, note: str) -> Picture:
    """Return the gaps of each family, scenario by scenario."""
    return picture(
        gaps(scenarios.frame, note=note),
        id="gaps",
        caption="How far the best rules of each family may be from the best possible, scenario by "
        "scenario.",
        source=scenarios.file,
        filters=[by_values(scenarios.frame, "deployment", "deployment", every=None)],
        columns={"deployment": "deployment", "family": "policies", "scenario": "scenario"}
        | {"gap_percent": "gap (%)"},
    )


def _lines(summary: Sheet, row: dict[str, Any], rules: Sheet, speeds: Sheet) -> Lines:
    """Say of a deployment what the best rules end with, how sure that is, what others lose."""
    style = f".{decimals([row['se_objective']], [row['objective']])}f"
    cite = {
        name: summary.cite(row, name, style=form)
        for name, form in {
            "upper_bound": style, "objective": style, "se_objective": style, "never": style,
            "mean_gap_percent": ".2f", "worst_gap_percent": ".1f", "missed_percent": ".1f",
            "mean_x": ".2f", "mean_y": ".2f", "scenarios": ",",
        }.items()
    }  # fmt: skip
    lines: Lines = []
    own = rules.frame.filter(deployment=row["deployment"])
    if own.height:
        first = own.row(0, named=True)
        words = rules.cite(first, "words", style="sentence")
        in_some = say("{} (best in {} of ", words, rules.cite(first, "scenarios", style=","))
        lines.append(("Most often best", in_some + say("{scenarios} scenarios)", **cite)))
    lines.append(
        (
            "It brings",
            say(
                "the best rule of each scenario ends with {objective} units of resources on "
                "average (standard error {se_objective}); operations are at {mean_x} and "
                "intangibles at {mean_y} on average, of two at most",
                **cite,
            ),
        )
    )
    missed = "" if row["missed_percent"] is None else "; of what recovery can gain they miss {}%"
    lines.append(
        (
            "How sure",
            say(
                "no policy whatever, however clever, ends with more than {}: the best found is {}% "
                "below on average, {}% at most" + missed,
                cite["upper_bound"],
                cite["mean_gap_percent"],
                cite["worst_gap_percent"],
                cite["missed_percent"],
            ),
        )
    )
    here = speeds.frame.filter(deployment=row["deployment"])
    first = here.sort("loss").row(0, named=True)
    named = say(
        "{}, {}", policy_name(speeds, first, POLICY_PARTS), TERMS.policy(first, POLICY_PARTS)
    )
    lost = (
        speeds.cite(first, "loss", style=f".{decimals([first['se_loss']], [first['loss']])}f"),
        speeds.cite(first, "loss_percent", style=".0f"),
    )
    told = say(
        "one rule for all scenarios, the paper's best: {}, loses {} ({}%); never to rebuild ends "
        "with {}",
        named,
        *lost,
        cite["never"],
    )
    return [*lines, ("To choose otherwise", told)]


def _summary_grid(sheet: Sheet) -> Grid:
    styles = {
        "upper_bound": ".1f", "objective": ".1f", "mean_gap_percent": ".2f",
        "worst_gap_percent": ".1f", "missed_percent": ".1f", "mean_x": ".2f", "mean_y": ".2f",
    }  # fmt: skip
    rows = [
        [
            say("{} {}", *(sheet.cite(row, c, brief=True) for c in ("deployment", "family"))),
            *(sheet.cite(row, c, style=style, brief=True) for c, style in styles.items()),
        ]
        for row in sheet.frame.iter_rows(named=True)
    ]
    return simple_grid(
        "summary-table",
        "Means over resource scenarios. Source: summary.parquet.",
        ["policies", "bound", "found", "gap (%)", "worst (%)", "missed (%)", "x", "y"],
        rows,
        kind="numbers",
    )


def _rules_grid(sheet: Sheet) -> Grid:
    rows = [
        [
            sheet.cite(row, "deployment", brief=True),
            sheet.cite(row, "scenarios", style=",", brief=True),
            *(sheet.cite(row, f"mean_{s}", style=".2f", brief=True) for s in ("x", "y")),
            sheet.cite(row, "words", brief=True),
        ]
        for row in sheet.frame.iter_rows(named=True)
    ]
    return simple_grid(
        "rules-table",
        "In how many scenarios which rule was best, without the periods before the end at which it "
        "stops. Source: rules.parquet.",
        ["deployment", "scenarios", "x", "y", "rule"],
        rows,
        kind="wordy",
    )


def _speeds_grid(sheet: Sheet) -> Grid:
    styles = {"objective": ".1f", "loss": ".1f", "loss_percent": ".0f", "mean_x": ".2f"}
    nearest = pl.col("loss").rank("ordinal").over("deployment") <= MOST_SPEEDS
    rows = [
        [
            policy_name(sheet, row, POLICY_PARTS, brief=True),
            *(
                sheet.cite(row, c, style=style, brief=True)
                for c, style in (styles | {"mean_y": ".2f"}).items()
            ),
        ]
        for row in sheet.frame.filter(nearest).sort("deployment", "loss").iter_rows(named=True)
    ]
    return simple_grid(
        "speeds-table",
        f"The {MOST_SPEEDS} of each deployment that lose least. Source: speeds.parquet.",
        ["policy", "ends with", "loses", "loses (%)", "x", "y"],
        rows,
        kind="numbers",
    )
