"""How well simulated figures fit the printed ones, in units of the error that these must have.

The paper reports means of 200 runs, printed with two decimals. A printed figure so has the Monte
Carlo error of such a mean, sd / sqrt(200), and that of rounding, 0.01 / sqrt(12); our own figure
has the Monte Carlo error of our replications. A residual is a difference over the three together.
"""

from typing import Any, Final

import polars as pl

from cakernel.paper.comparison import MISPRINT, SLACK, TOLERANCE, compare, printed_figures
from cakernel.paper.published import CELL, QUANTITIES

PAPER_REPLICATIONS: Final = 200
ROUNDING_VARIANCE: Final = 0.01**2 / 12
FIGURE: Final = (*CELL, "quantity")
"""The columns that name one printed figure."""
BEYOND: Final = 3.0


def figures_of(simulated: pl.DataFrame) -> pl.DataFrame:
    """Return the printed figures that are no misprints beside simulated ones.

    ``simulated`` is as of `compare`. A row a figure, as of `printed_figures`, with
    ``replications``.
    """
    cells = compare(simulated).filter(pl.col("group") != MISPRINT)
    known = cells.select(*CELL, "replications")
    return printed_figures(cells).join(known, on=list(CELL), how="left", maintain_order="left")


def residuals(
    figures: pl.DataFrame, yardstick: pl.DataFrame, *, replications: float = PAPER_REPLICATIONS
) -> pl.DataFrame:
    """Add the ``residual`` of each figure: its difference in units of its error.

    Parameters
    ----------
    figures : polars.DataFrame
        As of `figures_of`.
    yardstick : polars.DataFrame
        The same of the conventions whose standard errors are taken for all.
    replications : float, default 200
        Of the printed figures.
    """
    error = pl.col("yardstick_error").fill_nan(None)
    own = pl.col("yardstick_replications")
    # the standard error is that of our number of replications, for ours and, scaled, for theirs
    variance = error**2 * (1 + own / replications) + ROUNDING_VARIANCE
    errors = yardstick.select(
        *FIGURE, yardstick_error="standard_error", yardstick_replications="replications"
    )
    return (
        figures.join(errors, on=list(FIGURE), how="left", maintain_order="left")
        .with_columns(residual=pl.col("difference") / variance.sqrt())
        .drop("yardstick_error", "yardstick_replications")
    )


def fit(figures: pl.DataFrame) -> dict[str, Any]:
    """Sum up residuals: cells within the tolerance, mean squares, and the worst figure.

    A mean square is 1 where differences are as large as their errors say. Figures of a regime
    share draws and rounding is no normal error, so a mean square is no test by itself: compare it
    with that of other draws.
    """
    state, share = TOLERANCE
    limit = pl.when(pl.col("quantity") == "resources").then(share * pl.col("printed"))
    inside = pl.col("difference").abs() <= limit.otherwise(pl.lit(state)) + SLACK
    cells = figures.group_by(CELL).agg(inside.fill_null(False).all().alias("inside"))
    squares = {
        f"mean_square_{name}": figures.filter(quantity=name)
        .select((pl.col("residual") ** 2).mean())
        .item()
        for name in QUANTITIES
    }
    worst = figures.sort(pl.col("residual").abs(), nulls_last=False).row(-1, named=True)
    return {
        "cells": cells.height,
        "within_tolerance": int(cells["inside"].sum()),
        "figures": figures.height,
        "mean_square": figures.select((pl.col("residual") ** 2).mean()).item(),
        **squares,
        "beyond_3": int((figures["residual"].abs() > BEYOND).sum()),
        "largest": worst["residual"],
        "largest_at": " ".join(worst[name] for name in FIGURE),
    }


def monte_carlo_errors(figures: pl.DataFrame) -> pl.DataFrame:
    """Say what Monte Carlo error the printed figures must have had, and what differences imply.

    Parameters
    ----------
    figures : polars.DataFrame
        As of `figures_of`, of the conventions that reproduce the tables.

    Returns
    -------
    polars.DataFrame
        One row a quantity and regime, then one for all regimes: ``quantity``, ``regime``,
        ``figures``; roots of mean squares: ``deviation`` (of one replication's mean over
        scenarios), ``expected`` (that over sqrt(200)), ``rounding`` (0.01 / sqrt(12)),
        ``difference`` (simulated minus printed); and ``implied``: the error of the printed figures
        that is left of the difference when our own error and rounding are taken off, null if
        nothing is; ``ratio`` of implied to expected; ``runs``, the number of independent runs
        that would have the implied error.

    Examples
    --------
    >>> figures = pl.DataFrame(
    ...     {"regime": "base", "quantity": ["resources"] * 2, "difference": [0.3, -0.4]}
    ...     | {"standard_error": 0.1, "replications": 200}
    ... )
    >>> row = monte_carlo_errors(figures).row(0, named=True)
    >>> round(row["expected"], 3), round(row["implied"], 3), round(row["runs"])
    (0.1, 0.339, 17)
    """
    error, n = pl.col("standard_error").fill_nan(None), pl.col("replications")
    own, off = (error**2).mean(), (pl.col("difference") ** 2).mean()
    deviation = (error**2 * n).mean()
    left = off - own - ROUNDING_VARIANCE
    sums = {
        "figures": pl.len(),
        "deviation": deviation.sqrt(),
        "expected": (deviation / PAPER_REPLICATIONS).sqrt(),
        "rounding": pl.lit(ROUNDING_VARIANCE**0.5),
        "difference": off.sqrt(),
        "implied": pl.when(left > 0).then(left).sqrt(),
    }
    by_regime = figures.group_by("quantity", "regime", maintain_order=True).agg(**sums)
    together = figures.group_by("quantity", maintain_order=True).agg(**sums)
    ratio = pl.col("implied") / pl.col("expected")
    return pl.concat(
        [by_regime, together.select("quantity", pl.lit("all").alias("regime"), *sums)]
    ).with_columns(ratio=ratio, runs=PAPER_REPLICATIONS / ratio**2)
