"""A folder of results: written beside its place, put there whole, and checked when it is read.

    .NAME.partial/run     beside the folder NAME: what a run writes; gone when the run has ended
    NAME/provenance.json  the record, written last: checksums of all other files, and its own

A kill leaves the folder that was there, or the new one. What it leaves beside, the next run into
the same folder removes.
"""

import ctypes
import os
import shutil
import sys
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from cakernel.checksums import hash_of, sealed, unsealed
from cakernel.errors import InvalidInput
from cakernel.file_lock import FileLock
from cakernel.files import PARTIAL, named, refuse_links, within, write_whole

RECORD = "provenance.json"
MAP = "map"
"""What `cakernel stability` writes its tables into, beside its sweep."""
# what `cakernel crate` adds
CRATE = "ro-crate-metadata.json"
# of renameat2 in linux/fs.h, and in place of a folder's descriptor
EXCHANGE, HERE = 2, -100


class WholeFolder:
    """What a run writes, until `complete` puts it in its place.

    A folder that holds files is refused, unless ``overwrite``: then it must be a whole folder of an
    earlier run, and hold nothing else. Errors call it ``option``.
    """

    def __init__(self, out: Path, *, overwrite: bool, option: str = "--out") -> None:
        if out.exists() and not out.is_dir():
            raise InvalidInput(f"{option}: {out} is a file; must be a folder")
        self._out, self._option = out, option
        self._place = Path(os.path.realpath(out))
        # what realpath leaves a link leads to itself
        if any(path.is_symlink() for path in (self._place, *self._place.parents)):
            raise InvalidInput(f"{option}: {out} is a loop of links; name another folder")
        if self._place.is_dir():
            with within(f"{option}: "):
                _check_replaceable(out, self._place, overwrite=overwrite)
        self._files: dict[str, str] = {}
        self._beside = self._place.with_name(f".{self._place.name}{PARTIAL}")
        with named(out):
            self._begin()
        self.run = self._beside / "run"

    def _begin(self) -> None:
        """Make the folder beside, keep other processes from it, and remove what a kill left."""
        beside = self._beside
        beside.parent.mkdir(parents=True, exist_ok=True)
        if beside.is_symlink():
            raise InvalidInput(f"{beside}: is a link; remove it, or name another folder")
        beside.mkdir(exist_ok=True)
        refuse_links(beside)
        lock = FileLock(beside / "lock")
        if not lock.acquire():
            raise InvalidInput(
                f"{self._option}: another process is writing to {self._out}; wait for it, or stop "
                "it"
            )
        # where a kill came between two renames, the old folder is the whole one
        if (beside / "old").exists() and not self._place.exists():
            os.rename(beside / "old", self._place)
        for name in ("run", "old"):
            shutil.rmtree(beside / name, ignore_errors=True)
        (beside / "run").mkdir()
        if self._place.exists():
            shutil.copymode(self._place, beside / "run")
        self._discard = weakref.finalize(self, _discard, beside, lock)

    def write(self, name: str, content: bytes | Callable[[BinaryIO], Any]) -> None:
        """Write a file."""
        path = self.run / name
        write_whole(path, content)
        self._files[name] = hash_of(path.read_bytes())

    def complete(self, record: Mapping[str, Any]) -> None:
        """Write the record, and put the folder in its place."""
        content = sealed({**record, "files": self._files}, indent=2)
        write_whole(self.run / RECORD, content)
        self.put()

    def put(self) -> None:
        """Put the folder in its place; where that fails, say where it is."""
        try:
            self._swap()
        except OSError as error:
            self._discard.detach()
            reason = f"{error.strerror or error}; the results are in {self.run}"
            raise OSError(error.errno, reason, str(self._out)) from None
        self._discard()

    def _swap(self) -> None:
        """Put the new folder in the old one's place."""
        if not self._place.exists() or not any(self._place.iterdir()):
            # that of an empty folder, too
            with suppress(FileNotFoundError):
                self._place.rmdir()
            os.rename(self.run, self._place)
        elif not _exchanged(self.run, self._place):
            os.rename(self._place, self._beside / "old")
            os.rename(self.run, self._place)


def write_folder(folder: Path, files: Mapping[str, bytes], *, option: str) -> None:
    """Write a folder of files by their names, without a record: it appears whole, or not at all.

    One that holds anything is refused; errors call it ``option``. The folder that the process
    stands in cannot be put in its place as a whole: files appear in it one by one.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise InvalidInput(f"{option}: {folder} is not empty; name another folder")
    if folder.resolve() == Path.cwd():
        for name, content in files.items():
            write_whole(folder / name, content)
        return
    whole = WholeFolder(folder, overwrite=False, option=option)
    for name, content in files.items():
        whole.write(name, content)
    whole.put()


def results_in(folder: Path) -> Path:
    """Return where the results are in a folder that a command wrote: of a map inside of it."""
    inside = folder / MAP
    has_record = (folder / RECORD).exists()
    return inside if not has_record and (inside / RECORD).exists() else folder


def _check_replaceable(out: Path, place: Path, *, overwrite: bool) -> None:
    """Raise where a folder cannot be replaced, or holds what nobody asked to replace."""
    if os.path.ismount(place) or place in (Path.cwd(), *Path.cwd().parents):
        raise InvalidInput(f"{out} cannot be replaced as a whole; name a folder in it")
    if not os.access(place, os.W_OK):
        raise InvalidInput(f"{out} cannot be written to")
    held = {entry.name for entry in place.iterdir()}
    if not held:
        return
    if not overwrite:
        raise InvalidInput(f"{out} is not empty; name another folder, or say --overwrite")
    try:
        files = read_record(place)["files"]
    except InvalidInput as error:
        raise InvalidInput(f"{error}; name another folder, or remove this one") from None
    others = sorted(held - {RECORD, CRATE, *files})
    if others:
        raise InvalidInput(
            f"{out} holds {others[0]}, which the run to be replaced did not write; move it "
            "away, or name another folder"
        )


def read_record(folder: Path) -> dict[str, Any]:
    """Return a folder's record; raise where it has none, as one that is not whole, or a bad one."""
    refuse_links(folder)
    try:
        record = unsealed((folder / RECORD).read_bytes())
        files = record.get("files")
        if not isinstance(files, dict) or any(Path(name).name != name for name in files):
            raise ValueError("files: names none")
    except FileNotFoundError:
        if not folder.exists():
            raise InvalidInput(f"{folder}: is not there; must be a folder with {RECORD}") from None
        raise InvalidInput(f"{folder} is incomplete: it has no {RECORD}") from None
    except ValueError as error:
        raise InvalidInput(f"{folder / RECORD} is damaged: {error}") from None
    return record


def whole_record(folder: Path) -> dict[str, Any]:
    """Return a folder's record; raise where the folder is not whole, or a file in it is damaged."""
    record = read_record(folder)
    for name, checksum in record["files"].items():
        path = folder / name
        if not path.exists():
            raise InvalidInput(f"{folder} is incomplete: it has no {name}")
        if hash_of(path.read_bytes()) != checksum:
            raise InvalidInput(f"{path} is damaged: its checksum differs")
    return record


def _exchanged(first: Path, second: Path) -> bool:
    """Exchange two folders' names in one step, and say so; only Linux can."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):
        return False
    return bool(rename(HERE, os.fsencode(first), HERE, os.fsencode(second), EXCHANGE) == 0)


def _discard(beside: Path, lock: FileLock) -> None:
    """Remove the folder beside, with what is in it, and free its lock."""
    shutil.rmtree(beside, ignore_errors=True)
    lock.release()
