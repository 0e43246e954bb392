"""What `cakernel best` compares: outcomes, and the policies that are ranked together."""

from collections.abc import Iterable
from enum import StrEnum

import polars as pl


class Outcome(StrEnum):
    """What can be compared; high is good."""

    RESOURCES = "resources"
    X = "x"
    Y = "y"


def grouped(outcomes: pl.DataFrame, on_site: Iterable[str], *, together: bool) -> pl.DataFrame:
    """Add the column ``group``: policies that are compared with one another.

    ``on_site`` are cyber rules without a cloud, whose policies the paper compares apart.
    """
    if together:
        return outcomes.with_columns(group=pl.lit("all policies"))
    group = pl.when(pl.col("cyber_rule").is_in(list(on_site))).then(pl.lit("on site"))
    return outcomes.with_columns(group=group.otherwise(pl.lit("in the cloud")))
