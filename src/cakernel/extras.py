"""Libraries of extras, imported when they are needed; what to install where they are missing.

Which packages an extra brings, and of which versions, is said in ``pyproject.toml`` alone.
"""

import importlib
import re
import shlex
from importlib.metadata import PackageNotFoundError, distribution, requires
from typing import Any

from cakernel.errors import InvalidInput


def library(module: str, *, extra: str, what: str) -> Any:
    """Import a module; raise InvalidInput, naming packages to install, where it is missing."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise InvalidInput(f"{what} needs {_to_install(module, extra)}") from None


def _to_install(module: str, extra: str) -> str:
    """Name the packages of an extra that are missing, and how they are installed."""
    packages = packages_of(extra)
    if not packages:
        return f"{module.partition('.')[0]}, of cakernel's extra {extra!r}"
    # one that is there and cannot be imported may be damaged, or lack another
    packages = [name for name in packages if not _is_there(name)] or packages
    names = " and ".join(re.split(r"[<>=!~ ]", package)[0] for package in packages)
    line = shlex.join(["pip", "install", *packages])
    return f"{names}: {line}, or cakernel's extra {extra!r}"


def packages_of(extra: str) -> list[str]:
    """Return the packages that an extra brings, with their versions, as pip takes them.

    None where the package is not installed but run from its sources.
    """
    condition = re.compile(rf"(.*?)\s*;.*extra == ['\"]{extra}['\"]")
    try:
        lines = requires("cakernel") or ()
    except PackageNotFoundError:
        return []
    found = (condition.fullmatch(line) for line in lines)
    return [match[1] for match in found if match]


def _is_there(package: str) -> bool:
    try:
        distribution(re.split(r"[<>=!~ ]", package)[0])
    except PackageNotFoundError:
        return False
    return True
