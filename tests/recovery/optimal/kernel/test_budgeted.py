"""Budgets on a grid: exact where the grid is, and a bound where it is not."""

import numpy as np
import pytest

from cakernel.recovery.optimal import within_budgets
from cakernel.recovery.optimal.relaxed import at_first, values_before
from cakernel.recovery.optimal.segment import Segment
from cakernel.recovery.optimal.side import sides_of
from cakernel.recovery.optimal.within_budgets import bound_within_budgets
from helpers.tiny_chains import described, random_case
from oracle.optimal import best_within_budgets


def alone(number, firms):
    """Return a case in which the intangibles state earns and costs nothing."""
    case = random_case(number, firms=firms, periods=3)
    return case.__class__(
        **{
            **vars(case),
            "r_y": (0.0, 0.0, 0.0),
            "weights": (case.weights[0], 0.0),
            "worth_y": (0.0, 0.0, 0.0),
            "c_y": (99.0, 99.0, 99.0),
        }
    )


def bound_of(case, size=None):
    model, scenario, objective = described(case)
    [side] = sides_of(0, model, [scenario], objective, on_site=False)
    whole = Segment((1.0,) * case.firms, ring=case.ring)
    bound = bound_within_budgets(side, whole, size or case.firms, case.periods)
    relaxed = at_first(side, whole, values_before(side, whole, case.periods))
    initial = case.initial.resources
    return bound / case.firms + initial, relaxed / case.firms + initial


@pytest.mark.parametrize("firms", [1, 2])
@pytest.mark.parametrize("number", range(16))
def test_whole_chains_within_budgets_are_exact(number, firms):
    case = alone(number, firms)
    bound, _ = bound_of(case)
    assert bound == pytest.approx(best_within_budgets(case), abs=1e-10)


@pytest.mark.compiled
def test_budgets_bind_in_these_cases():
    relaxed = [bound_of(alone(number, 2)) for number in range(16)]
    assert sum(within < without - 0.01 for within, without in relaxed) >= 5


@pytest.mark.compiled
@pytest.mark.parametrize("steps", [4, 7, 12])
def test_a_grid_that_is_too_coarse_still_bounds(monkeypatch, steps):
    cases = [alone(number, 2) for number in range(16)]
    exact = np.array([bound_of(case)[0] for case in cases])
    monkeypatch.setitem(within_budgets.STEPS, 2, steps)
    coarse = np.array([bound_of(case)[0] for case in cases])
    assert (coarse >= exact - 1e-10).all()
    assert (coarse > exact + 1e-3).any()


@pytest.mark.parametrize("number", range(6))
def test_windows_of_three_firms_bound_the_best_of_three(number):
    case = alone(number, 3)
    case = case.__class__(**{**vars(case), "periods": 2})
    exact = best_within_budgets(case)
    assert bound_of(case)[0] == pytest.approx(exact, abs=1e-10)
    assert bound_of(case, 2)[0] >= exact - 1e-10
    assert bound_of(case, 1)[0] >= exact - 1e-10
