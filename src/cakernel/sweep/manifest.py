"""The manifest of a sweep's folder, checked when it is read; where it is damaged, its copy."""

import json
import re
from pathlib import Path
from typing import Annotated, Any, TypedDict

from cakernel.checksums import CHECKSUM, unsealed
from cakernel.errors import InvalidInput
from cakernel.sweep.record import Count, Limit, check_record

FORMAT = 3
MANIFESTS = ("manifest.json", "manifest-copy.json")
POINTS_FILE = re.compile(r"points-[0-9]+\.parquet")


class PointsFile(TypedDict):
    """A file of points: how many, cut into how many blocks, for what, and its checksum."""

    file: Annotated[
        str, Limit("points-000.parquet or the like", lambda name: bool(POINTS_FILE.fullmatch(name)))
    ]
    points: Count
    blocks: Count
    replications: Count
    block_work: float
    sha256: str


class Described(TypedDict):
    """What reading results needs of a sweep's description."""

    study: str
    keys: list[str]
    outcomes: list[str]
    choice: list[str]
    axes: dict[str, Any]
    design: dict[str, Any]
    seed: Count
    replications: Count
    precision: dict[str, Any] | None


class Manifest(TypedDict):
    """What a manifest must hold; it has more."""

    sweep: Described
    points: Annotated[list[PointsFile], Limit("one or more", bool)]
    kernel: str
    versions: dict[str, str]


def read_manifest(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the manifest of a folder, or its copy, and what is wrong with those before it.

    Raises InvalidInput where the folder holds no sweep, or none that this version can read.
    """
    wrong: list[str] = []
    for name in MANIFESTS:
        path = folder / name
        try:
            return _checked(path), wrong
        except (FileNotFoundError, NotADirectoryError):
            wrong.append(f"{path}: is missing")
        except InvalidInput:
            raise
        except ValueError as error:
            wrong.append(f"{path}: is damaged: {error}")
    if all(reason.endswith("is missing") for reason in wrong):
        raise InvalidInput(f"{folder}: holds no sweep")
    raise InvalidInput(f"{wrong[0]}; so is its copy: the sweep cannot be read or go on here")


def _checked(path: Path) -> dict[str, Any]:
    """Return what a manifest says; raise ValueError if it is damaged."""
    content = path.read_bytes()
    try:
        manifest = unsealed(content)
    except ValueError:
        _refuse_other_format(path, content)
        raise
    if manifest.get("format") != FORMAT:
        raise _other_format(path, manifest)
    check_record(manifest, Manifest)
    return manifest


def _refuse_other_format(path: Path, content: bytes) -> None:
    """Raise for a manifest of before there were checksums; a damaged one is none."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return
    if isinstance(found, dict) and CHECKSUM not in found and found.get("format") in (1, 2):
        raise _other_format(path, found)


def _other_format(path: Path, manifest: dict[str, Any]) -> InvalidInput:
    versions = manifest.get("versions")
    by = versions.get("cakernel") if isinstance(versions, dict) else None
    return InvalidInput(
        f"{path.parent}: is of format {manifest.get('format')!r}, written by cakernel "
        f"{by or 'of an unknown version'}; this version reads {FORMAT}: open it with the one that "
        "wrote it, or run the sweep in another folder"
    )
