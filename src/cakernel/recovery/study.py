"""The recovery model as a study: many design points in one call of the kernel."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from math import inf
from typing import Any, ClassVar, Literal

import polars as pl

from cakernel.checks import MAX_SCENARIOS
from cakernel.errors import InvalidInput
from cakernel.jit.compile import kernel_version
from cakernel.recovery.model import Model
from cakernel.recovery.outcomes import NAMES
from cakernel.recovery.policy import Policy, policies
from cakernel.recovery.rules import Rule
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.study_fields import (
    AMOUNTS,
    GRID_FIELDS,
    POLICY_FIELDS,
    base_of,
    recovery_fields,
)
from cakernel.recovery.study_rows import Point, names_of, rows_of
from cakernel.sweep.study import FieldKind

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Recovery:
    """The recovery model of Chen and Chang (2021), to be swept.

    Parameters
    ----------
    model : Model
        Values of the model's fields where they do not vary.
    policies : sequence of Policy
        All are run at every point, on common random numbers. An axis over supply_rule, cyber_rule
        or principle replaces theirs.
    scenarios : sequence of ResourceScenario
        A point's outcome is the mean over all of them. Axes over their fields, or over single
        amounts (operational_acquisition_0, _1, _2, operational_cost_01, _12, _02, and the same
        of intangibles), replace those of each; an axis "scenario" picks one by its number.
    common_random_numbers : bool, default True
        Whether all points meet the same disruptions, or each its own.
    rows : {"policy", "replication"}, default "policy"
        What a row of the results is: a point's policy (means and standard errors over
        replications), or one replication of it.
    rules : sequence of Rule
        The user's own rules that axes name.

    Raises
    ------
    InvalidInput
        If there is no policy or scenario, ``rows`` is neither, or a policy or the name of
        different rules comes twice.
    """

    model: Model = field(default_factory=Model)
    policies: Sequence[Policy] = field(default_factory=policies)
    scenarios: Sequence[ResourceScenario] = ()
    common_random_numbers: bool = True
    rows: Literal["policy", "replication"] = "policy"
    rules: Sequence[Rule] = ()

    name = "recovery"
    kernel = kernel_version("recovery")
    outcomes: ClassVar[list[str]] = list(NAMES)
    columns = POLICY_FIELDS
    replicated = True
    together: ClassVar[list[str]] = [*GRID_FIELDS, *POLICY_FIELDS]

    def __post_init__(self) -> None:
        for name in ("policies", "scenarios"):
            if not getattr(self, name):
                raise InvalidInput(f"{name}: got none; must be one or more")
        if self.rows not in ("policy", "replication"):
            raise InvalidInput(f"rows: got {self.rows!r}; must be 'policy' or 'replication'")
        named = [str(policy) for policy in self.policies]
        for n, name in enumerate(named):
            if name in named[:n]:
                raise InvalidInput(f"policies: got {name} twice; must be once")
        self._tables()

    @cached_property
    def fields(self) -> Mapping[str, FieldKind]:
        """What can vary."""
        return recovery_fields()

    @property
    def base(self) -> Mapping[str, Any]:
        """Values where nothing varies; none where policies or scenarios differ in them."""
        return base_of(self.model, self.policies, self.scenarios)

    def description(self) -> dict[str, Any]:
        """Return all that rows depend on."""
        return {
            "study": self.name,
            "model": self.model.model_dump(),
            "policies": [str(policy) for policy in self.policies],
            "rules": dict(sorted(self._tables().items())),
            "scenarios": [
                [list(amounts) for amounts in scenario.model_dump().values()]
                for scenario in self.scenarios
            ],
            "common_random_numbers": self.common_random_numbers,
            "rows": self.rows,
        }

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
        for level in levels:
            if name in POLICY_FIELDS:
                self.policies[0].replace(**{name: self._rule(level)})
            elif name in Model.model_fields and not self.fields[name].ordered:
                self.model.replace(**{name: level})

    def cost(self, points: pl.DataFrame) -> pl.DataFrame:
        """Return firm-periods and outcomes of a replication of each point."""

        def value(name: str) -> pl.Expr:
            varies = name in points.columns
            number = pl.col(name) if varies else pl.lit(getattr(self.model, name))
            return number.fill_null(1).clip(1).cast(pl.Float64)

        kept = [name for name in POLICY_FIELDS if name not in points.columns]
        each = len({tuple(names_of(policy)[name] for name in kept) for policy in self.policies})
        scenarios = 1 if "scenario" in points.columns else len(self.scenarios)
        size = value("chains") * value("firms") * value("periods")
        return points.with_columns(
            work=size * each * scenarios, rows=pl.lit(each, pl.Float64)
        ).select("work", "rows")

    def run(self, points: pl.DataFrame, *, seed: int, threads: int) -> pl.DataFrame:
        """Run points; see `Study.run`."""
        possible, impossible = [], []
        for place, row in enumerate(points.iter_rows(named=True)):
            try:
                possible.append(self._point(place, row))
            except InvalidInput as error:
                impossible.append({"place": place, "point": row["point"], "error": str(error)})
        frames = [pl.DataFrame(impossible)] if impossible else []
        possible.sort(key=lambda point: (point.together, point.place))
        for _, together in groupby(possible, key=lambda point: point.together):
            frames.append(
                rows_of(
                    list(together), seed=seed, threads=threads, single=self.rows == "replication"
                )
            )
        rows = pl.concat([self._no_rows, *frames], how="diagonal")
        return rows.sort("place", maintain_order=True).drop("place")

    @property
    def _no_rows(self) -> pl.DataFrame:
        """The columns of the results."""
        single = self.rows == "replication"
        numbers = [
            f"{what}_{name}" for what in ("mean", *([] if single else ["se"])) for name in NAMES
        ]
        return pl.DataFrame(
            schema={
                "place": pl.Int64,
                "point": pl.Int64,
                **dict.fromkeys(POLICY_FIELDS, pl.String),
                **({"replication": pl.Int64} if single else {}),
                **dict.fromkeys(numbers, pl.Float64),
                **({} if single else {"first_replication": pl.Int64, "replications": pl.Int64}),
                "error": pl.String,
            }
        )

    def _tables(self) -> dict[str, str]:
        """Return a hash of each rule that is used or may be named, by its name."""
        used = [rule for p in self.policies for rule in (p.supply_rule, p.cyber_rule)]
        tables: dict[str, str] = {}
        for rule in (*used, *self.rules):
            content = rule.targets.tobytes() + bytes([rule.on_site])
            table = hashlib.sha256(content).hexdigest()[:16]
            if tables.setdefault(rule.name, table) != table:
                raise InvalidInput(f"rules: got two called {rule.name}; must have different names")
        return tables

    def _rule(self, name: Any) -> Any:
        """Return the user's own rule of a name, or the name."""
        return next((rule for rule in self.rules if rule.name == name), name)

    def _point(self, place: int, row: Row) -> Point:
        """Make the objects of a point; raise where they cannot be."""
        named = {k: v for k, v in row.items() if k in self.fields}
        changes = {k: v for k, v in named.items() if k in Model.model_fields}
        scenarios = self._scenarios_at(named)
        number = row["point"]
        first = named.get("scenario", 0)
        if not self.common_random_numbers:
            first += number * len(self.scenarios)
        return Point(
            place=place,
            number=number,
            model=self.model.replace(**changes) if changes else self.model,
            scenarios=scenarios,
            first_scenario=first,
            policies=self._policies_at({k: named[k] for k in POLICY_FIELDS if k in named}),
            first_replication=row["first_replication"],
            replications=row["replications"],
        )

    def _scenarios_at(self, named: Row) -> Sequence[ResourceScenario]:
        listed = self.scenarios
        if "scenario" in named:
            number = named["scenario"]
            if number is None or not 0 <= number < len(listed):
                raise InvalidInput(
                    f"scenario: got {number}; must be a whole number from 0 to {len(listed) - 1}"
                )
            listed = [listed[number]]
        whole = {k: v for k, v in named.items() if k in ResourceScenario.model_fields}
        if whole:
            listed = [scenario.replace(**whole) for scenario in listed]
        single = {k: v for k, v in named.items() if k in AMOUNTS}
        for name, value in single.items():
            if value is None or not 0 <= value < inf:
                raise InvalidInput(f"{name}: got {value}; must be a finite number of 0 or more")
        return [_changed(scenario, single) for scenario in listed] if single else listed

    def _policies_at(self, named: Row) -> Sequence[Policy]:
        """Return the policies with some fields replaced, each once; the same list each time."""
        if not named:
            return self.policies
        key = tuple(named.items())
        if key not in self._replaced:
            changes = {k: self._rule(v) for k, v in named.items()}
            made = {str(p): p for p in (policy.replace(**changes) for policy in self.policies)}
            # tasks on other threads may be at the same
            self._replaced.setdefault(key, list(made.values()))
        return self._replaced[key]

    @cached_property
    def _replaced(self) -> dict[tuple[Any, ...], Sequence[Policy]]:
        return {}


def _changed(scenario: ResourceScenario, single: Row) -> ResourceScenario:
    """Return a scenario with single amounts replaced."""
    fields: dict[str, list[float]] = {}
    for name, value in single.items():
        field, place = AMOUNTS[name]
        fields.setdefault(field, list(getattr(scenario, field)))[place] = value
    return scenario.replace(**fields)
