"""Candidates for one rule that has to do for many scenarios: the paper's, and simple ones.

What states neighbours have tells a firm that does not know its scenario what recovery costs and
brings there, so that rules that follow them adapt (docs/optimal.md).
"""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Final

from cakernel.recovery.kernel.states import HIGH, LOW, MEDIUM, Neighbours
from cakernel.recovery.optimal.candidates import own_state_rule
from cakernel.recovery.optimal.winners import CLOUD, place_of
from cakernel.recovery.policy import Policy, policies
from cakernel.recovery.rule_definitions import states_of, tabulate
from cakernel.recovery.rules import BUILT_IN, Rule

OWN_STATE, CHAIN, PAPER, SEARCHED = "own-state", "chain neighbours", "paper", "searched"
KINDS: Final = {
    PAPER: "the paper's policies",
    OWN_STATE: "rules of the own state alone",
    CHAIN: "supply rules of the own state and the chain neighbours, or cyber rules CRD-3 to CRD-6",
    SEARCHED: "found by a search over tables of the own state and the chain neighbours",
}
"""Kinds of candidates, in words."""

ALONG: Final = ("upstream", "downstream")
Target = Callable[[Sequence[int]], int]
# where a firm goes by its chain neighbours' states
_FROM_LOW: Final[dict[str, Target]] = {
    "0": lambda near: LOW,
    "1": lambda near: MEDIUM,
    "2": lambda near: HIGH,
    "all": lambda near: HIGH if all(state == HIGH for state in near) else MEDIUM,
    "any": lambda near: HIGH if HIGH in near else MEDIUM,
    "spare": lambda near: LOW if LOW in near else MEDIUM,
}
_FROM_MEDIUM: Final[dict[str, Target]] = {
    "1": lambda near: MEDIUM,
    "2": lambda near: HIGH,
    "any": lambda near: HIGH if HIGH in near else MEDIUM,
    "all": lambda near: HIGH if all(state == HIGH for state in near) else MEDIUM,
}
_ACROSS: Final = ("CRD-3", "CRD-4", "CRD-5", "CRD-6")


def chain_rules() -> list[Rule]:
    """Return 24 supply rules: six ways to leave low, four to leave medium.

    From low: never ("0"), to medium ("1") or high ("2") always, to high if all or any chain
    neighbours are high and else to medium ("all", "any"), to medium unless one is low ("spare").
    From medium: never ("1"), always ("2"), if any or all are high. Six look at no neighbour, and
    have the names of rules of the own state.

    Examples
    --------
    >>> [rule.name for rule in chain_rules()][12:16]
    ['near-all-1', 'near-all-2', 'near-all-any', 'near-all-all']
    """
    rules = []
    for low, medium in product(_FROM_LOW, _FROM_MEDIUM):
        if low.isdigit() and medium.isdigit():
            rules.append(own_state_rule("supply", int(low), int(medium)))
        else:
            rules.append(_chain_rule(low, medium))
    return rules


def robust_candidates(place: str) -> dict[Policy, str]:
    """Return the candidates of one deployment, and the kind of each.

    The paper's come first. Where a side is never rebuilt, principles mean the same, so one is left.

    Examples
    --------
    >>> len(robust_candidates("cloud")), len(robust_candidates("on-site"))
    (519, 30)
    """
    found = {p: PAPER for p in policies() if place_of(p) == place}
    own = [own_state_rule("cyber", low, medium) for low in range(3) for medium in (1, 2)]
    cyber = [*own, *(BUILT_IN["cyber"][name] for name in _ACROSS)]
    known = {_content(policy) for policy in found}
    for c in cyber if place == CLOUD else [BUILT_IN["cyber"]["CRD-0"]]:
        for policy in policies(supply_rules=chain_rules(), cyber_rules=[c]):
            content = _content(policy)
            if content not in known:
                known.add(content)
                plain = policy.supply_rule.name in BUILT_IN["supply"] and c.name not in _ACROSS
                found[policy] = OWN_STATE if plain else CHAIN
    return found


def _content(policy: Policy) -> tuple[bytes, bytes, str]:
    """Return what is equal for policies that do the same."""
    never = BUILT_IN["supply"]["none"].content
    sides = policy.supply_rule.content, policy.cyber_rule.content
    return *sides, "P" if never in sides else policy.principle


def _chain_rule(low: str, medium: str) -> Rule:
    def target(own: int, near: Neighbours) -> int:
        states = states_of(near, ALONG)
        return (_FROM_LOW[low](states), _FROM_MEDIUM[medium](states), HIGH)[own]

    return Rule(f"near-{low}-{medium}", tabulate(target))
