"""`cakernel optimal`: the best recovery over all policies, as far as it can be known."""

from typing import Annotated, Any

import polars as pl
import typer

from cakernel.checks import MAX_REPLICATIONS, Share, check_value, whole
from cakernel.cli.options import Confidence, Json, Out, Overwrite, Threads
from cakernel.cli.output import Results, progress_bar
from cakernel.cli.tables import FittedTable
from cakernel.errors import Interrupted, InvalidInput
from cakernel.provenance import provenance
from cakernel.recovery.cli.setups import FileSeed, RegimeOrFile, described
from cakernel.recovery.optimal.in_words import (
    WHAT_R_LEAVES_OUT,
    finding_in_words,
    policy_in_words,
)
from cakernel.recovery.optimal.objective import Objective
from cakernel.recovery.optimal.optimum import FEWEST_REPLICATIONS, Optimum, optimal
from cakernel.recovery.optimal.winners import DEPLOYMENTS, FAMILIES
from cakernel.recovery.policy import POLICY

SPEEDS_SHOWN = 5
RULES_SHOWN = 6


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
            help=f"Policies to search: {', '.join(FAMILIES)}; may be repeated.",
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
        f"{replications} replications, seed {seed}"
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


def rules_in_words(found: Optimum) -> pl.DataFrame:
    """Return the best policies without their cutoffs, the most frequent first.

    Columns deployment, supply_rule, cyber_rule, principle, words, scenarios (how many it is best
    in), earliest and latest stop (the largest and smallest cutoffs), and gap_percent.
    """
    bare = [pl.col(name).str.replace(r"@\d+/\d+$", "") for name in POLICY]
    rows = (
        found.scenarios.filter("best")
        .with_columns(bare)
        .group_by("deployment", *POLICY, maintain_order=True)
        .agg(
            pl.len().alias("scenarios"),
            pl.col("mean_x", "mean_y").mean(),
            pl.col("gap_percent").mean(),
        )
        .sort("deployment", "scenarios", descending=[False, True], maintain_order=True)
    )
    words = [
        policy_in_words(found.policy(*(row[name] for name in POLICY)))
        for row in rows.iter_rows(named=True)
    ]
    return rows.with_columns(pl.Series("words", words, pl.String))


def summary_table(summary: pl.DataFrame, *, title: str) -> FittedTable:
    """Lay out the bound, and what the best of each family earns."""
    table = FittedTable(
        title=title,
        caption="Bound: no policy ends with more. Gap: in % of the bound, mean over scenarios and "
        "largest. Missed: in % of what the bound lies above never rebuilding.",
    )
    for head in ("deployment", "policies"):
        table.add_column(head, no_wrap=True)
    for head in ("bound", "found", "gap %", "worst %", "missed %", "mean x", "mean y"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in summary.iter_rows(named=True):
        missed = row["missed_percent"]
        table.add_row(
            row["deployment"],
            row["family"],
            f"{row['upper_bound']:.1f}",
            f"{row['objective']:.1f}",
            f"{row['mean_gap_percent']:.2f}",
            f"{row['worst_gap_percent']:.1f}",
            "-" if missed is None else f"{missed:.1f}",
            f"{row['mean_x']:.2f}",
            f"{row['mean_y']:.2f}",
        )
    return table


def rules_table(rules: pl.DataFrame) -> FittedTable:
    """Lay out the most frequent of the best rules, in words."""
    table = FittedTable(
        title="The best rules found, without the periods before the end at which they stop",
        caption="Chosen for each scenario: for firms that know their own gains and costs.",
    )
    table.add_column("deployment", no_wrap=True)
    table.add_column("scenarios", justify="right", no_wrap=True)
    table.add_column("rules")
    for part in rules.partition_by("deployment", maintain_order=True):
        for row in part.head(RULES_SHOWN).iter_rows(named=True):
            table.add_row(row["deployment"], f"{row['scenarios']:,}", row["words"])
    return table


def speeds_table(speeds: pl.DataFrame) -> FittedTable:
    """Lay out what the best of the paper's policies lose, each as one rule for all scenarios."""
    table = FittedTable(
        title="What the paper's speeds lose against the best found, the least first",
        caption="One policy for all scenarios, against rules chosen for each.",
    )
    table.add_column("deployment", no_wrap=True)
    table.add_column("policy", no_wrap=True)
    for head in ("mean", "loses", "loses %"):
        table.add_column(head, justify="right", no_wrap=True)
    for part in speeds.sort("loss").partition_by("deployment", maintain_order=True):
        for row in part.head(SPEEDS_SHOWN).iter_rows(named=True):
            table.add_row(
                row["deployment"],
                " ".join(row[name] for name in POLICY),
                f"{row['objective']:.1f}",
                f"{row['loss']:.1f}",
                f"{row['loss_percent']:.0f}",
            )
    return table
