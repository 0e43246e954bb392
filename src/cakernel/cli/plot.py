"""`cakernel plot`: pictures of results, one command a kind."""

from typing import Annotated

import typer

from cakernel.cli import plot_tables as tables
from cakernel.cli.plot_options import FromResults, Kinds, Only, Out, Overwrite, Scale
from cakernel.cli.plot_target import Target
from cakernel.models import MODELS, outcome_in_words, part


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
    outcome = outcome_in_words(str(settings.get("outcome", "resources")))
    level = f"intervals of {settings['confidence']:.0%}" if "confidence" in settings else ""
    note = ", ".join(word for word in (group, tables.recorded(source), level) if word)
    tolerance = settings.get("tolerance", 0.05)
    target.write(
        target.pictures.best(frame, outcome=outcome, tolerance=tolerance, most=most, note=note)
    )


def tornado(
    out: Out,
    source: FromResults,
    only: Only = None,
    outcome: Annotated[
        str, typer.Option(help="The outcome and its unit, for the axis.")
    ] = "mean resources R at the end",
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


plot = typer.Typer(
    name="plot",
    cls=Kinds,
    no_args_is_help=True,
    help="Draw a picture of results as .svg, .png or .html; needs the extra pictures.",
)
for row in MODELS:
    for kind, place in row.pictures.items():
        plot.command(kind)(part(place))
plot.command()(best)
plot.command()(tornado)
