"""What commands of `cakernel ctip` share: options, the record of results, and a table's layout."""

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.table import Table

from cakernel.coopetition.words import LABEL
from cakernel.provenance import provenance


def record(command: str, **settings: Any) -> dict[str, Any]:
    """Return what is kept of where results came from, under the model's label."""
    return provenance("coopetition", model=LABEL, command=command, **settings)


def number(value: float | None, form: str = ".5f") -> str:
    """Return a number in a form, whose z leaves out the sign of what rounds to 0; - for none."""
    return "-" if value is None else format(value, form)


def empty_table(
    title: str,
    keys: Sequence[str],
    numbers: Sequence[str],
    *,
    caption: str | None = None,
    wrap_keys: bool = True,
    gap: int = 2,
) -> Table:
    """Return a table of keys, then of numbers, set right, with 1 or 2 blanks between columns."""
    table = Table(
        title=title,
        title_justify="left",
        caption=caption,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, gap - 1),
        pad_edge=False,
    )
    for name in keys:
        table.add_column(name, overflow="fold" if wrap_keys else "ellipsis", no_wrap=not wrap_keys)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table
