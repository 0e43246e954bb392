"""A sweep of the coopetition model, summarised by contract, regime and level of each axis.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from typing import Any, Final

import polars as pl

from cakernel.coopetition import welfare_split
from cakernel.coopetition.report.words import CONTRACTS, SPLIT, WHOLE
from cakernel.report.axes import axes_of, levels_of
from cakernel.report.cited_numbers import Cited, reduction
from cakernel.report.folder import RunFolder
from cakernel.report.verification import conditions

KEYS: Final = ("contract", "regime")
# means of these columns, and how each is taken
MEANS: Final = {name: (name, "mean") for name in WHOLE} | {
    "total_investment": ("investment", "mean of sums of lists"),
    "mean_breach_probability": ("breach_probability", "mean of means of lists"),
}
WORDS: Final = WHOLE | {
    "total_investment": "total investment",
    "mean_breach_probability": "breach probability",
}
LISTED: Final = tuple(name for name in MEANS if name != "welfare_without_risk")
"""Means in the table; the picture has all."""
ALL, UNIQUE = "all", "the only one found"
"""Equilibria that means along an axis are of."""


class CtipSweepTables:
    """Summaries of a sweep's results, as they are drawn and told.

    Attributes
    ----------
    points : polars.DataFrame
        All points of the sweep.
    axes : list of str
        What varies.
    groups : list of tuple of str
        Contracts and regimes in which there are results.
    levels : polars.DataFrame
        One row an axis, level, contract, regime and choice of equilibria: means.
    split : polars.DataFrame
        What flexible contracts add at each point; no rows where a contract was not swept.
    split_levels : polars.DataFrame
        One row an axis, level, regime and part of what flexible contracts add.
    """

    def __init__(self, folder: RunFolder) -> None:
        results = folder.sweep
        self.points = results.points
        self.axes = axes_of(self.points)
        kept = ["point", *KEYS, "status", "largest_gain", *{column for column, _ in MEANS.values()}]
        # of points that are all impossible only the errors are there
        there = results.results.collect_schema().names()
        self.rows = results.results.select(name for name in kept if name in there).collect()
        self.groups = (
            [(str(c), str(r)) for c, r in self.rows.select(KEYS).unique(maintain_order=True).rows()]
            if set(KEYS) <= set(there)
            else []
        )
        whole = {contract for contract, _ in self.groups} == set(CONTRACTS)
        self.split = welfare_split(self.rows) if whole else pl.DataFrame()
        self.levels = self._levels()
        self.split_levels = self._split_levels()

    def cite(self, column: str, how: str, where: dict[str, str], **style: Any) -> Cited:
        """Cite what becomes of a column of the results of one contract and regime."""
        return _cited(self.rows, "results", column, how, where, style)

    def cite_split(self, column: str, how: str, regime: str, **style: Any) -> Cited:
        """Cite what becomes of a part of what flexible contracts add in one regime."""
        return _cited(self.split, "split", column, how, {"regime": regime}, style)

    def _levels(self) -> pl.DataFrame:
        if not self.groups:
            return pl.DataFrame()
        invested, breached = pl.col("investment"), pl.col("breach_probability")
        filled = invested.list.len() > 0
        known = self.rows.with_columns(
            total_investment=pl.when(filled).then(invested.list.sum()),
            mean_breach_probability=pl.when(filled).then(breached.list.mean()),
        )
        status = pl.col("status").cast(pl.String)
        parts = []
        for axis in self.axes:
            placed = known.join(levels_of(self.points, axis), on="point")
            for choice, condition in ((ALL, pl.lit(True)), (UNIQUE, status == "converged")):
                counted = pl.when(condition).then(pl.col(list(MEANS))).name.keep()
                table = (
                    placed.with_columns(counted)
                    .group_by("order", "level", *KEYS, maintain_order=True)
                    .agg(
                        points=pl.col("economic_welfare").count(),
                        without=pl.len() - pl.col("economic_welfare").count(),
                        share_unique=(status == "converged").mean(),
                        share_equilibrium=status.is_in(["converged", "not unique"]).mean(),
                        **{name: pl.col(name).mean() for name in MEANS},
                    )
                )
                parts.append(
                    table.sort("order", maintain_order=True).select(
                        pl.lit(axis).alias("axis"), pl.lit(choice).alias("equilibria"), pl.all()
                    )
                )
        return pl.concat(parts) if parts else pl.DataFrame()

    def _split_levels(self) -> pl.DataFrame:
        parts = []
        for axis in self.axes if self.split.height else []:
            placed = self.split.join(levels_of(self.points, axis), on="point")
            for part, words in SPLIT.items():
                table = placed.group_by("order", "level", "regime", maintain_order=True).agg(
                    points=pl.col(part).count(), value=pl.col(part).mean()
                )
                parts.append(
                    table.sort("order", maintain_order=True).select(
                        pl.lit(axis).alias("axis"), pl.lit(words).alias("part"), pl.all()
                    )
                )
        return pl.concat(parts) if parts else pl.DataFrame()


def _cited(
    rows: pl.DataFrame,
    source: str,
    column: str,
    how: str,
    where: dict[str, str],
    style: dict[str, Any],
) -> Cited:
    value = reduction(how)(rows.filter(conditions(where))[column])
    return Cited(value, source, column, where=where, how=how, **style)
