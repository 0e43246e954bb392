"""The recovery model as a study: many design points in one call of the kernel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

import numpy as np
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import MAX_SCENARIOS, Amount, check_some
from cakernel.errors import InvalidInput
from cakernel.files import within
from cakernel.jit.compile import kernel_version
from cakernel.measures import Measure, measure_among, unknown_measure
from cakernel.memory import check_memory
from cakernel.recovery.grid_points import GridPoints
from cakernel.recovery.model import Model
from cakernel.recovery.model import Recovery as RecoveryTried
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.simulation import Horizon, Periods, scenarios_of
from cakernel.recovery.network_points import NetworkPoints
from cakernel.recovery.outcomes import NAMES, names_of_outcomes
from cakernel.recovery.policy import POLICY, Policy, policies
from cakernel.recovery.rules import Rule
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.simulation import OF_REPLICATION
from cakernel.recovery.study_points import (
    AMOUNTS,
    TERMINAL_VALUES,
    Asked,
    Row,
    agreed,
    no_rows,
    rows_of,
)
from cakernel.recovery.study_policies import StudyPolicies
from cakernel.sweep.blocks import WORK_A_SECOND
from cakernel.sweep.study import FieldKind

# 0.2 microseconds for a row
WORK_OF_ROW = 0.2e-6 * WORK_A_SECOND
# scenarios of points that are in memory at once: 100 MB
AT_ONCE = 1 << 17


@checked_arguments
@dataclass(frozen=True)
class Recovery:
    """The recovery model of Chen and Chang (2021), to be swept.

    Parameters
    ----------
    model : Model or Network
        Values of the model's fields where they do not vary; or a network of firms that differ. Of
        that vary fields of all firms, of one or of a group, and of links, by their paths as of
        `Network.with_fields` ("firms.stock", "firms.lens.stock", "group.optics.stock",
        "providers.cyber_mild", "links.lens.body.upkeep"), "demand", and what is given with it.
    policies : sequence of Policy
        All are run at every point, on common random numbers. An axis over supply_rule, cyber_rule
        or principle replaces theirs; it may name rules with cutoffs, such as "SRD-5@4/12".
    scenarios : sequence of ResourceScenario
        A point's outcome is the mean over all of them. Axes over their fields, or over single
        amounts (operational_acquisition_0, _1, _2, operational_cost_01, _12, _02, and the same
        of intangibles), replace those of each; an axis "scenario" picks one by its number. Where
        any has terminal values, rows have the outcome ``value``, and axes may vary these values,
        too (operational_terminal_value, or _0, _1, _2 of it, and the same of intangibles).
    common_random_numbers : bool, default True
        Whether all points meet the same disruptions, or each its own.
    rows : {"policy", "replication"}, default "policy"
        What a row of the results is: a point's policy (means and standard errors over
        replications), or one replication of it.
    rules : sequence of Rule
        The user's own rules that axes name, beside those of a network's table ``rules``.
    measures : sequence of str
        What rows of policies have besides means, each with its standard error: such as
        "quantile_5_resources", "shortfall_5_resources" (the mean of the worst 5% of replications)
        or "above_97_resources" (the probability to exceed 97). All replications of a point are
        then run at once. Rows of replications need none: all of these follow from them.
    periods, recovery, initial_resources, record, record_through
        Of a network, as in `simulate`; only ``periods`` is required.

    Raises
    ------
    InvalidInput
        If there is no policy or scenario, ``rows`` is neither, a policy or the name of
        different rules comes twice, a measure is none, comes twice or beside rows of
        replications, or something belongs to a network and is given with a grid, or the other way
        round.

    References
    ----------
    Chen and Chang (2021), doi:10.1016/j.tre.2021.102347.

    Examples
    --------
    >>> import cakernel as ck
    >>> study = ck.Recovery(
    ...     model=ck.Model(chains=2, firms=3, periods=30),
    ...     policies=ck.policies(cyber_rules=["CRD-5"], principles=["P"]),
    ...     scenarios=ck.paper_scenarios()[:2],
    ... )
    >>> len(study.policies), study.base["firms"], study.fields["firms"].is_whole
    (8, 3, True)
    >>> net = ck.Network(
    ...     firms={"id": ["lens", "body"], "stock": [0, 2]},
    ...     links={"supplier": ["lens"], "customer": ["body"]},
    ... )
    >>> study = ck.Recovery(net, ck.policies()[:1], ck.paper_scenarios()[:1], periods=30)
    >>> study.base["firms.body.stock"], "firms.body.stock" in study.fields
    (2, True)
    """

    model: Model | Network = field(default_factory=Model)
    policies: Sequence[Policy] = field(default_factory=policies)
    scenarios: Sequence[ResourceScenario] = ()
    common_random_numbers: bool = True
    rows: Literal["policy", "replication"] = "policy"
    rules: Sequence[Rule] = ()
    measures: Sequence[str] = ()
    periods: Periods | None = None
    recovery: RecoveryTried | None = None
    initial_resources: Amount | None = None
    record: Any = None
    record_through: Periods | None = None

    name = "recovery"
    kernel = kernel_version("recovery")
    columns = POLICY

    def __post_init__(self) -> None:
        check_some(policies=self.policies)
        # raises where some of them cannot be
        _ = self._chosen
        if isinstance(self.model, Network):
            object.__setattr__(self, "scenarios", scenarios_of(self.model, self.scenarios))
        check_some(scenarios=self.scenarios)
        if any(scenario.valued for scenario in self.scenarios):
            # all have the same fields, whichever a point picks
            valued = [s if s.valued else ResourceScenario(**s.amounts) for s in self.scenarios]
            object.__setattr__(self, "scenarios", valued)
        measured = [measure.name for measure in self._measured()]
        object.__setattr__(self, "measures", measured)

    @cached_property
    def _chosen(self) -> StudyPolicies:
        """The policies, and those that points name."""
        own = self.model.own_rules if isinstance(self.model, Network) else {}
        return StudyPolicies(self.policies, self.rules, own, self._points.check_policies)

    @cached_property
    def _points(self) -> GridPoints | NetworkPoints:
        """What of the study is the model's, a grid's or a network's."""
        given = Horizon(
            self.periods, self.recovery, self.initial_resources, self.record, self.record_through
        )
        if isinstance(self.model, Model):
            given.check_none()
            return GridPoints(self.model)
        return NetworkPoints(self.model, given.as_model(), self.record, self.record_through)

    @property
    def fields(self) -> Mapping[str, FieldKind]:
        """What can vary."""
        return self._points.fields

    @property
    def together(self) -> list[str]:
        """Fields in which points must agree to run as one."""
        return list(self._points.together)

    @property
    def base(self) -> Mapping[str, Any]:
        """Values where nothing varies; none where policies or scenarios differ in them."""
        values = agreed(
            amounts
            | {n: amounts[field][at] for n, (field, at) in AMOUNTS.items() if field in amounts}
            for amounts in (scenario.given for scenario in self.scenarios)
        )
        only = {"scenario": 0} if len(self.scenarios) == 1 else {}
        chosen = agreed(self._chosen.names)
        return self._points.base(values | only | chosen)

    def description(self) -> dict[str, Any]:
        """Return all that rows depend on."""
        return {
            "study": self.name,
            **self._points.description,
            "policies": [str(policy) for policy in self.policies],
            "rules": dict(sorted(self._chosen.tables.items())),
            "scenarios": [
                [list(amounts) for amounts in scenario.given.values()]
                for scenario in self.scenarios
            ],
            "common_random_numbers": self.common_random_numbers,
            "rows": self.rows,
            # left out where there are none, so that sweeps of before there were any go on
            **({"measures": list(self.measures)} if self.measures else {}),
            "keys": list(POLICY),
            "outcomes": ["mean_resources", "mean_x", "mean_y", *self._value, *self.measures],
            "choice": ["supply_rule"],
        }

    @property
    def _value(self) -> list[str]:
        """The outcome that terminal values bring, if any has them."""
        return [f"mean_{name}" for name in names_of_outcomes(self.scenarios) if name not in NAMES]

    def by_replication(self) -> "Recovery":
        """Return the study with a row for each replication."""
        if self.rows == "replication":
            return self
        return replace(self, rows="replication", measures=())

    def _measured(self) -> list[Measure]:
        """Return the measures; raise where one cannot be."""
        outcomes = names_of_outcomes(self.scenarios)
        found: list[Measure] = []
        for name in self.measures:
            if self.rows == "replication":
                raise InvalidInput(
                    f"measures: got {name} with rows of replications; must be left out: any is "
                    "computed from these when it is asked for"
                )
            with within("measures: "):
                measure = measure_among(name, outcomes)
                if measure is None:
                    raise unknown_measure(name, outcomes)
            if measure in found:
                raise InvalidInput(f"measures: got {name} twice; must be once")
            found.append(measure)
        return found

    def check_size(self, points: int) -> None:
        """Raise where scenarios of points would share draws."""
        draws = len(self.scenarios) * (1 if self.common_random_numbers else points)
        if draws > MAX_SCENARIOS:
            raise InvalidInput(
                f"points x scenarios: got {draws:,}; must be at most {MAX_SCENARIOS:,} where each "
                "point meets its own disruptions"
            )

    def check_levels(self, name: str, levels: Sequence[Any]) -> None:
        """Raise for a name among an axis' levels that means nothing."""
        if AMOUNTS.get(name, (name, 0))[0] in TERMINAL_VALUES and not self._value:
            raise InvalidInput(
                f"{name}: an axis of terminal values; a scenario must have them, too, such as "
                "operational_terminal_value = [0, 0, 0]"
            )
        if name in POLICY:
            self._chosen.check_levels(name, levels)
        self._points.check_levels(name, levels)

    def cost(self, points: pl.DataFrame) -> pl.DataFrame:
        """Return firm-periods and outcomes of a replication of each point, and what it takes once.

        Where grids are small and replications few, making a point ready and writing its rows takes
        nearly all of the time.
        """
        kept = [name for name in POLICY if name not in points.columns]
        each = len({tuple(names[name] for name in kept) for names in self._chosen.names})
        scenarios = 1 if "scenario" in points.columns else len(self.scenarios)
        size = self._points.firm_periods(points)
        once = pl.lit(self._points.work_of_point(scenarios) + WORK_OF_ROW * each, pl.Float64)
        return points.with_columns(
            work=size * each * scenarios,
            rows=pl.lit(each, pl.Float64),
            once=once + size * (each * self._points.lanes(points)),
        ).select("work", "rows", "once")

    def run(self, points: pl.DataFrame, *, seed: int, threads: int) -> pl.DataFrame:
        """Run points; see `Study.run`."""
        asked = Asked(self.scenarios, self._chosen.at, self.common_random_numbers)
        step = max(1, AT_ONCE // asked.scenarios_of_point(points))
        if points.height > step:
            parts = points.iter_slices(step)
            return pl.concat([self.run(part, seed=seed, threads=threads) for part in parts])
        groups, reasons = self._points.groups(points, asked)
        single, measures = self.rows == "replication", self._measured()
        names = names_of_outcomes(self.scenarios)
        frames = [no_rows(names, single=single, measures=self.measures)]
        if reasons:
            wrong = pl.DataFrame({"row": list(reasons), "error": list(reasons.values())})
            frames.append(wrong.with_columns(points["point"][wrong["row"]]))
        if groups:
            # groups whose rows are made as one follow each other
            groups.sort(key=lambda group: group.told_together)
            sizes = [(len(each.policies) * each.replications, len(each.row)) for each in groups]
            of_point, points_of = max(sizes, key=lambda size: size[0] * size[1])
            needed = of_point * points_of * OF_REPLICATION
            check_memory("policies * replications", of_point, needed)
        every = single or bool(measures)
        outcomes = self._points.outcomes(groups, seed=seed, threads=threads, each=every)
        found = zip(groups, outcomes, strict=True)
        for _, some in groupby(found, key=lambda each: each[0].told_together):
            parts, numbers = zip(*some, strict=True)
            together = numbers[0] if len(numbers) == 1 else np.concatenate(numbers, axis=2)
            frames.append(rows_of(parts, together, names, single=single, measures=measures))
        rows = pl.concat(frames, how="diagonal")
        if not rows["row"].is_sorted():
            rows = rows.sort("row", maintain_order=True)
        return rows.drop("row")

    def grid_at(self, named: Row) -> tuple[Model, Sequence[ResourceScenario]]:
        """Return grid and scenarios with the fields that a point names; raise where none are."""
        if not isinstance(self._points, GridPoints):
            raise InvalidInput("sweep: is of a network; must be of a grid")
        return self._points.grid_at(named, self.scenarios)
