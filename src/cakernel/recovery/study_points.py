"""Points of the recovery model: what can vary in them, and those that ran together as rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from cakernel.checks import MOST_AMOUNT
from cakernel.errors import InvalidInput
from cakernel.measures import Measure
from cakernel.ranking.influence import influence_values, mean_error, measured
from cakernel.recovery.model import Model
from cakernel.recovery.point_outcomes import Numbers, Whole, mean_and_error_of
from cakernel.recovery.policy import POLICY, Policy, names_of
from cakernel.recovery.scenario import NOTHING, ResourceScenario
from cakernel.sweep.study import FieldKind

Row = Mapping[str, Any]

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
    # all points have the same outcomes: terminal values that one leaves out are 0
    whole |= {k: NOTHING for k in TERMINAL_VALUES if k in whole and whole[k] is None}
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


class Asked(NamedTuple):
    """What a study asks at each of its points.

    ``policies_at`` returns the policies with the fields that a point names, equal ones as the same
    list; it raises where they cannot be. ``common`` says whether all points meet the same draws.
    """

    scenarios: Sequence[ResourceScenario]
    policies_at: Callable[[Row], Sequence[Policy]]
    common: bool

    def scenarios_of_point(self, points: pl.DataFrame) -> int:
        """Return over how many scenarios each of the points takes the mean."""
        return 1 if "scenario" in points.columns else len(self.scenarios)

    def policies_of(self, named: Row) -> Sequence[Policy]:
        """Return the policies with those of the fields that are theirs."""
        return self.policies_at({name: named[name] for name in POLICY if name in named})


class Group(NamedTuple):
    """Points that run together: under one list of policies, and as ``made`` of the model.

    ``row`` (points,) are their rows among the points given, ``number`` (points,) their numbers. A
    point's outcome is the mean over so many ``scenarios``.
    """

    row: Whole
    number: Whole
    policies: Sequence[Policy]
    first_replication: int
    replications: int
    scenarios: int
    made: Any

    @property
    def told_together(self) -> tuple[int, ...]:
        """What groups share whose rows are made as one."""
        # equal lists of policies are the same list
        return id(self.policies), self.first_replication, self.replications, self.scenarios


def rows_of(
    groups: Sequence[Group],
    outcomes: Numbers,
    names: Sequence[str],
    *,
    single: bool,
    measures: Sequence[Measure] = (),
) -> pl.DataFrame:
    """Return the rows of groups ``told_together``: one a policy, or a ``single`` replication.

    Rows of policies have the ``measures`` besides means. ``outcomes`` are means and standard
    errors, (names, policies, points, 2), or for ``single`` replications and for measures those of
    each replication, (names, policies, points, replications).
    """
    shared = groups[0]
    each = shared.replications if single else 1
    chosen = shared.policies
    row, number = (
        np.concatenate(part) for part in zip(*(group[:2] for group in groups), strict=True)
    )
    repeats = len(chosen) * each
    texts = pl.DataFrame([names_of(policy) for policy in chosen])
    labels = texts[np.tile(np.repeat(np.arange(len(chosen)), each), len(row))]
    if single:
        numbers = _single(shared, outcomes, names)
    else:
        numbers = _folded(shared, outcomes, names, measures)
    return labels.with_columns(
        pl.Series("row", np.repeat(row, repeats)),
        pl.Series("point", np.repeat(number, repeats)),
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


def _single(shared: Group, outcomes: Numbers, names: Sequence[str]) -> dict[str, Any]:
    """Return a column of replications and one of each outcome."""
    _, policies, points, _ = outcomes.shape
    span = np.arange(shared.replications) + shared.first_replication
    numbers = {"replication": np.tile(span, points * policies)}
    for name, values in zip(names, outcomes, strict=True):
        numbers[f"mean_{name}"] = values.swapaxes(0, 1).ravel()
    return {name: pl.Series(values) for name, values in numbers.items()}


def _folded(
    shared: Group, outcomes: Numbers, names: Sequence[str], measures: Sequence[Measure]
) -> dict[str, Any]:
    """Return columns of means, of measures, and of their standard errors over replications."""
    means, errors = {}, {}
    known = shared.replications > 1
    for name, values in zip(names, outcomes, strict=True):
        mean, error = mean_and_error_of(values) if measures else np.moveaxis(values, -1, 0)
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
