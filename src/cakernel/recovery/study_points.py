"""Points of the recovery model: what can vary in them, and those that ran together as rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from cakernel.checks import MOST_AMOUNT
from cakernel.errors import InvalidInput
from cakernel.measures import Measure
from cakernel.ranking.influence import influence_values, mean_error, measured
from cakernel.recovery.model import Model
from cakernel.recovery.outcomes import names_of_outcomes
from cakernel.recovery.point_outcomes import Numbers, mean_and_error_of
from cakernel.recovery.policy import POLICY, Policy, names_of
from cakernel.recovery.scenario import NOTHING, ResourceScenario
from cakernel.sweep.study import FieldKind

TERMINAL_VALUES = ("operational_terminal_value", "intangibles_terminal_value")
# amounts of a resource scenario one by one: (field, index in it)
AMOUNTS = {
    f"{side}_{kind}_{suffix}": (f"{side}_{kind}", index)
    for side in ("operational", "intangibles")
    for kind, suffixes in (
        ("acquisition", "012"),
        ("cost", ("01", "12", "02")),
        ("terminal_value", "012"),
    )
    for index, suffix in enumerate(suffixes)
}


def _fields() -> dict[str, FieldKind]:
    """Return the fields: those of the model, amounts of scenarios, the policy, the scenario."""
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
    kinds |= {name: FieldKind(text, ordered=False) for name in POLICY}
    return kinds | {"scenario": FieldKind(whole)}


FIELDS = _fields()


def agreed(described: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the values that are the same in all."""
    first, *others = described
    return {k: v for k, v in first.items() if all(other[k] == v for other in others)}


def scenarios_at(
    scenarios: Sequence[ResourceScenario], named: Mapping[str, Any]
) -> Sequence[ResourceScenario]:
    """Return the scenarios with the fields that a point names; raise where they cannot be."""
    if "scenario" in named:
        number = named["scenario"]
        if number is None or not 0 <= number < len(scenarios):
            raise InvalidInput(
                f"scenario: got {number}; must be a whole number from 0 to {len(scenarios) - 1}"
            )
        scenarios = [scenarios[number]]
    whole = {k: v for k, v in named.items() if k in ResourceScenario.model_fields}
    if whole:
        scenarios = [scenario.replace(**whole) for scenario in scenarios]
    single = {k: v for k, v in named.items() if k in AMOUNTS}
    for name, value in single.items():
        if value is None or not 0 <= value <= MOST_AMOUNT:
            raise InvalidInput(f"{name}: got {value}; must be a number from 0 to 1e15")
    return [_changed(scenario, single) for scenario in scenarios] if single else scenarios


def _changed(scenario: ResourceScenario, single: Mapping[str, float]) -> ResourceScenario:
    """Return a scenario with single amounts replaced."""
    fields: dict[str, list[float]] = {}
    for name, value in single.items():
        field, index = AMOUNTS[name]
        fields.setdefault(field, list(getattr(scenario, field) or NOTHING))[index] = value
    return scenario.replace(**fields)


class Point(NamedTuple):
    """A point that can be run: its row among the points given, and what it runs.

    Points that have ``alike`` and equal spans run together, under the same list of policies.
    ``counted`` are its amounts in whole quanta.
    """

    row: int
    number: int
    setting: Any
    alike: tuple[Any, ...]
    counted: Any
    scenarios: Sequence[ResourceScenario]
    first_scenario: int
    policies: Sequence[Policy]
    first_replication: int
    replications: int

    @property
    def together(self) -> tuple[Any, ...]:
        """What points share that run as one."""
        return self.alike, *self.told_together

    @property
    def told_together(self) -> tuple[int, ...]:
        """What points share whose rows are made as one."""
        # equal lists of policies are the same list
        which = id(self.policies)
        return which, self.first_replication, self.replications, len(self.scenarios)


def rows_of(
    points: Sequence[Point],
    outcomes: Numbers,
    *,
    single: bool,
    measures: Sequence[Measure] = (),
) -> pl.DataFrame:
    """Return the rows of points that are ``together``: one a policy, or a ``single`` replication.

    Rows of policies have the ``measures`` besides means. ``outcomes`` are means and standard
    errors, (outcomes, policies, points, 2), or for ``single`` replications and for measures those
    of each replication, (outcomes, policies, points, replications).
    """
    each = points[0].replications if single else 1
    chosen = points[0].policies
    repeats = len(chosen) * each
    names = pl.DataFrame([names_of(policy) for policy in chosen])
    labels = names[np.tile(np.repeat(np.arange(len(chosen)), each), len(points))]
    numbers = _single(points, outcomes) if single else _folded(points[0], outcomes, measures)
    return labels.with_columns(
        pl.Series("row", np.repeat([point.row for point in points], repeats)),
        pl.Series("point", np.repeat([point.number for point in points], repeats)),
        **numbers,
    )


def no_rows(names: Sequence[str], *, single: bool, measures: Sequence[str] = ()) -> pl.DataFrame:
    """Return the columns of results with some outcomes and measures, without a row."""
    means = {f"mean_{name}": pl.Float64 for name in names}
    errors = {f"se_{name}": pl.Float64 for name in names}
    for name in measures:
        means[name] = errors[f"se_{name}"] = pl.Float64
    span = {"first_replication": pl.Int64, "replications": pl.Int64}
    numbers = {"replication": pl.Int64, **means} if single else {**means, **errors, **span}
    whose = {"row": pl.Int64, "point": pl.Int64, **dict.fromkeys(POLICY, pl.String)}
    return pl.DataFrame(schema={**whose, **numbers, "error": pl.String})


def _single(points: Sequence[Point], outcomes: Numbers) -> dict[str, Any]:
    """Return a column of replications and one of each outcome."""
    shared = points[0]
    span = np.arange(shared.replications) + shared.first_replication
    numbers = {"replication": np.tile(span, len(points) * len(shared.policies))}
    for name, values in zip(names_of_outcomes(shared.scenarios), outcomes, strict=True):
        numbers[f"mean_{name}"] = values.swapaxes(0, 1).ravel()
    return {name: pl.Series(values) for name, values in numbers.items()}


def _folded(shared: Point, outcomes: Numbers, measures: Sequence[Measure]) -> dict[str, Any]:
    """Return columns of means, of measures, and of their standard errors over replications."""
    means, errors = {}, {}
    known, names = shared.replications > 1, names_of_outcomes(shared.scenarios)
    for name, values in zip(names, outcomes, strict=True):
        mean, error = np.moveaxis(values, -1, 0) if not measures else mean_and_error_of(values)
        means[f"mean_{name}"] = pl.Series(mean.T.ravel())
        errors[f"se_{name}"] = pl.Series(error.T.ravel()) if known else pl.lit(None, pl.Float64)
    for measure in measures:
        values = outcomes[names.index(measure.of)]
        means[measure.name] = pl.Series(measured(measure, values).T.ravel())
        error = pl.lit(None, pl.Float64)
        if known:
            error = pl.Series(mean_error(influence_values(measure, values)).T.ravel())
        errors[f"se_{measure.name}"] = error
    span = {"first_replication": shared.first_replication, "replications": shared.replications}
    return means | errors | {name: pl.lit(n, pl.Int64) for name, n in span.items()}
