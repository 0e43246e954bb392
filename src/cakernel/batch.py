"""From validated descriptions to the arrays of a kernel: the last step before compiled code."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from cakernel.kernel.grid import Grid
from cakernel.kernel.targets import TABLE
from cakernel.kernel.work import NOT_RUN, Policies, Rows, Scenarios
from cakernel.model import Model
from cakernel.policy import Policy
from cakernel.quantum import MAX_QUANTA, exact, quantum
from cakernel.rules import KERNEL_CODES, Rule
from cakernel.scenario import ResourceScenario


@dataclass(frozen=True)
class Batch:
    """Scenarios that run together: all on whole quanta (int64), or all on float64.

    ``position`` (scenarios,) are their places in the list that the user gave; ``scale`` turns
    their resources into the user's units.
    """

    scenarios: Scenarios
    position: npt.NDArray[np.int64]
    scale: npt.NDArray[np.float64]


def grid_of(model: Model) -> Grid:
    """Return what the kernel needs to know of the grid and its conventions."""
    return Grid(
        chains=model.chains,
        firms=model.firms,
        periods=model.periods,
        when_hit=model.recovery == "when-hit",
        ends_wrap=model.boundary_ends == "periodic",
        across_wrap=model.boundary_across == "periodic",
        initial_operational=model.initial_operational,
        initial_intangibles=model.initial_intangibles,
    )


def policies_of(policies: Sequence[Policy]) -> Policies:
    """Return the policies as arrays, each distinct rule's table once."""
    pairs = [(policy.supply_rule, policy.cyber_rule) for policy in policies]
    place = {rule: n for n, rule in enumerate(dict.fromkeys(r for pair in pairs for r in pair))}
    return Policies(
        tables=np.stack([rule.targets.ravel() for rule in place]),
        codes=np.array([_code(rule) for rule in place], np.int64),
        rules=np.array([[place[rule] for rule in pair] for pair in pairs], np.int64),
        flags=np.array([[p.cyber_rule.on_site, p.principle == "C"] for p in policies], np.bool_),
    )


def _code(rule: Rule) -> int:
    """Return the kernel's code of a rule: that of the built-in one whose table it has, if any."""
    return KERNEL_CODES.get(rule.targets.tobytes(), TABLE)


def empty_rows(policies: int, items: int, dtype: np.dtype[Any]) -> Rows:
    """Return rows for a kernel to fill, none of them run; ``dtype`` is the resources'."""
    return Rows(
        x=np.empty((policies, items), np.int64),
        y=np.empty((policies, items), np.int64),
        resources=np.empty((policies, items), dtype),
        status=np.full(items, NOT_RUN, np.uint8),
    )


def batches(model: Model, scenarios: Sequence[ResourceScenario], first_index: int) -> list[Batch]:
    """Split scenarios by the numbers that they run on; a scenario's own never depend on others."""
    units = _common(model, scenarios, [_unit(model, scenario) for scenario in scenarios])
    made = []
    for whole in (True, False):
        position = [n for n, unit in enumerate(units) if (unit is not None) == whole]
        if position:
            made.append(_batch(model, scenarios, units, position, first_index))
    return made


def arithmetic(model: Model, scenarios: Sequence[ResourceScenario]) -> list[str]:
    """Say for each scenario what its resources are counted in, as `simulate` will.

    Returns
    -------
    list of str
        "whole quanta of 1/16", or of whatever divides the scenario's decimals, or "float64" where
        no quantum keeps the largest amount below 2^31.
    """
    units = _common(model, scenarios, [_unit(model, scenario) for scenario in scenarios])
    return ["float64" if unit is None else f"whole quanta of {unit}" for unit in units]


def _unit(model: Model, scenario: ResourceScenario) -> Fraction | None:
    """Return the scenario's quantum, None where none fits."""
    amounts = [amount for _, field in scenario for amount in field]
    return quantum((model.initial_resources, *amounts), _largest(model, scenario))


def _largest(model: Model, scenario: ResourceScenario) -> Fraction:
    """Return the highest amount that a firm can have or be asked for."""
    acquired = (scenario.operational_acquisition, scenario.intangibles_acquisition)
    a_period = sum((max(map(exact, gains)) for gains in acquired), Fraction(0))
    saved: Fraction = exact(model.initial_resources) + model.periods * a_period
    return max(saved, *map(exact, (*scenario.operational_cost, *scenario.intangibles_cost)))


def _common(
    model: Model, scenarios: Sequence[ResourceScenario], units: list[Fraction | None]
) -> list[Fraction | None]:
    """Return one quantum for all scenarios that have one, if it fits all.

    Results are exact in either; in a common one costs have zeros in the same low planes, which the
    kernel then leaves out.
    """
    common = Fraction(1, lcm(*(unit.denominator for unit in units if unit is not None)))
    for scenario, unit in zip(scenarios, units, strict=True):
        if unit is not None and _largest(model, scenario) / common >= MAX_QUANTA:
            return units
    return [None if unit is None else common for unit in units]


def _batch(
    model: Model,
    scenarios: Sequence[ResourceScenario],
    units: Sequence[Fraction | None],
    position: Sequence[int],
    first_index: int,
) -> Batch:
    dtype = np.float64 if units[position[0]] is None else np.int64
    initial = np.empty(len(position), dtype)
    acquisition = np.empty((len(position), 6), dtype)
    cost = np.zeros((len(position), 2, 3, 3), dtype)
    for s, n in enumerate(position):
        scenario, unit = scenarios[n], units[n]
        initial[s] = _counted(model.initial_resources, unit)
        acquired = (*scenario.operational_acquisition, *scenario.intangibles_acquisition)
        acquisition[s] = [_counted(amount, unit) for amount in acquired]
        for side, prices in enumerate((scenario.operational_cost, scenario.intangibles_cost)):
            for (low, high), price in zip(((0, 1), (1, 2), (0, 2)), prices, strict=True):
                cost[s, side, low, high] = _counted(price, unit)
    return Batch(
        scenarios=Scenarios(
            index=np.array(position, np.uint64) + np.uint64(first_index),
            thresholds=np.tile(_thresholds(model), (len(position), 1)),
            initial=initial,
            acquisition=acquisition,
            cost=cost,
        ),
        position=np.array(position, np.int64),
        scale=np.array([float(units[n] or 1) for n in position]),
    )


def _counted(amount: float, unit: Fraction | None) -> float:
    """Return an amount in quanta, or as it is."""
    return amount if unit is None else int(exact(amount) / unit)


def _thresholds(model: Model) -> npt.NDArray[np.uint64]:
    """Return the probabilities as counts of 32-bit draws: severe, hit; supply, cyber."""
    probabilities = (
        model.supply_severe,
        model.supply_severe + model.supply_mild,
        model.cyber_severe,
        model.cyber_severe + model.cyber_mild,
    )
    return np.array([round(p * 2**32) for p in probabilities], np.uint64)
