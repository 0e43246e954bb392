"""Results written to a folder, each file whole or not at all."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from cakernel.errors import InvalidInput


class Folder:
    """A folder of results, made when it is asked for; refuses to mix with earlier ones."""

    def __init__(self, path: Path, *, overwrite: bool) -> None:
        self.path = path
        if path.exists() and not path.is_dir():
            raise InvalidInput(f"--out: {path} is a file; must be a folder")
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()) and not overwrite:
            raise InvalidInput(
                f"--out: {path} is not empty; name another folder, or say --overwrite"
            )
        # a folder that cannot be written to is better known before a long run than after
        self._write(".writable", lambda target: target.touch())
        (path / ".writable").unlink()

    def table(self, name: str, frame: pl.DataFrame, *, csv: bool = True) -> None:
        """Write a table as Parquet and, unless that would be large, as CSV: lists become text."""
        self._write(f"{name}.parquet", frame.write_parquet)
        if not csv:
            return
        lists = [column for column, kind in frame.schema.items() if kind == pl.List]
        arrays = [column for column, kind in frame.schema.items() if kind == pl.Array]
        text = pl.element().cast(pl.String)
        flat = frame.with_columns(
            pl.col(lists).list.eval(text).list.join(" "),
            pl.col(arrays).arr.to_list().list.eval(text).list.join(" "),
        )
        self._write(f"{name}.csv", flat.write_csv)

    def record(self, name: str, content: Any) -> None:
        """Write a record as JSON."""
        text = json.dumps(content, indent=2, default=str) + "\n"
        self._write(f"{name}.json", lambda target: target.write_text(text, encoding="utf-8"))

    def _write(self, name: str, write: Callable[[Path], Any]) -> None:
        partial = self.path / f".{name}.partial"
        try:
            write(partial)
            os.replace(partial, self.path / name)
        except OSError as error:
            raise OSError(
                error.errno, error.strerror or str(error), str(self.path / name)
            ) from None
        finally:
            partial.unlink(missing_ok=True)


def refuse_existing(file: Path) -> None:
    """Raise where a file that is to be written is there already."""
    if file.exists():
        raise InvalidInput(f"{file} exists; name another file or move it away")
