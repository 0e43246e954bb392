"""What is to be made large: resources at the end, and what a planner pays for states."""

import polars as pl

from cakernel.checks import Amount, Checked


class Objective(Checked):
    """The mean over firms of R at the end, terminal values included, and weights on mean states.

    Terminal values, what a state is worth after the last period, belong to the scenarios
    (`cakernel.ResourceScenario`).

    Parameters
    ----------
    operational_weight, intangibles_weight : float, default 0
        What one state more is worth, on average over firms and periods 1..T: the objective is R +
        operational_weight * mean x + intangibles_weight * mean y. With weights as multipliers a
        bound on it gives bounds on R under floors on mean states.

    Raises
    ------
    InvalidInput
        If a number is not from 0 to 1e15.

    Examples
    --------
    >>> Objective(operational_weight=20).operational_weight
    20.0
    """

    operational_weight: Amount = 0.0
    intangibles_weight: Amount = 0.0

    def of(self, rows: pl.DataFrame) -> pl.Series:
        """Return the objective of rows of `cakernel.simulate`."""
        leading = rows["mean_value" if "mean_value" in rows.columns else "mean_resources"]
        weighted = (
            rows["mean_x"] * self.operational_weight + rows["mean_y"] * self.intangibles_weight
        )
        return (leading + weighted).alias("objective")

    def error_of(self, rows: pl.DataFrame) -> pl.Series:
        """Return the objective's standard errors, or more: those of its parts, added up."""
        leading = rows["se_value" if "se_value" in rows.columns else "se_resources"]
        weighted = rows["se_x"] * self.operational_weight + rows["se_y"] * self.intangibles_weight
        return (leading + weighted).alias("se_objective")
