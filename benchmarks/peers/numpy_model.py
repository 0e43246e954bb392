"""The model in NumPy: each operation on all firms of many (scenario, replication) pairs at once.

Arrays are (chains, firms, lanes), a lane being a pair. States are int8, resources int16 in units of
1/16, which every amount of the paper is a whole number of. Choices are made by multiplying with 0
or 1, several times faster here than ``np.where``. Draws serve every policy.
"""

from typing import NamedTuple

import numpy as np
import polars as pl
from work import RULES, Work, mean_frame, rule_names

import cakernel as ck

UNIT = 1 / 16
# a block's arrays should fit in the second-level cache
LANES = 2304


class Amounts(NamedTuple):
    """One side's amounts in units, int16 (3, lanes): acquired by state, cost of 0-1, 1-2, 0-2."""

    gain: np.ndarray
    cost: np.ndarray


def in_units(amounts: list[tuple[float, float, float]]) -> np.ndarray:
    """Return amounts (lanes, 3) as whole units (3, lanes)."""
    units = np.array(amounts).T / UNIT
    if (units % 1).any():
        raise ValueError(f"scenarios: amounts must be multiples of {UNIT}")
    return units.astype(np.int16)


def amounts_of(model: ck.Model, lanes: list[ck.ResourceScenario]) -> tuple[Amounts, Amounts]:
    """Return the amounts of both sides, operational and intangible, for a scenario in each lane."""
    operational = Amounts(
        in_units([lane.operational_acquisition for lane in lanes]),
        in_units([lane.operational_cost for lane in lanes]),
    )
    intangible = Amounts(
        in_units([lane.intangibles_acquisition for lane in lanes]),
        in_units([lane.intangibles_cost for lane in lanes]),
    )
    a_period = int(operational.gain.max()) + int(intangible.gain.max())
    if model.initial_resources / UNIT + a_period * model.periods > np.iinfo(np.int16).max:
        raise ValueError("model: resources at the end must fit in int16")
    return operational, intangible


def draw(rng: np.random.Generator, shape: tuple[int, ...], severe: float, mild: float):
    """Return by how much each disruption lowers a state: int8 0, 1 (mild) or 2 (severe)."""
    u = rng.random(shape, dtype=np.float32)
    return (u < severe + mild).view(np.int8) + (u < severe).view(np.int8)


def draw_shocks(model: ck.Model, rng: np.random.Generator, lanes: int):
    """Return the shocks of each period, int8.

    Supply is (periods, chains, firms, lanes), cyber (periods, chains, 1, lanes).
    """
    supply = np.empty((model.periods, model.chains, model.firms, lanes), np.int8)
    for t in range(model.periods):
        supply[t] = draw(rng, supply.shape[1:], model.supply_severe, model.supply_mild)
    shape = (model.periods, model.chains, 1, lanes)
    return supply, draw(rng, shape, model.cyber_severe, model.cyber_mild)


def gather(function: np.ufunc, result: np.ndarray, states: np.ndarray, sees: str) -> np.ndarray:
    """Apply a function to ``result`` and the states of the neighbours that there are, in place."""
    if "u" in sees:
        function(result[:, 1:], states[:, :-1], out=result[:, 1:])
    if "d" in sees:
        function(result[:, :-1], states[:, 1:], out=result[:, :-1])
    if "c" in sees:
        function(result[1:], states[:-1], out=result[1:])
        function(result[:-1], states[1:], out=result[:-1])
    return result


def target(rule: str, own: np.ndarray) -> np.ndarray:
    """Return the states that a rule asks for."""
    kind, sees = RULES[rule]
    if kind == "radical":
        return np.full_like(own, 2)
    if kind == "matching":
        return gather(np.maximum, own.copy(), own, sees)
    if kind in ("incremental", "market"):  # a market's highest state is an own + 1 at least
        return gather(np.maximum, own + (own < 2).view(np.int8), own, sees)
    high = (own == 2).view(np.int8)
    enough = 1 if kind == "relaxed" else 2
    # one's own 2 is enough
    return 1 + (gather(np.add, enough * high, high, sees) >= enough).view(np.int8)


def pay(resources: np.ndarray, own: np.ndarray, wanted: np.ndarray, cost: np.ndarray):
    """Upgrade where resources suffice; pay in place and return the states."""
    rise = wanted - own
    # rise & 1 is 1 for 0-1 and 1-2, rise & own for 1-2 alone, rise >> 1 for 0-2
    price = (rise & 1) * cost[0] + (rise & own) * (cost[1] - cost[0]) + (rise >> 1) * cost[2]
    pays = (resources >= price).view(np.int8)
    resources -= pays * price
    return own + pays * rise


def run_policy(model: ck.Model, policy: ck.Policy, sides, supply: np.ndarray, cyber: np.ndarray):
    """Run a block; return sums of x and y over firms and periods, of R (in units) over firms."""
    supply_rule, cyber_rule = rule_names(policy)
    on_site = cyber_rule == "CRD-0"
    (gain_x, cost_x), (gain_y, cost_y) = sides
    shape = supply.shape[1:]
    x = np.full(shape, model.initial_operational, np.int8)
    y = np.full(shape, 1 if on_site else model.initial_intangibles, np.int8)
    resources = np.full(shape, model.initial_resources / UNIT, np.int16)
    sum_x, sum_y = np.zeros((2, *shape), np.int32)
    least_gain = gain_x[0] + gain_y[0]
    more_x, more_y = np.diff(gain_x, axis=0), np.diff(gain_y, axis=0)
    for shock_x, shock_y in zip(supply, cyber, strict=True):
        lowest = gather(np.minimum, x.copy(), x, "ud")
        resources += least_gain + (lowest >= 1) * more_x[0] + (lowest == 2) * more_x[1]
        resources += (y >= 1) * more_y[0] + (y == 2) * more_y[1]
        u = x - np.minimum(x, shock_x)
        to_x = target(supply_rule, u)
        if on_site:
            x = pay(resources, u, to_x, cost_x)
        else:
            v = y - np.minimum(y, shock_y)
            to_y = target(cyber_rule, v)
            # paying for the favourite first, then for the other out of what is left, is the same
            # as the paper's five cases
            if policy.principle == "P":
                x = pay(resources, u, to_x, cost_x)
                y = pay(resources, v, to_y, cost_y)
            else:
                y = pay(resources, v, to_y, cost_y)
                x = pay(resources, u, to_x, cost_x)
        sum_x += x
        sum_y += y
    return sum_x.sum(), sum_y.sum(), resources.sum(dtype=np.int64)


def run(work: Work) -> pl.DataFrame:
    """Run the work on one thread."""
    totals = np.zeros((len(work.policies), 3))
    scenarios = [work.scenarios[s] for s, _ in work.pairs]
    for n in range(0, len(scenarios), LANES):
        block = scenarios[n : n + LANES]
        rng = np.random.Generator(np.random.SFC64([work.seed, n]))
        sides = amounts_of(work.model, block)
        supply, cyber = draw_shocks(work.model, rng, len(block))
        for p, policy in enumerate(work.policies):
            totals[p] += run_policy(work.model, policy, sides, supply, cyber)
    return mean_frame(work, totals * (1, 1, UNIT))
