"""Replications of a case that grow in short steps, so that they can be left at any moment."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.jit.compile import MOST_THREADS
from cakernel.recovery.engine import Experiment, lanes_are_loaded, load_lanes, scalar_sums
from cakernel.recovery.kernel_arrays import batch_of, grid_of, policies_of
from cakernel.recovery.live.case import Case
from cakernel.recovery.outcomes import Moments, by_replication, labels
from cakernel.recovery.simulation import simulate

# firm-periods that lanes, and the scalar kernel, run in less than a tenth of a second
LANES_WORK: Final = 300_000_000
SCALAR_WORK: Final = 8_000_000
# what is rather waited for than run by the scalar kernel
LONG_SCALAR_WORK: Final = 32_000_000
# of a step, and of what waits for the compiler
STEP_SECONDS: Final = 0.1
WAIT_SECONDS: Final = 0.05
# the first answer's replications, at most
FIRST: Final = 64

# one compiles at a time
_compiler = Lock()


@dataclass
class Replications:
    """Outcomes of the replications of a case so far.

    ``parts`` are outcomes (those of the case, policies, replications), means over scenarios, as
    they came.
    """

    case: Case
    parts: list[npt.NDArray[np.float64]] = field(default_factory=list)
    done: int = 0
    # replications a second
    speed: float = 0.0

    @property
    def first(self) -> int:
        """How many the first answer has: two at least, or no error is known."""
        work = LANES_WORK if self._loaded else SCALAR_WORK
        return max(2, min(FIRST, work // self.case.work))

    def frame(self) -> pl.DataFrame:
        """Return what `cakernel.paired_outcomes` returns for these replications."""
        values = np.concatenate(self.parts, axis=2)
        return labels(self.case.policies, self.done).with_columns(
            pl.Series("replication", np.tile(np.arange(self.done), len(self.case.policies))),
            *(pl.Series(name, values[n].ravel()) for n, name in enumerate(self.case.outcomes)),
        )

    def grow(self, until: int) -> Iterator[str]:
        """Run replications until there are so many; yields after each step what is waited for."""
        while self.done < until:
            if not self._loaded:
                self._load()
                if 2 * self.case.work > LONG_SCALAR_WORK or self.done >= 2 * self.first:
                    time.sleep(WAIT_SECONDS)
                    yield "compiling for numbers of this size, some seconds"
                    continue
            count = min(until - self.done, max(self.first, int(self.speed * STEP_SECONDS)))
            begun = time.monotonic()
            self.parts.append(self._run(count))
            self.done += count
            self.speed = count / max(time.monotonic() - begun, 1e-4)
            yield ""

    @property
    def _loaded(self) -> bool:
        return lanes_are_loaded(self._experiment) and not _compiler.locked()

    @property
    def _experiment(self) -> Experiment:
        return Experiment(
            grid=grid_of(self.case.model),
            seed=self.case.seed,
            policies=policies_of(self.case.policies),
            batch=batch_of(self.case.model, self.case.scenarios, 0),
            first_replication=0,
            replications=1,
            threads=MOST_THREADS,
        )

    def _load(self) -> None:
        """Let lanes be compiled on a thread of its own, if none is at it."""
        if lanes_are_loaded(self._experiment) or not _compiler.acquire(blocking=False):
            return

        def load() -> None:
            try:
                load_lanes(self._experiment)
            finally:
                _compiler.release()

        Thread(target=load, daemon=True, name="cakernel-compiler").start()

    def _run(self, count: int) -> npt.NDArray[np.float64]:
        """Run replications: on lanes if they are loaded, else by the scalar kernel."""
        case = self.case
        if self._loaded:
            rows = simulate(
                case.model,
                policies=case.policies,
                scenarios=case.scenarios,
                replications=count,
                seed=case.seed,
                by="replication",
                first_replication=self.done,
            )
        else:
            batch = batch_of(case.model, case.scenarios, 0)
            sums = scalar_sums(
                case.model,
                case.policies,
                batch,
                replications=count,
                seed=case.seed,
                first_replication=self.done,
            )
            moments = Moments.of(sums, batch, count)
            rows = by_replication(moments, case.model, case.policies, self.done)
        shape = (len(case.policies), len(case.scenarios), count)
        return np.stack(
            [rows[name].to_numpy().reshape(shape).mean(axis=1) for name in case.outcomes]
        )
