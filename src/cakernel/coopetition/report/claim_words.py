"""What random markets say of the claims on coopetition, in sentences.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from cakernel.coopetition.report.claim_rows import cite_claim, claims_sheet
from cakernel.coopetition.report.risk import risk_words
from cakernel.coopetition.report.shortfall import shortfall_words
from cakernel.coopetition.report.words import REGIMES, STATUSES, regimes_of
from cakernel.report.cited_numbers import Cited, Sheet, say
from cakernel.report.folder import RunFolder


def claims_words(folder: RunFolder) -> list[Any]:
    """Return in what share of markets the main claims hold, and the parts of the first."""
    sheet = claims_sheet(folder)
    regimes = regimes_of(sheet.frame)
    sentences: list[Any] = []
    for regime in regimes:
        part = sheet.rows(pl.col("regime") == regime)
        before = f"Where {REGIMES[regime]}: " if len(regimes) > 1 else ""
        told = [*_main(part, before), *risk_words(folder, regime)]
        # with several regimes, a paragraph each
        sentences += [say(" ").join(told)] if before and told else told
        if regime == regimes[0]:
            sentences += _levers(part)
    sentences += [*shortfall_words(folder), _left_out(sheet)]
    if folder.has("equilibria"):
        sentences.append(_statuses(folder.sheet("equilibria")))
    return sentences


def _main(part: Sheet, before: str) -> list[Any]:
    rows = _by_id(part)
    sentences = []
    if "a-advantage" in rows:
        row = rows["a-advantage"]
        sentences.append(
            say(
                "{}{} MOQ gives more economic welfare than separate fixed orders in {} of {} "
                "markets counted (interval {} to {}), and less in {} of them.",
                before, "flexible" if before else "Flexible",
                *(cite_claim(part, row, name)
                  for name in ("share", "counted", "lower", "upper", "opposite")),
            )
        )  # fmt: skip
    if {"a-timing", "a-commitment"} <= set(rows):
        sentences.append(_pair(part, rows, "Of its two parts", "a", "is positive"))
    if {"b-advantage", "b-timing", "b-commitment"} <= set(rows):
        advantage = _share(part, rows["b-advantage"])
        start = say(
            "The advantage grows from no risk to the highest in {}; of its parts", advantage
        )
        sentences.append(_pair(part, rows, start, "b", "grows"))
    return sentences


def _pair(part: Sheet, rows: Mapping[str, Any], start: Any, group: str, does: str) -> Any:
    """Say of the value of timing and of that of commitment how often they do something."""
    return say(
        "{}, the value of timing {} in {}, that of commitment and discount in {}.",
        start, does,
        _share(part, rows[f"{group}-timing"]), _share(part, rows[f"{group}-commitment"]),
    )  # fmt: skip


def _levers(part: Sheet) -> list[Any]:
    """Say how often what the government sets works, and how often chains gain."""
    rows = _by_id(part)
    sentences = []
    for name, words in (("subsidy", "A higher subsidy"), ("sharing", "More sharing")):
        ids = [f"c-{name}-{effect}" for effect in ("investments", "breaches", "welfare")]
        if set(ids) <= set(rows):
            shares = [_share(part, rows[id]) for id in ids]
            sentences.append(
                say("{} raises total investment in {}, lowers breaches in {}, raises economic "
                    "welfare in {}.", words, *shares)
            )  # fmt: skip
    platform = [f"f-platform-{effect}-flexible" for effect in ("welfare", "profit", "each")]
    if set(platform) <= set(rows):
        sentences.append(
            say("A platform raises economic welfare under flexible MOQ in {}, the chains' profits "
                "together in {}, that of every one of them in {}.",
                *(_share(part, rows[id]) for id in platform))
        )  # fmt: skip
    if {"d-total", "d-each"} <= set(rows):
        sentences.append(
            say("The chains together earn more under flexible MOQ in {}, every one of them in {}.",
                _share(part, rows["d-total"]), _share(part, rows["d-each"]))
        )  # fmt: skip
    return sentences


def _left_out(sheet: Sheet) -> Any:
    return say(
        "Of {} random markets, a claim leaves out at most {} for want of an equilibrium and at "
        "most {} because it is not the only one.",
        sheet.over("markets", "largest"), sheet.over("no_equilibrium", "largest"),
        sheet.over("not_unique", "largest"),
    )  # fmt: skip


def _statuses(solved: Sheet) -> Any:
    counts = []
    for status in STATUSES:
        found = solved.frame.filter(pl.col("status").cast(pl.String) == status).height
        where = {"status": status}
        counts.append(Cited(found, solved.file, "status", where=where, how="count", style=","))
    gain = solved.frame["largest_gain"].max()
    return say(
        "Of all equilibria sought, {} converged, {} are not unique, {} went round in circles and "
        "{} did not converge; the largest gain that a chain was found to miss is {}.",
        *counts, Cited(gain, solved.file, "largest_gain", how="largest", style=".1g"),
    )  # fmt: skip


def _share(part: Sheet, row: Mapping[str, Any]) -> Any:
    ends = (cite_claim(part, row, column) for column in ("share", "lower", "upper"))
    return say("{} ({} to {})", *ends)


def _by_id(part: Sheet) -> dict[str, Any]:
    return {row["id"]: row for row in part.frame.iter_rows(named=True)}
