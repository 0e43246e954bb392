"""Pages: their structure, where they are written, and what is refused."""

import pytest

from cakernel.report import mismatches, write_report
from cakernel.report.verification import claimed
from helpers import report_folders
from helpers.report_pages import Page, drawings

# of links that might be added no network is drawn
CHANGED_FIRMS = ("protected", "hit", "stock")


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


def test_what_a_user_wrote_is_escaped(reports, tmp_path):
    path = write_report(reports["run"], tmp_path / "a.html", title="<b>R & D</b>")
    assert "<title>&lt;b&gt;R &amp; D&lt;/b&gt;</title>" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        ("reproduce", ["agreement", "map-picture", "ranking"]),
        ("best", ["best-0", "best-1", "distribution"]),
        ("claims", ["verdicts", "ranking"]),
        ("conventions", ["fits"]),
        ("run", ["ranking"]),
        ("critical", ["critical-picture", *(f"critical-{kind}-network" for kind in CHANGED_FIRMS)]),
        ("sweep", ["differences", "axes"]),
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


def test_the_command(cakernel, reports, tmp_path):
    code, out, _ = cakernel("report", reports["run"], "--out", "a.html", "--title", "Mine")
    assert code == 0
    assert out.startswith("wrote a.html, ")
    assert "<h1>Mine</h1>" in (tmp_path / "a.html").read_text(encoding="utf-8")
    code, _, err = cakernel("report", reports["run"], "--out", "a.html")
    assert (code, "a.html exists; name another file, or say --overwrite" in err) == (2, True)
    assert cakernel("report", reports["run"], "--out", "a.html", "--overwrite")[0] == 0


@pytest.mark.parametrize(
    ("folder", "out", "words"),
    [
        ("nowhere", "a.html", "folder: got nowhere; must be a folder of results"),
        (".", "a.html", ". is incomplete: it has no provenance.json"),
        (".", "a.pdf", "out: got a.pdf; must end in .html"),
        (".", "missing/a.html", "folder: . is incomplete"),
    ],
)
def test_the_command_refuses(cakernel, folder, out, words):
    code, _, err = cakernel("report", folder, "--out", out)
    assert code == 2
    assert words in err
    assert len(err.splitlines()) == 1


@pytest.mark.compiled
def test_what_reproduce_writes(cakernel, tmp_path):
    cakernel("reproduce", "table3", "--replications", 1, "--out", "results")
    assert cakernel("report", "results", "--out", "a.html")[0] == 0
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert mismatches(page, tmp_path / "results") == []
    assert len(claimed(page)) > 500
