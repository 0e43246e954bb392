"""A report as one page of HTML that asks no network for anything."""

import json
from importlib import resources
from typing import Any, Final

import jinja2
from markupsafe import Markup, escape

from cakernel.pictures import theme
from cakernel.pictures.save import library
from cakernel.report.page import Picture, Report
from cakernel.report.verify import claimed

PAPER: Final = "#ffffff"
FRAME: Final = "#bdbdbd"
COLOURS: Final = {
    theme.INK: "ink",
    theme.SOFT_INK: "soft",
    theme.RULE: "rule",
    theme.GRID: "grid",
    theme.BAND: "band",
    PAPER: "paper",
    FRAME: "rule",
    theme.BLACK: "strong",
    theme.BLUE: "blue",
    theme.SKY: "sky",
    theme.GREEN: "green",
    theme.ORANGE: "orange",
    theme.VERMILLION: "vermillion",
    theme.PURPLE: "purple",
}
"""Colours of pictures, and the names under which the page's style sheet has them in each theme."""


def render(report: Report) -> str:
    """Return the page of a report."""
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(_file),
    )
    environment.filters["sources"] = _sources
    page = environment.get_template("page.html")
    return page.render(
        report=report,
        style=Markup(_file("style.css") + _colour_rules()),
        behaviour=Markup(_file("behaviour.js")),
        library=Markup(library()) if _pictures(report) else "",
        drawings=_script_json({p.id: _drawing(p) for p in _pictures(report)}),
    )


def _file(name: str) -> str:
    return resources.files("cakernel.report").joinpath(name).read_text(encoding="utf-8")


def _pictures(report: Report) -> list[Picture]:
    parts = [part for section in report.sections for part in (section, *section.parts)]
    return [block for part in parts for block in part.blocks if isinstance(block, Picture)]


def _drawing(picture: Picture) -> dict[str, Any]:
    return {
        "drawing": picture.drawing,
        "columns": picture.columns,
        "filters": [{"name": f.name, "column": f.column} for f in picture.filters],
    }


def _script_json(content: Any) -> Markup:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def _sources(sentences: list[Any]) -> list[tuple[str, str]]:
    """Return what the numbers in sentences are, and where they come from, each once."""
    found = claimed(" ".join(str(escape(sentence)) for sentence in sentences))
    pairs = [(item.text, item.attributes.get("title", "")) for item in found]
    return list(dict.fromkeys(pair for pair in pairs if pair[1]))


def _colour_rules() -> str:
    """Return rules that give the pictures' colours those of the page's theme."""
    return "".join(
        f'.drawing svg [{what}="{colour}"]{{{what}:var(--{name})}}\n'
        for colour, name in COLOURS.items()
        for what in ("fill", "stroke")
    )
