"""Whether a sweep may go on in a folder: the same one, or the same with more to do."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from cakernel.errors import InvalidInput

# what may grow: points by the axes and the design, replications by the goal
MAY_GROW = ("axes", "design", "replications", "target")


def check_same(held: Mapping[str, Any], asked: Mapping[str, Any], where: str) -> None:
    """Raise unless the folder's sweep and the one asked for share all that cannot grow."""
    for path, before, now in _differences(held, asked, ()):
        if path[0] not in MAY_GROW:
            raise _refusal(where, path, before, now)


def check_goal(held: Mapping[str, Any], asked: Mapping[str, Any], where: str) -> None:
    """Raise where fewer replications are asked for than before."""
    before, now = held["replications"], asked["replications"]
    if now < before:
        raise _refusal(where, ("replications",), before, now)


def new_points(
    held: pl.DataFrame,
    asked: pl.DataFrame,
    descriptions: tuple[Mapping[str, Any], Mapping[str, Any]],
    where: str,
) -> pl.DataFrame:
    """Return the points asked for that the folder does not have, numbered after its own.

    Raises
    ------
    InvalidInput
        If one of the folder's points is not among those asked for.
    """
    names = [name for name in held.columns if name not in ("point", "block")]
    old = held.sort("point").drop("block")
    differs = [d for d in _differences(*descriptions, ()) if d[0][0] in ("axes", "design")]
    columns = asked.drop("point").columns
    if set(names) != set(columns):
        # what is described alike may be a file of points that was changed
        raise _refusal(where, *[*differs, (("points",), names, columns)][0])
    asked = asked.select("point", *names)
    if asked.height >= old.height and asked.head(old.height).equals(old):
        return asked.slice(old.height)
    # points that come twice are told apart by how often they came before
    old, asked = (
        frame.with_columns(pl.int_range(pl.len()).over(names).alias("time"))
        for frame in (old, asked)
    )
    on = [*names, "time"]
    missing = old.join(asked, on=on, how="anti", nulls_equal=True, maintain_order="left")
    if missing.height:
        path = ("points", str(missing["point"][0]))
        first = missing.select(names).row(0, named=True)
        raise _refusal(where, *[*differs, (path, first, None)][0])
    added = asked.join(old, on=on, how="anti", nulls_equal=True, maintain_order="left")
    numbers = pl.int_range(old.height, old.height + added.height, dtype=pl.Int64, eager=True)
    return added.drop("time").with_columns(numbers.alias("point"))


def _differences(
    held: Any, asked: Any, path: tuple[str, ...]
) -> list[tuple[tuple[str, ...], Any, Any]]:
    if isinstance(held, Mapping) and isinstance(asked, Mapping) and path != ("target",):
        names = dict.fromkeys([*held, *asked])
        return [
            found
            for name in names
            for found in _differences(held.get(name), asked.get(name), (*path, name))
        ]
    return [] if held == asked else [(path, held, asked)]


def _refusal(where: str, path: tuple[str, ...], before: Any, now: Any) -> InvalidInput:
    return InvalidInput(
        f"{where}: holds another sweep: {'.'.join(path)} is {_short(before)} there and "
        f"{_short(now)} here; name another folder"
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
