"""Every public name says what it is, and shows it in an example that the tests run."""

import inspect
import pkgutil
from importlib import import_module

import pytest

from helpers.public_names import PACKAGES, PUBLIC

# classes that functions make: the functions' examples show them; a cluster takes too long for one
UNSHOWN = {"SweepResults", "SweepProgress", "SweepStatus", "StabilityMap", "DecisionRules"}
UNSHOWN |= {"SampleSize", "DaskPool", "main"}


@pytest.mark.parametrize(("name", "public"), PUBLIC, ids=[name for name, _ in PUBLIC])
def test_public_names_are_documented(name, public):
    if not (inspect.isfunction(public) or inspect.isclass(public)):
        return
    text = inspect.getdoc(public) or ""
    assert text
    package, _, last = name.rpartition(".")
    if last not in UNSHOWN and (inspect.isfunction(public) or package == "cakernel"):
        assert "Examples\n--------\n" in text
        assert ">>> " in text


def test_no_module_bears_the_name_of_what_its_package_exports():
    for package in PACKAGES:
        modules = {info.name for info in pkgutil.iter_modules(import_module(package).__path__)}
        # a package may export its own packages
        exported = {
            name.removeprefix(f"{package}.") for name, _ in PUBLIC if name.startswith(f"{package}.")
        }
        assert not modules & exported, package
