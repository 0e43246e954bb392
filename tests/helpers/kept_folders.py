"""Whole folders of results made of tables, and folders of results that were changed by hand."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl

from cakernel.checksums import hash_of, sealed, unsealed
from cakernel.whole_folder import WholeFolder


def kept(
    path: Path,
    settings: dict[str, Any],
    *,
    of: dict[str, Any] | None = None,
    **tables: pl.DataFrame,
) -> Path:
    """Write tables as a command does; ``of`` is the manifest of the sweep they are of."""
    folder = WholeFolder(path, overwrite=False)
    for name, table in tables.items():
        folder.write(f"{name}.parquet", table.write_parquet)
    folder.complete({"settings": settings} | ({} if of is None else {"of": of}))
    return path


def copied(source: Path, path: Path) -> Path:
    """Copy a folder, to change it."""
    return Path(shutil.copytree(source, path, dirs_exist_ok=True))


def resealed(path: Path) -> Path:
    """Give a folder that was changed by hand a record that fits it."""
    record = unsealed((path / "provenance.json").read_bytes())
    names = [file.name for file in path.iterdir() if file.name != "provenance.json"]
    record["files"] = {name: hash_of((path / name).read_bytes()) for name in names}
    (path / "provenance.json").write_bytes(sealed(record))
    return path
