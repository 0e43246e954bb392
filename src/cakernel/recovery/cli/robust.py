"""`cakernel robust`: one rule that has to do for many resource scenarios."""

from typing import Annotated, Literal

import typer

from cakernel.cli.options import Confidence, Device, Json, Out, Overwrite, Threads
from cakernel.errors import Interrupted
from cakernel.recovery.cli.options import FileSeed, RegimeConvention, RegimeOrFile


def robust_command(
    regime: RegimeOrFile = "base",
    convention: RegimeConvention = None,
    criterion: Annotated[
        Literal["mean", "minimum", "regret"],
        typer.Option(help="Mean over scenarios, mean of the worst, or largest regret of any."),
    ] = "mean",
    against: Annotated[
        Literal["bound", "candidates"],
        typer.Option(help="Regret is short of the bound on any policy, or of the best candidate."),
    ] = "bound",
    floor_x: Annotated[float, typer.Option(help="Least mean x, 0 to 2.")] = 0.0,
    floor_y: Annotated[float, typer.Option(help="Least mean y, 0 to 2.")] = 0.0,
    deployment: Annotated[
        Literal["cloud", "on-site"], typer.Option(help="Where the data are.")
    ] = "cloud",
    search: Annotated[
        bool, typer.Option("--search", help="Search tables of the chain neighbours, too; longer.")
    ] = False,
    indifference: Annotated[
        float, typer.Option(help="Stop when no candidate can be better by more.")
    ] = 0.1,
    replications: Annotated[
        int, typer.Option(help="Of each resource scenario at most; 32 at first.")
    ] = 512,
    confidence: Confidence = 0.95,
    seed: FileSeed = None,
    threads: Threads = None,
    device: Device = None,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Find one rule for all resource scenarios, and say how sure it is that none is better.

    For firms that do not know their own gains and costs, or must agree on one rule. Writes
    candidates (a row each, the best first), valued (the choice, the best of the paper's and never
    rebuilding, on fresh draws) and entries (a searched rule's table), as Parquet and CSV, and
    provenance.json.
    """
    from importlib.metadata import version

    from cakernel.cli.output import Results, progress_bar
    from cakernel.provenance import provenance
    from cakernel.recovery.cli.service_tables import CANDIDATES_SHOWN, candidates_table
    from cakernel.recovery.cli.setups import convention_of, described
    from cakernel.recovery.optimal import robust
    from cakernel.recovery.optimal.in_words import WHAT_R_LEAVES_OUT

    named = convention_of(regime, convention)
    case = described(regime, named)
    results = Results(out, overwrite=overwrite, as_json=as_json)
    seed = case.settings.seed if seed is None else seed
    interrupted = ""
    try:
        with progress_bar(regime, unit="steps") as progress:
            found = robust(
                case.model,
                scenarios=case.scenarios,
                criterion=criterion,
                against=against,
                floor_x=floor_x,
                floor_y=floor_y,
                deployment=deployment,
                search=search,
                indifference=indifference,
                replications=replications,
                confidence=confidence,
                seed=seed,
                threads=threads,
                progress=progress,
            )
    except Interrupted as stopped:
        found = stopped.kept()
        interrupted = f"interrupted; kept {stopped.replications:,} of {replications:,} replications"
    sentences = [found.words, *found.findings]
    results.show(
        candidates_table(found, title=f"{regime}: one rule for all scenarios, seed {seed}"),
        *(f"{sentence}\n" for sentence in sentences),
        f"{WHAT_R_LEAVES_OUT}\n",
    )
    # an interrupted search has valued nothing on fresh draws
    valued = {} if found.valued.is_empty() else {"valued": found.valued}
    results.keep({"candidates": found.candidates, **valued, "entries": found.entries})
    record = provenance(
        "recovery",
        model=case.model.model_dump(),
        regime=regime,
        convention=named,
        deployment=deployment,
        search=search,
        indifference=indifference,
        seed=seed,
        scipy=version("scipy"),
        **found.settings,
    )
    more = {"findings": sentences, "delta": found.delta}
    answer = {
        **more,
        "valued": found.valued.to_dicts(),
        "candidates": found.candidates.head(CANDIDATES_SHOWN).to_dicts(),
    }
    results.conclude(record, answer=answer, more=more, interrupted=interrupted)
