"""Sweeps one after the other in one folder, each with the points of those before and more."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.files import write_whole
from cakernel.sweep.description import Sweep
from cakernel.sweep.design import Design
from cakernel.sweep.folder import SweepFolder, parquet_bytes
from cakernel.sweep.results import SweepResults
from cakernel.sweep.run import run_sweep


def run_points(sweep: Sweep, out: Path, wanted: pl.DataFrame, **settings: Any) -> SweepResults:
    """Run points, after those that the folder has, and return the results of all.

    ``wanted`` has columns of fields; of ``sweep``, axes and design are left aside. ``settings`` are
    those of `run_sweep`.

    Raises
    ------
    InvalidInput
        If the folder holds something else.
    """
    folder = SweepFolder(out / "sweep")
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not folder.path.exists()):
        raise InvalidInput(f"--out: {out} holds something else than a map; name another folder")
    points = wanted
    if folder.exists:
        held = folder.points().sort("point").drop("point", "block")
        # another map's points are left to run_sweep to refuse
        if set(held.columns) == set(wanted.columns):
            added = wanted.join(held, on=wanted.columns, how="anti", maintain_order="left")
            points = pl.concat([held.select(wanted.columns), added])
    folder.path.mkdir(parents=True, exist_ok=True)
    file = out / "points.parquet"
    write_whole(file, parquet_bytes(points))
    successive = replace(sweep, axes={}, design=Design(kind="points", file=file))
    return run_sweep(successive, folder.path, resume=True, **settings)
