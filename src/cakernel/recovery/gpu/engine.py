"""Calls of the recovery model's kernel for graphics cards."""

from typing import TYPE_CHECKING

from cakernel.recovery.kernel.sums import Sums

if TYPE_CHECKING:
    from cakernel.recovery.engine import Experiment, Progress


def why_not(experiment: "Experiment") -> str:
    """Return why a card cannot run an experiment, in one line; "" where it can."""
    return "this version of cakernel has no code for graphics cards"


def run_on_gpu(
    experiment: "Experiment", sums: Sums, replications: slice, progress: "Progress | None"
) -> None:
    """Run some replications of every policy and scenario and add to ``sums``."""
    raise NotImplementedError(why_not(experiment))
