"""Compiled code on disk: only an optimisation, and only of this user's own making.

numba's own cache trusts what it reads: a cut file stops every run, a flipped byte crashes it, and
a file that somebody else planted runs as code. Here a file holds a checksum, which is compared
before anything is made of the rest; and neither it nor its folder may belong to, or be written by,
anybody else. Whatever goes wrong is said once, and the code is compiled without the cache.

Each function and signature has a file of its own. It is written whole under another name first, so
processes may write at the same time.
"""

import hashlib
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numba
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from cakernel.jit.notice import told

DIGEST_BYTES = hashlib.sha256().digest_size
# compiled code of other versions of these is of no use, or worse
MADE_BY = (sys.implementation.cache_tag, numba.__version__)

# a link could lead to a file that another user filled; a pipe would wait for ever
READ_ONLY = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
    READ_ONLY |= getattr(os, _flag, 0)


class Untrusted(Exception):
    """A file or folder that others can write, or that is not as it was written."""


class KernelCache:
    """The files of one function; numba asks it before it compiles, and tells it afterwards.

    It takes the place of numba's own (``numba.core.caching._Cache``). ``known`` is what else the
    code is made for.
    """

    said = False

    def __init__(self, function: Callable[..., Any], folder: Path, *known: Any) -> None:
        self._folder = folder
        # Windows knows no file of such a name
        name = function.__qualname__.replace("<locals>.", "")
        self._name = f"{function.__module__}.{name}"
        # the folder is named by a hash of the sources
        self._made_by = (*MADE_BY, folder.name, self._name, function.__code__.co_code, *known)

    @property
    def cache_path(self) -> str:
        """The folder."""
        return str(self._folder)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the compiled code for a signature, if it is there and as it was written."""
        try:
            key = self._key(sig, target_context.codegen())
            content = read_own(self._file(key))
            written, code = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
            if hashlib.sha256(code).digest() != written:
                raise Untrusted(f"{self._file(key)} is damaged")
            found, reduced = pickle.loads(code)
            if found == key:
                return self._rebuilt(target_context, reduced)
        except FileNotFoundError:
            pass
        except Exception as error:
            self._say(error)
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the compiled code of a signature, unless it refers to this process."""
        try:
            if (reduced := self._reduced(data)) is not None:
                key = self._key(sig, data.codegen)
                code = dumps((key, reduced))
                write_own(self._file(key), hashlib.sha256(code).digest() + code)
        except Exception as error:
            self._say(error)

    def _rebuilt(self, target_context: Any, reduced: Any) -> Any:
        """Return compiled code from what was kept of it."""
        target_context.refresh()
        return CompileResult._rebuild(target_context, *reduced)

    def _reduced(self, data: Any) -> Any:
        """Return what is to be kept of compiled code; None where that would be of no use."""
        return None if data.library.has_dynamic_globals else data._reduce()

    def flush(self) -> None:
        """Do nothing: files of other sources have other names."""

    def _key(self, sig: Any, codegen: Any) -> tuple[Any, ...]:
        return (*self._made_by, sig, codegen.magic_tuple())

    def _file(self, key: tuple[Any, ...]) -> Path:
        if not self._folder.is_absolute():
            raise Untrusted(f"there is no folder {self._folder}; CAKERNEL_CACHE_DIR names one")
        return self._folder / f"{self._name}-{hashlib.sha256(str(key).encode()).hexdigest()[:32]}"

    def _say(self, error: Exception) -> None:
        """Say what is wrong, on standard error, the first time in this process."""
        if KernelCache.said:
            return
        KernelCache.said = True
        reason = str(error) if isinstance(error, Untrusted) else f"{self._name}: {error!r}"
        if isinstance(error, OSError):
            reason = f"{error.filename or self._folder}: {error.strerror or error}"
        told(f"cakernel: kernels are compiled anew: {reason}")


def read_own(path: Path) -> bytes:
    """Return what a file holds; raise Untrusted where others could have written it."""
    _refuse_foreign(path.parent, os.lstat(path.parent))
    descriptor = os.open(path, READ_ONLY)
    with open(descriptor, "rb") as file:
        _refuse_foreign(path, os.fstat(descriptor))
        return file.read()


def write_own(path: Path, content: bytes) -> None:
    """Write a file whole, for this user alone, in a folder that is made if need be."""
    folder = path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_foreign(folder, os.lstat(folder))
    descriptor, partial = tempfile.mkstemp(prefix=".", dir=folder)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
        os.replace(partial, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(partial)
        raise


def _refuse_foreign(path: Path, found: os.stat_result) -> None:
    """Raise where another user owns, or others can write, a file or folder."""
    if not hasattr(os, "geteuid"):
        # Windows keeps a user's folders for the user
        return
    if stat.S_ISLNK(found.st_mode):
        raise Untrusted(f"{path} is a link")
    if found.st_uid != os.geteuid():
        raise Untrusted(f"{path} belongs to another user; CAKERNEL_CACHE_DIR names another folder")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise Untrusted(f"{path} can be written by others; chmod go-w makes it yours alone")
