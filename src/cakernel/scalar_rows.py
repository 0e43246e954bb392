"""A batch run by the scalar kernel: the rows that the lane kernel must give, to the bit."""

import numpy as np

from cakernel.batch import Batch, grid_of, policies_of
from cakernel.kernel.reference import Scratch, run_scalar
from cakernel.kernel.replication import History
from cakernel.kernel.work import Rows
from cakernel.model import Model
from cakernel.policy import Policy


def scalar_rows(
    model: Model,
    policies: list[Policy],
    batch: Batch,
    *,
    replications: int,
    seed: int = 1,
    first_replication: int = 0,
) -> Rows:
    """Run every policy on every (scenario, replication) of a batch, one after the other."""
    items = len(batch.position) * replications
    dtype = batch.scenarios.initial.dtype
    shape = (len(policies), items)
    rows = Rows(
        x=np.empty(shape, np.int64),
        y=np.empty(shape, np.int64),
        resources=np.empty(shape, dtype),
        status=np.zeros(items, np.uint8),
    )
    scratch = Scratch(
        supply=np.empty((model.periods, model.chains, model.firms), np.uint8),
        cyber=np.empty((model.periods, model.chains), np.uint8),
        states=np.zeros((4, model.chains + 2, model.firms + 2), np.uint8),
        resources=np.empty((model.chains, model.firms), dtype),
    )
    run_scalar(
        grid_of(model),
        np.uint64(seed),
        policies_of(policies),
        batch.scenarios,
        np.uint64(first_replication),
        replications,
        scratch,
        rows,
        History(False, np.empty((0, 1, 1, 2), np.uint8), np.empty((0, 1, 1, 3), dtype)),
    )
    return rows
