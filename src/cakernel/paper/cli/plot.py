"""Kinds of `cakernel plot` that draw the reproduction."""

from typing import Annotated

import polars as pl
import typer

from cakernel.cli.options import OverwriteFile, Replications, Seed, Threads
from cakernel.cli.plot import From, PictureFile, PictureOut, Scale, note_of, read_table
from cakernel.paper.cli.reproduce import simulated_map, simulated_regime
from cakernel.paper.comparison import compare
from cakernel.recovery.cli.setups import Convention
from cakernel.recovery.model import REGIMES
from cakernel.recovery.model import regime as named_regime


def speed_map(
    out: PictureOut,
    source: From = None,
    replications: Replications = 5,
    seed: Seed = 1,
    convention: Convention = Convention.PUBLISHED,
    threads: Threads = None,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw the map of Fig. 2: best supply rules by supply risk and chain size."""
    file = PictureFile(out, scale=scale, overwrite=overwrite)
    from cakernel.paper import pictures

    if source is None:
        settings = {"replications": replications, "seed": seed, "threads": threads}
        frame = simulated_map(convention, settings, known={})
        note = f"convention {convention}, seed {seed}"
    else:
        frame, note = read_table(source, "map"), note_of(source)
    file.write(pictures.recommended_speed_map(frame, note=note))


def agreement(
    out: PictureOut,
    source: From = None,
    regime: Annotated[
        list[str] | None, typer.Option(help="May be repeated.", show_default="all seven")
    ] = None,
    replications: Replications = 5,
    seed: Seed = 1,
    convention: Convention = Convention.PUBLISHED,
    threads: Threads = None,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw simulated figures against the printed ones of Tables 3 to 6."""
    file = PictureFile(out, scale=scale, overwrite=overwrite)
    from cakernel.paper import pictures

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
        frame, note = read_table(source, "comparison"), note_of(source)
    file.write(pictures.agreement(frame, note=note))
