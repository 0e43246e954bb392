"""How kinds of pictures are named, and options that several of them take."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cakernel.errors import InvalidInput


class Kinds(TyperGroup):
    """Kinds of pictures; an unknown one ends with one line."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of a kind."""
        if args and self.get_command(ctx, args[0]) is None:
            kinds = ", ".join(self.list_commands(ctx))
            raise InvalidInput(f"kind: got {args[0]!r}; must be one of {kinds}")
        return super().resolve_command(ctx, args)


Out = Annotated[Path, typer.Option(help="File to write: .svg, .png or .html.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the file.")]
Scale = Annotated[
    float | None,
    typer.Option(help="PNG: dots a pixel of 1/96 inch.", show_default="3.125, for 300 an inch"),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        help="Draw a .parquet or .csv file, or a folder of results, instead of simulating.",
        show_default="simulate",
    ),
]
FromResults = Annotated[
    Path, typer.Option("--from", help="A .parquet or .csv file, or a folder of results.")
]
Only = Annotated[
    list[str] | None, typer.Option(help="COLUMN=VALUE: draw only these rows; may be repeated.")
]
