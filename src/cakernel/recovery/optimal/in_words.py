"""Rules and findings as a manager would say them."""

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import polars as pl

from cakernel.recovery.kernel.states import ABSENT, HIGH, LOW, MEDIUM
from cakernel.recovery.policy import Policy
from cakernel.recovery.rules import Rule
from cakernel.wording import brief

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
    if all(part.startswith("stay at") for part in parts):
        return NEVER
    if rule.cutoffs[LOW] == rule.cutoffs[MEDIUM] and not any(
        _of_chain(rule, state) for state in (LOW, MEDIUM)
    ):
        return f"by the neighbours in four directions, as {rule.name}"
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
    """Say how the target depends on the chain neighbours: by the lower or higher one, if it may."""
    for word, of in (("lower", min), ("higher", max)):
        by_one: dict[int, set[int]] = {}
        for up, down in np.ndindex(table.shape):
            # there is no neighbour beyond an end
            if states := [s for s in (up, down) if s != ABSENT]:
                by_one.setdefault(of(states), set()).add(int(table[up, down]))
        if all(len(targets) == 1 for targets in by_one.values()):
            return _by_one({s: targets.pop() for s, targets in by_one.items()}, word, state)
    return "as its table says, by both chain neighbours' states"


def _by_one(targets: dict[int, int], word: str, state: int) -> str:
    """Say where a firm goes by the state of its lower or higher chain neighbour."""
    does = {
        seen: "stay" if target == state else f"rebuild to {STATES[target]}"
        for seen, target in targets.items()
    }
    low, medium, high = (does[seen] for seen in (LOW, MEDIUM, HIGH))
    if word == "lower" and medium == high:
        return f"{low} where a chain neighbour is low, else {high}"
    if low == medium:
        which = "all chain neighbours are" if word == "lower" else "a chain neighbour is"
        return f"{high} where {which} high, else {low}"
    return ", ".join(
        f"{what} where the {word} chain neighbour is {STATES[seen]}" for seen, what in does.items()
    )


def finding_in_words(row: Mapping[str, Any]) -> str:
    """Say what was found on average over scenarios; ``row`` is one of `Optimum.summary`."""
    half = NormalDist().inv_cdf(0.975) * row["se_objective"]
    found = f"{row['objective']:,.1f} (error {brief(half, 1)})"
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
        f"whatever ends with more than {row['upper_bound']:,.1f} on average. The best rules found "
        f"end with {found}. Never rebuilding ends with {row['never']:,.1f}. Under the best rules "
        f"firms are on average at x {row['mean_x']:.2f} and y {row['mean_y']:.2f}."
    )


def robust_in_words(
    settings: Mapping[str, Any], *, delta: float, valued: pl.DataFrame, candidates: int
) -> list[str]:
    """Say how good the one rule is, and how sure that is; ``settings`` and so on are a `Robust`'s.

    ``candidates`` is how many were compared.
    """
    floors = [
        f"mean {state} of at least {settings[f'floor_{state}']:g}"
        for state in ("x", "y")
        if settings[f"floor_{state}"]
    ]
    kept = f", with {' and '.join(floors)}" if floors else ""
    by = {
        "mean": "the highest mean of R",
        "minimum": "the highest mean of R in the worst scenario",
        "regret": "the least regret, short of "
        + ("the bound" if settings["against"] == "bound" else "the best candidate of each scenario")
        + " where it falls short most",
    }[settings["criterion"]]
    none = "none that meets the floors" if floors else "none"
    said = [
        f"One rule for {settings['scenarios']:,} scenarios, for {by}{kept}, of {candidates:,} "
        f"candidates: at a confidence of {brief(settings['confidence'])} {none} is better by "
        f"more than {brief(delta, 2)}."
    ]
    for row in valued.iter_rows(named=True):
        what = f"{row['policies'][0].upper()}{row['policies'][1:]}"
        value = (
            f"{row['mean_earned']:,.1f}"
            if row["criterion"] is None or settings["criterion"] == "mean"
            else f"{row['mean_earned']:,.1f} on average and {row['criterion']:,.1f} by the "
            "criterion"
        )
        within = "" if row["lower"] is None else f" ({row['lower']:,.1f} to {row['upper']:,.1f})"
        said.append(
            f"{what} ({row['supply_rule']} {row['cyber_rule']} {row['principle']}) ends with "
            f"{value}{within}, at x {row['mean_x']:.2f} and y {row['mean_y']:.2f}."
        )
    return said


def frontier_in_words(points: pl.DataFrame) -> list[str]:
    """Say what service costs, a sentence each; ``points`` are those of a `Frontier`."""
    best = points.filter(policies="best rules").sort("service")
    said = []
    if best.height:
        least, most = best.row(0, named=True), best.row(-1, named=True)
        said.append(
            f"Rules chosen for each scenario end with {least['mean_resources']:,.1f} at x "
            f"{least['mean_x']:.2f} and y {least['mean_y']:.2f}, and with "
            f"{most['mean_resources']:,.1f} at x {most['mean_x']:.2f} and y {most['mean_y']:.2f}."
        )
    paper = points.filter(policies="paper").sort("short")
    if paper.height:
        row = paper.row(0, named=True)
        name = " ".join(row[part] for part in ("supply_rule", "cyber_rule", "principle"))
        said.append(
            f"Of the paper's cloud policies {name} comes nearest to the bound at its own states (x "
            f"{row['mean_x']:.2f}, y {row['mean_y']:.2f}): {row['mean_resources']:,.1f}, "
            f"{row['short']:,.1f} below. It is one rule for all scenarios, the bound is over rules "
            "that know each."
        )
    return said
