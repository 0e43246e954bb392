"""What tests of reports ask of a page and of the folder that it was made from."""

import json
import re

import polars as pl

from cakernel.report import mismatches, write_report


def page_of(folder):
    path = write_report(folder, folder.with_suffix(".html"), overwrite=True)
    page = path.read_text(encoding="utf-8")
    assert mismatches(page, folder) == []
    return page


def change(folder, name, **columns):
    file = folder / f"{name}.parquet"
    pl.read_parquet(file).with_columns(**columns).write_parquet(file)


def table(page, id):
    return re.search(rf'id="{id}".*?</table>', page, re.S)[0]


def drawn(page, id):
    text = re.search(r'<script type="application/json" id="drawings">(.*?)</script>', page, re.S)[1]
    frames = json.loads(text)[id]["drawing"]["datasets"].values()
    return [row for frame in frames for row in frame]


def findings(page):
    return [found.strip() for found in re.findall(r'<p class="finding">(.*?)</p>', page, re.S)]
