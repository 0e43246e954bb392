"""`own_state_scores`: what rules of the own state earn when budgets are dropped, in closed form."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import check_process, check_some
from cakernel.jit.compile import MOST_THREADS
from cakernel.recovery.kernel.states import HIGH, INTANGIBLES, LOW, MEDIUM, OPERATIONAL
from cakernel.recovery.model import Model
from cakernel.recovery.optimal.kernel.own_state import Alone, best_cutoffs, fill_tails, score
from cakernel.recovery.optimal.objective import Objective
from cakernel.recovery.optimal.side import Side, sides_of
from cakernel.recovery.scenario import ResourceScenario

# where a rule goes from 0, and from 1
RULES: Final = tuple((a, b) for a in (LOW, MEDIUM, HIGH) for b in (MEDIUM, HIGH))
SIDES: Final = ("operational", "intangibles")
# cutoffs that are tried
MOST_CUTOFF = 1000
# coefficients of `kernel.own_state.tail_value`
COEFFICIENTS = 10


class Score(NamedTuple):
    """What a rule earns a firm, less what it pays: without cutoffs, and with its best ones."""

    value: float
    leave_low: int
    leave_medium: int
    value_with_cutoffs: float


@checked_arguments
def own_state_scores(
    model: Model,
    *,
    scenarios: Sequence[ResourceScenario],
    objective: Objective | None = None,
    threads: Threads | None = None,
) -> pl.DataFrame:
    """Return what every rule of the own state earns with budgets dropped, and its best cutoffs.

    Exact expectations, not simulations. Where firms cannot always pay, simulate the best of them.

    Parameters
    ----------
    model : Model
        Grid, horizon, risks and conventions; chains of any length.
    scenarios : sequence of ResourceScenario
        At least one.
    objective : Objective, optional
        Weights on mean states; by default R alone (and what final states are worth, if anything).
    threads : int, optional
        Threads to use; by default all.

    Returns
    -------
    polars.DataFrame
        Twelve rows a scenario, six a side: scenario (its place), side ("operational" or
        "intangibles"), from_low (0, 1, 2) and from_medium (1, 2), where the rule goes from state 0
        and from 1; value, what it earns a firm less what it pays (bonuses and last values included,
        initial resources not: a policy's objective is these and one value of each side); leave_low
        and leave_medium, the least periods T - t that must remain after period t for a firm to
        leave 0 and 1, which are its best cutoffs up to 1,000 (0 where none is better), and
        value_with_cutoffs.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, or an amount cannot be counted.

    Examples
    --------
    >>> import cakernel
    >>> table = own_state_scores(cakernel.regime("base"), scenarios=cakernel.paper_scenarios()[:1])
    >>> best = table.sort("value_with_cutoffs", "value").row(-1, named=True)
    >>> best["side"], best["from_low"], best["from_medium"], best["leave_low"]
    ('intangibles', 1, 1, 7)
    """
    check_process()
    check_some(scenarios=scenarios)
    wanted = objective or Objective()
    both = (OPERATIONAL, INTANGIBLES)
    of_sides = (sides_of(side, model, scenarios, wanted, False) for side in both)
    sides = list(zip(*of_sides, strict=True))
    ring = model.boundary_ends == "periodic"
    shares = (shares_of(model.firms, ring), shares_of(1, ring))
    distinct = list(dict.fromkeys((side, s) for pair in sides for s, side in enumerate(pair)))
    with ThreadPoolExecutor(threads or MOST_THREADS) as pool:
        scored = pool.map(lambda each: scores_of(each[0], shares[each[1]]), distinct)
        known = dict(zip(distinct, scored, strict=True))
    rows = [
        (n, SIDES[s], *rule, *found)
        for n, pair in enumerate(sides)
        for s, side in enumerate(pair)
        for rule, found in zip(RULES, known[side, s], strict=True)
    ]
    return pl.DataFrame(rows, SCHEMA, orient="row")


SCHEMA: Final[dict[str, Any]] = {
    "scenario": pl.Int64,
    "side": pl.Enum(SIDES),
    "from_low": pl.Int64,
    "from_medium": pl.Int64,
    "value": pl.Float64,
    "leave_low": pl.Int64,
    "leave_medium": pl.Int64,
    "value_with_cutoffs": pl.Float64,
}


def shares_of(firms: int, ring: bool) -> tuple[float, float, float]:
    """Return the shares of firms that, with their neighbours, are one, two and three."""
    if firms < 3:
        return float(firms == 1), float(firms == 2), 0.0
    ends = 0.0 if ring else 2 / firms
    return 0.0, ends, 1.0 - ends


def scores_of(side: Side, shares: tuple[float, float, float]) -> list[Score]:
    """Return the scores of all `RULES` on one side."""
    alone = alone_of(side, shares)
    tails = np.empty((min(side.periods, MOST_CUTOFF) + 1, COEFFICIENTS))
    fill_tails(tails, alone)
    found = []
    for rule in RULES:
        value = score(alone, side.periods, rule, (0, 0))
        best, leave_low, leave_medium = best_cutoffs(alone, side.periods, rule, tails)
        # the same sum in another order is no better
        if best <= value + 1e-12 * abs(value):
            best, leave_low, leave_medium = value, 0, 0
        found.append(Score(value, leave_low, leave_medium, best))
    return found


def alone_of(side: Side, shares: tuple[float, float, float]) -> Alone:
    """Return one side of firms as the kernel has it."""
    return Alone(
        income=np.array(side.income),
        bonus=np.array(side.bonus),
        terminal=np.array(side.terminal),
        cost=np.array(side.cost),
        shares=np.array(shares),
        severe=side.severe,
        mild=side.mild,
        initial=side.initial,
        when_hit=side.when_hit,
    )
