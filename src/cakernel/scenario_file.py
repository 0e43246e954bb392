"""A user's own model, policies and resource scenarios in one TOML file."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cakernel.checks import Checked, reject_unknown, whole
from cakernel.errors import InvalidInput
from cakernel.kernel.shocks import MAX_REPLICATIONS, MAX_SEED
from cakernel.model import Model
from cakernel.policy import CRD_1_TO_6_AND_0, SRD_1_TO_8, Policy, policies
from cakernel.rule_table import read_rule
from cakernel.rules import CYBER_RULES, SUPPLY_RULES, Rule
from cakernel.scenario import ResourceScenario, paper_scenarios

SECTIONS = ["simulation", "model", "policies", "rules", "scenarios"]


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


def read_scenario_file(path: Path) -> ScenarioFile:
    """Read and check a scenario file.

    Raises
    ------
    InvalidInput
        If the file cannot be read, is not TOML, or a key is unknown, missing or outside its range;
        the message names the file, the key, the value and the range.
    """
    with _within(f"{path}: "):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise InvalidInput(f"cannot be read: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InvalidInput(f"not a TOML file: {error}") from None
        reject_unknown(content, SECTIONS)
        rules = _rules(content.get("rules", []), path.parent)
        with _within("simulation."):
            settings = Settings(**_section(content, "simulation"))
        with _within("model."):
            model = Model(**_section(content, "model"))
        with _within("policies."):
            listed = _policies(_section(content, "policies"), rules)
        return ScenarioFile(settings, model, listed, _scenarios(content.get("scenarios", "paper")))


@contextmanager
def _within(place: str) -> Iterator[None]:
    """Say in an error where in the file it is."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(f"{place}{error}") from None


def _section(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a section's keys and values, none where it is left out."""
    return _table(content.get(name, {}), name)


def _table(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInput(f"{name}: got {value!r}; must be a table of keys and values")
    return value


def _rules(entries: Any, folder: Path) -> dict[str, Rule]:
    """Read the user's own rules: each a name and a CSV file of targets."""
    if not isinstance(entries, list):
        raise InvalidInput(f"rules: got {entries!r}; must be sections headed [[rules]]")
    rules: dict[str, Rule] = {}
    for n, entry in enumerate(entries):
        with _within(f"rules[{n}]."):
            reject_unknown(_table(entry, "rule"), ["name", "file"])
            for key in ("name", "file"):
                if not isinstance(entry.get(key), str):
                    raise InvalidInput(f"{key}: got {entry.get(key)!r}; must be a text")
            name = entry["name"]
            if name in {*SUPPLY_RULES, *CYBER_RULES, *rules}:
                raise InvalidInput(f"name: got {name!r}; must not be that of another rule")
            rules[name] = read_rule(folder / entry["file"], name)
    return rules


def _policies(section: Mapping[str, Any], rules: dict[str, Rule]) -> list[Policy]:
    """Combine the rules and principles that are listed."""
    known = {
        "supply_rules": (SRD_1_TO_8, [*SUPPLY_RULES, *rules]),
        "cyber_rules": (CRD_1_TO_6_AND_0, [*CYBER_RULES, *rules]),
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
        with _within(f"scenarios[{n}]."):
            scenarios.append(ResourceScenario(**_table(entry, "scenario")))
    return scenarios
