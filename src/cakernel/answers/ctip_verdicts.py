"""In what share of random markets each claim of the abstract on coopetition holds.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any, Final

import polars as pl

from cakernel.answers.ctip_claims import PARTS, claims, part_at
from cakernel.answers.ctip_where import features, where_it_fails
from cakernel.answers.selection import Share
from cakernel.checks import check_value
from cakernel.ctip.claim_points import LEVELS, claim_markets, claim_rows

# differences of at most this size, in units of money or probability, are called equal
EQUAL: Final = 1e-7

OUTCOMES: Final = (
    "economic_welfare",
    "total_profit",
    "total_investment",
    "mean_breach_probability",
    *(f"{name}_{chain}" for name in ("profit", "investment") for chain in (1, 2, 3)),
)


@dataclass(frozen=True)
class CtipClaims:
    """What random markets say of the abstract's claims, as tables.

    Attributes
    ----------
    claims : polars.DataFrame
        One row a claim: ``id``, ``statement``, ``tested``, ``verdict`` (the shares in words),
        ``markets``, ``counted``, ``no_equilibrium`` and ``not_unique`` (left out for the
        certificate of an equilibrium that the claim needs), ``holds``, ``equal``, ``opposite``
        (of those counted), ``share`` that holds with its interval ``lower``, ``upper``,
        ``share_not_unique_too`` (with what is not unique counted), ``mean_difference``,
        ``median_difference``, ``where`` (it fails most).
    by_risk : polars.DataFrame
        One row a part of the advantage and level of tau: ``part``, ``threat_probability``,
        ``counted``, ``share_positive``, ``share_above_no_risk`` (null at tau = 0), each with
        ``..._lower``, ``..._upper``; ``mean``, ``mean_change`` (from tau = 0), ``low``,
        ``median``, ``high`` (quartiles).
    differences : polars.DataFrame
        One row a claim and market: ``id``, ``market``, ``difference`` (the smallest of the
        claim's), null where left out.
    markets, rows : polars.DataFrame
        The markets, and their equilibria as of `claim_rows`.
    """

    claims: pl.DataFrame
    by_risk: pl.DataFrame
    differences: pl.DataFrame
    markets: pl.DataFrame
    rows: pl.DataFrame


def ctip_claims(
    *,
    points: int = 2000,
    seed: int = 1,
    confidence: float = 0.95,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CtipClaims:
    """Check the abstract's claims in random markets.

    Inspired by the abstract of Arisian et al. (2025); not a reproduction. Markets are drawn
    independently, so a share has a binomial interval; it is a share of the ranges drawn from, not
    of markets in the world. Each comparison is paired: the same market under two contracts, or
    with one thing changed.

    Parameters
    ----------
    points : int, default 2000
        Markets, 1 to 1,000,000; each is solved 33 times.
    seed : int, default 1
        Of the markets, 0 to 2^64 - 1.
    confidence : float, default 0.95
        Of each interval by itself, above 0 and below 1.
    threads, progress
        As in `cakernel.ctip.equilibria`.

    Raises
    ------
    InvalidInput
        If an argument is outside its range.
    """
    check_value("confidence", confidence, Share)
    markets = claim_markets(points, seed=seed)
    rows = claim_rows(markets, threads=threads, progress=progress)
    return judged(markets, rows, confidence=confidence)


def judged(markets: pl.DataFrame, rows: pl.DataFrame, *, confidence: float = 0.95) -> CtipClaims:
    """Judge the claims on solved markets, as of `claim_rows`."""
    strict, loose = _wide(rows, ["converged"]), _wide(rows, ["converged", "not unique"])
    asked = features(markets)
    verdicts, differences = [], []
    for claim in claims():
        # null where any of them is
        whole = pl.any_horizontal(each.is_null() for each in claim.differences)
        smallest = pl.when(~whole).then(pl.min_horizontal(claim.differences))
        values = strict.select(smallest.alias("difference"))["difference"]
        all_values = loose.select(smallest.alias("difference"))["difference"]
        counted = values.is_not_null()
        row: dict[str, Any] = {
            "id": claim.id,
            "statement": claim.statement,
            "tested": claim.tested,
            "markets": markets.height,
            "counted": int(counted.sum()),
            "no_equilibrium": all_values.null_count(),
            "not_unique": values.null_count() - all_values.null_count(),
        }
        verdicts.append(
            row
            | _shares(values, all_values, confidence)
            | {"where": where_it_fails(asked.filter(counted), values.drop_nulls() > EQUAL)}
        )
        differences.append(
            pl.DataFrame({"market": strict["market"], "difference": values}).select(
                pl.lit(claim.id).alias("id"), "market", "difference"
            )
        )
    return CtipClaims(
        pl.DataFrame(verdicts, infer_schema_length=None),
        _by_risk(strict, confidence),
        pl.concat(differences),
        markets,
        rows,
    )


def interval(holds: int, counted: int, confidence: float) -> tuple[float, float]:
    """Return Wilson's interval of a binomial share, which also serves near 0 and 1."""
    if not counted:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, shrink = holds / counted, 1 + z * z / counted
    middle = (share + z * z / (2 * counted)) / shrink
    half = z / shrink * sqrt(share * (1 - share) / counted + (z / (2 * counted)) ** 2)
    return max(0.0, middle - half), min(1.0, middle + half)


def _shares(values: pl.Series, all_values: pl.Series, confidence: float) -> dict[str, Any]:
    counted = values.drop_nulls()
    holds, opposite = int((counted > EQUAL).sum()), int((counted < -EQUAL).sum())
    lower, upper = interval(holds, len(counted), confidence)
    share = holds / len(counted) if len(counted) else None
    too = all_values.drop_nulls()
    return {
        "holds": holds,
        "equal": len(counted) - holds - opposite,
        "opposite": opposite,
        "share": share,
        "lower": lower,
        "upper": upper,
        "verdict": "no market counted"
        if share is None
        else f"holds in {share:.1%}, fails in {1 - share:.1%}",
        "share_not_unique_too": float((too > EQUAL).mean()) if len(too) else None,  # type: ignore[arg-type]
        "mean_difference": counted.mean(),
        "median_difference": counted.median(),
    }


def _wide(rows: pl.DataFrame, statuses: list[str]) -> pl.DataFrame:
    """Return a row a market, an outcome a column; null where the status is another one."""
    chains = [name.rpartition("_")[2] for name in rows.columns if name.startswith("profit_")]
    each = {
        name: [f"{name}_{chain}" for chain in chains]
        for name in ("profit", "investment", "breach_probability")
    }
    missing = [name for name in OUTCOMES[4:] if name not in rows.columns]
    told = rows.with_columns(pl.lit(None, pl.Float64).alias(name) for name in missing).with_columns(
        total_investment=pl.sum_horizontal(each["investment"]),
        mean_breach_probability=pl.mean_horizontal(each["breach_probability"]),
    )
    right = pl.col("status").cast(pl.String).is_in(statuses)
    long = told.with_columns(
        pl.when(right).then(pl.col(OUTCOMES)),
        key=pl.format("{}|{}|{}", pl.col("contract").cast(pl.String), "change", "level"),
    )
    wide = long.select("market", "key", *OUTCOMES).pivot(
        "key", index="market", values=OUTCOMES, separator="|"
    )
    return wide.sort("market")


def _by_risk(wide: pl.DataFrame, confidence: float) -> pl.DataFrame:
    table = []
    for part in PARTS:
        for level in LEVELS:
            both = wide.select(value=part_at(part, level), none=part_at(part, LEVELS[0]))
            both = both.drop_nulls()
            value, count = both["value"], both.height
            row: dict[str, Any] = {"part": part, "threat_probability": level, "counted": count}
            above = {
                "positive": int((value > EQUAL).sum()),
                "above_no_risk": int((value - both["none"] > EQUAL).sum()),
            }
            for name, holds in above.items():
                lower, upper = interval(holds, count, confidence)
                told = count and not (name == "above_no_risk" and level == LEVELS[0])
                row |= {
                    f"share_{name}": holds / count if told else None,
                    f"share_{name}_lower": lower if told else None,
                    f"share_{name}_upper": upper if told else None,
                }
            quartiles = {"low": 0.25, "median": 0.5, "high": 0.75}
            row |= {"mean": value.mean(), "mean_change": (value - both["none"]).mean()}
            row |= {name: value.quantile(q, "linear") for name, q in quartiles.items()}
            table.append(row)
    return pl.DataFrame(table, infer_schema_length=None)
