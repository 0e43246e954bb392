"""What `cakernel ctip claims` shows."""

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from cakernel.cli.tables import FittedTable
from cakernel.coopetition.claims.shares import EQUAL
from cakernel.coopetition.claims.statements import CHOOSERS, PART_WORDS
from cakernel.coopetition.claims.verdicts import ClaimVerdicts
from cakernel.coopetition.cli.shared import empty_table, number
from cakernel.coopetition.words import REGIME_WORDS, TERMS

PERCENT, MONEY = ".1%", "z.4f"
RULE: Final = (
    "Holds: difference above {equal:g}; equal: within it; share of the markets counted, fails: the "
    "rest, with {confidence:.4g}% intervals for each claim by itself. Left out: no equilibrium "
    "found + equilibrium not unique. Shares are of the ranges that markets were drawn from."
)
GAP: Final = (
    "Short: less welfare than a planner's investment gives; by how much, in money and as a share "
    "of the planner's welfare where that is above 0. Gap closed: of what nash is short, below 0: "
    "widened; in the median market, and of all gaps together."
)
# column of the shortfall, its title and its form
SHORT: Final = (
    ("share_short", "short in", PERCENT),
    ("mean_shortfall", "mean", MONEY),
    ("median_shortfall", "median", MONEY),
    ("mean_share", "mean\nshare", PERCENT),
    ("median_share", "median\nshare", PERCENT),
    ("median_closed", "median\nclosed", PERCENT),
    ("total_closed", "of all\nclosed", PERCENT),
)


def claims_tables(found: ClaimVerdicts, *, confidence: float) -> Iterator[FittedTable]:
    """Lay out all that was found: one regime in full, then how the others differ."""
    regimes = found.by_risk["regime"].unique(maintain_order=True).to_list()
    compared = pl.col("id").str.starts_with("e-")
    own = found.claims.filter(~compared)
    first = own.filter(pl.col("regime") == regimes[0])
    title = f"Claims in {found.claims['markets'][0]:,} random markets; {REGIME_WORDS[regimes[0]]}"
    yield claims_table(first, title=title, confidence=confidence)
    if len(regimes) > 1:
        yield regimes_table(own, regimes)
    across = found.claims.filter(compared)
    if across.height:
        title = f"Investments {' and '.join(sorted(set(across['regime']), key=[*CHOOSERS].index))}"
        yield claims_table(across, title=f"{title} against nash", confidence=confidence)
    if found.shortfall.height:
        yield shortfall_table(found.shortfall)
    own_risk = found.by_risk.filter(pl.col("regime") == regimes[0])
    yield risk_table(own_risk, regime=regimes[0], alone=len(regimes) == 1)


def claims_table(claims: pl.DataFrame, *, title: str, confidence: float) -> FittedTable:
    """Lay out the claims with their shares."""
    caption = RULE.format(equal=EQUAL, confidence=100 * confidence)
    numbers = ["holds\n(interval)", "equal", "left\nout", "median\ndifference"]
    table = empty_table(title, ["claim"], numbers, caption=caption)
    table.add_column("fails most")
    for row in claims.iter_rows(named=True):
        counted = row["counted"]
        equal = row["equal"] / counted if counted else None
        certain = f" ({row['by_construction']})" if row["by_construction"] else ""
        table.add_row(
            f"{row['id']}: {row['statement']}{certain}",
            f"{number(row['share'] if counted else None, PERCENT)}\n"
            f"{row['lower']:.1%} - {row['upper']:.1%}",
            number(equal, PERCENT),
            f"{row['no_equilibrium']} + {row['not_unique']}",
            number(row["median_difference"] if counted else None, "z.1e"),
            TERMS.where(row["where"]),
        )
    return table


def regimes_table(claims: pl.DataFrame, regimes: list[str]) -> FittedTable:
    """Lay out the shares of claims that can be asked under every regime, regimes side by side."""
    caption = "Shares of the markets counted in which a claim holds / is equal / is opposite, in %."
    title = "The same claims by who invests"
    table = empty_table(title, ["claim"], regimes, caption=caption, wrap_keys=False)
    for name in claims["id"].unique(maintain_order=True):
        rows = {row["regime"]: row for row in claims.filter(id=name).iter_rows(named=True)}
        table.add_row(name, *(_three(rows[regime]) for regime in regimes))
    return table


def shortfall_table(shortfall: pl.DataFrame) -> FittedTable:
    """Lay out by how much welfare falls short of the planner's."""
    title, keys = "Welfare short of the planner's", ["contract", "investments"]
    table = empty_table(title, keys, [shown for _, shown, _ in SHORT], caption=GAP)
    for row in shortfall.iter_rows(named=True):
        figures = (number(row[name], form) for name, _, form in SHORT)
        table.add_row(row["contract"], TERMS.where(row["choice"]), *figures)
    return table


def risk_table(by_risk: pl.DataFrame, *, regime: str, alone: bool) -> FittedTable:
    """Lay out the parts of the advantage by level of risk."""
    table = empty_table(
        f"Economic welfare that flexible MOQ adds, by risk tau; {REGIME_WORDS[regime]}",
        ["part", "tau"],
        ["above 0 in", "above tau = 0 in", "mean", "median"],
        caption=None if alone else "Other regimes: the table by_risk that --out writes.",
        wrap_keys=False,
    )
    for row in by_risk.iter_rows(named=True):
        table.add_row(
            PART_WORDS[row["part"]],
            f"{row['threat_probability']:g}",
            *(number(row[name], PERCENT) for name in ("share_positive", "share_above_no_risk")),
            *(number(row[name], MONEY) for name in ("mean", "median")),
        )
    return table


def _three(row: dict[str, Any]) -> str:
    if not row["counted"]:
        return "-"
    kinds = ("holds", "equal", "opposite")
    # rounded as the other tables are
    return " / ".join(number(row[kind] / row["counted"], PERCENT)[:-1] for kind in kinds)
