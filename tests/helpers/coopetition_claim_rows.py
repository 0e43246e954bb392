"""Solved markets made by hand, as `claim_rows` would return them, and the folder of such claims."""

import polars as pl

from cakernel.checksums import sealed
from cakernel.coopetition.claims.markets import (
    LEVELS,
    NO_PLATFORM,
    RIVAL,
    RIVAL_STEP,
    STEPS,
    TAU,
    claim_markets,
    numbered,
)
from cakernel.coopetition.claims.verdicts import judge
from cakernel.coopetition.words import CONTRACTS, REGIMES

MARKETS = claim_markets(4, seed=1)
CHANGES = [
    ("none", 0.0),
    *((TAU, level) for level in LEVELS),
    *STEPS.items(),
    (RIVAL, RIVAL_STEP),
    (NO_PLATFORM, 0.0),
]


def made_rows(count, tell):
    """Rows of ``count`` markets of two chains, all alike but for what ``tell`` says of a key.

    ``tell`` takes market, contract, regime and change and returns what is different there.
    """
    rows = []
    for change, level in CHANGES:
        for market in range(count):
            for contract in CONTRACTS:
                for regime in REGIMES:
                    row = {
                        "market": market,
                        "change": change,
                        "level": level,
                        "contract": contract,
                        "regime": regime,
                        "status": "converged",
                        "total_profit": 0.0,
                        "economic_welfare": 1.0,
                    }
                    for chain in (1, 2):
                        row[f"profit_{chain}"] = 0.0
                        row[f"investment_{chain}"] = 0.0
                        row[f"breach_probability_{chain}"] = 0.5
                    rows.append(row | tell(market, contract, regime, change))
    return pl.DataFrame(rows)


def told(market, contract, regime, change):
    """Say what joint investment and a planner do to the four markets under flexible MOQ."""
    if contract != "flexible-moq" or change != "none" or regime == "nash":
        return {}
    if regime == "joint":
        return {
            "economic_welfare": 1 + (0.2, -0.1, 5e-8, -0.3)[market],
            "total_profit": (0.1, 0.2, 0.0, 0.3)[market],
            "investment_2": (0.1, 0.0, 0.0, 0.0)[market],
        }
    return {"economic_welfare": 1.5, "breach_probability_1": (0.4, 0.6, 0.4, 0.4)[market]}


def write_claims(path):
    """Write what the command does, without solving: 60 markets, all regimes, as of `told`."""
    markets = claim_markets(60, seed=2)
    found = judge(markets, made_rows(60, lambda m, c, r, x: told(m % 4, c, r, x)))
    for name in ("claims", "by_risk", "shortfall", "differences"):
        getattr(found, name).write_parquet(path / f"{name}.parquet")
    numbered(markets).write_parquet(path / "markets.parquet")
    record = {"settings": {"points": 60, "seed": 2, "confidence": 0.95}, "files": {}}
    (path / "provenance.json").write_bytes(sealed(record))
    return path
