"""The scorecard counts, ranks and lists what a comparison holds."""

from __future__ import annotations

import json
import math

import polars as pl
import pytest

from cakernel.paper.agreement import scorecard
from cakernel.paper.comparison import compare, shared_row_mismatch
from cakernel.paper.terminal import scorecard_panel
from cakernel.recovery.model import REGIMES
from helpers.paper_frames import (
    STANDARD_ERRORS,
    card_of,
    moved,
    rendered,
    stand_in,
)


def test_scorecard_counts_of_a_perfect_reproduction() -> None:
    card = card_of(stand_in())
    total = card.total
    # 432 printed cells, less 40 of CRD-6 under C, less the 6 misprints that are not among them
    assert total.cells == total.within_rounding == total.within_tolerance == 386
    assert total.within_own_tolerance == 386
    assert total.srd_4_cells == total.srd_4_within_tolerance == total.srd_4_within_wide == 49
    assert total.states == total.states_within_rounding == 772
    # less the 16 cells whose resources are not printed, one of which is misprinted in x
    assert total.resources == total.resources_within_rounding == 371
    assert {name: counts.cells for name, counts in card.by_regime.items()} == {
        name: 56 if name == "n15" else 55 for name in REGIMES
    }
    assert card.replications == 200


def test_scorecard_counts_what_is_off() -> None:
    table = stand_in("base")
    table = moved(table, "mean_x", 0.02, supply_rule="SRD-4", cyber_rule="CRD-5", principle="P")
    table = moved(table, "mean_y", 0.011, supply_rule="SRD-2", cyber_rule="CRD-2", principle="C")
    table = moved(table, "mean_x", 0.045, supply_rule="SRD-6", cyber_rule="CRD-1", principle="P")
    table = moved(
        table, "mean_resources", -1.3996, supply_rule="SRD-5", cyber_rule="CRD-1", principle="P"
    )
    # neither counts: a known misprint, and CRD-6 under C
    table = moved(table, "mean_x", 0.5, supply_rule="SRD-1", cyber_rule="CRD-2", principle="P")
    table = moved(table, "mean_x", 0.5, cyber_rule="CRD-6", principle="C")
    card = card_of(table)
    total = card.total
    assert total == card.by_regime["base"]
    assert (total.cells, total.within_rounding, total.within_tolerance) == (55, 51, 52)
    assert (total.srd_4_cells, total.srd_4_within_tolerance, total.srd_4_within_wide) == (7, 6, 7)
    assert total.within_own_tolerance == 53
    assert (total.states, total.states_within_rounding) == (110, 107)
    assert (total.resources, total.resources_within_rounding) == (55, 54)
    # SRD-4, farther off than SRD-2, is less far off than its own tolerance allows
    worst = [
        (e["supply_rule"], e["cyber_rule"], e["quantity"], round(e["times_tolerance"], 3))
        for e in card.worst[:4]
    ]
    assert worst == [
        ("SRD-6", "CRD-1/3/4", "mean_x", 3.0),
        ("SRD-5", "CRD-1/3/4", "mean_resources", 1.333),
        ("SRD-2", "CRD-2", "mean_y", 0.733),
        ("SRD-4", "CRD-5", "mean_x", 0.667),
    ]


def test_scorecard_lists_misprints_with_what_was_simulated() -> None:
    cell = {"regime": "n3", "supply_rule": "SRD-3", "cyber_rule": "CRD-1", "principle": "P"}
    card = card_of(moved(stand_in("n3", "base"), "mean_resources", 10.07, **cell))
    [base, n3] = sorted(card.misprints, key=lambda entry: str(entry["regime"]))
    assert (n3["printed"], n3["likely"], n3["quantity"]) == (62.96, 72.96, "mean_resources")
    assert n3["simulated"] == pytest.approx(73.03)
    assert n3["standard_error"] == 0.05
    assert (base["quantity"], base["standard_error"]) == ("mean_x", 0.0003)


def test_scorecard_shows_the_unexplained_points() -> None:
    table = stand_in("base", "low")
    table = moved(table, "mean_y", -0.04, cyber_rule="CRD-3")
    table = moved(table, "mean_y", 0.06, cyber_rule="CRD-6", principle="C")
    table = moved(table, "mean_x", 0.027, regime="base", supply_rule="SRD-4", cyber_rule="CRD-1")
    card = card_of(table)
    crd_3, crd_4 = (e for e in card.crd_3_and_crd_4 if e["regime"] == "low")
    assert (crd_3["within_tolerance"], crd_4["within_tolerance"], crd_3["cells"]) == (0, 16, 16)
    assert crd_3["largest_diff_y"] == pytest.approx(-0.04)
    [crd_6] = card.crd_6_under_c  # the low regime prints no CRD-6 under C
    assert crd_6["printed_c_from_printed_p_states"] == pytest.approx(0.01)
    assert crd_6["simulated_c_from_printed_c_states"] == pytest.approx(0.06)
    assert crd_6["simulated_p_from_printed_c_states"] == pytest.approx(0.01)
    srd_4 = {entry["regime"]: entry for entry in card.srd_4}
    assert srd_4["base"]["largest_diff_x"] == pytest.approx(0.027)
    assert srd_4["base"]["mean_diff_x"] == pytest.approx(2 * 0.027 / 7)
    assert srd_4["low"]["largest_diff_x"] == 0


def test_scorecard_of_one_replication_is_strict_json() -> None:
    errors = [pl.lit(math.nan).alias(name) for name in STANDARD_ERRORS]
    table = stand_in("base").with_columns(errors)
    card = card_of(table)
    text = json.dumps(card.as_dict(), allow_nan=False)
    assert json.loads(text)["total"]["cells"] == 55
    assert card.worst[0]["standard_error"] is None
    rendered(scorecard_panel(compare(table), shared_row_mismatch(table)))


def test_scorecard_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no printed cell was simulated"):
        scorecard(compare(stand_in("base").clear()))


def test_scorecard_without_the_shared_row_or_crd_6() -> None:
    comparison = compare(stand_in("base").filter(pl.col("cyber_rule") == "CRD-5"))
    card = scorecard(comparison)
    assert (card.crd_3_and_crd_4, card.crd_6_under_c, card.misprints) == ([], [], [])
    assert "CRD-6 under C" not in rendered(scorecard_panel(comparison))
