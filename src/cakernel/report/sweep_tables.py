"""What a sweep of any study found, summarised: policies over all points, and along each axis."""

from typing import Any, Final

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.models import outcome_in_words
from cakernel.pictures.levels import axes_of, levels_of
from cakernel.report.cited_numbers import Cited
from cakernel.report.folder import RunFolder

SOURCE: Final = "results"
QUANTILES: Final = {"5% quantile": 0.05, "median": 0.5, "95% quantile": 0.95}
DRAWN: Final = 200
"""Policies that can be chosen along axes, those with the highest means over all points."""
OWN: Final = ("axis", "order", "level", "points", "policy", "value")
"""Columns of what is drawn along axes; a study's column of such a name gets an underscore."""
FEWEST: Final = 5
"""Points of a level from which an interval of their mean is drawn."""


class SweepTables:
    """Summaries of a sweep's results, as they are drawn and told.

    ``outcomes`` are columns and what they are called, the ``leading`` one first; ``keys`` the
    columns that name a row within a point, a policy's. ``policies`` has a row each: means over all
    points, the highest first, and quantiles of the leading outcome. ``levels`` has a row an axis,
    level and policy drawn: means, in columns that ``drawn`` names.
    """

    def __init__(self, folder: RunFolder) -> None:
        results, study = folder.sweep, str(folder.setting("study"))
        rows = results.results
        # where all points are impossible, there are no outcomes, or no columns for them
        there = rows.collect_schema().names() if rows.head(1).collect().height else []
        columns = [name for name in results.outcomes if name in there]
        if not columns:
            raise InvalidInput(f"folder: got a sweep of {study} without an outcome; must have one")
        self.leading = results.outcome()
        ordered = dict.fromkeys([self.leading, *columns])
        self.outcomes = {name: _in_words(name, study) for name in ordered}
        self.keys = results.keys
        self.rows = results.joined().with_columns(pl.col(self.keys).cast(pl.String))
        self.axes = axes_of(results.points)
        leading = pl.col(self.leading)
        summaries = [
            *(pl.col(name).mean() for name in self.outcomes),
            *(leading.quantile(at, "linear").alias(how) for how, at in QUANTILES.items()),
        ]
        # in memory: sums in parts, as of a stream, would round differently each time
        held: pl.DataFrame = self.rows.select(*self.keys, *self.outcomes).collect()
        means = held.group_by(self.keys or pl.lit(0), maintain_order=True).agg(summaries)
        self.policies = means.sort(
            self.leading, descending=True, nulls_last=True, maintain_order=True
        )
        names = [*self.keys, *self.outcomes]
        self.drawn = {name: f"{name}_" if name in OWN else name for name in names}
        self.is_grid = results.design.kind == "grid"
        self.levels = self._levels(results.points)
        self.differences = self._differences(results.points)

    def _levels(self, points: pl.DataFrame) -> pl.DataFrame:
        rows = self.rows
        if self.keys:
            top = self.policies.head(DRAWN).select(self.keys).lazy()
            rows = rows.join(top, on=self.keys, how="semi", maintain_order="left")
        rows = rows.select("point", *(pl.col(name).alias(to) for name, to in self.drawn.items()))
        parts = []
        for axis in self.axes:
            # along an axis of policies, another one stands at each level
            by = ["order", "level", *(self.drawn[key] for key in self.keys if key != axis)]
            placed = rows.join(
                levels_of(points, axis).lazy(), on="point", how="inner", maintain_order="left"
            )
            means = placed.collect().group_by(by, maintain_order=True).agg(
                pl.col("point").n_unique().alias("points"),
                *(pl.col(self.drawn[name]).mean() for name in self.outcomes),
                *(pl.col(self.drawn[key]).first() for key in self.keys if key == axis),
            )  # fmt: skip
            parts.append(means.sort(by).with_columns(axis=pl.lit(axis)))
        return pl.concat(parts, how="diagonal_relaxed") if parts else pl.DataFrame()

    def _differences(self, points: pl.DataFrame) -> pl.DataFrame:
        """Return how far policies lie from the highest of all points, paired point by point.

        A row an axis, level and policy: for each outcome the mean difference, two standard errors
        over the points at the level to either side, null of few points, and within what 90% of
        the points lie.
        """
        if self.policies.height < 2 or not self.keys or set(self.keys) & set(self.axes):
            return pl.DataFrame()
        top = self.policies.head(DRAWN).select(self.keys)
        by = ["point", *self.keys]
        held = self.rows.join(top.lazy(), on=self.keys, how="semi", maintain_order="left")
        means = held.select(*by, *self.outcomes).collect().group_by(by, maintain_order=True).mean()
        first = means.join(top.head(1), on=self.keys, how="semi").drop(self.keys)
        paired = means.join(first, on="point", suffix="_first", maintain_order="left").select(
            *by, *(pl.col(name) - pl.col(f"{name}_first") for name in self.outcomes)
        )
        paired = paired.rename({key: self.drawn[key] for key in self.keys})
        keys, parts = [self.drawn[key] for key in self.keys], []
        for axis in self.axes:
            placed = paired.join(levels_of(points, axis), on="point", maintain_order="left")
            parts.append(
                placed.group_by("order", "level", *keys, maintain_order=True)
                .agg(
                    pl.len().alias("points"),
                    *(each for name in self.outcomes for each in _spread(name, self.drawn[name])),
                )
                .sort("order", maintain_order=True)
                .with_columns(axis=pl.lit(axis))
            )
        return pl.concat(parts) if parts else pl.DataFrame()

    def name(self, row: dict[str, Any]) -> str:
        """Return the name of the policy of a row."""
        return " ".join(row[key] for key in self.keys) or "all"

    def cite(self, row: dict[str, Any], column: str, how: str = "mean", **style: Any) -> Cited:
        """Cite what ``how`` makes of an outcome over all points; ``row`` is one of ``policies``."""
        where = {key: row[key] for key in self.keys}
        value = row[column if how == "mean" else how]
        return Cited(value, SOURCE, column, where=where, how=how, style="#.4g", **style)


def _spread(name: str, drawn: str) -> list[pl.Expr]:
    """Return a mean over points, an interval of it, and within what most points lie."""
    value = pl.col(name)
    # so few points tell little of how far off their mean is
    reach = pl.when(value.count() >= FEWEST).then(2 * value.std() / value.count().sqrt())
    return [
        value.mean().alias(drawn),
        (value.mean() - reach).alias(f"{drawn}_from"),
        (value.mean() + reach).alias(f"{drawn}_to"),
        value.quantile(0.05, "linear").alias(f"{drawn}_5"),
        value.quantile(0.95, "linear").alias(f"{drawn}_95"),
    ]


def _in_words(outcome: str, study: str) -> str:
    """Return what a column of outcomes is called: its model may know it with or without mean_."""
    short = outcome.removeprefix("mean_")
    words = outcome_in_words(outcome, model=study)
    return words if words != outcome else outcome_in_words(short, model=study)
