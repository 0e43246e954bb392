"""On which device work runs, and what is kept of it: what was asked for, what ran where, and why.

Results are equal to the bit on either device; only time differs. Whoever takes ``device`` opens
`on_device`; the code that runs asks `asked_device` and tells `note_run`, from within.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, TypedDict, get_args

from cakernel.errors import InvalidInput
from cakernel.jit.notice import told
from cakernel.wording import shown

Device = Literal["cpu", "gpu", "auto"]

VARIABLE = "CAKERNEL_DEVICE"


class RanOn(TypedDict):
    """So many firm-periods ran on the "cpu" or the "gpu"; on the first for a reason.

    Of a model without firm-periods there are none.
    """

    device: str
    firm_periods: int
    why: str


@dataclass
class Chosen:
    """What was asked for, and what ran since: firm-periods by device and reason."""

    device: Device
    around: "Chosen | None"
    ran: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def rows(self) -> list[RanOn]:
        """What ran where, most of it first."""
        return rows_of(self.ran)


_CHOSEN: ContextVar[Chosen | None] = ContextVar("chosen", default=None)


def asked_device(device: Device | None = None) -> Device:
    """Return the device that is asked for; raise where the environment names none that there is.

    An argument counts before what was chosen around the call, this before the environment variable
    CAKERNEL_DEVICE, and without all of them it is "auto".
    """
    if device is not None:
        return device
    if (around := _CHOSEN.get()) is not None:
        return around.device
    given = os.environ.get(VARIABLE) or "auto"
    for known in get_args(Device):
        if given == known:
            return known  # type: ignore[no-any-return]
    raise InvalidInput(f"{VARIABLE}: got {shown(given)}; must be 'cpu', 'gpu' or 'auto'")


def chosen_around() -> Device | None:
    """Return the device that was chosen around a call, if any was; the environment aside."""
    around = _CHOSEN.get()
    return around.device if around else None


def check_device(device: Device | None) -> Device:
    """Return the device that is asked for; raise where it is the card and none can be used."""
    asked = asked_device(device)
    if asked != "gpu":
        return asked
    # imported here: `cakernel status` reads what ran where, and does without numba
    from cakernel.jit import cuda

    if why := cuda.device_missing():
        name = "device" if device or chosen_around() else VARIABLE
        raise InvalidInput(f"{name}: got 'gpu'; no graphics card can be used: {why}")
    return asked


@contextmanager
def on_device(device: Device | None) -> Iterator[Chosen]:
    """Let what is called from here, on this thread, run on a device; note what ran where."""
    chosen = Chosen(check_device(device), _CHOSEN.get())
    token = _CHOSEN.set(chosen)
    try:
        yield chosen
    finally:
        _CHOSEN.reset(token)


def note_run(device: Literal["cpu", "gpu"], firm_periods: int, why: str = "") -> None:
    """Note that work ran on a device; of the CPU also why not on the card."""
    note_rows([RanOn(device=device, firm_periods=firm_periods, why=why)])


def note_rows(rows: Iterable[RanOn]) -> None:
    """Note what ran elsewhere: on another thread, or by a worker."""
    rows = list(rows)
    chosen = _CHOSEN.get()
    while chosen is not None:
        for row in rows:
            chosen.ran[row["device"], row["why"]] += row["firm_periods"]
        chosen = chosen.around


def note_cpu_alone(what: str, firm_periods: int = 0) -> None:
    """Note that something ran that has no code for cards; say so where a card is asked for."""
    why = f"{what} have no code for graphics cards"
    if asked_device() == "gpu":
        say_on_cpu(why)
    note_run("cpu", firm_periods, why)


@cache
def say_on_cpu(why: str) -> None:
    """Say that something runs on the CPU though a card is there: each reason once."""
    told(f"cakernel: runs on the CPU: {why}")


def noted() -> list[RanOn]:
    """Return what ran where since a device was chosen around this call."""
    chosen = _CHOSEN.get()
    return chosen.rows if chosen else []


def rows_of(ran: Counter[tuple[str, str]]) -> list[RanOn]:
    """Return counts as rows, most work first."""
    return [
        RanOn(device=device, firm_periods=count, why=why)
        for (device, why), count in ran.most_common()
    ]
