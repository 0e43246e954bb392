"""Reports: one page of HTML from a folder of results, every number traced to its rows.

Needs the extra `report`.
"""

from pathlib import Path

from cakernel.errors import InvalidInput

try:
    import jinja2  # noqa: F401
except ModuleNotFoundError:
    raise InvalidInput(
        "report: got no library jinja2, which it needs; install cakernel[report]"
    ) from None

from cakernel.files import write_whole
from cakernel.report.build import build
from cakernel.report.folder import RunFolder
from cakernel.report.render import render
from cakernel.report.verify import mismatches

__all__ = ["mismatches", "write_report"]


def write_report(
    folder: Path | str,
    out: Path | str,
    *,
    title: str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a report of a folder of results; nothing is simulated.

    Parameters
    ----------
    folder : path
        What `cakernel reproduce`, `best`, `claims`, `run`, `ctip` (with ``--out``) or `sweep`
        wrote.
    out : path
        The file to write, ending in .html: one page that works offline. It is written whole or
        not at all.
    title : str, optional
        Of the page; by default one that fits the folder.
    overwrite : bool, default False
        Whether an existing file may be replaced.

    Returns
    -------
    Path
        ``out``.

    Raises
    ------
    InvalidInput
        If the folder is not one of those, or a file in it is missing or damaged; or ``out`` ends
        in something else, is a folder, or exists and may not be replaced.
    OSError
        If the file cannot be written.
    """
    path = checked_target(Path(out), overwrite=overwrite)
    page = render(build(RunFolder(Path(folder)), title=title))
    write_whole(path, page.encode(), durable=False)
    return path


def checked_target(path: Path, *, overwrite: bool) -> Path:
    """Return the file to write, or refuse it."""
    if path.suffix != ".html":
        raise InvalidInput(f"out: got {path}; must end in .html")
    if path.is_dir():
        raise InvalidInput(f"out: {path} is a folder; must be a file")
    if path.exists() and not overwrite:
        raise InvalidInput(f"out: {path} exists; name another file, or say --overwrite")
    return path
