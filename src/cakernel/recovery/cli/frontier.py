"""`cakernel frontier`: what resources must be given up for higher states."""

from typing import Annotated

import typer

from cakernel.cli.options import Device, Json, Out, Overwrite, Threads
from cakernel.errors import Interrupted
from cakernel.recovery.cli.options import (
    FileSeed,
    RegimeConvention,
    RegimeOrFile,
    ReplicationsTwice,
)
from cakernel.wording import counted


def frontier_command(
    regime: RegimeOrFile = "base",
    convention: RegimeConvention = None,
    every: Annotated[
        int,
        typer.Option(
            help="Take every so-many-th resource scenario; 7 meets all amounts of the paper's."
        ),
    ] = 1,
    weight: Annotated[
        list[float] | None,
        typer.Option(
            help="What one state more of mean x, and of mean y, is worth; may be repeated.",
            show_default="0, 5, 10, 20, ... 640",
        ),
    ] = None,
    budgets: Annotated[
        bool,
        typer.Option("--budgets", help="Bounds keep budgets of a few firms: tighter, far longer."),
    ] = False,
    replications: ReplicationsTwice = 512,
    seed: FileSeed = None,
    threads: Threads = None,
    device: Device = None,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Trade resources against mean states, with a bound on what any policy reaches.

    In the cloud. Writes points (the best rules by weight, and the paper's policies) and curve (the
    bound by the mean of x and y), as Parquet and CSV, and provenance.json.
    """
    from cakernel.checks import check_value, whole
    from cakernel.cli.output import Results, progress_bar
    from cakernel.provenance import provenance
    from cakernel.recovery.cli.service_tables import frontier_table
    from cakernel.recovery.cli.setups import convention_of, described
    from cakernel.recovery.optimal import frontier
    from cakernel.recovery.optimal.frontiers import WEIGHTS
    from cakernel.recovery.optimal.in_words import WHAT_R_LEAVES_OUT, frontier_in_words

    named = convention_of(regime, convention)
    case = described(regime, named)
    check_value("every", every, whole(1, len(case.scenarios)))
    scenarios = case.scenarios[::every]
    results = Results(out, overwrite=overwrite, as_json=as_json)
    seed = case.settings.seed if seed is None else seed
    weights = sorted(set(weight or WEIGHTS))
    interrupted = ""
    try:
        with progress_bar(regime, unit="steps") as progress:
            found = frontier(
                case.model,
                scenarios=scenarios,
                weights=weights,
                budgets=budgets,
                replications=replications,
                seed=seed,
                threads=threads,
                progress=progress,
            )
    except Interrupted as stopped:
        found = stopped.kept()
        interrupted = f"interrupted; kept {stopped.replications:,} of {len(weights):,} weights"
        weights = weights[: stopped.replications]
    sentences = frontier_in_words(found.points)
    title = (
        f"{regime}: resources against states; {counted(len(scenarios), 'scenario')}, seed {seed}"
    )
    results.show(
        frontier_table(found.points, title=title),
        *(f"{sentence}\n" for sentence in sentences),
        f"{WHAT_R_LEAVES_OUT}\n",
    )
    results.keep({"points": found.points, "curve": found.curve})
    record = provenance(
        "recovery",
        model=case.model.model_dump(),
        scenarios=len(scenarios),
        regime=regime,
        convention=named,
        every=every,
        weights=weights,
        budgets=budgets,
        replications=replications,
        seed=seed,
    )
    answer = {"findings": sentences, "points": found.points.to_dicts()}
    results.conclude(record, answer=answer, more={"findings": sentences}, interrupted=interrupted)
