"""What random markets say of the claims on coopetition, in sentences."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.coopetition.report.shared import ENDS, amounts, regimes_of, text_sheet
from cakernel.coopetition.words import REGIME_WORDS
from cakernel.report.cited_numbers import Cited, Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Answer

STANDINGS: Final = ("more than half", "about half", "less than half")
"""Of the markets: the whole interval lies above a half, holds it, or lies below."""
Rows = Mapping[str, Mapping[str, Any]]
"""Claims by their ids."""
Lines = list[tuple[str, Any]]


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
    """Return cards: in what share of markets the main claims hold, and the parts of the first."""
    regimes = regimes_of(sheet.frame)
    cards: list[Any] = []
    for regime in regimes:
        part = sheet.rows(pl.col("regime") == regime)
        rows = {row["id"]: row for row in part.frame.iter_rows(named=True)}
        lines = [*_contracts(part, rows), *_by_risk(folder, regime)]
        if regime == regimes[0]:
            lines += [*_levers(part, rows), *_shortfall(folder), ("How sure", _sure(folder, sheet))]
        cards.append(Answer(f"Do claims hold where {REGIME_WORDS[regime]}?", lines))
    return cards


def _contracts(part: Sheet, rows: Rows) -> Lines:
    """Say how often flexible orders give more welfare, and when, and what their parts do."""

    def pair(group: str, does: str) -> Any:
        shares = (_share(part, rows[f"{group}-{name}"]) for name in ("timing", "commitment"))
        words = "the value of timing {} in {}, that of commitment and discount in {}"
        return say(words, does, *shares)

    numbers = ("share", "counted", "lower", "upper", "opposite")
    best = say(
        "more economic welfare than separate fixed orders in {} of {} markets (interval {} to {}), "
        "less in {} of them",
        *(cite_claim(part, rows["a-advantage"], name) for name in numbers),
    )
    growth = say(
        "the advantage grows from none to the highest in {}; ", _share(part, rows["b-advantage"])
    )
    return [
        ("Flexible MOQ gives", best),
        ("Its two parts", pair("a", "is positive")),
        ("With risk", growth + pair("b", "grows")),
    ]


def _by_risk(folder: RunFolder, regime: str) -> Lines:
    """Say how much of the mean advantage is there without risk, and how much with most of it."""
    mine = (pl.col("regime") == regime) & (pl.col("part") == "advantage")
    part = folder.sheet("by_risk").rows(mine & pl.col("mean").is_not_null())
    rows = part.frame.sort("threat_probability").to_dicts()
    if len(rows) < 2:
        return []
    style = amounts(part.frame["mean"])
    words = "without flexible MOQ {} of welfare is lost on average at no risk, {} at the highest"
    cost = say(words, *(part.cite(row, "mean", style=style) for row in (rows[0], rows[-1])))
    return [("To choose otherwise", cost + ", in money")]


def _levers(part: Sheet, rows: Rows) -> Lines:
    """Say how often what the government sets works, and how often chains gain."""

    def told(words: str, *ids: str) -> Any:
        return say(words, *(_share(part, rows[id]) for id in ids))

    effects = ("investments", "breaches", "welfare")
    moved = "raises total investment in {}, lowers breaches in {}, raises economic welfare in {}"
    return [
        ("A higher subsidy", told(moved, *(f"c-subsidy-{effect}" for effect in effects))),
        ("More sharing", told(moved, *(f"c-sharing-{effect}" for effect in effects))),
        (
            "A platform",
            told(
                "raises economic welfare under flexible MOQ in {}, the chains' profits together in "
                "{}, that of every one of them in {}",
                *(f"f-platform-{effect}-flexible" for effect in ("welfare", "profit", "each")),
            ),
        ),
        (
            "Chains' profits",
            told(
                "the chains together earn more under flexible MOQ in {}, every one of them in {}",
                "d-total",
                "d-each",
            ),
        ),
    ]


def _shortfall(folder: RunFolder) -> Lines:
    """Say in what share of markets chains' own investments are short of a planner's welfare."""
    if not folder.has("shortfall"):
        return []
    sheet = folder.sheet("shortfall")
    row = sheet.frame.filter(contract="flexible-moq", choice="nash").row(0, named=True)
    if row["share_short"] is None:
        return []
    styles = dict.fromkeys(("share_short", "lower", "upper"), ".1%")
    styles["median_shortfall"] = amounts([row["median_shortfall"]])
    words = (
        "where each chain invests for itself, welfare under flexible MOQ is short of a planner's "
        "in {} ({} to {}), by {} in the median market"
    )
    told = say(words, *(sheet.cite(row, name, style=style) for name, style in styles.items()))
    return [("Own investments", told)]


def _sure(folder: RunFolder, sheet: Sheet) -> Any:
    """Say what claims leave out, and how the searches for equilibria ended."""
    left_out = say(
        "of {} random markets, a claim leaves out at most {} for want of an equilibrium and at "
        "most {} because it is not the only one; ",
        *(sheet.over(name, "largest") for name in ("markets", "no_equilibrium", "not_unique")),
    )
    return left_out + _ends(folder)


def _ends(folder: RunFolder) -> Any:
    """Say how the searches for equilibria ended."""
    solved = text_sheet(folder, "equilibria")
    counts = []
    for ended in ({"status": status} for status in ENDS):
        found = solved.frame.filter(**ended).height
        counts.append(Cited(found, solved.file, "status", where=ended, how="count", style=","))
    gain = solved.frame["largest_gain"].max()
    return say(
        "of all equilibria sought, {} converged, {} are not unique, {} went round in circles and "
        "{} did not converge; the largest gain that a chain was found to miss is {}",
        *counts,
        Cited(gain, solved.file, "largest_gain", how="largest", style=".1g"),
    )


def _share(part: Sheet, row: Mapping[str, Any]) -> Any:
    ends = (cite_claim(part, row, column) for column in ("share", "lower", "upper"))
    return say("{} ({} to {})", *ends)
