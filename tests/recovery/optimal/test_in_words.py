"""Rules and findings in words."""

import pytest

import cakernel as ck
from cakernel.recovery.kernel.states import ABSENT
from cakernel.recovery.optimal.in_words import NEVER, finding_in_words, policy_in_words
from cakernel.recovery.optimal.neighbour_search import spared_beside_dead, with_table


def said(supply, cyber, principle="P"):
    return policy_in_words(ck.Policy(supply_rule=supply, cyber_rule=cyber, principle=principle))


def test_cutoffs_are_said_with_the_state_that_is_left():
    told = said("SRD-2@3/23", "CRD-1@1/0", "C")
    assert "from low to medium while at least 3 periods remain" in told
    assert "from medium to high while at least 23 periods remain" in told
    assert "from low to high while at least 1 period remains" in told
    assert told.endswith("intangibles first.")


def test_what_is_never_rebuilt_has_no_order_of_payment():
    assert said("none", "CRD-2") == (
        f"Operations: {NEVER}. Intangibles: rebuild from low to medium; rebuild from medium to "
        "high."
    )
    assert said("SRD-1", "CRD-0").endswith("Intangibles: on site, without cloud.")


def test_a_rule_that_looks_at_neighbours():
    start = ck.Policy(supply_rule="own-1-1", cyber_rule="none")
    table = spared_beside_dead(start.supply_rule.targets[:, :, :, ABSENT, ABSENT])
    told = policy_in_words(with_table(start, table))
    assert "stay at low where the lower chain neighbour is low" in told
    assert "rebuild to medium where the lower chain neighbour is high" in told
    table[0, 0, 1] = 2
    assert "as its table says" in policy_in_words(with_table(start, table))


@pytest.mark.parametrize("gap", [0.5, -0.1])
def test_findings(gap):
    row = {
        "deployment": "cloud", "scenarios": 3, "upper_bound": 180.96, "objective": 180.0,
        "se_objective": 0.02, "gap_percent": gap, "worst_gap_percent": 1.4, "never": 144.2,
        "missed_percent": 2.6, "mean_x": 0.8, "mean_y": 0.7,
    }  # fmt: skip
    told = finding_in_words(row)
    assert "no recovery policy whatever ends with more than 181.0" in told
    assert ("0.50% below" in told) == (gap > 0)
    assert ("which is the bound within this error" in told) == (gap < 0)
