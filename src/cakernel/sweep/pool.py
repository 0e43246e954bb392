"""Where tasks run: in this process, or anywhere that offers the same three calls."""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Protocol, Self, runtime_checkable

from cakernel.errors import InvalidInput
from cakernel.sweep.task import Done, Task, run_task

IN_USE = "pool: runs another sweep; wait for it, or make another pool"


@runtime_checkable
class Pool(Protocol):
    """Something that runs tasks, ``capacity`` of them at a time, in any order.

    ``shared`` says whether they write their shards into the sweep's folder themselves. A pool is
    entered for each sweep, one after the other.
    """

    shared: bool

    @property
    def capacity(self) -> int:
        """How many tasks it should hold."""

    def submit(self, number: int, task: Task) -> None:
        """Take a task; ``number`` names it."""

    def next_done(self) -> tuple[int, Done]:
        """Wait for a task, whichever ends next, and return its number and result."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class LocalPool:
    """Runs tasks in this process, the kernel of one at a time, on all threads.

    Two are on their way: while one is in the kernel, the other's points are made ready or its
    rows gathered. A third waits, so that both go on while a result is written.
    """

    at_once = 2
    capacity = at_once + 1
    shared = False

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads
        self._running: dict[Future[Done], int] = {}
        self._workers: ThreadPoolExecutor | None = None

    def submit(self, number: int, task: Task) -> None:
        """Take a task."""
        assert self._workers is not None
        self._running[self._workers.submit(run_task, task, self._threads)] = number

    def next_done(self) -> tuple[int, Done]:
        """Wait for a task."""
        finished = next(iter(wait(self._running, return_when=FIRST_COMPLETED).done))
        return self._running.pop(finished), finished.result()

    def __enter__(self) -> Self:
        if self._workers is not None:
            raise InvalidInput(IN_USE)
        self._workers = ThreadPoolExecutor(max_workers=self.at_once)
        return self

    def __exit__(self, *_: object) -> None:
        if self._workers is not None:
            self._workers.shutdown(cancel_futures=True)
        self._running, self._workers = {}, None
