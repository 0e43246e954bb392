"""The page on claims: every claim in its group, shares as in the tables, differences by size."""

import re

import polars as pl
import pytest

from cakernel import InvalidInput
from cakernel.coopetition.report.claim_findings import standing
from cakernel.coopetition.report.claim_pictures import by_size
from cakernel.report import write_report
from cakernel.report.verification import claimed
from helpers.kept_folders import resealed
from helpers.report_pages import change, drawn, page_of, table


def test_claims_without_a_table_name_it(copied):
    folder = copied("ctip-claims")
    (folder / "by_risk.parquet").unlink()
    with pytest.raises(InvalidInput, match=r"lacks by_risk\.parquet"):
        write_report(resealed(folder), folder / "a.html")


def test_every_claim_is_in_a_group_of_its_regime(pages, reports):
    claims = pl.read_parquet(reports["ctip-claims"] / "claims.parquet")
    for regime in ("nash", "planner"):
        mine = claims.filter(pl.col("regime").cast(pl.String) == regime)
        found = table(pages["ctip-claims"], f"claims-table-{regime}")
        bodies = re.findall(r"<tbody.*?</tbody>", found, re.S)
        heads = [body for body in bodies if 'class="group"' in body]
        groups = mine["id"].str.head(1).unique(maintain_order=True).to_list()
        assert [re.search("colgroup[^>]*>(.)", head)[1] for head in heads] == groups
        rows = [body for body in bodies if body not in heads]
        of = [[item for item in claimed(row) if "share" in item.attributes["data-column"]]
              for row in rows]  # fmt: skip
        shares = [items[0].text for items in of]
        assert shares == [f"{share:.1%}" for share in mine["share"]]


def test_claims_of_one_regime_alone(copied, pages):
    folder = copied("ctip-claims")
    (folder / "shortfall.parquet").unlink()
    for name in ("claims", "by_risk", "differences"):
        rows = pl.read_parquet(folder / f"{name}.parquet")
        one = rows.filter(pl.col("regime") == "nash")
        one.write_parquet(folder / f"{name}.parquet")
    page = page_of(folder)
    assert "claims-choice-regime" not in page
    assert "claims-choice-regime" in pages["ctip-claims"]
    texts = [
        [item.text for item in claimed(table(p, "claims-table-nash"))]
        for p in (page, pages["ctip-claims"])
    ]
    assert texts[0] == texts[1]
    assert "claims-table-planner" not in page


def test_claims_that_no_market_was_counted_for(copied):
    folder = copied("ctip-claims")

    first = pl.col("id") == "a-advantage"
    for column in ("counted", "holds", "equal", "opposite"):
        kept = pl.when(~first).then(pl.col(column)).otherwise(0)
        change(folder, "claims", **{column: kept})
    for column in ("share", "mean_difference", "median_difference"):
        change(folder, "claims", **{column: pl.when(~first).then(pl.col(column))})
    page = page_of(folder)
    assert "a-advantage" not in {row.get("claim") for row in drawn(page, "shares")}


def test_standing_is_where_the_interval_lies():
    frame = pl.DataFrame(
        {"id": ["a-1", "b-2", "b-3"], "lower": [0.6, 0.4, 0.1], "upper": [0.8, 0.6, 0.5 - 1e-9]}
    )
    assert standing(frame)["standing"].to_list() == ["more than half", "about half",
                                                     "less than half"]  # fmt: skip
    assert standing(frame)["group"].to_list() == ["a", "b", "b"]


def test_differences_are_counted_by_size():
    values = [0.5, 0.02, 0.011, 1e-7, -1e-7, 0.0, 2e-7, -0.05, -3.0, 40.0, None]
    differences = pl.DataFrame({"regime": "nash", "id": "a-x", "difference": values})
    claims = pl.DataFrame({"regime": ["nash"], "id": ["a-x"], "group": ["a"], "counted": [10]})
    rows = by_size(differences, claims)
    assert rows["order"].to_list() == list(range(-8, 9))
    found = {size: count for size, count in rows.select("size", "markets").iter_rows() if count}
    assert found == {
        "below \u22121": 1,
        "\u22120.1 to \u22120.01": 1,
        "equal": 3,
        "10\u207b\u2077 to 10\u207b\u2076": 1,
        "0.01 to 0.1": 2,
        "0.1 to 1": 1,
        "above 1": 1,
    }
    assert rows["share"].sum() == pytest.approx(1)
    kinds = rows.group_by("kind").agg(pl.col("markets").sum())
    assert dict(kinds.iter_rows()) == {"opposite": 2, "equal": 3, "holds": 5}
