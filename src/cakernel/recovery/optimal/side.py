"""One side of a firm, operational or intangibles, as a problem of its own.

Dropping the budget lets the two sides part: R at the end is what is there at first, and what each
side earns less what it pays. Where budgets are kept for one side, the other is taken to earn its
most in every period.
"""

from collections.abc import Sequence
from typing import NamedTuple

from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, ON_SITE_STATE, OPERATIONAL
from cakernel.recovery.model import Model
from cakernel.recovery.optimal.objective import Objective
from cakernel.recovery.quantum import count_scenarios
from cakernel.recovery.scenario import ResourceScenario

Three = tuple[float, float, float]
Whole = tuple[int, int, int]


class Budgets(NamedTuple):
    """Amounts in whole quanta: what firms have at first, acquire by state, and pay for upgrades.

    ``acquired`` includes what the other side earns at most.
    """

    initial: int
    acquired: Whole
    cost: Whole

    @property
    def never_bind(self) -> bool:
        """Whether a firm can always pay for any upgrade, since it has just acquired so much."""
        return max(self.cost) <= min(self.acquired)


class Side(NamedTuple):
    """All that what a side can earn depends on: equal sides of different scenarios are solved once.

    ``income``, ``bonus`` and ``terminal`` are by state, ``cost`` in the order of `UPGRADES`.
    """

    income: Three
    cost: Three
    bonus: Three
    terminal: Three
    severe: float
    mild: float
    when_hit: bool
    initial: int
    periods: int
    budgets: Budgets


def sides_of(
    side: int,
    model: Model,
    scenarios: Sequence[ResourceScenario],
    objective: Objective,
    on_site: bool,
) -> list[Side]:
    """Return one side of each scenario; with ``on_site`` the intangibles state stays 1."""
    counted = count_scenarios(model, scenarios).amounts.tolist()
    return [
        _side(side, model, scenario, amounts, objective, on_site)
        for scenario, amounts in zip(scenarios, counted, strict=True)
    ]


def _side(
    side: int,
    model: Model,
    scenario: ResourceScenario,
    counted: list[int],
    objective: Objective,
    on_site: bool,
) -> Side:
    initial, *amounts = counted
    three = [
        (amounts[n], amounts[n + 1], amounts[n + 2])
        for n in range(0, 4 * AMOUNTS_A_SIDE, AMOUNTS_A_SIDE)
    ]
    acquired, cost = three[:2], three[2:]
    other = acquired[1 - side]
    most = other[ON_SITE_STATE] if on_site else max(other)
    mine = acquired[side]
    budgets = Budgets(initial, (mine[0] + most, mine[1] + most, mine[2] + most), cost[side])
    if side == OPERATIONAL:
        return Side(
            income=scenario.operational_acquisition,
            cost=scenario.operational_cost,
            bonus=_bonus(objective.operational_weight, model.periods),
            terminal=scenario.amounts["operational_terminal_value"],
            severe=model.supply_severe,
            mild=model.supply_mild,
            when_hit=model.recovery == "when-hit",
            initial=model.initial_operational,
            periods=model.periods,
            budgets=budgets,
        )
    return Side(
        income=scenario.intangibles_acquisition,
        cost=scenario.intangibles_cost,
        bonus=_bonus(objective.intangibles_weight, model.periods),
        terminal=scenario.amounts["intangibles_terminal_value"],
        severe=model.cyber_severe,
        mild=model.cyber_mild,
        when_hit=model.recovery == "when-hit",
        initial=model.initial_intangibles,
        periods=model.periods,
        budgets=budgets,
    )


def _bonus(weight: float, periods: int) -> Three:
    return (0.0, weight / periods, 2 * weight / periods)
