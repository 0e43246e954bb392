"""cakernel's scalar kernel: one replication at a time, compiled by numba.

It is the readable reference that the lane kernel is tested against. It is no public API, so the
arrays that `cakernel.simulate` makes on the way to a kernel are made here.
"""

import numpy as np
import polars as pl
from work import Work, mean_frame

from cakernel.batch import batches, grid_of, policies_of
from cakernel.kernel.reference import Scratch, run_scalar
from cakernel.kernel.replication import History
from cakernel.kernel.work import DONE, Rows


def run(work: Work) -> pl.DataFrame:
    """Run the work on one thread."""
    grid = grid_of(work.model)
    totals = np.zeros((len(work.policies), 3))
    for batch in batches(work.model, work.scenarios, 0):
        dtype = batch.scenarios.initial.dtype
        items = len(batch.position) * work.replications
        shape = (len(work.policies), items)
        rows = Rows(
            x=np.empty(shape, np.int64),
            y=np.empty(shape, np.int64),
            resources=np.empty(shape, dtype),
            status=np.zeros(items, np.uint8),
        )
        scratch = Scratch(
            supply=np.empty((grid.periods, grid.chains, grid.firms), np.uint8),
            cyber=np.empty((grid.periods, grid.chains), np.uint8),
            states=np.zeros((4, grid.chains + 2, grid.firms + 2), np.uint8),
            resources=np.empty((grid.chains, grid.firms), dtype),
        )
        off = History(False, np.empty((0, 0, 0, 2), np.uint8), np.empty((0, 0, 0, 3), dtype))
        run_scalar(
            grid,
            np.uint64(work.seed),
            policies_of(work.policies),
            batch.scenarios,
            np.uint64(0),
            work.replications,
            scratch,
            rows,
            off,
        )
        if not (rows.status == DONE).all():
            raise RuntimeError("the scalar kernel left replications out")
        units = np.repeat(batch.scale, work.replications)
        totals += np.stack([rows.x.sum(1), rows.y.sum(1), rows.resources @ units], axis=1)
    return mean_frame(work, totals)
