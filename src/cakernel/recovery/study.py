"""The recovery model as a study, in Python and in a sweep file: many points in one kernel call."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import polars as pl

from cakernel.checks import MAX_REPLICATIONS, MAX_SCENARIOS, MAX_SEED, Allowed, Checked, whole
from cakernel.errors import InvalidInput
from cakernel.jit.compile import kernel_version
from cakernel.recovery.model import Model
from cakernel.recovery.policy import Policy, policies
from cakernel.recovery.rules import Rule
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.scenario_file import MODEL_SECTIONS, read_model
from cakernel.recovery.study_points import (
    GRID_FIELDS,
    POLICY_FIELDS,
    Point,
    base_of,
    names_of,
    no_rows,
    recovery_fields,
    rows_of,
    scenarios_at,
)
from cakernel.sweep.description import StudySections
from cakernel.sweep.study import FieldKind


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
    """

    model: Model = field(default_factory=Model)
    policies: Sequence[Policy] = field(default_factory=policies)
    scenarios: Sequence[ResourceScenario] = ()
    common_random_numbers: bool = True
    rows: Literal["policy", "replication"] = "policy"
    rules: Sequence[Rule] = ()

    name = "recovery"
    kernel = kernel_version("recovery")
    columns = POLICY_FIELDS
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
            "keys": list(POLICY_FIELDS),
            "outcomes": ["mean_resources", "mean_x", "mean_y"],
            "choice": ["supply_rule"],
        }

    def by_replication(self) -> "Recovery":
        """Return the study with a row for each replication."""
        return self if self.rows == "replication" else replace(self, rows="replication")

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
            there = name in points.columns
            number = pl.col(name) if there else pl.lit(getattr(self.model, name))
            return number.fill_null(1).clip(1).cast(pl.Float64)

        kept = [name for name in POLICY_FIELDS if name not in points.columns]
        each = len({tuple(names_of(policy)[name] for name in kept) for policy in self.policies})
        scenarios = 1 if "scenario" in points.columns else len(self.scenarios)
        size = value("chains") * value("firms") * value("periods")
        cost = points.with_columns(work=size * each * scenarios, rows=pl.lit(each, pl.Float64))
        return cost.select("work", "rows")

    def run(self, points: pl.DataFrame, *, seed: int, threads: int) -> pl.DataFrame:
        """Run points; see `Study.run`."""
        possible, impossible = [], []
        for row, point in enumerate(points.iter_rows(named=True)):
            try:
                possible.append(self._point(row, point))
            except InvalidInput as error:
                impossible.append({"row": row, "point": point["point"], "error": str(error)})
        frames = [pl.DataFrame(impossible)] if impossible else []
        possible.sort(key=lambda point: (point.together, point.row))
        single = self.rows == "replication"
        for _, together in groupby(possible, key=lambda point: point.together):
            frames.append(rows_of(list(together), seed=seed, threads=threads, single=single))
        rows = pl.concat([no_rows(single=single), *frames], how="diagonal")
        return rows.sort("row", maintain_order=True).drop("row")

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

    def _point(self, row: int, point: Mapping[str, Any]) -> Point:
        """Make the objects of a point; raise where they cannot be."""
        named = {k: v for k, v in point.items() if k in self.fields}
        changes = {k: v for k, v in named.items() if k in Model.model_fields}
        scenarios = scenarios_at(self.scenarios, named)
        first = named.get("scenario", 0)
        if not self.common_random_numbers:
            first += point["point"] * len(self.scenarios)
        return Point(
            row=row,
            number=point["point"],
            model=self.model.replace(**changes) if changes else self.model,
            scenarios=scenarios,
            first_scenario=first,
            policies=self._policies_at({k: named[k] for k in POLICY_FIELDS if k in named}),
            first_replication=point["first_replication"],
            replications=point["replications"],
        )

    def _policies_at(self, named: Mapping[str, Any]) -> Sequence[Policy]:
        """Return the policies with some fields replaced, each once; the same list each time."""
        if not named:
            return self.policies
        key = tuple(named.items())
        if key not in self._replaced:
            changes = {k: self._rule(v) for k, v in named.items()}
            made = {str(p): p for p in (policy.replace(**changes) for policy in self.policies)}
            # tasks on other threads may make the same list at the same time: the first one stays
            self._replaced.setdefault(key, list(made.values()))
        return self._replaced[key]

    @cached_property
    def _replaced(self) -> dict[tuple[Any, ...], Sequence[Policy]]:
        return {}


class Settings(Checked):
    """The section [sweep] of a file on the recovery model."""

    model: Literal["recovery"] = "recovery"
    replications: whole(1, MAX_REPLICATIONS) = 20  # type: ignore[valid-type]
    seed: whole(0, MAX_SEED - 1) = 1  # type: ignore[valid-type]
    common_random_numbers: Annotated[bool, Allowed("true or false")] = True
    rows: Annotated[Literal["policy", "replication"], Allowed("'policy' or 'replication'")] = (
        "policy"
    )


def _study(settings: Settings, content: Mapping[str, Any], folder: Path) -> Recovery:
    return Recovery(
        **read_model(content, folder)._asdict(),
        common_random_numbers=settings.common_random_numbers,
        rows=settings.rows,
    )


SECTIONS = StudySections(tuple(MODEL_SECTIONS), Settings, _study)
