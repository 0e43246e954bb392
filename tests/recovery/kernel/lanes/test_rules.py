"""The targets of rules on planes are those of their tables."""

from itertools import product

import numpy as np
import pytest

from cakernel.recovery.kernel.lanes.rules import ALL_SIDES, TABLE, Near, targets
from cakernel.recovery.kernel.states import LEVELS
from cakernel.recovery.rule_definitions import by_own_state, tabulate
from cakernel.recovery.rules import BUILT_IN, Rule
from helpers.planes import number_of_state, state_of


def four(*states):
    """Return the neighbours of firms on a grid."""
    return type("Four", (Near,), dict(zip(ALL_SIDES, states, strict=True)))()


NAMED = [(name, rule) for rules in BUILT_IN.values() for name, rule in rules.items()]
# all rules that look at the own state alone
NAMED += [
    (f"{low}-{medium}", Rule(f"{low}-{medium}", tabulate(by_own_state(low, medium))))
    for low, medium in product(range(LEVELS), (1, 2))
]


@pytest.mark.parametrize(("name", "rule"), NAMED, ids=[name for name, _ in NAMED])
def test_every_rule_aims_at_what_its_table_says(name, rule):
    own, *near = np.indices(rule.targets.shape).reshape(5, -1)
    neighbours = four(*map(state_of, near))
    code = rule.kernel_code
    assert code != TABLE
    found = targets(code, state_of(own), neighbours, lambda: None)
    np.testing.assert_array_equal(number_of_state(found), rule.targets.ravel())
