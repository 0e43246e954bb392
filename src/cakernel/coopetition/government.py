"""The government's best subsidy, sharing level and pooled minimum order."""

from typing import Any

import numpy as np
import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import check_process
from cakernel.coopetition.columns import STATUSES
from cakernel.coopetition.government_search import Answer, Search, Side
from cakernel.coopetition.government_trials import CHOSEN, Trials
from cakernel.coopetition.kernel_calls import Progress
from cakernel.coopetition.market import Market, number_type
from cakernel.coopetition.points import Numbers
from cakernel.errors import Interrupted
from cakernel.jit.compile import MOST_THREADS

# with stronger spillovers a chain's investment replaces its rivals', and equilibria are not unique
STRONGEST_SPILLOVER = 0.95
# the least share delivered that a breached chain is taken to order for: near 0 its orders have no
# bound
LEAST_KEPT = 0.01

COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "participation": pl.Boolean,
    **dict.fromkeys(CHOSEN, pl.Float64),
    "at_threshold": pl.Boolean,
    **dict.fromkeys(("economic_welfare", "welfare_now"), pl.Float64),
    "now_allowed": pl.Boolean,
    **dict.fromkeys(("total_profit", "subsidy_bill", "unmet_need"), pl.Float64),
    "smallest_profit_gain": pl.Float64,
    "status": pl.Enum(STATUSES),
    "largest_gain": pl.Float64,
    "equilibria_solved": pl.Int64,
}


@checked_arguments
def best_government(
    market: Market,
    *,
    largest_subsidy_rate: number_type("subsidy_rate") = 0.8,  # type: ignore[valid-type]
    largest_minimum_order: number_type("minimum_order") | None = None,  # type: ignore[valid-type]
    threads: Threads | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Find what a government that moderates the platform should choose.

    The government sets subsidy rate, sharing level and pooled minimum order for the highest
    economic welfare under the flexible contract, chains investing each for itself. Welfare may jump
    at the discount threshold, so what is below it and what is at it or above are searched apart.
    Sharing ends where theta lambda is 0.95. A choice at which no equilibrium of the chains is found
    is never the answer. Of choices as good the one with the least subsidy, then sharing, then
    minimum order is the answer.

    Parameters
    ----------
    market : Market
        Its own three values are those that the result is compared with.
    largest_subsidy_rate : float, default 0.8
        sigma_max, 0 to below 1.
    largest_minimum_order : float, optional
        The largest M that is tried, 0 or more. By default all that can be of use: what all chains
        would order without costs, each alone and breached (losing 99% at most), and Mbar.
    threads : int, optional
        Threads to use; by default all.
    progress : callable, optional
        Called with the equilibria solved, and about how many it will take.

    Returns
    -------
    polars.DataFrame
        Two rows, ``participation`` false and true (each chain must earn as much as under separate
        fixed orders, subsidy and sharing the same), null where no choice keeps all chains in:

        - subsidy_rate, sharing_level, minimum_order, at_threshold : the choice, and whether M =
          Mbar; an M that is the next number below Mbar means as near to it as can be
        - economic_welfare, total_profit, subsidy_bill, unmet_need : what follows from it
        - welfare_now, now_allowed : at the market's own values, and whether these are among the
          choices: within the limits, an equilibrium, and keeping all chains in where they must be
        - smallest_profit_gain : over the fixed contract, of the chain that gains least
        - status : of the chains' equilibrium, as in `equilibria`
        - largest_gain : certificate: the most welfare found above the answer's, after it was found,
          at choices spread over all and around it; if it is not near 0, relative to what is at
          stake, the best choice is better than the answer by at least as much
        - equilibria_solved : for both rows together, under both contracts

    Raises
    ------
    InvalidInput
        If an argument is outside its range.
    Interrupted
        On Ctrl-C; holds the rows that were finished.

    Examples
    --------
    >>> calm = Market(threat_probability=0.0, discount=0.0, substitutability=0.0)
    >>> best_government(calm)["subsidy_rate"].to_list()
    [0.0, 0.0]
    """
    check_process()
    trials = Trials(market, threads=threads or MOST_THREADS, progress=progress)
    sides = _sides(market, float(largest_subsidy_rate), largest_minimum_order)
    now = np.array([[getattr(market, name) for name in CHOSEN]], float)
    limits = sides[-1].high.copy()
    if largest_minimum_order is None:
        # orders beyond what is of use are allowed; they are only not searched
        limits[2] = np.inf
    allowed = now[(now <= limits).all(axis=1)]
    search = Search(trials, sides, market.discount_threshold, allowed)
    rows: list[dict[str, Any]] = []

    def table() -> pl.DataFrame:
        frame = pl.DataFrame(rows, schema=COLUMNS)
        return frame.with_columns(equilibria_solved=pl.lit(trials.solved, pl.Int64))

    def add(participation: bool, answer: Answer | None) -> None:
        row: dict[str, Any] = {"participation": participation}
        if answer is not None:
            choice, value = answer.choice, trials.kept_welfare if participation else trials.welfare
            outcome = trials.outcome(choice)
            row |= {
                **dict(zip(CHOSEN, choice.tolist(), strict=True)),
                **{name: outcome[name] for name in COLUMNS if name in outcome},
                "at_threshold": bool(choice[2] == market.discount_threshold),
                "welfare_now": _finite(trials.welfare(now)),
                "now_allowed": len(allowed) > 0 and bool(value(now)[0] > -np.inf),
                "smallest_profit_gain": _finite(trials.smallest_gains(choice[None])),
                "largest_gain": answer.gain,
            }
        rows.append(row)

    try:
        free = search.best(trials.welfare)
        add(False, free)
        kept = free
        if free is None or trials.kept_welfare(free.choice[None])[0] == -np.inf:
            kept = search.best(trials.kept_welfare)
        add(True, kept)
        trials.expect(0)
    except KeyboardInterrupt:
        raise Interrupted(table() if rows else None, len(rows)) from None
    return table()


def _sides(market: Market, subsidy: float, order: float | None) -> list[Side]:
    """Return the choices below the discount threshold, and those at it or above if there are."""
    sharing = min(1.0, STRONGEST_SPILLOVER / max(market.spillover, STRONGEST_SPILLOVER))
    kept = 1 - market.delivery_loss if market.delivery_loss < 1 else 1.0
    alone = market.demand_intercept / (2 * market.demand_slope * max(kept, LEAST_KEPT))
    # a larger minimum changes no order: chains would pay for, and suppliers make, what nobody gets
    useful = market.chains * alone if order is None else float(order)
    threshold = market.discount_threshold
    below = min(useful, float(np.nextafter(threshold, 0)))
    sides = [Side(np.zeros(3), np.array([subsidy, sharing, below]))]
    if order is None or order >= threshold:
        least = np.array([0.0, 0.0, threshold])
        sides.append(Side(least, np.array([subsidy, sharing, max(useful, threshold)])))
    return sides


def _finite(value: Numbers) -> float | None:
    """Return the one number, none for minus infinity."""
    return float(value[0]) if value[0] > -np.inf else None
