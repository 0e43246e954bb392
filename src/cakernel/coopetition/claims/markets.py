"""Random markets over wide ranges, and each again with one thing changed, for paired claims."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from cakernel.checks import MAX_SEED, check_value, whole
from cakernel.coopetition.kernel_calls import Progress
from cakernel.coopetition.many_markets import equilibria
from cakernel.coopetition.words import REGIMES
from cakernel.errors import Interrupted

MOST_POINTS = 1_000_000
# markets that are solved together, some seconds on two cores: what an interruption can lose
MARKETS_AT_ONCE = 500

# chains of a quarter of the markets, the others have two
MOST_CHAINS, SHARE_OF_THREE = 3, 0.25


class Drawn(NamedTuple):
    """From where to where a parameter is drawn, on a linear or a logarithmic scale."""

    low: float
    high: float
    log: bool = False


RANGES: Final = {
    # wide around the defaults of `Market`
    "threat_probability": Drawn(0, 1),
    "delivery_loss": Drawn(0.05, 0.9),
    "discount": Drawn(0, 0.3),
    "security_effectiveness": Drawn(10, 1000, log=True),
    "security_elasticity": Drawn(1, 3),
    "substitutability": Drawn(0, 1),
    "wholesale_price": Drawn(0.1, 0.6),
    # with the step of `STEPS` still in the range of 0 to 0.8
    "subsidy_rate": Drawn(0, 0.7),
    # assumed
    "sharing_level": Drawn(0, 0.9),
    "spillover": Drawn(0, 0.95),
    "disclosure_cost": Drawn(0, 0.002),
    "harm_per_unit": Drawn(0, 2),
    "minimum_order": Drawn(0, 1),
    "discount_threshold": Drawn(0.1, 1),
}
"""What all chains of a market have in common; supplier_cost is 0.3 to 1 times wholesale_price."""
RANGES_EACH: Final = {
    "vulnerability": Drawn(0.05, 0.9),
    "breach_cost": Drawn(0, 0.4),
    "essential_need": Drawn(0, 0.5),
}
"""What each chain draws for itself; vulnerability and its step stay in the range of 0.05 to 1."""

TAU: Final = "threat_probability"
LEVELS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Levels of tau at which every market is solved again."""
STEPS: Final = dict.fromkeys(
    ("subsidy_rate", "sharing_level", "minimum_order", "discount_threshold"), 0.1
)
"""What is added to one parameter at a time."""
RIVAL: Final = "rival's vulnerability"
RIVAL_STEP: Final = 0.1
"""What is added to the vulnerability of the last chain; its rivals are looked at."""
NO_PLATFORM: Final = "no platform"
"""Nothing is shared: sharing_level 0, so that nothing is disclosed; all else stays."""
CHANGES: Final = 1 + len(LEVELS) + len(STEPS) + 2
"""How often each market is solved: as drawn, at each level, after each step, the last two ways."""


def claim_markets(points: int, *, seed: int) -> pl.DataFrame:
    """Draw 1 to 1,000,000 markets, each parameter uniformly over its range.

    The ranges are `RANGES` and `RANGES_EACH`. A market a row, as `equilibria` takes them; columns
    of single chains are lists. A market depends on the seed, 0 to 2^64 - 1, and its number alone,
    not on ``points``.
    """
    check_value("points", points, whole(1, MOST_POINTS))
    check_value("seed", seed, whole(0, MAX_SEED - 1))
    columns = 2 + len(RANGES) + MOST_CHAINS * len(RANGES_EACH)
    draws = iter(np.random.Generator(np.random.Philox(seed)).random((points, columns)).T)
    chains = np.where(next(draws) < SHARE_OF_THREE, MOST_CHAINS, 2)
    cost = 0.3 + 0.7 * next(draws)
    common = {name: _scaled(drawn, next(draws)) for name, drawn in RANGES.items()}
    common["supplier_cost"] = common["wholesale_price"] * cost
    each = {}
    for name, drawn in RANGES_EACH.items():
        values = np.column_stack([_scaled(drawn, next(draws)) for _ in range(MOST_CHAINS)])
        each[name] = pl.Series(
            [row[:count].tolist() for row, count in zip(values, chains, strict=True)],
            dtype=pl.List(pl.Float64),
        )
    return pl.DataFrame({"chains": chains, **common, **each})


def _scaled(drawn: Drawn, shares: np.ndarray) -> np.ndarray:
    if drawn.log:
        return np.asarray(drawn.low * (drawn.high / drawn.low) ** shares)
    return np.asarray(drawn.low + (drawn.high - drawn.low) * shares)


def numbered(markets: pl.DataFrame) -> pl.DataFrame:
    """Return markets with their numbers, and a column a chain in place of each list."""
    single = (
        pl.col(name).list.get(chain, null_on_oob=True).alias(f"{name}_{chain + 1}")
        for name in RANGES_EACH
        for chain in range(MOST_CHAINS)
    )
    number = pl.int_range(pl.len()).alias("market")
    return markets.select(number, pl.exclude(list(RANGES_EACH)), *single)


def unnumbered(table: pl.DataFrame) -> pl.DataFrame:
    """Return markets from the table that `numbered` made of them."""
    each = {name: [f"{name}_{chain + 1}" for chain in range(MOST_CHAINS)] for name in RANGES_EACH}
    return table.select(
        pl.exclude("market", *(column for columns in each.values() for column in columns)),
        *(pl.concat_list(columns).list.drop_nulls().alias(name) for name, columns in each.items()),
    )


def claim_rows(
    markets: pl.DataFrame,
    *,
    regimes: Sequence[str] = REGIMES,
    threads: int | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Solve markets as drawn and with one thing changed, under all contracts.

    Rows of `equilibria` after ``market`` (from 0), ``change`` ("none"; "threat_probability": set to
    ``level``; a name of `STEPS` or `RIVAL`: raised by ``level``; `NO_PLATFORM`: sharing level 0)
    and ``level``. ``progress`` counts changed markets, too. Interrupted, it raises the rows of the
    first markets, and how many these are.
    """
    parts: list[list[pl.DataFrame]] = []
    try:
        for start in range(0, markets.height, MARKETS_AT_ONCE):
            some = markets[start : start + MARKETS_AT_ONCE]
            told = _counting_on(progress, start, markets.height)
            parts.append(_rows_of_changes(some, start, regimes, threads, told))
    except KeyboardInterrupt:
        rows = _in_order(parts) if parts else None
        raise Interrupted(rows, min(len(parts) * MARKETS_AT_ONCE, markets.height)) from None
    return _in_order(parts)


def _in_order(parts: list[list[pl.DataFrame]]) -> pl.DataFrame:
    """Put the rows of all parts together, by change and then by market."""
    frames = [frame for change in zip(*parts, strict=True) for frame in change]
    widest = max(frames, key=lambda frame: frame.width).columns
    rows: pl.DataFrame = pl.concat(frames, how="diagonal").select(widest)
    return rows


def _counting_on(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Return what reports the progress of some markets as that of all."""
    if progress is None:
        return None
    return lambda done, of: progress(before * CHANGES + done, total * CHANGES)


def _rows_of_changes(
    markets: pl.DataFrame,
    first: int,
    regimes: Sequence[str],
    threads: int | None,
    progress: Progress | None,
) -> list[pl.DataFrame]:
    """Solve some markets, numbered from ``first``; return a table a change."""
    own = pl.col("vulnerability")
    # those before the last chain, and the last one raised
    raised = pl.concat_list(own.list.head(pl.col("chains") - 1), own.list.last() + RIVAL_STEP)
    changes = [
        ("none", 0.0, pl.col("chains")),
        *((TAU, level, pl.lit(level).alias(TAU)) for level in LEVELS),
        *((name, step, pl.col(name) + step) for name, step in STEPS.items()),
        (RIVAL, RIVAL_STEP, raised),
        (NO_PLATFORM, 0.0, pl.lit(0.0).alias("sharing_level")),
    ]
    parts = [markets.with_columns(change) for _, _, change in changes]
    numbers = pl.DataFrame({"market": np.arange(first, first + markets.height)})
    keys = pl.concat(
        numbers.with_columns(change=pl.lit(name), level=pl.lit(level)) for name, level, _ in changes
    )
    rows = equilibria(pl.concat(parts), regimes=regimes, threads=threads, progress=progress)
    table = pl.concat([keys[rows["point"]], rows.drop("point")], how="horizontal")
    each = table.height // len(changes)
    return [table[n * each : (n + 1) * each] for n in range(len(changes))]
