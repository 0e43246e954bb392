"""A batch run by the scalar kernel: the rows that the lane kernel must give, to the bit."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cakernel.recovery.batch import Batch, empty_rows, grid_of, policies_of
from cakernel.recovery.kernel.scalar.driver import Scratch, run_scalar
from cakernel.recovery.kernel.scalar.replication import History
from cakernel.recovery.kernel.work import Rows
from cakernel.recovery.model import Model
from cakernel.recovery.policy import Policy


def scalar_rows(
    model: Model,
    policies: Sequence[Policy],
    batch: Batch,
    *,
    replications: int,
    seed: int = 1,
    first_replication: int = 0,
) -> Rows:
    """Run every policy on every (scenario, replication) of a batch, one after the other."""
    dtype = batch.scenarios.initial.dtype
    rows = empty_rows(len(policies), len(batch.position) * replications, dtype)
    run_scalar(
        grid_of(model),
        np.uint64(seed),
        policies_of(policies),
        batch.scenarios,
        np.uint64(first_replication),
        replications,
        scalar_scratch(model, dtype),
        rows,
        History(False, np.empty((0, 1, 1, 2), np.uint8), np.empty((0, 1, 1, 3), dtype)),
    )
    return rows


def scalar_scratch(model: Model, dtype: np.dtype[Any]) -> Scratch:
    """Return working memory for one replication; ``dtype`` is the resources'."""
    return Scratch(
        supply=np.empty((model.periods, model.chains, model.firms), np.uint8),
        cyber=np.empty((model.periods, model.chains), np.uint8),
        states=np.zeros((4, model.chains + 2, model.firms + 2), np.uint8),
        resources=np.empty((model.chains, model.firms), dtype),
    )
