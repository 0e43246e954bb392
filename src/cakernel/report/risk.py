"""What is beyond the mean on a page: the worst replications, quantiles, a target."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.measures import Measure
from cakernel.models import outcome_in_words
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Answer, Grid, Section, simple_grid
from cakernel.report.ranking import policy_name
from cakernel.wording import decimals

RISK: Final = "risk"
LISTED: Final = 20
"""Policies in the table, the first of the ranking; the folder has all."""
METHODS: Final = (
    "A replication is the mean over all firms and resource scenarios, so quantiles and the worst "
    "replications are risks of the whole, not of a firm. The mean of the worst share of "
    "replications (expected shortfall, or conditional value at risk) has a bootstrap standard "
    "error, the probability to be above a target the exact binomial interval."
)

INFLUENCE: Final = (
    "Policies are ranked by another measure than the mean. Its intervals are those of influence "
    "values, one a replication, which average to the measure and whose spread is that of its "
    "asymptotic distribution (Hong, Hu and Liu 2014, doi 10.1145/2661631). They are trusted where "
    "ten replications or more lie in the tail that the measure is of."
)


def beyond_the_mean(folder: RunFolder) -> list[str]:
    """Return how what is beyond the mean was found, where a page says something of it."""
    measure = Measure.named(str(folder.setting("outcome")))
    return [
        *([METHODS] if folder.has(RISK) else []),
        *([INFLUENCE] if measure is not None else []),
    ]


def risk_contents(
    folder: RunFolder, ranked: pl.DataFrame, *, keys: Mapping[str, str], model: str, group: str = ""
) -> tuple[list[Any], list[Section]]:
    """Return what a page says beyond the mean of policies that were ranked together, best first.

    ``ranked`` has the ``keys``; nothing is said where the folder has no table of risks.
    """
    if not folder.has(RISK):
        return [], []
    sheet = folder.sheet(RISK)
    listed = ranked.select(list(keys)).join(sheet.frame, on=list(keys), maintain_order="left")
    if listed.is_empty():
        return [], []
    named = str(folder.setting("outcome") or "resources")
    measure = Measure.named(named)
    outcome = outcome_in_words(named if measure is None else measure.of, model=model)
    title = f"Beyond the mean {group}".strip()
    lines = _lines(folder, sheet, listed, outcome, keys)
    section = Section(
        f"risk-{group or 'all'}".replace(" ", "-"),
        title,
        [_grid(folder, sheet, listed, keys, group)],
    )
    return [Answer(f"{title}: {outcome}", lines)], [section]


def _lines(
    folder: RunFolder, sheet: Sheet, listed: pl.DataFrame, outcome: str, keys: Mapping[str, str]
) -> list[tuple[str, Any]]:
    """Say what the best policy has in bad replications, in half of them, and above a target."""
    row = listed.row(0, named=True)
    style = _style(listed)
    name, worst = policy_name(sheet, row, keys), _tail(folder)
    bad = say(
        "in {} of replications, {} has {} {} on average (standard error {}); in all of them {}",
        worst, name, outcome,
        *(sheet.cite(row, n, style=style) for n in ("shortfall", "shortfall_error", "mean")),
    )  # fmt: skip
    safest = listed.sort("shortfall", descending=True, maintain_order=True).row(0, named=True)
    if safest["shortfall"] > row["shortfall"]:
        bad = say(
            "{}; {} has the highest there, {}",
            bad, policy_name(sheet, safest, keys), sheet.cite(safest, "shortfall", style=style),
        )  # fmt: skip
    lines = [("If it goes badly", bad)]
    if "quantile_50" in listed.columns:
        middle = sheet.cite(row, "quantile_50", style=style)
        lines.append(("Median", say("half of its replications are above {}", middle)))
    target = folder.recorded("settings", "target", style=",.6g")
    if "probability_above" in listed.columns and target is not None:
        chance = (
            sheet.cite(row, f"{n}", style=".1%")
            for n in ("probability_above", "above_lower", "above_upper")
        )
        lines.append(
            ("Target", say("it is above {} with a probability of {} ({} to {})", target, *chance))
        )
    return lines


def _tail(folder: RunFolder) -> Any:
    """Say which replications are the worst."""
    share = folder.recorded("settings", "tail", style=".4g", scale=100.0)
    return "the worst" if share is None else say("the worst {}%", share)


def _style(listed: pl.DataFrame) -> str:
    return f".{decimals(listed['shortfall_error'], listed['shortfall'])}f"


def _grid(
    folder: RunFolder, sheet: Sheet, listed: pl.DataFrame, keys: Mapping[str, str], group: str
) -> Grid:
    columns = [name for name in listed.columns if name.startswith("quantile_")]
    style = _style(listed)
    target = "probability_above" in listed.columns
    rows = []
    for row in listed.head(LISTED).iter_rows(named=True):
        cells = [
            sheet.cite(row, name, style=style, brief=True)
            for name in ("mean", *columns, "shortfall", "shortfall_error")
        ]
        if target:
            cells += [
                sheet.cite(row, name, style=".1%", brief=True)
                for name in ("probability_above", "above_lower", "above_upper")
            ]
        rows.append([policy_name(sheet, row, keys, brief=True), *cells])
    at = [name.removeprefix("quantile_") for name in columns]
    above = ["above the target", "interval from", "to"] if target else []
    return simple_grid(
        f"risk-table-{group or 'all'}".replace(" ", "-"),
        f"Over replications, of the first {min(LISTED, listed.height):,} of {listed.height:,} "
        f"policies. Source: {sheet.file}.",
        ["policy", "mean", *("median" if n == "50" else f"{n}% quantile" for n in at),
         "mean of the worst", "its standard error", *above],
        rows,
        kind="numbers",
    )  # fmt: skip
