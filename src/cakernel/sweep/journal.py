"""The journal of a sweep's folder: a JSON line for each shard, appended and forced to disk.

A line that a crash cut off is not read; the next line begins where it began.
"""

import json
import os
from pathlib import Path
from typing import Any

from cakernel.sweep.shard import Shard


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
