"""The journal of a sweep's folder: a JSON line for each shard, appended and forced to disk.

A line that a crash cut off is not read; the next line begins where it began.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Shard:
    """A part of a block, as a line of the journal: where its results are, and what they cover.

    With the ``last`` one its block has reached the goal; ``at`` is when it was kept.
    """

    block: int
    part: int
    sha256: str
    size: int
    rows: int
    points: int
    failed: int
    replications: int
    goal: dict[str, Any]
    last: bool
    seconds: float
    at: float = 0.0

    @property
    def name(self) -> str:
        """The file's name within the folder."""
        return shard_name(self.block, self.part)


def shard_name(block: int, part: int) -> str:
    """Return the name of the file that holds a part of a block."""
    return f"shards/{block:06}-{part:03}.parquet"


class Journal:
    """The lines of a journal file; there are none before the file is made."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def shards(self) -> dict[int, list[Shard]]:
        """Return the shards of each block, in the order of their parts."""
        lines = (line for line in self._read()[0] if "sha256" in line)
        found = {(line["block"], line["part"]): Shard(**line) for line in lines}
        blocks: dict[int, list[Shard]] = {}
        for block, part in sorted(found):
            blocks.setdefault(block, []).append(found[block, part])
        return blocks

    def complete(self, goal: dict[str, Any]) -> set[int]:
        """Return the blocks that have reached a goal."""
        return {line["block"] for line in self._read()[0] if line["goal"] == goal and line["last"]}

    def note_shard(self, shard: Shard) -> None:
        """Append the line of a shard whose file is there."""
        self._append(vars(shard))

    def note_complete(self, block: int, goal: dict[str, Any]) -> None:
        """Append a line that says that a block has reached the goal without another shard."""
        self._append({"block": block, "goal": goal, "last": True})

    def _append(self, line: dict[str, Any]) -> None:
        """Append a line; where there is no room for it, the journal stays as it was."""
        content = (json.dumps(line) + "\n").encode()
        with open(self._path, "ab") as file:
            end = file.tell()
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            except OSError as error:
                file.truncate(end)
                raise OSError(error.errno, error.strerror or str(error), str(self._path)) from None

    def mend(self) -> None:
        """Cut off a line that a crash left unfinished; only for the process that may write."""
        _, end = self._read()
        if self._path.exists() and end < self._path.stat().st_size:
            os.truncate(self._path, end)

    def _read(self) -> tuple[list[dict[str, Any]], int]:
        """Return the lines up to the last that is whole and readable, and where that ends."""
        content = self._path.read_bytes() if self._path.exists() else b""
        content = content[: content.rfind(b"\n") + 1]
        lines, end = [], 0
        for line in content.splitlines(keepends=True):
            try:
                lines.append(json.loads(line))
            except ValueError:
                break
            end += len(line)
        return lines, end


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """Return a table as the bytes of a Parquet file; equal tables give equal bytes."""
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def hash_of(content: bytes) -> str:
    """Return the checksum of a file's content."""
    return hashlib.sha256(content).hexdigest()
