"""What every kind of `cakernel plot` needs: the file to write, and results to draw."""

import json
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import polars as pl

from cakernel.cli.output import check_out_file
from cakernel.errors import InvalidInput
from cakernel.files import ending, within
from cakernel.models import outcome_in_words
from cakernel.table_files import ENDINGS, read_table
from cakernel.whole_folder import read_record, results_in, whole_record
from cakernel.wording import shown

# values that an error lists
NAMED: Final = 12
TOLD: Final = ("regime", "convention", "seed")


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


def check_only(only: Sequence[str] | None, source: Path | None) -> None:
    """Raise for rows that are chosen where none are read."""
    if only and source is None:
        raise InvalidInput(f"--only: got {shown(only[0])} without --from; must be left out")


def read_results(source: Path, *names: str, only: Sequence[str] | None = None) -> pl.DataFrame:
    """Read a .parquet or .csv file, or the first of ``names`` that a folder of results holds.

    ``only`` are conditions COLUMN=VALUE that rows must meet.
    """
    path = source
    if source.is_dir():
        found = [source / f"{name}.parquet" for name in names]
        there = [file for file in found if file.exists()]
        if not there:
            files = " or ".join(file.name for file in found)
            raise InvalidInput(
                f"--from: {source} has no {files}; must be a folder that has, or a file"
            )
        path = there[0]
        with within("--from: "):
            whole_record(source)
    if ending(path) not in ENDINGS:
        raise InvalidInput(f"--from: got {source}; must end in .parquet or .csv, or be a folder")
    with within(f"--from: {path}: "):
        frame = read_table(path, comments=False)
    for condition in only or ():
        column, _, value = condition.partition("=")
        if column not in frame.columns or not value:
            raise InvalidInput(
                f"--only: got {shown(condition)}; must be COLUMN=VALUE of the columns "
                f"{', '.join(frame.columns)}"
            )
        texts = frame[column].cast(pl.String)
        if frame.height and value not in texts:
            known = texts.drop_nulls().unique(maintain_order=True)
            more = ", ..." if known.len() > NAMED else ""
            raise InvalidInput(
                f"--only: got {shown(condition)}, of which no row is left; {column} must be one of "
                f"{', '.join(known.head(NAMED))}{more}"
            )
        frame = frame.filter(texts == value)
    return frame


def _of_winners(source: Path) -> Path | None:
    """Return the file of who wins where that a folder holds, or a map's folder inside it."""
    places = [results_in(source) / f"{name}.parquet" for name in ("map-cells", "winners")]
    return next((place for place in places if place.is_file()), None)


def holds_winners(source: Path) -> bool:
    """Say whether a folder tells who wins where, or a table has winners and how sure they are."""
    if source.is_dir():
        return _of_winners(source) is not None
    return source.is_file() and {"winner", "state"} <= set(read_results(source).columns)


def drawn_winners(
    file: PictureFile, source: Path, *, axes: Sequence[str] | None, only: Sequence[str] | None
) -> Any:
    """Draw who wins where; of several groups the first, unless ``only`` names another."""
    found = (_of_winners(source) or source) if source.is_dir() else source
    folder = found.parent if source.is_dir() else source
    if source.is_dir():
        with within("--from: "):
            whole_record(folder)
    frame = read_results(found, only=only)
    group = ""
    if "group" in frame.columns and frame.height:
        group = str(frame["group"][0])
        frame = frame.filter(pl.col("group") == group)
    outcome = settings_of(folder).get("outcome")
    by = f"Winners by {outcome_in_words(str(outcome).removeprefix('mean_'))}" if outcome else ""
    note = ", ".join(word for word in (by, group, note_of(folder)) if word)
    return file.pictures.winner_map(frame, axes=axes, note=note)


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
