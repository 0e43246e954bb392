"""Which rules are worth simulating: the best in closed form, side by side."""

from collections.abc import Sequence
from itertools import product
from typing import Final

import polars as pl

from cakernel.recovery.policy import Policy, policies
from cakernel.recovery.rule_definitions import by_own_state, tabulate
from cakernel.recovery.rules import BUILT_IN, Rule, Side

# rules of a side that are simulated: where budgets bind, the best in closed form may not be best
MOST_SUPPLY, MOST_CYBER = 5, 4
_SIDES: Final[dict[str, Side]] = {"operational": "supply", "intangibles": "cyber"}


def own_state_rule(side: Side, from_low: int, from_medium: int) -> Rule:
    """Return the rule that goes to one state from low and to one from medium, by its name.

    Examples
    --------
    >>> own_state_rule("supply", 1, 2).label
    'SRD-2'
    >>> own_state_rule("cyber", 0, 1).label
    'none'
    """
    content = tabulate(by_own_state(from_low, from_medium)).tobytes()
    # CRD-0 has the table of "none", but means another place
    return next(r for r in BUILT_IN[side].values() if r.content == content and not r.on_site)


def candidates(scores: pl.DataFrame, *, cutoffs: bool, on_site: bool) -> list[Policy]:
    """Return policies of the best rules on either side, under both principles.

    Parameters
    ----------
    scores : polars.DataFrame
        The twelve rows of a scenario of `own_state_scores`.
    cutoffs : bool
        Whether each rule has its best cutoffs, or none.
    on_site : bool
        Whether the cyber rule is CRD-0.
    """
    supply = _best(scores, "operational", MOST_SUPPLY, cutoffs=cutoffs)
    if on_site:
        return policies(supply_rules=supply, cyber_rules=["CRD-0"])
    cyber = _best(scores, "intangibles", MOST_CYBER, cutoffs=cutoffs)
    return [
        policy
        for s, c in product(supply, cyber)
        for policy in policies(supply_rules=[s], cyber_rules=[c])
    ]


def never(scores: pl.DataFrame, side: str) -> float:
    """Return what a firm earns on one side that is never rebuilt."""
    rows = scores.filter(side=side, from_low=0, from_medium=1)
    return float(rows["value"][0])


def _best(scores: pl.DataFrame, side: str, most: int, *, cutoffs: bool) -> Sequence[Rule]:
    """Return the rules of one side with the highest scores, the highest first."""
    by = "value_with_cutoffs" if cutoffs else "value"
    rules = []
    for row in scores.filter(side=side).sort(by, descending=True).head(most).to_dicts():
        rule = own_state_rule(_SIDES[side], row["from_low"], row["from_medium"])
        if cutoffs:
            rule = rule.with_cutoffs(leave_low=row["leave_low"], leave_medium=row["leave_medium"])
        rules.append(rule)
    return rules
