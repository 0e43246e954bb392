"""A small sweep of the coopetition model for the tests, and what its rows must be."""

from typing import Any

import polars as pl

import cakernel as ck
from cakernel.coopetition import Market, equilibria

POINTS = 24
EACH = ("investment", "breach_probability", "order", "delivery", "profit")


def small(**changes) -> ck.Sweep:
    """Return a sweep of points with two chains and with three."""
    settings = {
        "study": ck.Coopetition(Market(substitutability=0.5)),
        "axes": {
            "threat_probability": ck.Range(low=0, high=1),
            "breach_cost": ck.Range(low=0, high=0.4),
            "chains": [2, 3],
            "minimum_order": ck.Range(low=0, high=1),
        },
        "design": ck.Design(kind="random", points=POINTS),
        "replications": 1,
    }
    return ck.Sweep(**settings | changes)


def few_at_a_time(sweep: ck.Sweep) -> float:
    """Work of a block of a few points."""
    return float(sweep.study.cost(sweep.points())["work"].sum()) / 6


def solved(sweep: ck.Sweep) -> list[dict[str, Any]]:
    """Rows of `equilibria` on the sweep's points, numbers of single chains in lists."""
    points = sweep.points()
    study = sweep.study
    rows = equilibria(
        points.select(name for name in points.columns if name in Market.model_fields),
        base=study.market,
        contracts=study.contracts,
        regimes=study.regimes,
    )
    return [listed(row) for row in rows.iter_rows(named=True) if row["error"] is None]


def listed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of `equilibria` as a row of a sweep."""
    whole = {k: v for k, v in row.items() if k.rpartition("_")[0] not in EACH and k != "error"}
    lists = {}
    for name in EACH:
        numbers = [row[k] for k in row if k.rpartition("_")[0] == name and row[k] is not None]
        lists[name] = numbers or None
    return whole | lists


def in_order(results: ck.SweepResults) -> list[dict[str, Any]]:
    """Rows of a sweep in the order of the points."""
    rows = results.results.collect().sort("point", maintain_order=True)
    return rows.cast({pl.Enum: pl.String}).to_dicts()


def without_equilibrium(at):
    """`equilibria`, but for points whose minimum order says so there is none."""

    def found(points, **settings):
        rows = equilibria(points, **settings)
        hidden = points["minimum_order"].gather(rows["point"]).is_in(at)
        outcomes = rows.columns[rows.columns.index("selection") :]
        return rows.with_columns(
            pl.when(hidden).then(pl.lit("cycling").cast(rows["status"].dtype)).otherwise("status")
            .alias("status"),
            *(pl.when(~hidden).then(name).alias(name) for name in outcomes),
        )  # fmt: skip

    return found
