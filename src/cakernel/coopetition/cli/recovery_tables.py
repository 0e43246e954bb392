"""What `cakernel ctip recovery` shows."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from cakernel.cli.ranking_tables import ranking_card, ranking_table
from cakernel.cli.tables import FittedTable
from cakernel.models import outcome_in_words
from cakernel.recovery.cli.options import Outcome
from cakernel.recovery.policy import POLICY
from cakernel.wording import brief

CONFIDENCE, TOLERANCE = 0.95, 0.05


def recovery_tables(
    ranked: pl.DataFrame, outcome: Outcome
) -> Iterator[tuple[str, FittedTable, FittedTable, str]]:
    """Yield the best policies of each type of chain, on a card and as a table."""
    for group in ranked.partition_by("chains", maintain_order=True):
        first = group.row(0, named=True)
        chains = f"chain{'s' if ',' in first['chains'] else ''} {first['chains']}"
        title = (
            f"{chains}: invests {first['investment']:,.4f} ({first['status']}), meets "
            f"{first['risk_factor']:.1%} of the cyber risk, each firm pays "
            f"{brief(first['payment'])} a period"
        )
        judged: dict[str, Any] = {
            "keys": POLICY,
            "outcome": outcome_in_words(outcome),
            "confidence": CONFIDENCE,
            "tolerance": TOLERANCE,
        }
        card = ranking_card(group, model="recovery", **judged)
        table = ranking_table(group, title="The best against the others", **judged)
        unpaid = ""
        if first["unpaid"] > 0:
            least = brief(first["unpaid"], 3)
            unpaid = f"In some states a firm pays up to {least} less than it owes."
        yield title, card, table, unpaid
