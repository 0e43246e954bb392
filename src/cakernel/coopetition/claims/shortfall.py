"""How far welfare at chains' own investments falls short of a planner's, and what closes the gap."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.coopetition.claims.markets import STEPS
from cakernel.coopetition.claims.shares import EQUAL, interval
from cakernel.coopetition.claims.statements import FIXED, FIXED_MOQ, FLEXIBLE, column

# the one lever that leaves the planner's market as it is: it moves money, and investments of chains
SUBSIDY: Final = "subsidy_rate"
SUBSIDISED: Final = f"nash, {SUBSIDY} + {STEPS[SUBSIDY]:g}"


def shortfall(wides: Mapping[str, pl.DataFrame], *, confidence: float) -> pl.DataFrame:
    """Compare welfare under a contract with the planner's, market by market.

    Parameters
    ----------
    wides : mapping of str to polars.DataFrame
        By regime, as of `cakernel.coopetition.claims.wide.wide`: nash, planner and perhaps joint.
    confidence : float
        Of each interval by itself.

    Returns
    -------
    polars.DataFrame
        One row a contract and choice (chains each alone, the same with a higher subsidy, all
        chains together), as of `CtipClaims`.
    """
    table: list[dict[str, Any]] = []
    for contract in (FIXED, FIXED_MOQ, FLEXIBLE):
        own = column("economic_welfare", contract)
        raised = column("economic_welfare", contract, SUBSIDY, STEPS[SUBSIDY])
        sources = {"nash": ("nash", own), SUBSIDISED: ("nash", raised), "joint": ("joint", own)}
        # sorted by market, so that rows are of the same one
        welfare = pl.DataFrame(
            {
                choice: wides[regime][name]
                for choice, (regime, name) in {**sources, "planner": ("planner", own)}.items()
                if regime in wides
            }
        ).drop_nulls()
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
