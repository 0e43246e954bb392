"""What tests of reports ask of a page and of the folder that it was made from."""

import json
import re
from html.parser import HTMLParser

import polars as pl

from cakernel.report import mismatches, write_report
from helpers.kept_folders import resealed

VOID = {"meta", "br", "input"}


class Page(HTMLParser):
    """What tests ask of a page; raises where elements are not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.headings = [], [], [], []
        self.fetched, self.tables, self.findings, self.policy = [], [], [], ""
        self.inside = self.answering = False
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids += [attributes["id"]] if "id" in attributes and "svg" not in self.open else []
        if tag == "a":
            self.links.append(attributes["href"])
        elif tag != "use":
            self.fetched += [
                attributes[k] for k in ("src", "href", "xlink:href") if k in attributes
            ]
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "table":
            self.tables.append({"caption": 0, "scoped": 0, "bare": 0})
        if tag == "caption":
            self.tables[-1]["caption"] += 1
        if tag == "th":
            self.tables[-1]["scoped" if "scope" in attributes else "bare"] += 1
        if tag == "div":
            self.answering = attributes.get("class") == "answer"
        if tag == "p":
            self.inside = attributes.get("class") == "finding"
            self.findings += [""] if self.inside else []
        if tag == "dd" and self.answering:
            self.inside = True
            self.findings.append("")
        if tag == "dl" and not self.answering:
            self.inside = False
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if tag in ("p", "dd"):
            self.inside = False
        if tag == "div":
            self.answering = False

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_data(self, data):
        if self.inside and "data" not in self.open:
            self.findings[-1] += data


def page_of(folder):
    if (folder / "provenance.json").exists():
        resealed(folder)
    path = write_report(folder, folder.with_suffix(".html"), overwrite=True)
    page = path.read_text(encoding="utf-8")
    assert mismatches(page, folder) == []
    return page


def change(folder, name, **columns):
    file = folder / f"{name}.parquet"
    pl.read_parquet(file).with_columns(**columns).write_parquet(file)


def table(page, id):
    return re.search(rf'id="{id}".*?</table>', page, re.S)[0]


def drawings(page):
    text = re.search(r'<script type="application/json" id="drawings">(.*?)</script>', page, re.S)[1]
    return json.loads(text)


def drawn(page, id):
    frames = drawings(page)[id]["drawing"]["datasets"].values()
    return [row for frame in frames for row in frame]


def findings(page):
    return [found.strip() for found in re.findall(r'<p class="finding">(.*?)</p>', page, re.S)]


def answers(page):
    """Return the labels of the cards that a page opens with, and what stands beside each."""
    cards = re.findall(r'<div class="answer">.*?</dl></div>', page, re.S)
    return [dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", card, re.S)) for card in cards]
