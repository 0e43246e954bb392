"""A report from its front: title, findings, what its kind of folder shows, methods, sources."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from cakernel.errors import InvalidInput
from cakernel.report.best_at_points import BEST_OF_SWEEP, is_best_of_sweep
from cakernel.report.cited_numbers import say
from cakernel.report.folder import FolderKind, Pairs, ReportParts, RunFolder, all_parts
from cakernel.report.page import Facts, Prose, Report, Section
from cakernel.report.sweep import SWEEP

TRACE: Final = (
    "Every number of a finding or a table is read from the folder of results and says from where: "
    "under “Where these numbers come from”, when it is pointed at, and to programs in the "
    "attributes of its element (data-source, data-rows, data-column, data-how). Rows are counted "
    "from 0. cakernel.report.mismatches(page, folder) reads all of them again and lists what "
    "differs."
)

INCOMPLETE: Final = "Incomplete: the run was stopped before its end; this is what was finished."

TOLD: Final = {
    "replications": "replications",
    "seed": "seed",
    "outcome": "outcome",
    "confidence": "confidence of intervals",
    "tolerance": "tolerance of the best set",
    "threads": "threads asked for (null: all)",
    "interrupted": "interrupted",
}
"""Settings of any model, in words."""


def report_of(folder: RunFolder, *, title: str | None) -> Report:
    """Return what the page of a folder shows."""
    kind, parts = kind_of(folder)
    noted = {name: folder.setting(name) for name in parts.noted}
    note = ", ".join(f"{name} {value}" for name, value in noted.items() if value is not None)
    findings, sections = kind.contents(folder, note)
    missing = [Prose([INCOMPLETE], finding=False)] if folder.is_incomplete else []
    sentences = [Prose([sentence]) for sentence in findings]
    summary = Section("findings", "Findings", [*missing, *sentences])
    words = [*kind.methods(folder), TRACE]
    methods = Section("methods", "Methods", [Prose([word], finding=False) for word in words])
    command = str(folder.setting("command"))
    made_by = command if command in kind.titles else kind.made_by
    label = f"{parts.label} " if parts.label else ""
    return Report(
        title or kind.titles.get(command, kind.title),
        f"{label}Report of a folder written by cakernel {made_by}",
        [summary, *sections, methods, _sources(folder, kind, parts)],
    )


def kind_of(folder: RunFolder) -> tuple[FolderKind, ReportParts]:
    """Return the kind of a folder, and the part of reports that it belongs to.

    The record tells: the study of a sweep, or the command. A sweep of a study that has no page of
    its own gets the page that fits any. A command that its record does not name is told by a
    file that only its folders hold.
    """
    known = all_parts()
    if folder.is_sweep:
        study = str(folder.setting("study"))
        parts = known.get(study, ReportParts(label=folder.sweep.label or ""))
        return parts.sweep or replace(SWEEP, title=f"A sweep of {study}"), parts
    if is_best_of_sweep(folder):
        of: dict[str, Any] = folder.record["of"]["sweep"]
        return BEST_OF_SWEEP, known.get(of["study"], ReportParts(label=of.get("label") or ""))
    command = folder.setting("command")
    pairs = [(kind, parts) for parts in known.values() for kind in parts.kinds]
    for kind, parts in pairs:
        if command in (kind.made_by, *kind.titles):
            return kind, parts
        if command is None and kind.file and (folder.path / kind.file).exists():
            return kind, parts
    files = ", ".join(kind.file for kind, _ in pairs if kind.file)
    commands = ", ".join(dict.fromkeys(kind.made_by.split()[0] for kind, _ in pairs))
    raise InvalidInput(
        f"folder: got {folder.path}, without {files}; must be one that {commands} or sweep of "
        "cakernel wrote"
    )


def _sources(folder: RunFolder, kind: FolderKind, parts: ReportParts) -> Section:
    """Return the section on what the results came from."""
    pairs: Pairs = [("folder", folder.path.resolve().name)]

    def cite(label: str, *keys: str) -> None:
        found = folder.recorded(*keys)
        if found is not None and found.value is not None:
            pairs.append((label, found))

    for name, label in {**TOLD, **parts.told, **kind.told}.items():
        if not (name == "replications" and kind.exact):
            cite(label, folder.settings, name)
    cite("design", "sweep", "design", "kind")
    pairs += [*_model(folder, parts.label), *kind.facts(folder)]
    cite("hash of the configuration", "config_sha256")
    for name in folder.record.get("versions", {}):
        cite(f"version of {name}", "versions", name)
    cite("version of Python", "python")
    cite("hash of the kernel's sources", "kernel")
    cite("system", "machine", "system")
    cite("processor", "machine", "processor")
    return Section("sources", "What the results came from", [Facts(pairs)])


def _model(folder: RunFolder, label: str) -> Pairs:
    """Cite the model and its fields; a model with a label shows them in a section of its own."""
    model = folder.recorded(folder.settings, "model")
    if model is None:
        return []
    if not isinstance(model.value, dict):
        return [("model", model)]
    return [("model", label or fields_of(folder, "model", model.value))]


def fields_of(folder: RunFolder, model: str, names: Iterable[str]) -> Any:
    """Cite the fields of a model in the record, one after the other."""
    fields = [
        say("{} {}", name.replace("_", " "), folder.recorded(folder.settings, model, name))
        for name in names
    ]
    return say("; ").join(fields)
