"""A network's folder: one CSV file a table, read and written."""

import difflib
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from cakernel.checks import reject_unknown
from cakernel.errors import InvalidInput
from cakernel.files import within, write_whole
from cakernel.recovery.network.columns import TABLES
from cakernel.table_files import read_texts
from cakernel.whole_folder import write_folder

# how much a file's name is like that of a missing one, to be taken for it
ALIKE = 0.8


def file_names(folder: Path) -> dict[str, str]:
    """Return what errors call each table: its file."""
    return {name: str(folder / f"{name}.csv") for name in TABLES}


def read_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """Return the tables of a folder as texts; of files that are not there, empty ones."""
    if not folder.is_dir():
        raise InvalidInput(f"{folder}: is no folder; must hold firms.csv")
    files = sorted(path.name for path in folder.iterdir())
    tables = {}
    for name, path in file_names(folder).items():
        file = f"{name}.csv"
        if file in files:
            with within(f"{path}: "):
                tables[name] = read_texts(Path(path))
            continue
        near = difflib.get_close_matches(file, files, n=1, cutoff=ALIKE)
        if near:
            reject_unknown(near, [file], f"{folder}/", "file")
        if name == "firms":
            raise InvalidInput(f"{path}: is not there; must have a row for each firm")
        tables[name] = pl.DataFrame()
    return tables


def refuse_tables(folder: Path, *, overwrite: bool) -> None:
    """Raise where a folder has one of the files already, and it may not be replaced, or is none."""
    if folder.exists() and not folder.is_dir():
        raise InvalidInput(f"{folder} is a file; must be a folder")
    for path in file_names(folder).values():
        if Path(path).exists() and not overwrite:
            raise InvalidInput(f"{path} exists; name another folder, or say overwrite")


def write_tables(tables: Mapping[str, pl.DataFrame], folder: Path, *, overwrite: bool) -> None:
    """Write the tables into a folder; refuse to replace one, unless asked to.

    A folder that is not there appears whole. In one that is there firms.csv goes first and comes
    last: without it no folder is read as a network, so a kill leaves no mix of two networks.
    """
    refuse_tables(folder, overwrite=overwrite)
    files = {f"{name}.csv": tables[name].write_csv().encode() for name in TABLES}
    if not folder.exists():
        write_folder(folder, files, option="folder")
        return
    (folder / "firms.csv").unlink(missing_ok=True)
    for name, content in reversed(files.items()):
        write_whole(folder / name, content)
