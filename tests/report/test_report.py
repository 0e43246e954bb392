"""Reports: what stands in them, where each number comes from, and what is refused."""

import json
import re
from html.parser import HTMLParser

import polars as pl
import pytest

from cakernel import InvalidInput
from cakernel.paper.scorecard import scorecard
from cakernel.report import mismatches, write_report
from cakernel.report.cited_numbers import Cited, ranges, written
from cakernel.report.verification import claimed
from helpers import report_folders

VOID = {"meta", "br", "input"}


@pytest.fixture(scope="module")
def folders(reports):
    return reports


@pytest.fixture(scope="module")
def pages(reports):
    return {
        kind: folder.with_suffix(".html").read_text(encoding="utf-8")
        for kind, folder in reports.items()
    }


class Page(HTMLParser):
    """What tests ask of a page; raises where elements are not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.headings = [], [], [], []
        self.fetched, self.tables, self.findings, self.policy = [], [], [], ""
        self.inside = False
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
        if tag == "p":
            self.inside = attributes.get("class") == "finding"
            self.findings += [""] if self.inside else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_data(self, data):
        if self.inside and "p" in self.open and "data" not in self.open:
            self.findings[-1] += data


@pytest.mark.parametrize("kind", list(report_folders.FOLDERS))
def test_a_page(pages, kind):
    page = Page(pages[kind])
    assert not page.fetched
    assert page.policy.startswith("default-src 'none';")
    assert len(page.ids) == len(set(page.ids))
    assert all(link[0] == "#" and link[1:] in page.ids for link in page.links)
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    steps = [below - above for above, below in zip(page.headings, page.headings[1:], strict=False)]
    assert max(steps) == 1
    assert page.tables
    for table in page.tables:
        assert table["caption"] == 1
        assert table["scoped"] > 1
        assert not table["bare"]


@pytest.mark.parametrize("kind", list(report_folders.FOLDERS))
def test_every_number_is_where_it_says(pages, folders, kind):
    assert len(claimed(pages[kind])) > 40
    assert mismatches(pages[kind], folders[kind]) == []


@pytest.mark.parametrize("kind", list(report_folders.FOLDERS))
def test_findings_hold_no_number_without_a_source(pages, kind):
    findings = Page(pages[kind]).findings
    assert findings
    # names of rules, tables and figures, and the limits that cells are judged by
    known = r"[SC]RD-\d(/\d)*|Table \d|Fig\. 2|0\.015|0\.03|1\.5%|3%|5%|within 5%"
    for finding in findings:
        assert not re.search(r"\d", re.sub(known, "", finding)), finding


@pytest.mark.parametrize(
    ("kind", "file", "column", "row"),
    [
        ("reproduce", "base", "mean_x", 3),
        ("reproduce", "comparison", "printed_resources", 5),
        ("best", "best", "mean", 0),
        ("claims", "comparisons", "difference", 0),
        ("run", "policies", "mean_resources", 1),
        ("ctip-solve", "equilibria", "economic_welfare", 2),
        ("ctip-solve", "welfare_split", "timing_value", 1),
        ("ctip-claims", "claims", "share", 40),
        ("ctip-claims", "by_risk", "mean_change", 7),
        ("ctip-claims", "shortfall", "mean_shortfall", 0),
        ("ctip-government", "government", "subsidy_rate", 0),
        ("ctip-government", "now", "total_profit", 0),
        ("ctip-statics", "statics", "economic_welfare", 0),
        ("ctip-statics", "equilibria", "economic_welfare", 0),
        ("ctip-recovery", "recovery", "upper", 0),
        ("ctip-recovery", "recovery", "payment", 8),
    ],
)
def test_a_changed_file_is_noticed(pages, folders, tmp_path, kind, file, column, row):
    for path in folders[kind].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    frame = pl.read_parquet(tmp_path / f"{file}.parquet")
    changed = pl.when(pl.int_range(pl.len()) == row).then(pl.col(column) * 3 + 1)
    frame.with_columns(changed.otherwise(pl.col(column)).alias(column)).write_parquet(
        tmp_path / f"{file}.parquet"
    )
    assert mismatches(pages[kind], tmp_path)


def test_the_scorecard_is_the_scorecard(pages, folders):
    comparison = pl.read_parquet(folders["reproduce"] / "comparison.parquet")
    total = scorecard(comparison).total
    table = re.search(r'id="scorecard-cells".*?</table>', pages["reproduce"], re.S)[0]
    last = re.findall(r"<tr>.*?</tr>", table, re.S)[-1]
    assert [int(item.text) for item in claimed(last)] == [
        total.cells,
        total.within_rounding,
        total.within_tolerance,
        total.within_own_tolerance - total.srd_4_within_wide,
        total.cells - total.srd_4_cells,
        total.srd_4_within_wide,
        total.srd_4_cells,
        *_hits(comparison),
    ]
    assert total.within_tolerance < total.cells


def _hits(comparison):
    cells = comparison.filter(pl.col("group").is_in(["regular", "SRD-4"]))
    for name in ("x", "y", "resources"):
        off = cells[f"diff_{name}"].drop_nulls().abs()
        yield int((off <= 0.005 + 1e-9).sum())
        yield len(off)


def drawings(page):
    text = re.search(r'<script type="application/json" id="drawings">(.*?)</script>', page, re.S)[1]
    return json.loads(text)


def test_pictures_draw_what_the_tables_say(pages, folders):
    drawn = drawings(pages["reproduce"])
    comparison = pl.read_parquet(folders["reproduce"] / "comparison.parquet")
    points = {
        (row["cell"], row["quantity"]): (row["printed"], row["simulated"])
        for rows in drawn["agreement"]["drawing"]["datasets"].values()
        for row in rows
        if "quantity" in row
    }
    assert len(points) == 3 * comparison.height - comparison["printed_resources"].null_count()
    for row in comparison.iter_rows(named=True):
        cell = " ".join(row[c] for c in ("regime", "supply_rule", "cyber_rule", "principle"))
        assert points[cell, "x"] == (row["printed_x"], row["mean_x"])
    ranked = drawings(pages["best"])["best-0"]["drawing"]["datasets"].values()
    best = pl.read_parquet(folders["best"] / "best.parquet").filter(group="in the cloud")
    means = {row["mean"] for rows in ranked for row in rows if "mean" in row}
    assert means == set(best["mean"])


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        ("reproduce", ["agreement", "map-picture", "ranking"]),
        ("best", ["best-0", "best-1", "distribution"]),
        ("claims", ["verdicts", "ranking"]),
        ("run", ["ranking"]),
        ("sweep", ["axes"]),
        ("ctip-solve", ["welfare"]),
        ("ctip-claims", ["shares", "by-risk-nash", "by-risk-planner", "differences"]),
        ("ctip-government", []),
        ("ctip-sweep", ["axes", "split-axes"]),
        ("ctip-statics", ["elasticities"]),
        ("ctip-recovery", ["best-0", "best-1"]),
    ],
)
def test_pictures(pages, kind, ids):
    found = drawings(pages[kind])
    assert list(found) == ids
    assert pages[kind].count("window.vegaEmbed = ") <= 1
    for name in ids:
        assert f'<figure class="picture" id="{name}">' in pages[kind]
    assert pages[kind].count("<noscript><svg") == len(ids)


def test_the_papers_layout(pages):
    table = re.search(r'id="table-base".*?</table>', pages["reproduce"], re.S)[0]
    heads = re.findall(r'<th scope="col">(.*?)</th>', table)
    assert heads == ["cyber rule", "source", *(f"SRD-{n}" for n in range(1, 9))]
    bodies = re.findall(r"<tbody.*?</tbody>", table, re.S)
    names = [re.search(r'scope="rowgroup".*?>(.*?)</th>', body) for body in bodies]
    rules = [f"CRD-{n}" for n in range(1, 7)]
    assert [name[1] for name in names if name] == [
        *(f"{rule} P" for rule in [*rules, "CRD-0"]),
        *(f"{rule} C" for rule in rules),
    ]
    both = next(body for body in bodies if "CRD-2 P" in body)
    above, below = re.findall(r"<tr>.*?</tr>", both, re.S)
    assert (above.count("<td"), below.count("<td")) == (8, 8)
    # SRD-4 was moved by 0.02 and SRD-1 has a misprint
    assert above.count("‡") == 1
    assert below.count("†") == 1
    assert 'class="figures best"' in "".join(bodies)


def test_differences_have_reasons(pages, folders):
    table = re.search(r'id="table-7-reasons".*?</table>', pages["reproduce"], re.S)[0]
    choices = pl.read_parquet(folders["reproduce"] / "table_7.parquet")
    differing = sum(
        len(set(printed) ^ set(simulated))
        for printed, simulated in choices.select("printed", "simulated").iter_rows()
    )
    assert table.count("<tr>") - 1 == differing > 0


def test_what_a_user_wrote_is_escaped(folders, tmp_path):
    path = write_report(folders["run"], tmp_path / "a.html", title="<b>R & D</b>")
    assert "<title>&lt;b&gt;R &amp; D&lt;/b&gt;</title>" in path.read_text(encoding="utf-8")


def test_impossible_points_are_told(pages):
    assert "Impossible points" in pages["sweep"]


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (1.005, ".1f", "1.0"),
        (-0.001, ".2f", "0.00"),
        (-1.5, "+.2f", "\u22121.50"),
        (None, ".2f", "\u2013"),
        (["SRD-1", "SRD-2"], "", "SRD-1, SRD-2"),
        ([], "", "none"),
        ("SRD-1", "", "SRD-1"),
        (-1e-7, ".1e", "\u22121.0e\u221207"),
    ],
)
def test_written(value, style, text):
    assert written(value, style=style) == text


def test_ranges():
    assert ranges((0, 1, 2, 7, 9, 10)) == "0-2,7,9-10"
    assert ranges(()) == "none"
    assert Cited(1.0, "a.parquet", "x", rows=tuple(range(0, 90, 3))).place == (
        "a.parquet, 30 of the rows 0 to 87, x"
    )


def test_the_command(cakernel, folders, tmp_path):
    code, out, _ = cakernel("report", folders["run"], "--out", "a.html", "--title", "Mine")
    assert code == 0
    assert out.startswith("wrote a.html, ")
    assert "<h1>Mine</h1>" in (tmp_path / "a.html").read_text(encoding="utf-8")
    code, _, err = cakernel("report", folders["run"], "--out", "a.html")
    assert (code, "a.html exists; name another file, or say --overwrite" in err) == (2, True)
    assert cakernel("report", folders["run"], "--out", "a.html", "--overwrite")[0] == 0


@pytest.mark.parametrize(
    ("folder", "out", "words"),
    [
        ("nowhere", "a.html", "folder: got nowhere; must be a folder of results"),
        (".", "a.html", "must be one that best, run, reproduce, claims, ctip or sweep"),
        (".", "a.pdf", "out: got a.pdf; must end in .html"),
        (".", "missing/a.html", "folder: got ."),
    ],
)
def test_the_command_refuses(cakernel, folder, out, words):
    code, _, err = cakernel("report", folder, "--out", out)
    assert code == 2
    assert words in err
    assert len(err.splitlines()) == 1


def test_a_damaged_or_missing_file_is_named(folders, tmp_path):
    for path in folders["best"].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "best.parquet").write_bytes(b"not Parquet")
    with pytest.raises(InvalidInput, match=r"best\.parquet cannot be read"):
        write_report(tmp_path, tmp_path / "a.html")
    (tmp_path / "best.parquet").unlink()
    (tmp_path / "comparison.parquet").write_bytes(b"not Parquet")
    with pytest.raises(InvalidInput, match=r"comparison\.parquet cannot be read"):
        write_report(tmp_path, tmp_path / "a.html")
    assert not (tmp_path / "a.html").exists()


def test_without_a_record(folders, tmp_path):
    for path in folders["run"].glob("*.parquet"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    page = write_report(tmp_path, tmp_path / "a.html").read_text(encoding="utf-8")
    assert "holds no provenance.json" in page


@pytest.mark.compiled
def test_what_reproduce_writes(cakernel, tmp_path):
    cakernel("reproduce", "table3", "--replications", 1, "--out", "results")
    assert cakernel("report", "results", "--out", "a.html")[0] == 0
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert mismatches(page, tmp_path / "results") == []
    assert len(claimed(page)) > 500
