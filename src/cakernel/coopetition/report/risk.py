"""What flexible contracts add over risk, in random markets of the coopetition model.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from typing import Any, Final

import polars as pl

from cakernel.coopetition.pictures.over_risk import PARTS, ctip
from cakernel.coopetition.report.words import REGIMES, heading_of, regimes_of, with_regime
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.filters import picture
from cakernel.report.folder import RunFolder
from cakernel.report.page import Filter, Grid, Picture, Section, simple_grid

HEADS: Final = (
    "part",
    "tau",
    "markets counted",
    "above 0",
    "interval",
    "above its value at tau = 0",
    "interval",
    "mean",
    "mean change from tau = 0",
    "median",
)


def _sheet(folder: RunFolder, regime: str) -> Sheet:
    sheet = folder.sheet("by_risk")
    return Sheet(sheet.file, with_regime(sheet.frame).filter(pl.col("regime") == regime))


def risk_words(folder: RunFolder, regime: str) -> list[Any]:
    """Return how much of the mean advantage is there without risk, and how it grows."""
    part = _sheet(folder, regime)
    told = part.rows((pl.col("part") == "advantage") & pl.col("mean").is_not_null())
    rows = told.frame.sort("threat_probability").to_dicts()
    if len(rows) < 2:
        return []
    means = [told.cite(row, "mean", style=".5f") for row in (rows[0], rows[-1])]
    return [
        say(
            "The mean advantage of flexible MOQ over fixed orders is {} without risk and {} at the "
            "highest risk.",
            *means,
        )
    ]


def risk_sections(folder: RunFolder, note: str) -> list[Section]:
    """Return the picture and the table by risk, regime by regime."""
    parts = []
    for regime in regimes_of(folder.sheet("by_risk").frame):
        part = _sheet(folder, regime)
        blocks: list[Any] = [_grid(part, regime)]
        if part.frame["counted"].sum() > 0:
            blocks.insert(0, _picture(part, regime, note))
        parts.append(Section(f"risk-{regime}", heading_of(regime), blocks))
    return [Section("risk", "What flexible contracts add, by risk", [], parts)]


def _picture(part: Sheet, regime: str, note: str) -> Picture:
    known = [PARTS[name] for name in PARTS if name in part.frame["part"].to_list()]
    return picture(
        ctip(part.frame, note=note),
        id=f"by-risk-{regime}",
        caption="In what share of markets flexible MOQ adds welfare, and how much on average, by "
        "risk.",
        source="by_risk.parquet",
        filters=[Filter("part", "part", [("", "all"), *((name, name) for name in known)], "part")],
        columns={
            "part": "part",
            "threat_probability": "tau",
            "share_positive": "share above 0",
            "share_above_no_risk": "share above its value at tau = 0",
            "mean": "mean",
            "mean_change": "mean change",
        },
    )


def _grid(part: Sheet, regime: str) -> Grid:
    rows = []
    for row in part.frame.iter_rows(named=True):

        def cite(column: str, style: str, row: dict[str, Any] = row) -> Any:
            return part.cite(row, column, style=style, brief=True)

        shares = []
        for name in ("share_positive", "share_above_no_risk"):
            ends = [cite(f"{name}_{end}", ".1%") for end in ("lower", "upper")]
            shares += [cite(name, ".1%"), ends[0] if row[name] is None else say("{} to {}", *ends)]
        rows.append(
            [
                PARTS.get(row["part"], row["part"]),
                cite("threat_probability", "g"),
                cite("counted", ","),
                *shares,
                cite("mean", ".5f"),
                cite("mean_change", "+.5f"),
                cite("median", ".5f"),
            ]
        )
    return simple_grid(
        f"risk-table-{regime}",
        f"Parts of the advantage at each level of risk tau, in the same markets, where "
        f"{REGIMES[regime]}. Source: by_risk.parquet.",
        HEADS,
        rows,
        kind="numbers",
    )
