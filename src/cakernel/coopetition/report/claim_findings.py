"""What random markets say of the claims on coopetition, in sentences."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.coopetition.report.shared import ENDS, regimes_of, text_sheet
from cakernel.coopetition.words import REGIME_WORDS
from cakernel.report.cited_numbers import Cited, Sheet, say
from cakernel.report.folder import RunFolder

STANDINGS: Final = ("more than half", "about half", "less than half")
"""Of the markets: the whole interval lies above a half, holds it, or lies below."""
Rows = Mapping[str, Mapping[str, Any]]
"""Claims by their ids."""


def cite_claim(part: Sheet, row: Mapping[str, Any], column: str, **how: Any) -> Cited:
    """Cite a column of a claim; shares as percentages."""
    style = ".1%" if column in ("share", "lower", "upper", "share_not_unique_too") else ","
    return part.cite(row, column, **({"style": style} | how))


def standing(claims: pl.DataFrame) -> pl.DataFrame:
    """Add to claims their ``group`` and ``standing``."""
    more, half, less = (pl.lit(words) for words in STANDINGS)
    at_most = pl.when(pl.col("upper") < 0.5).then(less).otherwise(half)
    return claims.with_columns(
        group=pl.col("id").str.split("-").list.first(),
        standing=pl.when(pl.col("lower") > 0.5).then(more).otherwise(at_most),
    )


def findings(folder: RunFolder, sheet: Sheet) -> list[Any]:
    """Return in what share of markets the main claims hold, and the parts of the first."""
    regimes = regimes_of(sheet.frame)
    sentences: list[Any] = []
    for regime in regimes:
        part = sheet.rows(pl.col("regime") == regime)
        rows = {row["id"]: row for row in part.frame.iter_rows(named=True)}
        before = f"Where {REGIME_WORDS[regime]}: " if len(regimes) > 1 else ""
        told = [*_contracts(part, rows, before), *_by_risk(folder, regime)]
        # with several regimes, a paragraph each
        sentences += [say(" ").join(told)] if before else told
        if regime == regimes[0]:
            sentences += _levers(part, rows)
    left_out = say(
        "Of {} random markets, a claim leaves out at most {} for want of an equilibrium and at "
        "most {} because it is not the only one.",
        *(sheet.over(name, "largest") for name in ("markets", "no_equilibrium", "not_unique")),
    )
    return [*sentences, *_shortfall(folder), left_out, _ends(folder)]


def _contracts(part: Sheet, rows: Rows, before: str) -> list[Any]:
    """Say how often flexible orders give more welfare, and when, and what their parts do."""

    def pair(start: Any, group: str, does: str) -> Any:
        shares = (_share(part, rows[f"{group}-{name}"]) for name in ("timing", "commitment"))
        words = "{}, the value of timing {} in {}, that of commitment and discount in {}."
        return say(words, start, does, *shares)

    numbers = ("share", "counted", "lower", "upper", "opposite")
    growth = say(
        "The advantage grows from no risk to the highest in {}; of its parts",
        _share(part, rows["b-advantage"]),
    )
    return [
        say(
            "{}{} MOQ gives more economic welfare than separate fixed orders in {} of {} "
            "markets counted (interval {} to {}), and less in {} of them.",
            before,
            "flexible" if before else "Flexible",
            *(cite_claim(part, rows["a-advantage"], name) for name in numbers),
        ),
        pair("Of its two parts", "a", "is positive"),
        pair(growth, "b", "grows"),
    ]


def _by_risk(folder: RunFolder, regime: str) -> list[Any]:
    """Say how much of the mean advantage is there without risk, and how much with most of it."""
    mine = (pl.col("regime") == regime) & (pl.col("part") == "advantage")
    part = folder.sheet("by_risk").rows(mine & pl.col("mean").is_not_null())
    rows = part.frame.sort("threat_probability").to_dicts()
    if len(rows) < 2:
        return []
    words = (
        "The mean advantage of flexible MOQ over fixed orders is {} without risk and {} at the "
        "highest risk."
    )
    return [say(words, *(part.cite(row, "mean", style=".5f") for row in (rows[0], rows[-1])))]


def _levers(part: Sheet, rows: Rows) -> list[Any]:
    """Say how often what the government sets works, and how often chains gain."""

    def told(words: str, *ids: str) -> Any:
        return say(words, *(_share(part, rows[id]) for id in ids))

    effects = ("investments", "breaches", "welfare")
    moved = " raises total investment in {}, lowers breaches in {}, raises economic welfare in {}."
    return [
        told(f"A higher subsidy{moved}", *(f"c-subsidy-{effect}" for effect in effects)),
        told(f"More sharing{moved}", *(f"c-sharing-{effect}" for effect in effects)),
        told(
            "A platform raises economic welfare under flexible MOQ in {}, the chains' profits "
            "together in {}, that of every one of them in {}.",
            *(f"f-platform-{effect}-flexible" for effect in ("welfare", "profit", "each")),
        ),
        told(
            "The chains together earn more under flexible MOQ in {}, every one of them in {}.",
            "d-total",
            "d-each",
        ),
    ]


def _shortfall(folder: RunFolder) -> list[Any]:
    """Say in what share of markets chains' own investments are short of a planner's welfare."""
    if not folder.has("shortfall"):
        return []
    sheet = folder.sheet("shortfall")
    row = sheet.frame.filter(contract="flexible-moq", choice="nash").row(0, named=True)
    if row["share_short"] is None:
        return []
    styles = dict.fromkeys(("share_short", "lower", "upper"), ".1%") | {"median_shortfall": ".5f"}
    words = (
        "Where each chain invests for itself, welfare under flexible MOQ is short of a planner's "
        "in {} ({} to {}), by {} in the median market."
    )
    return [say(words, *(sheet.cite(row, name, style=style) for name, style in styles.items()))]


def _ends(folder: RunFolder) -> Any:
    """Say how the searches for equilibria ended."""
    solved = text_sheet(folder, "equilibria")
    counts = []
    for ended in ({"status": status} for status in ENDS):
        found = solved.frame.filter(**ended).height
        counts.append(Cited(found, solved.file, "status", where=ended, how="count", style=","))
    gain = solved.frame["largest_gain"].max()
    return say(
        "Of all equilibria sought, {} converged, {} are not unique, {} went round in circles and "
        "{} did not converge; the largest gain that a chain was found to miss is {}.",
        *counts,
        Cited(gain, solved.file, "largest_gain", how="largest", style=".1g"),
    )


def _share(part: Sheet, row: Mapping[str, Any]) -> Any:
    ends = (cite_claim(part, row, column) for column in ("share", "lower", "upper"))
    return say("{} ({} to {})", *ends)
