"""The package as it is installed: one version, types, names that are imported when asked for."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import cakernel as ck

ROOT = Path(__file__).parents[1]
LIBRARIES = {"numba", "numpy", "polars", "pydantic", "scipy", "altair"}


def loaded_by(code):
    """Return which of the large libraries a process has imported after some code."""
    told = f"{code}\nimport sys; print(*sorted(set(sys.modules) & {LIBRARIES}))"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(ran.stdout.splitlines()[-1].split())


def test_the_package_imports_no_library():
    assert loaded_by("import cakernel, cakernel.paper, cakernel.coopetition") == set()


def test_names_are_imported_when_they_are_asked_for():
    assert loaded_by("import cakernel; cakernel.InvalidInput") == set()
    assert loaded_by("import cakernel; cakernel.simulate") >= {"numba", "polars"}


@pytest.mark.parametrize("package", [ck, ck.paper, ck.coopetition], ids=lambda it: it.__name__)
def test_all_names_are_listed_and_there(package):
    assert set(package.__all__) <= set(dir(package))
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError):
        package.no_such_name  # noqa: B018


def test_every_place_that_states_the_version_states_this_one():
    assert version("cakernel") == ck.__version__
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (.*)$", citation, re.MULTILINE)[1] == ck.__version__
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert ck.__version__ in changelog


def test_types_are_told():
    assert (Path(ck.__file__).parent / "py.typed").exists()
