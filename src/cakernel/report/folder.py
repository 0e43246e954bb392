"""A folder of results that a command wrote: its tables, its record, its sweep."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.report.cited_numbers import ROW, Cited, Sheet
from cakernel.sweep.results import SweepResults, open_sweep

MANIFEST: Final = "manifest.json"
PROVENANCE: Final = "provenance.json"


class RunFolder:
    """A folder of results; its files are read when they are asked for.

    Attributes
    ----------
    path : Path

    Raises
    ------
    InvalidInput
        If it is no folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_dir():
            raise InvalidInput(f"folder: got {path}; must be a folder of results")
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
    def is_sweep(self) -> bool:
        """Whether the folder is a sweep's."""
        return (self.path / MANIFEST).exists()

    @cached_property
    def sweep(self) -> SweepResults:
        """The results of a sweep."""
        return open_sweep(self.path)

    @property
    def record_file(self) -> str:
        """Name of the file that says what the results came from."""
        return MANIFEST if self.is_sweep else PROVENANCE

    @property
    def settings(self) -> str:
        """Key of the record under which settings stand."""
        return "sweep" if self.is_sweep else "settings"

    @cached_property
    def record(self) -> dict[str, Any]:
        """Settings, versions and machine; empty where the folder has no record."""
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
        """Cite an entry of the record; None where there is none."""
        found: Any = self.record
        for key in keys:
            if not isinstance(found, dict) or key not in found:
                return None
            found = found[key]
        return Cited(found, self.record_file, ".".join(keys), **style)

    def setting(self, name: str) -> Any:
        """Return a setting that the results were made with; None where the record has none."""
        found = self.recorded(self.settings, name)
        return None if found is None else found.value
