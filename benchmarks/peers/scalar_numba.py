"""cakernel's scalar kernel: one replication at a time, compiled by numba.

It is made to be read, and the lane kernel is tested against it.
"""

import numpy as np
import polars as pl
from work import Work, mean_frame

from cakernel.recovery.engine import scalar_sums
from cakernel.recovery.kernel.arguments import DONE
from cakernel.recovery.kernel_arrays import batches


def run(work: Work) -> pl.DataFrame:
    """Run the work on one thread."""
    totals = np.zeros((len(work.policies), 3))
    for batch in batches(work.model, work.scenarios, 0):
        sums = scalar_sums(
            work.model, work.policies, batch, replications=work.replications, seed=work.seed
        )
        if not (sums.status == DONE).all():
            raise RuntimeError("the scalar kernel left replications out")
        units = np.repeat(batch.scale, work.replications)
        totals += np.stack([sums.x.sum(1), sums.y.sum(1), sums.resources @ units], axis=1)
    return mean_frame(work, totals)
