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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from cakernel.errors import InvalidInput
from cakernel.files import PARTIAL, write_whole
from cakernel.provenance import provenance
from cakernel.sweep.journal import Journal
from cakernel.sweep.shard import Shard, hash_of, parquet_bytes

FORMAT = 2
LOCK_SECONDS = 1.0


class SweepFolder:
    """A sweep on disk; what its ``journal`` does not name does not count."""

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
        """Keep other processes from writing here, or raise where one holds the lock already.

        The system frees the lock of a process that dies.
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
        try:
            with FileLock(self.path / ".lock", timeout=0):
                return False
        except Timeout:
            return True
        except OSError:
            # a folder that cannot be written to has no writer either
            return False

    def add(self, description: dict[str, Any], points: pl.DataFrame, kernel: str) -> None:
        """Add points, if any, and replace the description; of a new sweep write the first ones."""
        (self.path / "shards").mkdir(exist_ok=True)
        files = self.manifest["points"] if self.exists else []
        if points.height:
            name = f"points-{len(files):03}.parquet"
            content = parquet_bytes(points)
            write_whole(self.path / name, content)
            files += [{"file": name, "points": points.height, "sha256": hash_of(content)}]
        manifest = {
            "format": FORMAT,
            "sweep": description,
            "config_sha256": hash_of(json.dumps(description, sort_keys=True).encode()),
            "points": files,
            "written": time.time(),
            **provenance(),
            "kernel": kernel,
        }
        write_whole(self.path / "manifest.json", f"{json.dumps(manifest, indent=2)}\n".encode())

    def points(self) -> pl.DataFrame:
        """Return all points with their blocks, in the order they run in, unless damaged."""
        frames = []
        for entry in self.manifest["points"]:
            path = self.path / entry["file"]
            content = path.read_bytes() if path.exists() else b""
            if hash_of(content) != entry["sha256"]:
                raise InvalidInput(f"{path}: is missing or damaged; the sweep cannot go on here")
            frames.append(pl.read_parquet(BytesIO(content)))
        return pl.concat(frames)

    def keep(self, shard: Shard, content: bytes | None) -> None:
        """Write a shard, unless its worker says that it did, then the journal's line for it."""
        if content is not None:
            write_whole(self.path / shard.name, content)
        elif (reason := self.damage(shard, thorough=False)) is not None:
            raise InvalidInput(f"{reason}; do the workers share this folder?")
        self.journal.note_shard(shard)

    def damage(self, shard: Shard, *, thorough: bool) -> str | None:
        """Say what is wrong with a shard's size, if ``thorough`` its hash; None if nothing is."""
        path = self.path / shard.name
        if not path.exists():
            return f"{path}: is missing"
        if path.stat().st_size != shard.size:
            return f"{path}: has {path.stat().st_size:,} bytes; must have {shard.size:,}"
        if thorough and hash_of(path.read_bytes()) != shard.sha256:
            return f"{path}: is damaged: its checksum differs"
        return None

    def scan(self, shards: Sequence[Shard]) -> pl.LazyFrame:
        """Return the rows of some shards, one after the other."""
        return pl.scan_parquet([self.path / shard.name for shard in shards], glob=False)


def open_folder(path: Path) -> SweepFolder:
    """Make a folder for a sweep, or return the one there; raise where it holds something else."""
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
