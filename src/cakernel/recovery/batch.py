"""From validated descriptions to the arrays of a kernel: the last step before compiled code."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import lcm
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.recovery.kernel.grid import Grid
from cakernel.recovery.kernel.lanes.targets import TABLE
from cakernel.recovery.kernel.work import NOT_RUN, Policies, Rows, Scenarios
from cakernel.recovery.model import Model
from cakernel.recovery.policy import Policy
from cakernel.recovery.quantum import MAX_QUANTA, Counted, count
from cakernel.recovery.rules import KERNEL_CODES, Rule
from cakernel.recovery.scenario import ResourceScenario


class Case(NamedTuple):
    """A resource scenario under a model; ``number`` names its draws."""

    model: Model
    scenario: ResourceScenario
    number: int


@dataclass(frozen=True)
class Batch:
    """Cases that run together: all on whole quanta (int64), or all on float64.

    ``position`` (cases,) are their places in the list that was given; resources divided by
    ``denominator`` (cases,) are in the user's units.
    """

    scenarios: Scenarios
    position: npt.NDArray[np.int64]
    denominator: npt.NDArray[np.int64]

    @property
    def scale(self) -> npt.NDArray[np.float64]:
        """What a quantum is in the user's units."""
        return 1 / self.denominator


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
    """Split the scenarios of one model by the numbers that they run on."""
    return batches_of([Case(model, s, first_index + n) for n, s in enumerate(scenarios)])


def batches_of(cases: Sequence[Case]) -> list[Batch]:
    """Split cases by the numbers that they run on; a case's own never depend on others.

    Their models may differ in risks, initial resources and horizons, not in what else `grid_of`
    returns. A batch has them in the order of their horizons.
    """
    counted = _common(
        [_count(c.model.initial_resources, c.model.periods, c.scenario) for c in cases]
    )
    made = []
    for whole in (True, False):
        position = [n for n, amounts in enumerate(counted) if (amounts is not None) == whole]
        position.sort(key=lambda n: cases[n].model.periods)
        if position:
            made.append(_batch(cases, counted, position))
    return made


def arithmetic(model: Model, scenarios: Sequence[ResourceScenario]) -> list[str]:
    """Say for each scenario what its resources are counted in, as `simulate` will.

    Returns
    -------
    list of str
        "whole quanta of 1/16", or of whatever divides the scenario's decimals, or "float64" where
        no quantum keeps the largest amount below 2^31.
    """
    counted = _common([_count(model.initial_resources, model.periods, s) for s in scenarios])
    return [
        "float64" if amounts is None else f"whole quanta of {amounts.quantum}"
        for amounts in counted
    ]


@lru_cache(maxsize=1 << 13)
def _count(initial: float, periods: int, scenario: ResourceScenario) -> Counted | None:
    """Count a case's amounts, in the order of `_amounts`; None where no quantum fits."""
    return count(_amounts(initial, scenario), lambda amounts: _largest(amounts, periods))


def _amounts(initial: float, scenario: ResourceScenario) -> tuple[float, ...]:
    return (
        initial,
        *scenario.operational_acquisition,
        *scenario.intangibles_acquisition,
        *scenario.operational_cost,
        *scenario.intangibles_cost,
    )


def _largest(amounts: Sequence[int], periods: int) -> int:
    """Return the highest amount that a firm can have or be asked for."""
    a_period = max(amounts[1:4]) + max(amounts[4:7])
    return max(amounts[0] + periods * a_period, *amounts[7:])


def _common(counted: list[Counted | None]) -> list[Counted | None]:
    """Return all that have a quantum in a common one, if it fits all.

    Results are exact in either; in a common one costs have zeros in the same low planes, which the
    kernel then leaves out.
    """
    denominators = {amounts.denominator for amounts in counted if amounts is not None}
    common = 1
    for denominator in denominators:
        common = lcm(common, denominator)
        if common > MAX_QUANTA:
            return counted
    finer = [None if amounts is None else amounts.finer(common) for amounts in counted]
    fits = all(amounts is None or amounts.largest < MAX_QUANTA for amounts in finer)
    return finer if fits else counted


def _batch(
    cases: Sequence[Case], counted: Sequence[Counted | None], position: Sequence[int]
) -> Batch:
    chosen = [counted[n] for n in position]
    whole = [amounts for amounts in chosen if amounts is not None]
    if whole:
        amounts = np.array([amounts.amounts for amounts in whole], np.int64)
        denominator = np.array([amounts.denominator for amounts in whole], np.int64)
    else:
        listed = [_amounts(cases[n].model.initial_resources, cases[n].scenario) for n in position]
        amounts = np.array(listed, np.float64)
        denominator = np.ones(len(position), np.int64)
    cost = np.zeros((len(position), 2, 3, 3), amounts.dtype)
    for side in range(2):
        for change, (low, high) in enumerate(((0, 1), (1, 2), (0, 2))):
            cost[:, side, low, high] = amounts[:, 7 + 3 * side + change]
    return Batch(
        scenarios=Scenarios(
            index=np.array([cases[n].number for n in position], np.uint64),
            periods=np.array([cases[n].model.periods for n in position], np.int64),
            thresholds=np.array([_thresholds(cases[n].model) for n in position], np.uint64),
            initial=amounts[:, 0].copy(),
            acquisition=amounts[:, 1:7].copy(),
            cost=cost,
        ),
        position=np.array(position, np.int64),
        denominator=denominator,
    )


@lru_cache(maxsize=1 << 12)
def _thresholds(model: Model) -> tuple[int, int, int, int]:
    """Return the probabilities as counts of 32-bit draws: severe, hit; supply, cyber."""
    return (
        round(model.supply_severe * 2**32),
        round((model.supply_severe + model.supply_mild) * 2**32),
        round(model.cyber_severe * 2**32),
        round((model.cyber_severe + model.cyber_mild) * 2**32),
    )
