"""Closed forms of own-state rules against enumeration of joint states, and all cutoffs."""

from itertools import product

import numpy as np
import pytest

from cakernel.recovery.optimal.kernel.own_state import score
from cakernel.recovery.optimal.scores import RULES, alone_of, scores_of, shares_of
from cakernel.recovery.optimal.side import sides_of
from helpers.tiny_chains import described, random_case
from oracle.optimal import own_state_value


def side_and_shares(case):
    model, scenario, objective = described(case)
    [side] = sides_of(0, model, [scenario], objective, on_site=False)
    return side, shares_of(case.firms, case.ring)


@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize("rule", RULES)
def test_a_score_is_the_expectation_over_joint_states(number, rule):
    case = random_case(number, firms=1 + number % 4, periods=4)
    alone = alone_of(*side_and_shares(case))
    for cutoffs in [(0, 0), (2, 0), (1, 3), (4, 4)]:
        exact = own_state_value(case, rule, cutoffs)
        assert score(alone, case.periods, rule, cutoffs) == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("number", range(8))
def test_the_best_cutoffs_are_the_best_of_all(number):
    case = random_case(number, firms=2 + number % 4, periods=13)
    side, shares = side_and_shares(case)
    alone = alone_of(side, shares)
    found = scores_of(side, shares)
    every = list(product(range(case.periods + 1), repeat=2))
    for rule, best in zip(RULES, found, strict=True):
        values = np.array([score(alone, case.periods, rule, cutoffs) for cutoffs in every])
        assert best.value == values[0]
        assert best.value_with_cutoffs == pytest.approx(values.max(), abs=1e-10)
        own = score(alone, case.periods, rule, (best.leave_low, best.leave_medium))
        assert own == pytest.approx(values.max(), abs=1e-10)
