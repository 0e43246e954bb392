"""Files that users write: rules (CSV), scenario files and a sweep file's sections (TOML)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import polars as pl
from pydantic import Field

from cakernel.checks import (
    MAX_REPLICATIONS,
    MAX_SEED,
    Allowed,
    Checked,
    reject_unknown,
    whole,
)
from cakernel.errors import InvalidInput
from cakernel.files import ending, read_toml, section, table, within
from cakernel.recovery.kernel.states import HIGH, LEVELS, TABLE_SHAPE, TABLE_SIZE, Neighbours
from cakernel.recovery.model import Model
from cakernel.recovery.network.columns import CYBER_RULES, SUPPLY_RULES
from cakernel.recovery.network.count_rules import count_rule_of
from cakernel.recovery.network.disruptions import Record
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.sections import NETWORK_SECTIONS, RUN_FIELDS, read_network
from cakernel.recovery.policy import CRD_1_TO_6_AND_0, SRD_1_TO_8, Policy, policies
from cakernel.recovery.rules import BUILT_IN, Rule, find_rule
from cakernel.recovery.scenario import ResourceScenario, paper_scenarios
from cakernel.recovery.study import Recovery
from cakernel.sweep.description import StudySections
from cakernel.table_files import ENDINGS, place_of, read_table
from cakernel.wording import shown

# columns of a rule's file
STATES = ("own", *Neighbours._fields)
COLUMNS = (*STATES, "target")
# a further column of a rule with cutoffs: the least periods that must remain to leave the own state
CUTOFF = "cutoff"
# what describes the model in a scenario file and in a sweep file
MODEL_SECTIONS = ("model", "policies", "rules", "scenarios")


class Settings(Checked):
    """How much is simulated: the section [simulation] of a scenario file."""

    replications: whole(1, MAX_REPLICATIONS) = 200  # type: ignore[valid-type]
    seed: whole(0, MAX_SEED - 1) = 1  # type: ignore[valid-type]


class SweepSettings(Checked):
    """The section [sweep] of a file on the recovery model."""

    model: Literal["recovery"] = "recovery"
    replications: whole(1, MAX_REPLICATIONS) = 20  # type: ignore[valid-type]
    seed: whole(0, MAX_SEED - 1) = 1  # type: ignore[valid-type]
    common_random_numbers: Annotated[bool, Allowed("true or false")] = True
    rows: Annotated[Literal["policy", "replication"], Allowed("'policy' or 'replication'")] = (
        "policy"
    )
    measures: Annotated[list[str], Allowed("a list of names such as 'shortfall_5_resources'")] = (
        Field(default_factory=list)
    )


class ScenarioFile(NamedTuple):
    """What a scenario file describes; ``rules`` are the user's own.

    With a ``network``, ``model`` tells horizon, recovery and initial resources alone.
    """

    settings: Settings
    model: Model
    policies: list[Policy]
    scenarios: list[ResourceScenario]
    rules: Sequence[Rule] = ()
    network: Network | None = None
    record: Record | None = None

    @property
    def simulated(self) -> Model | Network:
        """What `simulate` and `trace` take first."""
        return self.model if self.network is None else self.network

    @property
    def horizon(self) -> dict[str, Any]:
        """Their arguments beside a network, by name; none beside a grid."""
        if self.network is None:
            return {}
        given = {name: getattr(self.model, name) for name in RUN_FIELDS}
        if self.record is not None:
            given |= {"record": self.record.table, "record_through": self.record.through}
        return given

    @property
    def described(self) -> dict[str, Any]:
        """What a record says was simulated: the fields of a grid, or what a network has."""
        if self.network is None:
            return {"model": self.model.model_dump()}
        told = {**self.network.describe().row(0, named=True), "demand": self.network.demand}
        fields = {name: getattr(self.model, name) for name in RUN_FIELDS}
        through = None if self.record is None else self.record.through
        return {"model": fields, "network": told, "record_through": through}


def read_scenario_file(path: Path, *, networks: bool = False) -> ScenarioFile:
    """Read a scenario file; an InvalidInput names file, key, value and range.

    A section [network] is refused, unless the caller can run ``networks``.
    """
    with within(f"{path}: "):
        content = read_toml(path)
        reject_unknown(content, ["simulation", *MODEL_SECTIONS, *NETWORK_SECTIONS])
        if not networks:
            for name in NETWORK_SECTIONS:
                if name in content:
                    raise InvalidInput(f"{name}: this command runs grids; must be left out")
        with within("simulation."):
            settings = Settings(**section(content, "simulation"))
        return ScenarioFile(settings, **_described(content, path.parent))


def _study(settings: SweepSettings, content: Mapping[str, Any], folder: Path) -> Recovery:
    found = ScenarioFile(Settings(), **_described(content, folder))
    kept = settings.model_dump(include={"common_random_numbers", "rows", "measures"})
    return Recovery(
        model=found.simulated,
        policies=found.policies,
        scenarios=found.scenarios,
        rules=found.rules,
        **found.horizon,
        **kept,
    )


SECTIONS = StudySections((*MODEL_SECTIONS, *NETWORK_SECTIONS), SweepSettings, _study)


def _described(content: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Read the sections that describe a grid or a network: fields of `ScenarioFile`."""
    of_network: dict[str, Any] = {}
    if any(name in content for name in NETWORK_SECTIONS):
        of_network = read_network(content, folder)
    known = of_network["network"].own_rules if of_network else {}
    own = _rules(content.get("rules", []), folder, known)
    with within("model."):
        model = Model(**section(content, "model"))
    with within("policies."):
        listed = _policies(section(content, "policies"), own)
    return {
        "model": model,
        "policies": listed,
        "scenarios": _scenarios(content.get("scenarios", "paper")),
        "rules": [rule for name, rule in own.items() if name not in known],
        **of_network,
    }


def _rules(entries: Any, folder: Path, known: Mapping[str, Rule]) -> dict[str, Rule]:
    """Read the user's own rules, each a name and a file, beside those ``known`` of a network."""
    if not isinstance(entries, list):
        raise InvalidInput(f"rules: got {shown(entries)}; must be sections headed [[rules]]")
    rules = dict(known)
    for n, entry in enumerate(entries):
        with within(f"rules[{n}]."):
            reject_unknown(table(entry, "rule"), ["name", "file"])
            for key in ("name", "file"):
                if not isinstance(entry.get(key), str):
                    raise InvalidInput(f"{key}: got {shown(entry.get(key))}; must be a text")
            name = entry["name"]
            if name in {*SUPPLY_RULES, *CYBER_RULES, *rules}:
                raise InvalidInput(f"name: got {shown(name)}; must not be that of another rule")
            rules[name] = read_rule(folder / entry["file"], name)
    return rules


def _policies(section: Mapping[str, Any], rules: dict[str, Rule]) -> list[Policy]:
    """Combine the rules and principles that are listed."""
    known: dict[str, tuple[tuple[str, ...], Mapping[str, Rule]]] = {
        "supply_rules": (SRD_1_TO_8, BUILT_IN["supply"] | rules),
        "cyber_rules": (CRD_1_TO_6_AND_0, BUILT_IN["cyber"] | rules),
        "principles": (("P", "C"), {}),
    }
    reject_unknown(section, list(known))
    lists: dict[str, list[Any]] = {}
    for key, (default, allowed) in known.items():
        names = section.get(key, list(default))
        if not isinstance(names, list) or not names:
            raise InvalidInput(f"{key}: got {shown(names)}; must be a list of one or more names")
        given = [_named(key, name, allowed or default) for name in names]
        labels = [getattr(each, "label", each) for each in given]
        for label in labels:
            if labels.count(label) > 1:
                raise InvalidInput(
                    f"{key}: got {shown(label)} {labels.count(label)} times; must be once"
                )
        lists[key] = given
    return policies(**lists)


def _named(key: str, name: Any, known: Mapping[str, Rule] | Sequence[str]) -> Any:
    """Return the rule, or the principle, of a name that a list has."""
    if isinstance(known, Mapping):
        with within(f"{key}: "):
            found: Any = find_rule(name, known)
    else:
        found = name if name in known else None
    if found is None:
        raise InvalidInput(f"{key}: got {shown(name)}; must be one of {', '.join(known)}")
    return found


def _scenarios(value: Any) -> list[ResourceScenario]:
    if value == "paper":
        return paper_scenarios()
    if not isinstance(value, list) or not value:
        raise InvalidInput(
            f"scenarios: got {shown(value)}; must be 'paper' or sections headed [[scenarios]]"
        )
    scenarios = []
    for n, entry in enumerate(value):
        with within(f"scenarios[{n}]."):
            scenarios.append(ResourceScenario(**table(entry, "scenario")))
    return scenarios


def rule_frame(rule: Rule) -> pl.DataFrame:
    """Return a rule's targets, one row for each neighbourhood, and its cutoffs, if any."""
    places = np.array(list(np.ndindex(TABLE_SHAPE)), np.uint8)
    frame = pl.DataFrame(np.column_stack([places, rule.targets.ravel()]), schema=list(COLUMNS))
    if not any(rule.cutoffs):
        return frame
    return frame.with_columns(pl.Series(CUTOFF, np.array(rule.cutoffs)[places[:, 0]]))


def read_rule(path: Path, name: str) -> Rule:
    """Read a rule from a CSV file: the columns of `rule_frame` in any order of rows, or counts.

    Counts are rows of conditions, in their order, with columns of `count_rule`.
    """
    if ending(path) not in ENDINGS:
        raise InvalidInput(f"file: got {path}; must end in .csv or .parquet")
    with within(f"file: {path}: "):
        frame = read_table(path)
    if not {*Neighbours._fields} & {*frame.columns}:
        return count_rule_of(name, f"file: {path}", frame)
    whole_numbers = all(kind.is_integer() for kind in frame.schema.values())
    if (
        set(frame.columns) - {CUTOFF} != set(COLUMNS)
        or not whole_numbers
        or frame.null_count().sum_horizontal()[0]
    ):
        raise InvalidInput(
            f"file: {path} must have whole numbers in columns {', '.join(COLUMNS)}"
            f"{f' and {CUTOFF}' * (CUTOFF in frame.columns)}"
        )
    places = frame.select(STATES).to_numpy()
    outside = np.argwhere((places < 0) | (places >= np.array(TABLE_SHAPE)))
    if outside.size:
        row, column = outside[0]
        raise InvalidInput(
            f"file: {path} {place_of(path, int(row))}: {STATES[column]} is {places[row, column]}; "
            f"must be a whole number from 0 to {TABLE_SHAPE[column] - 1}"
        )
    given = len(np.unique(places, axis=0))
    if not given == frame.height == TABLE_SIZE:
        raise InvalidInput(
            f"file: {path} has {frame.height} lines for {given} neighbourhoods; "
            f"must have one for each of the {TABLE_SIZE}"
        )
    table = np.empty(TABLE_SHAPE, np.int64)
    table[tuple(places.T)] = frame["target"].to_numpy()
    rule = Rule(name, table)
    leave_low, leave_medium = _cutoffs(path, frame)
    with within(f"file: {path}: "):
        return rule.with_cutoffs(leave_low=leave_low, leave_medium=leave_medium)


def _cutoffs(path: Path, frame: pl.DataFrame) -> tuple[int, int]:
    """Return the cutoffs that a rule's file has for states 0 and 1, 0 where it has none."""
    if CUTOFF not in frame.columns:
        return 0, 0
    of_state = [frame.filter(own=own)[CUTOFF].unique().to_list() for own in range(LEVELS)]
    for own, found in enumerate(of_state):
        if len(found) > 1:
            raise InvalidInput(
                f"file: {path}: {CUTOFF} of own state {own} is {found[0]} and {found[1]}; must be "
                "one number"
            )
    low, medium, high = (found[0] for found in of_state)
    if high != 0:
        raise InvalidInput(
            f"file: {path}: {CUTOFF} of own state {HIGH} is {high}; must be 0, since no firm "
            "leaves it upwards"
        )
    return low, medium
