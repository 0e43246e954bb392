"""A sweep's results, read lazily from its folder."""

import os
from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.sweep.folder import Shard, SweepFolder

RESOURCES = "mean_resources"


class SweepResults:
    """Results of a sweep, finished or not; made by `open_sweep`.

    Attributes
    ----------
    manifest : dict
        What was swept, seed, versions, machine.
    damaged : list of str
        What is wrong with which shards, whose results are left out; `run_sweep` with ``resume``
        computes them again.
    """

    def __init__(self, folder: SweepFolder, *, verify: bool) -> None:
        self.manifest = folder.manifest
        self._folder = folder
        self._blocks: list[list[Shard]] = []
        self.damaged: list[str] = []
        for shards in folder.shards().values():
            reasons = [folder.damage(shard, thorough=verify) for shard in shards]
            self.damaged += [reason for reason in reasons if reason]
            whole = [s for s, reason in zip(shards, reasons, strict=True) if not reason]
            if whole:
                self._blocks.append(whole)

    @property
    def points(self) -> pl.DataFrame:
        """The design: ``point`` and the columns that vary, in the order of the points."""
        return self._folder.points().drop("block").sort("point")

    @property
    def results(self) -> pl.LazyFrame:
        """Rows of the possible points; block by block, points in the order they ran in."""
        return self._rows().filter(pl.col("error").is_null()).drop("error")

    @property
    def failures(self) -> pl.DataFrame:
        """The impossible points: ``point``, what varies, and ``error``, the reason."""
        wrong = self._rows().filter(pl.col("error").is_not_null()).select("point", "error")
        return self.points.join(wrong.collect(), on="point", maintain_order="left")

    @property
    def label(self) -> str | None:
        """What the model's outputs open with."""
        label: str | None = self.manifest["sweep"].get("label")
        return label

    @property
    def keys(self) -> list[str]:
        """Columns that name a row within its point: a policy's, or a contract and a regime."""
        named: list[str] | None = self.manifest["sweep"].get("keys")
        if named is not None:
            return named
        columns = key_columns(self.results.collect_schema().names())
        return [name for name in columns if name not in ("point", "replication")]

    @property
    def outcomes(self) -> list[str]:
        """Columns of outcomes that can be compared."""
        named: list[str] | None = self.manifest["sweep"].get("outcomes")
        if named is not None:
            return named
        columns = self.results.collect_schema().names()
        return [name for name in columns if name.startswith("mean_")]

    def outcome(self, name: str | None = None, *, other: str = "") -> str:
        """Return the column of an outcome; without a name, of resources or the leading one.

        ``other`` is what an error says could be named, too.

        Raises
        ------
        InvalidInput
            If there is no such outcome.
        """
        known = self.outcomes
        if name is None:
            return RESOURCES if RESOURCES in known else known[0]
        for column in (name, f"mean_{name}"):
            if column in known:
                return column
        words = f"{other} or one of" if other else "one of"
        raise InvalidInput(f"outcome: got {name}; must be {words} {', '.join(known)}")

    def in_blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the results block by block, whole points in each, as much as fits in memory."""
        for shards in self._blocks:
            rows = merge_parts(scan(self._folder, shards)).filter(pl.col("error").is_null())
            yield rows.drop("error", "first_replication", strict=False).collect()

    def joined(self) -> pl.LazyFrame:
        """Return the results beside their points' columns; those of both, such as a rule, once."""
        rows = self.results
        both = set(rows.collect_schema().names()) - {"point"}
        points = self.points.lazy().drop(both, strict=False)
        return rows.join(points, on="point", how="left", maintain_order="left")

    def _rows(self) -> pl.LazyFrame:
        if not self._blocks:
            raise InvalidInput(f"{self._folder.path}: holds no results yet")
        frames = []
        # most blocks have one part, and are read at one go; only the others need merging
        for single, blocks in groupby(self._blocks, key=lambda shards: len(shards) == 1):
            if single:
                frames.append(self._scan([shard for shards in blocks for shard in shards]))
            else:
                frames += [merge_parts(self._scan(shards)) for shards in blocks]
        rows = pl.concat(frames) if len(frames) > 1 else frames[0]
        return rows.drop("first_replication", strict=False)

    def _scan(self, shards: Sequence[Shard]) -> pl.LazyFrame:
        return scan(self._folder, shards)


def scan(folder: SweepFolder, shards: Sequence[Shard]) -> pl.LazyFrame:
    """Return the rows of some shards, one after the other."""
    return pl.scan_parquet([folder.path / shard.name for shard in shards], glob=False)


def key_columns(columns: Sequence[str]) -> list[str]:
    """Return the columns that name a row: those before the first mean."""
    return list(takewhile(lambda name: not name.startswith("mean_"), columns))


def merge_parts(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row for each point and key of a block's parts.

    Means and standard errors of successive replications are put together; rows of single
    replications stand beside each other.
    """
    columns = rows.collect_schema().names()
    if "replications" not in columns:
        return rows
    count = pl.col("replications")
    total = count.sum()
    merged = [pl.col("first_replication").first(), total, pl.col("error").first()]
    for mean in (name for name in columns if name.startswith("mean_")):
        error = f"se_{mean.removeprefix('mean_')}"
        average = (pl.col(mean) * count).sum() / total
        # sums of squares within and between the parts; a part of one replication has none within
        within = (pl.col(error).pow(2).fill_null(0) * count * (count - 1)).sum()
        between = (count * (pl.col(mean) - average).pow(2)).sum()
        spread = ((within + between) / (total - 1) / total).sqrt()
        # a point of one part keeps its digits, whatever the parts of others in its block
        alone = pl.len() == 1
        known = pl.when(total > 1).then(spread)
        merged += [
            pl.when(alone).then(pl.col(mean).first()).otherwise(average).alias(mean),
            pl.when(alone).then(pl.col(error).first()).otherwise(known).alias(error),
        ]
    keys = key_columns(columns)
    return rows.group_by(keys, maintain_order=True).agg(merged).select(columns)


def replicated(
    folder: SweepFolder, shards: Sequence[Shard], target: dict[str, Any] | None
) -> pl.DataFrame:
    """Return ``point``, replications ``done`` and ``error_reached`` of a block's possible points.

    ``error_reached`` is the largest standard error of the target's outcome among a point's rows.
    """
    rows = scan(folder, shards).filter(pl.col("error").is_null())
    columns = rows.collect_schema().names()
    keys = key_columns(columns)
    unknown = pl.lit(None, pl.Float64)
    if "replications" in columns:
        count, spread = pl.col("replications").sum(), unknown
        if target is not None:
            rows = merge_parts(rows)
            spread = pl.col(f"se_{target['outcome']}").max()
    elif "replication" in columns:
        keys.remove("replication")
        count, spread = pl.len(), unknown
        if target is not None:
            spread = pl.col(f"mean_{target['outcome']}").std() / pl.len().sqrt()
    else:
        count, spread = pl.lit(1), unknown
    each = rows.group_by(keys, maintain_order=True).agg(done=count, error_reached=spread)
    points = each.group_by("point", maintain_order=True)
    return points.agg(
        pl.col("done").first().cast(pl.Int64), pl.col("error_reached").max()
    ).collect()


def open_sweep(path: str | os.PathLike[str], *, verify: bool = False) -> SweepResults:
    """Open the folder of a sweep, finished or not.

    Parameters
    ----------
    path : path
        The folder.
    verify : bool, default False
        Whether to read all shards and compare their checksums, rather than just sizes.

    Returns
    -------
    SweepResults
        ``results`` is a lazy frame over all shards.

    Raises
    ------
    InvalidInput
        If it holds no sweep.
    """
    return SweepResults(SweepFolder(Path(path)), verify=verify)
