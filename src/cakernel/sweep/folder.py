"""The folder of a sweep: manifest, points, journal and shards.

    manifest.json        what is swept, under which kernel; the files of points and their hashes
    manifest-copy.json   the same, for when the other is damaged
    points-000.parquet   the points in the order they run in, with their block
    journal.jsonl        a line for each shard that is whole: its hash, size and what it covers
    shards/000000-000.parquet   results of block 0, part 0

Only what the journal names counts; everything is written whole or not at all, and has a checksum.
polars is imported where tables are read or written: `cakernel status` does without.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from cakernel.checksums import hash_of, sealed
from cakernel.errors import InvalidInput
from cakernel.file_lock import FileLock
from cakernel.files import PARTIAL, refuse_links, write_whole
from cakernel.sweep.journal import Journal, Told
from cakernel.sweep.manifest import FORMAT, MANIFESTS, PointsFile, read_manifest
from cakernel.sweep.shard import Goal, Shard

if TYPE_CHECKING:
    import polars as pl

LOCK_SECONDS = 1.0


class SweepFolder:
    """A sweep on disk; what its journal does not name does not count.

    ``mended`` says what was damaged and what was done about it, since the folder was opened here.
    """

    def __init__(self, path: Path) -> None:
        refuse_links(path)
        self.path = path
        self.mended: list[str] = []
        self._journal = Journal(path / "journal.jsonl")

    @property
    def manifest(self) -> dict[str, Any]:
        """What the folder holds; raises InvalidInput where it holds no sweep."""
        return read_manifest(self.path)[0]

    @property
    def exists(self) -> bool:
        """Whether a sweep was begun here."""
        return any((self.path / name).exists() for name in MANIFESTS)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing here, or raise where one holds the lock already.

        The system frees the lock of a process that dies.
        """
        lock = FileLock(self.path / ".lock")
        if not lock.acquire(seconds=LOCK_SECONDS):
            raise InvalidInput(
                f"{self.path}: another process is writing to this sweep; wait for it, or stop it"
            )
        try:
            for partial in self.path.rglob(f".*{PARTIAL}"):
                partial.unlink()
            (self.path / "shards").mkdir(exist_ok=True)
            yield
        finally:
            lock.release()

    @property
    def is_running(self) -> bool:
        """Whether some process holds the lock."""
        if not (self.path / ".lock").exists():
            return False
        lock = FileLock(self.path / ".lock")
        try:
            running = not lock.acquire()
        except OSError:
            # a folder that cannot be written to has no writer either
            return False
        lock.release()
        return running

    def add(
        self,
        description: dict[str, Any],
        points: "pl.DataFrame",
        kernel: str,
        cut: Mapping[str, Any],
    ) -> None:
        """Add points, if any, and replace the description; of a new sweep write the first ones.

        ``cut`` says for what replications and work their blocks were cut.
        """
        from cakernel.provenance import provenance
        from cakernel.sweep.task import parquet_bytes

        files = self.manifest["points"] if self.exists else []
        if points.height:
            name = f"points-{len(files):03}.parquet"
            content = parquet_bytes(points)
            write_whole(self.path / name, content)
            entry = {"file": name, "points": points.height, "blocks": points["block"].n_unique()}
            files += [{**entry, **cut, "sha256": hash_of(content)}]
        manifest = {
            "format": FORMAT,
            "sweep": description,
            "config_sha256": hash_of(json.dumps(description, sort_keys=True).encode()),
            "points": files,
            "written": time.time(),
            **provenance(),
            "kernel": kernel,
        }
        self._write_manifest(sealed(manifest, indent=2))

    def _write_manifest(self, content: bytes) -> None:
        # the copy first: what it names is there, and until the other is written that one counts
        for name in reversed(MANIFESTS):
            write_whole(self.path / name, content)

    def points(self) -> "pl.DataFrame":
        """Return all points with their blocks, in the order they run in, unless damaged."""
        import polars as pl

        return pl.concat([pl.read_parquet(BytesIO(content)) for content in self.whole_points()])

    def whole_points(self) -> list[bytes]:
        """Return the content of the files of points; raise where one is missing or damaged."""
        contents = []
        for entry in self.manifest["points"]:
            content = self._points_file(entry)
            if content is None:
                path = self.path / entry["file"]
                raise InvalidInput(f"{path}: is missing or damaged; the sweep cannot go on here")
            contents.append(content)
        return contents

    def _points_file(self, entry: dict[str, Any]) -> bytes | None:
        """Return the content of a file of points; None if it is missing or damaged."""
        path = self.path / entry["file"]
        content = path.read_bytes() if path.exists() else b""
        return content if hash_of(content) == entry["sha256"] else None

    def mend_points(self, made_again: Callable[[PointsFile, int, int], "pl.DataFrame"]) -> None:
        """Write damaged files of points again, from what makes a file's first point and block on.

        A file whose points are not what it held stays as it is.
        """
        from cakernel.sweep.task import parquet_bytes

        first_point = first_block = 0
        for entry in self.manifest["points"]:
            if self._points_file(entry) is None:
                path = self.path / entry["file"]
                content = parquet_bytes(made_again(entry, first_point, first_block))
                if hash_of(content) == entry["sha256"]:
                    write_whole(path, content)
                    self.mended.append(f"{path}: is missing or damaged; made again")
            first_point += entry["points"]
            first_block += entry["blocks"]

    def mend(self) -> Told:
        """Restore the manifest from its copy, leave the journal's lines that count, and read it."""
        manifest, wrong = read_manifest(self.path)
        self.mended += [f"{reason}; restored from its copy" for reason in wrong]
        content = sealed(manifest, indent=2)
        if any(_content(self.path / name) != content for name in MANIFESTS):
            self._write_manifest(content)
        told = self._journal.mend(_blocks(manifest))
        self.mended += [f"{reason}; its block is computed again" for reason in told.damaged]
        return told

    def told(self) -> Told:
        """Return what the journal tells."""
        return self._journal.read(_blocks(self.manifest))

    def damaged(self, told: Told) -> list[str]:
        """Say what is wrong with manifest, points and the journal, which has ``told`` this."""
        manifest, wrong = read_manifest(self.path)
        for entry in manifest["points"]:
            if self._points_file(entry) is None:
                wrong.append(f"{self.path / entry['file']}: is missing or damaged")
        return wrong + told.damaged

    def keep(self, shard: Shard, content: bytes | None) -> None:
        """Write a shard, unless its worker says that it did, then the journal's line for it."""
        if content is not None:
            write_whole(self.path / shard.name, content)
        elif (reason := self.damage(shard, thorough=False)) is not None:
            raise InvalidInput(f"{reason}; do the workers share this folder?")
        self._journal.note_shard(shard)

    def note_complete(self, block: int, parts: int, goal: Goal) -> None:
        """Note that a block has reached the goal with the parts that it has."""
        self._journal.note_complete(block, parts, goal)

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

    def scan(self, shards: Sequence[Shard]) -> "pl.LazyFrame":
        """Return the rows of some shards, one after the other."""
        import polars as pl

        files = [self.path / shard.name for shard in shards]
        try:
            str(self.path).encode()
        except UnicodeEncodeError:
            # polars takes no path that is not text in UTF-8
            contents: list[IO[bytes]] = [BytesIO(file.read_bytes()) for file in files]
            return pl.scan_parquet(contents)
        return pl.scan_parquet(files, glob=False)


def open_folder(path: Path) -> SweepFolder:
    """Make a folder for a sweep, or return the one there; raise where it holds something else."""
    if path.exists() and not path.is_dir():
        raise InvalidInput(f"--out: {path} is a file; must be a folder")
    path.mkdir(parents=True, exist_ok=True)
    folder = SweepFolder(path)
    others = {entry.name for entry in path.iterdir()} - {".lock", "shards"}
    begun = all(name.startswith((".", "points-")) for name in others)
    if not folder.exists and not begun:
        raise InvalidInput(f"--out: {path} is not empty and holds no sweep; name another folder")
    if not os.access(path, os.W_OK):
        raise InvalidInput(f"--out: {path} cannot be written to")
    return folder


def _blocks(manifest: dict[str, Any]) -> int:
    """Return into how many blocks a sweep is cut."""
    return sum(entry["blocks"] for entry in manifest["points"])


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
