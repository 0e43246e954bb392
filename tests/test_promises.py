"""Every promise of docs/promises.md names tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "promises.md").read_text()
ROWS = [
    line for line in PAGE.splitlines() if line.startswith("| ") and "promise | test" not in line
]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", PAGE)))


def test_every_promise_names_a_test():
    assert len(ROWS) > 30
    for row in ROWS:
        promise, tests, *_ = row[2:].split(" | ")
        assert re.search(r"`tests/[\w/]+\.py", tests), promise


@pytest.mark.parametrize("named", NAMED)
def test_the_test_exists(named):
    path, _, name = named.partition("::")
    tree = ast.parse((ROOT / path).read_text())
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert name in tests if name else any(test.startswith("test_") for test in tests)
