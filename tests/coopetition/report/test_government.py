"""The page on the government's choices, beside the market as it is."""

import re

import polars as pl
import pytest

from cakernel.report.verification import claimed
from helpers.report_pages import page_of, table


def test_a_government_that_no_chain_follows(copied, pages):
    assert "No choice keeps" not in pages["ctip-government"]
    folder = copied("ctip-government")
    rows = pl.read_parquet(folder / "government.parquet")
    asked = rows.select(
        "participation",
        *(pl.when(~pl.col("participation")).then(pl.col(c)).alias(c) for c in rows.columns[1:]),
    )
    asked.write_parquet(folder / "government.parquet")
    assert "No choice keeps every chain in." in page_of(folder)


def test_what_the_market_has_now_is_beside_the_choices(pages, reports):
    rows = re.findall("<tr>.*?</tr>", table(pages["ctip-government"], "government-table"), re.S)
    cells = {re.search(r'"row">(.*?)</th>', row)[1]: claimed(row) for row in rows[1:]}
    now = pl.read_parquet(reports["ctip-government"] / "now.parquet")
    choices = pl.read_parquet(reports["ctip-government"] / "government.parquet")
    assert [item.text for item in cells["subsidy sigma"]] == [
        f"{value:.5f}" for value in (0.2, *choices["subsidy_rate"])
    ]
    assert [item.text for item in cells["chains&#39; profits"]] == [
        f"{value:.5f}" for value in (now["total_profit"][0], *choices["total_profit"])
    ]
    assert "<dt>largest subsidy tried</dt>" in pages["ctip-government"]
    assert now["economic_welfare"][0] == pytest.approx(choices["welfare_now"][0])
