"""Rules and findings as a manager would say them."""

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any, Final

import numpy as np

from cakernel.recovery.kernel.states import ABSENT, HIGH, LOW, MEDIUM
from cakernel.recovery.policy import Policy
from cakernel.recovery.rules import Rule

NEVER: Final = "never rebuild"
STATES: Final = ("low", "medium", "high")
WHAT_R_LEAVES_OUT: Final = (
    "R counts resources alone: a state is worth what it earns before the end and no more, so rules "
    "that are best for R may leave firms low for long. Weigh states (weights or floors on mean x "
    "and y), or give the last states a value, if service counts."
)


def policy_in_words(policy: Policy) -> str:
    """Say what firms do under a policy.

    Examples
    --------
    >>> policy_in_words(Policy(supply_rule="own-1-1@3/0", cyber_rule="none"))
    'Operations: rebuild from low to medium while at least 3 periods remain; stay at medium. \
Intangibles: never rebuild.'
    """
    sentences = [f"Operations: {rule_in_words(policy.supply_rule)}."]
    if policy.cyber_rule.on_site:
        sentences.append("Intangibles: on site, without cloud.")
    else:
        sentences.append(f"Intangibles: {rule_in_words(policy.cyber_rule)}.")
        if NEVER not in map(rule_in_words, (policy.supply_rule, policy.cyber_rule)):
            first = "operations" if policy.principle == "P" else "intangibles"
            sentences.append(f"Where resources cover one alone, {first} first.")
    return " ".join(sentences)


def rule_in_words(rule: Rule) -> str:
    """Say what a firm does under a rule that looks at its own state, or at chain neighbours too.

    Examples
    --------
    >>> rule_in_words(Policy(supply_rule="own-0-2@0/169", cyber_rule="none").supply_rule)
    'stay at low; rebuild from medium to high while at least 169 periods remain'
    """
    parts = [_from_state(rule, state) for state in (LOW, MEDIUM)]
    if all(part.startswith("stay") for part in parts):
        return NEVER
    return "; ".join(parts)


def _from_state(rule: Rule, state: int) -> str:
    """Say what a firm does in a state."""
    # without a neighbour at all there is nothing to look at
    table = rule.targets[state, :, :, ABSENT, ABSENT]
    seen = np.delete(table.ravel(), ABSENT * (ABSENT + 1) + ABSENT)
    if len(np.unique(rule.targets[state])) > 1 and not _of_chain(rule, state):
        return f"from {STATES[state]}: by the neighbours in four directions ({rule.name})"
    remain = rule.cutoffs[state]
    while_ = ""
    if remain:
        count = "1 period remains" if remain == 1 else f"{remain} periods remain"
        while_ = f" while at least {count}"
    if (seen == seen[0]).all():
        if seen[0] == state:
            return f"stay at {STATES[state]}"
        return f"rebuild from {STATES[state]} to {STATES[seen[0]]}{while_}"
    return f"from {STATES[state]}{while_}: {_by_neighbours(table, state)}"


def _of_chain(rule: Rule, state: int) -> bool:
    """Say whether a rule looks at no neighbour across chains."""
    table = rule.targets[state]
    return bool((table == table[:, :, ABSENT, ABSENT][:, :, None, None]).all())


def _by_neighbours(table: np.ndarray[Any, Any], state: int) -> str:
    """Say how the target depends on the chain neighbours, by the lower one where that tells all."""
    by_lowest: dict[int, set[int]] = {}
    for up, down in np.ndindex(table.shape):
        if (up, down) != (ABSENT, ABSENT):
            # a state beyond an end limits nothing
            lowest = min(up, down)
            by_lowest.setdefault(lowest, set()).add(int(table[up, down]))
    if any(len(targets) > 1 for targets in by_lowest.values()):
        return "as its table says, by both chain neighbours' states"
    said = []
    for lowest in (LOW, MEDIUM, HIGH):
        target = by_lowest[lowest].pop()
        does = f"stay at {STATES[state]}" if target == state else f"rebuild to {STATES[target]}"
        said.append(f"{does} where the lower chain neighbour is {STATES[lowest]}")
    return ", ".join(said)


def finding_in_words(row: Mapping[str, Any]) -> str:
    """Say what was found on average over scenarios; ``row`` is one of `Optimum.summary`."""
    half = NormalDist().inv_cdf(0.975) * row["se_objective"]
    found = f"{row['objective']:.1f} (error {half:.1g})"
    if row["gap_percent"] > 0:
        found += f", {row['gap_percent']:.2f}% below"
        if row["missed_percent"] is not None:
            found += f", or {row['missed_percent']:.1f}% of what recovery can gain at most"
        if row["scenarios"] > 1:
            found += f"; in the worst scenario {row['worst_gap_percent']:.1f}% below"
    else:
        found += ", which is the bound within this error"
    return (
        f"{'In the cloud' if row['deployment'] == 'cloud' else 'On site'}: no recovery policy "
        f"whatever ends with more than {row['upper_bound']:.1f} on average. The best rules found "
        f"end with {found}. Never rebuilding ends with {row['never']:.1f}. Under the best rules "
        f"firms are on average at x {row['mean_x']:.2f} and y {row['mean_y']:.2f}."
    )
