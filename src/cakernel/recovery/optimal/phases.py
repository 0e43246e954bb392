"""Progress of work in phases, each an equal share of the whole."""

from collections.abc import Callable
from itertools import count as count_up
from typing import Final

from cakernel.recovery.engine import Progress

STEPS: Final = 1000
"""Of each phase, told as progress."""


def phases(progress: Progress | None, count: int) -> Callable[[], Progress]:
    """Return a function that begins the next of ``count`` phases, and returns what tells of it.

    Examples
    --------
    >>> phase = phases(lambda done, total: print(done, "of", total), 2)
    >>> for _ in range(2):
    ...     phase()(3, 4)
    750 of 2000
    1750 of 2000
    """
    begun = count_up(0)

    def begin() -> Progress:
        before = next(begun)

        def tell(done: int, total: int) -> None:
            if progress is not None:
                progress(before * STEPS + STEPS * done // max(1, total), count * STEPS)

        return tell

    return begin
