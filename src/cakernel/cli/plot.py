"""`cakernel plot`: pictures of results, one command a kind; what every kind needs."""

import json
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Final

import polars as pl
import typer
from typer.core import TyperGroup

from cakernel.checks import shown
from cakernel.cli.options import OverwriteFile
from cakernel.cli.output import check_out_file
from cakernel.errors import InvalidInput
from cakernel.files import ending, within
from cakernel.models import MODELS, load, outcome_in_words
from cakernel.table_files import ENDINGS, read_table
from cakernel.whole_folder import read_record, whole_record

TOLD: Final = ("regime", "convention", "seed")

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
    list[str] | None, typer.Option(help="COLUMN=VALUE: draw only these rows; may be repeated.")
]


class Kinds(TyperGroup):
    """Kinds of pictures; an unknown one ends with one line."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of a kind."""
        if args and self.get_command(ctx, args[0]) is None:
            kinds = ", ".join(self.list_commands(ctx))
            raise InvalidInput(f"kind: got {shown(args[0])}; must be one of {kinds}")
        return super().resolve_command(ctx, args)


class PictureFile:
    """A file of a known ending that may be written: checked before anything is computed."""

    def __init__(self, path: Path, *, scale: float | None, overwrite: bool) -> None:
        # imported here: other commands start without the drawing library
        from cakernel import pictures
        from cakernel.checks import check_value
        from cakernel.pictures import picture_files
        from cakernel.pictures.picture_files import ENDINGS_IN_WORDS, PRINT_SCALE, Scale

        self.pictures: ModuleType = pictures
        self.path = path
        self.scale = PRINT_SCALE if scale is None else check_value("scale", scale, Scale)
        if ending(path) not in picture_files.ENDINGS:
            raise InvalidInput(f"--out: got {path}; must end in {ENDINGS_IN_WORDS}")
        check_out_file(path, overwrite=overwrite)

    def write(self, chart: Any) -> None:
        """Save the chart and say so."""
        self.pictures.save(chart, self.path, scale=self.scale)
        print(f"wrote {self.path}")


def read_results(source: Path, *names: str, only: Sequence[str] | None = None) -> pl.DataFrame:
    """Read a .parquet or .csv file, or the first of ``names`` that a folder of results holds.

    ``only`` are conditions COLUMN=VALUE that rows must meet.
    """
    path = source
    if source.is_dir():
        found = [source / f"{name}.parquet" for name in names]
        path = next((path for path in found if path.exists()), found[0])
        if path.exists():
            with within("--from: "):
                whole_record(source)
    if ending(path) not in ENDINGS:
        raise InvalidInput(f"--from: got {source}; must end in .parquet or .csv, or be a folder")
    with within(f"--from: {path} "):
        frame = read_table(path)
    for condition in only or ():
        column, _, value = condition.partition("=")
        if column not in frame.columns or not value:
            raise InvalidInput(
                f"--only: got {shown(condition)}; must be COLUMN=VALUE of the columns "
                f"{', '.join(frame.columns)}"
            )
        frame = frame.filter(pl.col(column).cast(pl.String) == value)
    return frame


def settings_of(source: Path) -> dict[str, Any]:
    """Return the settings that a folder of results, or that of a file, was made with, if told."""
    try:
        settings = read_record(_folder(source)).get("settings")
    except (OSError, InvalidInput):
        return {}
    return settings if isinstance(settings, dict) else {}


def note_of(source: Path) -> str:
    """Say in a few words what results were made of: the model's label, and its settings."""
    try:
        words = json.loads((_folder(source) / "words.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        words = None
    label = words.get("label") if isinstance(words, dict) else None
    settings = settings_of(source)
    told = [f"{name} {settings[name]}" for name in TOLD if name in settings]
    return ", ".join([str(label).removesuffix("."), *told] if label else told)


def _folder(source: Path) -> Path:
    return source if source.is_dir() else source.parent


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
        str | None, typer.Option(help="Under the title, such as replications and seed.")
    ] = None,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw sensitivities: a tornado, or Sobol indices where the table has a column index."""
    file = PictureFile(out, scale=scale, overwrite=overwrite)
    frame = read_results(source, "tornado", "indices", only=only)
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


def plots() -> typer.Typer:
    """Return the group of commands: those of the models, and those of any model's rankings."""
    app = typer.Typer(
        name="plot",
        cls=Kinds,
        no_args_is_help=True,
        help="Draw a picture of results as .svg, .png, .pdf or .html; needs the extra pictures.",
    )
    for row in MODELS:
        for kind, place in row.pictures.items():
            app.command(kind)(load(place))
    app.command("best")(plot_best)
    app.command("tornado")(plot_tornado)
    return app
