"""Solved markets made by hand, as `claim_rows` would return them."""

import polars as pl

from cakernel.coopetition.claims.markets import LEVELS, NO_PLATFORM, RIVAL, RIVAL_STEP, STEPS, TAU
from cakernel.coopetition.columns import CONTRACTS, REGIMES

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
