"""A market in a TOML file, and single values given as text."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cakernel.checks import reject_unknown
from cakernel.coopetition.market import EACH, Market
from cakernel.errors import InvalidInput


def read_market(path: Path | None, *, changes: Sequence[str] = ()) -> Market:
    """Read a market: a file's section [market] over the defaults, then single changes.

    Parameters
    ----------
    path : Path, optional
        A TOML file; without one, the defaults.
    changes : sequence of str
        Each "field=value", or "field=value,value,..." for a field that chains have of their own.

    Raises
    ------
    InvalidInput
        If the file cannot be read or is not TOML, or a key is unknown or outside its range.
    """
    fields = {} if path is None else _section(path)
    for change in changes:
        name, equals, text = change.partition("=")
        if not equals:
            raise InvalidInput(f"--set: got {change!r}; must be field=value")
        fields[name.strip()] = _number(name.strip(), text)
    return Market(**fields)


def _section(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        reject_unknown(content, ["market"])
        section = content.get("market", {})
        if not isinstance(section, dict):
            raise InvalidInput(f"market: got {section!r}; must be a section of keys and values")
        Market(**section)
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: not a TOML file: {error}") from None
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error}") from None
    return section


def _number(name: str, text: str) -> Any:
    """Return the number, or numbers, that a text stands for; the text itself if it is none."""
    try:
        numbers = [int(part) if name == "chains" else float(part) for part in text.split(",")]
    except ValueError:
        return text
    return tuple(numbers) if name in EACH and len(numbers) > 1 else numbers[0]
