"""Reports of the coopetition model: how folders are told apart, and what every page opens with."""

import re
import shutil
from html import unescape

import pytest

from cakernel import InvalidInput
from cakernel.coopetition.words import LABEL
from cakernel.report import mismatches
from cakernel.report.folder import RunFolder
from cakernel.report.front_page import kind_of
from helpers.kept_folders import resealed

KINDS = ["ctip-solve", "ctip-claims", "ctip-government", "ctip-sweep", "ctip-statics",
         "ctip-recovery"]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_label_is_first_and_the_other_model_absent(pages, kind):
    body = unescape(re.sub("<[^>]*>", "", pages[kind].partition("<body>")[2]))
    # after the title only
    assert body.find(LABEL) < 150
    prose = pages[kind].partition('<section aria-labelledby="methods">')[2]
    prose = prose.partition("<script>")[0]
    assert prose.partition("<p>")[2].startswith(LABEL)
    # recovery under a platform is of both
    for word in ("Chen and Chang", "SRD", "CRD", "replication"):
        assert (word in prose) == (kind == "ctip-recovery")


def kind_at(folder):
    kind, parts = kind_of(RunFolder(folder))
    return (
        f"ctip-{kind.made_by}"
        if parts.label and kind.made_by == "sweep"
        else kind.made_by.replace(" ", "-")
    )


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_are_told_by_the_record(reports, kind):
    assert kind_at(reports[kind]) == kind


def test_files_that_another_command_left_are_not_mistaken(reports, tmp_path):
    for kind in ("ctip-claims", "ctip-solve"):
        shutil.copytree(reports[kind], tmp_path / "a", dirs_exist_ok=True)
    assert kind_at(tmp_path / "a") == "ctip-solve"
    for kind in ("ctip-claims", "claims"):
        shutil.copytree(reports[kind], tmp_path / "b", dirs_exist_ok=True)
    assert kind_at(tmp_path / "b") == "claims"
    (tmp_path / "b" / "comparisons.parquet").unlink()
    with pytest.raises(InvalidInput, match=r"must be one that best, .*run, reproduce"):
        kind_of(RunFolder(resealed(tmp_path / "b")))


def test_a_spoilt_page_is_noticed(pages, reports):
    for kind in KINDS:
        page = pages[kind]
        place = re.search(r"<data [^>]*>[^<]*\d\.\d+[^<]*</data>", page)[0]
        spoilt = re.sub(r"(\d)(?=[^\d]*</data>)", lambda d: str((int(d[1]) + 1) % 10), place)
        assert spoilt != place
        wrong = mismatches(page.replace(place, spoilt, 1), reports[kind])
        assert len(wrong) == 1
        assert "shown" in wrong[0]
