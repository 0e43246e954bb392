"""Pictures as files: well-formed, with words for screen readers, offline, whole or not at all."""

import json
import os
import re
import struct
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import polars as pl
import pytest

from cakernel import InvalidInput, pictures
from cakernel.pictures.picture_files import drawing_of
from helpers import picture_frames as frames

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def charts():
    return {kind: draw() for kind, draw in frames.CHARTS.items()}


class Page(HTMLParser):
    """What a page asks for, and the drawing and the policy that it holds."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.scripts, self.policy, self.title = [], [], "", ""
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self._inside = tag
        attributes = dict(attributes)
        self.addresses += [attributes[key] for key in ("src", "href", "data") if key in attributes]
        if tag == "script":
            self.scripts.append("")
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside == "script":
            self.scripts[-1] += data
        if self._inside == "title":
            self.title += data


@pytest.mark.parametrize("kind", list(frames.CHARTS))
def test_svg(charts, kind, tmp_path):
    pictures.save(charts[kind], tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)
    drawing = charts[kind].to_dict()
    title = " ".join(drawing["title"]["text"])
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == title
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == title
    assert root[1].tag == f"{SVG}desc"
    assert root[1].text == drawing["description"]
    assert len(drawing["description"]) > 60
    words = [word for element in root.iter(f"{SVG}text") for word in element.itertext()]
    assert not {"NaN", "undefined", "null"} & set(words)
    assert not re.search(r'"[^"]*\b(NaN|undefined|Infinity)\b[^"]*"', text)
    shown = " ".join(words)
    assert all(line in shown for line in drawing["title"]["subtitle"])


@pytest.mark.parametrize("kind", list(frames.CHARTS))
def test_html_asks_for_nothing(charts, kind, tmp_path):
    pictures.save(charts[kind], tmp_path / "a.html")
    page = Page((tmp_path / "a.html").read_text(encoding="utf-8"))
    drawing = drawing_of(charts[kind])
    assert page.addresses == []
    assert "default-src 'none'" in page.policy
    assert "http" not in page.policy
    assert page.title == " ".join(drawing["title"]["text"])
    library, held, start = page.scripts
    assert json.loads(held) == json.loads(json.dumps(drawing))
    assert "window.vegaEmbed" in library
    assert not re.search(r"https?:|import|fetch|XMLHttp", start)
    assert "{{" not in start


def size_of_png(path):
    """Return width and height in pixels and dots an inch, of a whole PNG."""
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert content.endswith(b"IEND\xaeB`\x82")
    at = content.index(b"pHYs") + 4
    dots_a_metre = struct.unpack(">I", content[at : at + 4])[0]
    return *struct.unpack(">II", content[16:24]), dots_a_metre * 0.0254


@pytest.mark.parametrize("kind", list(frames.CHARTS))
def test_png(charts, kind, tmp_path):
    pictures.save(charts[kind], tmp_path / "a.png", scale=1)
    pictures.save(charts[kind], tmp_path / "a.svg")
    root = ET.parse(tmp_path / "a.svg").getroot()
    expected = [float(root.get("width")), float(root.get("height")), 96]
    assert size_of_png(tmp_path / "a.png") == pytest.approx(expected, abs=1)


def test_png_has_the_resolution_of_print(charts, tmp_path):
    pictures.save(charts["best"], tmp_path / "a.png")
    pictures.save(charts["best"], tmp_path / "b.png", scale=1)
    expected = [3.125 * number for number in size_of_png(tmp_path / "b.png")]
    assert size_of_png(tmp_path / "a.png") == pytest.approx(expected, abs=3)
    assert expected[2] == pytest.approx(300, abs=0.5)


def test_markup_in_names_is_text(tmp_path):
    name = '</script><b> & "quoted"'
    chart = pictures.sobol_indices(
        frames.indices().with_columns(parameter=pl.lit(name)).head(2), note=name
    )
    pictures.save(chart, tmp_path / "a.svg")
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert name in root[1].text
    pictures.save(chart, tmp_path / "a.html")
    page = Page((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert len(page.scripts) == 3
    assert name in json.loads(page.scripts[1])["description"]


def test_save_is_whole_or_nothing(charts, tmp_path, monkeypatch):
    target = tmp_path / "a.svg"
    target.write_text("earlier")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        pictures.save(charts["best"], target)
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]
    assert target.read_text() == "earlier"
    monkeypatch.undo()
    pictures.save(charts["best"], target)
    assert target.read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("name", "scale", "message"),
    [
        ("a.eps", 1, "path: got a.eps; must end in .svg, .png, .pdf or .html"),
        ("a", 1, "path: got a; must end in .svg, .png, .pdf or .html"),
        ("a.png", 0, "scale: got 0; must be a number above 0, at most 20"),
        ("a.png", float("nan"), "scale: got nan; must be a number above 0, at most 20"),
    ],
)
def test_save_rejects(charts, tmp_path, monkeypatch, name, scale, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput) as refused:
        pictures.save(charts["best"], name, scale=scale)
    assert str(refused.value) == message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a\0b", "a\x1bb", "a\ufffeb"])
@pytest.mark.parametrize("ending", ["svg", "png", "html"])
def test_characters_that_cannot_be_drawn_do_not_end_the_process(tmp_path, name, ending):
    columns = {"parameter": [name], "order": ["first"], "index": [0.5]}
    ends = {"index_low": [0.4], "index_high": [0.6]}
    chart = pictures.sobol_indices(pl.DataFrame(columns | ends), note=name)
    path = tmp_path / f"a.{ending}"
    pictures.save(chart, path)
    if ending == "svg":
        assert "a\ufffdb" in "".join(ET.parse(path).getroot().itertext())
