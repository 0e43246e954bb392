"""Simulated against printed figures: what is drawn."""

import polars as pl
import pytest

from cakernel.paper import pictures as paper_pictures
from helpers import picture_frames as frames
from helpers.picture_frames import title_of


def test_agreement_rows_are_the_comparison():
    compared = frames.comparison()
    chart = paper_pictures.agreement(compared, note="seed 1")
    points = pl.concat(
        pl.DataFrame(rows)
        for rows in chart.to_dict()["datasets"].values()
        if rows and "outside" in rows[0] and "height" not in rows[0]
    )
    printed = sum(compared[f"printed_{name}"].count() for name in ("x", "y", "resources"))
    assert points.height == printed
    for name, difference in (
        ("x", "diff_x"),
        ("y", "diff_y"),
        ("resources", "diff_resources_relative"),
    ):
        own = points.filter(pl.col("quantity") == name)
        expected = compared.drop_nulls(f"printed_{name}")
        assert own["printed"].to_list() == expected[f"printed_{name}"].to_list()
        assert own["simulated"].to_list() == expected[f"mean_{name}"].to_list()
        assert own["difference"].to_list() == pytest.approx(expected[difference].to_list())
    groups = dict(points["group"].value_counts().iter_rows())
    assert groups["misprint"] == 2  # one figure each in base and n3, not their whole cells
    assert groups["CRD-6 under C"] == 2 * 8 * 3
    outside = points.filter("outside")
    assert outside["cell"].to_list() == ["base SRD-2 CRD-2 P"]
    named = pl.concat(
        pl.DataFrame(rows).select("cell", "quantity")
        for rows in chart.to_dict()["datasets"].values()
        if rows and "height" in rows[0]
    )
    assert set(named.unique().iter_rows()) == {
        ("base SRD-2 CRD-2 P", "x"),
        ("base SRD-1 CRD-2 P", "x"),
        ("n3 SRD-3 CRD-1/3/4 P", "resources"),
    }
    assert "1 of " in title_of(chart)
    assert "base SRD-2 CRD-2 P x" in chart.to_dict()["description"]
