"""The printed tables load, and results set beside them are judged as they should be."""

from __future__ import annotations

import math

import polars as pl
import pytest

from cakernel.paper.comparison import compare
from cakernel.paper.published import CELL, SHARED_ROW, errata, printed_choices, printed_tables
from cakernel.recovery.model import CYBER_RISK, DAYS_A_YEAR, REGIMES, SUPPLY_RISKS
from helpers.paper_frames import (
    chosen,
    moved,
    stand_in,
)


def test_every_printed_number_loads() -> None:
    tables = printed_tables()
    assert tables.height == 432
    assert errata().height == 7
    assert printed_choices().height == 14
    assert not tables.select(CELL).is_duplicated().any()
    assert tables.null_count().row(0, named=True) == dict.fromkeys(tables.columns, 0) | {
        "mean_resources": 16
    }
    assert dict(tables.select("regime", "table").unique().iter_rows()) == {
        name: regime.table for name, regime in REGIMES.items()
    }


def test_each_misprint_is_printed_so_in_its_table() -> None:
    entries = errata().join(printed_tables(), on=list(CELL), how="left")
    for entry in entries.iter_rows(named=True):
        assert entry[entry["quantity"]] == entry["printed"] != entry["likely"]


def test_printed_regimes_are_those_the_package_simulates() -> None:
    from cakernel import regime

    for name, published in REGIMES.items():
        model = regime(name)
        assert (model.firms, model.periods) == (published.firms, published.periods)
        supply = (model.supply_severe * DAYS_A_YEAR, model.supply_mild * DAYS_A_YEAR)
        cyber = (model.cyber_severe * DAYS_A_YEAR, model.cyber_mild * DAYS_A_YEAR)
        assert supply == pytest.approx(SUPPLY_RISKS[published.risk])
        assert cyber == pytest.approx(CYBER_RISK)


def test_a_perfect_reproduction_is_within_everything() -> None:
    cells = compare(stand_in())
    assert cells.height == 432
    assert cells.select("within_rounding", "within_tolerance").to_numpy().all()
    assert dict(cells["group"].value_counts().iter_rows()) == {
        "misprint": 7,
        "CRD-6 under C": 39,
        "SRD-4": 49,
        "regular": 337,
    }


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("column", "by", "rounding", "tolerance"),
    [
        ("mean_x", 0.005, True, True),
        ("mean_x", 0.0051, False, True),
        ("mean_y", 0.0051, False, True),
        ("mean_x", 0.015, False, True),
        ("mean_x", 0.0151, False, False),
        ("mean_y", 0.0151, False, False),
        ("mean_resources", 0.005, True, True),
        ("mean_resources", 0.0051, False, True),
        ("mean_resources", 82.55 * 0.015, False, True),
        ("mean_resources", 82.55 * 0.0151, False, False),
        ("mean_x", math.nan, False, False),
    ],
)
def test_criteria_hold_to_their_limit_and_fail_beyond(
    sign: int, column: str, by: float, rounding: bool, tolerance: bool
) -> None:
    cell = {"supply_rule": "SRD-2", "cyber_rule": "CRD-5", "principle": "P"}
    table = moved(stand_in("base"), column, sign * by, **cell)
    criteria = ["within_rounding", "within_tolerance"]
    assert compare(table).filter(chosen(**cell)).select(criteria).row(0) == (
        rounding,
        tolerance,
    )
    assert compare(table).filter(~chosen(**cell)).select(criteria).to_numpy().all()


def test_what_is_not_printed_is_not_judged() -> None:
    cells = compare(stand_in("low")).filter(chosen(cyber_rule="CRD-5", principle="C"))
    assert cells["printed_resources"].null_count() == cells.height == 8
    assert cells["diff_resources"].null_count() == 8
    assert cells["within_rounding"].all()


def test_differences_are_simulated_minus_printed() -> None:
    cell = {"supply_rule": "SRD-4", "cyber_rule": "CRD-5", "principle": "P"}
    row = compare(moved(stand_in("base"), "mean_resources", -0.9619, **cell)).filter(chosen(**cell))
    assert row["diff_resources"].item() == pytest.approx(-0.9619)
    assert row["diff_resources_relative"].item() == pytest.approx(-0.01)


def test_the_shared_row_is_compared_with_the_farthest_of_its_rules() -> None:
    shared = pl.col("cyber_rule") == SHARED_ROW
    alike = compare(stand_in("base")).filter(shared)
    assert set(alike["simulated_cyber_rule"]) == {"CRD-1"}
    table = moved(stand_in("base"), "mean_x", 0.1, cyber_rule="CRD-3")
    table = moved(table, "mean_y", -0.2, cyber_rule="CRD-4", principle="C")
    cells = compare(table)
    assert cells.height == 63 + 1
    assert cells.filter(~shared)["within_rounding"].all()
    for principle, rule, off in [("P", "CRD-3", 0.1), ("C", "CRD-4", -0.2)]:
        row = cells.filter(shared, principle=principle)
        assert set(row["simulated_cyber_rule"]) == {rule}
        assert row["diff_x" if off > 0 else "diff_y"].to_list() == pytest.approx([off] * 8)
        assert not row["within_tolerance"].any()
    only = compare(table.filter(pl.col("cyber_rule") == "CRD-1"))
    assert only["within_rounding"].all()


def test_cells_that_were_not_simulated_are_left_out() -> None:
    cells = compare(stand_in("n3", "t30").filter(pl.col("cyber_rule") == "CRD-5"))
    assert cells.select("regime", "cyber_rule").unique().sort("regime").rows() == [
        ("n3", "CRD-5"),
        ("t30", "CRD-5"),
    ]
    assert cells.height == 32


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (stand_in("base").drop("se_y"), r"lacks the columns \['se_y'\]"),
        (stand_in("base").with_columns(regime=pl.lit("Base")), r"regimes \['Base'\]"),
        (pl.concat([stand_in("base")] * 2), "several rows"),
    ],
)
def test_a_frame_that_cannot_be_compared_is_refused(table: pl.DataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare(table)
