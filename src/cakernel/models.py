"""The registry: a row for each model, with the places of its parts.

Generic code (sweeps, ranking, sensitivity, pictures, reports, the command line) imports no model:
it asks here. A place is written "module:name" and imported when it is asked for, so that what a
session does not use is not loaded. To add a model, write its package and add its row.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

from cakernel.errors import InvalidInput
from cakernel.measures import Measure
from cakernel.terms import Terms


class Command(NamedTuple):
    """A command, or a group of them, as `--help` lists it: nothing of it is imported for that.

    ``place`` is that of a function, or of a `cakernel.cli.groups.Group`; ``summary`` the first line
    of its docstring, or of its help.
    """

    place: str
    summary: str


class ModelRow(NamedTuple):
    """What a model brings along; what it lacks is left out.

    ``name`` is that of the model, of its study and of ``sweep.model`` in a sweep file.
    ``templates`` are places ("package:file") of what `cakernel init` writes, by kind: "scenario",
    "sweep", "network", a folder, and "network-sweep", a sweep over one.
    ``commands`` maps panels of `cakernel --help` to commands by name; ``pictures`` maps kinds of
    `cakernel plot` to commands. ``sections`` are the
    `cakernel.sweep.description.StudySections`, ``report`` the `cakernel.report.folder.ReportParts`.
    ``words`` are outcomes' names in full by their short ones, the leading outcome first; ``terms``
    the `cakernel.terms.Terms`: what columns and values are called.
    ``groups`` adds the column ``group`` to rows of results: only policies of one group are ranked
    together; without it all are.
    """

    name: str
    sections: str = ""
    templates: Mapping[str, str] = {}
    commands: Mapping[str, Mapping[str, Command]] = {}
    pictures: Mapping[str, Command] = {}
    report: str = ""
    words: str = ""
    terms: str = ""
    groups: str = ""


MODELS: list[ModelRow] = [
    ModelRow(
        name="recovery",
        sections="cakernel.recovery.input_files:SECTIONS",
        templates={
            "scenario": "cakernel.recovery:scenario_template.toml",
            "sweep": "cakernel.recovery:sweep_template.toml",
            "network": "cakernel.recovery.network:examples/camera",
            "network-sweep": "cakernel.recovery:network_sweep_template.toml",
        },
        commands={
            "Simulate": {
                "run": Command(
                    "cakernel.recovery.cli.runs:run_command",
                    "Simulate the scenario file's model, policies and resource scenarios.",
                ),
                "history": Command(
                    "cakernel.recovery.cli.over_time:history_command",
                    "Write states and resources over time: means and quantiles over replications.",
                ),
                "trace": Command(
                    "cakernel.recovery.cli.runs:trace_command",
                    "Run one replication again and show the states of all firms over time.",
                ),
            },
            "Answer": {
                "best": Command(
                    "cakernel.recovery.cli.best:best_command",
                    "Rank all policies of a model and say how sure each place is.",
                ),
                "optimal": Command(
                    "cakernel.recovery.cli.optimal:optimal_command",
                    "Find the best recovery for each resource scenario, and prove how much is "
                    "left.",
                ),
                "frontier": Command(
                    "cakernel.recovery.cli.frontier:frontier_command",
                    "Trade resources against mean states, with a bound on what any policy reaches.",
                ),
                "robust": Command(
                    "cakernel.recovery.cli.robust:robust_command",
                    "Find one rule for all resource scenarios, and say how sure it is that none is "
                    "better.",
                ),
                "explore": Command(
                    "cakernel.recovery.cli.explore:explore_command",
                    "Explore a model on a live page: move risk, chains, gains and costs, see who "
                    "wins.",
                ),
                "critical": Command(
                    "cakernel.recovery.cli.critical:critical_command",
                    "Say which firms' disruptions cost the others most, and which stock or backup "
                    "pays.",
                ),
                "estimate": Command(
                    "cakernel.recovery.cli.networks:estimate_command",
                    "Estimate probabilities of disruptions from a record of their onsets, with "
                    "intervals.",
                ),
            },
            "Begin and measure": {
                "rule": Command(
                    "cakernel.recovery.cli.runs:rule_command",
                    "Write a built-in rule as a table of targets, to be edited into a rule of "
                    "your own.",
                ),
                "bench": Command(
                    "cakernel.bench.command:bench_command",
                    "Time the engine and measure its memory on this machine.",
                ),
            },
        },
        pictures={
            "history": Command(
                "cakernel.recovery.cli.plot:history",
                "Draw states and resources over time, of one to four policies, or parts of a "
                "network.",
            ),
            "distribution": Command(
                "cakernel.recovery.cli.plot:distribution",
                "Draw how outcomes are distributed over replications, policy by policy.",
            ),
            "trace": Command(
                "cakernel.recovery.cli.plot:trace",
                "Draw one replication firm by firm.",
            ),
            "frontier": Command(
                "cakernel.recovery.cli.plot:frontier",
                "Draw resources against mean states: the bound, the best rules, the paper's "
                "policies.",
            ),
            "network": Command(
                "cakernel.recovery.cli.networks:network",
                "Draw a network, suppliers to the left of their customers, coloured by a number.",
            ),
        },
        report="cakernel.recovery.report.parts:PARTS",
        words="cakernel.recovery.words:OUTCOME_WORDS",
        terms="cakernel.recovery.terms:TERMS",
        groups="cakernel.recovery.paired:grouped",
    ),
    ModelRow(
        name="paper",
        commands={
            "Simulate": {
                "reproduce": Command(
                    "cakernel.paper.cli.reproduce:reproduce_command",
                    "Simulate the regimes of Chen and Chang (2021) and print their tables beside "
                    "ours.",
                ),
            },
            "Answer": {
                "claims": Command(
                    "cakernel.paper.cli.claims:claims_command",
                    "Test claims on the best recovery speeds: the paper's, and what it does not "
                    "show.",
                ),
                "conventions": Command(
                    "cakernel.paper.cli.conventions:conventions_command",
                    "Fit the printed tables with the conventions found and with alternatives to "
                    "each.",
                ),
            },
        },
        pictures={
            "map": Command(
                "cakernel.paper.cli.plot:speed_map",
                "Draw a map of who wins where: of a folder, or Fig. 2, best rules by risk and "
                "chain size.",
            ),
            "agreement": Command(
                "cakernel.paper.cli.plot:agreement",
                "Draw simulated figures against the printed ones of Tables 3 to 6.",
            ),
        },
        report="cakernel.paper.report.parts:PARTS",
    ),
    ModelRow(
        name="coopetition",
        sections="cakernel.coopetition.study:SECTIONS",
        templates={"sweep": "cakernel.coopetition:sweep_template.toml"},
        commands={
            "Coopetition": {
                "ctip": Command(
                    "cakernel.coopetition.cli:ctip",
                    "Competing chains that share cyber threat intelligence, and their contracts.",
                ),
            },
        },
        pictures={
            "ctip": Command(
                "cakernel.coopetition.cli.plot:ctip", "Draw claims on coopetition by risk."
            ),
            "ctip-claims": Command(
                "cakernel.coopetition.cli.plot:ctip_claims", "Draw all claims on coopetition."
            ),
            "ctip-where": Command(
                "cakernel.coopetition.cli.plot:ctip_where",
                "Draw in what share of markets a claim on coopetition holds, over two parameters.",
            ),
        },
        report="cakernel.coopetition.report.parts:PARTS",
        terms="cakernel.coopetition.words:TERMS",
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
    from importlib import resources

    package, _, file = known[model].templates[kind].partition(":")
    return resources.files(package).joinpath(file).read_text(encoding="utf-8")


def template_folder(kind: str) -> dict[str, bytes]:
    """Return the files of a commented folder, by name, of the first model that has such a kind."""
    from importlib import resources

    place = next(row.templates[kind] for row in MODELS if kind in row.templates)
    package, _, folder = place.partition(":")
    files = resources.files(package).joinpath(folder).iterdir()
    return {file.name: file.read_bytes() for file in files if file.is_file()}


def outcome_in_words(name: str | None = None, *, model: str | None = None) -> str:
    """Return an outcome's name in full, or the name itself where no model has one.

    That of a measure, such as shortfall_5_resources, says of which outcome it is.

    Without a name, that of the leading outcome of the first model that has any. Only ``model`` is
    asked where it is given: two models may mean different things by a name.
    """
    for row in [row for row in MODELS if model in (None, row.name)]:
        words: Mapping[str, str] = load(row.words) if row.words else {}
        if words and (name is None or name in words):
            return words[name or next(iter(words))]
    measure = Measure.named(name or "")
    if measure is not None:
        return measure.words(outcome_in_words(measure.of, model=model))
    return name or ""


def terms_of(model: str | None = None) -> Terms:
    """Return what a model's columns and values are called; those of all models without a name.

    Where two models have a column of one name, the first model of the registry names it.
    """
    known: list[Terms] = [
        load(row.terms) for row in MODELS if row.terms and model in (None, row.name)
    ]
    if len(known) == 1:
        return known[0]
    backwards = known[::-1]
    return Terms(
        columns={name: words for terms in backwards for name, words in terms.columns.items()},
        shares=frozenset().union(*(terms.shares for terms in known)),
        values={name: values for terms in backwards for name, values in terms.values.items()},
        variant=lambda column, value: next(
            (found for terms in known if (found := terms.variant(column, value))), None
        ),
        owned=lambda name: next((found for terms in known if (found := terms.owned(name))), None),
    )
