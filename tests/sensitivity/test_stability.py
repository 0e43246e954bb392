"""Stability maps: the boundary is found, to the resolution, with few points."""

import numpy as np
import polars as pl
import pytest

import cakernel as ck
from cakernel.sensitivity.sentences import map_in_words
from cakernel.sensitivity.stability import stability_map
from helpers.function_study import FunctionStudy

BASE = {"p": 0.0, "q": 0.0, "n": 1, "kind": "x"}


def inside_circle(row):
    return 1.03 - row["p"] ** 2 - row["q"] ** 2


def study(function=inside_circle, **changes):
    return FunctionStudy({"in": function, "out": lambda row: 0.0}, BASE, **changes)


def span(count=3, low=0.0, high=2.0, **more):
    return ck.Range(low=low, high=high, count=count, **more)


def sweep_of(study, axes, replications=1):
    return ck.Sweep(study=study, axes=axes, replications=replications)


def located(cells, axes, points):
    """Which cells hold each point, faces included: (points, cells)."""
    low = cells.select(f"{name}_low" for name in axes).to_numpy()
    high = cells.select(f"{name}_high" for name in axes).to_numpy()
    return ((points[:, None] >= low) & (points[:, None] <= high)).all(axis=2)


def grid_of(*values):
    return np.stack([each.ravel() for each in np.meshgrid(*values, indexing="ij")], axis=1)


def test_a_circle_is_found_with_few_points(tmp_path):
    depth = 6
    circle = study()
    found = stability_map(sweep_of(circle, {"p": span(), "q": span()}), tmp_path, depth=depth)
    step = 1 / 2**depth
    assert found.full_grid == (2 * 2**depth + 1) ** 2 == 16641
    assert found.points.height < found.full_grid / 25
    assert sum(circle.runs) == found.points.height
    assert found.finished
    assert found.cells["share"].sum() == pytest.approx(1)
    # every point of the full grid that lies in a clear cell has that cell's winner
    line = np.arange(2 * 2**depth + 1) * step
    points = grid_of(line, line)
    truth = 1.03 - (points**2).sum(axis=1) > 0
    clear = found.cells.filter(state="clear")
    of_cell = (clear["winner"] == "in").to_numpy()
    held = located(clear, "pq", points)
    assert not (held & (of_cell != truth[:, None])).any()
    # all others are as fine as asked, and near the boundary
    others = found.cells.filter(pl.col("state") != "clear")
    assert set(others["state"]) == {"boundary"}
    assert set(others["level"]) == {depth}
    near = np.hypot(others["p_low"].to_numpy(), others["q_low"].to_numpy())
    assert (np.abs(near - np.sqrt(1.03)) < 1.5 * step).all()
    words = map_in_words(found)
    assert words.startswith("Of the space out is the choice in 7")
    assert (
        f"{found.points.height:,} points were run; a full grid of this resolution has 16,6" in words
    )


def test_noise_near_the_boundary_is_unclear_not_wrong(tmp_path):
    noisy = study(spread=lambda row: 0.2, own=0.5)
    sweep = sweep_of(noisy, {"p": span(5), "q": span(5)}, replications=20)
    found = stability_map(sweep, tmp_path, depth=3)
    points = found.points
    margin = points.select(inside_circle({"p": pl.col("p"), "q": pl.col("q")})).to_series()
    right = (points["winner"] == "in") == (margin > 0)
    clear = points["state"] == "clear"
    # 95% intervals, wrong on one side in 2.5% at most
    assert (right | ~clear).mean() > 0.97
    assert (~clear).sum() > 5
    assert margin.filter(~clear).abs().max() < 0.25
    covers = (points["low"] <= margin.abs()) & (margin.abs() <= points["high"])
    assert covers.mean() > 0.9
    assert points.height < found.full_grid / 3
    assert found.cells.filter(pl.col("state") == "unclear").height > 0


def test_indifference_makes_near_winners_good_enough(tmp_path):
    flat = FunctionStudy(
        {"a": lambda row: 100 + row["p"], "b": lambda row: 101.5, "c": lambda row: 40 * row["q"]},
        BASE,
        spread=lambda row: 0.5,
    )
    sweep = sweep_of(flat, {"p": span(), "q": span()}, replications=30)
    strict = stability_map(sweep, tmp_path / "a", depth=3)
    runs = len(flat.runs)
    loose = stability_map(sweep, tmp_path / "a", depth=3, indifference=5.0)
    assert len(flat.runs) == runs
    assert strict.points.height > 3 * loose.points.height
    assert set(loose.points["state"]) <= {"tied", "clear"}
    assert all({"a", "b"} == set(good) for good in loose.points["good"])
    assert set(loose.cells["state"]) == {"clear"}
    assert loose.cells["winner"].n_unique() == 1


def test_three_axes_whole_numbers_and_texts(tmp_path):
    def function(row):
        return (1 if row["kind"] == "y" else 0.5) - row["p"] * row["n"] / 10

    axes = {"p": span(2, high=1.0), "n": span(3, low=3.0, high=15.0), "kind": ["x", "y"]}
    found = stability_map(sweep_of(study(function), axes), tmp_path, depth=4)
    assert found.full_grid == 17 * 13 * 2
    cells = found.cells
    assert cells["share"].sum() == pytest.approx(1)
    open_ = cells.filter(pl.col("state") != "clear")
    # whole numbers are not halved below 1, the rest goes on
    assert (open_["n_high"] - open_["n_low"]).unique().to_list() == [1]
    assert (open_["p_high"] - open_["p_low"]).unique().to_list() == [1 / 16]
    for kind in ("x", "y"):
        clear = cells.filter(pl.col("kind_low") == kind, state="clear")
        points = grid_of(np.arange(17) / 16, np.arange(3, 16))
        truth = (1 if kind == "y" else 0.5) - points[:, 0] * points[:, 1] / 10
        held = located(clear, "pn", points)
        wrong = (clear["winner"] == "in").to_numpy() != (truth > 0)[:, None]
        assert not (held & wrong & (truth != 0)[:, None]).any()
    assert found.points.height < found.full_grid


def test_labels_lie_on_lines_and_axes_can_be_left_alone(tmp_path):
    labels = {
        "low": {"p": 0.0, "q": 0.2},
        "base": {"p": 0.5, "q": 0.3},
        "high": {"p": 2.0, "q": 1.1},
    }
    axes = {"risk": ck.Levels(labels), "n": [1, 4, 8]}
    found = stability_map(sweep_of(study(), axes), tmp_path / "a", depth=2, refine=["risk"])
    assert set(found.points["n"]) == {1, 4, 8}
    at = {row["risk"]: (row["p"], row["q"]) for row in found.points.iter_rows(named=True)}
    for n, fields in enumerate(labels.values()):
        assert at[n] == tuple(fields.values())
    assert at[1.5] == pytest.approx((1.25, 0.7))
    flip = found.cells.filter(state="boundary")
    assert flip.height == 3
    assert set(flip["risk_high"] - flip["risk_low"]) == {0.25}
    logarithmic = {"p": span(2, low=0.01, high=4.0, scale="log"), "n": [1]}
    found = stability_map(sweep_of(study(), logarithmic), tmp_path / "b", depth=1)
    assert found.points["p"].to_list() == pytest.approx([0.01, 0.2, 4.0])


def test_a_boundary_is_followed_through_faces(tmp_path):
    """It bulges into a cell whose corners agree, and is seen from the cell beside."""
    bulge = study(lambda row: 1.2 - row["p"] - 6 * (row["q"] - 0.5) ** 2)
    axes = {"p": span(3), "q": span(2, high=1.0)}
    found = stability_map(sweep_of(bulge, axes), tmp_path, depth=4)
    assert found.points.filter(pl.col("p").is_in([0.0, 1.0, 2.0]) & pl.col("q").is_in([0.0, 1.0]))[
        "winner"
    ].unique().to_list() == ["out"]
    # nothing to see at the corners
    assert found.points.height == 6
    seen = stability_map(
        sweep_of(bulge, {"p": span(3), "q": span(3, high=1.0)}), tmp_path / "b", depth=4
    )
    beyond = seen.cells.filter((pl.col("p_low") >= 1) & (pl.col("state") == "boundary"))
    assert beyond["p_high"].max() > 1.15
    assert set(beyond["level"]) == {4}


def test_impossible_points_do_not_count(tmp_path):
    holed = study(impossible=lambda row: row["p"] > 1.2)
    axes = {"p": span(5), "q": span(5)}
    found = stability_map(sweep_of(holed, axes), tmp_path / "a", depth=2)
    whole = stability_map(sweep_of(study(), axes), tmp_path / "b", depth=2)
    gone = found.points.filter(state="impossible")
    assert (gone["p"] > 1.2).all()
    assert gone["winner"].null_count() == gone.height > 0
    beyond = found.cells.filter(pl.col("p_low") > 1.2)
    assert set(beyond["state"]) == {"impossible"}
    assert set(beyond.filter(pl.col("p_low") >= 1.5)["level"]) == {0}
    columns = ["p_low", "p_high", "q_low", "q_high", "state"]
    left = [
        each.cells.filter(pl.col("p_high") <= 1).select(columns).sort(columns)
        for each in (found, whole)
    ]
    assert left[0].equals(left[1])


def test_a_map_goes_on_where_it_was_stopped(tmp_path):
    class Stop(Exception):
        pass

    def stopping(state):
        if len(circle.runs) == 3:
            raise Stop

    circle = study(spread=lambda row: 0.05)
    sweep = sweep_of(circle, {"p": span(), "q": span()}, replications=4)
    at_once = stability_map(sweep, tmp_path / "a", depth=4)
    circle.runs.clear()
    with pytest.raises(Stop):
        stability_map(sweep, tmp_path / "b", depth=4, progress=stopping)
    resumed = stability_map(sweep, tmp_path / "b", depth=4)
    assert resumed.points.equals(at_once.points)
    assert resumed.cells.equals(at_once.cells)
    assert sum(circle.runs) <= at_once.points.height + 8
    # nothing is run again; deeper, only what is new; shallower, what is asked
    circle.runs.clear()
    assert stability_map(sweep, tmp_path / "b", depth=4).points.equals(at_once.points)
    assert circle.runs == []
    deeper = stability_map(sweep, tmp_path / "b", depth=5)
    assert sum(circle.runs) == deeper.points.height - at_once.points.height > 0
    shallow = stability_map(sweep, tmp_path / "b", depth=1)
    assert shallow.points.height < 25
    assert shallow.points["p"].n_unique() == 5


def test_a_limit_of_points_is_kept_and_said(tmp_path):
    sweep = sweep_of(study(), {"p": span(), "q": span()})
    found = stability_map(sweep, tmp_path, depth=6, at_most=60)
    assert not found.finished
    assert 25 < found.points.height <= 60
    assert "limit of points was reached" in map_in_words(found)


def test_what_is_refused(tmp_path):
    good = {"p": span(), "q": span()}

    def refused(words, sweep=None, out=tmp_path / "new", **arguments):
        with pytest.raises(ck.InvalidInput, match=words):
            stability_map(sweep or sweep_of(study(), good), out, **arguments)
        assert not (tmp_path / "new").exists()

    sobol = ck.Sweep(
        study=study(), axes=good, design=ck.Design(kind="sobol", points=8), replications=1
    )
    refused("design: got sobol; must be grid", sobol)
    refused("depth: got 17", depth=17)
    refused("indifference: got -1", indifference=-1.0)
    refused("refine: got n; must be one of p, q", refine=["n"])
    refused("axes.p.count: missing", sweep_of(study(), {"p": ck.Range(low=0.0, high=1.0)}))
    refused("none can be refined", sweep_of(study(), {"kind": ["x", "y"]}))
    refused(
        "refine: got kind", sweep_of(study(), {"kind": ["x", "y"], "p": span()}), refine=["kind"]
    )
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter.tex").touch()
    refused("holds something other than a map", out=tmp_path / "thesis")
    stability_map(sweep_of(study(), good), tmp_path / "map", depth=0)
    other = sweep_of(study(), {"p": span(), "n": [1, 2]})
    refused("holds another sweep", other, out=tmp_path / "map")
    alone = FunctionStudy({"in": inside_circle}, BASE)
    with pytest.raises(ck.InvalidInput, match="choice: only in is there"):
        stability_map(sweep_of(alone, good), tmp_path / "alone")
