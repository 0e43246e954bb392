"""What kinds of folders there are, and how they are told apart."""

from pathlib import Path
from typing import Any, Final

from cakernel.ctip.label import LABEL

MANIFEST: Final = "manifest.json"
RECOVERY: Final = {
    "reproduce": "comparison.parquet",
    "claims": "comparisons.parquet",
    "best": "best.parquet",
    "run": "policies.parquet",
}
COOPETITION: Final = {
    "ctip-claims": "by_risk.parquet",
    "ctip-government": "government.parquet",
    "ctip-statics": "statics.parquet",
    "ctip-recovery": "recovery.parquet",
    "ctip-solve": "equilibria.parquet",
}
"""Kinds of folders by a file that only they hold, of each model; of several the first."""
COMMANDS: Final = {
    "ctip claims": "ctip-claims",
    "ctip government": "ctip-government",
    "ctip solve": "ctip-solve",
    "ctip case": "ctip-solve",
    "ctip statics": "ctip-statics",
    "ctip recovery": "ctip-recovery",
}
SWEEPS: Final = {"coopetition": "ctip-sweep"}
"""Kinds by the study that was swept; all others are alike."""


def kind_of(path: Path, record: dict[str, Any]) -> str | None:
    """Return the kind of a folder with this record; None where it is of no kind.

    The record tells which model a folder is of: another command may have left its files there.
    """
    if (path / MANIFEST).exists():
        return SWEEPS.get(str(_part(record, "sweep").get("study")), "sweep")
    settings = _part(record, "settings")
    if settings.get("model") == LABEL:
        command = str(settings.get("command"))
        # records once had no command; only claims are of a number of markets
        kind = COMMANDS.get(command, "ctip-claims" if "points" in settings else None)
        return kind or _by_file(path, COOPETITION)
    return _by_file(path, RECOVERY if record else COOPETITION | RECOVERY)


def is_coopetition(kind: str) -> bool:
    """Say whether a kind of folder is one of the coopetition model."""
    return kind.startswith("ctip-")


def _part(record: dict[str, Any], name: str) -> dict[str, Any]:
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def _by_file(path: Path, kinds: dict[str, str]) -> str | None:
    return next((kind for kind, file in kinds.items() if (path / file).exists()), None)
