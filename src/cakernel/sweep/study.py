"""What a sweep asks of a model: points in, rows out, both as tables."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, Self, runtime_checkable

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.wording import shown

# whole numbers beyond are not exact in float64
MOST_WHOLE = 1 << 53


class FieldKind(NamedTuple):
    """What a field that can vary holds: its column type, and whether numbers between fit."""

    column: pl.DataType
    ordered: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether its numbers are whole."""
        return self.column.is_integer()

    @property
    def words(self) -> str:
        """What its values are, for an error message."""
        if isinstance(self.column, pl.String):
            return "a text"
        if isinstance(self.column, pl.Array):
            return "a list of three finite numbers"
        return "a whole number below 2^53" if self.is_whole else "a finite number"

    def fits(self, value: Any) -> bool:
        """Return whether its column can hold a value as it is."""
        if isinstance(self.column, pl.String):
            return isinstance(value, str)
        if isinstance(self.column, pl.Array):
            each = value if isinstance(value, list | tuple) else ()
            return len(each) == self.column.size and all(map(FieldKind(pl.Float64()).fits, each))
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if self.is_whole:
            return abs(value) < MOST_WHOLE and float(value).is_integer()
        return abs(value) <= sys.float_info.max

    def series(self, name: str, values: Any) -> pl.Series:
        """Return values as a column of its type; raise where one of a list does not fit."""
        for value in values if isinstance(values, list) else []:
            if not self.fits(value):
                raise self.refusal(name, value)
        return pl.Series(name, values, strict=False).cast(self.column)

    def refusal(self, name: str, value: Any) -> InvalidInput:
        """Return the error for a value that does not fit."""
        return InvalidInput(f"{name}: got {shown(value)}; must be {self.words}")


@runtime_checkable
class Study(Protocol):
    """A model behind an interface of tables.

    A study is picklable and pure: equal descriptions, points and seeds give equal rows, whatever
    points come with them, on any machine and number of threads.
    """

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def kernel(self) -> str:
        """Version of the compiled code that rows come from; a sweep goes on under no other."""

    @property
    def columns(self) -> Sequence[str]:
        """Columns of its rows, apart from mean_... and se_...; labels of axes need other names."""

    @property
    def fields(self) -> Mapping[str, FieldKind]:
        """What can vary."""

    @property
    def base(self) -> Mapping[str, Any]:
        """The fields' values where they do not vary."""

    @property
    def together(self) -> list[str]:
        """Fields in which points must agree to run as one: points are sorted by them."""

    def description(self) -> dict[str, Any]:
        """Return all that the rows depend on, points and seed aside, to be written as JSON.

        It holds ``keys``, the text columns that name a row within its point; ``outcomes``, the
        columns that can be compared, the leading one first; and ``choice``, those of the keys that
        answers choose by default. Of a model with draws it has ``common_random_numbers``: whether
        all points meet the same ones. ``label``, if any, is what outputs open with; ``measures``,
        if any, are those of the outcomes that need all replications of a point at once, such as
        quantiles: each shard of such a study begins with the first replication.
        """

    def by_replication(self) -> Self | None:
        """Return the study with a row for each replication; None where nothing is drawn."""

    def check_levels(self, name: str, levels: Sequence[Any]) -> None:
        """Raise InvalidInput for a field that cannot vary, or a level that means nothing.

        Of a range, the levels are its bounds.
        """

    def check_size(self, points: int) -> None:
        """Raise InvalidInput where there are more points than the model has draws for."""

    def cost(self, points: pl.DataFrame) -> pl.DataFrame:
        """Return ``work`` and ``rows`` of one replication of each point, and the work ``once``.

        Work is in the units of `blocks.WORK_A_SECOND`; that done once is what a point takes however
        few its replications are. Rows are outcomes held in memory. Points may be impossible.
        """

    def run(self, points: pl.DataFrame, *, seed: int, threads: int) -> pl.DataFrame:
        """Run points and return their rows, in the order of the points.

        ``points`` has ``point``, ``first_replication``, ``replications`` and the fields that
        vary. Rows have ``point``, the keys, then results: mean_... and se_... with
        ``first_replication`` and ``replications``, or mean_... of a single ``replication``, or
        outcomes of any name where nothing is drawn; and last ``error``. An impossible point gives
        one row: its number and ``error``, the reason.
        """
