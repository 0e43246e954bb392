"""Where results of `cakernel ctip` go: a terminal that says what they are, and a folder."""

from typing import Any

import polars as pl
from rich.console import Console

from cakernel.cli.output import Folder
from cakernel.coopetition.label import LABEL
from cakernel.coopetition.market import Market
from cakernel.provenance import provenance


def console() -> Console:
    """Return a terminal wide enough for tables, on which the label is printed."""
    screen = Console()
    screen.width = max(screen.width, 100)
    screen.print(LABEL)
    return screen


def keep(
    folder: Folder | None,
    command: str,
    market: Market,
    tables: dict[str, pl.DataFrame],
    **settings: Any,
) -> None:
    """Write the tables and the record of what they came from, if they are wanted."""
    if folder is None:
        return
    for name, table in tables.items():
        folder.table(name, table)
    settings = {"command": command, "market": market.model_dump(), **settings}
    folder.record("provenance", provenance("coopetition", model=LABEL, **settings))
    print(f"wrote {folder.path}")
