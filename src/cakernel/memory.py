"""Memory: what this process may still take, and the refusal of what would take more."""

import math
import os
from contextlib import suppress
from pathlib import Path

from cakernel.errors import InvalidInput
from cakernel.provenance import told_by_linux

# what a container may take at most; the second is of older systems
OF_CONTAINER = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def check_memory(name: str, value: int, needed: float) -> None:
    """Raise now where a run would take more memory, in bytes, than there is; say about how much.

    ``name`` and ``value`` are what it depends on. Nothing is allocated yet: a process that asks for
    too much is not refused by most systems, but killed later.
    """
    free = free_bytes()
    if needed > free:
        raise InvalidInput(
            f"{name}: got {value:,}, for which some {_gib(needed)} of memory are needed; must fit "
            f"in the {_gib(free)} that are free"
        )


def free_bytes() -> float:
    """Return what this process may still take, as far as the system tells it."""
    limits = [math.inf]
    if told := told_by_linux("meminfo", "MemAvailable"):
        limits.append(_kib(told))
    else:
        with suppress(AttributeError, OSError, ValueError):
            limits.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for file in OF_CONTAINER:
        # without a limit it says "max"
        with suppress(OSError, ValueError):
            limits.append(int(Path(file).read_text()))
    with suppress(ImportError):
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit != resource.RLIM_INFINITY:
            taken = told_by_linux("self/status", "VmSize")
            limits.append(max(0, limit - (_kib(taken) if taken else 0)))
    return min(limits)


def _kib(told: str) -> int:
    return int(told.split()[0]) * 1024


def _gib(size: float) -> str:
    return f"{size / 2**30:,.1f} GiB"
