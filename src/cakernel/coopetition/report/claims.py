"""What `cakernel ctip claims` found: in what share of random markets each claim holds.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.coopetition.claims.shares import EQUAL
from cakernel.coopetition.report.claim_pictures import differences_picture, shares_picture
from cakernel.coopetition.report.claim_rows import GROUPS, STANDINGS, cite_claim, claims_sheet
from cakernel.coopetition.report.risk import risk_sections
from cakernel.coopetition.report.shortfall import shortfall_sections
from cakernel.coopetition.report.words import (
    REGIMES,
    choices_of,
    heading_of,
    regimes_of,
    with_regime,
)
from cakernel.report.cited_numbers import Cited, Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Body, Cell, Choices, Filter, Grid, Prose, Section

HEADS: Final = (
    "claim, and what is compared",
    "holds (interval)",
    "of markets",
    "equal",
    "opposite",
    "left out",
    "with not unique",
    "median difference",
    "fails most",
)
LEGEND: Final = (
    f"Holds is the share of the markets counted in which the difference is above {EQUAL:g}, with "
    "its interval for each claim by itself; equal is within that, opposite below. Left out are "
    "markets in which an equilibrium that the claim needs was not found + those in which it is not "
    "the only one; with these counted, too, the claim holds in the share after that. Fails most "
    "describes where, as a shallow tree reads it."
)


def claims_sections(folder: RunFolder, note: str) -> list[Section]:
    """Return shares drawn and listed, the picture by risk, and the paired differences."""
    sheet = claims_sheet(folder)
    regimes = regimes_of(sheet.frame)
    filters = [
        *choices_of(sheet.frame, {"regime": "investments"}, every="all"),
        Filter("group", "claims on", [("", "all"), *GROUPS.items()], "group"),
        Filter("standing", "holds in", [("", "all"), *((s, s) for s in STANDINGS)], "standing"),
    ]
    parts = [
        Section(f"claims-{regime}", heading_of(regime), [_grid(sheet, regime)])
        for regime in regimes
    ]
    sections = [
        Section("shares-section", "In what share of markets claims hold",
                [shares_picture(sheet.frame, note)]),
        Section(
            "claims",
            "Claim by claim",
            [Prose([LEGEND], finding=False), Choices("claims-choice", "Show", filters)],
            parts,
        ),
        *risk_sections(folder, note),
        *shortfall_sections(folder),
    ]  # fmt: skip
    if folder.has("differences"):
        differences = with_regime(folder.sheet("differences").frame)
        drawn = differences_picture(differences, sheet.frame, note)
        sections.append(Section("differences-section", "How large differences are", [drawn]))
    return sections


def _grid(sheet: Sheet, regime: str) -> Grid:
    part = sheet.rows(pl.col("regime") == regime)
    bodies = []
    for group in part.frame["group"].unique(maintain_order=True):
        words = GROUPS.get(group, group)
        heading = Cell(f"{group}: {words}", scope="colgroup", columns=len(HEADS))
        bodies.append(Body([[heading]], facts={"group": group}, kind="group"))
        rows = part.rows(pl.col("group") == group)
        bodies += [_body(rows, row) for row in rows.frame.iter_rows(named=True)]
    return Grid(
        f"claims-table-{regime}",
        f"Claims where {REGIMES[regime]}. Source: claims.parquet.",
        [[Cell(head, scope="col") for head in HEADS]],
        bodies,
        kind="numbers wordy shares",
        facts={"regime": regime},
    )


def _body(part: Sheet, row: Mapping[str, Any]) -> Body:
    def cite(column: str, **how: Any) -> Cited:
        return cite_claim(part, row, column, brief=True, **how)

    numbers = [
        Cell(
            [
                say("<strong>{}</strong>", cite("share")),
                say("{} to {}", cite("lower"), cite("upper")),
            ],
            kind="number",
        ),
        *(
            Cell(content, kind="number")
            for content in (
                cite("counted"),
                cite("equal"),
                cite("opposite"),
                say("{} + {}", cite("no_equilibrium"), cite("not_unique")),
                cite("share_not_unique_too"),
                cite("median_difference", style="+.2g"),
            )
        ),
    ]
    cells = [
        Cell(
            [
                say("<strong>{}</strong>", row["id"]),
                row["statement"],
                say('<span class="tested">{}</span>', row["tested"]),
                *_certain(part, row),
            ],
            scope="row",
        ),
        *numbers,
        Cell(cite("where", style="")),
    ]
    return Body([cells], facts={"group": row["group"], "standing": row["standing"]})


def _certain(part: Sheet, row: Mapping[str, Any]) -> list[Any]:
    """Return what of the answer is certain before any market is solved."""
    if row.get("by_construction") is None:
        return []
    return [say('<span class="tested">{}</span>', part.cite(row, "by_construction", brief=True))]
