"""A report from its front: title, findings, what its kind of folder shows, methods, sources."""

from collections.abc import Iterable
from dataclasses import replace
from string import Formatter
from typing import Any, Final

from cakernel.errors import InvalidInput
from cakernel.models import MODELS, terms_of
from cakernel.report.best_at_points import BEST_OF_SWEEP, is_best_of_sweep
from cakernel.report.cited_numbers import Cited, say
from cakernel.report.folder import FolderKind, Pairs, ReportParts, RunFolder, all_parts
from cakernel.report.page import Answer, Facts, Prose, Report, Section
from cakernel.report.sweep import SWEEP
from cakernel.report.winners import WHERE_KINDS
from cakernel.terms import Terms

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
    told = [found if isinstance(found, Answer) else Prose([found]) for found in findings]
    heading = "The answer" if any(isinstance(found, Answer) for found in findings) else "Findings"
    summary = Section("findings", heading, [*missing, *told])
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
    if any(command == kind.made_by for kind in WHERE_KINDS):
        kind = next(kind for kind in WHERE_KINDS if command == kind.made_by)
        if not folder.has(kind.file.removesuffix(".parquet")):
            raise InvalidInput(f"folder: {folder.path} lacks {kind.file}; run it again")
        study = str(folder.setting("study"))
        return kind, known.get(study, ReportParts(label=str(folder.setting("label") or "")))
    pairs = [(kind, parts) for parts in known.values() for kind in parts.kinds]
    for kind, parts in pairs:
        if command in (kind.made_by, *kind.titles):
            return kind, parts
        if command is None and kind.file and (folder.path / kind.file).exists():
            return kind, parts
    files = ", ".join(kind.file for kind, _ in pairs if kind.file)
    commands = ", ".join(dict.fromkeys(kind.made_by.split()[0] for kind, _ in pairs))
    commands += "".join(f", {kind.made_by}" for kind in WHERE_KINDS)
    raise InvalidInput(
        f"folder: got {folder.path}, without {files}; must be one that {commands} or sweep of "
        "cakernel wrote"
    )


def _sources(folder: RunFolder, kind: FolderKind, parts: ReportParts) -> Section:
    """Return the section on what the results came from."""
    pairs: Pairs = [("folder", folder.path.resolve().name)]

    def cite(label: str, *keys: str) -> None:
        # a seed is a name, no amount
        style = {"style": "d"} if keys[-1] == "seed" else {}
        found = folder.recorded(*keys, **style)
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
    """Cite the fields of a model in the record: in its model's sentence, or one by one."""
    cited = {}
    for name in names:
        found = folder.recorded(folder.settings, model, name)
        cited[name] = (name, found)
    for terms in (terms_of(row.name) for row in MODELS if row.terms):
        asked = {name for _, name, _, _ in Formatter().parse(terms.settings) if name}
        if asked and asked <= set(cited):
            return say(terms.settings, **{name: _said(terms, *cited[name]) for name in asked})
    terms = terms_of()
    return say("; ").join(
        say("{}: {}", terms.column(n), _said(terms, n, v)) for n, v in cited.values()
    )


def _said(terms: Terms, name: str, found: Cited | None) -> Any:
    """Cite a number of the record; say a word in words."""
    if (
        found is None
        or isinstance(found.value, str)
        or str(found.value) in terms.values.get(name, {})
    ):
        return terms.value(name, None if found is None else found.value)
    return replace(found, style=terms.style(name, found.value))
