"""A folder of results: its tables and record, and what models say of the kinds of folders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.files import within
from cakernel.models import MODELS, load
from cakernel.report.cited_numbers import ROW, Cited, Sheet
from cakernel.report.page import Section
from cakernel.sweep.folder import SweepFolder
from cakernel.sweep.results import SweepResults, open_sweep
from cakernel.sweep.status import sweep_status
from cakernel.whole_folder import results_in, whole_record


class RunFolder:
    """A folder of results that a command wrote; its files are read when they are asked for."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise InvalidInput(f"folder: got {path}; must be a folder of results")
        path = self.path = results_in(path)
        self.is_sweep = SweepFolder(path).exists
        # the file that says what the results came from, and its key of settings
        self.record_file = "manifest.json" if self.is_sweep else "provenance.json"
        self.settings = "sweep" if self.is_sweep else "settings"
        self._sheets: dict[str, Sheet] = {}

    def has(self, name: str) -> bool:
        """Say whether the folder holds a table."""
        return (self.path / f"{name}.parquet").exists()

    def sheet(self, name: str) -> Sheet:
        """Return a table of the folder, or refuse one that is missing or cannot be read."""
        if name not in self._sheets:
            file = f"{name}.parquet"
            try:
                frame = pl.read_parquet((self.path / file).read_bytes())
            except FileNotFoundError:
                raise InvalidInput(f"folder: {self.path} lacks {file}; run it again") from None
            except pl.exceptions.PolarsError as error:
                reason = str(error).splitlines()[0]
                raise InvalidInput(f"folder: {self.path / file} cannot be read: {reason}") from None
            self._sheets[name] = Sheet(file, frame.with_row_index(ROW))
        return self._sheets[name]

    @cached_property
    def sweep(self) -> SweepResults:
        """The results of a sweep, none of them damaged."""
        return open_sweep(self.path).undamaged()

    @cached_property
    def record(self) -> dict[str, Any]:
        """Settings, versions and machine, of a folder that is whole."""
        if self.is_sweep:
            # its errors name the file
            return self.sweep.manifest
        with within("folder: "):
            return whole_record(self.path)

    @cached_property
    def is_incomplete(self) -> bool:
        """Whether the run was stopped before its end."""
        if self.is_sweep:
            return not sweep_status(self.path).finished
        return bool(self.record.get("interrupted"))

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


Contents = tuple[list[Any], list[Section]]
"""Findings, a sentence each, and the sections that follow them."""
Pairs = list[tuple[str, Any]]
"""Names and what they stand for, to be cited."""


@dataclass(frozen=True)
class FolderKind:
    """A kind of folder, and what a report of one shows."""

    title: str
    made_by: str
    """The command that writes it, without ``cakernel``: ``settings.command`` of the record."""
    contents: Callable[[RunFolder, str], Contents]
    """From the folder, and a few words for under pictures' titles, to what the page shows."""
    methods: Callable[[RunFolder], Sequence[str]]
    """From the folder to paragraphs on how its results came about."""
    file: str = ""
    """Where the record names no command: a file that only such folders hold."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Other commands that write such folders, and the titles of their pages."""
    told: Mapping[str, str] = field(default_factory=dict)
    """Settings in words, before those of the `ReportParts`."""
    facts: Callable[[RunFolder], Pairs] = lambda folder: []
    """From the folder to more of what the results came from."""
    exact: bool = False
    """Whether nothing is drawn at random, so that replications mean nothing."""


@dataclass(frozen=True)
class ReportParts:
    """A model's part of reports."""

    kinds: tuple[FolderKind, ...] = ()
    """In the order in which they are looked for."""
    sweep: FolderKind | None = None
    """Of sweeps of the model; by default the page that fits any study."""
    label: str = ""
    """What the pages open with."""
    told: Mapping[str, str] = field(default_factory=dict)
    """Settings in words."""
    noted: tuple[str, ...] = ("seed",)
    """Settings that stand under the titles of pictures."""
    sweep_tables: Mapping[str, Callable[[SweepResults], pl.DataFrame]] = field(default_factory=dict)
    """Tables that follow from a sweep, by the names that numbers are cited from."""
    tables: Mapping[str, Callable[[Path], pl.DataFrame]] = field(default_factory=dict)
    """The same of tables that follow from a folder."""


def all_parts() -> dict[str, ReportParts]:
    """Return the parts of the models that have some, by the models' names."""
    return {row.name: load(row.report) for row in MODELS if row.report}
