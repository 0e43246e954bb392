"""`cakernel init` writes a file to begin with, `cakernel report` a page of results."""

from pathlib import Path
from typing import Annotated

import typer

from cakernel.cli.options import Overwrite
from cakernel.errors import InvalidInput
from cakernel.models import swept, template, template_folder


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
    network: Annotated[
        Path | None,
        typer.Option(
            help="Write a folder that describes a network of firms, instead; with --sweep, a sweep "
            "file over the network of this folder, which is written if it is not there.",
            show_default="none",
        ),
    ] = None,
) -> None:
    """Write a commented scenario file, to be edited and given to `cakernel run`."""
    from cakernel.cli.output import refuse_existing
    from cakernel.files import write_whole

    if network is not None:
        if sweep:
            write_network_sweep(network, file or Path("sweep.toml"), model)
            return
        if file is not None:
            raise InvalidInput(f"--network: got {file}, too; must be one of them")
        write_network(network)
        return
    kind, command = ("sweep", "sweep") if sweep else ("scenario", "run")
    try:
        text = template(kind, model)
    except InvalidInput as error:
        hint = "" if sweep else ", or given with --sweep"
        raise InvalidInput(f"--{error}{hint}") from None
    file = file or Path(f"{kind}.toml")
    refuse_existing(file)
    write_whole(file, text.encode())
    print(f"wrote {file}; next: cakernel {command} {file} --out results")


def write_network(folder: Path) -> None:
    """Write the commented folder of a network; refuse one that holds anything."""
    from cakernel.whole_folder import write_folder

    write_folder(folder, template_folder("network"), option="--network")
    print(f"wrote {folder}; {folder / 'README.md'} says what is in it")


def write_network_sweep(folder: Path, file: Path, model: str) -> None:
    """Write the commented file of a sweep over a network's folder, and that where it is empty."""
    import json
    import os

    from cakernel.cli.output import refuse_existing
    from cakernel.files import write_whole

    try:
        text = template("network-sweep", model)
    except InvalidInput as error:
        raise InvalidInput(f"--{error}") from None
    refuse_existing(file)
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        write_network(folder)
    # found beside the file
    there = Path(os.path.relpath(folder, file.parent)).as_posix()
    text = text.replace('folder = "camera"', f"folder = {json.dumps(there)}")
    write_whole(file, text.encode())
    print(f"wrote {file}; next: cakernel sweep {file} --out results")


def report_command(
    folder: Annotated[
        Path,
        typer.Argument(
            help="What run, best, sweep, rules, stability, optimal, frontier, robust, critical, "
            "reproduce, claims, conventions or ctip wrote to --out."
        ),
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
    from cakernel.report import write_report

    path = write_report(folder, out, title=title, overwrite=overwrite)
    print(f"wrote {path}, {path.stat().st_size / 2**20:.1f} MiB")
