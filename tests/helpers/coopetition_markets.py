"""Markets for the tests, and the same as points of the oracle."""

import random

from cakernel.coopetition import Market

CONTRACTS = {"fixed": "fixed", "fixed-moq": "fixed-minimum", "flexible-moq": "flexible"}


def random_market(seed: int, *, chains: int = 2, alike: bool = True) -> Market:
    """Return a market with parameters anywhere in the ranges that are of interest."""
    draw = random.Random(seed).uniform

    def each(low: float, high: float) -> float | tuple[float, ...]:
        return draw(low, high) if alike else tuple(draw(low, high) for _ in range(chains))

    price = draw(0.1, 0.6)
    return Market(
        chains=chains,
        threat_probability=draw(0, 1),
        vulnerability=each(0.05, 1),
        delivery_loss=draw(0.05, 0.9),
        breach_cost=each(0, 0.4),
        discount=draw(0, 0.3),
        security_effectiveness=10 ** draw(1, 3),
        security_elasticity=draw(1, 3),
        substitutability=draw(0, 1),
        demand_intercept=draw(0.8, 1.2),
        demand_slope=draw(0.8, 1.2),
        wholesale_price=price,
        supplier_cost=draw(0.3, 1) * price,
        sharing_level=draw(0, 1),
        spillover=draw(0, 0.9),
        subsidy_rate=draw(0, 0.8),
        essential_need=each(0.05, 0.4),
        harm_per_unit=draw(0, 2),
        minimum_order=draw(0, 1),
    )


def point(market: Market) -> dict[str, object]:
    """Return a market in the terms of the oracle."""

    def each(value):
        return list(value) if isinstance(value, tuple) else [value] * market.chains

    return {
        "n": market.chains,
        "tau": market.threat_probability,
        "v": each(market.vulnerability),
        "loss": market.delivery_loss,
        "L": each(market.breach_cost),
        "delta": market.discount,
        "Mbar": market.discount_threshold,
        "alpha": market.security_effectiveness,
        "beta": market.security_elasticity,
        "gamma": market.substitutability,
        "a": market.demand_intercept,
        "b": market.demand_slope,
        "w": market.wholesale_price,
        "c_s": market.supplier_cost,
        "theta": market.sharing_level,
        "lambda_": market.spillover,
        "kappa": market.disclosure_cost,
        "sigma": market.subsidy_rate,
        "d": each(market.essential_need),
        "h": market.harm_per_unit,
        "M": market.minimum_order,
    }
