"""`save`: charts as files, SVG, PNG and PDF for print and HTML that works offline."""

import html
import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final, cast

import altair as alt
import vl_convert
from pydantic import Field

from cakernel.arguments import checked_arguments
from cakernel.checks import Allowed
from cakernel.errors import InvalidInput
from cakernel.files import ending, write_whole
from cakernel.models import terms_of
from cakernel.pictures.theme import FONT
from cakernel.terms import Terms

PIXELS_AN_INCH: Final = 96
PRINT_SCALE: Final = 300 / PIXELS_AN_INCH
"""Dots a pixel that make a PNG of 300 dots an inch."""
ENDINGS: Final = (".svg", ".png", ".pdf", ".html")
ENDINGS_IN_WORDS: Final = ".svg, .png, .pdf or .html"

Scale = Annotated[float, Field(gt=0, le=20), Allowed("a number above 0, at most 20")]

HINTS: Final = {
    "difference": "difference from the best",
    "lower": "interval from",
    "upper": "to",
    "probability_best": "probability of being best",
    "q05": "5% quantile",
    "q25": "25% quantile",
    "q50": "median",
    "q75": "75% quantile",
    "q95": "95% quantile",
    "edge": "edge of the worst",
    "worst": "mean of the worst",
    "index_low": "interval from",
    "index_high": "to",
    "value": "mean",
    "base_outcome": "outcome at the base",
    "counted": "markets counted",
}
"""What columns of pictures are called under the pointer, where no model names them."""

# version of Vega-Lite as vl-convert writes it: v6_4
_GRAMMAR = "_".join(alt.SCHEMA_VERSION.split(".")[:2])

# what XML has no characters for: vl-convert would end the whole process
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?!\d|e)")


@checked_arguments
def save(chart: alt.TopLevelMixin, path: Path | str, *, scale: Scale = PRINT_SCALE) -> None:
    """Write a picture to a file, whole or not at all; an existing one is replaced.

    Parameters
    ----------
    chart : altair chart
        What a function of `cakernel.pictures` returns.
    path : path
        Ends in .svg, .png, .pdf or .html. SVG has title and description for screen readers;
        HTML holds all that it needs and asks no network for anything.
    scale : float, default 3.125
        PNG only: dots a pixel of 1/96 inch; 3.125 makes 300 dots an inch. Above 0, at most 20.

    Raises
    ------
    InvalidInput
        If the ending is unknown or ``scale`` is outside its range.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import polars as pl
    >>> from cakernel import pictures
    >>> columns = {"parameter": ["risk"], "order": ["first"]}
    >>> numbers = {"index": [0.5], "index_low": [0.4], "index_high": [0.6]}
    >>> chart = pictures.sobol_indices(pl.DataFrame(columns | numbers))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "indices.svg"
    ...     pictures.save(chart, path)
    ...     path.read_text(encoding="utf-8")[:14]
    '<svg role="img'
    """
    path = Path(path)
    if ending(path) not in ENDINGS:
        raise InvalidInput(f"path: got {path}; must end in {ENDINGS_IN_WORDS}")
    drawing = drawing_of(chart)
    if ending(path) == ".png":
        # vl-convert takes 72 pixels an inch, and writes the resolution into the file
        dots, smaller = PIXELS_AN_INCH * scale, 72 / PIXELS_AN_INCH
        content = vl_convert.vegalite_to_png(
            drawing, vl_version=_GRAMMAR, scale=smaller, ppi=dots, allowed_base_urls=[]
        )
    elif ending(path) == ".pdf":
        content = vl_convert.vegalite_to_pdf(drawing, vl_version=_GRAMMAR, allowed_base_urls=[])
    else:
        content = (still_picture(drawing) if ending(path) == ".svg" else _page(drawing)).encode()
    write_whole(path, content, durable=False)


def drawing_of(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return a chart in the grammar of Vega-Lite, with all of its rows, however many."""
    with alt.data_transformers.enable("default", max_rows=None):
        drawing = cast(dict[str, Any], _printable(chart.to_dict()))
    _in_words(drawing, terms_of())
    return drawing


def _in_words(part: Any, terms: Terms) -> None:
    """Name what pointers and legends show by words, and give numbers a readable form."""
    if isinstance(part, list):
        for item in part:
            _in_words(item, terms)
    if not isinstance(part, dict):
        return
    encoding = part.get("encoding")
    if isinstance(encoding, dict):
        hints = encoding.get("tooltip", [])
        for hint in hints if isinstance(hints, list) else [hints]:
            if "field" in hint:
                hint.setdefault("title", HINTS.get(hint["field"]) or terms.column(hint["field"]))
            if hint.get("type") == "quantitative":
                hint.setdefault("format", ".4~g")
        for name in ("color", "shape", "strokeDash"):
            channel = encoding.get(name, {})
            known = terms.values.get(channel.get("field", ""), {})
            if known and channel.get("legend"):
                words = json.dumps({code: term.title for code, term in known.items()})
                channel["legend"].setdefault("labelExpr", f"{words}[datum.label] || datum.label")
    for name, inside in part.items():
        if name not in ("datasets", "config"):
            _in_words(inside, terms)


def _printable(part: Any) -> Any:
    """Return a part of a drawing with a mark in place of each character that cannot be drawn."""
    if isinstance(part, str):
        return _UNPRINTABLE.sub("\ufffd", part)
    if isinstance(part, dict):
        return {_printable(name): _printable(each) for name, each in part.items()}
    return [_printable(each) for each in part] if isinstance(part, list) else part


def still_picture(drawing: dict[str, Any]) -> str:
    """Return a drawing, as of `drawing_of`, as SVG with its words for screen readers."""
    # one title and description for the whole, not a label for every mark
    drawing["config"]["aria"] = False
    plain = vl_convert.vegalite_to_svg(drawing, vl_version=_GRAMMAR, allowed_base_urls=[])
    # the font is named once, not in every text, and places are rounded to hundredths of a pixel:
    # both make the file smaller
    plain = plain.replace(f' font-family="{html.escape(FONT, quote=False)}"', "")
    plain = re.sub(r"<[^>]*>", lambda tag: _LONG_NUMBER.sub(_hundredths, tag[0]), plain)
    title = html.escape(_title(drawing))
    words = f"<title>{title}</title><desc>{html.escape(drawing['description'])}</desc>"
    head = f'<svg role="img" aria-label="{title}" font-family="{FONT}"'
    return re.sub(r"^<svg([^>]*)>", lambda found: f"{head}{found[1]}>{words}", plain, count=1)


def _hundredths(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _page(drawing: dict[str, Any]) -> str:
    parts = {
        "title": html.escape(_title(drawing)),
        "description": html.escape(drawing["description"]),
        "library": library(),
        "drawing": json.dumps(drawing, ensure_ascii=False).replace("<", "\\u003c"),
    }
    page = resources.files("cakernel.pictures").joinpath("page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], page)


@cache
def library() -> str:
    """Return the drawing library, a script that defines ``vegaEmbed``, for an element of HTML."""
    script = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=_GRAMMAR)
    return script.replace("</script", "<\\/script")


def _title(drawing: dict[str, Any]) -> str:
    return " ".join(drawing["title"]["text"])
