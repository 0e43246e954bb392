"""The journal of a sweep's folder: a JSON line for each shard, appended and forced to disk.

Each line carries its checksum. A line that a crash cut off is not read, nor is a damaged one, nor
what rests on it; all of that is computed again.
"""

import os
from dataclasses import dataclass, field, fields
from pathlib import Path

from cakernel.checksums import sealed, unsealed
from cakernel.files import open_to_append, write_whole
from cakernel.sweep.record import Count, check_record
from cakernel.sweep.shard import Goal, Shard


@dataclass(frozen=True)
class Complete:
    """A line that says that a block has reached a goal with so many parts, without another."""

    block: Count
    parts: Count
    goal: Goal


@dataclass
class Told:
    """What the lines of a journal tell.

    Attributes
    ----------
    shards : dict
        Those of each block, in the order of their parts, up to the first that is missing.
    damaged : list of str
        Which lines are damaged, and how.
    whole : bytes
        The lines that count, as they stand in the file.
    """

    shards: dict[int, list[Shard]] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    whole: bytes = b""
    _complete: list[Complete] = field(default_factory=list)

    def complete(self, goal: Goal) -> set[int]:
        """Return the blocks that have reached a goal."""
        noted = {line.block for line in self._complete if line.goal == goal}
        shards = (shard for parts in self.shards.values() for shard in parts)
        return noted | {shard.block for shard in shards if shard.last and shard.goal == goal}


class Journal:
    """The lines of a journal file; there are none before the file is made."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, blocks: int) -> Told:
        """Return what the journal of a sweep of so many blocks tells."""
        told = Told()
        lines: list[tuple[bytes, Shard | Complete]] = []
        for number, text in enumerate(self._content().splitlines(keepends=True), start=1):
            # without its end it is being written, or a crash cut it off
            if text.endswith(b"\n"):
                try:
                    lines.append((text, _line(text, blocks)))
                except ValueError as error:
                    reason = f"line {number} is damaged: {error}"
                    told.damaged.append(f"{self._path}: {reason}")
        found = {(line.block, line.part): line for _, line in lines if isinstance(line, Shard)}
        for block, part in sorted(found):
            parts = told.shards.setdefault(block, [])
            # a part goes on from those before it
            if part == len(parts):
                parts.append(found[block, part])
        parts_of = {block: len(parts) for block, parts in told.shards.items()}
        whole = []
        for text, line in lines:
            needed = line.part + 1 if isinstance(line, Shard) else line.parts
            if needed <= parts_of.get(line.block, 0):
                whole.append(text)
                if isinstance(line, Complete):
                    told._complete.append(line)
        told.whole = b"".join(whole)
        return told

    def note_shard(self, shard: Shard) -> None:
        """Append the line of a shard whose file is there."""
        self._append(sealed(vars(shard)))

    def note_complete(self, block: int, parts: int, goal: Goal) -> None:
        """Append a line that says that a block has reached the goal without another shard."""
        self._append(sealed({"block": block, "parts": parts, "goal": goal}))

    def _append(self, content: bytes) -> None:
        """Append a line; where there is no room for it, the journal stays as it was."""
        with open_to_append(self._path) as file:
            end = file.tell()
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            except OSError as error:
                file.truncate(end)
                raise OSError(error.errno, error.strerror or str(error), str(self._path)) from None

    def mend(self, blocks: int) -> Told:
        """Leave the lines that count, and return what they tell; only for who may write."""
        told = self.read(blocks)
        if told.whole != self._content():
            write_whole(self._path, told.whole)
        return told

    def _content(self) -> bytes:
        return self._path.read_bytes() if self._path.exists() else b""


def _line(text: bytes, blocks: int) -> Shard | Complete:
    """Return what a line says; raise ValueError where it is damaged."""
    content = unsealed(text)
    kind: type[Shard | Complete] = Shard if "part" in content else Complete
    check_record(content, kind)
    known = {each.name for each in fields(kind)}
    line = kind(**{name: value for name, value in content.items() if name in known})
    if line.block >= blocks:
        raise ValueError(f"block is {line.block:,}; the sweep has {blocks:,}")
    return line
