"""A graphics card that is not there: the scalar kernel runs what it is given, and it is counted."""

from dataclasses import dataclass, field

import numpy as np

from cakernel.recovery.engine import run_scalar_kernel
from cakernel.recovery.kernel.sums import Items


@dataclass
class PretendedCard:
    """What stands in the way of its use, and what it was given.

    ``missing`` is why there is none, ``refuses`` why it cannot run an experiment; ``interrupts`` is
    the number of the call that Ctrl-C ends.
    """

    missing: str = ""
    refuses: str = ""
    interrupts: int | None = None
    firm_periods: list[int] = field(default_factory=list)

    def device_missing(self):
        return self.missing

    def why_not(self, experiment):
        return self.refuses

    def run_on_gpu(self, experiment, sums, replications, progress):
        count = replications.stop - replications.start
        if len(self.firm_periods) == self.interrupts:
            raise KeyboardInterrupt
        self.firm_periods.append(experiment.firm_periods(count))
        items = Items(
            first=0,
            size=len(experiment.batch.position) * count,
            replications=count,
            first_replication=np.uint64(experiment.first_replication + replications.start),
            before=replications.start,
        )
        run_scalar_kernel(experiment, items, sums)
        if progress is not None:
            whole = len(experiment.policies.rules) * experiment.items
            progress(whole * replications.stop // experiment.replications, whole)

    def fold_on_gpu(self, experiment, parts):
        """Hold no point, so that all are summed one by one."""

    def put_in(self, patched):
        """Put it in the place of the real one."""
        patched.setattr("cakernel.jit.cuda.device_missing", self.device_missing)
        patched.setattr("cakernel.recovery.gpu.engine.why_not", self.why_not)
        patched.setattr("cakernel.recovery.gpu.engine.run_on_gpu", self.run_on_gpu)
        patched.setattr("cakernel.recovery.gpu.engine.fold_on_gpu", self.fold_on_gpu)
