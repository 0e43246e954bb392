"""What a folder is, what its findings say, and files that are damaged or missing."""

import re

import polars as pl
import pytest

from cakernel import InvalidInput, run_sweep
from cakernel.checksums import sealed, unsealed
from cakernel.paper import DEVIATIONS
from cakernel.report import mismatches, write_report
from cakernel.report.front_page import INCOMPLETE
from helpers import report_folders
from helpers.kept_folders import copied, resealed
from helpers.recovery_sweeps import few_at_a_time, small
from helpers.report_pages import Page, answers


@pytest.mark.parametrize("kind", list(report_folders.FOLDERS))
def test_findings_hold_no_number_without_a_source(pages, kind):
    findings = Page(pages[kind]).findings
    assert findings
    # names of rules, deviations, tables and figures, and the limits that cells are judged by
    known = r"95%|[SC]RD-\d(/\d)*|Table \d|Fig\. 2|0\.015|0\.03|1\.5%|3%|5%|within 5%"
    known = "|".join([*DEVIATIONS, known])
    for finding in findings:
        assert not re.search(r"\d", re.sub(known, "", finding)), finding


@pytest.mark.parametrize("kind", list(report_folders.FOLDERS))
def test_every_page_opens_with_an_answer(pages, kind):
    start = pages[kind].partition('<h2 id="findings">')[2]
    assert start.startswith("The answer</h2>")
    assert start.partition("</h2>")[2].lstrip().startswith('<div class="answer">')
    assert all(len(card) >= 2 or "How sure" in card for card in answers(pages[kind]))


def test_a_damaged_or_missing_file_is_named(reports, tmp_path):
    folder, page = copied(reports["best"], tmp_path / "kept"), tmp_path / "a.html"
    content = bytearray((folder / "best.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "best.parquet").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"best\.parquet is damaged: its checksum differs"):
        write_report(folder, page)
    (folder / "best.parquet").write_bytes(b"not Parquet")
    with pytest.raises(InvalidInput, match=r"best\.parquet cannot be read"):
        write_report(resealed(folder), page)
    (folder / "best.parquet").unlink()
    with pytest.raises(InvalidInput, match=r"is incomplete: it has no best\.parquet"):
        write_report(folder, page)
    assert not page.exists()


def test_without_a_record(reports, tmp_path):
    folder = copied(reports["run"], tmp_path / "kept")
    (folder / "provenance.json").unlink()
    with pytest.raises(InvalidInput, match=r"folder: .* is incomplete: it has no provenance\.json"):
        write_report(folder, tmp_path / "a.html")


def test_what_was_interrupted_says_that_it_is_incomplete(reports, tmp_path):
    folder = copied(reports["run"], tmp_path / "kept")
    record = unsealed((folder / "provenance.json").read_bytes())
    page = write_report(folder, tmp_path / "a.html").read_text(encoding="utf-8")
    assert INCOMPLETE not in page
    (folder / "provenance.json").write_bytes(sealed(record | {"interrupted": True}))
    page = write_report(folder, tmp_path / "b.html").read_text(encoding="utf-8")
    assert INCOMPLETE in page


def test_a_sweep_that_is_not_finished_says_so(tmp_path):
    sweep, folder = small(), tmp_path / "swept"

    def stop(state):
        if state.blocks_done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(sweep, folder, block_work=few_at_a_time(sweep), progress=stop)
    page = write_report(folder, tmp_path / "a.html").read_text(encoding="utf-8")
    assert INCOMPLETE in page
    run_sweep(sweep, folder, resume=True)
    page = write_report(folder, tmp_path / "b.html").read_text(encoding="utf-8")
    assert INCOMPLETE not in page


def test_folders_with_brackets_are_no_patterns(reports, tmp_path):
    for kind in ("run", "sweep", "ctip-statics"):
        folder = copied(reports[kind], tmp_path / f"{kind}[1]")
        page = write_report(folder, tmp_path / "a[1].html", overwrite=True)
        assert mismatches(page.read_text(encoding="utf-8"), folder) == []


@pytest.mark.parametrize("kind", ["run", "sweep"])
def test_folders_with_links_are_refused(reports, tmp_path, kind):
    folder = copied(reports[kind], tmp_path / "kept")
    (folder / "more").symlink_to("/etc/passwd")
    with pytest.raises(InvalidInput, match="more: is a link; a folder of results may not hold it"):
        write_report(folder, tmp_path / "a.html")


@pytest.mark.parametrize(("kind", "table"), [("run", "policies"), ("best", "best")])
def test_tables_of_another_version_are_refused_in_one_line(reports, tmp_path, kind, table):
    folder = copied(reports[kind], tmp_path / "kept")
    file = folder / f"{table}.parquet"
    frame = pl.read_parquet(file)
    frame.select(frame.columns[:2]).write_parquet(file)
    with pytest.raises(InvalidInput, match=r"lacks what .* by cakernel") as error:
        write_report(resealed(folder), tmp_path / "a.html")
    assert len(str(error.value).splitlines()) == 1
