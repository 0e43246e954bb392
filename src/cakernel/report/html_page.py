"""`write_report`: a report as one page of HTML that asks no network for anything."""

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

import jinja2
import polars as pl
from markupsafe import Markup, escape

from cakernel.arguments import checked_arguments
from cakernel.errors import InvalidInput
from cakernel.files import ending, write_whole
from cakernel.pictures import theme
from cakernel.pictures.picture_files import library
from cakernel.provenance import cakernel_version
from cakernel.report.explorer import Explorer
from cakernel.report.folder import RunFolder
from cakernel.report.front_page import report_of
from cakernel.report.page import Picture, Report
from cakernel.report.verification import claimed

COLOURS: Final = {
    theme.INK: "ink",
    theme.SOFT_INK: "soft",
    theme.RULE: "rule",
    theme.GRID: "grid",
    theme.BAND: "band",
    theme.CONFIG["background"]: "paper",
    theme.CONFIG["view"]["stroke"]: "rule",
    theme.BLACK: "strong",
    theme.BLUE: "blue",
    theme.SKY: "sky",
    theme.GREEN: "green",
    theme.ORANGE: "orange",
    theme.VERMILLION: "vermillion",
    theme.PURPLE: "purple",
}
"""Colours of pictures, and the names under which the page's style sheet has them in each theme."""


@checked_arguments
def write_report(
    folder: Path | str, out: Path | str, *, title: str | None = None, overwrite: bool = False
) -> Path:
    """Write a report of a folder of results; nothing is simulated.

    Parameters
    ----------
    folder : path
        What a command of cakernel wrote to ``--out``, or the folder of a sweep.
    out : path
        The file, ending in .html: one page that works offline, written whole or not at all.
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

    Examples
    --------
    >>> import tempfile
    >>> import cakernel
    >>> from cakernel.report import mismatches, write_report
    >>> study = cakernel.Recovery(
    ...     model=cakernel.Model(chains=1, firms=2, periods=5),
    ...     policies=cakernel.policies(supply_rules=["SRD-1", "SRD-5"], cyber_rules=["CRD-5"]),
    ...     scenarios=cakernel.paper_scenarios()[:1],
    ... )
    >>> sweep = cakernel.Sweep(study=study, axes={"supply_mild": [0.1, 0.3]}, replications=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = cakernel.run_sweep(sweep, Path(folder) / "sweep")
    ...     path = write_report(Path(folder) / "sweep", Path(folder) / "report.html")
    ...     page = path.read_text(encoding="utf-8")
    ...     mismatches(page, Path(folder) / "sweep")
    []
    >>> page.splitlines()[0]
    '<!doctype html>'
    """
    path = Path(out)
    if ending(path) != ".html":
        raise InvalidInput(f"out: got {path}; must end in .html")
    if path.is_dir():
        raise InvalidInput(f"out: {path} is a folder; must be a file")
    if path.exists() and not overwrite:
        raise InvalidInput(f"out: {path} exists; name another file, or say --overwrite")
    write_whole(path, report_page(folder, title=title).html.encode())
    return path


@dataclass(frozen=True)
class ReportPage:
    """A report's page, as ``html``; a notebook shows it in a frame."""

    html: str

    def _repr_html_(self) -> str:
        return (
            '<iframe sandbox="allow-scripts" style="width: 100%; height: 80vh; border: 1px solid '
            f'#8c8c8c" srcdoc="{escape(self.html)}"></iframe>'
        )


@checked_arguments
def report_page(folder: Path | str, *, title: str | None = None) -> ReportPage:
    """Make a report of a folder of results, for a notebook to show.

    Parameters
    ----------
    folder : path
        What a command of cakernel wrote to ``--out``, or the folder of a sweep.
    title : str, optional
        Of the page; by default one that fits the folder.

    Returns
    -------
    ReportPage
        Its ``html`` is what `write_report` writes; as the last value of a cell it is shown.

    Raises
    ------
    InvalidInput
        If the folder is not one of those, or a file in it is missing or damaged.

    Examples
    --------
    >>> import tempfile
    >>> import cakernel
    >>> from cakernel.report import report_page
    >>> study = cakernel.Recovery(
    ...     model=cakernel.Model(chains=1, firms=2, periods=5),
    ...     policies=cakernel.policies(supply_rules=["SRD-1", "SRD-5"], cyber_rules=["CRD-5"]),
    ...     scenarios=cakernel.paper_scenarios()[:1],
    ... )
    >>> sweep = cakernel.Sweep(study=study, axes={"supply_mild": [0.1, 0.3]}, replications=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = cakernel.run_sweep(sweep, Path(folder) / "sweep")
    ...     page = report_page(Path(folder) / "sweep")
    >>> page._repr_html_().startswith("<iframe")
    True
    """
    return ReportPage(_rendered(_report_of(RunFolder(Path(folder)), title)))


def _report_of(folder: RunFolder, title: str | None) -> Report:
    """Return what the page shows; refuse tables without what it is made of."""
    try:
        return report_of(folder, title=title)
    except (pl.exceptions.PolarsError, KeyError) as error:
        by = folder.recorded("versions", "cakernel")
        raise InvalidInput(
            f"folder: {folder.path} lacks what a report is made of: "
            f"{str(error).splitlines()[0]}; it was written by cakernel "
            f"{by.value if by else 'of an unknown version'}, this is {cakernel_version()}"
        ) from error


def _rendered(report: Report) -> str:
    """Return the page of a report."""
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(_file),
    )
    environment.filters["sources"] = _sources
    parts = [part for section in report.sections for part in (section, *section.parts)]
    pictures = [block for part in parts for block in part.blocks if isinstance(block, Picture)]
    drawings = {
        picture.id: {
            "drawing": picture.drawing,
            "columns": picture.columns,
            "filters": [{"name": f.name, "column": f.column} for f in picture.filters],
        }
        for picture in pictures
    }
    blocks = [block for part in parts for block in part.blocks]
    explorers = {block.id: block.data for block in blocks if isinstance(block, Explorer)}
    # the pictures' colours become those of the page's theme
    colours = "".join(
        f'.drawing svg [{what}="{colour}"]{{{what}:var(--{name})}}\n'
        for colour, name in COLOURS.items()
        for what in ("fill", "stroke")
    )
    return environment.get_template("page.html").render(
        report=report,
        style=Markup(_file("style.css") + colours),
        behaviour=Markup(_file("behaviour.js")),
        library=Markup(library()) if pictures else "",
        drawings=_script(drawings),
        explorers=_script(explorers),
    )


def _script(content: Any) -> Markup:
    """Return JSON that may stand in a script element."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def _file(name: str) -> str:
    return resources.files("cakernel.report").joinpath(name).read_text(encoding="utf-8")


def _sources(sentences: list[Any]) -> list[tuple[str, str]]:
    """Return what the numbers in sentences are, and where they come from, each once."""
    found = claimed(" ".join(str(escape(sentence)) for sentence in sentences))
    pairs = [(item.text, item.attributes.get("title", "")) for item in found]
    return list(dict.fromkeys(pair for pair in pairs if pair[1]))
