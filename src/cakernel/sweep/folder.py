"""The folder of a sweep: manifest, points, journal and shards.

    manifest.json        what is swept, under which kernel; the files of points and their hashes
    points-000.parquet   the points in the order they run in, with their block
    journal.jsonl        a line for each shard that is whole: its hash, size and what it covers
    shards/000000-000.parquet   results of block 0, part 0

Only what the journal names counts; everything is written whole or not at all.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from cakernel.errors import InvalidInput
from cakernel.files import PARTIAL, write_whole
from cakernel.provenance import provenance
from cakernel.sweep.journal import Journal, Shard
from cakernel.sweep.shard import hash_of, parquet_bytes

FORMAT = 2
LOCK_SECONDS = 1.0


class SweepFolder:
    """A sweep on disk.

    Attributes
    ----------
    path : Path
        The folder.
    journal : Journal
        Its lines; what they do not name does not count.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = Journal(path / "journal.jsonl")

    @property
    def manifest(self) -> dict[str, Any]:
        """What the folder holds; raises InvalidInput where it holds no sweep."""
        try:
            manifest: dict[str, Any] = json.loads((self.path / "manifest.json").read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise InvalidInput(f"{self.path}: holds no sweep") from None
        except ValueError:
            raise InvalidInput(f"{self.path}/manifest.json: is damaged") from None
        if manifest["format"] != FORMAT:
            raise InvalidInput(
                f"{self.path}: is of format {manifest['format']}; this version reads {FORMAT}"
            )
        return manifest

    @property
    def exists(self) -> bool:
        """Whether a sweep was begun here."""
        return (self.path / "manifest.json").exists()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing here; the system frees the lock of one that dies.

        Raises
        ------
        InvalidInput
            If another process holds it.
        """
        lock = FileLock(self.path / ".lock", timeout=LOCK_SECONDS)
        try:
            lock.acquire()
        except Timeout:
            raise InvalidInput(
                f"{self.path}: another process is writing to this sweep; wait for it, or stop it"
            ) from None
        try:
            self.journal.mend()
            for partial in self.path.rglob(f".*{PARTIAL}"):
                partial.unlink()
            yield
        finally:
            lock.release()

    @property
    def is_running(self) -> bool:
        """Whether some process holds the lock."""
        if not (self.path / ".lock").exists():
            return False
        lock = FileLock(self.path / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            return True
        except OSError:
            # a folder that cannot be written to has no writer either
            return False
        lock.release()
        return False

    def begin(self, description: dict[str, Any], points: pl.DataFrame, kernel: str) -> None:
        """Write the first points and the manifest of a new sweep."""
        (self.path / "shards").mkdir(exist_ok=True)
        self._write_manifest(description, [self._write_points(0, points)], kernel)

    def extend(self, description: dict[str, Any], points: pl.DataFrame) -> None:
        """Add points, if any, and replace the description."""
        files = self.manifest["points"]
        if points.height:
            files = [*files, self._write_points(len(files), points)]
        self._write_manifest(description, files, self.manifest["kernel"])

    def _write_points(self, number: int, points: pl.DataFrame) -> dict[str, Any]:
        name = f"points-{number:03}.parquet"
        content = parquet_bytes(points)
        write_whole(self.path / name, content)
        return {"file": name, "points": points.height, "sha256": hash_of(content)}

    def _write_manifest(
        self, description: dict[str, Any], files: list[dict[str, Any]], kernel: str
    ) -> None:
        manifest = {
            "format": FORMAT,
            "sweep": description,
            "config_sha256": hash_of(json.dumps(description, sort_keys=True).encode()),
            "points": files,
            "written": time.time(),
            **provenance(),
            "kernel": kernel,
        }
        content = json.dumps(manifest, indent=2) + "\n"
        write_whole(self.path / "manifest.json", content.encode())

    def points(self) -> pl.DataFrame:
        """Return all points with their blocks, in the order they run in.

        Raises
        ------
        InvalidInput
            If a file of points is missing or damaged.
        """
        frames = []
        for entry in self.manifest["points"]:
            path = self.path / entry["file"]
            content = path.read_bytes() if path.exists() else b""
            if hash_of(content) != entry["sha256"]:
                raise InvalidInput(f"{path}: is missing or damaged; the sweep cannot go on here")
            frames.append(pl.read_parquet(BytesIO(content)))
        return pl.concat(frames)

    def keep(self, shard: Shard, content: bytes | None) -> None:
        """Write a shard, unless its worker did, then the journal's line for it.

        Raises
        ------
        InvalidInput
            If a worker says that it wrote the shard and it is not there.
        """
        if content is not None:
            write_whole(self.path / shard.name, content)
        elif (reason := self.damage(shard, thorough=False)) is not None:
            raise InvalidInput(f"{reason}; do the workers share this folder?")
        self.journal.note_shard(shard)

    def damage(self, shard: Shard, *, thorough: bool) -> str | None:
        """Say what is wrong with a shard's file, None if nothing is.

        ``thorough`` compares its hash, else only its size.
        """
        path = self.path / shard.name
        if not path.exists():
            return f"{path}: is missing"
        if path.stat().st_size != shard.size:
            return f"{path}: has {path.stat().st_size:,} bytes; must have {shard.size:,}"
        if thorough and hash_of(path.read_bytes()) != shard.sha256:
            return f"{path}: is damaged: its checksum differs"
        return None


def open_folder(path: Path) -> SweepFolder:
    """Make a folder for a sweep, or return the one that is there.

    Raises
    ------
    InvalidInput
        If it is a file, or holds something else than a sweep.
    """
    if path.exists() and not path.is_dir():
        raise InvalidInput(f"--out: {path} is a file; must be a folder")
    path.mkdir(parents=True, exist_ok=True)
    folder = SweepFolder(path)
    others = {entry.name for entry in path.iterdir()} - {".lock", "shards", "journal.jsonl"}
    begun = all(name.startswith((".", "points-")) for name in others)
    if not folder.exists and not begun:
        raise InvalidInput(f"--out: {path} is not empty and holds no sweep; name another folder")
    if not os.access(path, os.W_OK):
        raise InvalidInput(f"--out: {path} cannot be written to")
    return folder
