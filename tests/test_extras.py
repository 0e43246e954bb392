"""Libraries of extras: what is missing is named by packages that exist, as pip takes them."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path

import pytest

from cakernel import extras
from cakernel.errors import InvalidInput
from cakernel.extras import library, packages_of

ROOT = Path(__file__).parents[1]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "optional-dependencies"
]


def refusal(module, extra):
    with pytest.raises(InvalidInput) as refused:
        library(module, extra=extra, what="this")
    return str(refused.value)


def test_all_of_an_extra_is_named_where_all_is_missing(monkeypatch):
    def absent(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(extras, "distribution", absent)
    assert refusal("nosuch.tree", "answers") == (
        "this needs scikit-learn: pip install 'scikit-learn>=1.5', or cakernel's extra 'answers'"
    )
    told = refusal("nosuch", "dask")
    assert told.startswith("this needs cryptography and distributed: pip install 'crypt")
    assert "'distributed>=" in told


def test_only_what_is_missing_is_named(monkeypatch):
    def some(name):
        if name == "distributed":
            raise PackageNotFoundError(name)

    monkeypatch.setattr(extras, "distribution", some)
    assert refusal("nosuch", "dask").startswith("this needs distributed: pip install 'distrib")


def test_what_is_there_and_does_not_import_is_named():
    assert refusal("nosuch", "answers").startswith("this needs scikit-learn: pip install")


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_an_extra_brings_what_the_project_says(extra):
    told = {re.split("[<>=]", package)[0].lower() for package in packages_of(extra)}
    for package in EXTRAS[extra]:
        if not package.startswith("cakernel["):
            assert re.split("[<>=]", package)[0].lower() in told


@pytest.mark.parametrize("extra", ["answers", "dask", "designs", "explore", "pictures", "report"])
def test_what_is_named_exists(extra):
    for package in packages_of(extra):
        assert version(re.split("[<>=]", package)[0])


def test_a_least_version_is_said_once():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"], *chain.from_iterable(EXTRAS.values())]
    names = [re.split("[<>=]", name)[0].lower() for name in listed if ">=" in name]
    assert len(names) == len(set(names))


def test_sources_that_are_not_installed_name_the_extra(monkeypatch):
    def absent(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(extras, "requires", absent)
    assert refusal("nosuch.tree", "answers") == "this needs nosuch, of cakernel's extra 'answers'"


def test_every_extra_that_the_code_names_is_one():
    sources = (ROOT / "src").rglob("*.py")
    named = {
        extra
        for source in sources
        for extra in re.findall(r'library\(.*extra="(\w+)"', source.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= set(EXTRAS)
