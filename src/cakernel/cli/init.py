"""`cakernel init`: commented files to start from."""

from pathlib import Path
from typing import Annotated

import typer

from cakernel.cli.output import refuse_existing
from cakernel.errors import InvalidInput
from cakernel.models import swept, template


def init_command(
    file: Annotated[
        Path | None,
        typer.Argument(help="The file to write.", show_default="scenario.toml or sweep.toml"),
    ] = None,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Write a sweep file, for `cakernel sweep`.")
    ] = False,
    model: Annotated[
        str, typer.Option(help=f"With --sweep, of which model: {' or '.join(swept())}.")
    ] = next(iter(swept())),
) -> None:
    """Write a commented scenario file, to be edited and given to `cakernel run`."""
    kind, command = ("sweep", "sweep") if sweep else ("scenario", "run")
    try:
        text = template(kind, model)
    except InvalidInput as error:
        hint = "" if sweep else ", or given with --sweep"
        raise InvalidInput(f"--{error}{hint}") from None
    file = file or Path(f"{kind}.toml")
    refuse_existing(file)
    file.write_text(text, encoding="utf-8")
    print(f"wrote {file}; next: cakernel {command} {file} --out results")
