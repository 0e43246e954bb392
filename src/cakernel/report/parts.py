"""What a model adds to reports: the kinds of folders that it writes, and what they show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.models import MODELS, part
from cakernel.report.folder import RunFolder
from cakernel.report.page import Section
from cakernel.sweep.results import SweepResults

Contents = tuple[list[Any], list[Section]]
"""Findings, a sentence each, and the sections that follow them."""
Facts = list[tuple[str, Any]]
"""Names and what they are."""


@dataclass(frozen=True)
class FolderKind:
    """A kind of folder, and what a report of one shows.

    Attributes
    ----------
    title : str
        Of the page.
    made_by : str
        The command that writes it, without ``cakernel``; also as it stands in its record.
    contents : callable
        From the folder, and a few words for under pictures' titles, to findings and sections.
    methods : callable
        From the folder to paragraphs on how its results came about.
    file : str
        A file that only such folders hold; of a sweep none.
    titles : mapping of str to str
        Other commands that write such folders, and the titles of their pages.
    told : mapping of str to str
        Settings in words, before those of the `ReportParts`.
    facts : callable
        From the folder to more of what the results came from.
    exact : bool
        Whether nothing is drawn, so that replications mean nothing.
    """

    title: str
    made_by: str
    contents: Callable[[RunFolder, str], Contents]
    methods: Callable[[RunFolder], Sequence[str]]
    file: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    facts: Callable[[RunFolder], Facts] = lambda folder: []
    exact: bool = False


@dataclass(frozen=True)
class ReportParts:
    """A model's part of reports.

    Attributes
    ----------
    kinds : tuple of FolderKind
        In the order in which they are looked for.
    sweep : FolderKind, optional
        Of sweeps of the model.
    label : str
        What the pages open with; the model's records have it as ``settings.model``.
    told : mapping of str to str
        Settings in words.
    noted : tuple of str
        Settings that stand under the titles of pictures.
    sweep_tables, tables : mapping
        Tables that follow from a sweep, or from a folder, by the names that numbers are cited from.
    """

    kinds: tuple[FolderKind, ...] = ()
    sweep: FolderKind | None = None
    label: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    noted: tuple[str, ...] = ("seed",)
    sweep_tables: Mapping[str, Callable[[SweepResults], pl.DataFrame]] = field(default_factory=dict)
    tables: Mapping[str, Callable[[Path], pl.DataFrame]] = field(default_factory=dict)


def all_parts() -> dict[str, ReportParts]:
    """Return the parts of the models that have some, by the models' names."""
    return {row.name: part(row.report) for row in MODELS if row.report}


def kind_of(folder: RunFolder) -> tuple[FolderKind, ReportParts]:
    """Return the kind of a folder, and the part of reports that it belongs to.

    The record tells which model a folder is of: another command may have left its files there.

    Raises
    ------
    InvalidInput
        If it is of no kind.
    """
    known = all_parts()
    if folder.is_sweep:
        study = str(folder.part("sweep").get("study"))
        swept = known.get(study, ReportParts())
        if swept.sweep is None:
            raise InvalidInput(
                f"folder: got a sweep of {study}, of which no model here has reports: "
                f"{', '.join(name for name, parts in known.items() if parts.sweep)} have"
            )
        return swept.sweep, swept
    settings = folder.part("settings")
    labelled = [p for p in known.values() if p.label and p.label == settings.get("model")]
    others = [p for p in known.values() if not (p.label and folder.record)]
    asked = labelled or others
    pairs = [(kind, parts) for parts in asked for kind in parts.kinds]
    command = settings.get("command")
    for kind, parts in pairs if command is not None else []:
        if command == kind.made_by or command in kind.titles:
            return kind, parts
    for kind, parts in pairs:
        if (folder.path / kind.file).exists():
            return kind, parts
    kinds = [kind for parts in known.values() for kind in parts.kinds]
    commands = dict.fromkeys(kind.made_by.split()[0] for kind in kinds)
    raise InvalidInput(
        f"folder: got {folder.path}, without {', '.join(kind.file for kind in kinds)}; must be one "
        f"that {', '.join(commands)} or sweep of cakernel wrote"
    )
