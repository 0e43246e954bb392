"""A user's own model, policies and resource scenarios in one TOML file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from cakernel.checks import MAX_REPLICATIONS, MAX_SEED, Checked, reject_unknown, whole
from cakernel.errors import InvalidInput
from cakernel.recovery.model import Model
from cakernel.recovery.policy import CRD_1_TO_6_AND_0, SRD_1_TO_8, Policy, policies
from cakernel.recovery.rule_file import read_rule
from cakernel.recovery.rules import BUILT_IN, Rule
from cakernel.recovery.scenario import ResourceScenario, paper_scenarios
from cakernel.toml_file import read_toml, section, table, within

# what describes the model, also in other files
MODEL_SECTIONS = ["model", "policies", "rules", "scenarios"]


class Settings(Checked):
    """How much is simulated: the section [simulation] of a scenario file."""

    replications: whole(1, MAX_REPLICATIONS) = 200  # type: ignore[valid-type]
    seed: whole(0, MAX_SEED - 1) = 1  # type: ignore[valid-type]


@dataclass(frozen=True)
class ScenarioFile:
    """What a scenario file describes."""

    settings: Settings
    model: Model
    policies: list[Policy]
    scenarios: list[ResourceScenario]
    rules: list[Rule] = field(default_factory=list)


def read_scenario_file(path: Path) -> ScenarioFile:
    """Read and check a scenario file.

    Raises
    ------
    InvalidInput
        If the file cannot be read, is not TOML, or a key is unknown, missing or outside its range;
        the message names the file, the key, the value and the range.
    """
    with within(f"{path}: "):
        content = read_toml(path)
        reject_unknown(content, ["simulation", *MODEL_SECTIONS])
        with within("simulation."):
            settings = Settings(**section(content, "simulation"))
        return ScenarioFile(settings, *read_model(content, path.parent))


class Described(NamedTuple):
    """The sections of a file that describe the model."""

    model: Model
    policies: list[Policy]
    scenarios: list[ResourceScenario]
    rules: list[Rule]


def read_model(content: Mapping[str, Any], folder: Path) -> Described:
    """Read the sections that describe the model, of a scenario file or a sweep.

    Raises
    ------
    InvalidInput
        If a key is unknown, missing or outside its range.
    """
    rules = _rules(content.get("rules", []), folder)
    with within("model."):
        model = Model(**section(content, "model"))
    with within("policies."):
        listed = _policies(section(content, "policies"), rules)
    scenarios = _scenarios(content.get("scenarios", "paper"))
    return Described(model, listed, scenarios, list(rules.values()))


def _rules(entries: Any, folder: Path) -> dict[str, Rule]:
    """Read the user's own rules: each a name and a CSV file of targets."""
    if not isinstance(entries, list):
        raise InvalidInput(f"rules: got {entries!r}; must be sections headed [[rules]]")
    rules: dict[str, Rule] = {}
    for n, entry in enumerate(entries):
        with within(f"rules[{n}]."):
            reject_unknown(table(entry, "rule"), ["name", "file"])
            for key in ("name", "file"):
                if not isinstance(entry.get(key), str):
                    raise InvalidInput(f"{key}: got {entry.get(key)!r}; must be a text")
            name = entry["name"]
            if name in {*BUILT_IN["supply"], *BUILT_IN["cyber"], *rules}:
                raise InvalidInput(f"name: got {name!r}; must not be that of another rule")
            rules[name] = read_rule(folder / entry["file"], name)
    return rules


def _policies(section: Mapping[str, Any], rules: dict[str, Rule]) -> list[Policy]:
    """Combine the rules and principles that are listed."""
    known = {
        "supply_rules": (SRD_1_TO_8, [*BUILT_IN["supply"], *rules]),
        "cyber_rules": (CRD_1_TO_6_AND_0, [*BUILT_IN["cyber"], *rules]),
        "principles": (("P", "C"), ["P", "C"]),
    }
    reject_unknown(section, list(known))
    lists: dict[str, list[Any]] = {}
    for key, (default, allowed) in known.items():
        names = section.get(key, list(default))
        if not isinstance(names, list) or not names:
            raise InvalidInput(f"{key}: got {names!r}; must be a list of one or more names")
        for name in names:
            if name not in allowed:
                raise InvalidInput(f"{key}: got {name!r}; must be one of {', '.join(allowed)}")
            if names.count(name) > 1:
                raise InvalidInput(f"{key}: got {name!r} {names.count(name)} times; must be once")
        lists[key] = [rules.get(name, name) for name in names]
    return policies(**lists)


def _scenarios(value: Any) -> list[ResourceScenario]:
    if value == "paper":
        return paper_scenarios()
    if not isinstance(value, list) or not value:
        raise InvalidInput(
            f"scenarios: got {value!r}; must be 'paper' or sections headed [[scenarios]]"
        )
    scenarios = []
    for n, entry in enumerate(value):
        with within(f"scenarios[{n}]."):
            scenarios.append(ResourceScenario(**table(entry, "scenario")))
    return scenarios
