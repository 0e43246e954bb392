"""What a sweep's folder holds: results, read lazily."""

import os
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, Self

import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.errors import InvalidInput
from cakernel.measures import measure_among, unknown_outcome
from cakernel.sweep.axis import Axis, axis_of
from cakernel.sweep.blocks import merged_parts
from cakernel.sweep.design import Design
from cakernel.sweep.folder import SweepFolder
from cakernel.sweep.shard import Shard
from cakernel.wording import counted, notebook_html

SHOWN = 5
"""Rows that a notebook shows of a sweep's results."""


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
        What is wrong with which files or lines of the journal; results that they told of are left
        out, and `run_sweep` with ``resume`` computes them again.
    """

    def __init__(self, folder: SweepFolder, *, verify: bool) -> None:
        self.manifest = folder.manifest
        described = self.manifest["sweep"]
        self.keys: list[str] = described["keys"]
        self.outcomes: list[str] = described["outcomes"]
        self.choice: list[str] = described["choice"]
        self.label: str | None = described.get("label")
        self._measures: list[str] = described.get("measures", [])
        told = folder.told()
        self.damaged = folder.damaged(told)
        self._folder = folder
        self._blocks: list[list[Shard]] = []
        for shards in told.shards.values():
            reasons = [folder.damage(shard, thorough=verify) for shard in shards]
            self.damaged += [reason for reason in reasons if reason]
            whole = [s for s, reason in zip(shards, reasons, strict=True) if not reason]
            if whole:
                self._blocks.append(whole)

    def _repr_html_(self) -> str:
        described = self.manifest["sweep"]
        words = (
            f"Sweep of {described['study']}, design {self.design.kind}: "
            f"{counted(self.points.height, 'point')}, outcomes {', '.join(self.outcomes)}; "
            f"varied: {', '.join(self.axes) or 'nothing'}."
        )
        rows = self.joined().head(SHOWN).collect()
        return notebook_html(" ".join(filter(None, [self.label, words, *self.damaged])), rows)

    def undamaged(self) -> Self:
        """Return these results; raise InvalidInput where something of them is damaged."""
        if self.damaged:
            more = len(self.damaged) - 1
            raise InvalidInput(
                f"{self.damaged[0]}{f'; and {more:,} more' if more else ''}; run the sweep again "
                "with --resume, which mends it"
            )
        return self

    @property
    def axes(self) -> dict[str, Axis]:
        """What varies: the axes as objects."""
        given = self.manifest["sweep"]["axes"]
        return {name: axis_of(name, axis) for name, axis in given.items()}

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

        Where rows are single replications, measures such as "shortfall_5_x" need no column: they
        are computed when they are asked for. ``other`` is what the error for an unknown one says
        could be named, too.
        """
        return outcome_column(self.manifest["sweep"], name, other=other)

    def in_blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the results block by block, whole points in each, as much as fits in memory."""
        for shards in self._blocks:
            rows = merged_parts(self._folder.scan(shards), self.keys, measures=self._measures)
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
            self.undamaged()
            raise InvalidInput(f"{self._folder.path}: holds no results yet")
        frames: list[pl.LazyFrame] = []
        # most blocks have one part, and are read together; only the others need merging
        for single, blocks in groupby(self._blocks, key=lambda shards: len(shards) == 1):
            if single:
                frames.append(self._folder.scan([shards[0] for shards in blocks]))
            else:
                frames += [
                    merged_parts(self._folder.scan(each), self.keys, measures=self._measures)
                    for each in blocks
                ]
        return pl.concat(frames).drop("first_replication", strict=False)


def outcome_column(described: Mapping[str, Any], name: str | None, *, other: str = "") -> str:
    """Return the column of an outcome of a sweep so described; see `SweepResults.outcome`."""
    outcomes: list[str] = described["outcomes"]
    if name is None:
        return outcomes[0]
    for column in (name, f"mean_{name}"):
        if column in outcomes:
            return column
    measure = measure_among(name, (column.removeprefix("mean_") for column in outcomes))
    if measure is None:
        raise unknown_outcome(name, outcomes, other=other)
    if described.get("rows") != "replication" and measure.name not in outcomes:
        raise InvalidInput(
            f"outcome: got {name}, of which this sweep kept neither single replications nor the "
            f"measure; must be one of {', '.join(outcomes)}"
        )
    return measure.name


@checked_arguments
def open_sweep(path: str | os.PathLike[str], *, verify: bool = True) -> SweepResults:
    """Open the folder of a sweep, finished or not.

    Parameters
    ----------
    path : path
        The folder.
    verify : bool, default True
        Whether to read all shards and compare their checksums, rather than just sizes; those of
        manifest, points and journal are compared in any case.

    Returns
    -------
    SweepResults
        ``results`` is a lazy frame over all shards.

    Raises
    ------
    InvalidInput
        If it holds no sweep, a link, or a manifest that is damaged and so is its copy.

    Examples
    --------
    >>> import tempfile
    >>> import cakernel as ck
    >>> study = ck.Recovery(ck.Model(periods=5), ck.policies()[:1], ck.paper_scenarios()[:1])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = ck.run_sweep(ck.Sweep(study, axes={"firms": [0, 3, 5]}, replications=2), folder)
    ...     results = ck.open_sweep(folder)
    ...     results.results.collect().select("point", "supply_rule", "replications").rows()
    ...     results.failures.select("point", "error").rows()
    [(1, 'SRD-1', 2), (2, 'SRD-1', 2)]
    [(0, 'firms: got 0; must be a whole number from 1 to 1,048,576')]
    """
    return SweepResults(SweepFolder(Path(path)), verify=verify)
