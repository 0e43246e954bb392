"""`cakernel optimal`: the best recovery over all policies, as far as it can be known."""

from typing import Annotated, Any

import typer

from cakernel.cli.options import Confidence, Json, Out, Overwrite, Threads
from cakernel.errors import Interrupted, InvalidInput
from cakernel.recovery.cli.options import FileSeed, RegimeOrFile
from cakernel.wording import counted


def optimal_command(
    regime: RegimeOrFile = "base",
    convention: Annotated[
        str, typer.Option(help="published or text; for a regime of the paper.")
    ] = "published",
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
    replications: Annotated[
        int,
        typer.Option(help="Of each resource scenario: to choose by, and as many to value with."),
    ] = 512,
    confidence: Confidence = 0.95,
    seed: FileSeed = None,
    threads: Threads = None,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Find the best recovery for each resource scenario, and prove how much is left.

    The bound holds for all policies, also those that see everything and plan for all firms
    together. Writes scenarios (one row a scenario, deployment and family), summary, speeds (what
    each of the paper's policies loses), rules (the best in words, and how often) and entries (the
    tables of rules that look at neighbours), as Parquet and CSV, and provenance.json.
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
    from cakernel.recovery.cli.setups import described
    from cakernel.recovery.optimal.in_words import WHAT_R_LEAVES_OUT, finding_in_words
    from cakernel.recovery.optimal.objective import Objective
    from cakernel.recovery.optimal.optimum import FEWEST_REPLICATIONS, optimal
    from cakernel.recovery.optimal.winners import DEPLOYMENTS, FAMILIES

    check_value("confidence", confidence, Share)
    check_value("replications", replications, whole(FEWEST_REPLICATIONS, MAX_REPLICATIONS // 2))
    case = described(regime, convention)
    chosen = case.scenarios
    if scenario is not None:
        check_value("scenario", scenario, whole(0, len(chosen) - 1))
        chosen = [chosen[scenario]]
    for name, given, known in (
        ("family", family, FAMILIES),
        ("deployment", deployment, DEPLOYMENTS),
    ):
        for value in given or ():
            if value not in known:
                raise InvalidInput(f"{name}: got {value}; must be one of {', '.join(known)}")
    objective = Objective(operational_weight=weight_x, intangibles_weight=weight_y)
    # checked above
    families: Any = family or [name for name in FAMILIES if name != "neighbours"]
    deployments: Any = deployment or DEPLOYMENTS
    results = Results(out, overwrite=overwrite, as_json=as_json)
    seed = case.settings.seed if seed is None else seed
    interrupted = ""
    try:
        with progress_bar(regime, unit="steps") as progress:
            found = optimal(
                case.model,
                scenarios=chosen,
                objective=objective,
                families=families,
                deployments=deployments,
                replications=replications,
                confidence=confidence,
                seed=seed,
                threads=threads,
                progress=progress,
            )
    except Interrupted as stopped:
        if stopped.partial is None:
            raise
        found = stopped.partial
        interrupted = f"interrupted; kept {stopped.replications} of {len(chosen)} scenarios"
    summary, rules = found.summary, rules_in_words(found)
    sentences = [
        finding_in_words(row) for row in summary.filter(family="best").iter_rows(named=True)
    ]
    title = (
        f"{regime}: best recovery; {len(chosen)} resource scenario{'s' * (len(chosen) > 1)}, "
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
        convention=convention,
        scenario=scenario,
        objective=objective.model_dump(),
        families=list(families),
        deployments=list(deployments),
        replications=replications,
        confidence=confidence,
        seed=seed,
    )
    answer = {
        "findings": sentences,
        "summary": summary.to_dicts(),
        "rules": rules.to_dicts(),
        "speeds": found.speeds.to_dicts(),
    }
    results.conclude(record, answer=answer, more={"findings": sentences}, interrupted=interrupted)
