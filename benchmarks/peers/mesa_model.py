"""The model in Mesa: firms are agents on a grid of chains, cloud providers are agents too.

A period is four stages that all firms take together (`AgentSet.do`). Firms find their neighbours
through the grid once, as nobody moves. One Mesa model is one replication of one policy; equal seeds
give all policies of a (scenario, replication) pair the same disruptions.
"""

import random

import mesa
import polars as pl
from mesa.discrete_space import FixedAgent, OrthogonalVonNeumannGrid
from work import RULES, Work, mean_frame, rule_names

import cakernel as ck

# steps on the grid (chain, firm) to the neighbours that a rule sees
STEPS = {"u": [(0, -1)], "d": [(0, 1)], "c": [(-1, 0), (1, 0)]}


def draw(rng: random.Random, severe: float, mild: float) -> int:
    """Return by how much one disruption lowers a state: 0, 1 (mild) or 2 (severe)."""
    u = rng.random()
    return 2 if u < severe else 1 if u < severe + mild else 0


def target(kind: str, own: int, seen: list[int]) -> int:
    """Return the state that a rule asks for."""
    if own == 2 or kind == "on-site":
        return own
    if kind == "radical":
        return 2
    if kind == "incremental":
        return own + 1
    if kind == "relaxed":
        return 2 if 2 in seen else 1
    if kind == "rigorous":
        return 2 if seen.count(2) >= 2 else 1
    if kind == "matching":
        return max([own, *seen])
    return max([own + 1, *seen])


class Provider(mesa.Agent):
    """The cloud provider that a chain's firms share."""

    shock = 0

    def draw(self) -> None:
        self.shock = draw(
            self.random, self.model.setting.cyber_severe, self.model.setting.cyber_mild
        )


class Firm(FixedAgent):
    """A firm: operational state x, intangibles state y, resources."""

    def __init__(self, model, cell, provider: Provider) -> None:
        super().__init__(model)
        self.cell = cell
        self.provider = provider
        self.x = model.setting.initial_operational
        self.y = 1 if model.cyber_kind == "on-site" else model.setting.initial_intangibles
        self.resources = model.setting.initial_resources
        self.sum_x = self.sum_y = 0

    def meet(self) -> None:
        """Find the neighbours, once every firm has its place."""
        self.line = self.neighbours("ud")
        self.seen_by_x = self.neighbours(self.model.supply_sees)
        self.seen_by_y = self.neighbours(self.model.cyber_sees)

    def neighbours(self, sees: str) -> list["Firm"]:
        cells = [self.cell.connections.get(step) for side in sees for step in STEPS[side]]
        return [cell.agents[0] for cell in cells if cell is not None]

    def acquire(self) -> None:
        scenario = self.model.scenario
        lowest = min([self.x, *[firm.x for firm in self.line]])
        self.resources += scenario.operational_acquisition[lowest]
        self.resources += scenario.intangibles_acquisition[self.y]

    def suffer(self) -> None:
        setting = self.model.setting
        self.x = max(self.x - draw(self.random, setting.supply_severe, setting.supply_mild), 0)
        if self.model.cyber_kind != "on-site":
            self.y = max(self.y - self.provider.shock, 0)

    def plan(self) -> None:
        """Set targets from the neighbours' states, which nobody changes in this stage."""
        self.to_x = target(self.model.supply_kind, self.x, [firm.x for firm in self.seen_by_x])
        self.to_y = target(self.model.cyber_kind, self.y, [firm.y for firm in self.seen_by_y])

    def recover(self) -> None:
        cost_x = self.model.price_x[self.x][self.to_x]
        cost_y = self.model.price_y[self.y][self.to_y]
        pays_x, pays_y = self.resources >= cost_x, self.resources >= cost_y
        if pays_x and pays_y and self.resources < cost_x + cost_y:
            pays_x, pays_y = self.model.x_first, not self.model.x_first
        if pays_x:
            self.x = self.to_x
            self.resources -= cost_x
        if pays_y:
            self.y = self.to_y
            self.resources -= cost_y
        self.sum_x += self.x
        self.sum_y += self.y


class Chains(mesa.Model):
    """Parallel chains of firms under one policy and one resource scenario."""

    def __init__(self, setting: ck.Model, policy: ck.Policy, scenario, seed: int) -> None:
        super().__init__(seed=seed)
        supply_rule, cyber_rule = rule_names(policy)
        self.supply_kind, self.supply_sees = RULES[supply_rule]
        self.cyber_kind, self.cyber_sees = RULES[cyber_rule]
        self.x_first = policy.principle == "P"
        self.setting, self.scenario = setting, scenario
        self.price_x = prices(scenario.operational_cost)
        self.price_y = prices(scenario.intangibles_cost)
        self.grid = OrthogonalVonNeumannGrid((setting.chains, setting.firms), random=self.random)
        providers = Provider.create_agents(self, setting.chains)
        for cell in self.grid.all_cells:
            Firm(self, cell, providers[cell.coordinate[0]])
        self.firms = self.agents_by_type[Firm]
        self.providers = self.agents_by_type[Provider]
        self.firms.do("meet")

    def step(self) -> None:
        self.firms.do("acquire")
        self.providers.do("draw")
        self.firms.do("suffer")
        self.firms.do("plan")
        self.firms.do("recover")


def prices(cost: tuple[float, float, float]) -> list[list[float]]:
    """Return what it costs to go from a state to a state."""
    return [[0, cost[0], cost[2]], [0, 0, cost[1]], [0, 0, 0]]


def run(work: Work) -> pl.DataFrame:
    """Run the work on one thread."""
    totals = [[0, 0, 0.0] for _ in work.policies]
    for s, replication in work.pairs:
        seed = random.Random(f"{work.seed} {s} {replication}").getrandbits(32)
        for total, policy in zip(totals, work.policies, strict=True):
            model = Chains(work.model, policy, work.scenarios[s], seed)
            for _ in range(work.model.periods):
                model.step()
            for n, name in enumerate(("sum_x", "sum_y", "resources")):
                total[n] += model.firms.agg(name, sum)
    return mean_frame(work, totals)
