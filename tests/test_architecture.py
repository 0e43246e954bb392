"""What docs/architecture.md says is there: every file, folder and function that it names."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import cakernel

PACKAGE = Path(cakernel.__file__).parent
TEXT = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`([\w./]+)`", TEXT)))
# roots that a path or dotted name in the text may be relative to
ROOTS = (
    "",
    "recovery",
    "recovery/optimal",
    "recovery/kernel",
    "recovery/kernel/lanes",
    "recovery/gpu",
    "recovery/network",
    "sweep",
    "jit",
)


def found_file(name: str) -> bool:
    roots = [PACKAGE / root for root in ROOTS] + [PACKAGE.parents[1]]
    models = [PACKAGE / model for model in ("recovery", "paper", "coopetition")]
    return any((root / name).exists() for root in [*roots, *models])


def found_object(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    for root in ROOTS:
        place = ".".join(filter(None, ["cakernel", *root.split("/"), module]))
        try:
            if hasattr(import_module(place), attribute):
                return True
        except ModuleNotFoundError:
            pass
        try:
            import_module(f"{place}.{attribute}")
            return True
        except ModuleNotFoundError:
            pass
    return False


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith((".py", ".rst", "/"))])
def test_files(name):
    assert found_file(name)


@pytest.mark.parametrize(
    "name", [n for n in NAMES if "." in n and not n.endswith((".py", ".rst", "/", ".md", ".toml"))]
)
def test_functions_and_modules(name):
    assert found_object(name)
