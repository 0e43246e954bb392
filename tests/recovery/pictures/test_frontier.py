"""Pictures of optimal recovery: what is drawn, and what is refused."""

import polars as pl
import pytest

from cakernel import InvalidInput
from cakernel.recovery import pictures
from helpers.picture_frames import data_with, title_of

POINTS = pl.DataFrame(
    {
        "policies": ["best rules"] * 3 + ["paper"] * 3,
        "weight": [0.0, 5.0, 80.0, None, None, None],
        "supply_rule": [None] * 3 + ["SRD-1", "SRD-4", "SRD-5"],
        "cyber_rule": [None] * 3 + ["CRD-5"] * 3,
        "principle": [None] * 3 + ["P"] * 3,
        "mean_x": [0.8, 0.801, 1.6, 1.4, 1.2, 1.7],
        "mean_y": [0.7, 0.701, 1.5, 1.4, 1.3, 1.2],
        "service": [0.75, 0.751, 1.55, 1.4, 1.25, 1.45],
        "mean_resources": [181.0, 180.9, 138.0, 60.0, 100.0, 92.0],
        "short": [0.2, 0.3, 5.0, 90.0, 60.0, 55.0],
    }
)
CURVE = pl.DataFrame({"service": [0.0, 0.7, 1.5, 2.0], "upper_bound": [182.0, 181.5, 150.0, 20.0]})


def test_labels_do_not_touch_and_name_what_nothing_exceeds():
    chart = pictures.frontier(POINTS, CURVE, note="base, seed 1")
    assert data_with(chart, "label")["label"].unique().sort().to_list() == ["w = 0", "w = 80"]
    drawn = chart.to_dict()
    named = [
        {row["policy"] for row in drawn["datasets"][layer["data"]["name"]]}
        for layer in drawn["layer"]
        if layer["mark"]["type"] == "text" and layer["encoding"]["text"]["field"] == "policy"
    ]
    # SRD-1 CRD-5 ends with less than SRD-5 CRD-5, at lower states
    assert named == [{"SRD-4 CRD-5 P", "SRD-5 CRD-5 P"}] * 2
    assert "Base, seed 1." in title_of(chart)
    assert "SRD-5 CRD-5 P: states 1.45, resources 92.0, 55.0 below the bound." in chart.description


def test_the_bound_is_drawn_where_points_are():
    rows = data_with(pictures.frontier(POINTS, CURVE), "upper_bound")
    assert rows["service"].to_list() == [0.7, 1.5]


def test_gaps_are_ordered_within_each_family_and_deployment():
    rows = pl.DataFrame(
        {"deployment": ["cloud"] * 4 + ["on-site"] * 2, "family": ["a", "a", "b", "b", "a", "a"]}
        | {"scenario": [0, 1, 0, 1, 0, 1], "gap_percent": [0.1, 0.3, 2.0, 1.0, 0.0, 5.0]}
    )
    chart = pictures.gaps(rows)
    drawn = data_with(chart, "share").sort("deployment", "family", "share")
    assert drawn["gap_percent"].to_list() == [0.3, 0.1, 2.0, 1.0, 5.0, 0.0]
    assert drawn["share"].to_list() == [50, 100] * 3
    assert "cloud, a: 0.20% in the mean, 0.3% at most" in chart.description


@pytest.mark.parametrize(
    ("draw", "told"),
    [
        (lambda: pictures.frontier(POINTS.drop("short"), CURVE), "short"),
        (lambda: pictures.frontier(POINTS, CURVE.drop("upper_bound")), "upper_bound"),
        (lambda: pictures.gaps(POINTS), "deployment"),
    ],
)
def test_refused_frames(draw, told):
    with pytest.raises(InvalidInput, match=told):
        draw()
