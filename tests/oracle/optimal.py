"""The best that firms of one short chain can do, by trying every joint decision.

Plain Python and exact budgets: amounts are whole numbers. A chain is a `Case`; values are means
over its firms.
"""

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import NamedTuple

Three = tuple[float, float, float]
# state, hit or not, probability
Shocked = list[tuple[int, bool, float]]


class Firm(NamedTuple):
    """Operational state, intangibles state, resources."""

    x: int
    y: int
    resources: float


@dataclass(frozen=True)
class Case:
    """A chain and a resource scenario; costs are of 0 -> 1, 1 -> 2, 0 -> 2."""

    firms: int
    periods: int
    supply: tuple[float, float]
    cyber: tuple[float, float]
    r_x: Three
    r_y: Three
    c_x: Three
    c_y: Three
    initial: Firm
    when_hit: bool = False
    ring: bool = False
    weights: tuple[float, float] = (0.0, 0.0)
    worth_x: Three = (0.0, 0.0, 0.0)
    worth_y: Three = (0.0, 0.0, 0.0)


def best_within_budgets(case: Case) -> float:
    """Return the best mean objective over the firms, every firm within its own budget."""

    @cache
    def value(period: int, chain: tuple[Firm, ...]) -> float:
        if period == case.periods:
            return sum(f.resources + case.worth_x[f.x] + case.worth_y[f.y] for f in chain)
        states = [f.x for f in chain]
        rich = [
            f.resources + case.r_x[lowest(states, i, case.ring)] + case.r_y[f.y]
            for i, f in enumerate(chain)
        ]
        total = 0.0
        outcomes = [shocked(f.x, case.supply) for f in chain]
        for cyber in range(3):
            of_y = [shocked(f.y, case.cyber)[cyber] for f in chain]
            odds = of_y[0][2]
            if odds == 0.0:
                continue
            for of_x in product(*outcomes):
                likely = odds
                for each in of_x:
                    likely *= each[2]
                if likely > 0.0:
                    hit = zip(of_x, of_y, rich, strict=True)
                    found = tuple(options(*x[:2], *y[:2], r) for x, y, r in hit)
                    total += likely * decided(period, mirrored(found))
        return total

    @cache
    def decided(period: int, choices: tuple[tuple[tuple[Firm, float], ...], ...]) -> float:
        return max(
            sum(gain for _, gain in choice)
            + value(period + 1, mirrored(tuple(firm for firm, _ in choice)))
            for choice in product(*choices)
        )

    @cache
    def options(
        x: int, x_hit: bool, y: int, y_hit: bool, rich: float
    ) -> tuple[tuple[Firm, float], ...]:
        found = []
        for to_x in range(x, 3 if x_hit or not case.when_hit else x + 1):
            for to_y in range(y, 3 if y_hit or not case.when_hit else y + 1):
                left = rich - cost(case.c_x, x, to_x) - cost(case.c_y, y, to_y)
                if left >= 0:
                    gain = (case.weights[0] * to_x + case.weights[1] * to_y) / case.periods
                    found.append((Firm(to_x, to_y, left), gain))
        return tuple(found)

    return value(0, (case.initial,) * case.firms) / case.firms


def best_without_budgets(case: Case) -> float:
    """Return the best mean of what firms earn by x alone, less what they pay for it."""
    joint = list(product(range(3), repeat=case.firms))
    last = {s: sum(case.worth_x[x] for x in s) for s in joint}
    for _ in range(case.periods):
        value = {}
        for s in joint:
            value[s] = sum(case.r_x[lowest(list(s), i, case.ring)] for i in range(case.firms))
            for shocks in product(*(shocked(x, case.supply) for x in s)):
                odds, choices = 1.0, []
                for x, hit, likely in shocks:
                    odds *= likely
                    top = 3 if hit or not case.when_hit else x + 1
                    choices.append([(to, cost(case.c_x, x, to)) for to in range(x, top)])
                value[s] += odds * max(
                    last[tuple(to for to, _ in choice)]
                    + sum(case.weights[0] * to / case.periods - paid for to, paid in choice)
                    for choice in product(*choices)
                )
        last = value
    return last[(case.initial.x,) * case.firms] / case.firms


def own_state_value(case: Case, rule: tuple[int, int], cutoffs: tuple[int, int]) -> float:
    """Return what firms earn by x under a rule of the own state, with budgets dropped.

    By the probabilities of all joint states; ``rule`` is where it goes from 0 and from 1,
    ``cutoffs`` the least periods after this one that must remain.
    """
    chance = {(case.initial.x,) * case.firms: 1.0}
    earned = 0.0
    for remain in range(case.periods - 1, -1, -1):
        after: dict[tuple[int, ...], float] = {}
        for s, odds in chance.items():
            incomes = (case.r_x[lowest(list(s), i, case.ring)] for i in range(case.firms))
            earned += odds * sum(incomes)
            for shocks in product(*(shocked(x, case.supply) for x in s)):
                likely, reached = odds, []
                for _, _, share in shocks:
                    likely *= share
                for x, hit, _ in shocks:
                    goes = x < 2 and (hit or not case.when_hit) and remain >= cutoffs[x]
                    to = rule[x] if goes else x
                    earned += likely * (case.weights[0] * to / case.periods - cost(case.c_x, x, to))
                    reached.append(to)
                after[tuple(reached)] = after.get(tuple(reached), 0.0) + likely
        chance = after
    earned += sum(odds * sum(case.worth_x[x] for x in s) for s, odds in chance.items())
    return earned / case.firms


def mirrored(chain: tuple) -> tuple:
    """Return a chain or its mirror image, the same for both."""
    return min(chain, chain[::-1])


def lowest(states: list[int], i: int, ring: bool) -> int:
    """Return the lowest state of firm i and its neighbours."""
    around = [i - 1, i, i + 1]
    if ring:
        return min(states[j % len(states)] for j in around)
    return min(states[j] for j in around if 0 <= j < len(states))


def shocked(state: int, odds: tuple[float, float]) -> Shocked:
    """Return the state after a severe, a mild and no disruption, whether hit, and how likely."""
    severe, mild = odds
    return [(0, True, severe), (max(state - 1, 0), True, mild), (state, False, 1 - severe - mild)]


def cost(costs: Three, low: int, high: int) -> float:
    """Return what an upgrade costs, 0 if there is none."""
    return {(0, 1): costs[0], (1, 2): costs[1], (0, 2): costs[2]}.get((low, high), 0.0)
