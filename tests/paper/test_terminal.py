"""What is printed to the console holds every number, untruncated and marked."""

from __future__ import annotations

import math
import re

import polars as pl
import pytest

from cakernel.cli.tables import NARROWEST
from cakernel.paper.choices import figure_2, table_7
from cakernel.paper.comparison import compare
from cakernel.paper.published import CELL, PRINTED_SUPPLY_RULES, printed_tables
from cakernel.paper.terminal import (
    choices_panel,
    map_panel,
    scorecard_panel,
    table_panel,
)
from cakernel.paper.with_and_without import explained
from cakernel.recovery.model import REGIMES
from helpers.paper_frames import (
    card_of,
    chosen,
    moved,
    nine,
    rendered,
    simulated_like,
    stand_in,
    with_crd_0,
)


def decimals(text: str) -> list[str]:
    return re.findall(r"\d+\.\d\d(?!\d)", text)


@pytest.mark.parametrize("regime", list(REGIMES))
def test_the_table_shows_every_number_untruncated(regime: str) -> None:
    table = stand_in(regime).with_columns(
        # three digits, told apart from the printed ones
        mean_resources=pl.col("mean_resources") + 300,
        mean_x=pl.col("mean_x") + 0.11,
    )
    text = rendered(
        table_panel(with_crd_0(table, dict.fromkeys(PRINTED_SUPPLY_RULES, 777.77)), regime),
        width=NARROWEST,
    )
    lines = text.splitlines()
    assert max(map(len, lines)) <= NARROWEST
    assert "\u2026" not in text
    body = "\n".join(lines[: next(i for i, line in enumerate(lines) if "Each cell" in line)])
    shown = sorted(decimals(body))
    expected = [
        f"{value:.2f}"
        for frame in (table, printed_tables().filter(pl.col("regime") == regime))
        for value in (*frame["mean_x"], *frame["mean_y"], *frame["mean_resources"])
        if value is not None
    ]
    states = table.filter(chosen(cyber_rule="CRD-5", principle="P"))["mean_x"]
    expected += [f"{x:.2f}" for x in states] + ["1.00", "777.77"] * len(PRINTED_SUPPLY_RULES)
    assert shown == sorted(expected)


@pytest.mark.parametrize("regime", list(REGIMES))
def test_the_title_names_table_regime_replications_and_errors(regime: str) -> None:
    text = rendered(table_panel(stand_in(regime), regime, note="conventions of the text"))
    published = REGIMES[regime]
    assert f"Table {published.table}, regime {regime}: N = {published.firms}, T = " in text
    assert "200 replications" in text
    assert "0.0003 in x, 0.0008 in y, 0.050 in R" in text
    assert "conventions of the text" in text


def test_the_table_marks_best_cells_and_misprints_without_colour() -> None:
    text = rendered(table_panel(stand_in("n15"), "n15"))
    # SRD-4 under CRD-5, P and C, simulated and printed, and one star in the legend
    assert text.count("*") == 5
    assert text.count("103.96 *") == 2
    # SRD-7 under CRD-6, C, printed, and one in the legend
    assert text.count("\u2020") == 2
    assert "63.04 \u2020" in text
    assert "SRD-7 CRD-6 C y printed 2.57, likely 1.57" in text


def test_stars_are_of_simulated_among_simulated() -> None:
    cell = {"supply_rule": "SRD-8", "cyber_rule": "CRD-2", "principle": "P"}
    text = rendered(table_panel(moved(stand_in("n15"), "mean_resources", 900.0, **cell), "n15"))
    assert "962.65 *" in text
    # the printed cell keeps its star, the simulated one has lost it
    assert (text.count("103.96 *"), text.count("103.96")) == (1, 2)


def test_the_table_shows_a_dash_for_what_is_missing() -> None:
    low = table_panel(stand_in("low").filter(pl.col("cyber_rule") == "CRD-5"), "low")
    text = rendered(low)
    assert re.search(r"^CRD-1 P( +- *){8}$", text, re.MULTILINE)  # not simulated
    assert re.search(r"^  paper( +- *){8}$", text, re.MULTILINE)  # resources not printed
    assert "CRD-3" not in text.split("Each cell")[0]
    assert "\x1b[" in rendered(low, colour=True)


def test_the_table_without_standard_errors() -> None:
    table = stand_in("base").with_columns(se_x=pl.lit(math.nan), se_y=pl.lit(math.nan))
    assert "standard errors not known" in rendered(table_panel(table, "base"))


def test_the_table_refuses_other_regimes() -> None:
    with pytest.raises(ValueError, match="'n4'"):
        table_panel(stand_in("base"), "n4")
    with pytest.raises(ValueError, match="no policy of regime 'high'"):
        table_panel(stand_in("base"), "high")


def test_the_panels_show_every_number_untruncated() -> None:
    table = moved(stand_in(), "mean_y", -0.0407, cyber_rule="CRD-2")
    table = with_crd_0(table, {rule: 100 - i for i, rule in enumerate(PRINTED_SUPPLY_RULES)})
    card = card_of(table)
    text = rendered(scorecard_panel(compare(table), explained(simulated_like(table))))
    for entry in card.worst:
        assert " ".join(str(entry[name]) for name in CELL) in text
    assert "-0.0407" in text
    for counts in card.by_regime.values():
        assert f"{counts.states_within_rounding}/{counts.states}" in text
    for entry in card.misprints:
        assert f"{entry['likely']:.2f}" in text

    seven = table_7(table)
    choices = rendered(choices_panel(seven))
    assert f"{seven['agree'].sum()} of 14 choices agree" in choices
    for row in seven.to_dicts():
        simulated = ", ".join(row["simulated"]).replace(", SRD-", ", ")
        assert re.search(rf"^{row['regime']} +{row['deployment']}.*{simulated}", choices, re.M)

    the_map = rendered(map_panel(figure_2(nine())))
    assert the_map.count("in no table") == 4
    assert the_map.count("covered by two sentences") == 1
    for panel in (choices_panel(seven), map_panel(figure_2(nine()))):
        narrow = rendered(panel, width=NARROWEST)
        assert max(map(len, narrow.splitlines())) <= NARROWEST
        assert "\u2026" not in narrow
