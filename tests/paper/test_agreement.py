"""The scorecard counts, ranks and lists what a comparison holds."""

from __future__ import annotations

import json
import math

import polars as pl
import pytest

from cakernel.paper.agreement import scorecard
from cakernel.paper.comparison import compare
from cakernel.paper.terminal import scorecard_panel
from cakernel.paper.with_and_without import explained
from cakernel.recovery.model import REGIMES
from helpers.paper_frames import (
    STANDARD_ERRORS,
    card_of,
    moved,
    rendered,
    simulated_like,
    stand_in,
)


def test_scorecard_counts_of_a_perfect_reproduction() -> None:
    card = card_of(stand_in())
    total = card.total
    # 432 printed cells, less those of 7 misprints
    assert total.cells == total.within_rounding == total.within_tolerance == 425
    assert total.states == total.states_within_rounding == 850
    # less the 16 cells whose resources are not printed, one of which is misprinted in x
    assert total.resources == total.resources_within_rounding == 410
    # two regimes print no CRD-6 under C
    assert {name: counts.cells for name, counts in card.by_regime.items()} == {
        name: 55 if name in ("low", "t360") else 63 for name in REGIMES
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
    # a known misprint does not count
    table = moved(table, "mean_x", 0.5, supply_rule="SRD-1", cyber_rule="CRD-2", principle="P")
    card = card_of(table)
    total = card.total
    assert total == card.by_regime["base"]
    assert (total.cells, total.within_rounding, total.within_tolerance) == (63, 59, 60)
    assert (total.states, total.states_within_rounding) == (126, 123)
    assert (total.resources, total.resources_within_rounding) == (63, 62)
    worst = [
        (e["supply_rule"], e["cyber_rule"], e["quantity"], round(e["times_tolerance"], 3))
        for e in card.worst[:4]
    ]
    assert worst == [
        ("SRD-6", "CRD-1/3/4", "mean_x", 3.0),
        ("SRD-5", "CRD-1/3/4", "mean_resources", 1.333),
        ("SRD-4", "CRD-5", "mean_x", 1.333),
        ("SRD-2", "CRD-2", "mean_y", 0.733),
    ]


def test_scorecard_lists_misprints_with_what_was_simulated() -> None:
    cell = {"regime": "n3", "supply_rule": "SRD-3", "cyber_rule": "CRD-1", "principle": "P"}
    card = card_of(moved(stand_in("n3", "base"), "mean_resources", 10.07, **cell))
    [base, n3] = sorted(card.misprints, key=lambda entry: str(entry["regime"]))
    assert (n3["printed"], n3["likely"], n3["quantity"]) == (62.96, 72.96, "mean_resources")
    assert n3["simulated"] == pytest.approx(73.03)
    assert n3["standard_error"] == 0.05
    assert (base["quantity"], base["standard_error"]) == ("mean_x", 0.0003)


def test_scorecard_tells_the_deviations_and_what_they_explain() -> None:
    table = stand_in("base", "low")
    parts = explained(simulated_like(table))
    card = scorecard(compare(table), deviations=["srd-4-ends"], explained=parts)
    assert card.deviations == ["srd-4-ends"]
    assert card.explained == parts.to_dicts()
    assert scorecard(compare(table)).explained == []


def test_scorecard_of_one_replication_is_strict_json() -> None:
    errors = [pl.lit(math.nan).alias(name) for name in STANDARD_ERRORS]
    table = stand_in("base").with_columns(errors)
    card = card_of(table)
    text = json.dumps(card.as_dict(), allow_nan=False)
    assert json.loads(text)["total"]["cells"] == 63
    assert card.worst[0]["standard_error"] is None
    rendered(scorecard_panel(compare(table), explained(simulated_like(table))))


def test_scorecard_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no printed cell was simulated"):
        scorecard(compare(stand_in("base").clear()))


def test_scorecard_without_deviations_or_misprints() -> None:
    comparison = compare(stand_in("base").filter(pl.col("cyber_rule") == "CRD-5"))
    card = scorecard(comparison)
    assert (card.explained, card.misprints) == ([], [])
    assert "deviation" not in rendered(scorecard_panel(comparison))
