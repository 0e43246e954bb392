"""Markets from TOML files, that of the case study among them, and single values given as text."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from cakernel.checks import reject_unknown
from cakernel.coopetition.market import EACH, Market
from cakernel.errors import InvalidInput
from cakernel.files import read_toml, section, within


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


def case_market() -> Market:
    """Return the market of the case study: two chains in health and medical procurement.

    The abstract's setting is Australia's procurement, whose data are not public to us. The numbers
    are those of ``case.toml``, each with its source or "assumed" beside it, and none is Australian.

    Examples
    --------
    >>> case_market().threat_probability
    0.7
    """
    with resources.as_file(resources.files("cakernel.coopetition").joinpath("case.toml")) as path:
        return read_market(path)


def _section(path: Path) -> dict[str, Any]:
    """Return the section [market] of a file, checked."""
    with within(f"{path}: "):
        content = read_toml(path)
        reject_unknown(content, ["market"])
        fields = section(content, "market")
        Market(**fields)
    return fields


def _number(name: str, text: str) -> Any:
    """Return the number, or numbers, that a text stands for; the text itself if it is none."""
    try:
        numbers = [int(part) if name == "chains" else float(part) for part in text.split(",")]
    except ValueError:
        return text
    return tuple(numbers) if name in EACH and len(numbers) > 1 else numbers[0]
