"""Notebooks show progress, reports and the live page by themselves."""

import sys
from types import SimpleNamespace

import pytest

import cakernel
from cakernel import notebook

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

SETUP = """
import cakernel
from cakernel import notebook
notebook.SHOWN_AFTER_SECONDS = 0.0
model = cakernel.Model(chains=1, firms=2, periods=5)
policies = cakernel.policies(supply_rules=["SRD-1", "SRD-5"], cyber_rules=["CRD-5"])
scenarios = cakernel.paper_scenarios()[:1]
"""
RUN = "cakernel.simulate(model, policies=policies, scenarios=scenarios, replications=2).height"
REPORT = """
from cakernel.report import report_page
study = cakernel.Recovery(model=model, policies=policies, scenarios=scenarios)
sweep = cakernel.Sweep(study=study, axes={"supply_mild": [0.1, 0.3]}, replications=2)
_ = cakernel.run_sweep(sweep, "sweep")
report_page("sweep")
"""


@pytest.fixture
def shown(monkeypatch):
    """Stand in for a notebook; give what it was told to show."""
    told = []

    class Handle:
        def update(self, html):
            told.append(html)

    def display(html, *, display_id):
        assert display_id
        told.append(html)
        return Handle()

    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=True))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    stand_in = SimpleNamespace(HTML=str, display=display)
    monkeypatch.setattr(notebook, "import_module", lambda name: stand_in)
    monkeypatch.setattr(notebook, "SHOWN_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(notebook, "BETWEEN_SECONDS", 0.0)
    return told


def simulate(**more):
    return cakernel.simulate(
        cakernel.Model(chains=1, firms=2, periods=5),
        policies=cakernel.policies(supply_rules=["SRD-1"], cyber_rules=["CRD-5"]),
        scenarios=cakernel.paper_scenarios()[:1],
        replications=3,
        **more,
    )


def test_what_takes_long_shows_a_bar_that_goes_when_it_ends(shown):
    simulate()
    assert shown[0].startswith("<progress")
    assert " simulate: " in shown[0]
    assert shown[-1] == ""
    assert notebook.wants_bar()


def test_who_asks_for_progress_gets_it_and_no_bar(shown):
    told = []
    simulate(progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
    assert shown == []


def test_a_sweep_shows_one_bar(shown, tmp_path):
    study = cakernel.Recovery(
        model=cakernel.Model(chains=1, firms=2, periods=5),
        policies=cakernel.policies(supply_rules=["SRD-1"], cyber_rules=["CRD-5"]),
        scenarios=cakernel.paper_scenarios()[:1],
    )
    sweep = cakernel.Sweep(study=study, axes={"supply_mild": [0.1, 0.3]}, replications=2)
    cakernel.run_sweep(sweep, tmp_path / "sweep")
    assert all(" run_sweep: " in html for html in shown[:-1])
    assert len(shown) > 1


def test_elsewhere_nothing_is_shown(shown, monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython")
    simulate()
    assert shown == []


@pytest.mark.compiled
def test_a_notebook_shows_a_bar_a_report_and_the_live_page(tmp_path):
    pytest.importorskip("panel")
    pytest.importorskip("altair")
    cells = [SETUP, RUN, REPORT, "page = cakernel.explore(model)\npage"]
    written = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    resources = {"metadata": {"path": str(tmp_path)}}
    run = nbclient.NotebookClient(written, timeout=300, resources=resources).execute()
    outputs = [cell["outputs"] for cell in run["cells"]]
    kinds = [[data for out in each for data in out.get("data", {})] for each in outputs]
    assert [out["output_type"] for each in outputs for out in each if "ename" in out] == []
    assert "text/html" in kinds[1]
    assert "4" in [out.get("data", {}).get("text/plain") for out in outputs[1]]
    report = [out["data"]["text/html"] for out in outputs[2] if "text/html" in out.get("data", {})]
    assert report[-1].startswith("<iframe")
    assert any("holoviews" in kind or "html" in kind for kind in kinds[3])
