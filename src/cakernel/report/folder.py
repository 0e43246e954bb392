"""A folder that a command wrote: what kind it is, its tables and its record."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.report.cited import ROW, Cited, Sheet
from cakernel.report.kinds import COOPETITION, MANIFEST, RECOVERY, kind_of
from cakernel.sweep.results import SweepResults, open_sweep


class RunFolder:
    """A folder of results, read when it is asked for.

    Attributes
    ----------
    path : Path
    kind : str
        As of `cakernel.report.kinds.kind_of`.

    Raises
    ------
    InvalidInput
        If the folder is of no kind, or its record cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_dir():
            raise InvalidInput(f"folder: got {path}; must be a folder of results")
        found = kind_of(path, self.record)
        if found is None:
            files = (MANIFEST, *RECOVERY.values(), *COOPETITION.values())
            raise InvalidInput(
                f"folder: got {path}, without {', '.join(files)}; must be one that "
                "reproduce, best, claims, run, sweep or ctip of cakernel wrote"
            )
        self.kind = found
        self._sheets: dict[str, Sheet] = {}

    def has(self, name: str) -> bool:
        """Say whether the folder holds a table."""
        return (self.path / f"{name}.parquet").exists()

    def sheet(self, name: str) -> Sheet:
        """Return a table of the folder.

        Raises
        ------
        InvalidInput
            If it is missing or cannot be read.
        """
        if name not in self._sheets:
            file = f"{name}.parquet"
            try:
                frame = pl.read_parquet(self.path / file)
            except FileNotFoundError:
                raise InvalidInput(f"folder: {self.path} lacks {file}; run it again") from None
            except pl.exceptions.PolarsError as error:
                reason = str(error).splitlines()[0]
                raise InvalidInput(f"folder: {self.path / file} cannot be read: {reason}") from None
            self._sheets[name] = Sheet(file, frame.with_row_index(ROW))
        return self._sheets[name]

    @property
    def record_file(self) -> str:
        """Name of the file that says what the results came from."""
        return MANIFEST if (self.path / MANIFEST).exists() else "provenance.json"

    @cached_property
    def record(self) -> dict[str, Any]:
        """Settings, versions and machine; empty where the folder does not tell."""
        try:
            found = json.loads((self.path / self.record_file).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise InvalidInput(
                f"folder: {self.path / self.record_file} cannot be read: {error}"
            ) from None
        return found if isinstance(found, dict) else {}

    def recorded(self, *keys: str, **style: Any) -> Cited | None:
        """Cite an entry of the record, None where there is none."""
        found: Any = self.record
        for key in keys:
            if not isinstance(found, dict) or key not in found:
                return None
            found = found[key]
        return Cited(found, self.record_file, ".".join(keys), **style)

    @property
    def settings(self) -> str:
        """Key of the record under which settings stand."""
        return "sweep" if self.record_file == MANIFEST else "settings"

    @cached_property
    def sweep(self) -> SweepResults:
        """The results of a sweep."""
        return open_sweep(self.path)
