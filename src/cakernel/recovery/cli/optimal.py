"""`cakernel optimal`: the best recovery over all policies, as far as it can be known."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cakernel.cli.options import Confidence, Device, Json, Out, Overwrite, Threads
from cakernel.errors import Interrupted, InvalidInput
from cakernel.recovery.cli.options import (
    FileSeed,
    RegimeConvention,
    RegimeOrFile,
    ReplicationsTwice,
)
from cakernel.wording import counted

if TYPE_CHECKING:
    from cakernel.cli.output import Results


def optimal_command(
    regime: RegimeOrFile = "base",
    convention: RegimeConvention = None,
    sweep: Annotated[
        Path | None,
        typer.Option(
            help="A sweep file (.toml): the best recovery at each of its points instead.",
            show_default="none",
        ),
    ] = None,
    scenario: Annotated[
        int | None,
        typer.Option(help="One resource scenario alone, from 0.", show_default="all"),
    ] = None,
    family: Annotated[
        list[str] | None,
        typer.Option(
            help="Policies to search: own-state, cutoffs, neighbours or paper; may be repeated.",
            show_default="all but neighbours",
        ),
    ] = None,
    deployment: Annotated[
        list[str] | None,
        typer.Option(help="cloud or on-site; may be repeated.", show_default="both"),
    ] = None,
    weight_x: Annotated[float, typer.Option(help="What one state of mean x more is worth.")] = 0.0,
    weight_y: Annotated[float, typer.Option(help="What one state of mean y more is worth.")] = 0.0,
    replications: ReplicationsTwice = 512,
    confidence: Confidence = 0.95,
    seed: FileSeed = None,
    threads: Threads = None,
    device: Device = None,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Find the best recovery for each resource scenario, and prove how much is left.

    The bound holds for all policies, also those that see everything and plan for all firms
    together. Writes scenarios (one row a scenario, deployment and family), summary, speeds (what
    each of the paper's policies loses), rules (the best in words, and how often) and entries (the
    tables of rules that look at neighbours), as Parquet and CSV, and provenance.json; of a sweep
    file points (one row a point, deployment and family).
    """
    from cakernel.checks import MAX_REPLICATIONS, Share, check_value, whole
    from cakernel.cli.output import Results, progress_bar
    from cakernel.provenance import provenance
    from cakernel.recovery.cli.optimal_tables import (
        rules_in_words,
        rules_table,
        speeds_table,
        summary_table,
    )
    from cakernel.recovery.cli.setups import convention_of, described
    from cakernel.recovery.optimal.in_words import WHAT_R_LEAVES_OUT, finding_in_words
    from cakernel.recovery.optimal.objective import Objective
    from cakernel.recovery.optimal.optimum import optimal
    from cakernel.recovery.optimal.trial import FEWEST_REPLICATIONS
    from cakernel.recovery.optimal.winners import DEPLOYMENTS, FAMILIES

    check_value("confidence", confidence, Share)
    check_value("replications", replications, whole(FEWEST_REPLICATIONS, MAX_REPLICATIONS // 2))
    for name, given, known in (
        ("family", family, FAMILIES),
        ("deployment", deployment, DEPLOYMENTS),
    ):
        for value in given or ():
            if value not in known:
                raise InvalidInput(f"{name}: got {value}; must be one of {', '.join(known)}")
    arguments: dict[str, Any] = {
        "objective": Objective(operational_weight=weight_x, intangibles_weight=weight_y),
        "families": family or [name for name in FAMILIES if name != "neighbours"],
        "deployments": deployment or list(DEPLOYMENTS),
        "replications": replications,
        "confidence": confidence,
        "threads": threads,
    }
    results = Results(out, overwrite=overwrite, as_json=as_json)
    if sweep is not None:
        _at_points(sweep, results, seed, arguments)
        return
    named = convention_of(regime, convention)
    case = described(regime, named)
    chosen = case.scenarios
    if scenario is not None:
        check_value("scenario", scenario, whole(0, len(chosen) - 1))
        chosen = [chosen[scenario]]
    seed = case.settings.seed if seed is None else seed
    interrupted = ""
    try:
        with progress_bar(regime, unit="steps") as progress:
            found = optimal(case.model, scenarios=chosen, seed=seed, progress=progress, **arguments)
    except Interrupted as stopped:
        found = stopped.kept()
        interrupted = f"interrupted; kept {stopped.replications:,} of {len(chosen):,} scenarios"
        chosen = chosen[: stopped.replications]
    summary, rules = found.summary, rules_in_words(found)
    sentences = [
        finding_in_words(row) for row in summary.filter(family="best").iter_rows(named=True)
    ]
    title = (
        f"{regime}: best recovery; {counted(len(chosen), 'resource scenario')}, "
        f"{counted(replications, 'replication')}, seed {seed}"
    )
    results.show(
        summary_table(summary, title=title),
        *(f"{sentence}\n" for sentence in sentences),
        rules_table(rules),
        speeds_table(found.speeds),
        f"{WHAT_R_LEAVES_OUT}\n",
    )
    results.keep(
        {
            "scenarios": found.scenarios,
            "summary": summary,
            "speeds": found.speeds,
            "rules": rules,
            "entries": found.entries,
        }
    )
    record = provenance(
        "recovery",
        model=case.model.model_dump(),
        scenarios=len(chosen),
        regime=regime,
        convention=named,
        scenario=scenario,
        seed=seed,
        **_recorded(arguments),
    )
    answer = {
        "findings": sentences,
        "summary": summary.to_dicts(),
        "rules": rules.to_dicts(),
        "speeds": found.speeds.to_dicts(),
    }
    results.conclude(record, answer=answer, more={"findings": sentences}, interrupted=interrupted)


def _at_points(path: Path, results: "Results", seed: int | None, arguments: dict[str, Any]) -> None:
    """Find and show the best recovery at each point of a sweep."""
    from cakernel.cli.output import progress_bar
    from cakernel.provenance import provenance
    from cakernel.recovery.cli.optimal_tables import points_table
    from cakernel.recovery.optimal_points import optimal_at_points
    from cakernel.sweep.description import read_sweep_file

    sweep = read_sweep_file(path)
    seed = sweep.seed if seed is None else seed
    interrupted = ""
    try:
        with progress_bar(path.stem, unit="points") as progress:
            rows = optimal_at_points(sweep, seed=seed, progress=progress, **arguments)
    except Interrupted as stopped:
        rows = stopped.kept()
        interrupted = (
            f"interrupted; kept {stopped.replications:,} of {sweep.points().height:,} points"
        )
    results.show(points_table(rows, list(sweep.axes), title=path.stem))
    results.keep({"points": rows})
    record = provenance("recovery", sweep=sweep.description(), seed=seed, **_recorded(arguments))
    results.conclude(record, answer={"points": rows.to_dicts()}, interrupted=interrupted)


def _recorded(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that results depend on."""
    kept = {name: value for name, value in arguments.items() if name != "threads"}
    return kept | {"objective": arguments["objective"].model_dump()}
