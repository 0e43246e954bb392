"""The journal of a sweep's folder: one JSON line for each shard, appended and forced to disk.

A line that a crash cut off is not read; the next line begins where it began.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines that are whole."""
    for line in _whole(path).splitlines():
        yield json.loads(line)


def append_line(path: Path, line: dict[str, Any]) -> None:
    """Append a line; raises OSError where there is no room, and the journal stays as it was."""
    content = (json.dumps(line) + "\n").encode()
    with open(path, "ab") as file:
        end = file.tell()
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            file.truncate(end)
            raise OSError(error.errno, error.strerror or str(error), str(path)) from None


def mend(path: Path) -> None:
    """Cut off a line that a crash left unfinished; only for the process that holds the lock."""
    if path.exists() and len(whole := _whole(path)) < path.stat().st_size:
        os.truncate(path, len(whole))


def _whole(path: Path) -> bytes:
    """Return the journal up to its last line that is whole and readable."""
    content = path.read_bytes() if path.exists() else b""
    content = content[: content.rfind(b"\n") + 1]
    end = 0
    for line in content.splitlines(keepends=True):
        try:
            json.loads(line)
        except ValueError:
            break
        end += len(line)
    return content[:end]
