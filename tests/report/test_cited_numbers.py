"""Cited numbers: how they are written and where they say they are from."""

import polars as pl
import pytest

from cakernel.report.cited_numbers import Cited, ranges, reduction, written


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (1.005, ".1f", "1.0"),
        (-0.001, ".2f", "0.00"),
        (-1.5, "+.2f", "\u22121.50"),
        (None, ".2f", "\u2013"),
        (["SRD-1", "SRD-2"], "", "SRD-1, SRD-2"),
        ([], "", "none"),
        ("SRD-1", "", "SRD-1"),
        (-1e-7, ".1e", "\u22121.0e\u221207"),
    ],
)
def test_written(value, style, text):
    assert written(value, style=style) == text


def test_ranges():
    assert ranges((0, 1, 2, 7, 9, 10)) == "0-2,7,9-10"
    assert ranges(()) == "none"
    assert Cited(1.0, "a.parquet", "x", rows=tuple(range(0, 90, 3))).place == (
        "a.parquet, 30 of the rows 0 to 87, x"
    )


def test_a_share_above_a_number_counts_what_is_larger():
    assert reduction("share above 1")(pl.Series([0.5, 2.0, 3.0, 4.0])) == 0.75
