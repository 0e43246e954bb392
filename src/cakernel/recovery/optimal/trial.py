"""Simulations of policies on two sets of draws: one to choose by, fresh ones to value the choice.

What was chosen for its high outcome on some draws looks better on them than it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.checks import MAX_REPLICATIONS, Whole
from cakernel.devices import Device
from cakernel.recovery.model import Model
from cakernel.recovery.optimal.objective import Objective
from cakernel.recovery.policy import Policy
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.simulation import simulate

# fewer say little of the error of a mean
FEWEST_REPLICATIONS = 32
# so many to choose by, and as many to value with
ReplicationsTwice = Annotated[int, Whole(FEWEST_REPLICATIONS, MAX_REPLICATIONS // 2)]


@dataclass(frozen=True)
class Trial:
    """What all simulations of a search have in common; all policies of a call share their draws."""

    model: Model
    objective: Objective
    replications: int
    seed: int
    threads: int | None
    device: Device | None

    def rows(
        self,
        policies: Sequence[Policy],
        scenarios: Sequence[ResourceScenario],
        *,
        first_scenario: int = 0,
        fresh: bool,
        progress: Callable[[int, int], None] | None = None,
    ) -> pl.DataFrame:
        """Simulate; return one row a policy and scenario, with objective and se_objective."""
        rows = simulate(
            self.model,
            policies=policies,
            scenarios=scenarios,
            replications=self.replications,
            seed=self.seed,
            threads=self.threads,
            device=self.device,
            by="scenario",
            first_replication=self.replications if fresh else 0,
            first_scenario=first_scenario,
            progress=progress,
        )
        return rows.with_columns(self.objective.of(rows), self.objective.error_of(rows))

    def each(
        self, policies: Sequence[Policy], scenario: ResourceScenario, number: int
    ) -> npt.NDArray[np.float64]:
        """Simulate on the draws to choose by; return objectives (policies, replications)."""
        rows = simulate(
            self.model,
            policies=policies,
            scenarios=[scenario],
            replications=self.replications,
            seed=self.seed,
            threads=self.threads,
            device=self.device,
            by="replication",
            first_scenario=number,
        )
        return self.objective.of(rows).to_numpy().reshape(len(policies), -1)
