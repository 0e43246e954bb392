"""Kinds of `cakernel plot` that draw the recovery model."""

from typing import Annotated, Literal

import typer

from cakernel.cli.options import Device, OverwriteFile, Replications, Tail, Threads
from cakernel.cli.plot import From, FromResults, Only, PictureOut, Scale
from cakernel.recovery.cli.options import (
    PLOTTED,
    FileSeed,
    OnePolicy,
    PartsOption,
    Policies,
    RegimeConvention,
    RegimeName,
    ScenarioArgument,
    ScenarioIndex,
    ScenarioOrNetwork,
)


def history(
    out: PictureOut,
    scenario: ScenarioOrNetwork = None,
    source: From = None,
    regime: RegimeName = None,
    convention: RegimeConvention = None,
    policy: Policies = None,
    scenario_index: ScenarioIndex = 0,
    replications: Annotated[int, typer.Option(help="Replications to trace.")] = 100,
    spread: Annotated[
        Literal["replications", "firms"],
        typer.Option(help="What the band shows: means over firms, or single firms."),
    ] = "replications",
    by: PartsOption = "all",
    seed: FileSeed = None,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw states and resources over time, of one to four policies, or parts of a network.

    --from takes what `cakernel history --out` and `cakernel trace --out` write.
    """
    from cakernel.cli.output import progress_bar
    from cakernel.cli.picture_source import PictureFile, note_of, read_results, settings_of
    from cakernel.recovery.cli.setups import setup
    from cakernel.recovery.over_time import history as over_time
    from cakernel.wording import counted

    file = PictureFile(out, scale=scale, overwrite=overwrite)
    from cakernel.recovery import pictures

    if source is None:
        chosen = setup(scenario, regime, convention, scenario_index=scenario_index, seed=seed,
                       networks=True)  # fmt: skip
        with progress_bar("histories") as progress:
            frame = over_time(
                chosen.file.simulated,
                policies=chosen.policies(policy, default=PLOTTED),
                scenario=chosen.scenario,
                replications=replications,
                seed=chosen.seed,
                scenario_index=scenario_index,
                spread=spread,
                by=by,
                **chosen.file.horizon,
                progress=progress,
            )
        net, grid = chosen.file.network, chosen.file.model
        of = f"{counted(grid.chains, 'chain')} of {counted(grid.firms, 'firm')}"
        of = of if net is None else counted(net.firms.height, "firm")
        note = f"{counted(replications, 'replication')} of {of}; {chosen.note}"
    else:
        frame, note = read_results(source, "over_time", "history"), note_of(source)
        spread = settings_of(source).get("spread", spread)
    draw = pictures.over_time if "quantity" in frame.columns else pictures.history
    file.write(draw(frame, spread=spread, note=note))


def distribution(
    out: PictureOut,
    scenario: ScenarioArgument = None,
    source: From = None,
    only: Only = None,
    regime: RegimeName = None,
    convention: RegimeConvention = None,
    policy: Policies = None,
    scenario_index: ScenarioIndex = 0,
    replications: Replications = 1000,
    tail: Tail = 0.05,
    seed: FileSeed = None,
    threads: Threads = None,
    device: Device = None,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw how outcomes are distributed over replications, policy by policy.

    --from takes what `cakernel best --out` writes, too: outcomes.
    """
    from cakernel.checks import Share, check_value
    from cakernel.cli.output import progress_bar
    from cakernel.cli.picture_source import PictureFile, check_only, note_of, read_results
    from cakernel.recovery.cli.setups import setup
    from cakernel.recovery.policy import SRD_1_TO_8
    from cakernel.recovery.simulation import simulate

    check_value("tail", tail, Share)
    check_only(only, source)
    file = PictureFile(out, scale=scale, overwrite=overwrite)
    from cakernel.recovery import pictures

    if source is None:
        chosen = setup(scenario, regime, convention, scenario_index=scenario_index, seed=seed)
        some = [f"{rule} CRD-5" for rule in SRD_1_TO_8]
        with progress_bar("replications") as progress:
            frame = simulate(
                chosen.file.model,
                policies=chosen.policies(policy, default=some),
                scenarios=[chosen.scenario],
                first_scenario=scenario_index,
                replications=replications,
                seed=chosen.seed,
                threads=threads,
                by="replication",
                progress=progress,
            )
        note = chosen.note
    else:
        frame, note = read_results(source, "outcomes", only=only), note_of(source)
    file.write(pictures.outcome_distribution(frame, tail=tail, note=note))


def trace(
    out: PictureOut,
    scenario: ScenarioArgument = None,
    source: From = None,
    regime: RegimeName = None,
    convention: RegimeConvention = None,
    policy: OnePolicy = None,
    scenario_index: ScenarioIndex = 0,
    replication: Annotated[int, typer.Option(help="Which replication, from 0.")] = 0,
    seed: FileSeed = None,
    first_period: Annotated[int, typer.Option(help="SVG, PNG: the first period.")] = 1,
    periods: Annotated[int, typer.Option(help="SVG, PNG: how many periods.")] = 12,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw one replication firm by firm.

    Periods side by side, or, in .html, one after another. --from takes what
    `cakernel trace --out` writes.
    """
    from cakernel.cli.picture_source import PictureFile, note_of, read_results
    from cakernel.files import ending
    from cakernel.recovery.cli.setups import setup

    file = PictureFile(out, scale=scale, overwrite=overwrite)
    from cakernel.recovery import pictures

    if source is None:
        chosen = setup(scenario, regime, convention, scenario_index=scenario_index, seed=seed)
        (traced,) = chosen.policies([policy] if policy else None, default=["SRD-5 CRD-5"])
        frame = chosen.history(traced, replication)
        note = f"{traced}, replication {replication}, {chosen.note}"
    else:
        frame, note = read_results(source, "history"), note_of(source)
    if ending(out) == ".html":
        file.write(pictures.replication_player(frame, note=note))
    else:
        file.write(
            pictures.replication_strip(frame, first_period=first_period, periods=periods, note=note)
        )


def frontier(
    out: PictureOut,
    source: FromResults,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw resources against mean states: the bound, the best rules, the paper's policies.

    From the folder that `cakernel frontier --out` writes.
    """
    from cakernel.cli.picture_source import PictureFile, note_of, read_results

    file = PictureFile(out, scale=scale, overwrite=overwrite)
    from cakernel.recovery import pictures

    points, curve = (read_results(source, name) for name in ("points", "curve"))
    file.write(pictures.frontier(points, curve, note=note_of(source)))
