"""Tornado and Sobol indices: what is drawn, and what is refused."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from cakernel import InvalidInput, pictures
from helpers import picture_frames as frames
from helpers.picture_frames import data_with


def test_tornado_bars_start_with_the_widest():
    chart = pictures.tornado(frames.sensitivities(), outcome="resources (units)")
    bars = pl.DataFrame(max(chart.to_dict()["datasets"].values(), key=len))
    assert bars["parameter"].to_list() == ["supply_mild", "cyber_mild", "chains"] * 2
    assert bars["reach"].to_list() == [30, 5, 1] * 2
    ends = bars.pivot("end", index="parameter", values=["value", "outcome"])
    expected = frames.sensitivities().select(
        "parameter",
        value_low="low",
        value_high="high",
        outcome_low="outcome_at_low",
        outcome_high="outcome_at_high",
    )
    assert_frame_equal(ends.sort("parameter"), expected.sort("parameter"), check_column_order=False)


def test_sobol_indices_are_the_frame():
    chart = pictures.sobol_indices(frames.indices())
    rows = data_with(chart, "index_low").select(frames.indices().columns)
    assert_frame_equal(rows, frames.indices())


@pytest.mark.parametrize(
    ("draw", "frame", "message"),
    [
        (
            pictures.tornado,
            frames.sensitivities().with_columns(base_outcome=pl.Series([60.0, 60.0, 61.0])),
            "base_outcome: got 60, 61; must be the same in all rows",
        ),
        (
            pictures.tornado,
            pl.concat([frames.sensitivities()] * 2),
            "parameter: got supply_mild more than once; must be one row each",
        ),
        (
            pictures.sobol_indices,
            frames.indices().with_columns(order=pl.lit("third")).head(1),
            "order: got 'third'; must be 'first' or 'total'",
        ),
    ],
)
def test_refused_frames(draw, frame, message):
    with pytest.raises(InvalidInput) as refused:
        draw(frame)
    assert str(refused.value) == message
