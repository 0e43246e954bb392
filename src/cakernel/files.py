"""Files that are written whole or not at all."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

PARTIAL = ".partial"


def write_whole(
    path: Path, content: bytes | Callable[[Path], Any], *, durable: bool = True
) -> None:
    """Write a file under another name beside it, and then give it its name.

    Parameters
    ----------
    path : Path
        The file, replaced if it exists.
    content : bytes or callable
        What it shall hold, or a function that writes it to the path that it is given.
    durable : bool, default True
        Whether to force it to disk, so that it survives a power cut.

    Raises
    ------
    OSError
        If it cannot be written; the error names ``path``, and nothing is left behind.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "a.txt", b"all of it")
    ...     [(file.name, file.read_bytes()) for file in Path(folder).iterdir()]
    [('a.txt', b'all of it')]
    """
    partial = path.with_name(f".{path.name}{PARTIAL}")
    try:
        if callable(content):
            content(partial)
        else:
            partial.write_bytes(content)
        if durable:
            _force_to_disk(partial)
        os.replace(partial, path)
        if durable:
            _force_to_disk(path.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None
    finally:
        with suppress(OSError):
            partial.unlink()


def check_writable(path: Path) -> None:
    """Raise now, before a long computation, if a file cannot be written afterwards.

    Raises
    ------
    OSError
        If it cannot be written; the error names ``path``, which is left as it is.
    """
    partial = path.with_name(f".{path.name}{PARTIAL}")
    try:
        partial.touch()
        partial.unlink()
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None


def _force_to_disk(path: Path) -> None:
    """Force a file's content, or the names in a folder, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
