"""Shares of markets in which claims hold, with intervals; also by risk, and of shortfalls."""

from collections.abc import Mapping
from math import sqrt
from statistics import NormalDist
from typing import Any, Final

import polars as pl

from cakernel.coopetition.claims.markets import LEVELS, STEPS
from cakernel.coopetition.claims.statements import (
    FIXED,
    FIXED_MOQ,
    FLEXIBLE,
    PARTS,
    column,
    part_at,
)

# differences of at most this size, in units of money or probability, are called equal
EQUAL: Final = 1e-7
QUARTILES: Final = {"low": 0.25, "median": 0.5, "high": 0.75}
# the one lever that leaves the planner's market as it is: it moves money, and investments of chains
SUBSIDY: Final = "subsidy_rate"


def interval(holds: int, counted: int, confidence: float) -> tuple[float, float]:
    """Return Wilson's interval of a binomial share, which also serves near 0 and 1.

    References
    ----------
    Wilson (1927), doi 10.1080/01621459.1927.10502953.
    """
    if not counted:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, shrink = holds / counted, 1 + z * z / counted
    middle = (share + z * z / (2 * counted)) / shrink
    half = z / shrink * sqrt(share * (1 - share) / counted + (z / (2 * counted)) ** 2)
    return max(0.0, middle - half), min(1.0, middle + half)


def tally(values: pl.Series, all_values: pl.Series, confidence: float) -> dict[str, Any]:
    """Count differences above, at and below 0; ``all_values`` has those not unique, too."""
    known, too = values.drop_nulls(), all_values.drop_nulls()
    counted = len(known)
    holds, opposite = int((known > EQUAL).sum()), int((known < -EQUAL).sum())
    equal = counted - holds - opposite
    lower, upper = interval(holds, counted, confidence)
    if equal == counted:
        # neither for the claim nor against it
        verdict = "equal in all" if counted else "no market counted"
    else:
        verdict = f"holds in {holds / counted:.1%}, fails in {1 - holds / counted:.1%}"
    return {
        "holds": holds,
        "equal": equal,
        "opposite": opposite,
        "share": holds / counted if counted else None,
        "lower": lower,
        "upper": upper,
        "verdict": verdict,
        "share_not_unique_too": float((too > EQUAL).mean()) if len(too) else None,  # type: ignore[arg-type]
        "mean_difference": known.mean(),
        "median_difference": known.median(),
    }


def by_risk(wide: pl.DataFrame, *, regime: str, confidence: float) -> pl.DataFrame:
    """Return what flexible contracts add to welfare at each level of risk, in the same markets.

    One row a part of the advantage and level of tau, as of `ClaimVerdicts`.
    """
    table = []
    for part in PARTS:
        for level in LEVELS:
            both = wide.select(value=part_at(part, level), none=part_at(part, LEVELS[0]))
            both = both.drop_nulls()
            value, change = both["value"], both["value"] - both["none"]
            row: dict[str, Any] = {"regime": regime, "part": part, "threat_probability": level}
            row["counted"] = both.height
            for name, differences in (("positive", value), ("above_no_risk", change)):
                columns = (f"share_{name}", f"share_{name}_lower", f"share_{name}_upper")
                row |= dict.fromkeys(columns)
                if both.height and (name == "positive" or level > LEVELS[0]):
                    holds = int((differences > EQUAL).sum())
                    shares = (holds / both.height, *interval(holds, both.height, confidence))
                    row |= dict(zip(columns, shares, strict=True))
            row |= {"mean": value.mean(), "mean_change": change.mean()}
            row |= {name: value.quantile(q, "linear") for name, q in QUARTILES.items()}
            table.append(row)
    return pl.DataFrame(table, infer_schema_length=None)


def shortfall(wides: Mapping[str, pl.DataFrame], *, confidence: float) -> pl.DataFrame:
    """Compare welfare under a contract with the planner's, market by market.

    ``wides`` are outcomes by regime, as of `cakernel.coopetition.claims.verdicts.wide`: nash,
    planner and perhaps joint. One row a contract and choice (chains each alone, the same with a
    higher subsidy, all chains together), as of `ClaimVerdicts`.
    """
    table: list[dict[str, Any]] = []
    for contract in (FIXED, FIXED_MOQ, FLEXIBLE):
        own = column("economic_welfare", contract)
        raised = column("economic_welfare", contract, SUBSIDY, STEPS[SUBSIDY])
        sources = {
            "nash": ("nash", own),
            f"nash, {SUBSIDY} + {STEPS[SUBSIDY]:g}": ("nash", raised),
            "joint": ("joint", own),
            "planner": ("planner", own),
        }
        # sorted by market, so that rows are of the same one
        known = {choice: wides[of][name] for choice, (of, name) in sources.items() if of in wides}
        welfare = pl.DataFrame(known).drop_nulls()
        for choice in welfare.columns[:-1]:
            row = {"contract": contract, "choice": choice}
            table.append(row | _below(welfare, choice, confidence))
    return pl.DataFrame(table, infer_schema_length=None)


def _below(welfare: pl.DataFrame, choice: str, confidence: float) -> dict[str, Any]:
    best, chosen, own = (welfare[name] for name in ("planner", choice, "nash"))
    short = best - chosen
    count, holds = len(short), int((short > EQUAL).sum())
    lower, upper = interval(holds, count, confidence)
    # of welfare that is 0 or less there is no share
    share = (short / best).filter(best > 0)
    gap, gain = best - own, chosen - own
    is_open = gap > EQUAL
    asked = choice != "nash" and is_open.any()
    gains, gaps = (float(each.filter(is_open).sum()) for each in (gain, gap))
    return {
        "counted": count,
        "short": holds,
        "share_short": holds / count if count else None,
        "lower": lower,
        "upper": upper,
        "mean_shortfall": short.mean(),
        "median_shortfall": short.median(),
        "counted_positive": len(share),
        "mean_share": share.mean(),
        "median_share": share.median(),
        "counted_gap": int(is_open.sum()) if choice != "nash" else None,
        "median_closed": (gain / gap).filter(is_open).median() if asked else None,
        "total_closed": gains / gaps if asked else None,
    }
