"""Rules in words: every way to look at chain neighbours is said as it is."""

import pytest

import cakernel as ck
from cakernel.recovery.optimal.chain_rules import chain_rules
from cakernel.recovery.optimal.in_words import policy_in_words, rule_in_words

RULES = {rule.name: rule for rule in chain_rules()}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("near-any-1", "from low: rebuild to high where a chain neighbour is high, else rebuild to "
         "medium; stay at medium"),
        ("near-0-all", "stay at low; from medium: rebuild to high where all chain neighbours are "
         "high, else stay"),
        ("near-spare-1", "from low: stay where a chain neighbour is low, else rebuild to medium; "
         "stay at medium"),
        ("SRD-2", "rebuild from low to medium; rebuild from medium to high"),
    ],
)  # fmt: skip
def test_simple_rules(name, words):
    assert rule_in_words(RULES[name]) == words


def test_a_rule_that_matches_the_chain_is_told_state_by_state():
    table = RULES["none"].targets.copy()
    for up in range(3):
        for down in range(3):
            table[0, up, down] = max(up, down)
    for end in range(3):
        table[0, end, 3] = table[0, 3, end] = end
    assert rule_in_words(ck.Rule("mine", table)) == (
        "from low: stay where the higher chain neighbour is low, rebuild to medium where the "
        "higher chain neighbour is medium, rebuild to high where the higher chain neighbour is "
        "high; stay at medium"
    )


def test_the_papers_rules_go_by_their_names():
    told = policy_in_words(ck.Policy(supply_rule="SRD-5", cyber_rule="CRD-5", principle="C"))
    assert told == (
        "Operations: by the neighbours in four directions, as SRD-5. Intangibles: by the "
        "neighbours in four directions, as CRD-5. Where resources cover one alone, intangibles "
        "first."
    )
