"""The code of the README and of pages runs, and gives what it says."""

import re
from pathlib import Path

import pytest

from cakernel.recovery.network.columns import TABLES
from helpers.doc_pages import blocks

ROOT = Path(__file__).parents[1]


def code_of(section, page="README.md"):
    text = (ROOT / page).read_text(encoding="utf-8").partition(f"{section}\n")[2]
    return re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1)


@pytest.mark.compiled
def test_sweep(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(code_of("# Sweeps", "docs/sweeps.md"), names)
    assert names["results"].results.collect().height == 256 * 16
    assert names["results"].points["firms"].unique().sort().to_list() == [3, 5, 15]
    assert "shape: (24, 8)" in capsys.readouterr().out


@pytest.mark.compiled
def test_quickstart(capsys):
    code = code_of("## Quickstart")
    assert len([line for line in code.splitlines() if line.strip()]) < 10
    names: dict[str, object] = {}
    exec(code, names)
    assert names["simulated"]["supply_rule"][0] == "SRD-4"
    # what the page shows is what is printed, answer included
    (shown,) = [text for language, text in blocks(ROOT / "README.md") if language == "text"]
    assert capsys.readouterr().out == shown


@pytest.mark.compiled
def test_coopetition_sweep(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(code_of("## Sweeps", "docs/coopetition.md"), names)
    assert names["results"].results.collect().height == 64 * 5 * 2
    printed = capsys.readouterr().out
    assert "shape: (2, 7)" in printed
    assert printed.count("shape: (6, 11)") == 2


def test_networks(capsys, cakernel):
    cakernel("init", "--network", "camera")
    exec(code_of("Begin", "docs/networks.md"), {})
    assert "shape: (1, 16)" in capsys.readouterr().out


def test_every_column_of_a_network_is_described():
    text = (ROOT / "docs" / "networks.md").read_text(encoding="utf-8")
    # three columns each
    ranges = {"r_x1": "r_x0` to `r_x2", "r_y1": "r_y0` to `r_y2"}
    for columns in TABLES.values():
        for column in columns:
            assert f"`{ranges.get(column.name, column.name)}`" in text
