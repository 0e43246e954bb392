"""The coopetition model, straight from its definition: every breach state, every active set.

A point is a mapping with the model's letters for keys (n, tau, v, loss, L, delta, Mbar, alpha,
beta, gamma, a, b, w, c_s, theta, lambda_, kappa, sigma, d, h, M); v, L and d are lists with one
number a chain. Contracts are "fixed", "fixed-minimum" and "flexible".
"""

from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize, minimize_scalar

REGIMES = ("nash", "joint", "planner")
Point = dict[str, Any]


class Outcome(NamedTuple):
    """Expectations over breaches at given investments."""

    breach: list[float]
    order: list[float]
    delivery: list[float]
    profit: list[float]
    consumer_surplus: float
    supplier: float
    subsidy: float
    unmet: float
    welfare: float


def breach_probabilities(p: Point, z: list[float]) -> list[float]:
    """Return B_j of Gordon and Loeb's class I with spillovers."""
    reached = [
        z[j] + p["theta"] * p["lambda_"] * sum(z[i] for i in range(p["n"]) if i != j)
        for j in range(p["n"])
    ]
    return [
        p["tau"] * p["v"][j] / (p["alpha"] * reached[j] + 1) ** p["beta"] for j in range(p["n"])
    ]


def terms(p: Point, contract: str) -> tuple[float, float]:
    """Return the price of a unit and the quantity a chain pays for at least."""
    if contract == "fixed":
        return p["w"], 0.0
    discount = p["delta"] if p["M"] >= p["Mbar"] else 0.0
    return p["w"] * (1 - discount), p["M"] / p["n"]


def nash_orders(p: Point, contract: str, first: list[float], second: list[float]) -> list[float]:
    """Return the orders that are best responses to each other.

    ``first`` and ``second`` are E x and E x^2 of the share x that arrives. Each chain's order is
    0, below, at or above what it pays for anyway: every combination is tried.
    """
    n, a, b, gamma = p["n"], p["a"], p["b"], p["gamma"]
    price, free = terms(p, contract)
    live = [j for j in range(n) if second[j] > 0]

    def response(j: int, orders: np.ndarray) -> float:
        rivals = sum(first[i] * orders[i] for i in range(n) if i != j)
        worth = first[j] * (a - b * gamma * rivals)
        paid, unpaid = ((worth - c) / (2 * b * second[j]) for c in (price, 0.0))
        if paid > free:
            return paid
        return max(0.0, min(free, unpaid))

    best, least = np.zeros(n), np.inf
    for kinds in product(["above", "at", "below", "zero"], repeat=len(live)):
        matrix, right = np.eye(n), np.zeros(n)
        for j, kind in zip(live, kinds, strict=True):
            if kind == "at":
                right[j] = free
            elif kind != "zero":
                matrix[j] = [b * gamma * first[j] * first[i] for i in range(n)]
                matrix[j, j] = 2 * b * second[j]
                right[j] = first[j] * a - (price if kind == "above" else 0.0)
        orders = np.linalg.solve(matrix, right)
        error = max(abs(response(j, orders) - orders[j]) for j in live) if live else 0.0
        if error < least:
            best, least = orders, error
        if least < 1e-15:
            break
    assert least < 1e-12
    return [max(0.0, float(order)) for order in best]


def state_orders(
    p: Point, contract: str, breach: list[float]
) -> dict[tuple[int, ...], list[float]]:
    """Return the orders in each breach state."""
    states = list(product((0, 1), repeat=p["n"]))
    if contract == "flexible":
        found = {}
        for state in states:
            share = [1 - p["loss"] * hit for hit in state]
            found[state] = nash_orders(p, contract, share, [x * x for x in share])
        return found
    kept = 1 - p["loss"]
    orders = nash_orders(
        p,
        contract,
        [1 - q + q * kept for q in breach],
        [1 - q + q * kept**2 for q in breach],
    )
    return dict.fromkeys(states, orders)


def outcome(
    p: Point,
    contract: str,
    z: list[float],
    known: dict[tuple[int, ...], list[float]] | None = None,
) -> Outcome:
    """Return what all expect at investments ``z``, state by state."""
    n = p["n"]
    price, free = terms(p, contract)
    breach = breach_probabilities(p, z)
    orders = known or state_orders(p, contract, breach)
    order, delivery, revenue, payment = ([0.0] * n for _ in range(4))
    consumer_surplus = supplier = unmet = 0.0
    for state, placed in orders.items():
        odds = float(np.prod([q if hit else 1 - q for q, hit in zip(breach, state, strict=True)]))
        got = [(1 - p["loss"] * hit) * o for hit, o in zip(state, placed, strict=True)]
        for j in range(n):
            rivals = sum(got) - got[j]
            market_price = p["a"] - p["b"] * (got[j] + p["gamma"] * rivals)
            units = max(free, placed[j])
            order[j] += odds * placed[j]
            delivery[j] += odds * got[j]
            revenue[j] += odds * market_price * got[j]
            payment[j] += odds * price * units
            supplier += odds * (price - p["c_s"]) * units
            unmet += odds * max(0.0, p["d"][j] - got[j])
        pairs = sum(got[i] * got[j] for i in range(n) for j in range(i))
        squares = sum(q * q for q in got)
        consumer_surplus += odds * p["b"] / 2 * (squares + 2 * p["gamma"] * pairs)
    profit = [
        revenue[j]
        - payment[j]
        - (1 - p["sigma"]) * z[j]
        - p["kappa"] * p["theta"] ** 2
        - p["L"][j] * breach[j]
        for j in range(n)
    ]
    subsidy = p["sigma"] * sum(z)
    welfare = consumer_surplus + sum(profit) + supplier - subsidy - p["h"] * unmet
    return Outcome(
        breach, order, delivery, profit, consumer_surplus, supplier, subsidy, unmet, welfare
    )


def goal(p: Point, contract: str, regime: str, chain: int) -> Callable[[list[float]], float]:
    """Return what chooses investments by: a chain's profit, all profits, or welfare."""
    known = state_orders(p, contract, [0.0] * p["n"]) if contract == "flexible" else None

    def value(z: list[float]) -> float:
        expected = outcome(p, contract, z, known)
        if regime == "planner":
            return expected.welfare
        return expected.profit[chain] if regime == "nash" else sum(expected.profit)

    return value


def best_response(
    value: Callable[[list[float]], float], z: list[float], j: int, top: float
) -> float:
    """Return the best investment of one chain: a grid, then SciPy's bounded search around it."""

    def loss(x: float) -> float:
        return -value([x if i == j else z[i] for i in range(len(z))])

    grid = top * np.linspace(0, 1, 45) ** 4
    k = int(np.argmin([loss(x) for x in grid]))
    ends = grid[max(k - 1, 0)], grid[min(k + 1, len(grid) - 1)]
    found = minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-13})
    return float(found.x) if found.fun < loss(0.0) else 0.0


def nash(p: Point, contract: str, start: list[float]) -> list[float]:
    """Return where best responses, one chain after the other, settle."""
    values = [goal(p, contract, "nash", j) for j in range(p["n"])]
    top = (p["a"] ** 2 / p["b"] + max(p["L"])) / (1 - p["sigma"])
    z = list(start)
    for _ in range(200):
        before = list(z)
        for j in range(p["n"]):
            z[j] = best_response(values[j], z, j, top)
        if max(abs(x - y) for x, y in zip(z, before, strict=True)) < 1e-8:
            return z
    raise ArithmeticError("best responses do not settle")


def optimum(p: Point, contract: str, regime: str) -> list[float]:
    """Return the investments of the highest joint profit or welfare: a grid, then Nelder-Mead."""
    value = goal(p, contract, regime, 0)
    top = (p["n"] * (p["a"] ** 2 / p["b"] + max(p["L"])) + p["h"] * sum(p["d"])) / (1 - p["sigma"])
    line = top * np.linspace(0, 1, 9) ** 6

    def loss(z: np.ndarray) -> float:
        return -value([abs(float(x)) for x in z])

    points = sorted((np.array(z) for z in product(line, repeat=p["n"])), key=loss)
    ends = []
    for point in points[:2]:
        around = point
        for size in (0.3, 0.03, 0.003):
            step = size * (around.max() + 1 / p["alpha"])
            simplex = np.vstack([around, around + step * np.eye(p["n"])])
            options = {"initial_simplex": simplex, "xatol": 1e-10, "fatol": 1e-16, "maxiter": 1000}
            around = np.abs(minimize(loss, around, method="Nelder-Mead", options=options).x)
        ends.append(around)
    best = min(ends, key=loss)
    # what is nearly nothing is nothing, unless that costs
    whole = np.where(best < 1e-7, 0.0, best)
    return [float(x) for x in (whole if loss(whole) <= loss(best) else best)]


def government(
    p: Point, choices: list[tuple[float, float, float]], participation: bool
) -> tuple[float, tuple[float, float, float] | None]:
    """Return the highest welfare among choices of sigma, theta and M, and the choice.

    Under the flexible contract, each chain for itself; with participation no chain may earn less
    than under the fixed contract at the same sigma and theta.
    """
    best: tuple[float, tuple[float, float, float] | None] = (-np.inf, None)
    separate: dict[tuple[float, float], list[float]] = {}
    for sigma, theta, order in choices:
        here = {**p, "sigma": sigma, "theta": theta, "M": order}
        start = [0.0] * p["n"]
        found = outcome(here, "flexible", nash(here, "flexible", start))
        if participation:
            if (sigma, theta) not in separate:
                separate[sigma, theta] = outcome(here, "fixed", nash(here, "fixed", start)).profit
            pairs = zip(found.profit, separate[sigma, theta], strict=True)
            if any(joined < alone for joined, alone in pairs):
                continue
        if found.welfare > best[0]:
            best = found.welfare, (sigma, theta, order)
    return best
