"""The tiles of a map of winners: places of points or cells, and who wins at each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from cakernel.models import terms_of
from cakernel.pictures.levels import BINS, MOST_LEVELS, axes_of, levels_of

CLEAR, UNCLEAR, CHANGES, IMPOSSIBLE = "clear", "unclear", "changes", "impossible"
STATES: Final = {"clear": CLEAR, "tied": UNCLEAR, "unclear": UNCLEAR, "boundary": CHANGES}
SLICES: Final = 6
"""Panels of an axis of numbers that a map of cells refines."""
TOGETHER: Final = 5
"""Points of a tile, about, where axes have many values."""
BESIDE: Final = ("point", "group", "varied")
"""Columns of points that are no axes."""


@dataclass(frozen=True)
class Scale:
    """An axis of the picture: its ends, and the words of levels at 0, 1, 2 and so on.

    ``whole`` says that it takes whole numbers alone, so that no others are written beside it.
    """

    title: str
    low: float
    high: float
    labels: Sequence[str] | None = None
    format: str = ""
    whole: bool = False

    @property
    def span(self) -> float:
        """How long it is."""
        return self.high - self.low


@dataclass(frozen=True)
class Tiles:
    """What a map draws.

    ``frame`` has a row a tile: ``x``, ``x2``, ``y``, ``y2``, ``across``, ``up`` (in words),
    ``facet``, ``facet_order``, ``winner``, ``state``, ``share``, and of points ``points`` and
    ``wins``, the share of them that the winner wins. ``shares`` are winners and the shares of all
    points, or of the space, that they win, the largest first; ``fixed`` says what is held.
    """

    frame: pl.DataFrame
    axes: Sequence[str]
    across: Scale
    up: Scale
    cells: bool
    shares: Sequence[tuple[str, float]]
    unclear: float
    fixed: str = ""

    @property
    def facets(self) -> int:
        """How many panels there are."""
        return self.frame["facet_order"].n_unique()


def is_of_cells(winners: pl.DataFrame) -> bool:
    """Say whether rows are cells, which have ends, not points."""
    return "share" in winners.columns and any(name.endswith("_low") for name in winners.columns)


def axes_of_map(winners: pl.DataFrame) -> list[str]:
    """Return what a map can be drawn over: of points, where winners differ most first."""
    if is_of_cells(winners):
        names = [name.removesuffix("_low") for name in winners.columns if name.endswith("_low")]
        return [name for name in names if f"{name}_high" in winners.columns]
    there = winners.columns
    # what is said of winners follows the axes
    points = winners.select(
        name for name in there[: min(map(there.index, ("winner", "state")))] if name not in BESIDE
    ).with_columns(point=pl.int_range(pl.len()))
    names = axes_of(points)
    return sorted(names, key=lambda name: -_told_by(points, name, winners["winner"]))


def _told_by(points: pl.DataFrame, axis: str, winner: pl.Series) -> int:
    """Count the points whose winner is that of most points at its level of an axis."""
    levels = levels_of(points, axis).with_columns(winner=winner)
    most = levels.group_by("order", "winner").len().group_by("order").agg(pl.col("len").max())
    return int(most["len"].sum())


def default_axes(winners: pl.DataFrame, known: Sequence[str]) -> list[str]:
    """Return the axes to draw: a third makes panels where there are points for it."""
    if is_of_cells(winners) or len(known) < 3:
        return list(known[:3])
    levels = [winners[name].n_unique() for name in known[:3]]
    places = levels[0] * levels[1] * levels[2]
    return list(known[: 3 if places <= winners.height and levels[2] <= MOST_LEVELS else 2])


def _bins(points: int) -> int:
    """Return into how many parts axes of many values are cut, so that tiles have some points."""
    return max(2, min(BINS, int((points / TOGETHER) ** 0.5)))


def tiles_of(winners: pl.DataFrame, axes: Sequence[str]) -> Tiles:
    """Return the tiles of a map over one to three axes."""
    if is_of_cells(winners):
        return _of_cells(winners, axes)
    return _of_points(winners.filter(pl.col("winner").is_not_null()), axes)


def _of_points(winners: pl.DataFrame, axes: Sequence[str]) -> Tiles:
    frame = winners.drop("point", strict=False).with_row_index("point")
    placed, scales = frame.select("point", "winner", "state"), []
    for place, axis in zip(("across", "up", "facet"), axes, strict=False):
        levels = levels_of(frame, axis, bins=_bins(frame.height))
        names = levels.unique("order").sort("order")["level"].to_list()
        scales.append(Scale(terms_of().column(axis), -0.5, len(names) - 0.5, names))
        placed = placed.join(levels.rename({"order": f"{place}_order", "level": place}), on="point")
    for place in ("across", "up", "facet")[len(axes) :]:
        placed = placed.with_columns(
            pl.lit("").alias(place), pl.lit(0, pl.Int64).alias(f"{place}_order")
        )
        scales.append(Scale("", -0.5, 0.5, [""]))
    by = [f"{place}{end}" for place in ("across", "up", "facet") for end in ("", "_order")]
    clear = pl.col("state") == CLEAR
    tiles = (
        placed.sort("point")
        .group_by(by, maintain_order=True)
        .agg(
            points=pl.len(),
            winner=pl.col("winner").mode().sort().first(),
            surely=pl.col("winner").filter(clear).n_unique(),
            all_clear=clear.all(),
            wins=(pl.col("winner") == pl.col("winner").mode().sort().first()).mean(),
        )
        .with_columns(
            state=pl.when(pl.col("surely") > 1)
            .then(pl.lit(CHANGES))
            .when("all_clear")
            .then(pl.lit(CLEAR))
            .otherwise(pl.lit(UNCLEAR)),
            share=pl.col("points") / frame.height,
        )
    )
    return Tiles(
        tiles.with_columns(
            x=pl.col("across_order") - 0.5 - _first(tiles, "across_order"),
            x2=pl.col("across_order") + 0.5 - _first(tiles, "across_order"),
            y=pl.col("up_order") - 0.5 - _first(tiles, "up_order"),
            y2=pl.col("up_order") + 0.5 - _first(tiles, "up_order"),
            facet=_headed(axes),
        ).drop("surely", "all_clear"),
        axes,
        scales[0],
        scales[1],
        cells=False,
        shares=_shares(frame.with_columns(share=pl.lit(1 / max(1, frame.height)))),
        unclear=1 - frame.filter(state=CLEAR).height / max(1, frame.height),
    )


def _first(tiles: pl.DataFrame, order: str) -> int:
    """Return where an axis' levels begin to be counted."""
    return int(tiles.select(pl.col(order).min()).item())


def _headed(axes: Sequence[str]) -> pl.Expr:
    """Return a panel's heading: the axis and its level."""
    if len(axes) < 3:
        return pl.col("facet")
    return pl.format(f"{terms_of().column(axes[2])}: {{}}", "facet")


def _of_cells(winners: pl.DataFrame, axes: Sequence[str]) -> Tiles:
    terms = terms_of()
    frame = winners.with_columns(state=pl.col("state").replace(STATES))
    whole, fixed = frame, []
    for axis in axes_of_map(winners):
        if axis not in axes:
            values = _values(frame, axis)
            frame = _at(frame, axis, values[len(values) // 2])
            fixed.append(f"at {terms.pair(axis, values[len(values) // 2])}")
    scales = []
    for place, axis in zip((("x", "x2", "across"), ("y", "y2", "up")), axes, strict=False):
        frame, scale = _placed(frame, axis, place)
        scales.append(scale)
    if len(axes) == 1:
        frame = frame.with_columns(y=pl.lit(-0.5), y2=pl.lit(0.5), up=pl.lit(""))
        scales.append(Scale("", -0.5, 0.5, [""]))
    parts = [frame.with_columns(facet=pl.lit(""), facet_order=pl.lit(0))]
    if len(axes) == 3:
        parts = [
            _at(frame, axes[2], value).with_columns(
                facet=pl.lit(terms.pair(axes[2], value)), facet_order=pl.lit(number)
            )
            for number, value in enumerate(_values(frame, axes[2]))
        ]
    columns = ["x", "x2", "y", "y2", "across", "up", "facet", "facet_order"]
    return Tiles(
        pl.concat(parts).select(*columns, "winner", "state", "share", points=1, wins=1.0),
        axes,
        scales[0],
        scales[1],
        cells=True,
        shares=_shares(whole.filter(pl.col("state") != CHANGES)),
        unclear=float(whole.filter(state=UNCLEAR)["share"].sum()),
        fixed=", ".join(fixed),
    )


def _is_line(frame: pl.DataFrame, axis: str) -> bool:
    """Say whether cells reach along an axis of numbers, from a low to a high end."""
    low, high = frame[f"{axis}_low"], frame[f"{axis}_high"]
    return low.dtype.is_numeric() and bool((high > low).any())


def _values(frame: pl.DataFrame, axis: str) -> list[Any]:
    """Return values at which cells are cut along an axis that is not drawn, or its levels."""
    low, high = frame[f"{axis}_low"], frame[f"{axis}_high"]
    if not _is_line(frame, axis):
        return low.unique(maintain_order=True).to_list()
    least, most = float(low.min()), float(high.max())  # type: ignore[arg-type]
    ends = [least + (most - least) * n / (SLICES - 1) for n in range(SLICES)]
    # of a short axis of whole numbers several ends are the same
    return list(dict.fromkeys(map(round, ends))) if low.dtype.is_integer() else ends


def _at(frame: pl.DataFrame, axis: str, value: Any) -> pl.DataFrame:
    """Return the cells at a value of an axis, of two that meet there the lower."""
    low, high = pl.col(f"{axis}_low"), pl.col(f"{axis}_high")
    if not _is_line(frame, axis):
        return frame.filter(low == value)
    lowest = frame[f"{axis}_low"].min()
    return frame.filter(((low < value) | ((low == value) & (low == lowest))) & (high >= value))


def _placed(
    frame: pl.DataFrame, axis: str, names: tuple[str, str, str]
) -> tuple[pl.DataFrame, Scale]:
    """Add a cell's ends along an axis, and what they are in words."""
    terms = terms_of()
    start, end, words = names
    low, high = frame[f"{axis}_low"], frame[f"{axis}_high"]
    title = terms.column(axis)
    if _is_line(frame, axis):
        ends = [
            terms.value(axis, a) if a == b else f"{terms.value(axis, a)} to {terms.value(axis, b)}"
            for a, b in zip(low, high, strict=True)
        ]
        least, most = float(low.min()), float(high.max())  # type: ignore[arg-type]
        shares = terms.style(axis, least).endswith("%") and low.dtype.is_float()
        placed = [low.cast(pl.Float64).alias(start), high.cast(pl.Float64).alias(end)]
        scale = Scale(
            title, least, most, format="~%" if shares else "", whole=low.dtype.is_integer()
        )
    else:
        levels = low.unique(maintain_order=True).to_list()
        at = pl.Series([float(levels.index(value)) for value in low], dtype=pl.Float64)
        ends = [terms.value(axis, value) for value in low]
        placed = [(at - 0.5).alias(start), (at + 0.5).alias(end)]
        labels = [terms.value(axis, value) for value in levels]
        scale = Scale(title, -0.5, len(levels) - 0.5, labels)
    return frame.with_columns(*placed, pl.Series(words, ends, dtype=pl.String)), scale


def _shares(frame: pl.DataFrame) -> list[tuple[str, float]]:
    """Return winners and how much they win, the largest first, then by name."""
    known = frame.filter(pl.col("winner").is_not_null())
    sums = known.group_by("winner").agg(pl.col("share").sum())
    return list(sums.sort("share", "winner", descending=[True, False]).iter_rows())
