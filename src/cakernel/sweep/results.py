"""A sweep's results, read lazily from its folder."""

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.sweep.axis import Axis, axis_of
from cakernel.sweep.design import Design
from cakernel.sweep.folder import SweepFolder
from cakernel.sweep.journal import Shard


class SweepResults:
    """Results of a sweep, finished or not; made by `open_sweep`.

    Attributes
    ----------
    manifest : dict
        What was swept, seed, versions, machine.
    keys : list of str
        Columns that name a row within its point: a policy's, or a contract and a regime.
    outcomes : list of str
        Columns of outcomes that can be compared, the leading one first.
    choice : list of str
        Those of the keys that answers choose by default.
    label : str or None
        What the model's outputs open with.
    damaged : list of str
        What is wrong with which shards, whose results are left out; `run_sweep` with ``resume``
        computes them again.
    """

    def __init__(self, folder: SweepFolder, *, verify: bool) -> None:
        self.manifest = folder.manifest
        described = self.manifest["sweep"]
        self.keys: list[str] = described["keys"]
        self.outcomes: list[str] = described["outcomes"]
        self.choice: list[str] = described["choice"]
        self.label: str | None = described.get("label")
        self.damaged: list[str] = []
        self._folder = folder
        self._blocks: list[list[Shard]] = []
        for shards in folder.journal.shards().values():
            reasons = [folder.damage(shard, thorough=verify) for shard in shards]
            self.damaged += [reason for reason in reasons if reason]
            whole = [s for s, reason in zip(shards, reasons, strict=True) if not reason]
            if whole:
                self._blocks.append(whole)

    @property
    def axes(self) -> dict[str, Axis]:
        """What varies: the axes as objects."""
        return {
            name: axis_of(name, given) for name, given in self.manifest["sweep"]["axes"].items()
        }

    @property
    def design(self) -> Design:
        """How the points were chosen."""
        return Design(**self.manifest["sweep"]["design"])

    @property
    def points(self) -> pl.DataFrame:
        """The design's points: ``point`` and the columns that vary, in their order."""
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
    def is_replicated(self) -> bool:
        """Whether the model has draws, so that its outcomes have noise."""
        columns = self._rows().collect_schema().names()
        return "replication" in columns or "replications" in columns

    def outcome(self, name: str | None = None, *, other: str = "") -> str:
        """Return the column of an outcome, such as "x" or "mean_x"; by default the leading one.

        ``other`` is what an error says could be named, too.

        Raises
        ------
        InvalidInput
            If there is no such outcome.
        """
        if name is None:
            return self.outcomes[0]
        for column in (name, f"mean_{name}"):
            if column in self.outcomes:
                return column
        words = f"{other} or one of" if other else "one of"
        raise InvalidInput(f"outcome: got {name}; must be {words} {', '.join(self.outcomes)}")

    def in_blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the results block by block, whole points in each, as much as fits in memory."""
        for shards in self._blocks:
            rows = merged_parts(scanned(self._folder, shards), self.keys)
            possible = rows.filter(pl.col("error").is_null())
            yield possible.drop("error", "first_replication", strict=False).collect()

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
        # most blocks have one part, and are read together; only the others need merging
        for single, blocks in groupby(self._blocks, key=lambda shards: len(shards) == 1):
            if single:
                frames.append(scanned(self._folder, [shards[0] for shards in blocks]))
            else:
                scans = (scanned(self._folder, shards) for shards in blocks)
                frames += [merged_parts(scan, self.keys) for scan in scans]
        rows = pl.concat(frames) if len(frames) > 1 else frames[0]
        return rows.drop("first_replication", strict=False)


def scanned(folder: SweepFolder, shards: Sequence[Shard]) -> pl.LazyFrame:
    """Return the rows of some shards, one after the other."""
    return pl.scan_parquet([folder.path / shard.name for shard in shards], glob=False)


def merged_parts(rows: pl.LazyFrame, keys: Sequence[str]) -> pl.LazyFrame:
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
    return rows.group_by("point", *keys, maintain_order=True).agg(merged).select(columns)


def replicated_so_far(
    rows: pl.LazyFrame, keys: Sequence[str], precision: dict[str, Any] | None
) -> pl.DataFrame:
    """Return how far the possible points of a block's rows are.

    Returns
    -------
    polars.DataFrame
        ``point``, the replications ``done`` and ``error_reached``: the largest standard error of
        the outcome that has to be precise among the point's rows, null where it is not known.
    """
    rows = rows.filter(pl.col("error").is_null())
    columns = rows.collect_schema().names()
    count, spread = pl.lit(1), pl.lit(None, pl.Float64)
    if "replications" in columns:
        count = pl.col("replications").sum()
        if precision is not None:
            rows = merged_parts(rows, keys)
            spread = pl.col(f"se_{precision['outcome']}").max()
    elif "replication" in columns:
        count = pl.len()
        if precision is not None:
            spread = pl.col(f"mean_{precision['outcome']}").std() / pl.len().sqrt()
    each = rows.group_by("point", *keys, maintain_order=True).agg(done=count, error_reached=spread)
    return (
        each.group_by("point", maintain_order=True)
        .agg(pl.col("done").first().cast(pl.Int64), pl.col("error_reached").max())
        .collect()
    )


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

    Examples
    --------
    >>> import tempfile
    >>> import cakernel as ck
    >>> study = ck.Recovery(ck.Model(periods=5), ck.policies()[:1], ck.paper_scenarios()[:1])
    >>> sweep = ck.Sweep(study, axes={"firms": [0, 3, 5]}, replications=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = ck.run_sweep(sweep, folder)
    ...     results = ck.open_sweep(folder)
    ...     results.results.collect().select("point", "supply_rule", "replications").rows()
    ...     results.failures.select("point", "error").rows()
    [(1, 'SRD-1', 2), (2, 'SRD-1', 2)]
    [(0, 'firms: got 0; must be a whole number from 1 to 1,048,576')]
    """
    return SweepResults(SweepFolder(Path(path)), verify=verify)
