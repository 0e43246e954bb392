"""`cakernel plot`: pictures of results, one command a kind."""

from typing import Annotated, Literal

import polars as pl
import typer

from cakernel.cli import plot_sources as sources
from cakernel.cli import plot_tables as tables
from cakernel.cli.options import Replications, Seed, Threads
from cakernel.cli.plot_ctip import ctip, ctip_claims, ctip_where
from cakernel.cli.plot_options import (
    CaseSeed,
    From,
    FromResults,
    Kinds,
    Only,
    Out,
    Overwrite,
    Policies,
    RegimeName,
    Scale,
    ScenarioArgument,
    ScenarioIndex,
)
from cakernel.cli.plot_target import Target
from cakernel.cli.reproduce import Convention, simulated_map, simulated_regime
from cakernel.paper.comparison import compare
from cakernel.paper.five_percent import WITHIN
from cakernel.policy import SRD_1_TO_8
from cakernel.regime import REGIMES
from cakernel.regime import regime as named_regime

OUTCOMES = {
    "resources": "mean resources R at the end (units)",
    "x": "mean operational state x",
    "y": "mean intangibles state y",
}


plot = typer.Typer(
    cls=Kinds,
    no_args_is_help=True,
    help="Draw a picture of results as .svg, .png or .html; needs the extra pictures.",
)


@plot.command("map")
def speed_map(
    out: Out,
    source: From = None,
    replications: Replications = 5,
    seed: Seed = 1,
    convention: Convention = Convention.PUBLISHED,
    threads: Threads = None,
    scale: Scale = None,
    overwrite: Overwrite = False,
) -> None:
    """Draw the map of Fig. 2: best supply rules by supply risk and chain size."""
    target = Target(out, scale=scale, overwrite=overwrite)
    if source is None:
        settings = {"replications": replications, "seed": seed, "threads": threads}
        frame = simulated_map(convention, settings, known={})
        note = f"convention {convention}, seed {seed}"
    else:
        frame, note = tables.read_frame(source, names=["map"]), tables.recorded(source)
    target.write(target.pictures.recommended_speed_map(frame, note=note))


@plot.command()
def agreement(
    out: Out,
    source: From = None,
    regime: Annotated[
        list[str] | None, typer.Option(help="May be repeated.", show_default="all seven")
    ] = None,
    replications: Replications = 5,
    seed: Seed = 1,
    convention: Convention = Convention.PUBLISHED,
    threads: Threads = None,
    scale: Scale = None,
    overwrite: Overwrite = False,
) -> None:
    """Draw simulated figures against the printed ones of Tables 3 to 6."""
    target = Target(out, scale=scale, overwrite=overwrite)
    if source is None:
        settings = {"replications": replications, "seed": seed, "threads": threads}
        models = {
            name: named_regime(name, convention=convention) for name in regime or list(REGIMES)
        }
        parts = [
            simulated_regime(name, model, settings).with_columns(regime=pl.lit(name))
            for name, model in models.items()
        ]
        frame = compare(pl.concat(parts))
        note = f"convention {convention}, seed {seed}"
    else:
        frame, note = tables.read_frame(source, names=["comparison"]), tables.recorded(source)
    target.write(target.pictures.agreement(frame, note=note))


@plot.command()
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
    target.write(target.pictures.history(frame, spread=spread, note=note))


@plot.command()
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
    target.write(target.pictures.distribution(frame, note=note))


@plot.command()
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
        chart = target.pictures.replication_player(frame, note=note)
    else:
        chart = target.pictures.replication_strip(
            frame, first_period=first_period, periods=periods, note=note
        )
    target.write(chart)


@plot.command()
def best(
    out: Out,
    source: FromResults,
    only: Only = None,
    most: Annotated[int, typer.Option(help="How many policies, the highest first.")] = 20,
    scale: Scale = None,
    overwrite: Overwrite = False,
) -> None:
    """Draw how far policies lie from the best, from what `cakernel best --out` writes.

    Of several groups the first is drawn; --only group=NAME draws another.
    """
    target = Target(out, scale=scale, overwrite=overwrite)
    frame, group = tables.ranking(tables.read_frame(source, names=["best"], only=only or []))
    settings = tables.settings_of(source)
    outcome = OUTCOMES.get(str(settings.get("outcome")), OUTCOMES["resources"])
    level = f"intervals of {settings['confidence']:.0%}" if "confidence" in settings else ""
    note = ", ".join(word for word in (group, tables.recorded(source), level) if word)
    tolerance = settings.get("tolerance", WITHIN)
    target.write(
        target.pictures.best(frame, outcome=outcome, tolerance=tolerance, most=most, note=note)
    )


@plot.command()
def tornado(
    out: Out,
    source: FromResults,
    only: Only = None,
    outcome: Annotated[
        str, typer.Option(help="The outcome and its unit, for the axis.")
    ] = OUTCOMES["resources"],
    note: Annotated[
        str | None, typer.Option(help="Under the title, such as replications and seed.")
    ] = None,
    scale: Scale = None,
    overwrite: Overwrite = False,
) -> None:
    """Draw sensitivities: a tornado, or Sobol indices where the table has a column index."""
    target = Target(out, scale=scale, overwrite=overwrite)
    frame = tables.read_frame(source, names=["tornado", "indices"], only=only or [])
    note = tables.recorded(source) if note is None else note
    if "index" in frame.columns:
        target.write(target.pictures.sobol_indices(tables.indices(frame), note=note))
    else:
        target.write(target.pictures.tornado(frame, outcome=outcome, note=note))


plot.command("ctip")(ctip)
plot.command("ctip-claims")(ctip_claims)
plot.command("ctip-where")(ctip_where)
