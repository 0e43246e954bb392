"""Maps of winners: every tile is where its points or cells are, and is as sure as they are."""

import re

import polars as pl
import pytest

from cakernel import InvalidInput, pictures
from cakernel.pictures.winner_tiles import CHANGES, CLEAR, UNCLEAR, axes_of_map, tiles_of


def points():
    """Return a grid of 4 by 3 by 2: `b` decides, `a` a little, `c` not at all."""
    rows = [
        {"point": n, "a": a, "b": b, "c": c}
        | {"winner": "high" if b > 1 or a > 3 else "low", "state": "clear" if b != 1 else "unclear"}
        for n, (a, b, c) in enumerate(
            (a, b, c) for a in (1, 2, 3, 4) for b in (0, 1, 2) for c in "xy"
        )
    ]
    return pl.DataFrame(rows)


def cells():
    """Return four cells of the square; at the upper right the winner changes within."""
    return pl.DataFrame(
        {
            "risk_low": [0.0, 0.5, 0.0, 0.5],
            "risk_high": [0.5, 1.0, 0.5, 1.0],
            "size_low": [2, 2, 6, 6],
            "size_high": [6, 6, 10, 10],
            "level": [0] * 4,
            "share": [0.25] * 4,
            "winner": ["slow", "fast", "slow", None],
            "state": ["clear", "clear", "unclear", "boundary"],
        }
    )


def test_what_tells_most_comes_first():
    assert axes_of_map(points())[0] == "b"
    assert axes_of_map(cells()) == ["risk", "size"]


def test_tiles_of_points():
    tiles = tiles_of(points(), ["a", "b"])
    assert tiles.frame.height == 12
    assert tiles.frame["points"].to_list() == [2] * 12
    for row in tiles.frame.iter_rows(named=True):
        b, a = int(row["up"]), int(row["across"])
        assert row["winner"] == ("high" if b > 1 or a > 3 else "low")
        assert row["state"] == (UNCLEAR if b == 1 else CLEAR)
        assert (row["x"], row["y"]) == (a - 1.5, b - 0.5)
    shares = points().group_by("winner").len().sort("winner")
    assert [(name, round(24 * share)) for name, share in tiles.shares] == shares.rows()
    assert tiles.unclear == pytest.approx(8 / 24)


def test_a_winner_that_changes_with_what_is_not_drawn_is_pale():
    sure = points().with_columns(state=pl.lit("clear"))
    states = {
        row["up"]: row["state"] for row in tiles_of(sure, ["c", "b"]).frame.iter_rows(named=True)
    }
    assert states == {"0": CHANGES, "1": CHANGES, "2": CLEAR}
    (most,) = tiles_of(sure, ["c", "b"]).frame.filter(up="0")["wins"].unique()
    assert most == 0.75


def test_tiles_of_cells():
    tiles = tiles_of(cells(), ["risk", "size"])
    assert tiles.frame["state"].to_list() == [CLEAR, CLEAR, UNCLEAR, CHANGES]
    assert tiles.frame.select("x", "x2", "y", "y2").row(3) == (0.5, 1.0, 6.0, 10.0)
    assert tiles.shares == [("slow", 0.5), ("fast", 0.25)]


def test_unclear_tiles_are_hatched_and_no_others():
    drawing = pictures.winner_map(cells(), note="seed 1").to_dict()
    (lines,) = (
        rows
        for rows in drawing["datasets"].values()
        if rows and set(rows[0]) == {"x", "x2", "y", "y2"}
    )
    assert len(lines) > 20
    for line in lines:
        assert -1e-9 <= line["x"] <= line["x2"] <= 0.5 + 1e-9
        assert 6 - 1e-9 <= line["y"] <= line["y2"] <= 10 + 1e-9
    assert drawing["title"]["subtitle"][-1] == "seed 1."


def test_nobody_is_sure_of_one_replication(tmp_path):
    unclear = points().with_columns(state=pl.lit("unclear"))
    chart = pictures.winner_map(unclear)
    assert "Unclear at 100%." in chart.description
    pictures.save(chart, tmp_path / "map.svg")
    assert (tmp_path / "map.svg").read_text(encoding="utf-8").count("<line") > 100


def test_a_third_axis_makes_panels():
    drawing = pictures.winner_map(points(), axes=["a", "b", "c"]).to_dict()
    assert [panel["title"]["text"] for panel in drawing["concat"]] == ["c: x", "c: y"]


def test_a_short_axis_of_whole_numbers_has_a_panel_a_number():
    few = cells().with_columns(chains_low=pl.lit(1), chains_high=pl.lit(2))
    tiles = tiles_of(few, ["risk", "size", "chains"])
    assert tiles.frame["facet"].unique(maintain_order=True).to_list() == ["chains: 1", "chains: 2"]


def test_axes_of_whole_numbers_have_whole_ticks(tmp_path):
    stock = cells().with_columns(pl.col("size_low", "size_high") // 6 + 1)
    pictures.save(pictures.winner_map(stock), tmp_path / "map.svg")
    labels = re.findall(r">([0-9.]+)</text>", (tmp_path / "map.svg").read_text())
    # of the axis of numbers across, from 0 to 1, and of that of whole numbers up, from 1 to 2
    assert [label for label in labels if float(label) > 1] == ["2"]
    assert labels.count("0.5") == 1


@pytest.mark.parametrize(
    ("frame", "axes", "message"),
    [
        (points(), ["a", "d"], "axes: got d; must be one to three of b, a, c"),
        (points(), ["a", "a"], "axes: got a, a; must be one to three of b, a, c"),
        (points().head(1), None, "winners: have no axis that varies; must have one or more"),
        (points().drop("winner"), None, "column winner: must be there, and text"),
    ],
)
def test_refused(frame, axes, message):
    with pytest.raises(InvalidInput) as refused:
        pictures.winner_map(frame, axes=axes)
    assert str(refused.value) == message
