"""The abstract's claims on coopetition and their shares, as tables for the terminal."""

import polars as pl
from rich import box
from rich.table import Table

from cakernel.answers.ctip_claims import IN_WORDS
from cakernel.answers.ctip_verdicts import EQUAL

RULE = (
    "Holds: difference above {equal:g}; equal: within it; share of the markets counted, fails: the "
    "rest, with {confidence:.4g}% intervals for each claim by itself. Left out: no equilibrium "
    "found + equilibrium not unique. Shares are of the ranges that markets were drawn from."
)


def claims_table(claims: pl.DataFrame, *, confidence: float) -> Table:
    """Lay out the claims with their shares."""
    table = Table(
        title=f"Claims in {claims['markets'][0]:,} random markets",
        title_justify="left",
        caption=RULE.format(equal=EQUAL, confidence=100 * confidence),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("claim")
    for name in ("holds\n(interval)", "equal", "left\nout"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("median\ndifference", justify="right", no_wrap=True)
    table.add_column("fails most")
    for row in claims.iter_rows(named=True):
        counted = row["counted"]
        share = "-" if not counted else f"{row['share']:.1%}"
        equal = "-" if not counted else f"{row['equal'] / counted:.1%}"
        median = "-" if not counted else f"{row['median_difference']:.1e}"
        table.add_row(
            f"{row['id']}: {row['statement']}",
            f"{share}\n{row['lower']:.1%} - {row['upper']:.1%}",
            equal,
            f"{row['no_equilibrium']} + {row['not_unique']}",
            median,
            row["where"],
        )
    return table


def risk_table(by_risk: pl.DataFrame) -> Table:
    """Lay out the parts of the advantage by level of risk."""
    table = Table(
        title="Economic welfare that flexible MOQ adds, by risk tau",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("part", no_wrap=True)
    for name in ("tau", "above 0 in", "above tau = 0 in", "mean", "median"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in by_risk.iter_rows(named=True):
        positive, grown = row["share_positive"], row["share_above_no_risk"]
        table.add_row(
            IN_WORDS[row["part"]],
            f"{row['threat_probability']:g}",
            "-" if positive is None else f"{positive:.1%}",
            "-" if grown is None else f"{grown:.1%}",
            *("-" if row[name] is None else f"{row[name]:.5f}" for name in ("mean", "median")),
        )
    return table
