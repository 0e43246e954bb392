"""Tasks run on a Dask cluster, local or remote (the extra "dask")."""

import time
from typing import Annotated, Any, Self

from cakernel.arguments import checked_arguments
from cakernel.checks import Whole
from cakernel.errors import InvalidInput
from cakernel.extras import library
from cakernel.jit.compile import MOST_THREADS
from cakernel.sweep.pool import IN_USE
from cakernel.sweep.task import Done, OtherKernel, Task, run_task
from cakernel.wording import shown

CONNECT_SECONDS = 15
# on each worker one task in the kernel, and one that is made ready or gathered
TASKS_A_WORKER = 2
# how often workers are counted: each time is a question to the scheduler
COUNT_SECONDS = 1.0


def run_on_worker(task: Task) -> Done:
    """Run a task on as many threads as the worker was given."""
    from distributed import get_worker

    return run_task(task, min(get_worker().state.nthreads, MOST_THREADS))


def _check_security(distributed: Any, address: str) -> None:
    """Raise where an address and Dask's configuration of TLS do not go together.

    Dask notices only when its client is half made, which then takes long to be taken down.
    """
    security = distributed.Security()
    if not address.startswith("tls://"):
        if security.require_encryption:
            raise InvalidInput(
                f"cluster: got {address!r}; must begin with tls://, as Dask's configuration "
                "requires encryption"
            )
    elif security.get_connection_args("client")["ssl_context"] is None:
        raise InvalidInput(
            f"cluster: got {address!r}; needs certificates in Dask's configuration "
            "(distributed.comm.tls; docs/sweeps.md shows how)"
        )


@checked_arguments
class DaskPool:
    """Tasks run by a Dask cluster; its workers may join, leave or die.

    A task of a worker that died is run again elsewhere. Tasks are pure, so the results are those
    of a local run, to the bit.

    Parameters
    ----------
    cluster : str or object, default "local"
        Address of a scheduler such as "tcp://host:8786"; "local" for processes on this machine; or
        a cluster object of dask-jobqueue, dask-kubernetes and the like.
    workers : int, optional
        Processes of a local cluster; by default one for every two cores that this process may
        use. It serves 127.0.0.1 alone, and there this process alone: it makes a certificate.
    shared : bool, default False
        Whether workers see the sweep's folder under the same path and write the shards there
        themselves; else they return them.

    Raises
    ------
    InvalidInput
        If Dask is not installed, or the scheduler does not answer.
    """

    def __init__(
        self,
        cluster: Any = "local",
        *,
        workers: Annotated[int, Whole(1, 4096)] | None = None,
        shared: bool = False,
    ) -> None:
        self._distributed = library("distributed", extra="dask", what="a cluster")
        self.shared = shared
        self._given, self._processes = cluster, workers
        self._own: Any = None
        self._client: Any = None
        self._open()

    def _open(self) -> None:
        """Start a local cluster, if that is asked for, and connect."""
        cluster = self._given
        if cluster == "local":
            processes = self._processes or max(1, MOST_THREADS // 2)
            threads = max(1, MOST_THREADS // processes)
            # for this process alone: other users of the machine reach the port, too, but hold no
            # certificate; any free port, as sweeps may run side by side
            cluster = self._own = self._distributed.LocalCluster(
                n_workers=processes,
                threads_per_worker=threads,
                host="127.0.0.1",
                security=True,
                dashboard_address="127.0.0.1:0",
                worker_dashboard_address="127.0.0.1:0",
            )
        elif isinstance(cluster, str):
            _check_security(self._distributed, cluster)
        try:
            self._client = self._distributed.Client(
                cluster, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise InvalidInput(
                f"cluster: got {shown(cluster)}; no scheduler answers there: {error}"
            ) from None
        self._numbers: dict[str, int] = {}
        self._workers, self._count_again = 0, 0.0
        self._completed = self._distributed.as_completed(loop=self._client.loop)
        self._in_use = False

    @property
    def capacity(self) -> int:
        """Tasks that keep all workers busy; changes as they come and go."""
        if time.monotonic() >= self._count_again:
            self._workers = len(self._client.scheduler_info(n_workers=-1)["workers"])
            self._count_again = time.monotonic() + COUNT_SECONDS
        return TASKS_A_WORKER * max(1, self._workers)

    def submit(self, number: int, task: Task) -> None:
        """Send a task."""
        key = f"cakernel-{task.block}-{task.part}-{number}"
        future = self._client.submit(run_on_worker, task, key=key, pure=False)
        self._numbers[future.key] = number
        self._completed.add(future)

    def next_done(self) -> tuple[int, Done]:
        """Wait for a task; raise where a worker runs other kernels or all that took it died."""
        future = next(self._completed)
        try:
            done: Done = future.result()
        except OtherKernel as error:
            raise InvalidInput(f"cluster: {error}") from None
        except self._distributed.KilledWorker:
            raise InvalidInput(
                f"cluster: every worker that ran {future.key} died; is there memory enough?"
            ) from None
        return self._numbers.pop(future.key), done

    def __enter__(self) -> Self:
        if self._client is None:
            # it has served a sweep before
            self._open()
        elif self._in_use:
            raise InvalidInput(IN_USE)
        self._in_use = True
        return self

    def __exit__(self, *_: object) -> None:
        self._completed.clear()
        self._client.close()
        if self._own is not None:
            self._own.close()
        self._client = self._own = None
