"""One replication firm by firm: what is drawn, and what is refused."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from cakernel import InvalidInput
from cakernel.recovery import pictures as recovery_pictures
from cakernel.recovery.pictures.replication import STRIP_HEIGHT, STRIP_WIDTH, _layout
from cakernel.recovery.state_colours import STATES
from helpers import picture_frames as frames
from helpers.picture_frames import data_with, texts


def test_strip_and_player_hold_the_history():
    history = frames.history().with_columns(pl.col("supply_hit", "cyber_hit").cast(pl.String))
    columns = ["period", "chain", "firm", "x", "y", "resources", "supply_hit", "cyber_hit"]
    strip = recovery_pictures.replication_strip(frames.history(), first_period=3, periods=4)
    shown = history.filter(pl.col("period").is_between(3, 6)).select(columns)
    rows = data_with(strip, "resources")
    assert_frame_equal(rows.select(columns), shown, check_dtypes=False)
    assert rows["day"].unique(maintain_order=True).to_list() == [f"day {n}" for n in range(3, 7)]
    player = recovery_pictures.replication_player(frames.history())
    rows = data_with(player, "resources")
    assert_frame_equal(rows.select(columns), history.select(columns), check_dtypes=False)
    drawing = player.to_dict()
    assert drawing["usermeta"]["player"]["last"] == 8
    assert [parameter["name"] for parameter in drawing["params"]] == ["period"]
    assert {"expr": "'day ' + period"} in texts(drawing)


def test_greys_of_states_are_apart():
    lightness = []
    for colour in STATES:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        lightness.append((0.299 * red + 0.587 * green + 0.114 * blue) / 255)
    assert np.diff(lightness).min() > 0.25


@pytest.mark.parametrize(
    ("draw", "frame", "message"),
    [
        (
            recovery_pictures.replication_strip,
            frames.history().with_columns(firm=pl.col("firm") * 100),
            "firms: got 300; must be at most 60 to be drawn",
        ),
        (
            recovery_pictures.replication_player,
            frames.histories("SRD-1", replications=2),
            "history: got several rows of a firm and period; must be one each",
        ),
    ],
)
def test_refused_frames(draw, frame, message):
    with pytest.raises(InvalidInput) as refused:
        draw(frame)
    assert str(refused.value) == message


def test_refused_period():
    with pytest.raises(InvalidInput, match="first_period: got 9; must be a whole number from 1 to"):
        recovery_pictures.replication_strip(frames.history(), first_period=9)


@pytest.mark.parametrize(("panels", "chains", "firms"), [(12, 3, 5), (60, 60, 60), (1, 60, 1)])
def test_panels_of_any_number_and_size_fit_a_page(panels, chains, firms):
    columns, cell = _layout(panels, chains, firms)
    rows = -(-panels // columns)
    assert columns * firms * cell <= STRIP_WIDTH
    assert rows * chains * cell <= STRIP_HEIGHT
