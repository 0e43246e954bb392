"""Scripts and benchmarks, which few tests run, import what the package has."""

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAMS = sorted(
    path for name in ("scripts", "benchmarks") for path in (ROOT / name).rglob("*.py")
)


def is_there(module: str, name: str) -> bool:
    """Say whether a module has a name, or a module of that name."""
    found = import_module(module)
    return hasattr(found, name) or (
        hasattr(found, "__path__") and find_spec(f"{module}.{name}") is not None
    )


def missing(source: str) -> list[str]:
    """Return the names that a program imports from the package, and that are not there."""
    return [
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "cakernel"
        for alias in node.names
        if not is_there(node.module, alias.name)
    ]


@pytest.mark.parametrize(
    "program", PROGRAMS, ids=[p.relative_to(ROOT).as_posix() for p in PROGRAMS]
)
def test_what_a_program_imports_is_there(program):
    assert missing(program.read_text(encoding="utf-8")) == []


def test_what_is_not_there_is_found():
    source = (
        "from cakernel.recovery import engine, motor\nfrom cakernel.files import one, InvalidInput"
    )
    assert missing(source) == ["cakernel.recovery.motor", "cakernel.files.one"]
