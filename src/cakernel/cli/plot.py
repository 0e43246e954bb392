"""`cakernel plot`: pictures of results, one command a kind."""

from typing import Annotated

import polars as pl
import typer

from cakernel.cli.options import OverwriteFile
from cakernel.cli.picture import (
    FromResults,
    Kinds,
    Only,
    PictureFile,
    PictureOut,
    Scale,
    note_of,
    read_table,
    settings_of,
)
from cakernel.models import MODELS, outcome_in_words, part


def plot_best(
    out: PictureOut,
    source: FromResults,
    only: Only = None,
    most: Annotated[int, typer.Option(help="How many policies, the highest first.")] = 20,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw how far policies lie from the best, from what `cakernel best --out` writes.

    Of several groups the first is drawn; --only group=NAME draws another.
    """
    file = PictureFile(out, scale=scale, overwrite=overwrite)
    frame = read_table(source, "best", only=only)
    group = str(frame["group"][0]) if "group" in frame.columns and frame.height else ""
    if group:
        frame = frame.filter(pl.col("group") == group)
    settings = settings_of(source)
    level = f"intervals of {settings['confidence']:.0%}" if "confidence" in settings else ""
    file.write(
        file.pictures.best(
            frame,
            outcome=outcome_in_words(settings.get("outcome")),
            tolerance=settings.get("tolerance", 0.05),
            most=most,
            note=", ".join(word for word in (group, note_of(source), level) if word),
        )
    )


def plot_tornado(
    out: PictureOut,
    source: FromResults,
    only: Only = None,
    outcome: Annotated[
        str, typer.Option(help="The outcome and its unit, for the axis.")
    ] = outcome_in_words(),
    note: Annotated[
        str | None, typer.Option(help="Under the title, such as replications and seed.")
    ] = None,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw sensitivities: a tornado, or Sobol indices where the table has a column index."""
    file = PictureFile(out, scale=scale, overwrite=overwrite)
    frame = read_table(source, "tornado", "indices", only=only)
    note = note_of(source) if note is None else note
    if "index" in frame.columns:
        file.write(file.pictures.sobol_indices(_first_and_total(frame), note=note))
    else:
        file.write(file.pictures.tornado(frame, outcome=outcome, note=note))


def _first_and_total(frame: pl.DataFrame) -> pl.DataFrame:
    """Return what `cakernel sensitivity --out` writes as `pictures.sobol_indices` names it."""
    if not {"axis", "index", "value", "low", "high"} <= set(frame.columns):
        return frame
    return frame.filter(pl.col("index").is_in(["first", "total"])).select(
        parameter="axis", order="index", index="value", index_low="low", index_high="high"
    )


plots = typer.Typer(
    name="plot",
    cls=Kinds,
    no_args_is_help=True,
    help="Draw a picture of results as .svg, .png or .html; needs the extra pictures.",
)
for row in MODELS:
    for kind, place in row.pictures.items():
        plots.command(kind)(part(place))
plots.command("best")(plot_best)
plots.command("tornado")(plot_tornado)
