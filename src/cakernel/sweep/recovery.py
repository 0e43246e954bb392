"""The recovery model as a study: many design points in one call of the kernel."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any, ClassVar, Literal

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.kernel.shocks import MAX_SCENARIOS
from cakernel.model import Model
from cakernel.policy import Policy, policies
from cakernel.rules import Rule
from cakernel.scenario import ResourceScenario
from cakernel.sweep.recovery_rows import Point, names_of, rows_of
from cakernel.sweep.study import FieldKind
from cakernel.table import NAMES

POLICY_FIELDS = ("supply_rule", "cyber_rule", "principle")
CHANGES = ("01", "12", "02")
GRID_FIELDS = (
    "chains",
    "firms",
    "periods",
    "recovery",
    "boundary_ends",
    "boundary_across",
    "initial_operational",
    "initial_intangibles",
)
# amounts of a resource scenario one by one: (field, place in it)
AMOUNTS = {
    f"{side}_{kind}_{suffix}": (f"{side}_{kind}", place)
    for side in ("operational", "intangibles")
    for kind, suffixes in (("acquisition", "012"), ("cost", CHANGES))
    for place, suffix in enumerate(suffixes)
}

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
        If there is no policy or scenario, or ``rows`` is neither.
    """

    model: Model = field(default_factory=Model)
    policies: Sequence[Policy] = field(default_factory=policies)
    scenarios: Sequence[ResourceScenario] = ()
    common_random_numbers: bool = True
    rows: Literal["policy", "replication"] = "policy"
    rules: Sequence[Rule] = ()

    name = "recovery"
    outcomes: ClassVar[list[str]] = list(NAMES)
    replicated = True
    together: ClassVar[list[str]] = [*GRID_FIELDS, *POLICY_FIELDS]

    def __post_init__(self) -> None:
        for name in ("policies", "scenarios"):
            if not getattr(self, name):
                raise InvalidInput(f"{name}: got none; must be one or more")
        if self.rows not in ("policy", "replication"):
            raise InvalidInput(f"rows: got {self.rows!r}; must be 'policy' or 'replication'")

    @cached_property
    def fields(self) -> Mapping[str, FieldKind]:
        """What can vary."""
        text, number, whole = pl.String(), pl.Float64(), pl.Int64()
        kinds: dict[str, FieldKind] = {}
        for name, value in Model().model_dump().items():
            if isinstance(value, str):
                kinds[name] = FieldKind(text, ordered=False)
            else:
                kinds[name] = FieldKind(whole if isinstance(value, int) else number)
        three = pl.Array(pl.Float64, 3)
        kinds |= {name: FieldKind(three, ordered=False) for name in ResourceScenario.model_fields}
        kinds |= {name: FieldKind(number) for name in AMOUNTS}
        kinds |= {name: FieldKind(text, ordered=False) for name in POLICY_FIELDS}
        return kinds | {"scenario": FieldKind(whole)}

    @property
    def base(self) -> Mapping[str, Any]:
        """Values where nothing varies; none where policies or scenarios differ in them."""
        values: dict[str, Any] = self.model.model_dump()
        listed = [scenario.model_dump() for scenario in self.scenarios]
        values |= _agreed(
            amounts | {name: amounts[field][place] for name, (field, place) in AMOUNTS.items()}
            for amounts in listed
        )
        if len(listed) == 1:
            values["scenario"] = 0
        return values | _agreed(map(names_of, self.policies))

    def description(self) -> dict[str, Any]:
        """Return all that rows depend on."""
        used = {
            rule for policy in self.policies for rule in (policy.supply_rule, policy.cyber_rule)
        }
        tables = {
            rule.name: hashlib.sha256(rule.targets.tobytes()).hexdigest()[:16]
            for rule in (*used, *self.rules)
        }
        return {
            "study": self.name,
            "model": self.model.model_dump(),
            "policies": [str(policy) for policy in self.policies],
            "rules": dict(sorted(tables.items())),
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
        possible, frames = [], []
        for place, row in enumerate(points.iter_rows(named=True)):
            try:
                possible.append(self._point(place, row))
            except InvalidInput as error:
                frames.append(
                    pl.DataFrame({"place": [place], "point": [row["point"]], "error": [str(error)]})
                )
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
        single = {k: v for k, v in named.items() if k in AMOUNTS}
        if not whole and not single:
            return listed
        changed = []
        for scenario in listed:
            fields: dict[str, Any] = whole.copy()
            for name, value in single.items():
                field, place = AMOUNTS[name]
                amounts = list(fields.get(field, getattr(scenario, field)))
                amounts[place] = value
                fields[field] = tuple(amounts)
            changed.append(scenario.replace(**fields))
        return changed

    def _policies_at(self, named: Row) -> Sequence[Policy]:
        """Return the policies with some fields replaced, each once; the same list each time."""
        if not named:
            return self.policies
        key = tuple(named.items())
        if key not in self._replaced:
            changes = {k: self._rule(v) for k, v in named.items()}
            made = {str(p): p for p in (policy.replace(**changes) for policy in self.policies)}
            self._replaced[key] = list(made.values())
        return self._replaced[key]

    @cached_property
    def _replaced(self) -> dict[tuple[Any, ...], Sequence[Policy]]:
        return {}


def _agreed(described: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the values that are the same in all."""
    first, *others = described
    return {k: v for k, v in first.items() if all(other[k] == v for other in others)}
