"""Notebooks run, check what they say, and are kept without outputs: those would age."""

import json

import pytest

from helpers.doc_pages import DOCS

NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))


def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.compiled
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path, tmp_path, monkeypatch):
    altair = pytest.importorskip("altair")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    # the choice of a renderer is a notebook's own
    with altair.renderers.enable("default"):
        for cell in code_cells(path):
            exec("".join(cell["source"]), names)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_checks_its_results_and_keeps_no_outputs(path):
    cells = code_cells(path)
    assert sum("assert " in "".join(cell["source"]) for cell in cells) >= 2
    assert not any(cell["outputs"] for cell in cells)
