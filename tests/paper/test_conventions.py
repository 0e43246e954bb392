"""The printed tables tell the conventions apart; the command."""

import json

import polars as pl
import pytest

import cakernel as ck
from cakernel.paper.conventions import ALTERNATIVES, NAMES, conventions
from cakernel.paper.deviations import DEVIATIONS

pytestmark = pytest.mark.compiled


def test_every_alternative_fits_worse_than_chance_allows():
    # two short regimes suffice: SRD-4 is told apart in the base case
    found = {row["name"]: row for row, _ in conventions(regimes=["t30", "base"], replications=5)}
    assert set(found) == {"published", *NAMES}
    published, chance = found["published"], found["other-draws"]
    assert published["within_tolerance"] == published["cells"] == 126
    assert published["beyond_3"] == 0
    assert published["mean_square"] < 2 * chance["mean_square"]
    for name, row in found.items():
        if name not in ("published", "other-draws"):
            assert row["times_published"] > 2, name
            assert row["within_tolerance"] < 126, name


def test_alternatives_are_models_that_differ():
    base = ck.regime("base")
    assert all(base.replace(**one.changes) != base for one in ALTERNATIVES.values())
    text = base.replace(**ALTERNATIVES["text"].changes)
    assert text == ck.regime("base", convention="text")
    assert {f"without-{name}" for name in DEVIATIONS} < set(NAMES)


def test_the_command(cakernel, tmp_path):
    options = ("--regime", "t30", "--replications", 2)
    names = ("--alternative", "start-0-0", "--alternative", "without-crd-3-4-as-crd-1")
    code, out, err = cakernel("conventions", *options, *names, "--out", "results")
    assert (code, err) == (0, "")
    assert "Monte Carlo error of the printed means of 200 runs" in out
    assert max(map(len, out.splitlines())) <= 120
    assert "\u2026" not in out
    table = pl.read_parquet(tmp_path / "results/conventions.parquet")
    assert table["name"].to_list() == ["published", "start-0-0", "without-crd-3-4-as-crd-1"]
    residuals = pl.read_parquet(tmp_path / "results/residuals.parquet")
    assert residuals.height == 3 * table["figures"][0]
    record = json.loads((tmp_path / "results/provenance.json").read_text())["settings"]
    assert record["conventions"] == table["name"].to_list()


def test_the_command_refuses(cakernel):
    code, _, err = cakernel("conventions", "--alternative", "chains-7")
    assert code == 2
    assert err.startswith("error: alternative: got 'chains-7'; must be one of other-draws")
    code, _, err = cakernel("conventions", "--regime", "n4")
    assert code == 2
    assert err.startswith("error: regime: got 'n4'; must be one of base")
    assert cakernel("conventions", "--replications", 1)[0] == 2


def test_an_interruption_keeps_finished_sets(cakernel, monkeypatch, tmp_path):
    from cakernel.paper import conventions as module

    def stopped(**options):
        made = conventions(**options)
        yield next(made)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "conventions", stopped)
    options = ("--regime", "t30", "--replications", 2, "--alternative", "r-0", "--out", "results")
    code, out, _ = cakernel("conventions", *options)
    assert code == 130
    assert "interrupted; kept 1 of 2 sets of conventions" in out
    assert pl.read_parquet(tmp_path / "results/conventions.parquet").height == 1
