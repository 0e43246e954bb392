"""What can vary in the recovery model, and what it is where it does not."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from cakernel.recovery.model import Model
from cakernel.recovery.policy import Policy
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.study_rows import names_of
from cakernel.sweep.study import FieldKind

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
# amounts of a resource scenario one by one: (field, index in it)
AMOUNTS = {
    f"{side}_{kind}_{suffix}": (f"{side}_{kind}", index)
    for side in ("operational", "intangibles")
    for kind, suffixes in (("acquisition", "012"), ("cost", CHANGES))
    for index, suffix in enumerate(suffixes)
}


def recovery_fields() -> dict[str, FieldKind]:
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
    kinds |= {name: FieldKind(text, ordered=False) for name in POLICY_FIELDS}
    return kinds | {"scenario": FieldKind(whole)}


def base_of(
    model: Model, policies: Sequence[Policy], scenarios: Sequence[ResourceScenario]
) -> dict[str, Any]:
    """Return the fields' values; none where policies or scenarios differ in them."""
    values: dict[str, Any] = model.model_dump()
    values |= _agreed(
        amounts | {name: amounts[field][index] for name, (field, index) in AMOUNTS.items()}
        for amounts in (scenario.model_dump() for scenario in scenarios)
    )
    if len(scenarios) == 1:
        values["scenario"] = 0
    return values | _agreed(map(names_of, policies))


def _agreed(described: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the values that are the same in all."""
    first, *others = described
    return {k: v for k, v in first.items() if all(other[k] == v for other in others)}
