"""Mutated files and arguments end with one clear line, or work; scripts/fuzz.py runs any number."""

import importlib
import random
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
CASES, PARTS = 200, 4


@pytest.fixture(scope="module")
def fuzz():
    """Load the script."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(SCRIPTS)
        return importlib.import_module("fuzz")


@pytest.fixture(scope="module")
def origin(fuzz, tmp_path_factory):
    """Write the files that are mutated."""
    folder = tmp_path_factory.mktemp("origin")
    fuzz.make_files(folder, fuzz.run)
    return folder


@pytest.mark.compiled
# of two equal points there is no variance
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("part", range(PARTS))
def test_mutated_files_and_arguments_end_with_one_clear_line(fuzz, origin, tmp_path, part):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", sys.argv)
        restore = fuzz.prepare()
        try:
            for number in range(part * CASES // PARTS, (part + 1) * CASES // PARTS):
                wrong, command, err = fuzz.run_case(20261126, number, origin, tmp_path / "case")
                assert wrong in ("", "long"), (number, command, err)
        finally:
            restore()


def test_cases_follow_from_their_numbers(fuzz):
    content = b"[sweep]\nreplications = 2\n[axes]\nfirms = [1, 2]\n"
    first, again = (fuzz.mutated(content, random.Random("1 7")) for _ in range(2))
    assert first == again
    assert first != content


def test_what_a_case_must_not_do_is_found(fuzz):
    assert fuzz.failure(1, "error: x") == "exit code 1"
    assert fuzz.failure(2, "Traceback\nerror: x") == "not one clear line"
    assert fuzz.failure(2, "error: " + "x" * 3000) == "a line too long"
    assert fuzz.failure(2, "error: x\n") == fuzz.failure(0, "") == ""
