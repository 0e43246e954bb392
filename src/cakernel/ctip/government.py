"""The government's best subsidy, sharing level and pooled minimum order.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import polars as pl
from pydantic import Field

from cakernel.checks import Allowed, check_value, whole
from cakernel.ctip.market import COMMON, LARGEST, SMALLEST, Market
from cakernel.ctip.points import Group, Numbers, points_of
from cakernel.ctip.solving import solve_group, threads_or_all
from cakernel.ctip.table import CONTRACTS, REGIMES, is_equilibrium
from cakernel.kernel.ctip.driver import Rows
from cakernel.kernel.jit import MOST_THREADS

# beyond this, investments of chains stand in for each other
STRONGEST_SPILLOVER = 0.95
# points of the first grid along subsidy, sharing and minimum order
GRID = (9, 9, 15)
# best points of each branch that are followed, and steps in shares of the range
FOLLOWED = 2
FIRST_STEP, LAST_STEP = 1 / 16, 1e-4
# minimum orders on a line, how much finer the next line is, and the finest by the first
LINE, FINER, FINEST = 9, 1 / 4, 1e-4
LONG_LINE = 257
# points that the answer is compared with, half of them near it
CHECKED = 1024
# profits that rounding may make differ
EQUAL = 1e-12

LargestSubsidy = Annotated[float, Field(ge=0, lt=1), Allowed("a number from 0 to below 1")]
LargestOrder = Annotated[
    float, Field(ge=SMALLEST, le=LARGEST), Allowed(f"a number from {SMALLEST:g} to {LARGEST:g}")
]


def best_government(
    market: Market,
    *,
    largest_subsidy_rate: float = 0.8,
    largest_minimum_order: float | None = None,
    threads: int | None = None,
) -> pl.DataFrame:
    """Find what a government that moderates the platform should choose.

    Inspired by the abstract of Arisian et al. (2025); not a reproduction. The government sets
    subsidy rate, sharing level and pooled minimum order for the highest economic welfare under the
    flexible contract, chains investing each for itself. Welfare may jump at the discount threshold,
    so below it, at it and above it are searched apart.

    Parameters
    ----------
    market : Market
        Its own three values are those that the result is compared with.
    largest_subsidy_rate : float, default 0.8
        sigma_max, 0 to below 1.
    largest_minimum_order : float, optional
        The largest M that is tried; by default what all chains would sell without costs, each
        alone and breached.
    threads : int, optional
        Threads to use; by default all.

    Returns
    -------
    polars.DataFrame
        Two rows, ``participation`` false and true (each chain must earn as much as under separate
        fixed orders, subsidy and sharing the same): ``subsidy_rate``, ``sharing_level``,
        ``minimum_order``, ``at_threshold`` (M = Mbar), ``economic_welfare``, ``welfare_now`` (at
        the market's own values), ``total_profit``, ``subsidy_bill``, ``unmet_need``,
        ``smallest_profit_gain`` (over the fixed contract, of the chain that gains least),
        ``largest_gain`` (certificate: the most welfare found above the answer's at points spread
        over all choices and around the answer), ``equilibria_solved``. All null but the first where
        no choice keeps all chains in.

    Raises
    ------
    InvalidInput
        If an argument is outside its range.
    """
    check_value("largest_subsidy_rate", largest_subsidy_rate, LargestSubsidy)
    if largest_minimum_order is None:
        # a breached chain that loses nearly all would order without end
        kept = max(1 - market.delivery_loss, 0.1)
        alone = market.demand_intercept / (2 * market.demand_slope * kept)
        largest_minimum_order = market.chains * alone
    check_value("largest_minimum_order", largest_minimum_order, LargestOrder)
    if threads is not None:
        check_value("threads", threads, whole(1, MOST_THREADS))
    sharing = min(1.0, STRONGEST_SPILLOVER / max(market.spillover, STRONGEST_SPILLOVER))
    search = _Search(
        market,
        np.array([largest_subsidy_rate, sharing, largest_minimum_order]),
        threads_or_all(threads),
    )
    return pl.DataFrame([search.best(participation) for participation in (False, True)])


@dataclass
class _Tried:
    """Choices and what follows from them, a row a choice.

    ``choices`` (choices, 3); ``welfare`` (choices,), minus infinity where chains find no
    equilibrium; ``margin`` (choices,) smallest gain of a chain over the fixed contract; ``other``
    (choices, 3): all profits, subsidy bill, unmet need.
    """

    choices: Numbers
    welfare: Numbers
    margin: Numbers
    other: Numbers

    def one(self, n: int) -> "_Tried":
        """Return one of the choices."""
        part = slice(n, n + 1)
        return _Tried(self.choices[part], self.welfare[part], self.margin[part], self.other[part])

    def value(self, participation: bool) -> Numbers:
        """Return welfare, minus infinity where a chain that may would rather not take part."""
        kept = self.margin >= -EQUAL
        return np.where(kept, self.welfare, -np.inf) if participation else self.welfare


class _Search:
    """The choices of one government and what has been tried of them."""

    def __init__(self, market: Market, largest: Numbers, threads: int) -> None:
        self.group = points_of([market], market).groups[0]
        self.market = market
        self.largest = largest
        self.threads = threads
        self.solved = 0
        self.grid = self._try(self._grid())
        now = [market.subsidy_rate, market.sharing_level, market.minimum_order]
        self.now = self._try(np.array([now]))

    def best(self, participation: bool) -> dict[str, Any]:
        """Return the best choice, as a row of the result."""
        threshold = self.market.discount_threshold
        best: _Tried | None = None
        value = -np.inf
        for discounted in (False, True):
            branch = (self.grid.choices[:, 2] >= threshold) == discounted
            values = np.where(branch, self.grid.value(participation), -np.inf)
            for n in np.argsort(-values, kind="stable")[:FOLLOWED]:
                if values[n] > -np.inf:
                    found = self._follow(self.grid.choices[n], participation)
                    if found.value(participation)[0] > value:
                        best, value = found, found.value(participation)[0]
        if best is None:
            return {"participation": participation}
        gain = 0.0
        for _ in range(3):
            checks = self._try(self._checks(best.choices[0]))
            values = checks.value(participation)
            gain = max(0.0, float(values.max() - value))
            if gain <= 1e-9 * abs(value):
                break
            n = int(values.argmax())
            best = self._follow(checks.choices[n], participation)
            value = best.value(participation)[0]
        subsidy, sharing, order = best.choices[0]
        profit, bill, unmet = best.other[0]
        return {
            "participation": participation,
            "subsidy_rate": subsidy,
            "sharing_level": sharing,
            "minimum_order": order,
            "at_threshold": bool(order == threshold),
            "economic_welfare": value,
            "welfare_now": self.now.welfare[0] if np.isfinite(self.now.welfare[0]) else None,
            "total_profit": profit,
            "subsidy_bill": bill,
            "unmet_need": unmet,
            "smallest_profit_gain": best.margin[0],
            "largest_gain": gain,
            "equilibria_solved": self.solved,
        }

    def _grid(self) -> Numbers:
        """Return the first choices: a grid, the threshold itself, and as near below it as can."""
        lines = [np.linspace(0, self.largest[n], GRID[n]) for n in range(3)]
        threshold = self.market.discount_threshold
        if threshold <= self.largest[2]:
            edges = [threshold, np.nextafter(threshold, 0)]
            lines[2] = np.unique(np.concatenate([lines[2], edges]))
        return np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, 3)

    def _follow(self, choice: Numbers, participation: bool) -> _Tried:
        """Move subsidy and sharing to better neighbours, or look nearer where there are none.

        Each neighbour gets its best minimum order: that may lie on the edge of participation, which
        bends with the other two.
        """
        ends = self._ends(choice)
        around = np.array([(s, t) for s in (-1, 0, 1) for t in (-1, 0, 1) if (s, t) != (0, 0)])
        # welfare is flat in orders that bind nobody: look along all of them first
        line = np.repeat(choice[None], LONG_LINE, axis=0)
        line[:, 2] = np.linspace(ends[0][2], ends[1][2], LONG_LINE)
        tried = self._try(line)
        first = tried.one(int(tried.value(participation).argmax()))
        best = self._with_best_orders(first.choices, FIRST_STEP, ends, participation)
        step = FIRST_STEP
        while step > LAST_STEP:
            near = np.repeat(best.choices, len(around), axis=0)
            near[:, :2] += step * self.largest[:2] * around
            found = self._with_best_orders(np.clip(near, *ends), step, ends, participation)
            values = found.value(participation)
            if values.max() > best.value(participation)[0]:
                best = found.one(int(values.argmax()))
            else:
                step /= 2
        return best

    def _with_best_orders(
        self, choices: Numbers, width: float, ends: tuple[Numbers, Numbers], participation: bool
    ) -> _Tried:
        """Give each choice the best minimum order near its own, by ever finer lines of them."""
        choices = choices.copy()
        offsets = np.linspace(-1, 1, LINE)
        finest = width * FINEST
        while width > finest:
            lines = np.repeat(choices, LINE, axis=0)
            lines[:, 2] += width * self.largest[2] * np.tile(offsets, len(choices))
            lines = np.clip(lines, *ends)
            values = self._try(lines).value(participation).reshape(len(choices), LINE)
            best = values.argmax(axis=1)
            # where no order on the line will do, the present one stays
            fine = values.max(axis=1) > -np.inf
            found = lines[:, 2].reshape(len(choices), LINE)[np.arange(len(choices)), best]
            choices[fine, 2] = found[fine]
            width *= FINER
        return self._try(choices)

    def _ends(self, choice: Numbers) -> tuple[Numbers, Numbers]:
        """Return the least and largest choices on the same side of the threshold."""
        threshold = self.market.discount_threshold
        low, high = np.zeros(3), self.largest.copy()
        if choice[2] >= threshold:
            low[2] = threshold
        else:
            high[2] = min(high[2], np.nextafter(threshold, 0))
        return low, high

    def _checks(self, choice: Numbers) -> Numbers:
        """Return choices spread over all, and ever closer around one."""
        number = np.arange(CHECKED)[:, None]
        share = (0.5 + number * np.sqrt([2.0, 3.0, 5.0])) % 1
        near = choice + 0.5 ** (number % 20 + 1) * (2 * share - 1) * self.largest
        near = np.clip(near, *self._ends(choice))
        return np.where(number < CHECKED // 2, share * self.largest, near)

    def _try(self, choices: Numbers) -> _Tried:
        """Solve the market under some choices."""
        rows = self._solve(choices, "flexible-moq")
        # the minimum order has no part in fixed orders
        pairs, place = np.unique(choices[:, :2], axis=0, return_inverse=True)
        without = self._solve(np.column_stack([pairs, np.zeros(len(pairs))]), "fixed")
        fine = is_equilibrium(rows)
        gains = (rows.each[4] - without.each[4][:, place.ravel()]).min(axis=0)
        both = fine & is_equilibrium(without)[place.ravel()]
        return _Tried(
            choices,
            np.where(fine, rows.numbers[6], -np.inf),
            np.where(both, gains, -np.inf),
            rows.numbers[[0, 3, 4]].T,
        )

    def _solve(self, choices: Numbers, contract: str) -> Rows:
        """Find the chains' equilibria under some choices and a contract."""
        count = len(choices)
        parameters = np.repeat(self.group.parameters, count, axis=0)
        names = list(COMMON)
        for n, name in enumerate(("subsidy_rate", "sharing_level", "minimum_order")):
            parameters[:, names.index(name)] = choices[:, n]
        each = np.repeat(self.group.each, count, axis=0)
        self.solved += count
        return solve_group(
            Group(self.group.chains, np.arange(count), parameters, each),
            contracts=np.array([CONTRACTS.index(contract)]),
            regimes=np.array([REGIMES.index("nash")]),
            threads=self.threads,
        )
