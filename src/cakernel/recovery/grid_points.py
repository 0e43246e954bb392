"""Points of a grid: what of a study is the model's, and points that run as one experiment."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cakernel.jit.threads import kernel_threads
from cakernel.recovery.engine import Experiment, route_of, run, run_folded
from cakernel.recovery.kernel_arrays import Instance, batch_of_instances, grid_of, policies_of
from cakernel.recovery.model import Model
from cakernel.recovery.point_outcomes import Numbers, outcomes_of, parts_of
from cakernel.recovery.policy import POLICY, Policy
from cakernel.recovery.quantum import Counted, count_scenario
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.study_points import FIELDS, Point
from cakernel.sweep.blocks import WORK_A_SECOND

Row = Mapping[str, Any]

RISKS = ("supply_severe", "supply_mild", "cyber_severe", "cyber_mild")
GRID_FIELDS = tuple(n for n in Model.model_fields if n not in (*RISKS, "initial_resources"))
# 32 microseconds of Python for a point
WORK_OF_POINT = 32e-6 * WORK_A_SECOND


@dataclass(frozen=True)
class GridPoints:
    """A model where it does not vary, and what its points are."""

    model: Model

    fields = FIELDS
    together = (*GRID_FIELDS, *POLICY)

    def base(self, others: Row) -> Row:
        """Return the values where nothing varies, and what others have."""
        return {**self.model.model_dump(), **others}

    @property
    def description(self) -> dict[str, Any]:
        """What rows depend on."""
        return {"model": self.model.model_dump()}

    def check_policies(self, policies: Sequence[Policy]) -> None:
        """Accept all policies."""

    def check_levels(self, name: str, levels: Sequence[Any]) -> None:
        """Raise for a level that means nothing."""
        if name in Model.model_fields and not self.fields[name].ordered:
            for level in levels:
                self.model.replace(**{name: level})

    def firm_periods(self, points: pl.DataFrame) -> pl.Expr:
        """Return the firm-periods of a policy and replication of each point."""

        def value(name: str) -> pl.Expr:
            varies = name in points.columns
            number = pl.col(name) if varies else pl.lit(getattr(self.model, name))
            return number.fill_null(1).clip(1).cast(pl.Float64)

        return value("chains") * value("firms") * value("periods")

    @property
    def work_of_point(self) -> float:
        """What making a point ready takes, in units of work."""
        return WORK_OF_POINT

    def lanes(self, points: pl.DataFrame) -> int:
        """Return how many replications more than it has a point may take: points share lanes."""
        return 0

    def settings(self, points: pl.DataFrame) -> Callable[[int, Row], Model]:
        """Return what makes the model of a point, by its row and the fields that it names."""
        return lambda row, named: self.changed(named)

    def changed(self, named: Row) -> Model:
        """Return the model with the fields that a point names."""
        changes = {k: v for k, v in named.items() if k in Model.model_fields}
        return self.model.replace(**changes) if changes else self.model

    def alike(self, setting: Model) -> tuple[Any, ...]:
        """Return what points that run together agree in; their horizons may differ."""
        return grid_of(setting)._replace(periods=0)

    def counted(self, setting: Model, scenarios: Sequence[ResourceScenario]) -> list[Counted]:
        """Return amounts in whole quanta; raise where they cannot be counted."""
        return [count_scenario(setting, scenario) for scenario in scenarios]

    def outcomes(
        self, groups: Sequence[Sequence[Point]], *, seed: int, threads: int, each: bool
    ) -> Iterator[Numbers]:
        """Run groups of points, one after the other.

        Yields outcomes averaged over scenarios: those of ``each`` replication, (outcomes, policies,
        points, replications), or mean and standard error, (outcomes, policies, points, 2).
        """
        for points in groups:
            yield _outcomes(points, seed=seed, threads=threads, each=each)


def _outcomes(points: Sequence[Point], *, seed: int, threads: int, each: bool) -> Numbers:
    """Run points that are ``together``."""
    shared = points[0]
    scenarios = len(shared.scenarios)
    batch = batch_of_instances(
        [
            Instance(point.setting, scenario, point.first_scenario + n)
            for point in points
            for n, scenario in enumerate(point.scenarios)
        ]
    )
    experiment = Experiment(
        grid=grid_of(max((point.setting for point in points), key=lambda model: model.periods)),
        seed=seed,
        policies=policies_of(shared.policies),
        batch=batch,
        first_replication=shared.first_replication,
        replications=shared.replications,
        threads=threads,
    )
    parts = parts_of(
        batch.position // scenarios,
        batch.denominator,
        batch.times,
        batch.value_denominator,
        [point.setting for point in points],
    )
    route = route_of(experiment)
    with kernel_threads(threads):
        found = None if each else run_folded(experiment, route, parts)
        if found is not None:
            return found
        sums = experiment.sums(parts.place, each=True)
        run(experiment, route, sums, slice(0, shared.replications))
    return outcomes_of(sums, parts, each=each)
