"""The page on a sweep: statuses counted, means along axes, gains paired point by point."""

import re

import polars as pl
import pytest

import cakernel as ck
from cakernel import InvalidInput
from cakernel.checksums import sealed, unsealed
from cakernel.coopetition.study import Coopetition
from cakernel.coopetition.words import LABEL
from cakernel.report import write_report
from cakernel.report.verification import claimed
from cakernel.sweep.results import open_sweep
from helpers.report_pages import answers, drawn, page_of, table


def test_statuses_of_a_sweep_are_counted_and_what_is_none_left_out(pages, reports):
    results = open_sweep(reports["ctip-sweep"])
    rows = results.results.collect()
    page = pages["ctip-sweep"]
    card = answers(page)[0]
    counts = rows["status"].cast(pl.String).value_counts()
    known = dict(counts.iter_rows())
    # two regimes of the first point under fixed orders
    assert known["not converged"] == 2
    assert known["not unique"] > 0
    assert [int(item.text) for item in claimed(card["How sure"])] == [
        rows.height, known["converged"], known["not unique"], 0, 2,
    ]  # fmt: skip
    assert [int(item.text) for item in claimed(card["Points"])] == [12, 6]
    fixed = rows.filter(contract="fixed", regime="nash")
    means = re.findall("<tr>.*?</tr>", table(page, "sweep-means"), re.S)[1]
    shown = [item.text for item in claimed(means)]
    reached = fixed.filter(pl.col("status").cast(pl.String) != "not converged")
    assert shown[0] == str(fixed.height - 1) == str(reached.height)
    assert shown[1] == f"{sum(reached['economic_welfare']) / reached.height:.4f}"
    invested = [sum(one) for one in reached["investment"]]
    assert shown[-2] == f"{sum(invested) / reached.height:.4f}"


def test_means_along_an_axis_are_those_of_the_rows(pages, reports):
    rows = open_sweep(reports["ctip-sweep"]).joined().collect()
    levels = [r for r in drawn(pages["ctip-sweep"], "axes") if "equilibria" in r]
    mine = rows.filter(contract="fixed", regime="nash", threat_probability=0.2)
    for choice, kept in (
        ("all", ["converged", "not unique"]),
        ("the only one found", ["converged"]),
    ):
        (row,) = (
            r
            for r in levels
            if r["axis"] == "threat_probability"
            and (r["level"], r["contract"], r["regime"]) == ("20%", "fixed", "nash")
            and r["equilibria"] == choice
        )
        counted = mine.filter(pl.col("status").cast(pl.String).is_in(kept))
        assert row["points"] == counted.height
        # the first point has no equilibrium: its other levels are counted
        assert row["economic_welfare"] == (
            None if counted.is_empty() else pytest.approx(counted["economic_welfare"].mean())
        )


def test_what_flexible_orders_add_is_paired(pages, reports):
    rows = open_sweep(reports["ctip-sweep"]).results.collect().filter(regime="planner")
    wide = rows.pivot("contract", index="point", values="economic_welfare").drop_nulls()
    gains = (wide["flexible-moq"] - wide["fixed"]).to_list()
    planner = re.findall("<tr>.*?</tr>", table(pages["ctip-sweep"], "sweep-split"), re.S)[2]
    shown = [item.text for item in claimed(planner)]
    assert shown[0] == str(len(gains))
    assert shown[1] == f"{sum(gains) / len(gains):+.4f}"


def test_sweeps_that_are_all_impossible_or_of_one_contract(tmp_path):
    impossible = ck.Sweep(study=Coopetition(), axes={"subsidy_rate": [1.0, 2.0]}, replications=1)
    ck.run_sweep(impossible, tmp_path / "a")
    page = page_of(tmp_path / "a")
    assert "subsidy_rate: got 2.0" in page
    assert 'id="axes"' not in page
    alone = Coopetition(contracts=["fixed-moq"])
    axes = {"chains": [2, 3], "vulnerability_2": [0.1, 0.4]}
    ck.run_sweep(ck.Sweep(study=alone, axes=axes, replications=1), tmp_path / "b")
    page = page_of(tmp_path / "b")
    assert 'id="axes"' in page
    assert "split-axes" not in page
    assert "but of chain 2 it varies" in page


def test_a_sweep_of_an_unknown_study_gets_the_page_that_fits_any(copied):
    folder = copied("ctip-sweep")
    manifest = unsealed((folder / "manifest.json").read_bytes())
    manifest["sweep"]["study"] = "mine"
    (folder / "manifest.json").write_bytes(sealed(manifest))
    page = page_of(folder)
    assert "<h1>A sweep of mine</h1>" in page
    assert f'<p class="subtitle">{LABEL} Report of a folder' in page
    heads = re.findall(r'<th scope="col">(.*?)</th>', table(page, "sweep-policies"))
    assert heads[:2] == ["policy", open_sweep(folder).outcomes[0]]
    assert "flexible-moq planner" in table(page, "sweep-policies")
    manifest["sweep"]["outcomes"] = []
    (folder / "manifest.json").write_bytes(sealed(manifest))
    with pytest.raises(InvalidInput, match="got a sweep of mine without an outcome; must have one"):
        write_report(folder, folder / "a.html", overwrite=True)
