"""Maps of where the best contender changes: a grid refined along the boundaries."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import Percentage, Share, Whole, check_process
from cakernel.devices import Device
from cakernel.errors import InvalidInput
from cakernel.files import write_whole
from cakernel.sensitivity.adaptive_grid import (
    MOST_DEPTH,
    NOBODY,
    Cells,
    CellWinners,
    GridAxis,
    Index,
    first_cells,
    grid_axes,
    joined,
)
from cakernel.sensitivity.everywhere import THE_MAP, least_loss, losses_everywhere
from cakernel.sensitivity.winners import find_winners, rank_contenders
from cakernel.sweep.description import Sweep
from cakernel.sweep.design import MOST_POINTS, Design
from cakernel.sweep.folder import SweepFolder
from cakernel.sweep.pool import Pool
from cakernel.sweep.results import SweepResults, outcome_column
from cakernel.sweep.run import Progress, run_sweep
from cakernel.sweep.task import parquet_bytes
from cakernel.wording import notebook_html


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
    everywhere : polars.DataFrame
        What is lost on average over the possible space by choosing in each cell what loses least
        there ("the map"), or one contender everywhere; see
        `cakernel.sensitivity.everywhere.losses_everywhere`. A cell counts by its share, and by its
        points alike.
    full_grid : int
        Points that a grid of the same resolution has.
    finished : bool
        Whether all was refined that should be; False where ``at_most`` points did not do.
    """

    points: pl.DataFrame
    cells: pl.DataFrame
    everywhere: pl.DataFrame
    full_grid: int
    finished: bool

    def _repr_html_(self) -> str:
        from cakernel.sensitivity.sentences import map_in_words

        return notebook_html(map_in_words(self), self.everywhere)


@checked_arguments
def stability_map(
    sweep: Sweep,
    out: str | os.PathLike[str],
    *,
    depth: Annotated[int, Whole(0, MOST_DEPTH)] = 3,
    refine: Sequence[str] | None = None,
    choice: Sequence[str] | None = None,
    where: Mapping[str, str] | None = None,
    outcome: str | None = None,
    confidence: Share = 0.95,
    indifference: Percentage = 0.0,
    at_most: Annotated[int, Whole(1, MOST_POINTS)] = 100_000,
    threads: Threads | None = None,
    device: Device | None = None,
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
        of other lists each level has a map of its own. Where the model has draws, rows of single
        replications are kept, to pair policies.
    out : path
        The folder.
    depth : int, default 3
        How often a cell is halved at most, 0 to 16.
    refine : sequence of str, optional
        Axes to refine; by default all that can be.
    choice, where, outcome
        Who contends; see `decision_rules`. Rows of replications are kept, so the outcome may be a
        measure such as "shortfall_5_resources".
    confidence : float, default 0.95
        Of a point's winner against all other contenders together.
    indifference : float, default 0
        What may be lost against the winner without mattering, in percent of its outcome. Where
        contenders hardly differ it saves halving cells in vain, as more replications do.
    at_most : int, default 100 000
        Points after which cells are not halved any more, 1 to 2^30.
    threads, device, pool, progress
        See `run_sweep`.

    Returns
    -------
    StabilityMap
        Points and cells.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, or the folder holds another sweep.

    Examples
    --------
    >>> import tempfile
    >>> import cakernel as ck
    >>> pair = [ck.Policy(supply_rule=rule, cyber_rule="CRD-1") for rule in ("SRD-2", "SRD-5")]
    >>> study = ck.Recovery(policies=pair, scenarios=ck.paper_scenarios()[:1])
    >>> axes = {"supply_mild": ck.Range(low=0.0, high=0.5, count=3)}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = ck.stability_map(ck.Sweep(study, axes=axes), folder, depth=2)
    >>> found.cells.filter(state="boundary").select("supply_mild_low", "supply_mild_high").rows()
    [(0.1875, 0.25)]
    """
    check_process()
    if sweep.design.kind != "grid":
        raise InvalidInput(f"design: got {sweep.design.kind}; must be grid, which is refined")
    sweep = replace(sweep, study=sweep.study.by_replication() or sweep.study)
    # check axes and outcome now, before anything is written
    sweep.points()
    outcome_column(sweep.study.description(), outcome)
    axes = grid_axes(sweep.parsed_axes, sweep.study, depth=depth, refine=refine)

    running = {"threads": threads, "device": device, "pool": pool, "progress": progress}
    comparing: dict[str, Any] = {"choice": choice, "where": where, "outcome": outcome}
    comparing |= {"confidence": confidence, "indifference": indifference}

    def winners(points: pl.DataFrame) -> pl.DataFrame:
        """Run points, columns of fields, and return who wins at each, in their order."""
        results = _run_points(sweep, Path(out), points.unique(maintain_order=True), **running)
        fields = points.columns
        numbers = results.points.select("point", *fields).unique(fields, maintain_order=True)
        ranked = rank_contenders(results, choice=choice, where=where, outcome=outcome)
        means = ranked.group_by("point").agg(outcomes=pl.struct("contender", "mean"))
        return (
            points.join(numbers, on=fields, how="left", maintain_order="left")
            .join(find_winners(results, **comparing), on="point", how="left", maintain_order="left")
            .join(means, on="point", how="left", maintain_order="left")
            .with_columns(pl.col("state").fill_null("impossible"))
            .drop("point", "mean", "error", "paired", *fields)
        )

    return _refined(axes, winners, depth, at_most)


def _refined(
    axes: Sequence[GridAxis], winners: Callable[[pl.DataFrame], pl.DataFrame], depth: int, most: int
) -> StabilityMap:
    """Halve cells until all are clear, as fine as asked, or too many; ``winners`` runs points."""
    cells = first_cells(axes)
    while True:
        # the corners of a halved cell are among those of its parts
        index = cells.corners
        values = [axis.values(index[:, n]) for n, axis in enumerate(axes)]
        found = winners(pl.DataFrame([*chain(*values)]))
        names = found["winner"].drop_nulls().unique().sort().to_list()
        # of each point and winner whether it wins and is good, and which points are sure
        wins = [(found["winner"] == name).fill_null(False) for name in names]
        good = [found["good"].list.contains(name).fill_null(False) for name in names]
        sure = found["state"].is_in(["clear", "tied"]).to_numpy()
        of_cells = cells.winners(index, np.stack(wins, 1), np.stack(good, 1), sure)
        along = cells.divisible(axes)
        open_ = of_cells.possible & ~of_cells.clear & (cells.level < depth) & along.any(axis=1)
        finer = None
        if open_.any():
            finer = joined([cells.chosen(~open_), cells.chosen(open_).halved(along[open_])])
        if finer is None or len(finer.corners) > most:
            break
        cells = finer
    shown = [axis.shown(index[:, n]) for n, axis in enumerate(axes)]
    table = _table_of_cells(axes, cells, of_cells, names)
    return StabilityMap(
        points=pl.DataFrame([*chain(*shown)]).hstack(found.drop("outcomes")),
        cells=table,
        everywhere=_everywhere(found, cells, index, table["share"].to_numpy()),
        full_grid=math.prod(axis.distinct for axis in axes),
        finished=finer is None,
    )


def _table_of_cells(
    axes: Sequence[GridAxis], cells: Cells, of_cells: CellWinners, names: Sequence[str]
) -> pl.DataFrame:
    columns: list[pl.Series] = []
    share = np.ones(len(cells.low))
    for n, axis in enumerate(axes):
        low, high = cells.low[:, n], cells.high[:, n]
        columns.append(axis.shown(low)[0].alias(f"{axis.name}_low"))
        columns.append(axis.shown(high)[0].alias(f"{axis.name}_high"))
        whole = (axis.count - 1) * axis.steps
        share *= (high - low) / whole if axis.refined else 1 / axis.count
    marks = [~of_cells.possible, of_cells.boundary, ~of_cells.clear]
    state = np.select(marks, ["impossible", "boundary", "unclear"], "clear")
    winner = [None if code == NOBODY else names[code] for code in of_cells.winner]
    return pl.DataFrame(columns).with_columns(
        level=pl.Series(cells.level),
        share=pl.Series(share),
        winner=pl.Series(winner, dtype=pl.String),
        state=pl.Series(state),
    )


def _everywhere(
    found: pl.DataFrame, cells: Cells, index: Index, shares: npt.NDArray[np.float64]
) -> pl.DataFrame:
    """Return what the map, and each contender everywhere, loses; a row of points a pair."""
    there = found.with_row_index("row").filter(pl.col("winner").is_not_null())
    long = there.select("row", "outcomes").explode("outcomes").unnest("outcomes")
    table = long.pivot("contender", index="row", values="mean").sort("row")
    if table.is_empty():
        return pl.DataFrame()
    names = sorted(table.columns[1:])
    means = table.select(names).to_numpy()
    pairs = [
        np.argwhere(within) + np.array([part.start, 0])
        for part, within in cells.within(index[table["row"].to_numpy()])
    ]
    cell, point = np.concatenate(pairs).T
    weights = shares[cell] / np.bincount(cell, minlength=len(shares))[cell]
    clear = there["state"].to_numpy() == "clear"
    chosen = least_loss(means[point], cell)
    return losses_everywhere(
        means[point], weights, clear[point], names=names, followed={THE_MAP: chosen}
    )


def _run_points(sweep: Sweep, out: Path, wanted: pl.DataFrame, **settings: Any) -> SweepResults:
    """Run points, after those that the map's folder has, and return the results of all.

    ``wanted`` has columns of fields, which replace the axes and the design of ``sweep``.
    """
    folder = SweepFolder(out / "sweep")
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not folder.path.exists()):
        raise InvalidInput(f"--out: {out} holds something other than a map; name another folder")
    points = wanted
    if folder.exists:
        held = folder.points().sort("point").drop("point", "block")
        # another map's points are for run_sweep to refuse
        if set(held.columns) == set(wanted.columns):
            added = wanted.join(held, on=wanted.columns, how="anti", maintain_order="left")
            points = pl.concat([held.select(wanted.columns), added])
    folder.path.mkdir(parents=True, exist_ok=True)
    file = out / "points.parquet"
    write_whole(file, parquet_bytes(points))
    successive = replace(sweep, axes={}, design=Design(kind="points", file=file))
    return run_sweep(successive, folder.path, resume=True, **settings)
