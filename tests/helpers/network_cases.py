"""Random networks for hypothesis, both as the engine and as the oracle take them."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from unittest.mock import patch

import numpy as np
from hypothesis import strategies as st

import cakernel as ck
import oracle.network as definition
from cakernel.recovery.kernel.lanes.step import Planes
from cakernel.recovery.kernel.network.arguments import Shapes
from cakernel.recovery.network import kernel_arrays
from cakernel.recovery.network.columns import AMOUNTS, CYBER_RULES, SUPPLY_RULES
from helpers.count_rules import count_rows, table_of
from helpers.recovery_strategies import CYBER_RULES as CYBER
from helpers.recovery_strategies import SUPPLY_RULES as SUPPLY
from helpers.recovery_strategies import amounts, gains, probabilities

# planes that hold all amounts here: each shape is compiled, and without this each example would be
ROOMY = Shapes(
    planes=(Planes(resources=17, low=12, gain=8, cost_from=0, cost_to=11),) * 2,
    coded=(False, True),
)


def roomy(quanta):
    """Return shapes that hold the amounts of `cases`, and which each firm's is."""
    return ROOMY, quanta.own.astype(np.int64)


def in_roomy_shapes():
    """Let all networks be compiled for the same shapes."""
    return patch.object(kernel_arrays, "shapes_of", roomy)


@dataclass
class Case:
    """A network and what is run on it: tables, links and the rest in plain Python."""

    firms: dict[str, list[Any]]
    links: list[tuple[str, str, str, float]]
    peers: list[tuple[str, str]]
    providers: dict[str, list[Any]]
    demand: str
    recovery: str
    policy: ck.Policy
    scenario: ck.ResourceScenario
    periods: int
    record: list[tuple[int, str, str, str]]
    through: int
    # rows of rules by counts, by name: those of the network, and of the policy
    rules: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    of_policy: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def network(self) -> ck.Network:
        names = ("supplier", "customer", "input", "upkeep")
        links = {name: [link[n] for link in self.links] for n, name in enumerate(names)}
        peers = {name: [pair[n] for pair in self.peers] for n, name in enumerate(("firm", "peer"))}
        return ck.Network(
            firms=self.firms,
            links=links if self.links else None,
            peers=peers if self.peers else None,
            providers=self.providers,
            rules=table_of(self.rules),
            demand=self.demand,
        )

    def horizon(self) -> dict[str, Any]:
        given = {"periods": self.periods, "recovery": self.recovery, "initial_resources": 1.5}
        if self.through:
            names = ("period", "kind", "of", "severity")
            table = {name: [row[n] for row in self.record] for n, name in enumerate(names)}
            given |= {"record": table, "record_through": self.through}
        return given

    def trace(self, **draws):
        """Return the engine's history."""
        with in_roomy_shapes():
            return ck.trace(
                self.network(), policy=self.policy, scenario=self.scenario, **self.horizon(),
                **draws,
            )  # fmt: skip

    def oracle(self) -> definition.Network:
        net = self.network()
        run = list(self.scenario.given.values())
        rules = self.rules | self.of_policy
        firms = []
        for firm, key in zip(net.firms.iter_rows(named=True), net.firm_keys.tolist(), strict=True):
            of = [three for side in run for three in side]
            if firm["r_x0"] is not None:
                of = [firm[name] for name in AMOUNTS]
            exact = [Fraction(str(amount)) for amount in of]
            own = firm["resources"]
            firms.append(
                definition.Firm(
                    firm["id"], key, firm["supply_severe"], firm["supply_mild"],
                    *(tuple(exact[n : n + 3]) for n in range(0, 12, 3)),
                    supply_rule=_rule(firm["supply_rule"], self.policy.supply_rule, rules),
                    cyber_rule=_rule(firm["cyber_rule"], self.policy.cyber_rule, rules),
                    principle=firm["principle"] or self.policy.principle,
                    x=firm["x"], y=firm["y"], provider=firm["provider"],
                    resources=Fraction(str(1.5 if own is None else own)),
                    stock=firm["stock"], holding_cost=Fraction(str(firm["holding_cost"])),
                    spillover=firm["spillover"],
                    supply_cutoffs=_cutoffs(firm["supply_rule"], self.policy.supply_rule),
                    cyber_cutoffs=_cutoffs(firm["cyber_rule"], self.policy.cyber_rule),
                )
            )  # fmt: skip
        providers = {
            row["id"]: definition.Provider(key, row["cyber_severe"], row["cyber_mild"])
            for row, key in zip(
                net.providers.iter_rows(named=True), net.provider_keys.tolist(), strict=True
            )
        }
        links = [definition.Link(s, c, i, Fraction(str(upkeep))) for s, c, i, upkeep in self.links]
        return definition.Network(firms, providers, links, self.peers, self.demand, self.recovery)

    def recorded(self) -> list[definition.Recorded]:
        sizes = {"mild": 1, "severe": 2}
        return [definition.Recorded(p, kind, of, sizes[size]) for p, kind, of, size in self.record]


def _rule(own, rule, by_counts):
    """Return the name of a firm's rule, or of the policy's; of a rule by counts its rows."""
    name = rule.name if own is None else own
    return by_counts.get(name, name)


def _cutoffs(own, rule):
    """Return the cutoffs of the policy's rule, where a firm has none of its own."""
    return rule.cutoffs[:2] if own is None else (0, 0)


@st.composite
def _rules(draw, side, names, of_policy):
    """Return a built-in rule, or one by counts, with cutoffs or without."""
    name = draw(st.sampled_from([*names, *of_policy, *of_policy]))
    rule = ck.count_rule(name, of_policy[name]) if name in of_policy else ck.rule(side, name)
    if rule.on_site or draw(st.booleans()):
        return rule
    low, medium = draw(st.integers(0, 6)), draw(st.integers(0, 6))
    return rule.with_cutoffs(leave_low=low, leave_medium=medium)


def _pairs(ids):
    return st.tuples(st.sampled_from(ids), st.sampled_from(ids)).filter(lambda p: p[0] != p[1])


@st.composite
def cases(draw, most_firms=9, most_periods=12):
    """Return a random `Case`: any graph, with cycles, isolated firms and many alternatives."""
    count = draw(st.integers(1, most_firms))
    ids = [f"firm {n}" for n in range(count)]
    providers = [f"cloud {n}" for n in range(draw(st.integers(0, 3)))]
    links, peers = [], []
    if count > 1:
        triples = st.tuples(_pairs(ids), st.sampled_from(["steel", "glass", "parts"]))
        chosen = draw(st.lists(triples, max_size=4 * count, unique=True))
        links = [
            (*pair, label, draw(st.sampled_from([0.0, 0.0, 0.25, 1.1]))) for pair, label in chosen
        ]
        found = draw(st.lists(_pairs(ids), max_size=2 * count, unique_by=frozenset))
        peers = list(found)

    def column(strategy):
        return [draw(strategy) for _ in ids]

    rules = {name: draw(count_rows()) for name in draw(st.sampled_from(["", "a", "ab"]))}
    of_policy = {name: draw(count_rows()) for name in draw(st.sampled_from(["", "c", "cd"]))}
    risks = column(probabilities)
    own = column(st.booleans())
    three = st.tuples(gains, gains, gains), st.tuples(amounts, amounts, amounts)
    amounts_of = [
        [a for side in (0, 0, 1, 1) for a in draw(three[side])] if mine else [None] * 12
        for mine in own
    ]
    firms = {
        "id": ids,
        "provider": column(st.sampled_from([None, *providers])),
        "supply_severe": [severe for severe, _ in risks],
        "supply_mild": [mild for _, mild in risks],
        **{name: [of[n] for of in amounts_of] for n, name in enumerate(AMOUNTS)},
        "x": column(st.integers(0, 2)),
        "y": column(st.integers(0, 2)),
        "resources": column(st.none() | amounts),
        "supply_rule": column(st.none() | st.sampled_from([*SUPPLY_RULES, *rules, *rules])),
        "cyber_rule": column(st.none() | st.sampled_from([*CYBER_RULES, *rules, *rules])),
        "principle": column(st.sampled_from([None, "P", "C"])),
        "stock": column(st.sampled_from([0, 0, 1, 2, 5])),
        "holding_cost": column(st.sampled_from([0.0, 0.3, 1.25])),
        "spillover": column(st.sampled_from([0.0, 0.5, 1.0])),
    }
    cyber = [draw(probabilities) for _ in providers]
    through = draw(st.sampled_from([0, 0, 3, 5]))
    happened = st.tuples(
        st.integers(1, 6),
        st.sampled_from([("supply", firm) for firm in ids] + [("cyber", p) for p in providers]),
    )
    hits = draw(st.lists(happened, max_size=12, unique=True)) if through else []
    run_amounts = draw(three[0]), draw(three[0]), draw(three[1]), draw(three[1])
    return Case(
        firms=firms,
        links=links,
        peers=peers,
        providers={
            "id": providers,
            "cyber_severe": [severe for severe, _ in cyber],
            "cyber_mild": [mild for _, mild in cyber],
        },
        demand=draw(st.sampled_from(["all", "half", "any", "none"])),
        recovery=draw(st.sampled_from(["every-period", "when-hit"])),
        policy=ck.Policy(
            supply_rule=draw(_rules("supply", SUPPLY, of_policy)),
            cyber_rule=draw(_rules("cyber", CYBER, of_policy)),
            principle=draw(st.sampled_from("PC")),
        ),
        scenario=ck.ResourceScenario(
            operational_acquisition=run_amounts[0],
            intangibles_acquisition=run_amounts[1],
            operational_cost=run_amounts[2],
            intangibles_cost=run_amounts[3],
        ),
        periods=draw(st.integers(1, most_periods)),
        record=[(p, *of, draw(st.sampled_from(["mild", "severe"]))) for p, of in hits],
        through=through,
        rules=rules,
        of_policy=of_policy,
    )
