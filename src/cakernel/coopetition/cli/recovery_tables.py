"""What `cakernel ctip recovery` shows."""

from collections.abc import Iterator

import polars as pl
from rich.table import Table

from cakernel.cli.ranking import ranking_table
from cakernel.models import outcome_in_words
from cakernel.ranking.in_words import ranking_in_words
from cakernel.recovery.cli.options import Outcome
from cakernel.recovery.policy import POLICY

CONFIDENCE, TOLERANCE = 0.95, 0.05


def recovery_tables(ranked: pl.DataFrame, outcome: Outcome) -> Iterator[tuple[Table, str]]:
    """Yield the best policies of each type of chain, as a table and in words."""
    for group in ranked.partition_by("chains", maintain_order=True):
        first = group.row(0, named=True)
        chains = f"chain{'s' if ',' in first['chains'] else ''} {first['chains']}"
        title = (
            f"{chains}: invests {first['investment']:.5f} ({first['status']}), meets "
            f"{first['risk_factor']:.1%} of the cyber risk, each firm pays {first['payment']:.4g} "
            "a period"
        )
        told = ranking_in_words(
            group,
            keys=POLICY,
            outcome=outcome_in_words(outcome),
            confidence=CONFIDENCE,
            tolerance=TOLERANCE,
        )
        if first["unpaid"] > 0:
            told += f" In some states a firm pays up to {first['unpaid']:.3g} less than it owes."
        table = ranking_table(group, title=title, keys=POLICY, confidence=CONFIDENCE)
        yield table, f"{chains}: {told}"
