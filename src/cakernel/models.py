"""The registry: a row for each model, with the places of its parts.

Generic code (sweeps, ranking, sensitivity, pictures, reports, the command line) imports no model:
it asks here. A place is written "module:name" and imported when it is asked for, so that what a
session does not use is not loaded. To add a model, write its package and add its row.
"""

from collections.abc import Mapping
from importlib import import_module, resources
from typing import Any, NamedTuple

from cakernel.errors import InvalidInput


class ModelRow(NamedTuple):
    """What a model brings along; what it lacks is left out.

    ``name`` is that of the model, of its study and of ``sweep.model`` in a sweep file.
    ``templates`` are places ("package:file") of what `cakernel init` writes, by kind: "scenario",
    "sweep".
    ``commands`` maps panels of `cakernel --help` to functions NAME_command or groups of commands
    (Typer); ``pictures`` maps kinds of `cakernel plot` to commands. ``sections`` are the
    `cakernel.sweep.description.StudySections`, ``report`` the `cakernel.report.folder.ReportParts`.
    ``words`` are outcomes' names in full by their short ones, the leading outcome first.
    ``groups`` adds the column ``group`` to rows of results: only policies of one group are ranked
    together; without it all are.
    """

    name: str
    sections: str = ""
    templates: Mapping[str, str] = {}
    commands: Mapping[str, tuple[str, ...]] = {}
    pictures: Mapping[str, str] = {}
    report: str = ""
    words: str = ""
    groups: str = ""


MODELS: list[ModelRow] = [
    ModelRow(
        name="recovery",
        sections="cakernel.recovery.input_files:SECTIONS",
        templates={
            "scenario": "cakernel.recovery:scenario_template.toml",
            "sweep": "cakernel.recovery:sweep_template.toml",
        },
        commands={
            "Simulate": (
                "cakernel.recovery.cli.runs:run_command",
                "cakernel.recovery.cli.runs:trace_command",
            ),
            "Answer": (
                "cakernel.recovery.cli.best:best_command",
                "cakernel.recovery.cli.optimal:optimal_command",
                "cakernel.recovery.cli.frontier:frontier_command",
                "cakernel.recovery.cli.robust:robust_command",
            ),
            "Begin and measure": (
                "cakernel.recovery.cli.runs:rule_command",
                "cakernel.bench.command:bench_command",
            ),
        },
        pictures={
            kind: f"cakernel.recovery.cli.plot:{kind}"
            for kind in ("history", "distribution", "trace")
        }
        | {"frontier": "cakernel.recovery.cli.frontier:frontier_picture"},
        report="cakernel.recovery.report.parts:PARTS",
        words="cakernel.recovery.outcomes:OUTCOME_WORDS",
        groups="cakernel.recovery.paired:grouped",
    ),
    ModelRow(
        name="paper",
        commands={
            "Simulate": ("cakernel.paper.cli.reproduce:reproduce_command",),
            "Answer": (
                "cakernel.paper.cli.claims:claims_command",
                "cakernel.paper.cli.conventions:conventions_command",
            ),
        },
        pictures={
            "map": "cakernel.paper.cli.reproduce:speed_map",
            "agreement": "cakernel.paper.cli.reproduce:agreement",
        },
        report="cakernel.paper.report.parts:PARTS",
    ),
    ModelRow(
        name="coopetition",
        sections="cakernel.coopetition.study:SECTIONS",
        templates={"sweep": "cakernel.coopetition:sweep_template.toml"},
        commands={"Coopetition": ("cakernel.coopetition.cli:app",)},
        pictures={
            "ctip": "cakernel.coopetition.cli.plot:ctip",
            "ctip-claims": "cakernel.coopetition.cli.plot:ctip_claims",
            "ctip-where": "cakernel.coopetition.cli.plot:ctip_where",
        },
        report="cakernel.coopetition.report.parts:PARTS",
    ),
]


def load(place: str) -> Any:
    """Import what a place names."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def swept() -> dict[str, ModelRow]:
    """Return the rows of the models that sweeps can run, by name."""
    return {row.name: row for row in MODELS if row.sections}


def template(kind: str, model: str) -> str:
    """Return the text of a model's commented file, of kind "scenario" or "sweep", if it has one."""
    known = {row.name: row for row in MODELS if kind in row.templates}
    if model not in known:
        raise InvalidInput(f"model: got {model}; must be {' or '.join(known)} for a {kind} file")
    package, _, file = known[model].templates[kind].partition(":")
    return resources.files(package).joinpath(file).read_text(encoding="utf-8")


def outcome_in_words(name: str | None = None, *, model: str | None = None) -> str:
    """Return an outcome's name in full, or the name itself where no model has one.

    Without a name, that of the leading outcome of the first model that has any. Only ``model`` is
    asked where it is given: two models may mean different things by a name.
    """
    for row in [row for row in MODELS if model in (None, row.name)]:
        words: Mapping[str, str] = load(row.words) if row.words else {}
        if words and (name is None or name in words):
            return words[name or next(iter(words))]
    return name or ""
