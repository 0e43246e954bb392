"""Options of `cakernel ctip`."""

from pathlib import Path
from typing import Annotated

import typer

from cakernel.coopetition.words import CONTRACTS, REGIMES

File = Annotated[
    Path | None,
    typer.Argument(help=r"A TOML file with a section \[market].", show_default="all defaults"),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="A field and its value, name=value; one a chain: name=0.1,0.2; may be repeated.",
        show_default="none",
    ),
]
Contract = Annotated[str, typer.Option(help=f"One of {', '.join(CONTRACTS)}.")]
Regime = Annotated[str, typer.Option(help=f"One of {', '.join(REGIMES)}.")]
