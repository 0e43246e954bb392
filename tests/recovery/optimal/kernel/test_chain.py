"""Passes along the axes against trying every joint action; early stops; reflections."""

import numpy as np
import pytest

from cakernel.recovery.optimal.kernel.chain import HIT_LEVELS, Chain, fill_gains, go_back
from cakernel.recovery.optimal.relaxed import at_first, values_before
from cakernel.recovery.optimal.segment import Segment
from cakernel.recovery.optimal.side import sides_of
from helpers.tiny_chains import described, random_case
from oracle.optimal import best_without_budgets


def earned(case):
    model, scenario, objective = described(case)
    [side] = sides_of(0, model, [scenario], objective, on_site=False)
    whole = Segment((1.0,) * case.firms, ring=case.ring)
    return at_first(side, whole, values_before(side, whole, case.periods)) / case.firms


@pytest.mark.parametrize("number", range(24))
def test_passes_equal_the_maximum_over_joint_actions(number):
    case = random_case(number, firms=1 + number % 3, periods=3)
    assert earned(case) == pytest.approx(best_without_budgets(case), abs=1e-12, rel=1e-12)


def chain(firms, *, when_hit=False):
    draw = np.random.default_rng(firms)
    return Chain(
        income=np.sort(draw.uniform(0, 2, (firms, 3)), axis=1),
        bonus=np.zeros((firms, 3)),
        cost=draw.uniform(0, 9, (firms, 3)),
        severe=0.05,
        mild=0.14,
        ring=False,
        when_hit=when_hit,
    )


def taken_back(made, periods, tolerance=0.0, after=0.0):
    firms = len(made.cost)
    values, gains, before = np.zeros((3, 3**firms))
    values += after
    fill_gains(gains, made)
    other = np.empty((2, HIT_LEVELS**firms))
    counted = go_back(values, periods, tolerance, made, gains, before, other)
    return values, counted


@pytest.mark.parametrize("when_hit", [False, True])
@pytest.mark.parametrize("firms", [1, 4])
def test_an_early_stop_is_a_bound_and_near(firms, when_hit):
    made = chain(firms, when_hit=when_hit)
    whole, counted = taken_back(made, 400)
    assert counted == 400
    early, counted = taken_back(made, 400, 1e-6)
    assert counted < 300
    assert (early >= whole - 1e-9).all()
    assert (early <= whole + 1e-6 + 1e-9).all()


def test_an_early_stop_far_from_the_end_is_still_a_bound():
    made = chain(3)
    whole, _ = taken_back(made, 60)
    for tolerance in (1.0, 10.0, 1e9):
        early, counted = taken_back(made, 60, tolerance)
        assert counted < 60
        assert (early >= whole - 1e-9).all()
        assert (early <= whole + tolerance).all()


@pytest.mark.parametrize("when_hit", [False, True])
def test_a_period_is_monotone_and_shifts_with_its_values(when_hit):
    made = chain(4, when_hit=when_hit)
    draw = np.random.default_rng(7)
    values = draw.uniform(0, 20, 3**4)

    def before(after):
        return taken_back(made, 1, after=after)[0]

    assert before(values + 5) == pytest.approx(before(values) + 5, abs=1e-12)
    assert (before(values + draw.uniform(0, 1, values.size)) >= before(values)).all()
