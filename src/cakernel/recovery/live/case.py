"""The case that a setting of the live page describes: model, policies and scenarios, checked."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from cakernel.checks import MAX_REPLICATIONS, Seed, check_value, whole
from cakernel.errors import InvalidInput
from cakernel.live.fields import Setting
from cakernel.recovery.live.fields import AMOUNTS, GROUPS, PAPER, PRINCIPLES, VALUES
from cakernel.recovery.model import Model
from cakernel.recovery.outcomes import names_of_outcomes
from cakernel.recovery.paired import grouped
from cakernel.recovery.policy import Policy, names_of, policies
from cakernel.recovery.scenario import ResourceScenario, paper_scenarios

# firm-periods of a replication of all policies and scenarios: a tenth of a second on one thread
MOST_WORK: Final = 1_000_000_000


class Case(NamedTuple):
    """What is simulated."""

    model: Model
    policies: tuple[Policy, ...]
    scenarios: tuple[ResourceScenario, ...]
    seed: int

    @property
    def size(self) -> int:
        """Firm-periods of a replication of one policy in one scenario."""
        return int(self.model.chains * self.model.firms * self.model.periods)

    @property
    def outcomes(self) -> list[str]:
        """Columns of outcomes; one more where final states are worth something."""
        return [f"mean_{name}" for name in names_of_outcomes(self.scenarios)]

    @property
    def work(self) -> int:
        """Firm-periods of a replication of all policies in all scenarios."""
        return self.size * len(self.policies) * len(self.scenarios)


def model_of(setting: Setting) -> Model:
    """Return the model of a setting; raise InvalidInput where a field is out of its range."""
    values = {name: setting[name] for name in Model.model_fields}
    for name in ("initial_operational", "initial_intangibles"):
        values[name] = int(values[name])
    return Model(**values)


def scenarios_of(setting: Setting) -> list[ResourceScenario]:
    """Return the scenario whose amounts stand in the fields, or the paper's, with their values."""
    for field, suffixes in (AMOUNTS | VALUES).items():
        for suffix in suffixes:
            # a line on one number, rather than on three
            name = f"{field}_{suffix}"
            if not 0 <= setting[name] <= 1e15:
                raise InvalidInput(f"{name}: got {setting[name]}; must be a number from 0 to 1e15")
    worth = _amounts(setting, VALUES)
    # where all is worth 0 there is no outcome of its own
    given = worth if any(map(any, worth.values())) else {}
    if setting["outcome"] == "value" and not given:
        raise InvalidInput(
            "outcome: got value, but every final state is worth 0; give the worth of a final state"
        )
    if setting["amounts"] == PAPER:
        return [scenario.replace(**given) for scenario in paper_scenarios()]
    return [ResourceScenario(**_amounts(setting, AMOUNTS), **given)]


def _amounts(setting: Setting, fields: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return fields of a scenario from the page's fields, three for each."""
    return {
        field: tuple(setting[f"{field}_{suffix}"] for suffix in suffixes)
        for field, suffixes in fields.items()
    }


def policies_of(setting: Setting) -> list[Policy]:
    """Return the policies that a setting compares: those that are ranked together."""
    for name in ("supply_rules", "cyber_rules"):
        if not setting[name]:
            raise InvalidInput(f"{name}: got none; must be one or more")
    listed = policies(
        supply_rules=list(setting["supply_rules"]),
        cyber_rules=list(setting["cyber_rules"]),
        principles=list(PRINCIPLES[setting["principles"]]),
    )
    group = setting["compared"]
    if group != GROUPS[-1]:
        names = grouped(pl.DataFrame([names_of(policy) for policy in listed]))["group"]
        listed = [policy for policy, own in zip(listed, names, strict=True) if own == group]
    if len(listed) < 2:
        raise InvalidInput(
            f"policies: got {len(listed)} {group} to compare; must be two or more: choose more "
            "rules, or others to be ranked together"
        )
    return listed


def case_of(setting: Setting) -> Case:
    """Return the case of a setting; raise InvalidInput where a field is out of its range."""
    check_value("seed", setting["seed"], Seed)
    check_value("replication", setting["replication"], whole(0, MAX_REPLICATIONS - 1))
    model = model_of(setting)
    chosen = tuple(scenarios_of(setting))
    case = Case(model, tuple(policies_of(setting)), chosen, int(setting["seed"]))
    if case.work > MOST_WORK:
        raise InvalidInput(
            f"chains * firms * periods * policies * scenarios: got {case.work:,}; must be at most "
            f"{MOST_WORK:,} on a live page; cakernel run takes the file below"
        )
    return case
