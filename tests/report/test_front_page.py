"""What a folder is, what its findings say, and files that are damaged or missing."""

import re

import pytest

from cakernel import InvalidInput
from cakernel.report import write_report
from helpers import report_folders
from helpers.report_pages import Page


@pytest.mark.parametrize("kind", list(report_folders.FOLDERS))
def test_findings_hold_no_number_without_a_source(pages, kind):
    findings = Page(pages[kind]).findings
    assert findings
    # names of rules, tables and figures, and the limits that cells are judged by
    known = r"[SC]RD-\d(/\d)*|Table \d|Fig\. 2|0\.015|0\.03|1\.5%|3%|5%|within 5%"
    for finding in findings:
        assert not re.search(r"\d", re.sub(known, "", finding)), finding


def test_a_damaged_or_missing_file_is_named(reports, tmp_path):
    for path in reports["best"].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "best.parquet").write_bytes(b"not Parquet")
    with pytest.raises(InvalidInput, match=r"best\.parquet cannot be read"):
        write_report(tmp_path, tmp_path / "a.html")
    (tmp_path / "best.parquet").unlink()
    (tmp_path / "comparison.parquet").write_bytes(b"not Parquet")
    with pytest.raises(InvalidInput, match=r"comparison\.parquet cannot be read"):
        write_report(tmp_path, tmp_path / "a.html")
    assert not (tmp_path / "a.html").exists()


def test_without_a_record(reports, tmp_path):
    for path in reports["run"].glob("*.parquet"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    page = write_report(tmp_path, tmp_path / "a.html").read_text(encoding="utf-8")
    assert "holds no provenance.json" in page
