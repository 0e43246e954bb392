"""One writer at a time: a lock on a file, which the system frees when its process dies."""

import errno
import fcntl
import os
import time
from pathlib import Path

from cakernel.files import NO_LINK, named

POLL_SECONDS = 0.02


class FileLock:
    """The lock of a file, which is made where it is missing; a link is not followed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     one, other = FileLock(Path(folder) / "lock"), FileLock(Path(folder) / "lock")
    ...     print(one.acquire(), other.acquire())
    ...     one.release()
    ...     print(other.acquire())
    ...     other.release()
    True False
    True
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, *, seconds: float = 0.0) -> bool:
        """Take the lock, and say whether it was free, or became so within some seconds."""
        until = time.monotonic() + seconds
        while not self._taken():
            if time.monotonic() >= until:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def _taken(self) -> bool:
        with named(self._path):
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | NO_LINK, 0o666)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # whoever had it before may have removed the file
                if os.fstat(descriptor).st_nlink:
                    self._descriptor, descriptor = descriptor, -1
                    return True
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    raise
            finally:
                if descriptor != -1:
                    os.close(descriptor)
        return False

    def release(self) -> None:
        """Free the lock, if it was taken here."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
