"""Table 7 and Fig. 2 derived by the paper's 5% rule."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import cakernel as ck
from cakernel.paper.choices import figure_2, recommended, table_7
from cakernel.paper.printed_rules import simulate_as_printed
from cakernel.paper.published import PRINTED_SUPPLY_RULES
from cakernel.paper.terminal import choices_panel, map_panel
from helpers.paper_frames import (
    chosen,
    moved,
    nine,
    rendered,
    stand_in,
    with_crd_0,
)


def choice(table: pl.DataFrame, regime: str, cyber_rule: str = "CRD-5") -> dict[str, Any]:
    return table_7(table).row(by_predicate=chosen(regime=regime, cyber_rule=cyber_rule), named=True)


def test_table_7_of_a_perfect_reproduction() -> None:
    table = table_7(stand_in())
    assert table["deployment"].to_list() == ["cloud"] * 7
    assert table.filter("agree")["regime"].to_list() == ["base", "high", "n3", "n15", "t30", "t360"]
    assert table.filter("agree")["reason"].to_list() == [""] * 6
    low = choice(stand_in("low"), "low")
    assert set(low["by_printed_figures"]) == set(PRINTED_SUPPLY_RULES)
    assert low["printed"] == ["SRD-2", "SRD-4"]
    # SRD-1 with 157.48 lies (157.48 - 155.04) / 163.20 inside; SRD-7 with 157.98 is the farthest
    assert low["reason"] == (
        "SRD-1, SRD-3, SRD-5, SRD-6, SRD-7, SRD-8 simulated 1.50% to 1.80% of the highest inside "
        "the edge; the printed choice does not follow the 5% rule on the paper's own figures"
    )


def test_table_7_says_why_a_choice_differs() -> None:
    # t360: SRD-4 is printed 0.16% outside; moved in by a little more, it is near the edge
    cell = {"supply_rule": "SRD-4", "cyber_rule": "CRD-5", "principle": "P"}
    row = choice(moved(stand_in("t360"), "mean_resources", 0.35, **cell), "t360")
    assert (row["agree"], row["simulated"]) == (False, ["SRD-5", "SRD-3", "SRD-4"])
    assert row["near_edge"] == ["SRD-4"]
    assert row["reason"] == (
        "SRD-4 simulated 0.02% of the highest inside the edge "
        "(SRD-4 by less than 2 standard errors)"
    )
    row = choice(
        moved(stand_in("base"), "mean_resources", -2.0, cyber_rule="CRD-5", supply_rule="SRD-3"),
        "base",
    )
    assert row["simulated"] == ["SRD-4", "SRD-5"]
    # (92.00 - 2 - 0.95 * 96.19) / 96.19
    assert row["reason"] == "SRD-3 simulated 1.44% of the highest outside the edge"


def test_table_7_on_site() -> None:
    table = with_crd_0(stand_in("high"), {"SRD-5": 50.0, "SRD-3": 47.4, "SRD-1": 30.0})
    row = choice(table, "high", "CRD-0")
    assert (row["simulated"], row["by_printed_figures"]) == (["SRD-5"], None)
    assert (row["agree"], row["deployment"]) == (True, "on-site")
    # 0.2% outside, within two standard errors of the edge: agreement that may not last
    assert row["near_edge"] == ["SRD-3"]
    assert "near" not in row["reason"]
    assert "SRD-3 simulated less than 2 standard errors" in rendered(choices_panel(table_7(table)))


def test_recommendations_of_the_text() -> None:
    assert recommended("high", 3) == (["SRD-5"], False)
    assert recommended("high", 15) == (["SRD-5"], True)
    assert recommended("low", 15) == (["SRD-4"], False)
    assert recommended("base", 3) == (["SRD-3", "SRD-4", "SRD-5"], False)


def test_the_map_of_nine_combinations() -> None:
    found = {(row["risk"], row["firms"]): row for row in figure_2(nine()).to_dicts()}
    assert len(found) == 9
    assert {key: row["printed_table"] for key, row in found.items() if row["printed_table"]} == {
        ("base", 5): 3,
        ("high", 5): 4,
        ("low", 5): 4,
        ("base", 3): 5,
        ("base", 15): 5,
    }
    assert [key for key, row in found.items() if row["two_sentences"]] == [("high", 15)]
    assert {key: row["agreement"] for key, row in found.items()} == {
        ("low", 3): "narrower",
        ("low", 5): "wider",
        ("low", 15): "same",
        ("base", 3): "narrower",
        ("base", 5): "same",
        ("base", 15): "same",
        ("high", 3): "same",
        ("high", 5): "same",
        ("high", 15): "same",
    }


@pytest.mark.compiled
def test_srd_4_as_printed_gives_the_papers_choice_in_the_base_case() -> None:
    def row(without: list[str]) -> dict[str, Any]:
        simulated = simulate_as_printed(
            ck.regime("base"),
            policies=ck.policies(cyber_rules=["CRD-5"]),
            scenarios=ck.paper_scenarios(),
            replications=40,
            without=without,
        ).with_columns(regime=pl.lit("base"))
        return choice(simulated, "base")

    assert row([])["agree"]
    # by Table 1 SRD-4 ends so high that the two others are no longer within 5%
    assert row(["srd-4-ends"])["simulated"] == ["SRD-4"]


def test_the_map_of_some_combinations() -> None:
    some = nine().filter((pl.col("risk") == "base") & (pl.col("firms") == 5))
    some = some.with_columns(
        mean_resources=pl.when(chosen(supply_rule="SRD-1")).then(500.0).otherwise(10.0)
    )
    [row] = figure_2(some).to_dicts()
    assert (row["simulated"], row["agreement"]) == (["SRD-1"], "differs")
    assert "differs; Table 3" in rendered(map_panel(figure_2(some)))
