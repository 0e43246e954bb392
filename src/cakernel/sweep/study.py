"""What the sweep machinery asks of a model: points in, rows out, both as tables."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import polars as pl


class FieldKind(NamedTuple):
    """What a field that can vary holds: its column type, and whether numbers between fit."""

    column: pl.DataType
    ordered: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether its numbers are whole."""
        return self.column.is_integer()


class Study(Protocol):
    """A model behind an interface of tables.

    A study is picklable and pure: equal descriptions, points and seeds give equal rows, whatever
    points come with them, on any machine and number of threads.
    """

    @property
    def name(self) -> str:
        """The model's name."""
        ...

    @property
    def kernel(self) -> str:
        """Version of the compiled code that rows come from; a sweep goes on under no other."""
        ...

    @property
    def outcomes(self) -> Sequence[str]:
        """Outcomes with a standard error: columns mean_... and se_... of the results."""
        ...

    @property
    def columns(self) -> Sequence[str]:
        """Columns of its rows, apart from mean_... and se_...; labels of axes need other names."""
        ...

    @property
    def fields(self) -> Mapping[str, FieldKind]:
        """What can vary."""
        ...

    @property
    def base(self) -> Mapping[str, Any]:
        """The fields' values where they do not vary."""
        ...

    @property
    def together(self) -> list[str]:
        """Fields in which points must agree to run as one: points are sorted by them."""
        ...

    @property
    def replicated(self) -> bool:
        """Whether points are replicated; an exact model's are not."""
        ...

    def description(self) -> dict[str, Any]:
        """Return all that the rows depend on, points and seed aside, to be written as JSON.

        Where results are not named mean_..., it has ``keys``, the columns that name a row within
        its point, and ``outcomes``, those that can be compared, the leading one first. ``label``
        is what outputs open with.
        """
        ...

    def check_levels(self, name: str, levels: Sequence[Any]) -> None:
        """Raise InvalidInput for a word among an axis' levels that means nothing."""
        ...

    def check_size(self, points: int) -> None:
        """Raise InvalidInput where there are more points than the model has draws for."""
        ...

    def cost(self, points: pl.DataFrame) -> pl.DataFrame:
        """Return for each point ``work``, of a replication, in `WORK_A_SECOND`, and ``rows``.

        ``rows`` are outcomes held in memory for a replication. Points may be impossible.
        """
        ...

    def run(self, points: pl.DataFrame, *, seed: int, threads: int) -> pl.DataFrame:
        """Run points and return their rows, in the order of the points.

        ``points`` has ``point``, ``first_replication``, ``replications`` and the fields that
        vary. Rows have ``point``, the columns that name a row within it, then results: mean_...
        and se_... with ``first_replication`` and ``replications``, or mean_... of a single
        ``replication``, and last ``error``. An impossible point gives one row: its number and
        ``error``, the reason.
        """
        ...
