"""`stability_map`: where the best speed of recovery changes, refined along the boundaries."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.checks import check_value, whole
from cakernel.errors import InvalidInput
from cakernel.recovery.study import Recovery
from cakernel.sensitivity.adaptive_cells import NOBODY, Cells, Inside, first_cells
from cakernel.sensitivity.adaptive_grid import MOST_DEPTH, Line, Places, lines_of
from cakernel.sensitivity.successive import run_points
from cakernel.sensitivity.winners import check_confidence, check_indifference, contest
from cakernel.sweep.description import Sweep
from cakernel.sweep.design import MOST_POINTS
from cakernel.sweep.pool import Pool
from cakernel.sweep.results import SweepResults
from cakernel.sweep.run import Progress

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class StabilityMap:
    """A map from `stability_map`.

    Attributes
    ----------
    points : polars.DataFrame
        The axes and the fields they stand for, then winner, runner_up, winner_policy,
        runner_up_policy, margin, low, high, ``good`` (the winner and those that surely lose no
        more than is indifferent) and ``state``: "clear", "tied" (with others that are good),
        "unclear" (the winner cannot be told from another one) or "impossible".
    cells : polars.DataFrame
        Boxes that fill the axes' space: of each axis low and high, ``level`` (how often halved),
        ``share`` (of the space), ``winner`` (the one that is good at all points in it and wins at
        most of them, if there is one) and ``state``: "clear", "boundary" (nobody is good at all
        points that are clear or tied), "unclear" (some points are) or "impossible".
    full_grid : int
        Points that a grid of the same resolution has.
    finished : bool
        Whether all was refined that should be; False where ``at_most`` points did not do.
    """

    points: pl.DataFrame
    cells: pl.DataFrame
    full_grid: int
    finished: bool


def stability_map(
    sweep: Sweep,
    out: str | os.PathLike[str],
    *,
    depth: int = 3,
    refine: Sequence[str] | None = None,
    choice: Sequence[str] | None = None,
    where: Mapping[str, str] | None = None,
    outcome: str | None = None,
    confidence: float = 0.95,
    indifference: float = 0.0,
    at_most: int = 100_000,
    threads: int | None = None,
    pool: Pool | None = None,
    progress: Progress | None = None,
) -> StabilityMap:
    """Map which contender wins over the axes of a grid, halving cells along the boundaries.

    Runs the grid, then sweep after sweep the corners of halved cells: those in which nobody is
    good at all points, faces included, or a point is unclear. A boundary is followed wherever
    a point shows it; what lies wholly between points that agree is not found. The folder keeps all
    points, so that a map that was stopped, is made deeper or replicated more goes on from there.

    Parameters
    ----------
    sweep : Sweep
        A grid. Ranges need a ``count``; they, lists of numbers, and labels that stand for numbers
        are refined between their levels (labels along the straight line from each to the next);
        of other lists each level has a map of its own. Rows of single replications are kept, to
        pair policies.
    out : path
        The folder.
    depth : int, default 3
        How often a cell is halved at most, 0 to 16.
    refine : sequence of str, optional
        Axes to refine; by default all that can be.
    choice, where, outcome
        Who contends; see `when_wins`.
    confidence : float, default 0.95
        Of a point's winner against all other contenders together.
    indifference : float, default 0
        What may be lost against the winner without mattering, in percent of its outcome. Where
        speeds hardly differ it saves halving cells in vain, as more replications do.
    at_most : int, default 100 000
        Points after which cells are not halved any more.
    threads, pool, progress
        See `run_sweep`.

    Returns
    -------
    StabilityMap
        Points and cells.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, or the folder holds another sweep.
    """
    check_value("depth", depth, whole(0, MOST_DEPTH))
    check_value("at_most", at_most, whole(1, MOST_POINTS))
    check_confidence(confidence)
    check_indifference(indifference)
    if sweep.design.kind != "grid":
        raise InvalidInput(f"design: got {sweep.design.kind}; must be grid, which is refined")
    if isinstance(sweep.study, Recovery) and sweep.study.rows != "replication":
        sweep = replace(sweep, study=replace(sweep.study, rows="replication"))
    # the axes are known to be right before anything is written
    sweep.points()
    lines = lines_of(sweep.parsed_axes, sweep.study, depth=depth, refine=refine)

    def run(points: pl.DataFrame) -> SweepResults:
        return run_points(sweep, Path(out), points, threads=threads, pool=pool, progress=progress)

    def judge(results: SweepResults) -> pl.DataFrame:
        return contest(
            results,
            choice=choice,
            where=where,
            outcome=outcome,
            confidence=confidence,
            indifference=indifference,
        )

    return _refined(lines, run, judge, depth=depth, at_most=at_most)


def _refined(
    lines: Sequence[Line],
    run: Callable[[pl.DataFrame], SweepResults],
    judge: Callable[[SweepResults], pl.DataFrame],
    *,
    depth: int,
    at_most: int,
) -> StabilityMap:
    cells = first_cells(lines)
    while True:
        # the corners of a halved cell are among those of its parts
        places = cells.corners
        found = _judged(lines, places, run, judge)
        inside = cells.inside(places, *_marks(found))
        along = cells.splittable(lines)
        wanted = inside.some & ~inside.settled & (cells.level < depth) & along.any(axis=1)
        halved = cells[~wanted] + cells[wanted].split(along[wanted]) if wanted.any() else None
        if halved is None or len(halved.corners) > at_most:
            break
        cells = halved
    return StabilityMap(
        points=pl.DataFrame(_shown(lines, places)).hstack(found),
        cells=_described(lines, cells, inside, _names(found)),
        full_grid=math.prod(line.distinct for line in lines),
        finished=halved is None,
    )


def _judged(
    lines: Sequence[Line],
    places: Places,
    run: Callable[[pl.DataFrame], SweepResults],
    judge: Callable[[SweepResults], pl.DataFrame],
) -> pl.DataFrame:
    """Run the points at some places and return who wins at each."""
    values = [line.values(places[:, axis]) for axis, line in enumerate(lines)]
    wanted = pl.DataFrame([series for columns in values for series in columns])
    results = run(wanted.unique(maintain_order=True))
    numbered = results.points.select("point", *wanted.columns).unique(
        wanted.columns, maintain_order=True
    )
    return (
        wanted.join(numbered, on=wanted.columns, how="left", maintain_order="left")
        .join(judge(results), on="point", how="left", maintain_order="left")
        .with_columns(pl.col("state").fill_null("impossible"))
        .select(JUDGED)
    )


JUDGED = (
    *("winner", "runner_up", "winner_policy", "runner_up_policy"),
    *("margin", "low", "high", "good", "state"),
)


def _names(found: pl.DataFrame) -> list[str]:
    return found["winner"].drop_nulls().unique().sort().to_list()


def _marks(found: pl.DataFrame) -> tuple[Mask, Mask, Mask]:
    """Return of each point and winner whether it wins and is good, and which points are sure."""
    names = _names(found)
    wins = np.stack([(found["winner"] == name).fill_null(False).to_numpy() for name in names], 1)
    good = np.stack([found["good"].list.contains(name).fill_null(False) for name in names], 1)
    return wins, good, found["state"].is_in(["clear", "tied"]).to_numpy()


def _shown(lines: Sequence[Line], places: Places) -> list[pl.Series]:
    columns = [line.shown(places[:, axis]) for axis, line in enumerate(lines)]
    return [series for of_line in columns for series in of_line]


def _described(
    lines: Sequence[Line], cells: Cells, inside: Inside, names: Sequence[str]
) -> pl.DataFrame:
    """Return the table of cells."""
    columns: list[pl.Series] = []
    share = np.ones(len(cells))
    for axis, line in enumerate(lines):
        low, high = cells.low[:, axis], cells.high[:, axis]
        for end, places in (("low", low), ("high", high)):
            columns.append(line.shown(places)[0].alias(f"{line.name}_{end}"))
        whole = (line.count - 1) * line.steps
        share *= (high - low) / whole if line.refined else 1 / line.count
    state = np.select(
        [~inside.some, inside.flips, ~inside.settled],
        ["impossible", "boundary", "unclear"],
        "clear",
    )
    winner = [None if code == NOBODY else names[code] for code in inside.winner]
    return pl.DataFrame(columns).with_columns(
        level=pl.Series(cells.level),
        share=pl.Series(share),
        winner=pl.Series(winner, dtype=pl.String),
        state=pl.Series(state),
    )
