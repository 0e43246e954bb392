"""`cakernel best`: which recovery speed is best, and how sure that is."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cakernel.cli.options import (
    Confidence,
    Device,
    Json,
    Out,
    Overwrite,
    Quantiles,
    Tail,
    Target,
    Threads,
)
from cakernel.errors import Interrupted, InvalidInput
from cakernel.measures import measure_among, unknown_outcome
from cakernel.models import outcome_in_words
from cakernel.recovery.cli.options import RegimeConvention, RegimeOrFile


def best_command(
    regime: RegimeOrFile = "base",
    sweep: Annotated[
        Path | None,
        typer.Option(
            help='Rank at each point of a sweep with rows = "replication" instead.',
            show_default="none",
        ),
    ] = None,
    replications: Annotated[
        int | None, typer.Option(help="Of each resource scenario.", show_default="the file's, 200")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed.", show_default="the file's, 1")] = None,
    convention: RegimeConvention = None,
    outcome: Annotated[
        str | None,
        typer.Option(
            help="What to compare: resources, x, y, or value where scenarios have terminal values; "
            "or a measure of it: quantile_5_NAME, shortfall_5_NAME (the mean of the worst 5% of "
            "replications), above_97_NAME (the probability to exceed 97). Of a sweep, any that it "
            "has.",
            show_default="resources, or the sweep's first",
        ),
    ] = None,
    confidence: Confidence = 0.95,
    tolerance: Annotated[float, typer.Option(help="Of the best set: the paper's 5%.")] = 0.05,
    target: Target = None,
    tail: Tail = 0.05,
    quantile: Quantiles = None,
    together: Annotated[
        bool, typer.Option("--together", help="Rank cloud and on-site policies as one group.")
    ] = False,
    threads: Threads = None,
    device: Device = None,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Rank all policies of a model and say how sure each place is.

    As in the paper, cloud policies are compared among themselves, and on-site ones (CRD-0) among
    themselves. Writes best.parquet and .csv (one row a policy), risk.parquet and .csv (its
    quantiles, expected shortfall and probability to stay above --target), outcomes.parquet and
    .csv (one row a policy and replication) and provenance.json.
    """
    from importlib.metadata import version

    from rich.text import Text

    from cakernel.checks import MAX_REPLICATIONS, Share, check_value, whole
    from cakernel.cli.output import Results, progress_bar
    from cakernel.cli.ranking import best_of_sweep, with_groups
    from cakernel.cli.ranking_tables import ranking_card, ranking_table, risk_table, shown_of
    from cakernel.provenance import provenance
    from cakernel.ranking import best, risk_measures
    from cakernel.ranking.in_words import ranking_in_words
    from cakernel.ranking.ranks import Tolerance
    from cakernel.ranking.risk import QUANTILES
    from cakernel.recovery.cli.setups import convention_of, described
    from cakernel.recovery.outcomes import names_of_outcomes
    from cakernel.recovery.paired import paired_outcomes
    from cakernel.recovery.policy import POLICY
    from cakernel.recovery.terms import TERMS, settings_in_words
    from cakernel.recovery.words import OUTCOME_WORDS
    from cakernel.wording import counted

    check_value("confidence", confidence, Share)
    check_value("tolerance", tolerance, Tolerance)
    check_value("tail", tail, Share)
    for at in quantile or ():
        check_value("quantile", at, Share)
    if sweep is not None:
        results = Results(out, overwrite=overwrite, as_json=as_json)
        best_of_sweep(
            sweep,
            results,
            outcome=outcome,
            confidence=confidence,
            tolerance=tolerance,
            together=together,
        )
        return
    named = convention_of(regime, convention)
    case = described(regime, named, networks=True)
    known = [name for name in OUTCOME_WORDS if name in names_of_outcomes(case.scenarios)]
    outcome = known[0] if outcome is None else outcome
    measure = measure_among(outcome, known)
    if outcome not in known and measure is None:
        without = "; value needs scenarios with terminal values" if outcome == "value" else ""
        raise InvalidInput(f"--{unknown_outcome(outcome, known)}{without}")
    mean = f"mean_{outcome if measure is None else measure.of}"
    replications = case.settings.replications if replications is None else replications
    check_value("replications", replications, whole(2, MAX_REPLICATIONS))
    seed = case.settings.seed if seed is None else seed
    results = Results(out, overwrite=overwrite, as_json=as_json)
    interrupted = ""
    try:
        with progress_bar(regime) as progress:
            outcomes = paired_outcomes(
                case.simulated,
                policies=case.policies,
                scenarios=case.scenarios,
                replications=replications,
                seed=seed,
                threads=threads,
                **case.horizon,
                progress=progress,
            )
    except Interrupted as stopped:
        # of a single replication nothing is said
        if stopped.replications < 2:
            raise
        outcomes = stopped.partial
        interrupted = (
            f"interrupted; kept {stopped.replications:,} of {counted(replications, 'replication')}"
        )
        replications = stopped.replications
    ranked = best(
        with_groups(outcomes, "recovery", together=together),
        outcome=mean if measure is None else measure.name,
        by=["group"],
        confidence=confidence,
        tolerance=tolerance,
        seed=seed,
    )
    risk = risk_measures(
        outcomes,
        outcome=mean,
        keys=POLICY,
        quantiles=quantile or QUANTILES,
        tail=tail,
        target=target,
        confidence=confidence,
        seed=seed,
    )
    words = outcome_in_words(outcome)
    if case.network is None:
        results.show(settings_in_words(case.model), "")
    sentences: dict[str, str] = {}
    for group in ranked.partition_by("group", maintain_order=True):
        name = f"{regime}, {group['group'][0]}"
        title = (
            f"{name}: {words}; {counted(replications, 'replication')} of "
            f"{counted(len(case.scenarios), 'resource scenario')}, seed {seed}"
        )
        judged: dict[str, Any] = {
            "keys": POLICY,
            "outcome": words,
            "confidence": confidence,
            "tolerance": tolerance,
        }
        results.show(
            Text(title, style="bold"),
            ranking_card(group, model="recovery", **judged),
            ranking_table(group, title="The best against the others", **judged),
            risk_table(
                shown_of(group).select(POLICY).join(risk, on=POLICY, maintain_order="left"),
                keys=POLICY,
                outcome=outcome_in_words(mean.removeprefix("mean_")),
                tail=tail,
                target=target,
            ),
        )
        sentences[group["group"][0]] = ranking_in_words(group, terms=TERMS, **judged)
    results.keep({"best": ranked, "risk": risk, "outcomes": outcomes})
    record = provenance(
        "recovery",
        **case.described,
        policies=[str(policy) for policy in case.policies],
        scenarios=len(case.scenarios),
        regime=regime,
        convention=named,
        replications=replications,
        seed=seed,
        outcome=outcome,
        confidence=confidence,
        tolerance=tolerance,
        tail=tail,
        target=target,
        scipy=version("scipy"),
    )
    answer = {"summary": sentences, "best": ranked.to_dicts(), "risk": risk.to_dicts()}
    results.conclude(record, answer=answer, more={"summary": sentences}, interrupted=interrupted)
