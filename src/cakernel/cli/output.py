"""Where the results of a command go: the terminal or one JSON object, and a folder if asked for."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import typer
from rich.console import Console, RenderableType

from cakernel.errors import InvalidInput
from cakernel.files import check_writable, write_whole

WIDTH = 100
INTERRUPTED = 130


class Folder:
    """A folder of results, made at once; refuses one that holds files, unless --overwrite."""

    def __init__(self, path: Path, *, overwrite: bool) -> None:
        self.path = path
        if path.exists() and not path.is_dir():
            raise InvalidInput(f"--out: {path} is a file; must be a folder")
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()) and not overwrite:
            raise InvalidInput(
                f"--out: {path} is not empty; name another folder, or say --overwrite"
            )
        check_writable(path / "provenance.json")

    def table(self, name: str, frame: pl.DataFrame, *, csv: bool = True) -> None:
        """Write a table as Parquet and, unless that would be large, as CSV: lists become text."""
        write_whole(self.path / f"{name}.parquet", frame.write_parquet, durable=False)
        if not csv:
            return
        lists = [column for column, kind in frame.schema.items() if kind == pl.List]
        arrays = [column for column, kind in frame.schema.items() if kind == pl.Array]
        text = pl.element().cast(pl.String)
        flat = frame.with_columns(
            pl.col(lists).list.eval(text).list.join(" "),
            pl.col(arrays).arr.to_list().list.eval(text).list.join(" "),
        )
        write_whole(self.path / f"{name}.csv", flat.write_csv, durable=False)

    def record(self, name: str, content: Any) -> None:
        """Write a record as JSON."""
        text = json.dumps(content, indent=2, default=str) + "\n"
        write_whole(self.path / f"{name}.json", text.encode(), durable=False)


class Results:
    """What a command found: shown as it comes or printed as one JSON object, and kept if wanted.

    A command checks its arguments, makes one of these, computes, shows and keeps, and concludes.
    """

    def __init__(
        self,
        out: Path | None,
        *,
        overwrite: bool = False,
        as_json: bool = False,
        width: int = WIDTH,
    ) -> None:
        self.folder = None if out is None else Folder(out, overwrite=overwrite)
        self.as_json = as_json
        self.console = Console(quiet=as_json)
        self.console.width = max(self.console.width, width)

    def show(self, *things: RenderableType) -> None:
        """Print tables and sentences one below the other, unless JSON is printed instead."""
        for thing in things:
            if isinstance(thing, str):
                # names of files may have brackets, which are no markup
                self.console.print(thing, highlight=False, markup=False)
            else:
                self.console.print(thing)

    def keep(self, tables: Mapping[str, pl.DataFrame], *, csv: bool = True) -> None:
        """Write tables into the folder, if there is one."""
        if self.folder is not None:
            for name, frame in tables.items():
                self.folder.table(name, frame, csv=csv)

    def keep_record(self, name: str, content: Any) -> None:
        """Write a record into the folder, if there is one."""
        if self.folder is not None:
            self.folder.record(name, content)

    def print_json(self, content: Any, *, indent: int | None = None) -> None:
        """Print one JSON object, if it was asked for."""
        if self.as_json:
            print(json.dumps(content, indent=indent))

    def say_where(self) -> None:
        """Say which folder holds the results."""
        if self.folder is not None and not self.as_json:
            print(f"wrote {self.folder.path}")

    def conclude(
        self,
        provenance: dict[str, Any],
        *,
        answer: Mapping[str, Any] = {},
        more: Mapping[str, Any] = {},
        interrupted: str = "",
    ) -> None:
        """Keep the provenance, and ``more`` with it; print the answer as JSON; say where all is.

        After an interruption say instead what was kept, and end with its exit code.
        """
        self.keep_record("provenance", {**provenance, **more})
        self.print_json({**answer, "provenance": provenance})
        if interrupted:
            self.show(interrupted)
            raise typer.Exit(INTERRUPTED)
        self.say_where()


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Say on Ctrl-C that nothing was kept, and end with its exit code."""
    try:
        yield
    except KeyboardInterrupt:
        print("interrupted; nothing was kept")
        raise typer.Exit(INTERRUPTED) from None


def refuse_existing(file: Path) -> None:
    """Raise where a file that is to be written is there already."""
    if file.exists():
        raise InvalidInput(f"{file} exists; name another file or move it away")


def check_out_file(path: Path, *, overwrite: bool) -> None:
    """Raise where --out names a file that may not or cannot be written."""
    if path.is_dir():
        raise InvalidInput(f"--out: {path} is a folder; must be a file")
    if path.exists() and not overwrite:
        raise InvalidInput(f"--out: {path} exists; name another file, or say --overwrite")
    check_writable(path)
