"""The command that this process runs, and the files that it has read: what a rerun needs.

Only the command line sets it; in a session of Python nothing is kept.
"""

import hashlib
from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple


class Called(NamedTuple):
    """A command's words and options, and checksums of the files read, by their names as given."""

    arguments: list[str]
    inputs: dict[str, str]

    @property
    def record(self) -> dict[str, Any]:
        """What is kept of it beside results."""
        return {"arguments": self.arguments, "inputs": dict(self.inputs)}


CALLED: ContextVar[Called | None] = ContextVar("called", default=None)


def begin(arguments: Sequence[str]) -> None:
    """Note the arguments of the command that begins, but for where its results go."""
    CALLED.set(Called(without_place(arguments), {}))


def note_input(path: Path, content: bytes) -> None:
    """Note that a file was read, and what it held."""
    if called := CALLED.get():
        called.inputs[str(path)] = hashlib.sha256(content).hexdigest()


def without_place(arguments: Sequence[str]) -> list[str]:
    """Return arguments without what says where results go, and what becomes of those there.

    Examples
    --------
    >>> without_place(["run", "a.toml", "--out", "results", "--overwrite", "--threads", "2"])
    ['run', 'a.toml', '--threads', '2']
    """
    kept = []
    given = iter(arguments)
    for argument in given:
        if argument == "--out":
            next(given, None)
        elif not argument.startswith("--out=") and argument not in ("--overwrite", "--resume"):
            kept.append(argument)
    return kept
