"""Whether an experiment of the recovery model runs on a graphics card: one place decides."""

from typing import TYPE_CHECKING, Final

from cakernel.devices import asked_device, say_on_cpu
from cakernel.jit import cuda
from cakernel.recovery.gpu import engine as gpu

if TYPE_CHECKING:
    from cakernel.recovery.engine import Experiment

FIRST_WORK: Final = 10_000_000_000
"""Firm-periods in one process from which "auto" begins to use a card: to open it and to load its
code takes as long as these take on some cores."""
WORK: Final = 100_000_000
"""Firm-periods of a call from then on: a smaller one is no faster on a card."""
ASKED, TOO_LITTLE = "asked for", "too little work for a graphics card"


class Process:
    """What this process has done: firm-periods that were too few, and whether it used the card."""

    too_few = 0
    used = False


def why_on_cpu(experiment: "Experiment", firm_periods: int) -> str:
    """Return why an experiment of so much work runs on the CPU; "" where it runs on a card.

    Says it, once, where the experiment alone stands in the way.
    """
    asked = asked_device()
    if asked == "cpu":
        return ASKED
    if asked == "auto":
        Process.too_few += firm_periods
        if firm_periods < WORK if Process.used else Process.too_few < FIRST_WORK:
            return TOO_LITTLE
    if why := cuda.device_missing():
        return why
    if why := gpu.why_not(experiment):
        say_on_cpu(why)
        return why
    Process.used = True
    return ""
