"""What a result came from: settings, seed, versions and machine, to be kept beside it."""

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from cakernel.called import CALLED
from cakernel.devices import noted
from cakernel.jit.compile import kernel_version

# what results may depend on; libraries of extras are told where they are installed
PACKAGES = ("cakernel", "numba", "numpy", "polars", "SALib", "scikit-learn", "scipy")


def provenance(*models: str, **settings: Any) -> dict[str, Any]:
    """Return a record that can be written as JSON: ``settings``, versions, machine.

    At the command line also the ``command``: its arguments, and checksums of the files it read;
    and ``devices``: how many firm-periods ran on which, and why not on a graphics card.
    ``kernel`` is a hash of the compiled code's sources of each of the ``models``: equal settings
    and kernels give equal results, to the bit.
    """
    called, ran = CALLED.get(), noted()
    return {
        **({"command": called.record} if called else {}),
        "settings": settings,
        **({"devices": ran} if ran else {}),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
        "kernel": "+".join(map(kernel_version, models)),
        "python": platform.python_version(),
        "machine": {"system": platform.platform(), "processor": processor()},
    }


def cakernel_version() -> str | None:
    """Return the version of this package, where it is installed."""
    return _version("cakernel")


def processor() -> str:
    """Return the processor's name, or the architecture where the system does not tell it."""
    return told_by_linux("cpuinfo", "model name") or platform.processor() or platform.machine()


def told_by_linux(file: str, key: str) -> str | None:
    """Return what a file in /proc says of a key, if there is one that does."""
    try:
        with open(f"/proc/{file}", encoding="utf-8", errors="replace") as lines:
            found = (line.partition(":")[2].strip() for line in lines if line.startswith(key))
            return next(found, None)
    except OSError:
        return None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
