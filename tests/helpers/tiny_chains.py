"""Chains that are small enough to try every joint decision, and their bounds."""

import numpy as np

import cakernel as ck
from cakernel.recovery.optimal import Objective
from oracle.optimal import Case, Firm


def random_case(number: int, *, firms: int = 2, periods: int = 3) -> Case:
    """Return a case whose budgets often bind, the same for a number each time."""
    draw = np.random.default_rng(number)

    def odds():
        return tuple(float(each) for each in draw.uniform(0.05, 0.4, 2))

    def rising(step):
        return tuple(float(each) for each in np.cumsum(draw.integers(0, step + 1, 3)))

    def costs():
        low, high = (float(each) for each in draw.integers(1, 7, 2))
        return low, high, max(low, high) + float(draw.integers(0, 5))

    plain = draw.uniform() < 0.6
    weights, worth_x, worth_y = (0.0, 0.0), (0.0,) * 3, (0.0,) * 3
    if not plain:
        weights = float(draw.integers(0, 9)), float(draw.integers(0, 9))
        worth_x, worth_y = rising(2), rising(2)
    return Case(
        firms=firms,
        periods=periods,
        supply=odds(),
        cyber=odds(),
        r_x=rising(2),
        r_y=rising(1),
        c_x=costs(),
        c_y=costs(),
        initial=Firm(*(int(each) for each in draw.integers(0, 3, 2)), float(draw.integers(0, 4))),
        when_hit=bool(draw.uniform() < 0.3),
        ring=bool(draw.uniform() < 0.3),
        weights=weights,
        worth_x=worth_x,
        worth_y=worth_y,
    )


def described(case: Case) -> tuple[ck.Model, ck.ResourceScenario, Objective]:
    """Return a case as the package has it."""
    model = ck.Model(
        chains=1,
        firms=case.firms,
        periods=case.periods,
        supply_severe=case.supply[0],
        supply_mild=case.supply[1],
        cyber_severe=case.cyber[0],
        cyber_mild=case.cyber[1],
        recovery="when-hit" if case.when_hit else "every-period",
        boundary_ends="periodic" if case.ring else "open",
        initial_operational=case.initial.x,
        initial_intangibles=case.initial.y,
        initial_resources=case.initial.resources,
    )
    scenario = ck.ResourceScenario(
        operational_acquisition=case.r_x,
        intangibles_acquisition=case.r_y,
        operational_cost=case.c_x,
        intangibles_cost=case.c_y,
        operational_terminal_value=case.worth_x,
        intangibles_terminal_value=case.worth_y,
    )
    objective = Objective(
        operational_weight=case.weights[0],
        intangibles_weight=case.weights[1],
    )
    return model, scenario, objective
