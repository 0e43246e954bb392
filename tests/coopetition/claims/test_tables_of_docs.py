"""The tables of docs/coopetition-claims.md say what the folder says."""

import importlib.util
from pathlib import Path

import pytest

from helpers.coopetition_claim_rows import write_claims

SCRIPT = Path(__file__).parents[3] / "scripts" / "coopetition_claims_tables.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_claims(tmp_path_factory.mktemp("claims"))


def test_markdown_tables_say_what_the_folder_says(folder):
    spec = importlib.util.spec_from_file_location("coopetition_claims_tables", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    lines = list(script.tables(folder))
    assert lines[0] == (
        "Inspired by the abstract of Arisian et al. (2025); not a reproduction. "
        "60 markets, seed 2; 95% intervals."
    )
    (row,) = [line for line in lines if line.startswith("| e-joint-welfare-flexible |")]
    assert "| 25.0% (15.8%-37.2%) | 25.0% | 50.0% | 0 + 0 |" in row
    # by hand, joint and a planner do something where the subsidy is as drawn only
    assert (
        "| c-subsidy-welfare | 0.0 / 100.0 / 0.0 | 50.0 / 25.0 / 25.0 | 0.0 / 0.0 / 100.0 |"
    ) in lines
    short = [line for line in lines if line.startswith("| flexible-moq | joint |")]
    assert short[0].startswith("| flexible-moq | joint | 100.0% (94.0%-100.0%) | 0.55000 |")
    # every row of a table has the cells of its head
    heads = [n for n, line in enumerate(lines) if line.startswith("|---")]
    for first in heads:
        for line in lines[first:]:
            if not line:
                break
            assert line.count("|") == lines[first].count("|")
