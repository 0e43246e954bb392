"""What a model adds to reports: the kinds of folders that it writes, and what they show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from cakernel.models import MODELS, load
from cakernel.report.folder import RunFolder
from cakernel.report.page import Section
from cakernel.sweep.results import SweepResults

Contents = tuple[list[Any], list[Section]]
"""Findings, a sentence each, and the sections that follow them."""
Pairs = list[tuple[str, Any]]
"""Names and what they stand for, to be cited."""


@dataclass(frozen=True)
class FolderKind:
    """A kind of folder, and what a report of one shows.

    Attributes
    ----------
    title : str
        Of the page.
    made_by : str
        The command that writes it, without ``cakernel``, as in ``settings.command`` of the record.
    contents : callable
        From the folder, and a few words for under pictures' titles, to findings and sections.
    methods : callable
        From the folder to paragraphs on how its results came about.
    file : str
        Where the record names no command: a file that only such folders hold.
    titles : mapping of str to str
        Other commands that write such folders, and the titles of their pages.
    told : mapping of str to str
        Settings in words, before those of the `ReportParts`.
    facts : callable
        From the folder to more of what the results came from.
    exact : bool
        Whether nothing is drawn at random, so that replications mean nothing.
    """

    title: str
    made_by: str
    contents: Callable[[RunFolder, str], Contents]
    methods: Callable[[RunFolder], Sequence[str]]
    file: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    facts: Callable[[RunFolder], Pairs] = lambda folder: []
    exact: bool = False


@dataclass(frozen=True)
class ReportParts:
    """A model's part of reports.

    Attributes
    ----------
    kinds : tuple of FolderKind
        In the order in which they are looked for.
    sweep : FolderKind, optional
        Of sweeps of the model; by default the page that fits any study.
    label : str
        What the pages open with.
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
    return {row.name: load(row.report) for row in MODELS if row.report}
