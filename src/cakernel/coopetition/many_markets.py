"""`equilibria`: the equilibria of many markets as one table, each with its certificate."""

from collections.abc import Sequence

import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import check_process
from cakernel.coopetition.columns import codes, group_table
from cakernel.coopetition.kernel_calls import Progress, no_points, solve_group
from cakernel.coopetition.market import Market
from cakernel.coopetition.points import points_of
from cakernel.coopetition.words import CONTRACTS, REGIMES
from cakernel.jit.compile import MOST_THREADS


@checked_arguments
def equilibria(
    points: pl.DataFrame | Sequence[Market],
    *,
    base: Market | None = None,
    contracts: Sequence[str] = CONTRACTS,
    regimes: Sequence[str] = ("nash",),
    threads: Threads | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Find the equilibria of investment of many markets.

    In each market chains invest, seen by all; order under the contract, always for themselves; and
    deliver, unless they are breached. Equal arguments give equal tables, to the bit, on any number
    of threads.

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
    check_process()
    chosen, sought = codes("contracts", contracts, CONTRACTS), codes("regimes", regimes, REGIMES)
    count = threads or MOST_THREADS
    base = base or Market()
    read = points_of(points, base)
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(done, read.count)

    solved = [
        (
            group,
            solve_group(group, contracts=chosen, regimes=sought, threads=count, advance=advance),
        )
        for group in read.groups
    ]
    frames = [group_table(*each, chosen, sought) for each in solved or [no_points(base.chains)]]
    if read.errors:
        reasons = {"point": list(read.errors), "error": list(read.errors.values())}
        frames.append(pl.DataFrame(reasons, schema={"point": pl.Int64, "error": pl.String}))
    if len(frames) == 1:
        return frames[0]
    widest = max(frames, key=lambda frame: frame.width)
    # a stable sort keeps contracts and regimes in order
    table = pl.concat(frames, how="diagonal").sort("point", maintain_order=True)
    return table.select(widest.columns)
