"""A sweep of the coopetition model, summarised by contract, regime and level of each axis."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.coopetition import welfare_split
from cakernel.coopetition.words import CONTRACT_WORDS, OUTCOME_WORDS, SPLIT_WORDS
from cakernel.pictures.levels import axes_of, levels_of
from cakernel.report.cited_numbers import Cited, reduction
from cakernel.report.folder import RunFolder
from cakernel.report.verification import conditions

KEYS: Final = ("contract", "regime")
MEANS: Final = {name: (name, "mean") for name in OUTCOME_WORDS} | {
    "total_investment": ("investment", "mean of sums of lists"),
    "mean_breach_probability": ("breach_probability", "mean of means of lists"),
}
"""Means, each with its column and how it is taken."""
MEAN_WORDS: Final = OUTCOME_WORDS | {
    "total_investment": "total investment",
    "mean_breach_probability": "breach probability",
}
ALL, UNIQUE = "all", "the only one found"
"""Equilibria that means along an axis are of."""


class SweepTables:
    """Summaries of a sweep's results, as they are drawn and told.

    ``axes`` vary over ``points``; there are results in ``groups``, contracts with regimes.
    ``levels`` are means: a row an axis, level, contract, regime and choice of equilibria. ``split``
    is what flexible contracts add at each point, without rows where a contract was not swept;
    ``split_levels`` is one row an axis, level, regime and part of it.
    """

    def __init__(self, folder: RunFolder) -> None:
        results = folder.sweep
        self.points = results.points
        self.axes = axes_of(self.points)
        columns = {column for column, _ in MEANS.values()}
        kept = ["point", *KEYS, "status", "largest_gain", *columns]
        # of points that are all impossible only the errors are there
        there = results.results.collect_schema().names()
        rows = results.results.select(name for name in kept if name in there).collect()
        self.rows = rows.cast({pl.Enum: pl.String})
        known = set(KEYS) <= set(there)
        self.groups: list[dict[str, str]] = (
            self.rows.select(KEYS).unique(maintain_order=True).to_dicts() if known else []
        )
        whole = {where["contract"] for where in self.groups} == set(CONTRACT_WORDS)
        self.split = welfare_split(self.rows) if whole else pl.DataFrame()
        self.levels = self._levels()
        self.split_levels = self._split_levels()

    @property
    def regimes(self) -> list[str]:
        """Regimes in which there are results."""
        return list(dict.fromkeys(where["regime"] for where in self.groups))

    def cite(self, column: str, how: str, where: Mapping[str, str], **style: Any) -> Cited:
        """Cite what becomes of a column of the results of one contract and regime."""
        value = reduction(how)(self.rows.filter(conditions(dict(where)))[column])
        return Cited(value, "results", column, where=where, how=how, **style)

    def cite_mean(self, name: str, where: Mapping[str, str], **style: Any) -> Cited:
        """Cite a mean over the points of one contract and regime."""
        return self.cite(*MEANS[name], where, **style)

    def cite_split(self, column: str, how: str, regime: str, **style: Any) -> Cited:
        """Cite what becomes of a part of what flexible contracts add in one regime."""
        value = reduction(how)(self.split.filter(regime=regime)[column])
        return Cited(value, "split", column, where={"regime": regime}, how=how, **style)

    def _levels(self) -> pl.DataFrame:
        if not self.groups:
            return pl.DataFrame()
        invested, breached = pl.col("investment").list, pl.col("breach_probability").list
        filled = invested.len() > 0
        known = self.rows.with_columns(
            total_investment=pl.when(filled).then(invested.sum()),
            mean_breach_probability=pl.when(filled).then(breached.mean()),
        )
        status, parts = pl.col("status"), []
        for axis in self.axes:
            levels = levels_of(self.points, axis)
            placed = known.join(levels, on="point", maintain_order="left")
            for choice, condition in ((ALL, pl.lit(True)), (UNIQUE, status == "converged")):
                counted = placed.with_columns(
                    pl.when(condition).then(pl.col(list(MEANS))).name.keep()
                )
                means = counted.group_by("order", "level", *KEYS, maintain_order=True).agg(
                    points=pl.col("economic_welfare").count(),
                    without=pl.len() - pl.col("economic_welfare").count(),
                    share_unique=(status == "converged").mean(),
                    share_equilibrium=status.is_in(["converged", "not unique"]).mean(),
                    **{name: pl.col(name).mean() for name in MEANS},
                )
                parts.append(_along(means, axis=axis, equilibria=choice))
        return pl.concat(parts) if parts else pl.DataFrame()

    def _split_levels(self) -> pl.DataFrame:
        parts = []
        for axis in self.axes if self.split.height else []:
            placed = self.split.join(
                levels_of(self.points, axis), on="point", maintain_order="left"
            )
            levels = placed.group_by("order", "level", "regime", maintain_order=True)
            for part, words in SPLIT_WORDS.items():
                means = levels.agg(points=pl.col(part).count(), value=pl.col(part).mean())
                parts.append(_along(means, axis=axis, part=words))
        return pl.concat(parts) if parts else pl.DataFrame()


def _along(means: pl.DataFrame, **named: str) -> pl.DataFrame:
    """Return means in the order of the axis' levels, after what they are of."""
    of = [pl.lit(value).alias(name) for name, value in named.items()]
    return means.sort("order", maintain_order=True).select(*of, pl.all())
