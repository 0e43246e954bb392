"""From validated descriptions to the arrays of a kernel: the last step before compiled code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.recovery.kernel.arguments import Grid, Policies, Scenarios
from cakernel.recovery.kernel.lanes.diagrams import diagrams_of
from cakernel.recovery.kernel.lanes.rules import TABLE
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, LEVELS, UPGRADES
from cakernel.recovery.model import Model
from cakernel.recovery.policy import Policy
from cakernel.recovery.quantum import Counted, common_quanta, count_scenarios
from cakernel.recovery.scenario import ResourceScenario

# in the order of arrays of them
RISKS = ("supply_severe", "supply_mild", "cyber_severe", "cyber_mild")


class Instances(NamedTuple):
    """Resource scenarios under models that may differ in horizons, risks and initial resources.

    ``number`` (instances,) names their draws, ``periods`` (instances,) are their horizons and
    ``thresholds`` uint64 (instances, 4) their risks, as of `thresholds_of`. Where any is ``valued``
    R with terminal values is an outcome. ``of_point`` that follow each other are summed together.
    """

    number: npt.NDArray[np.int64]
    periods: npt.NDArray[np.int64]
    thresholds: npt.NDArray[np.uint64]
    counted: Counted
    valued: bool
    of_point: int = 1


@dataclass(frozen=True)
class Batch:
    """Instances that run together, in whole quanta.

    ``position`` (instances,) are their places in the list that was given. Resources are counted in
    quanta of which ``times`` (instances,) make 1 / ``denominator`` (instances,), an instance's own
    unit: results in this unit do not depend on what else runs. R with terminal values is counted in
    1 / ``value_denominator`` (instances,); it is an outcome where any scenario is ``valued``. Sums
    with other instances might not fit int64 where one is ``alone`` (instances,).
    """

    scenarios: Scenarios
    position: npt.NDArray[np.int64]
    denominator: npt.NDArray[np.int64]
    times: npt.NDArray[np.int64]
    value_denominator: npt.NDArray[np.int64]
    valued: bool
    alone: npt.NDArray[np.bool_]

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
    return batch_of_instances(instances_of(model, scenarios, first_number))


def instances_of(
    model: Model, scenarios: Sequence[ResourceScenario], first_number: int
) -> Instances:
    """Return the scenarios of one model as instances, in their order."""
    each = np.arange(len(scenarios))
    risks = [[getattr(model, name) for name in RISKS]]
    return Instances(
        number=first_number + each,
        periods=np.full(len(each), model.periods),
        thresholds=np.repeat(thresholds_of(np.array(risks)), len(each), axis=0),
        counted=count_scenarios(model, scenarios),
        valued=any(scenario.valued for scenario in scenarios),
    )


def batch_of_instances(instances: Instances) -> Batch:
    """Return instances as arrays of the kernel, in the order of their horizons."""
    position = np.argsort(instances.periods, kind="stable")
    common = common_quanta(instances.counted, instances.of_point)
    counted, times = instances.counted.of(position), common.times[position]
    amounts = counted.amounts * times[:, None]
    acquisition, costs = np.split(amounts[:, 1:], 2, axis=1)
    cost = np.zeros((len(position), 2, LEVELS, LEVELS), np.int64)
    for side in range(2):
        for n, (low, high) in enumerate(UPGRADES):
            cost[:, side, low, high] = costs[:, side * AMOUNTS_A_SIDE + n]
    return Batch(
        scenarios=Scenarios(
            index=instances.number[position].astype(np.uint64),
            periods=instances.periods[position],
            thresholds=instances.thresholds[position],
            initial=amounts[:, 0].copy(),
            acquisition=acquisition.copy(),
            cost=cost,
            value=counted.values,
            times=times,
            value_quanta=counted.value_quanta,
        ),
        position=position,
        denominator=counted.denominator,
        times=times,
        value_denominator=counted.denominator * counted.value_quanta,
        valued=instances.valued,
        alone=common.alone[position],
    )


def thresholds_of(risks: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
    """Return probabilities as counts of 32-bit draws: severe and hit supply, severe and hit cyber.

    They are (instances, 4), in the order of `RISKS`.
    """
    severe, mild = risks[:, ::2], risks[:, 1::2]
    below = np.stack([severe, severe + mild], axis=2).reshape(risks.shape)
    return np.rint(below * 2.0**32).astype(np.uint64)
