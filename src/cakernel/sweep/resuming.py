"""Whether a sweep may go on in a folder: the same one, or the same with more to do."""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.provenance import cakernel_version
from cakernel.sweep.blocks import cut_blocks
from cakernel.sweep.description import Sweep
from cakernel.sweep.folder import SweepFolder
from cakernel.sweep.manifest import PointsFile
from cakernel.sweep.points import COPY, numbered_copies

Differences = list[tuple[tuple[str, ...], Any, Any]]
# what may grow: points by the axes and the design, replications by the goal
MAY_GROW = ("axes", "design", "replications", "precision")


def begin_or_resume(
    folder: SweepFolder, sweep: Sweep, asked: pl.DataFrame, *, resume: bool, block_work: float
) -> pl.DataFrame:
    """Begin a sweep in a folder, or add to the one there what is asked for beyond it.

    Returns all points of the folder with their blocks, of ``block_work`` each, in the order they
    run in; raises if the folder holds another sweep, or this one without ``resume``.
    """
    study, where = sweep.study, str(folder.path)
    # as it will be read back
    description = json.loads(json.dumps(sweep.description()))

    def add(points: pl.DataFrame, first_block: int) -> pl.DataFrame:
        """Write points, cut into blocks, and return all that are there now."""
        if points.height:
            points = cut_blocks(
                points, study, sweep.replications, work=block_work, first_block=first_block
            )
        cut = {"replications": sweep.replications, "block_work": block_work}
        folder.add(description, points, study.kernel, cut)
        return folder.points()

    if not folder.exists:
        return add(asked, 0)
    manifest = folder.manifest
    held = manifest["sweep"]
    differences = _differences(held, description, ())
    for path, before, now in differences:
        if path[0] not in MAY_GROW:
            raise _refusal(where, path, before, now)
    began, here = manifest["versions"].get("cakernel"), cakernel_version()
    if began != here:
        raise InvalidInput(
            f"{where}: was computed by cakernel {began}, this is {here}; results could differ: go "
            "on with that version, or name another folder"
        )
    if manifest["kernel"] != study.kernel:
        raise InvalidInput(
            f"{where}: was computed by kernel {manifest['kernel']}, this is kernel "
            f"{study.kernel}; results could differ: name another folder"
        )
    if resume:

        def made_again(entry: PointsFile, first_point: int, first_block: int) -> pl.DataFrame:
            points = asked.slice(first_point, entry["points"])
            replications, work = entry["replications"], entry["block_work"]
            return cut_blocks(points, study, replications, work=work, first_block=first_block)

        folder.mend_points(made_again)
    points = folder.points()
    added = _new_points(points, asked, differences, where)
    before, now = held["replications"], description["replications"]
    if now < before:
        raise _refusal(where, ("replications",), before, now)
    if not resume:
        raise InvalidInput(f"{where}: holds this sweep already; say --resume to go on with it")
    # a file of points may have grown under its name, with no difference in the description
    return add(added, points["block"].n_unique()) if added.height or differences else points


def _new_points(
    held: pl.DataFrame, asked: pl.DataFrame, differences: Differences, where: str
) -> pl.DataFrame:
    """Return the points asked for that the folder does not have, numbered after its own."""
    names = [name for name in held.columns if name not in ("point", "block")]
    old = held.sort("point").drop("block")
    described = [found for found in differences if found[0][0] in ("axes", "design")]
    columns = asked.drop("point").columns
    if set(names) != set(columns):
        # what is described alike may be a file of points that was changed
        raise _refusal(where, *[*described, (("points",), names, columns)][0])
    asked = asked.select("point", *names)
    if asked.height >= old.height and asked.head(old.height).equals(old):
        return asked.slice(old.height)
    old, asked = (numbered_copies(frame, names) for frame in (old, asked))
    on = [*names, COPY]
    missing = old.join(asked, on=on, how="anti", nulls_equal=True, maintain_order="left")
    if missing.height:
        path = ("points", str(missing["point"][0]))
        first = missing.select(names).row(0, named=True)
        raise _refusal(where, *[*described, (path, first, None)][0])
    added = asked.join(old, on=on, how="anti", nulls_equal=True, maintain_order="left")
    numbers = pl.int_range(old.height, old.height + added.height, dtype=pl.Int64, eager=True)
    return added.drop(COPY).with_columns(numbers.alias("point"))


def _differences(held: Any, asked: Any, path: tuple[str, ...]) -> Differences:
    """Return the places in two descriptions that differ, and what is at each."""
    if isinstance(held, Mapping) and isinstance(asked, Mapping) and path != ("precision",):
        names = dict.fromkeys([*held, *asked])
        return [
            found
            for name in names
            for found in _differences(held.get(name), asked.get(name), (*path, name))
        ]
    return [] if held == asked else [(path, held, asked)]


def _refusal(where: str, path: tuple[str, ...], *values: Any) -> InvalidInput:
    texts = [text if len(text) <= 60 else f"{text[:57]}..." for text in map(repr, values)]
    return InvalidInput(
        f"{where}: holds another sweep: {'.'.join(path)} is {texts[0]} there and "
        f"{texts[1]} here; name another folder"
    )
