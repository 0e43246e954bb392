"""Claims about who chooses investments: all chains together, or a planner, against each alone."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from cakernel.coopetition.claims.statements import EFFECTS, FIXED, FLEXIBLE, Claim, column

AGAINST: Final = "nash"
"""The regime that the others are compared with."""
CHOOSERS: Final = {"joint": "joint investment", "planner": "a planner's investment"}
OUTCOMES: Final = {"profit": ("total_profit", 1), **EFFECTS}
# each regime maximises one outcome, so that Nash cannot give more of it
MAXIMISED: Final = {"joint": "profit", "planner": "welfare"}


def regime_claims(regime: str) -> Iterator[Claim]:
    """Yield the claims that compare joint or a planner's investment with Nash.

    Parameters
    ----------
    regime : {"joint", "planner"}
        Its columns are those of Nash with the regime's name before them, as of `beside`.
    """
    chooser = CHOOSERS[regime]
    for contract in (FIXED, FLEXIBLE):
        for short, (outcome, sign) in OUTCOMES.items():
            name = column(outcome, contract)
            words = f"{'more' if sign > 0 else 'a lower'} {outcome.replace('_', ' ')}"
            yield Claim(
                f"e-{regime}-{short}-{contract.partition('-')[0]}",
                f"{chooser} gives {words} than {AGAINST}, {contract}",
                f"{regime} against {AGAINST}, {contract}",
                [sign * (pl.col(prefixed(regime, name)) - pl.col(name))],
                f"{chooser} has the most {outcome.replace('_', ' ')}: never opposite"
                if MAXIMISED[regime] == short
                else None,
            )


def prefixed(regime: str, name: str) -> str:
    """Name the column of another regime beside those of Nash."""
    return f"{regime} {name}"


def beside(nash: pl.DataFrame, other: pl.DataFrame, regime: str) -> pl.DataFrame:
    """Lay the outcomes of another regime beside those of Nash, a row a market."""
    renamed = other.rename(lambda name: name if name == "market" else prefixed(regime, name))
    return nash.join(renamed, on="market", maintain_order="left")
