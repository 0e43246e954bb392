"""What `cakernel ctip claims` found: in what share of random markets each claim holds."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.coopetition.claims.statements import GROUP_WORDS
from cakernel.coopetition.pictures.over_risk import PARTS
from cakernel.coopetition.report.claim_findings import (
    cite_claim,
    findings,
    standing,
)
from cakernel.coopetition.report.claim_pictures import (
    claim_filters,
    differences_picture,
    risk_picture,
    shares_picture,
)
from cakernel.coopetition.report.shared import WITHIN, cite_all, heading_of, regimes_of
from cakernel.coopetition.words import CONTRACT_WORDS, REGIME_WORDS, TERMS
from cakernel.report.cited_numbers import RULE, Cited, Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import (
    Body,
    Cell,
    Choices,
    Grid,
    Prose,
    Section,
    by_varying,
    simple_grid,
)

CLAIM_HEADS: Final = (
    *("claim, and what is compared", "holds (interval)", "of markets", "equal", "opposite"),
    *("left out", "with not unique", "median difference", "fails most"),
)
CLAIM_LEGEND: Final = (
    f"Holds is the share of the markets counted in which the difference is above {WITHIN}, with "
    "its interval for each claim by itself; equal is within that, opposite below. Left out are "
    "markets in which an equilibrium that the claim needs was not found + those in which it is not "
    "the only one; with these counted, too, the claim holds in the share after that. Fails most "
    "describes where, as a shallow tree reads it."
)
RISK_HEADS: Final = (
    *("part", "tau", "markets counted", "above 0", "interval", "above its value at tau = 0"),
    *("interval", "mean", "mean change from tau = 0", "median"),
)
SHORT_HEADS: Final = (
    *("contract", "investments", "markets counted", "short in (interval)", "mean", "median"),
    *("mean share", "median share", "gap closed, median", "of all gaps"),
)
SHORT_LEGEND: Final = (
    "Short: less economic welfare than a planner's investments give in the same market under the "
    "same contract; by how much, in money, and as a share of the planner's welfare where that is "
    "positive. Gap closed: what a choice adds to chains' own investments, as a part of what these "
    "are short of; below zero, the choice widens the gap."
)
SHORT_STYLES: Final = {
    **dict.fromkeys(("mean_shortfall", "median_shortfall"), ".4f"),
    **dict.fromkeys(("mean_share", "median_share"), ".1%"),
    **dict.fromkeys(("median_closed", "total_closed"), "+.1%"),
}


def contents(folder: RunFolder, note: str) -> Contents:
    """Return what was found in words, shares drawn and listed, by risk, and the differences."""
    given = folder.sheet("claims")
    sheet = Sheet(given.file, standing(given.frame))
    regimes = regimes_of(sheet.frame)
    filters = [*by_varying(sheet.frame, {"regime": "investments"}), *claim_filters()]
    legend = [Prose([CLAIM_LEGEND], finding=False), Choices("claims-choice", "Show", filters)]
    listed, by_risk = [], []
    for name in regimes:
        listed.append(Section(f"claims-{name}", heading_of(name), [_claims(sheet, name)]))
        by_risk.append(Section(f"risk-{name}", heading_of(name), _risk(folder, name, note)))
    shares = shares_picture(sheet.frame, note)
    drawn = differences_picture(folder.sheet("differences").frame, sheet.frame, note)
    return findings(folder, sheet), [
        Section("shares-section", "In what share of markets claims hold", [shares]),
        Section("claims", "Claim by claim", legend, listed),
        Section("risk", "What flexible contracts add, by risk", [], by_risk),
        *_shortfall(folder),
        Section("differences-section", "How large differences are", [drawn]),
    ]


def _claims(sheet: Sheet, regime: str) -> Grid:
    part = sheet.rows(pl.col("regime") == regime)
    bodies = []
    for group in part.frame["group"].unique(maintain_order=True):
        heading = Cell(f"{group}: {GROUP_WORDS[group]}", scope="colgroup", columns=len(CLAIM_HEADS))
        bodies.append(Body([[heading]], facts={"group": group}, kind="group"))
        rows = part.rows(pl.col("group") == group)
        bodies += [_claim(rows, row) for row in rows.frame.iter_rows(named=True)]
    return Grid(
        f"claims-table-{regime}",
        f"Claims where {REGIME_WORDS[regime]}. Source: claims.parquet.",
        [[Cell(head, scope="col") for head in CLAIM_HEADS]],
        bodies,
        kind="numbers wordy shares",
        facts={"regime": regime},
    )


def _claim(part: Sheet, row: Mapping[str, Any]) -> Body:
    def cite(column: str, **how: Any) -> Cited:
        return cite_claim(part, row, column, brief=True, **how)

    below: list[Any] = [TERMS.where(row["tested"])]
    if row["by_construction"] is not None:
        # what of the answer is certain before any market is solved
        below.append(part.cite(row, "by_construction", brief=True))
    small = (say('<span class="tested">{}</span>', each) for each in below)
    words = [say("<strong>{}</strong>", row["id"]), row["statement"], *small]
    numbers = (
        [say("<strong>{}</strong>", cite("share")), say("{} to {}", cite("lower"), cite("upper"))],
        cite("counted"),
        cite("equal"),
        cite("opposite"),
        say("{} + {}", cite("no_equilibrium"), cite("not_unique")),
        cite("share_not_unique_too"),
        cite("median_difference", style="+.2g"),
    )
    cells = [
        Cell(words, scope="row"),
        *(Cell(content, kind="number") for content in numbers),
        Cell(cite("where", style=RULE)),
    ]
    return Body([cells], facts={"group": row["group"], "standing": row["standing"]})


def _risk(folder: RunFolder, regime: str, note: str) -> list[Any]:
    """Return the picture by risk, where a market was counted, and the table."""
    part = folder.sheet("by_risk").rows(pl.col("regime") == regime)
    rows = []
    for row in part.frame.iter_rows(named=True):
        shares = []
        for name in ("share_positive", "share_above_no_risk"):
            columns = (name, f"{name}_lower", f"{name}_upper")
            share, *ends = cite_all(part, row, dict.fromkeys(columns, ".1%"))
            shares += [share, ends[0] if row[name] is None else say("{} to {}", *ends)]
        of = cite_all(part, row, {"threat_probability": "g", "counted": ","})
        means = cite_all(part, row, {"mean": ".4f", "mean_change": "+.4f", "median": ".4f"})
        rows.append([PARTS[row["part"]], *of, *shares, *means])
    grid = simple_grid(
        f"risk-table-{regime}",
        f"Parts of the advantage at each level of risk tau, in the same markets, where "
        f"{REGIME_WORDS[regime]}. Source: by_risk.parquet.",
        RISK_HEADS,
        rows,
        kind="numbers",
    )
    counted = part.frame["counted"].sum() > 0
    return [risk_picture(part.frame, regime, note), grid] if counted else [grid]


def _shortfall(folder: RunFolder) -> list[Section]:
    """Return the table of shortfalls; there is none unless nash and a planner were asked for."""
    if not folder.has("shortfall"):
        return []
    sheet = folder.sheet("shortfall")
    rows = []
    for row in sheet.frame.iter_rows(named=True):
        counted = sheet.cite(row, "counted", style=",", brief=True)
        share = cite_all(sheet, row, dict.fromkeys(("share_short", "lower", "upper"), ".1%"))
        short = [say("{} ({} to {})", *share), *cite_all(sheet, row, SHORT_STYLES)]
        rows.append([CONTRACT_WORDS[row["contract"]], TERMS.where(row["choice"]), counted, *short])
    grid = simple_grid(
        "shortfall-table",
        "Economic welfare short of the planner's. Source: shortfall.parquet.",
        SHORT_HEADS,
        rows,
        kind="numbers",
    )
    legend = Prose([SHORT_LEGEND], finding=False)
    return [Section("shortfall", "Short of a planner's welfare", [legend, grid])]
