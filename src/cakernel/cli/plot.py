"""`cakernel plot`: pictures of results, one command a kind; what every kind needs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakernel.cli.groups import Group
from cakernel.cli.options import OverwriteFile
from cakernel.errors import InvalidInput
from cakernel.models import MODELS, Command, outcome_in_words

if TYPE_CHECKING:
    import polars as pl


PictureOut = Annotated[Path, typer.Option(help="File to write: .svg, .png, .pdf or .html.")]
Scale = Annotated[
    float | None,
    typer.Option(help="PNG: dots a pixel of 1/96 inch.", show_default="3.125, for 300 an inch"),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        help="Draw a .parquet or .csv file, or a folder of results, instead of simulating.",
        show_default="simulate",
    ),
]
FromResults = Annotated[
    Path, typer.Option("--from", help="A .parquet or .csv file, or a folder of results.")
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        help="COLUMN=VALUE: draw only these rows; may be repeated.", show_default="all rows"
    ),
]


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
    import polars as pl

    from cakernel.cli.picture_source import PictureFile, note_of, read_results, settings_of

    file = PictureFile(out, scale=scale, overwrite=overwrite)
    frame = read_results(source, "best", only=only)
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
        str | None,
        typer.Option(
            help="Under the title, such as replications and seed.",
            show_default="what the folder tells",
        ),
    ] = None,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw sensitivities: a tornado, or Sobol indices where the table has a column index."""
    from cakernel.cli.picture_source import PictureFile, note_of, read_results

    file = PictureFile(out, scale=scale, overwrite=overwrite)
    frame = read_results(source, "tornado", "indices", only=only)
    note = note_of(source) if note is None else note
    if "index" in frame.columns:
        file.write(file.pictures.sobol_indices(_first_and_total(frame), note=note))
    else:
        file.write(file.pictures.tornado(frame, outcome=outcome, note=note))


def _first_and_total(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Return what `cakernel sensitivity --out` writes as `pictures.sobol_indices` names it.

    Raise where it has neither first nor total indices, as of a Morris sweep.
    """
    import polars as pl

    if not {"axis", "index", "value", "low", "high"} <= set(frame.columns):
        return frame
    drawn = frame.filter(pl.col("index").is_in(["first", "total"]))
    if drawn.is_empty() and frame.height:
        given = ", ".join(frame["index"].unique(maintain_order=True).cast(pl.String))
        raise InvalidInput(
            f"--from: got the indices {given}; must have first or total, of a saltelli sweep"
        )
    return drawn.select(
        parameter="axis", order="index", index="value", index_low="low", index_high="high"
    )


plot = Group(
    name="plot",
    what="kind",
    help="Draw a picture of results as .svg, .png, .pdf or .html; needs the extra pictures.",
    panels={
        "Kinds": {
            **{kind: command for row in MODELS for kind, command in row.pictures.items()},
            "best": Command(
                "cakernel.cli.plot:plot_best",
                "Draw how far policies lie from the best, from what `cakernel best --out` writes.",
            ),
            "tornado": Command(
                "cakernel.cli.plot:plot_tornado",
                "Draw sensitivities: a tornado, or Sobol indices where the table has a column "
                "index.",
            ),
        }
    },
)
