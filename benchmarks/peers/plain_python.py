"""The model in plain Python: lists, a loop over firms, nothing to install.

The disruptions of a (scenario, replication) pair are drawn once and serve every policy.
"""

import random
from itertools import product

import polars as pl
from work import RULES, Work, mean_frame, rule_names

import cakernel as ck

STEPS = {"u": [(0, -1)], "d": [(0, 1)], "c": [(-1, 0), (1, 0)]}


def radical(own, seen):
    return 2


def incremental(own, seen):
    return own + 1


def relaxed(own, seen):
    return 2 if 2 in seen else 1


def rigorous(own, seen):
    return 2 if seen.count(2) >= 2 else 1


def matching(own, seen):
    return max([own, *seen])


def market(own, seen):
    return max([own + 1, *seen])


# targets of a firm in state 0 or 1; one in state 2 has nothing to recover
TARGETS = {
    "radical": radical,
    "incremental": incremental,
    "relaxed": relaxed,
    "rigorous": rigorous,
    "matching": matching,
    "market": market,
}


def neighbours(model: ck.Model, sees: str) -> list[list[int]]:
    """Return the places of the neighbours that each firm sees; a firm's place is k * firms + i."""
    found = []
    for k, i in product(range(model.chains), range(model.firms)):
        near = [(k + down, i + along) for side in sees for down, along in STEPS[side]]
        inside = [(a, b) for a, b in near if 0 <= a < model.chains and 0 <= b < model.firms]
        found.append([a * model.firms + b for a, b in inside])
    return found


def draw(rng: random.Random, severe: float, mild: float) -> int:
    """Return by how much one disruption lowers a state: 0, 1 (mild) or 2 (severe)."""
    u = rng.random()
    return 2 if u < severe else 1 if u < severe + mild else 0


def draw_shocks(model: ck.Model, rng: random.Random) -> tuple[list[list[int]], list[list[int]]]:
    """Return each period's shocks: of every firm's x, and of every firm's y (its chain's)."""
    supply, cyber = [], []
    for _ in range(model.periods):
        supply.append(
            [
                draw(rng, model.supply_severe, model.supply_mild)
                for _ in range(model.chains * model.firms)
            ]
        )
        by_chain = [draw(rng, model.cyber_severe, model.cyber_mild) for _ in range(model.chains)]
        cyber.append([shock for shock in by_chain for _ in range(model.firms)])
    return supply, cyber


def prices(cost: tuple[float, float, float]) -> list[list[float]]:
    """Return what it costs to go from a state to a state."""
    return [[0, cost[0], cost[2]], [0, 0, cost[1]], [0, 0, 0]]


def replicate(
    model: ck.Model,
    policy: ck.Policy,
    scenario: ck.ResourceScenario,
    supply: list[list[int]],
    cyber: list[list[int]],
) -> tuple[int, int, float]:
    """Run one replication; return the sums of x and y over firms and periods, of R over firms."""
    supply_rule, cyber_rule = rule_names(policy)
    on_site = cyber_rule == "CRD-0"
    kind_x, sees_x = RULES[supply_rule]
    kind_y, sees_y = RULES[cyber_rule]
    target_of_x, target_of_y = TARGETS[kind_x], TARGETS.get(kind_y)
    seen_x, seen_y = neighbours(model, sees_x), neighbours(model, sees_y)
    line = [[n, *near] for n, near in enumerate(neighbours(model, "ud"))]
    r_x, r_y = scenario.operational_acquisition, scenario.intangibles_acquisition
    price_x, price_y = prices(scenario.operational_cost), prices(scenario.intangibles_cost)
    x_first = policy.principle == "P"

    firms = range(model.chains * model.firms)
    x = [model.initial_operational] * len(firms)
    y = [1 if on_site else model.initial_intangibles] * len(firms)
    resources = [model.initial_resources] * len(firms)
    sum_x = sum_y = 0
    for shock_x, shock_y in zip(supply, cyber, strict=True):
        for n in firms:
            resources[n] += r_x[min([x[j] for j in line[n]])] + r_y[y[n]]
        x = [max(state - shock, 0) for state, shock in zip(x, shock_x, strict=True)]
        if not on_site:
            y = [max(state - shock, 0) for state, shock in zip(y, shock_y, strict=True)]
        next_x, next_y = x.copy(), y.copy()
        for n in firms:
            u, v = x[n], y[n]
            to_x = u if u == 2 else target_of_x(u, [x[j] for j in seen_x[n]])
            to_y = v if v == 2 or on_site else target_of_y(v, [y[j] for j in seen_y[n]])
            cost_x, cost_y = price_x[u][to_x], price_y[v][to_y]
            have = resources[n]
            pays_x, pays_y = have >= cost_x, have >= cost_y
            if pays_x and pays_y and have < cost_x + cost_y:
                pays_x, pays_y = x_first, not x_first
            if pays_x:
                next_x[n] = to_x
                resources[n] -= cost_x
            if pays_y:
                next_y[n] = to_y
                resources[n] -= cost_y
        x, y = next_x, next_y
        sum_x += sum(x)
        sum_y += sum(y)
    return sum_x, sum_y, sum(resources)


def run(work: Work) -> pl.DataFrame:
    """Run the work on one thread."""
    totals = [[0, 0, 0.0] for _ in work.policies]
    for s, replication in work.pairs:
        rng = random.Random(f"{work.seed} {s} {replication}")
        supply, cyber = draw_shocks(work.model, rng)
        for total, policy in zip(totals, work.policies, strict=True):
            outcome = replicate(work.model, policy, work.scenarios[s], supply, cyber)
            for n, value in enumerate(outcome):
                total[n] += value
    return mean_frame(work, totals)
