"""TOML files that users write: reading them, and saying where in them something is wrong."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cakernel.errors import InvalidInput


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a file holds.

    Raises
    ------
    InvalidInput
        If it cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"not a TOML file: {error}") from None


@contextmanager
def within(place: str) -> Iterator[None]:
    """Say in an error where in the file it is."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(f"{place}{error}") from None


def section(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a section's keys and values, none where it is left out."""
    return table(content.get(name, {}), name)


def table(value: Any, name: str) -> dict[str, Any]:
    """Return a table; raise where it is something else."""
    if not isinstance(value, dict):
        raise InvalidInput(f"{name}: got {value!r}; must be a table of keys and values")
    return value
