"""Mutated files and arguments end with one clear line, or work; scripts/fuzz.py runs any number."""

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "fuzz.py"
CASES, PARTS = 200, 4


@pytest.fixture(scope="module")
def fuzz():
    """Load the script."""
    specification = importlib.util.spec_from_file_location("fuzz", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def origin(fuzz, tmp_path_factory):
    """Write the files that are mutated."""
    folder = tmp_path_factory.mktemp("origin")
    fuzz.make_files(folder)
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
    content = fuzz.SWEEP.encode()
    first, again = (fuzz.mutated(content, fuzz.random.Random("1 7")) for _ in range(2))
    assert first == again
    assert first != content


def test_what_a_case_must_not_do_is_found(fuzz):
    assert fuzz.failure(1, "error: x") == "exit code 1"
    assert fuzz.failure(2, "Traceback\nerror: x") == "not one clear line"
    assert fuzz.failure(2, "error: " + "x" * 3000) == "a line too long"
    assert fuzz.failure(2, "error: x\n") == fuzz.failure(0, "") == ""
