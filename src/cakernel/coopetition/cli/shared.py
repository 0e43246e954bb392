"""What commands of `cakernel ctip` share: options, the record of results, and a table's layout."""

from collections.abc import Iterable, Sequence
from typing import Any

from cakernel.cli.tables import FittedTable
from cakernel.coopetition.words import CONTRACT_WORDS, LABEL, REGIME_WORDS, UNITS
from cakernel.provenance import provenance


def record(command: str, **settings: Any) -> dict[str, Any]:
    """Return what is kept of where results came from, under the model's label."""
    return provenance("coopetition", model=LABEL, command=command, **settings)


def codes_in_words(codes: Iterable[str]) -> str:
    """Say what names of contracts and of who invests stand for."""
    used = set(codes)
    known = {**CONTRACT_WORDS, **REGIME_WORDS}
    named = {code: words for code, words in known.items() if code in used}
    return f"{'; '.join(f'{code}: {words}' for code, words in named.items())}. {UNITS}"


def number(value: float | None, form: str = ".4f") -> str:
    """Return a number in a form, whose z leaves out the sign of what rounds to 0; - for none."""
    return "-" if value is None else format(value, form)


def empty_table(
    title: str,
    keys: Sequence[str],
    numbers: Sequence[str],
    *,
    caption: str | None = None,
    wrap_keys: bool = True,
) -> FittedTable:
    """Return a table of keys, then of numbers, set right."""
    table = FittedTable(title=title, caption=caption, pad_edge=False, keys=max(1, len(keys)))
    for name in keys:
        table.add_column(name, overflow="fold" if wrap_keys else "ellipsis", no_wrap=not wrap_keys)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table
