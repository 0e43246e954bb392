"""Threads of the parallel kernels: how many, and one caller at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from numba import get_num_threads, set_num_threads

# to be held around every call of a parallel kernel, whichever model's: numba's own threading layer,
# used where no other is installed, ends the process when two threads of Python are in one
ONE_CALLER = Lock()


@contextmanager
def kernel_threads(threads: int) -> Iterator[None]:
    """Let kernels use so many threads when they are called from this thread of Python."""
    before = get_num_threads()
    set_num_threads(threads)
    try:
        yield
    finally:
        set_num_threads(before)
