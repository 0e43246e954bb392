"""The page on contracts: parts of welfare add up, and what was not solved is not told."""

import re

import polars as pl
import pytest

from cakernel.report.verification import claimed
from helpers.report_pages import answers, drawn, page_of, table


def test_parts_of_welfare_add_up(pages, reports):
    rows = pl.DataFrame([r for r in drawn(pages["ctip-solve"], "welfare") if "part" in r])
    whole = pl.col("part") == "economic welfare"
    key = ["contract", "regime"]
    sums = rows.filter(~whole).group_by(key).agg(pl.col("level", "difference").sum())
    both = sums.join(rows.filter(whole), on=key, suffix="_whole")
    assert both.height == 9
    for column in ("level", "difference"):
        assert both[column].to_list() == pytest.approx(both[f"{column}_whole"].to_list(), abs=1e-12)
    solved = pl.read_parquet(reports["ctip-solve"] / "equilibria.parquet")
    assert set(rows.filter(whole)["level"]) == set(solved["economic_welfare"])


def test_contracts_that_were_not_asked_for_have_no_split(cakernel, tmp_path):
    arguments = ["--contract", "fixed", "--contract", "flexible-moq", "--regime", "nash"]
    assert cakernel("ctip", "solve", *arguments, "--out", "a")[0] == 0
    page = page_of(tmp_path / "a")
    assert "split-table" not in page
    heads = re.findall(r'<th scope="col">(.*?)</th>', table(page, "contracts-table-nash"))
    assert heads == ["outcome", "separate fixed orders", "flexible MOQ"]


def test_a_market_without_equilibrium_has_no_outcomes(copied):
    folder = copied("ctip-solve")
    numbers = pl.selectors.float() - pl.selectors.by_name("largest_gain")
    rows = pl.read_parquet(folder / "equilibria.parquet")
    lost = pl.lit("cycling").cast(rows.schema["status"])
    rows = rows.with_columns(numbers * None, status=lost)
    rows.write_parquet(folder / "equilibria.parquet")
    split = pl.read_parquet(folder / "welfare_split.parquet")
    split.with_columns(pl.selectors.float() * None).write_parquet(folder / "welfare_split.parquet")
    page = page_of(folder)
    for card in answers(page):
        assert card["Best"] == "no contract has an equilibrium"
        assert [item.text for item in claimed(card["How sure"])][:5] == ["3", "0", "0", "3", "0"]
    assert 'id="welfare"' not in page


def test_the_best_contract_and_what_others_cost_are_told(pages, reports):
    rows = pl.read_parquet(reports["ctip-solve"] / "equilibria.parquet").filter(regime="nash")
    welfare = dict(rows.select("contract", "economic_welfare").iter_rows())
    card = answers(pages["ctip-solve"])[0]
    assert card["Best"].startswith("flexible MOQ: ")
    best = welfare["flexible-moq"]
    assert best == max(welfare.values())
    assert [item.text for item in claimed(card["Best"])] == [f"{best:.4f}"]
    assert [item.text for item in claimed(card["To choose otherwise"])] == [
        text
        for name in ("fixed-moq", "fixed")
        for text in (f"{best - welfare[name]:.4f}", f"{1 - welfare[name] / best:.1%}")
    ]


def test_a_case_says_that_it_is_one(cakernel, tmp_path):
    assert cakernel("ctip", "case", "--out", "case")[0] == 0
    page = page_of(tmp_path / "case")
    assert "<h1>The case study: contracts side by side</h1>" in page
    assert "written by cakernel ctip case" in page
