"""What one run of a network leaves to the next: its memory, its draws, addresses of code.

Fresh memory costs more than the periods of a small network, and drawing as much. Of networks that
differ in some fields, most places have the draws that they had.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.memory import check_memory
from cakernel.recovery.kernel.network.draws import Draws
from cakernel.recovery.network.kernel_arrays import Compiled

PAGE_BYTES = 1 << 21


class Drawn(NamedTuple):
    """Draws that are in memory, and of what they are: seed, lanes, periods and layout."""

    of: tuple[Any, ...]
    draws: Draws

    def stale(self, before: "Drawn | None") -> npt.NDArray[np.int64]:
        """Return the places that must be drawn, where those of ``before`` are in memory."""
        now = self.draws
        if before is None or before.of != self.of or not _same_record(before.draws, now):
            return np.arange(len(now.keys))
        was = before.draws
        if was.below.shape != now.below.shape:
            return np.arange(len(now.keys))
        changed = (was.below != now.below).any(axis=(0, 2))
        changed |= (was.keys != now.keys) | (was.purposes != now.purposes)
        return np.flatnonzero(changed)


def _same_record(was: Draws, now: Draws) -> bool:
    fields = ("first", "period", "severity")
    same = all(np.array_equal(getattr(was, name), getattr(now, name)) for name in fields)
    return same and was.through == now.through


class Kept:
    """What runs that come one after the other leave to the next.

    Of networks that have their links and peers in common, and number firms alike: ``made`` is the
    last one. ``drawn`` is what is in memory, ``codes`` are addresses of code by what they are for.
    """

    def __init__(self) -> None:
        self._memory: dict[str, npt.NDArray[np.uint8]] = {}
        self._checked = 0
        self.made: Compiled | None = None
        self.drawn: Drawn | None = None
        self.codes: dict[Any, Any] = {}

    def check(self, firms: int, needed: int) -> None:
        """Raise for more memory than there is, where no run before took as much."""
        if needed > self._checked:
            check_memory("firms", firms, needed)
            self._checked = needed

    def rows(self, name: str, rows: int, size: int) -> npt.NDArray[np.uint8]:
        """Return rows of so many bytes and more, at the beginning of large pages."""
        size = -(-size // VECTOR_BYTES) * VECTOR_BYTES
        memory = self._memory.get(name)
        if memory is None or memory.size < rows * size:
            raw = np.zeros(rows * size + PAGE_BYTES, np.uint8)
            start = -raw.ctypes.data % PAGE_BYTES
            memory = self._memory[name] = raw[start : start + rows * size]
            self.drawn = None
        return memory[: rows * size].reshape(rows, size)
