"""The coopetition model, straight from its definition: every breach state, every active set.

A point is a mapping with the keys of ``KEYS``; vulnerability v, breach cost L and need d are lists
with one number a chain. Contracts are "fixed", "fixed-minimum" and "flexible".
"""

from itertools import product
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar

KEYS = (
    "n tau v loss L delta Mbar alpha beta gamma a b w c_s theta lambda_ kappa sigma d h M"
).split()
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
    for kinds in product("zero below at above".split(), repeat=len(live)):
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
