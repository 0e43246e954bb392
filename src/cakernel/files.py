"""Files: written whole or not at all, and read as TOML with the place of what is wrong."""

import os
import secrets
import stat
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from cakernel.called import note_input
from cakernel.errors import InvalidInput
from cakernel.wording import shown

PARTIAL = ".partial"
# where the system has it: what is opened is no link
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
BINARY = getattr(os, "O_BINARY", 0)


def write_whole(
    path: Path, content: bytes | Callable[[BinaryIO], Any], *, durable: bool = True
) -> None:
    """Write a file under another name beside it, and then give it its name.

    ``content`` is what it shall hold, or a function that writes it to an open file; ``durable``
    files are forced to disk and survive a power cut. An OSError names ``path``, and leaves nothing
    behind. The other name is new: no link that somebody laid there is followed.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PARTIAL}")
    try:
        with named(path):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK | BINARY
            with os.fdopen(os.open(partial, flags, 0o666), "wb") as file:
                if callable(content):
                    content(file)
                else:
                    file.write(content)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            os.replace(partial, path)
            if durable:
                _force_to_disk(path.parent)
    finally:
        with suppress(OSError):
            partial.unlink()


def open_to_append(path: Path) -> BinaryIO:
    """Open a file to append to it, or make it; a link is not followed."""
    with named(path):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | NO_LINK | BINARY
        file = os.fdopen(os.open(path, flags, 0o666), "ab")
    return file


def refuse_links(folder: Path) -> None:
    """Raise for anything in a folder of results that is neither a file nor a folder.

    A folder may come from a stranger: what a link in it leads to is not to be read or changed.
    """
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            refuse_links(Path(entry.path))
        elif not entry.is_file(follow_symlinks=False):
            what = "a link" if entry.is_symlink() else "neither a file nor a folder"
            raise InvalidInput(f"{entry.path}: is {what}; a folder of results may not hold it")


def check_writable(path: Path) -> None:
    """Raise OSError now, before a long computation, if a file cannot be written afterwards."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PARTIAL}")
    with named(path):
        partial.touch(exist_ok=False)
        partial.unlink()


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Name the file in an error, not the one beside it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None


def _force_to_disk(path: Path) -> None:
    """Force the names in a folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def ending(path: Path) -> str:
    """Return the ending of a file's name in small letters: ".svg" of map.SVG."""
    return path.suffix.lower()


def read_content(path: Path) -> bytes:
    """Return what a file holds; raise InvalidInput if it cannot be read."""
    if "\0" in str(path):
        raise InvalidInput("cannot be read: its name has a null character")
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            # reading it might never end
            raise InvalidInput("cannot be read: is a device or a pipe; must be a file")
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error.strerror or error}") from None
    except MemoryError:
        raise InvalidInput("cannot be read: does not fit in memory") from None
    note_input(path, content)
    return content


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a file holds; raise InvalidInput if it cannot be read or is not TOML."""
    content = read_content(path)
    try:
        # some editors write a byte-order mark
        return tomllib.loads(content.decode("utf-8-sig"))
    except RecursionError:
        raise InvalidInput("not a TOML file: values are nested too deeply") from None
    except ValueError as error:
        # of numbers of thousands of digits there is no error of its own
        raise InvalidInput(f"not a TOML file: {error}") from None


@contextmanager
def within(place: str) -> Iterator[None]:
    """Say in an error where in the file it is."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(f"{place}{error}") from None


def section(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a section's keys and values, none where it is left out."""
    return table(content.get(name, {}), name)


def table(value: Any, name: str) -> dict[str, Any]:
    """Return a table; raise where it is something else."""
    if not isinstance(value, dict):
        raise InvalidInput(f"{name}: got {shown(value)}; must be a table of keys and values")
    return value
