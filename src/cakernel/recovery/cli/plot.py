"""Kinds of `cakernel plot` that draw the recovery model."""

from typing import Annotated, Literal

import typer

from cakernel.cli import plot_tables as tables
from cakernel.cli.options import Replications, Threads
from cakernel.cli.plot_options import From, Only, Out, Overwrite, Scale
from cakernel.cli.plot_target import Target
from cakernel.recovery.cli import plot_sources as sources
from cakernel.recovery.cli.options import (
    CaseSeed,
    Convention,
    Policies,
    RegimeName,
    ScenarioArgument,
    ScenarioIndex,
)
from cakernel.recovery.policy import SRD_1_TO_8


def history(
    out: Out,
    scenario: ScenarioArgument = None,
    source: From = None,
    regime: RegimeName = "base",
    convention: Convention = Convention.PUBLISHED,
    policy: Policies = None,
    scenario_index: ScenarioIndex = 0,
    replications: Annotated[int, typer.Option(help="Replications to trace.")] = 100,
    spread: Annotated[
        Literal["replications", "firms"],
        typer.Option(help="What the band shows: means over firms, or single firms."),
    ] = "replications",
    seed: CaseSeed = None,
    scale: Scale = None,
    overwrite: Overwrite = False,
) -> None:
    """Draw states and resources over time, of one to four policies."""
    target = Target(out, scale=scale, overwrite=overwrite)
    from cakernel.recovery import pictures

    if source is None:
        case = sources.case_of(
            scenario,
            regime=regime,
            convention=convention,
            scenario_index=scenario_index,
            seed=seed,
            policies=policy or ["SRD-2 CRD-5", "SRD-4 CRD-5", "SRD-5 CRD-5"],
        )
        frame, note = sources.traces(case, replications), case.note()
    else:
        frame, note = tables.read_frame(source, names=["history"]), tables.recorded(source)
    target.write(pictures.history(frame, spread=spread, note=note))


def distribution(
    out: Out,
    scenario: ScenarioArgument = None,
    source: From = None,
    only: Only = None,
    regime: RegimeName = "base",
    convention: Convention = Convention.PUBLISHED,
    policy: Policies = None,
    scenario_index: ScenarioIndex = 0,
    replications: Replications = 1000,
    seed: CaseSeed = None,
    threads: Threads = None,
    scale: Scale = None,
    overwrite: Overwrite = False,
) -> None:
    """Draw how outcomes are distributed over replications, policy by policy.

    --from takes what `cakernel best --out` writes, too: outcomes.
    """
    target = Target(out, scale=scale, overwrite=overwrite)
    from cakernel.recovery import pictures

    if source is None:
        case = sources.case_of(
            scenario,
            regime=regime,
            convention=convention,
            scenario_index=scenario_index,
            seed=seed,
            policies=policy or [f"{rule} CRD-5" for rule in SRD_1_TO_8],
        )
        frame, note = sources.outcomes(case, replications, threads), case.note()
    else:
        frame = tables.read_frame(source, names=["outcomes"], only=only or [])
        note = tables.recorded(source)
    target.write(pictures.outcome_distribution(frame, note=note))


def trace(
    out: Out,
    scenario: ScenarioArgument = None,
    source: From = None,
    regime: RegimeName = "base",
    convention: Convention = Convention.PUBLISHED,
    policy: Annotated[str, typer.Option(help="Such as 'SRD-5 CRD-5 P'.")] = "SRD-5 CRD-5",
    scenario_index: ScenarioIndex = 0,
    replication: Annotated[int, typer.Option(help="Which replication, from 0.")] = 0,
    seed: CaseSeed = None,
    first_period: Annotated[int, typer.Option(help="SVG, PNG: the first period.")] = 1,
    periods: Annotated[int, typer.Option(help="SVG, PNG: how many periods.")] = 12,
    scale: Scale = None,
    overwrite: Overwrite = False,
) -> None:
    """Draw one replication firm by firm: periods side by side, or, in .html, one after another.

    --from takes what `cakernel trace --out` writes.
    """
    target = Target(out, scale=scale, overwrite=overwrite)
    from cakernel.recovery import pictures

    if source is None:
        case = sources.case_of(
            scenario,
            regime=regime,
            convention=convention,
            scenario_index=scenario_index,
            seed=seed,
            policies=[policy],
        )
        frame = sources.traced(case, case.policies[0], replication)
        note = f"{case.policies[0]}, replication {replication}, {case.note()}"
    else:
        frame, note = tables.read_frame(source, names=["history"]), tables.recorded(source)
    if out.suffix == ".html":
        target.write(pictures.replication_player(frame, note=note))
    else:
        strip = pictures.replication_strip(
            frame, first_period=first_period, periods=periods, note=note
        )
        target.write(strip)
