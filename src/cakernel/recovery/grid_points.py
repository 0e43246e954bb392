"""Points of a grid: what of a study is the model's, and points that run as one experiment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.jit.threads import kernel_threads
from cakernel.recovery.engine import Experiment, route_of, run, run_folded
from cakernel.recovery.grid_columns import (
    SIZE,
    counted_at,
    numbers_at,
    plainly_right,
    risks_at,
)
from cakernel.recovery.kernel_arrays import (
    RISKS,
    Instances,
    batch_of_instances,
    grid_of,
    policies_of,
    thresholds_of,
)
from cakernel.recovery.model import Model
from cakernel.recovery.outcomes import Extent
from cakernel.recovery.point_outcomes import Numbers, Whole, outcomes_of, parts_of
from cakernel.recovery.policy import POLICY, Policy
from cakernel.recovery.quantum import Counted, count_scenarios
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.study_points import FIELDS, Asked, Group, Row, scenarios_at
from cakernel.sweep.blocks import WORK_A_SECOND

GRID_FIELDS = tuple(n for n in Model.model_fields if n not in (*RISKS, "initial_resources"))
# points of one group agree in these, and in the span of their replications
ALIKE = tuple(name for name in GRID_FIELDS if name != "periods")
SPAN = ("first_replication", "replications")
# 2 microseconds for each scenario of a point
WORK_OF_SCENARIO = 2e-6 * WORK_A_SECOND


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
        # what is missing, or less than 1, counts as 1
        sizes = [np.fmax(numbers_at(self.model, points, name), 1) for name in SIZE]
        return pl.lit(pl.Series(np.prod(sizes, axis=0)))

    def work_of_point(self, scenarios: int) -> float:
        """Return what making a point ready takes, in units of work."""
        return WORK_OF_SCENARIO * scenarios

    def lanes(self, points: pl.DataFrame) -> int:
        """Return how many replications more than it has a point may take: points share lanes."""
        return 0

    def grid_at(
        self, named: Row, scenarios: Sequence[ResourceScenario]
    ) -> tuple[Model, Sequence[ResourceScenario]]:
        """Return model and scenarios with the fields that a point names; raise where none are."""
        chosen = scenarios_at(scenarios, named)
        changes = {k: v for k, v in named.items() if k in Model.model_fields}
        model = self.model.replace(**changes) if changes else self.model
        count_scenarios(model, chosen)
        return model, chosen

    def groups(self, points: pl.DataFrame, asked: Asked) -> tuple[list[Group], dict[int, str]]:
        """Return the points that can be run, in groups, and why others cannot, by their rows."""
        reasons: dict[int, str] = {}

        def check(rows: Whole) -> None:
            """Make the objects of points one by one: these say what is wrong."""
            for row, named in zip(rows.tolist(), points[rows].iter_rows(named=True), strict=True):
                try:
                    self.grid_at(named, asked.scenarios)
                    asked.policies_of(named)
                except InvalidInput as error:
                    reasons[row] = str(error)

        plain = plainly_right(self.model, points, len(asked.scenarios))
        check(np.flatnonzero(~(plain & _have_policies(points, asked))))
        rows = np.setdiff1d(np.arange(points.height), list(reasons))
        counted, refused = counted_at(self.model, points[rows], asked)
        check(rows[refused])
        counted = counted.of(np.repeat(~refused, asked.scenarios_of_point(points)))
        rows = rows[~refused]
        return list(self._grouped(points[rows], rows, counted, asked)), reasons

    def _grouped(
        self, points: pl.DataFrame, rows: Whole, counted: Counted, asked: Asked
    ) -> Iterator[Group]:
        """Yield points, whose rows and amounts these are, in groups."""
        scenarios = asked.scenarios_of_point(points)
        periods = numbers_at(self.model, points, "periods").astype(np.int64)
        thresholds = thresholds_of(risks_at(self.model, points))
        draws = points["scenario"].to_numpy() if "scenario" in points.columns else 0 * rows
        if not asked.common:
            draws = draws + points["point"].to_numpy() * len(asked.scenarios)
        for named, at in _agreeing(points, (*ALIKE, *POLICY, *SPAN)):
            same = {name: value for name, value in named.items() if name in ALIKE}
            each = np.repeat(at, scenarios)
            of_scenario = np.tile(np.arange(scenarios), len(at))
            yield Group(
                row=rows[at],
                number=points["point"].to_numpy()[at],
                policies=asked.policies_of(named),
                first_replication=named["first_replication"],
                replications=named["replications"],
                scenarios=scenarios,
                made=Made(
                    model=self.model.replace(**same, periods=int(periods[at].max())),
                    instances=Instances(
                        number=draws[each] + of_scenario,
                        periods=periods[each],
                        thresholds=thresholds[each],
                        counted=counted.of(each * scenarios + of_scenario),
                        valued=any(scenario.valued for scenario in asked.scenarios),
                        of_point=scenarios,
                    ),
                ),
            )

    def outcomes(
        self, groups: Sequence[Group], *, seed: int, threads: int, each: bool
    ) -> Iterator[Numbers]:
        """Run groups of points, one after the other.

        Yields outcomes averaged over scenarios: those of ``each`` replication, (outcomes, policies,
        points, replications), or mean and standard error, (outcomes, policies, points, 2).
        """
        for group in groups:
            yield _outcomes(group, seed=seed, threads=threads, each=each)


class Made(NamedTuple):
    """Points as the kernel takes them; of the ``model`` their horizons, risks and amounts differ.

    ``instances`` are the scenarios of each point, one point after the other.
    """

    model: Model
    instances: Instances


def _have_policies(points: pl.DataFrame, asked: Asked) -> npt.NDArray[np.bool_]:
    """Say at which points the policies can be."""
    found = np.ones(points.height, np.bool_)
    for named, at in _agreeing(points, POLICY):
        try:
            asked.policies_of(named)
        except InvalidInput:
            found[at] = False
    return found


def _agreeing(points: pl.DataFrame, names: Sequence[str]) -> Iterator[tuple[Row, list[int]]]:
    """Yield what points have in those of the columns that vary, and which points these are."""
    varied = [name for name in names if name in points.columns]
    if not varied:
        yield {}, list(range(points.height))
        return
    placed = points.select(pl.int_range(pl.len()).alias("at"), *varied)
    for *values, at in placed.group_by(varied, maintain_order=True).agg("at").iter_rows():
        yield dict(zip(varied, values, strict=True)), at


def _outcomes(group: Group, *, seed: int, threads: int, each: bool) -> Numbers:
    """Run points that are a group."""
    model, instances = group.made
    scenarios = group.scenarios
    batch = batch_of_instances(instances)
    experiment = Experiment(
        grid=grid_of(model),
        seed=seed,
        policies=policies_of(group.policies),
        batch=batch,
        first_replication=group.first_replication,
        replications=group.replications,
        threads=threads,
    )
    parts = parts_of(
        batch.position // scenarios,
        batch.denominator,
        batch.times,
        batch.value_denominator,
        Extent(model.chains, model.firms, instances.periods[::scenarios]),
        batch.alone,
    )
    route = route_of(experiment)
    with kernel_threads(threads):
        found = None if each else run_folded(experiment, route, parts)
        if found is not None:
            return found
        sums = experiment.sums(parts.place, each=True)
        run(experiment, route, sums, slice(0, group.replications))
    return outcomes_of(sums, parts, each=each)
