"""Tables that `cakernel plot` draws: read from files, their columns named as pictures ask."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from cakernel.errors import InvalidInput

READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".parquet": pl.read_parquet,
    ".csv": pl.read_csv,
}
TOLD: Final = ("regime", "convention", "seed")


def read_frame(source: Path, *, names: Sequence[str], only: Sequence[str] = ()) -> pl.DataFrame:
    """Read a .parquet or .csv file, or the first of ``names`` that a folder of results holds.

    ``only`` are conditions COLUMN=VALUE that rows must meet.
    """
    path = source
    if source.is_dir():
        found = [source / f"{name}.parquet" for name in names]
        path = next((path for path in found if path.exists()), found[0])
    if path.suffix not in READERS:
        raise InvalidInput(f"--from: got {source}; must end in .parquet or .csv, or be a folder")
    try:
        frame = READERS[path.suffix](path)
    except OSError as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else str(error)
        raise InvalidInput(f"--from: {path} cannot be read: {reason}") from None
    except pl.exceptions.PolarsError as error:
        raise InvalidInput(f"--from: {path} cannot be read: {error}".splitlines()[0]) from None
    for condition in only:
        frame = _filtered(frame, condition)
    return frame


def _filtered(frame: pl.DataFrame, condition: str) -> pl.DataFrame:
    column, _, value = condition.partition("=")
    if column not in frame.columns or not value:
        raise InvalidInput(
            f"--only: got {condition!r}; must be COLUMN=VALUE of the columns "
            f"{', '.join(frame.columns)}"
        )
    return frame.filter(pl.col(column).cast(pl.String) == value)


def settings_of(source: Path) -> dict[str, Any]:
    """Return the settings that a folder of results, or that of a file, was made with, if told."""
    record = (source if source.is_dir() else source.parent) / "provenance.json"
    try:
        settings = json.loads(record.read_text(encoding="utf-8"))["settings"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return settings if isinstance(settings, dict) else {}


def recorded(source: Path) -> str:
    """Say in a few words what results were made of, where `settings_of` knows."""
    settings = settings_of(source)
    told = [f"{name} {settings[name]}" for name in TOLD if name in settings]
    return ", ".join([*_label(source), *told])


def _label(source: Path) -> list[str]:
    """Return what outputs of the model open with, as `cakernel sensitivity` writes it."""
    record = (source if source.is_dir() else source.parent) / "words.json"
    try:
        return [str(json.loads(record.read_text(encoding="utf-8"))["label"]).removesuffix(".")]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def ranking(frame: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Return the first group of a table of `cakernel best`, and the group's name."""
    group = str(frame["group"][0]) if "group" in frame.columns and frame.height else ""
    if group:
        frame = frame.filter(pl.col("group") == group)
    return frame, group


def indices(frame: pl.DataFrame) -> pl.DataFrame:
    """Return Sobol indices of first and total order as `pictures.sobol_indices` names them."""
    if not {"axis", "index", "value", "low", "high"} <= set(frame.columns):
        return frame
    return frame.filter(pl.col("index").is_in(["first", "total"])).select(
        parameter="axis", order="index", index="value", index_low="low", index_high="high"
    )
