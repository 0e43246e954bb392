"""Equilibria as rows of a sweep, in the same columns however many chains there are."""

from itertools import chain

import polars as pl

from cakernel.coopetition.table import EACH


def rows_of(equilibria: pl.DataFrame, points: pl.Series, chains: pl.Series | int) -> pl.DataFrame:
    """Return rows of `equilibria` with the numbers of points, and a list for each chain's column.

    ``chains`` are those of each point. What has no outcomes has no list, either.
    """
    place = equilibria["point"]
    # impossible points may have any number of them
    sizes = chains.gather(place).clip(0) if isinstance(chains, pl.Series) else chains
    single = {
        of_each: [name for name in equilibria.columns if name.rpartition("_")[0] == of_each]
        for of_each in EACH
    }
    lists = [
        pl.when(pl.col(names[0]).is_not_null())
        # arrays are many times faster than lists
        .then(pl.concat_arr(names).arr.to_list().list.head(pl.lit(sizes)))
        .alias(of_each)
        for of_each, names in single.items()
    ]
    return equilibria.select(
        points.gather(place),
        pl.col("contract", "regime").cast(pl.String),
        pl.exclude("point", "contract", "regime", "error", *chain(*single.values())),
        *lists,
        pl.col("error"),
    )
