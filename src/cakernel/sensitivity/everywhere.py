"""What is lost by one choice everywhere, by the choices of a map, or by following rules."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.wording import decimals

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
THE_MAP, THE_RULES = "the map", "the rules"
ONE = "one everywhere"


def losses_everywhere(
    means: Numbers,
    weights: Numbers,
    clear: npt.NDArray[np.bool_],
    *,
    names: Sequence[str],
    followed: Mapping[str, Indices] = {},
) -> pl.DataFrame:
    """Compare ways to choose at points: one contender everywhere, or another at each point.

    Parameters
    ----------
    means : array, (points, contenders)
        Mean outcomes, the higher the better; none missing.
    weights : array, (points,)
        How much of the axes' space each point stands for, in any unit.
    clear : array of bool, (points,)
        Where the contender with the highest mean surely is the best.
    names : sequence of str
        What the contenders are called.
    followed : mapping of str to array, (points,)
        Other ways to choose: the number of a contender at each point.

    Returns
    -------
    polars.DataFrame
        A row a way, first those ``followed``, then contenders, the least regret first: ``choice``,
        ``kind`` ("the map", "the rules" or "one everywhere"), ``wins`` (share of the space in
        which the choice has the highest mean), ``clear`` (in which it surely is the best),
        ``regret`` (what is lost on average against the best of each point, in units of the
        outcome), ``regret_error`` (its standard error over the points, see `mean_loss`) and
        ``regret_percent``, of the bests' mean, null where that is not above 0.

    Examples
    --------
    >>> import numpy as np
    >>> found = losses_everywhere(
    ...     np.array([[2.0, 1.0], [2.0, 4.0]]), np.ones(2), np.array([True, False]),
    ...     names=["slow", "fast"],
    ... )
    >>> found.select("choice", "wins", "clear", "regret").rows()
    [('fast', 0.5, 0.0, 0.5), ('slow', 0.5, 0.5, 1.0)]
    """
    best = means.max(axis=1)
    shares = weights / weights.sum()
    level = float(shares @ best)

    def row(choice: str, kind: str, chosen: Indices) -> dict[str, Any]:
        lost = best - means[np.arange(len(means)), chosen]
        regret, error = mean_loss(lost, shares)
        return {
            "choice": choice,
            "kind": kind,
            "wins": float(shares @ (lost == 0)),
            "clear": float(shares @ (clear & (lost == 0))),
            "regret": regret,
            "regret_error": error,
            "regret_percent": 100 * regret / level if level > 0 else None,
        }

    ways = [row(way, way, chosen) for way, chosen in followed.items()]
    single = [row(name, ONE, np.full(len(means), n)) for n, name in enumerate(names)]
    single.sort(key=lambda found: found["regret"])
    kinds = {"regret_error": pl.Float64, "regret_percent": pl.Float64}
    return pl.DataFrame([*ways, *single], schema_overrides=kinds)


def mean_loss(lost: Numbers, shares: Numbers) -> tuple[float, float | None]:
    """Return the mean of losses at points that stand for ``shares``, 1 in all, and its error.

    The standard error is that of a mean over points drawn at random; None of a single point.

    Examples
    --------
    >>> import numpy as np
    >>> mean_loss(np.array([0.0, 2.0]), np.array([0.5, 0.5]))
    (1.0, 1.0)
    """
    mean, number = float(shares @ lost), len(lost)
    if number < 2:
        return mean, None
    squares = float(shares**2 @ (lost - mean) ** 2)
    return mean, float(np.sqrt(squares * number / (number - 1)))


def loss_styles(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return formats of ``regret`` and ``regret_percent``: as many decimals as errors deserve.

    ``rows`` have both, and ``regret_error`` unless an earlier version wrote them.

    Examples
    --------
    >>> row = {"regret": 0.375, "regret_error": 0.21, "regret_percent": 0.3125}
    >>> loss_styles([row])
    {'regret': ',.2f', 'regret_percent': ',.2f'}
    """
    listed = list(rows)
    losses, errors, percents = (
        [row.get(name) for row in listed] for name in ("regret", "regret_error", "regret_percent")
    )
    of_percents = [
        error * percent / loss if error and loss and percent is not None else None
        for loss, error, percent in zip(losses, errors, percents, strict=True)
    ]
    return {
        "regret": f",.{decimals(errors, losses)}f",
        "regret_percent": f",.{decimals(of_percents, percents)}f",
    }


def least_loss(means: Numbers, groups: Indices) -> Indices:
    """Return for each point the contender that loses least over all points of its group."""
    losses = means.max(axis=1)[:, None] - means
    sums = np.zeros((int(groups.max()) + 1, means.shape[1]))
    np.add.at(sums, groups, losses)
    chosen: Indices = sums.argmin(axis=1)[groups]
    return chosen


def winners_of_ranking(ranked: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return who wins at each point and group of `cakernel.best`, as of `find_winners`.

    ``ranked`` has the columns of the points, too, which follow those of the ranking. A winner is
    "clear" where all others are ruled out as the best and its interval is trustworthy.
    """
    points = ranked.columns[ranked.columns.index("probability_within") + 1 :]
    alone = pl.col("may_be_best").sum().over("point", "group") == 1
    return (
        ranked.with_columns(
            winner=pl.concat_str([pl.col(key).cast(pl.String) for key in keys], separator=" "),
            state=pl.when(alone & pl.col("trustworthy"))
            .then(pl.lit("clear"))
            .otherwise(pl.lit("unclear")),
        )
        .filter(pl.col("rank") == 1)
        # where several are exactly as good, the first stands for them
        .unique(["point", "group"], keep="first", maintain_order=True)
        .select(
            *("point", "group", *(name for name in points if not name.endswith("_right"))),
            *("winner", "mean", "state"),
            *(pl.col(name) for name in ("difference", "lower", "upper")),
        )
        .rename({"difference": "margin", "lower": "low", "upper": "high"})
    )


def losses_of_ranking(ranked: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return `losses_everywhere` of each group of `cakernel.best`, behind ``group``."""
    parts = []
    for (group,), rows in ranked.group_by("group", maintain_order=True):
        named = rows.with_columns(
            contender=pl.concat_str([pl.col(key).cast(pl.String) for key in keys], separator=" ")
        )
        table = named.pivot("contender", index="point", values="mean").drop_nulls().sort("point")
        if table.is_empty():
            # policies that differ from point to point can be followed nowhere else
            continue
        clear = named.group_by("point").agg(
            clear=(pl.col("may_be_best").sum() == 1)
            & pl.col("trustworthy").filter(pl.col("rank") == 1).first()
        )
        there = table.select("point").join(clear, on="point", maintain_order="left")
        names = table.columns[1:]
        found = losses_everywhere(
            table.select(names).to_numpy(),
            np.ones(table.height),
            there["clear"].to_numpy(),
            names=names,
        )
        parts.append(found.select(pl.lit(group).alias("group"), pl.all()))
    return pl.concat(parts) if parts else pl.DataFrame()
