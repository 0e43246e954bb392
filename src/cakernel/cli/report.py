"""`cakernel report`: one page of HTML from a folder of results."""

from pathlib import Path
from typing import Annotated

import typer

from cakernel.cli.options import Overwrite


def report_command(
    folder: Annotated[
        Path,
        typer.Argument(help="What reproduce, best, claims, run, sweep or ctip wrote to --out."),
    ],
    out: Annotated[Path, typer.Option(help="The page to write: FILE.html.")],
    title: Annotated[
        str | None, typer.Option(help="Title of the page.", show_default="one that fits")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a report of a folder of results: tables, pictures with filters, methods, sources.

    One file, which works offline. Nothing is simulated, and every number names its source.
    """
    # imported here: other commands start without these libraries
    from cakernel.report import write_report

    path = write_report(folder, out, title=title, overwrite=overwrite)
    print(f"wrote {path}, {path.stat().st_size / 2**20:.1f} MiB")
