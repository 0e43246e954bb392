"""What results came from, and how a number is traced: the end of every report."""

from collections.abc import Iterable
from typing import Any, Final

from cakernel.report.cited import say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Facts, Prose, Section
from cakernel.report.parts import FolderKind, ReportParts

TRACE: Final = (
    "Every number of a finding or a table is read from the folder of results and says from where: "
    "under “Where these numbers come from”, when it is pointed at, and to programs in the "
    "attributes of its element (data-source, data-rows, data-column, data-how). Rows are counted "
    "from 0. cakernel.report.mismatches(page, folder) reads all of them again and lists what "
    "differs."
)

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


def sources(folder: RunFolder, kind: FolderKind, parts: ReportParts) -> Section:
    """Return the section on what the results came from."""
    pairs: list[tuple[str, Any]] = [("folder", folder.path.resolve().name)]
    for name, label in {**TOLD, **parts.told, **kind.told}.items():
        if name == "replications" and kind.exact:
            continue
        found = folder.recorded(folder.settings, name)
        if found is not None and found.value is not None:
            pairs.append((label, found))
    design = folder.recorded("sweep", "design", "kind")
    if design is not None:
        pairs.append(("design", design))
    pairs += [*_model(folder, parts.label), *kind.facts(folder)]
    configuration = folder.recorded("config_sha256")
    if configuration is not None:
        pairs.append(("hash of the configuration", configuration))
    for name in folder.record.get("versions", {}):
        pairs.append((f"version of {name}", folder.recorded("versions", name)))
    for path, label in (
        (("python",), "version of Python"),
        (("kernel",), "hash of the kernel's sources"),
        (("machine", "system"), "system"),
        (("machine", "processor"), "processor"),
    ):
        found = folder.recorded(*path)
        if found is not None:
            pairs.append((label, found))
    blocks: list[Any] = [Facts(pairs)]
    if not folder.record:
        missing = f"The folder holds no {folder.record_file}: settings and versions are not known."
        blocks = [Prose([missing], finding=False), *blocks]
    return Section("sources", "What the results came from", blocks)


def _model(folder: RunFolder, label: str) -> list[tuple[str, Any]]:
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


def note(folder: RunFolder, names: Iterable[str]) -> str:
    """Say in a few words what pictures are drawn of: settings that the record has."""
    found = [(name, folder.recorded(folder.settings, name)) for name in names]
    known = [(name, cited.value) for name, cited in found if cited and cited.value is not None]
    return ", ".join(f"{name} {value}" for name, value in known)
