"""From validated descriptions to the arrays of a kernel: the last step before compiled code."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.recovery.kernel.arguments import Grid, Policies, Scenarios
from cakernel.recovery.kernel.lanes.diagrams import diagrams_of
from cakernel.recovery.kernel.lanes.step import TABLE
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, LEVELS, UPGRADES
from cakernel.recovery.model import Model
from cakernel.recovery.policy import Policy
from cakernel.recovery.quantum import common_times, count_scenario
from cakernel.recovery.scenario import ResourceScenario


class Instance(NamedTuple):
    """A resource scenario under a model; ``number`` names its draws."""

    model: Model
    scenario: ResourceScenario
    number: int


@dataclass(frozen=True)
class Batch:
    """Instances that run together, in whole quanta.

    ``position`` (instances,) are their places in the list that was given. Resources are counted in
    quanta of which ``times`` (instances,) make 1 / ``denominator`` (instances,), an instance's own
    unit: results in this unit do not depend on what else runs. R with terminal values is counted in
    1 / ``value_denominator`` (instances,); it is an outcome where any scenario is ``valued``.
    """

    scenarios: Scenarios
    position: npt.NDArray[np.int64]
    denominator: npt.NDArray[np.int64]
    times: npt.NDArray[np.int64]
    value_denominator: npt.NDArray[np.int64]
    valued: bool

    @property
    def scale(self) -> npt.NDArray[np.float64]:
        """What a quantum is in the user's units."""
        return 1 / (self.denominator * self.times)


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
    """Return the policies as arrays, each distinct table once."""
    pairs = [(policy.supply_rule, policy.cyber_rule) for policy in policies]
    # rules that differ in their cutoffs share a table
    distinct = {rule.content: rule for pair in pairs for rule in pair}
    place = {content: n for n, content in enumerate(distinct)}
    codes = np.array([rule.kernel_code for rule in distinct.values()], np.int64)
    tables = [rule.targets for rule in distinct.values()]
    diagrams = diagrams_of([t for t, code in zip(tables, codes, strict=True) if code == TABLE])
    return Policies(
        tables=np.stack([table.ravel() for table in tables]),
        codes=codes,
        diagram=np.cumsum(codes == TABLE) - 1,
        nodes=diagrams.nodes,
        sizes=diagrams.sizes,
        roots=diagrams.roots,
        rules=np.array([[place[rule.content] for rule in pair] for pair in pairs], np.int64),
        flags=np.array([[p.cyber_rule.on_site, p.principle == "C"] for p in policies], np.bool_),
        cutoffs=np.array([[rule.cutoffs for rule in pair] for pair in pairs], np.int64),
    )


def batch_of(model: Model, scenarios: Sequence[ResourceScenario], first_number: int) -> Batch:
    """Return the scenarios of one model; the first one's draws have the number given."""
    return batch_of_instances(
        [Instance(model, s, first_number + n) for n, s in enumerate(scenarios)]
    )


def batch_of_instances(instances: Sequence[Instance]) -> Batch:
    """Return instances as arrays, in the order of their horizons.

    Their models may differ in risks, initial resources and horizons, not in what else `grid_of`
    returns.
    """
    counted = [count_scenario(i.model, i.scenario) for i in instances]
    position = sorted(range(len(instances)), key=lambda n: instances[n].model.periods)
    chosen = [instances[n] for n in position]
    times = np.array(common_times(counted), np.int64)[position]
    amounts = np.array([counted[n].amounts for n in position], np.int64) * times[:, None]
    acquisition, costs = np.split(amounts[:, 1:], 2, axis=1)
    denominator = np.array([counted[n].denominator for n in position], np.int64)
    value_quanta = np.array([counted[n].value_quanta for n in position], np.int64)
    cost = np.zeros((len(position), 2, LEVELS, LEVELS), np.int64)
    for side in range(2):
        for n, (low, high) in enumerate(UPGRADES):
            cost[:, side, low, high] = costs[:, side * AMOUNTS_A_SIDE + n]
    return Batch(
        scenarios=Scenarios(
            index=np.array([i.number for i in chosen], np.uint64),
            periods=np.array([i.model.periods for i in chosen], np.int64),
            thresholds=np.array([_thresholds(i.model) for i in chosen], np.uint64),
            initial=amounts[:, 0].copy(),
            acquisition=acquisition.copy(),
            cost=cost,
            value=np.array([counted[n].values for n in position], np.int64),
            times=times,
            value_quanta=value_quanta,
        ),
        position=np.array(position, np.int64),
        denominator=denominator,
        times=times,
        value_denominator=denominator * value_quanta,
        valued=any(instance.scenario.valued for instance in instances),
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
