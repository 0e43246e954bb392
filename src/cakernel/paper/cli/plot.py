"""Kinds of `cakernel plot` that draw the reproduction."""

from collections.abc import Collection
from typing import Annotated

import typer

from cakernel.cli.options import Device, OverwriteFile, Replications, Seed, Threads
from cakernel.cli.plot import From, Only, PictureOut, Scale
from cakernel.paper.cli.options import Without
from cakernel.recovery.cli.options import Convention, ConventionOption


def _told(convention: str, without: Collection[str] | None) -> str:
    """Name a convention, and the deviations that are switched off, for under a title."""
    return f"convention {convention}" + (f" without {', '.join(without)}" if without else "")


def speed_map(
    out: PictureOut,
    source: From = None,
    axis: Annotated[
        list[str] | None,
        typer.Option(
            help="With --from, of who wins where: what is across, up, and in panels; up to three.",
            show_default="along which winners differ most",
        ),
    ] = None,
    only: Only = None,
    replications: Replications = 5,
    seed: Seed = 1,
    convention: ConventionOption = Convention.PUBLISHED,
    without: Without = None,
    threads: Threads = None,
    device: Device = None,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw a map of who wins where: of a folder, or Fig. 2, best rules by risk and chain size.

    --from takes what `cakernel stability`, `best --sweep` and `rules` write to --out, and the map
    that `cakernel reproduce` writes. Without it, Fig. 2 is simulated.
    """
    from cakernel.cli.picture_source import (
        PictureFile,
        check_only,
        drawn_winners,
        holds_winners,
        read_results,
    )
    from cakernel.cli.picture_source import note_of as note_of_folder
    from cakernel.paper.cli.simulated import simulated_map
    from cakernel.paper.printed_rules import check_deviations

    deviations = check_deviations(without or (), convention=convention)
    check_only(only, source)
    file = PictureFile(out, scale=scale, overwrite=overwrite)
    from cakernel.paper import pictures

    if source is not None and holds_winners(source):
        file.write(drawn_winners(file, source, axes=axis, only=only))
        return
    if source is None:
        settings = {"replications": replications, "seed": seed, "threads": threads}
        frame = simulated_map(convention, settings, deviations=deviations, known={})
        note = f"{_told(convention, without)}, seed {seed}"
    else:
        frame, note = read_results(source, "map", only=only), note_of_folder(source)
    file.write(pictures.recommended_speed_map(frame, note=note))


def agreement(
    out: PictureOut,
    source: From = None,
    regimes: Annotated[
        list[str] | None,
        typer.Option("--regime", help="May be repeated.", show_default="all seven"),
    ] = None,
    replications: Replications = 5,
    seed: Seed = 1,
    convention: ConventionOption = Convention.PUBLISHED,
    without: Without = None,
    threads: Threads = None,
    device: Device = None,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw simulated figures against the printed ones of Tables 3 to 6."""
    import polars as pl

    from cakernel.cli.picture_source import PictureFile, read_results
    from cakernel.cli.picture_source import note_of as note_of_folder
    from cakernel.paper.cli.simulated import simulated_regime
    from cakernel.paper.comparison import compare
    from cakernel.paper.printed_rules import as_printed, check_deviations
    from cakernel.recovery.model import REGIMES, regime

    deviations = check_deviations(without or (), convention=convention)
    file = PictureFile(out, scale=scale, overwrite=overwrite)
    from cakernel.paper import pictures

    if source is None:
        settings = {"replications": replications, "seed": seed, "threads": threads}
        # an unknown regime is refused before the first is simulated
        models = {name: regime(name, convention=convention) for name in regimes or REGIMES}
        frame = compare(
            pl.concat(
                as_printed(
                    simulated_regime(name, model, settings), deviations=deviations
                ).with_columns(regime=pl.lit(name))
                for name, model in models.items()
            )
        )
        note = f"{_told(convention, without)}, seed {seed}"
    else:
        frame, note = read_results(source, "comparison"), note_of_folder(source)
    file.write(pictures.agreement(frame, note=note))
