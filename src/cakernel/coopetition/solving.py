"""Calls of the kernel on many points, cut so that Ctrl-C and progress are served in time."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from numba import get_num_threads, set_num_threads

from cakernel.coopetition.kernel import layout, outcome
from cakernel.coopetition.kernel.driver import NOT_RUN, Points, Rows, solve_points
from cakernel.coopetition.points import Group, Numbers
from cakernel.jit.compile import MOST_THREADS

Codes = npt.NDArray[np.int64]
Progress = Callable[[int], None]

# points times contracts times regimes of one call, on each thread: some tenths of a second for two
# chains
SOLUTIONS_PER_CALL = 3_000


def solve_group(
    group: Group,
    *,
    contracts: Codes,
    regimes: Codes,
    threads: int,
    given: Numbers | None = None,
    detail: bool = False,
    progress: Progress | None = None,
) -> Rows:
    """Solve points with the same number of chains; ``given`` investments are certified instead."""
    each = len(contracts) * len(regimes)
    rows = _rows(len(group.index) * each, group.chains, detail)
    scratch = _scratch(threads, group.chains)
    size = max(1, SOLUTIONS_PER_CALL * threads // (each * (group.chains - 1) ** 2))
    before = get_num_threads()
    set_num_threads(threads)
    try:
        for start in range(0, len(group.index), size):
            part = slice(start, min(start + size, len(group.index)))
            found = _rows((part.stop - start) * each, group.chains, detail)
            points = Points(
                parameters=group.parameters[part],
                chains=group.each[part],
                contracts=contracts,
                regimes=regimes,
                given=np.empty((0, group.chains)) if given is None else given[part],
            )
            solve_points(points, scratch, found)
            if (found.codes[0] == NOT_RUN).any():
                raise RuntimeError("the kernel left points out; please report this as a bug")
            for whole, piece in zip(rows, found, strict=True):
                if whole.shape[-1]:
                    whole[..., start * each : part.stop * each] = piece
            if progress is not None:
                progress(part.stop - start)
    finally:
        set_num_threads(before)
    return rows


def threads_or_all(threads: int | None) -> int:
    """Return the number of threads to use."""
    return threads or MOST_THREADS


def no_points(chains: int) -> tuple[Group, Rows]:
    """Return no points and no rows, for the columns that a table of them has."""
    group = Group(chains, np.empty(0, np.int64), np.empty((0, 0)), np.empty((0, 0, chains)))
    return group, _rows(0, chains, False)


def _rows(rows: int, chains: int, detail: bool) -> Rows:
    closer = rows if detail else 0
    slots = chains + 2 + layout.EXTRA_STARTS
    return Rows(
        numbers=np.full((outcome.NUMBERS, rows), np.nan),
        each=np.full((outcome.CHAIN_NUMBERS, chains, rows), np.nan),
        codes=np.full((3, rows), NOT_RUN, np.int64),
        found=np.full((chains, slots, closer), np.nan),
        orders=np.full((2, chains, closer), np.nan),
        slopes=np.full((chains, closer), np.nan),
    )


def _scratch(threads: int, chains: int) -> layout.Scratch:
    slots = chains + 2 + layout.EXTRA_STARTS
    return layout.Scratch(
        common=np.zeros((threads, layout.COMMON)),
        chain=np.zeros((threads, chains, layout.COLUMNS)),
        curve=np.zeros((threads, layout.PARTS + layout.WIDTH * layout.VECTORS * chains)),
        matrix=np.zeros((threads, chains + 1, chains)),
        found=np.zeros((threads, chains + 2, slots)),
    )
