"""What a report of a folder shows: findings, the sections of its kind, methods and sources."""

from cakernel.report.folder import RunFolder
from cakernel.report.methods import TRACE, note, sources
from cakernel.report.page import Prose, Report, Section
from cakernel.report.parts import kind_of


def build(folder: RunFolder, *, title: str | None) -> Report:
    """Return what the page of a folder shows."""
    kind, parts = kind_of(folder)
    findings, sections = kind.contents(folder, note(folder, parts.noted))
    summary = Section("findings", "Findings", [Prose([sentence]) for sentence in findings])
    words = [*kind.methods(folder), TRACE]
    methods = Section("methods", "Methods", [Prose([word], finding=False) for word in words])
    command = str(folder.part("settings").get("command"))
    made_by = command if command in kind.titles else kind.made_by
    label = f"{parts.label} " if parts.label else ""
    return Report(
        title or kind.titles.get(command, kind.title),
        f"{label}Report of a folder written by cakernel {made_by}",
        [summary, *sections, methods, sources(folder, kind, parts)],
    )
