"""The tables of docs/coopetition-claims.md in Markdown, from what `cakernel ctip claims` wrote.

    cakernel ctip claims --points 2000 --seed 1 --out claims
    python scripts/coopetition_claims_tables.py claims

Prints what stands between the two marks in the section "What came out", so that no number is copied
by hand.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from cakernel.coopetition.words import LABEL

KINDS = ("holds", "equal", "opposite")


def tables(folder: Path) -> Iterator[str]:
    """Yield the lines of all tables of a folder."""
    claims, by_risk = (
        pl.read_parquet(folder / f"{name}.parquet") for name in ("claims", "by_risk")
    )
    settings = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["settings"]
    regimes = by_risk["regime"].unique(maintain_order=True).to_list()
    compared = pl.col("id").str.starts_with("e-")
    own, across = claims.filter(~compared), claims.filter(compared)
    yield (
        f"{LABEL} {settings['points']:,} markets, seed {settings['seed']}; "
        f"{100 * settings['confidence']:.4g}% intervals."
    )
    yield from _headed(f"Investments {regimes[0]}:", claim_lines(own.filter(regime=regimes[0])))
    if len(regimes) > 1:
        words = "The same claims by who invests, holds / equal / opposite in % of those counted:"
        yield from _headed(words, regime_lines(own, regimes))
    certain = claims.filter(pl.col("by_construction").is_not_null())
    if certain.height:
        yield from _headed("Certain before any market is solved:", certain_lines(certain))
    if across.height:
        yield from _headed("Against nash:", claim_lines(across))
    if (folder / "shortfall.parquet").exists():
        short = pl.read_parquet(folder / "shortfall.parquet")
        yield from _headed("Welfare short of the planner's:", shortfall_lines(short))
    words = (
        "By risk, in the same markets (shares above 0, and above the same market's value at tau = "
        "0):"
    )
    yield from _headed(words, risk_lines(by_risk))


def claim_lines(claims: pl.DataFrame) -> Iterator[str]:
    """Yield claims with their shares and where they fail."""
    yield from _head(
        "claim", "statement", "holds (interval)", "equal", "opposite", "left out", "fails most"
    )
    for row in claims.iter_rows(named=True):
        counted = row["counted"]
        yield _line(
            row["id"],
            row["statement"],
            f"{_percent(row['share'])} ({row['lower']:.1%}-{row['upper']:.1%})",
            *(_percent(row[kind] / counted if counted else None) for kind in KINDS[1:]),
            f"{row['no_equilibrium']} + {row['not_unique']}",
            row["where"],
        )


def regime_lines(claims: pl.DataFrame, regimes: list[str]) -> Iterator[str]:
    """Yield the shares of each claim, regimes side by side."""
    yield from _head("claim", *regimes)
    for name in claims["id"].unique(maintain_order=True):
        rows = {row["regime"]: row for row in claims.filter(id=name).iter_rows(named=True)}
        yield _line(name, *(_three(rows[regime]) for regime in regimes))


def certain_lines(claims: pl.DataFrame) -> Iterator[str]:
    """Yield what is certain by construction, and what was counted."""
    yield from _head("claim", "regime", "certain", "holds / equal / opposite")
    for row in claims.iter_rows(named=True):
        yield _line(row["id"], row["regime"], row["by_construction"], _three(row))


def shortfall_lines(shortfall: pl.DataFrame) -> Iterator[str]:
    """Yield how far welfare falls short, and what of the gap is closed."""
    yield from _head(
        "contract",
        "investments",
        "short in (interval)",
        "mean",
        "median",
        "mean share",
        "median share",
        "gap closed, median",
        "of all gaps",
    )
    for row in shortfall.iter_rows(named=True):
        yield _line(
            row["contract"],
            row["choice"],
            f"{_percent(row['share_short'])} ({row['lower']:.1%}-{row['upper']:.1%})",
            *(_number(row[f"{name}_shortfall"]) for name in ("mean", "median")),
            *(_percent(row[f"{name}_share"]) for name in ("mean", "median")),
            *(_percent(row[f"{name}_closed"]) for name in ("median", "total")),
        )


def risk_lines(by_risk: pl.DataFrame) -> Iterator[str]:
    """Yield what flexible contracts add by level of risk."""
    names = ("above 0", "above tau = 0", "mean", "mean change", "median")
    yield from _head("investments", "part", "tau", *names)
    for row in by_risk.iter_rows(named=True):
        yield _line(
            row["regime"],
            row["part"],
            f"{row['threat_probability']:g}",
            *(_percent(row[f"share_{name}"]) for name in ("positive", "above_no_risk")),
            *(_number(row[name]) for name in ("mean", "mean_change", "median")),
        )


def _headed(words: str, lines: Iterator[str]) -> Iterator[str]:
    yield from ("", words, "", *lines)


def _head(*names: str) -> Iterator[str]:
    yield _line(*names)
    yield "|" + "---|" * len(names)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _three(row: dict[str, Any]) -> str:
    counted = row["counted"]
    # rounded as the other tables are
    return " / ".join(_percent(row[kind] / counted)[:-1] for kind in KINDS) if counted else "-"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _number(value: float | None) -> str:
    # what rounds to nothing has no sign
    return "-" if value is None else f"{value:z.5f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what `cakernel ctip claims --out` wrote")
    print("\n".join(tables(parser.parse_args().folder)))
