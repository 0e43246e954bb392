"""`equilibria`: investment equilibria of many markets as one table, each with its certificate.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from cakernel.checks import check_value, whole
from cakernel.coopetition.kernel.solver import Rows
from cakernel.coopetition.market import Market
from cakernel.coopetition.points import Points, points_of
from cakernel.coopetition.solving import Codes, no_points, solve_group, threads_or_all
from cakernel.coopetition.table import CONTRACTS, REGIMES, group_table
from cakernel.errors import InvalidInput
from cakernel.jit.compile import MOST_THREADS


def equilibria(
    points: pl.DataFrame | Sequence[Market],
    *,
    base: Market | None = None,
    contracts: Sequence[str] = CONTRACTS,
    regimes: Sequence[str] = ("nash",),
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pl.DataFrame:
    """Find the equilibria of investment of many markets.

    Inspired by the abstract of Arisian et al. (2025); not a reproduction. In each market chains
    invest, seen by all; order under the contract, always for themselves; and deliver, unless they
    are breached. Equal arguments give equal tables, to the bit, on any number of threads.

    Parameters
    ----------
    points : polars.DataFrame or sequence of Market
        A market a row; columns are fields of `Market`, those of single chains numbers or lists.
    base : Market, optional
        What a table has no column for; by default all defaults.
    contracts : sequence of {"fixed", "fixed-moq", "flexible-moq"}
        Separate fixed orders; the pooled minimum order paid for in any case, ordered before
        breaches are known; the same, ordered after.
    regimes : sequence of {"nash", "joint", "planner"}, default ("nash",)
        Who chooses investments: each chain for itself, all for the sum of profits, or a planner
        for economic welfare.
    threads : int, optional
        Threads to use, at most what numba was started with; by default all.
    progress : callable, optional
        Called with the points done and to do.

    Returns
    -------
    polars.DataFrame
        One row a point, contract and regime, in this order, and one row for a point that is no
        market: ``point`` (from 0), ``contract``, ``regime``, then

        - status : "converged"; "not unique" (several equilibria found, or theta lambda above
          0.95); "cycling" (best responses go round in circles) or "not converged" (neither is an
          equilibrium, and its outcomes are null); null for a point that is no market
        - error : why the point is no market, else null
        - largest_gain : certificate: the most that one chain could gain by another investment
          (joint, planner: the most found by changing one, two or all), by a separate global search
        - equilibria_found, selection : how many, and what made this one the reported one: highest
          total profit (nash; joint and planner count maxima of the same height), then the highest
          investment of the first chain, then of the next
        - total_profit, consumer_surplus, supplier_profit, subsidy_bill, unmet_need,
          unmet_harm (h times unmet need), economic_welfare : expectations
        - welfare_without_risk : economic welfare were tau = 0
        - investment_j, breach_probability_j, order_j, delivery_j, profit_j : of chain j = 1..n

    Raises
    ------
    InvalidInput
        If an argument is outside its range, or a column is no field of `Market`.

    Examples
    --------
    >>> table = equilibria(pl.DataFrame({"minimum_order": [0.0, 0.5]}), contracts=["flexible-moq"])
    >>> table["status"].to_list()
    ['converged', 'converged']
    """
    chosen, sought = codes("contracts", contracts, CONTRACTS), codes("regimes", regimes, REGIMES)
    if threads is not None:
        check_value("threads", threads, whole(1, MOST_THREADS))
    base = base or Market()
    read = points_of(points, base)
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(done, read.count)

    solved = [
        solve_group(
            group,
            contracts=chosen,
            regimes=sought,
            threads=threads_or_all(threads),
            progress=advance,
        )
        for group in read.groups
    ]
    return _table(read, solved, chosen, sought, base)


def codes(name: str, chosen: Sequence[str], known: Sequence[str]) -> Codes:
    """Return the kernel's codes of names, each named once."""
    if isinstance(chosen, str) or not isinstance(chosen, Sequence) or not chosen:
        raise InvalidInput(f"{name}: got {chosen!r}; must be a list of one or more names")
    for value in chosen:
        if value not in known:
            raise InvalidInput(f"{name}: got {value!r}; must be one of {', '.join(known)}")
        if list(chosen).count(value) > 1:
            raise InvalidInput(f"{name}: got {value!r} more than once; must be once")
    return np.array([known.index(value) for value in chosen], np.int64)


def _table(
    read: Points,
    solved: list[Rows],
    contracts: Codes,
    regimes: Codes,
    base: Market,
) -> pl.DataFrame:
    """Return all rows in the order of the points, those that are no market with their errors."""
    groups = list(zip(read.groups, solved, strict=True)) or [no_points(base.chains)]
    frames = [group_table(group, rows, contracts, regimes) for group, rows in groups]
    if read.errors:
        reasons = {"point": list(read.errors), "error": list(read.errors.values())}
        frames.append(pl.DataFrame(reasons, schema={"point": pl.Int64, "error": pl.String}))
    if len(frames) == 1:
        return frames[0]
    widest = max(frames, key=lambda frame: frame.width)
    # a stable sort keeps contracts and regimes in order
    table = pl.concat(frames, how="diagonal").sort("point", maintain_order=True)
    return table.select(widest.columns)
