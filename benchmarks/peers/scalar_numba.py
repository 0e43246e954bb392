"""cakernel's scalar kernel: one replication at a time, compiled by numba.

It is made to be read, and the lane kernel is tested against it.
"""

import numpy as np
import polars as pl
from work import Work, mean_frame

from cakernel.recovery.engine import scalar_sums
from cakernel.recovery.kernel_arrays import batch_of


def run(work: Work) -> pl.DataFrame:
    """Run the work on one thread."""
    batch = batch_of(work.model, work.scenarios, 0)
    sums = scalar_sums(
        work.model, work.policies, batch, replications=work.replications, seed=work.seed
    )
    each = sums.each.reshape(3, len(work.policies), -1, work.replications).sum(axis=3)
    totals = np.stack([each[0].sum(1), each[1].sum(1), each[2] @ batch.scale], axis=1)
    return mean_frame(work, totals)
