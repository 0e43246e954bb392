"""Choices of a government and what follows from them, each solved once."""

from typing import Any

import numpy as np

from cakernel.coopetition.columns import MARKET_OUTCOMES, STATUSES, is_equilibrium
from cakernel.coopetition.kernel_calls import Progress, solve_group
from cakernel.coopetition.market import COMMON, Market
from cakernel.coopetition.points import Numbers, single_point
from cakernel.coopetition.words import CONTRACTS, REGIMES

# what a government chooses, in the order of a choice's numbers
CHOSEN = ("subsidy_rate", "sharing_level", "minimum_order")
# differences of profits or welfare that come from rounding, in units of what a chain alone could
# earn
ROUNDING = 1e-12
# columns of what is solved, after the status
WELFARE = 1 + MARKET_OUTCOMES.index("economic_welfare")
PROFITS = slice(1 + len(MARKET_OUTCOMES), None)


class Trials:
    """What chains make of the choices tried, arrays (choices, 3) in the order of ``CHOSEN``.

    ``scale`` is what a chain alone could earn without costs, ``solved`` counts equilibria so far.
    """

    def __init__(self, market: Market, *, threads: int, progress: Progress | None) -> None:
        self.scale = market.demand_intercept**2 / (4 * market.demand_slope)
        self.solved = 0
        self._group = single_point(market)
        self._threads = threads
        self._progress = progress
        self._expected = 0
        self._known: dict[str, dict[tuple[float, ...], Numbers]] = {"flexible-moq": {}, "fixed": {}}

    def welfare(self, choices: Numbers) -> Numbers:
        """Return economic welfare, minus infinity where chains find no equilibrium."""
        return self._solved(choices, "flexible-moq")[:, WELFARE]

    def smallest_gains(self, choices: Numbers) -> Numbers:
        """Return what the chain that gains least gains over the fixed contract.

        Minus infinity where chains find no equilibrium under one of the two contracts.
        """
        flexible = self._solved(choices, "flexible-moq")[:, PROFITS]
        # the minimum order has no part in fixed orders
        without = np.column_stack([choices[:, :2], np.zeros(len(choices))])
        fixed = self._solved(without, "fixed")[:, PROFITS]
        both = np.isfinite(flexible[:, 0]) & np.isfinite(fixed[:, 0])
        gains = np.full(len(choices), -np.inf)
        gains[both] = (flexible[both] - fixed[both]).min(axis=1)
        return gains

    def kept_welfare(self, choices: Numbers) -> Numbers:
        """Return welfare, minus infinity where a chain would rather not take part."""
        kept = self.smallest_gains(choices) >= -ROUNDING * self.scale
        return np.where(kept, self.welfare(choices), -np.inf)

    def outcome(self, choice: Numbers) -> dict[str, Any]:
        """Return the expectations of the whole market under one choice, and the status."""
        status, *numbers = self._solved(choice[None], "flexible-moq")[0]
        whole = dict(zip(MARKET_OUTCOMES, numbers, strict=False))
        return whole | {"status": STATUSES[int(status)]}

    def expect(self, more: int) -> None:
        """Say about how many equilibria are still to be solved, for progress."""
        self._expected = self.solved + more
        self._advance(0)

    def _advance(self, count: int) -> None:
        self.solved += count
        if self._progress is not None:
            self._progress(self.solved, max(self.solved, self._expected))

    def _solved(self, choices: Numbers, contract: str) -> Numbers:
        """Return status, ``MARKET_OUTCOMES`` and each chain's profit, (choices, 1 + 8 + chains)."""
        known = self._known[contract]
        keys = [tuple(choice) for choice in choices.tolist()]
        new = [key for key in dict.fromkeys(keys) if key not in known]
        if new:
            group = self._group.repeated(len(new))
            group.parameters[:, [list(COMMON).index(name) for name in CHOSEN]] = new
            rows = solve_group(
                group,
                contracts=np.array([CONTRACTS.index(contract)]),
                regimes=np.array([REGIMES.index("nash")]),
                threads=self._threads,
                advance=self._advance,
            )
            whole = [rows.markets[name] for name in MARKET_OUTCOMES]
            found = np.vstack([*whole, rows.chains["profit"].T])
            found = np.where(is_equilibrium(rows), found, -np.inf)
            known.update(zip(new, np.vstack([rows.markets["status"], found]).T, strict=True))
        return np.array([known[key] for key in keys])
