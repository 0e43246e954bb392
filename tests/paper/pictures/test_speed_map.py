"""The map of Fig. 2: what is drawn, and what is refused."""

import polars as pl
import pytest

from cakernel import InvalidInput
from cakernel.paper import pictures as paper_pictures
from cakernel.paper.choices import figure_2
from cakernel.paper.pictures.speed_map import BEYOND
from helpers.paper_frames import moved, nine, with_crd_0
from helpers.picture_frames import data_with, title_of


def test_map_rows_are_the_distances_of_the_figures():
    simulated = moved(nine(), "mean_resources", 3.0, risk="high", supply_rule="SRD-2")
    rows = data_with(
        paper_pictures.recommended_speed_map(with_crd_0(simulated, {"SRD-4": 999.0})), "below_best"
    )
    assert rows.height == 72
    agreement = {(r["risk"], r["firms"]): r for r in figure_2(simulated).to_dicts()}
    for (risk, firms), cell in rows.group_by("risk", "firms"):
        table = simulated.filter((pl.col("risk") == risk) & (pl.col("firms") == firms))
        highest = table["mean_resources"].max()
        under_5 = table.filter(pl.col("cyber_rule") == "CRD-5")
        best_of_rule = dict(
            under_5.group_by("supply_rule").agg(pl.col("mean_resources").max()).iter_rows()
        )
        expected = agreement[risk, firms]
        for row in cell.to_dicts():
            distance = 1 - best_of_rule[row["supply_rule"]] / highest
            assert row["below_best"] == pytest.approx(distance, abs=1e-12)
            # beyond the axis, apart from the places on it
            assert row["place"] == (row["below_best"] if row["below_best"] <= 0.1 else BEYOND)
            best = row["supply_rule"] in expected["simulated"]
            advised = row["supply_rule"] in expected["recommended"]
            assert best == (distance <= 0.05)
            assert (
                row["standing"]
                == {
                    (True, True): "best and recommended",
                    (True, False): "best, not recommended",
                    (False, True): "recommended, not best",
                    (False, False): "neither",
                }[best, advised]
            )
            assert row["agreement"] == expected["agreement"]
            assert ("≠" in row["head"]) == (expected["agreement"] != "same")


def test_map_says_replications_and_doubt():
    chart = paper_pictures.recommended_speed_map(nine(), note="seed 7")
    assert "200 replications of each resource scenario; seed 7." in title_of(chart)
    assert "(±)" not in title_of(chart)
    doubtful = nine().with_columns(se_resources=pl.lit(5.0))
    chart = paper_pictures.recommended_speed_map(doubtful)
    assert "(±)" in title_of(chart)
    rows = data_with(chart, "below_best")
    assert (rows["label"].str.contains("±") == rows["near_edge"]).all()


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            nine().with_columns(firms=pl.lit(4)),
            "firms: got 4; must be one of 3, 5, 15",
        ),
        (
            nine().filter(pl.col("cyber_rule") != "CRD-5"),
            "cyber_rule: got no CRD-5 at risk low and 3 firms; must be among the policies",
        ),
        (
            pl.concat([nine()] * 2),
            "policies: got one more than once in a cell; must be one row each",
        ),
    ],
)
def test_refused_frames(frame, message):
    with pytest.raises(InvalidInput) as refused:
        paper_pictures.recommended_speed_map(frame)
    assert str(refused.value) == message
