"""`cakernel best`: which recovery speed is best, and how sure that is."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cakernel.checks import MAX_REPLICATIONS, check_value, whole
from cakernel.cli.best_groups import Outcome, grouped
from cakernel.cli.best_sweep import best_of_sweep
from cakernel.cli.best_table import best_table
from cakernel.cli.options import Overwrite, Threads
from cakernel.cli.output import Folder
from cakernel.cli.progress import progress_bar
from cakernel.errors import Interrupted
from cakernel.models import outcome_in_words
from cakernel.provenance import provenance
from cakernel.ranking import best as best_policies
from cakernel.ranking import paired_outcomes
from cakernel.ranking.ranking import Share, Tolerance
from cakernel.ranking.student import quantile
from cakernel.ranking.summary import summary
from cakernel.recovery.policy import policies
from cakernel.recovery.regimes import regime as named_regime
from cakernel.recovery.scenario import paper_scenarios
from cakernel.recovery.scenario_file import ScenarioFile, Settings, read_scenario_file

WIDTH = 100


def best(
    regime: Annotated[
        str, typer.Option(help="A regime of the paper, or a scenario file (.toml).")
    ] = "base",
    sweep: Annotated[
        Path | None,
        typer.Option(help='Rank at each point of a sweep with rows = "replication" instead.'),
    ] = None,
    replications: Annotated[
        int | None, typer.Option(help="Of each resource scenario.", show_default="the file's, 200")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed.", show_default="the file's, 1")] = None,
    convention: Annotated[
        str, typer.Option(help="published or text; for a regime of the paper.")
    ] = "published",
    outcome: Annotated[Outcome, typer.Option(help="What to compare.")] = Outcome.RESOURCES,
    confidence: Annotated[float, typer.Option(help="Of the intervals.")] = 0.95,
    tolerance: Annotated[float, typer.Option(help="Of the best set: the paper's 5%.")] = 0.05,
    together: Annotated[
        bool, typer.Option("--together", help="Rank cloud and on-site policies as one group.")
    ] = False,
    threads: Threads = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for results, as Parquet and CSV.")
    ] = None,
    overwrite: Overwrite = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Rank all policies of a model and say how sure each place is.

    As in the paper, cloud policies are compared among themselves, and on-site ones (CRD-0) among
    themselves. Writes best.parquet and .csv (one row a policy), outcomes.parquet and .csv (one
    row a policy and replication) and provenance.json.
    """
    check_value("confidence", confidence, Share)
    check_value("tolerance", tolerance, Tolerance)
    quantile(confidence, 1)  # that SciPy is there is better known before a long run than after
    if sweep is not None:
        folder = None if out is None else Folder(out, overwrite=overwrite)
        best_of_sweep(
            sweep,
            outcome=outcome,
            confidence=confidence,
            tolerance=tolerance,
            together=together,
            folder=folder,
            as_json=as_json,
        )
        return
    described = described_case(regime, convention)
    replications = described.settings.replications if replications is None else replications
    check_value("replications", replications, whole(2, MAX_REPLICATIONS))
    seed = described.settings.seed if seed is None else seed
    folder = None if out is None else Folder(out, overwrite=overwrite)
    console = Console(quiet=as_json)
    console.width = max(console.width, WIDTH)
    try:
        with progress_bar(regime) as progress:
            outcomes = paired_outcomes(
                described.model,
                policies=described.policies,
                scenarios=described.scenarios,
                replications=replications,
                seed=seed,
                threads=threads,
                progress=progress,
            )
    except Interrupted:
        print("interrupted; nothing was kept")
        raise typer.Exit(130) from None
    ranked = best_policies(
        grouped(outcomes, _on_site(described), together=together),
        outcome=f"mean_{outcome}",
        by=["group"],
        confidence=confidence,
        tolerance=tolerance,
        seed=seed,
    )
    record = provenance(
        "recovery",
        model=described.model.model_dump(),
        policies=[str(policy) for policy in described.policies],
        scenarios=len(described.scenarios),
        regime=regime,
        convention=convention,
        replications=replications,
        seed=seed,
        outcome=outcome,
        confidence=confidence,
        tolerance=tolerance,
        scipy=version("scipy"),
    )
    sentences: dict[str, str] = {}
    for group in ranked.partition_by("group", maintain_order=True):
        name = group["group"][0]
        sentences[name] = summary(
            group, outcome=outcome_in_words(outcome), confidence=confidence, tolerance=tolerance
        )
        title = (
            f"{regime}, {name}: {outcome_in_words(outcome)}; {replications} replications of "
            f"{len(described.scenarios)} resource scenarios, seed {seed}"
        )
        console.print(best_table(group, title=title, confidence=confidence))
        console.print(f"{regime}, {name}: {sentences[name]}\n", highlight=False)
    if folder is not None:
        folder.table("best", ranked)
        folder.table("outcomes", outcomes)
        folder.record("provenance", record | {"summary": sentences})
        console.print(f"wrote {out}")
    if as_json:
        result: dict[str, Any] = {"summary": sentences, "best": ranked.to_dicts()}
        print(json.dumps(result | {"provenance": record}))


def described_case(regime: str, convention: str = "published") -> ScenarioFile:
    """Read a scenario file, or describe a regime of the paper as one would."""
    if regime.endswith(".toml"):
        return read_scenario_file(Path(regime))
    model = named_regime(regime, convention=convention)
    return ScenarioFile(Settings(), model, policies(), paper_scenarios())


def _on_site(described: ScenarioFile) -> list[str]:
    return [policy.cyber_rule.name for policy in described.policies if policy.cyber_rule.on_site]
