"""Scenarios of models that differ, as one batch of the kernel."""

from collections.abc import Iterable

import numpy as np

import cakernel as ck
from cakernel.recovery.kernel_arrays import Batch, Instances, batch_of_instances, instances_of
from cakernel.recovery.quantum import Counted


def batch_of_models(given: Iterable[tuple[ck.Model, ck.ResourceScenario, int]]) -> Batch:
    """Return scenarios under models, each with the number of its draws."""
    made = [instances_of(model, [scenario], number) for model, scenario, number in given]
    *parts, counted, valued, _ = zip(*made, strict=True)
    joined = Counted(*map(np.concatenate, zip(*counted, strict=True)))
    return batch_of_instances(Instances(*map(np.concatenate, parts), joined, any(valued)))
