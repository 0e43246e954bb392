"""One replication of a network of firms that differ, step by step, from the definition.

A firm is a `Firm`, found by its id. Everything a firm may have of its own is a field of it; what it
has not, the caller fills in before. Amounts are exact.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from oracle.philox import MASK, MILD, NONE, SEVERE, philox4x32

CLOUDLESS_STATE = 1

# bits of the counter's first word that tell purposes apart
SUPPLY = 0
CYBER = 1 << 31
SPILLOVER = 1 << 30

Three = tuple[Fraction, Fraction, Fraction]


@dataclass
class Firm:
    """A firm: what it is, how it begins, and how it goes about recovery."""

    id: str
    key: int
    supply_severe: float
    supply_mild: float
    r_x: Three
    r_y: Three
    c_x: Three
    c_y: Three
    # names, or rows of conditions on counts, each a mapping
    supply_rule: "str | Sequence[Mapping[str, Any]]"
    cyber_rule: "str | Sequence[Mapping[str, Any]]"
    principle: str
    x: int
    y: int
    resources: Fraction
    provider: str | None = None
    stock: int = 0
    holding_cost: Fraction = Fraction(0)
    spillover: float = 0.0
    # the least periods that must remain to leave state 0 and 1, by side
    supply_cutoffs: tuple[int, int] = (0, 0)
    cyber_cutoffs: tuple[int, int] = (0, 0)


class Provider(NamedTuple):
    """A cloud provider: firms that share it share its hits."""

    key: int
    cyber_severe: float
    cyber_mild: float


class Link(NamedTuple):
    """A supplier of an input of a customer; ``upkeep`` is what the customer pays a period."""

    supplier: str
    customer: str
    input: str
    upkeep: Fraction = Fraction(0)


class Recorded(NamedTuple):
    """A disruption that happened: of a firm ("supply") or of a provider ("cyber")."""

    period: int
    kind: str
    of: str
    severity: int


@dataclass
class Network:
    """Firms, links and peers; ``demand`` is "all", "half", "any" or "none"."""

    firms: Sequence[Firm]
    providers: dict[str, Provider] = field(default_factory=dict)
    links: Sequence[Link] = ()
    peers: Sequence[tuple[str, str]] = ()
    demand: str = "half"
    recovery: str = "every-period"

    def customers(self, firm: str) -> set[str]:
        return {link.customer for link in self.links if link.supplier == firm}

    def suppliers(self, firm: str) -> set[str]:
        return {link.supplier for link in self.links if link.customer == firm}

    def inputs(self, firm: str) -> dict[str, set[str]]:
        """Return the alternative suppliers of each input."""
        found: dict[str, set[str]] = {}
        for link in self.links:
            if link.customer == firm:
                found.setdefault(link.input, set()).add(link.supplier)
        return found

    def upkeep(self, firm: str) -> Fraction:
        return sum((link.upkeep for link in self.links if link.customer == firm), Fraction(0))

    def peers_of(self, firm: str) -> set[str]:
        pairs = [*self.peers, *((b, a) for a, b in self.peers)]
        return {b for a, b in pairs if a == firm}


class Row(NamedTuple):
    """One firm at the end of one period; periods are counted from 1."""

    period: int
    firm: str
    x: int
    y: int
    resources: Fraction
    stock: int
    supply_hit: int
    cyber_hit: int
    acquired: Fraction
    charged: Fraction
    paid: Fraction


def word(purpose: int, key: int, period: int, seed: int, scenario: int, replication: int) -> int:
    """Return the 32-bit draw of a firm or provider in a period."""
    counter = (((period - 1) // 4) | purpose, key & MASK, replication, scenario)
    return philox4x32(counter, (seed & MASK, (seed >> 32) ^ (key >> 32)))[(period - 1) % 4]


def severity(drawn: int, severe: float, mild: float) -> int:
    """Return the hit that a draw means."""
    if drawn < round(severe * 2.0**32):
        return SEVERE
    return MILD if drawn < round((severe + mild) * 2.0**32) else NONE


def reached(states: Sequence[int], demand: str) -> int:
    """Return the state that enough customers reach, 2 where there are none to ask."""
    if not states or demand == "none":
        return 2
    enough = {"all": len(states), "half": (len(states) + 1) // 2, "any": 1}[demand]
    return max(level for level in range(3) if sum(s >= level for s in states) >= enough)


def bridged(inputs: int, own: int, stock: int, full: int) -> tuple[int, int]:
    """Return by what inputs limit a period, and the stock after it."""
    if inputs < own:
        return (2, stock - 1) if stock > 0 else (inputs, 0)
    return inputs, min(stock + 1, full)


def enough(many: Any, states: Sequence[int]) -> bool:
    """Say whether so many, or such a share, of some states are high; of none no share is."""
    count = sum(state == 2 for state in states)
    if isinstance(many, str) and many.endswith("%"):
        return len(states) > 0 and count >= Fraction(many[:-1]) / 100 * len(states)
    return count >= int(many)


def row_holds(row: Mapping[str, Any], own: int, near: Mapping[str, Sequence[int]]) -> bool:
    """Say whether a row of a rule by counts is for a firm whose neighbours have these states."""
    if row.get("own") not in (None, own):
        return False
    for kind, states in near.items():
        worst, best, high = (row.get(f"{kind}_{what}") for what in ("worst", "best", "high"))
        if worst is not None and min(states, default=2) < worst:
            return False
        if best is not None and max(states, default=0) < best:
            return False
        if high is not None and not enough(high, states):
            return False
    return True


def by_counts(
    rows: Sequence[Mapping[str, Any]], own: int, customers: set[int], peers: set[int],
    suppliers: set[int], after: Sequence[int],
) -> int:  # fmt: skip
    """Return the target of the first row that holds, the own state if none does."""
    firms = {
        "suppliers": suppliers, "customers": customers, "peers": peers,
        "neighbours": customers | peers | suppliers,
    }  # fmt: skip
    near = {kind: [after[n] for n in who] for kind, who in firms.items()}
    found = [row["target"] for row in rows if own < 2 and row_holds(row, own, near)]
    return found[0] if found else own


def target(
    rule: Any, own: int, customers: set[int], peers: set[int], suppliers: set[int],
    after: Sequence[int],
) -> int:  # fmt: skip
    """Return the state that a firm aims at; neighbours are places of ``after``."""
    if not isinstance(rule, str):
        return by_counts(rule, own, customers, peers, suppliers, after)
    every = [after[n] for n in customers | peers | suppliers]
    high = every.count(2)
    if rule in ("none", "CRD-0"):
        return own
    if rule in ("SRD-1", "CRD-1"):
        return 2
    if rule in ("SRD-2", "CRD-2"):
        return min(own + 1, 2)
    if rule in ("SRD-3", "CRD-3"):
        return 2 if own == 2 or high >= 1 else 1
    if rule in ("SRD-4", "CRD-4"):
        return 2 if own == 2 or high >= 2 else 1
    if rule.endswith("quarter"):
        return 2 if own == 2 or (every and 4 * high >= len(every)) else 1
    if rule.endswith("half"):
        return 2 if own == 2 or (every and 2 * high >= len(every)) else 1
    if rule.startswith("own-"):
        return [*map(int, rule.split("-")[1:]), 2][own]
    if rule == "SRD-5":
        return max([own, *every])
    leaders = {
        "SRD-6": customers | peers,
        "SRD-7": suppliers | peers,
        "SRD-8": customers | peers | suppliers,
        "CRD-5": peers,
        "CRD-6": peers,
    }[rule]
    best = max([after[n] for n in leaders], default=own)
    if rule == "CRD-5":
        return max(own, best)
    return best if own < best else min(own + 1, 2)


def before_cutoff(cutoffs: tuple[int, int], own: int, aim: int, remaining: int) -> int:
    """Return the target while enough periods remain to leave the own state."""
    return own if own < 2 and remaining < cutoffs[own] else aim


def lowered(state: int, hit: int) -> int:
    """Return the state after a hit."""
    return {NONE: state, MILD: max(state - 1, 0), SEVERE: 0}[hit]


def cost(costs: Three, state: int, to: int) -> Fraction:
    """Return what an upgrade costs."""
    if to == state:
        return Fraction(0)
    return costs[{(0, 1): 0, (1, 2): 1, (0, 2): 2}[state, to]]


def history(
    net: Network, *, periods: int, seed: int, scenario: int = 0, replication: int = 0,
    record: Iterable[Recorded] = (), through: int = 0,
) -> list[Row]:  # fmt: skip
    """Return every firm's history, in order of period and of ``net.firms``.

    Up to period ``through`` hits are those of the ``record``, later ones are drawn.
    """
    recorded = {(r.period, r.kind, r.of): r.severity for r in record}
    place = {firm.id: n for n, firm in enumerate(net.firms)}

    def places(ids: Iterable[str]) -> set[int]:
        return {place[firm] for firm in ids}

    customers = [places(net.customers(f.id)) for f in net.firms]
    suppliers = [places(net.suppliers(f.id)) for f in net.firms]
    peers = [places(net.peers_of(f.id)) for f in net.firms]
    inputs = [[places(group) for group in net.inputs(f.id).values()] for f in net.firms]
    upkeep = [net.upkeep(f.id) for f in net.firms]
    on_site = [f.provider is None or f.cyber_rule == "CRD-0" for f in net.firms]
    x = [f.x for f in net.firms]
    y = [CLOUDLESS_STATE if on_site[n] else f.y for n, f in enumerate(net.firms)]
    resources = [f.resources for f in net.firms]
    stock = [f.stock for f in net.firms]

    rows = []
    for period in range(1, periods + 1):
        draws = (period, seed, scenario, replication)
        drawn = period > through
        x_hits, y_hits, limits = [], [], []
        for n, firm in enumerate(net.firms):
            # by what the firm acquires, from states at the end of the last period
            best = [max(x[each] for each in group) for group in inputs[n]]
            from_inputs = min(best, default=2)
            if firm.stock:
                from_inputs, stock[n] = bridged(from_inputs, x[n], stock[n], firm.stock)
            asked = reached([x[each] for each in customers[n]], net.demand)
            limits.append(min(x[n], from_inputs, asked))
            # what hits it
            cyber = NONE
            supply = recorded.get((period, "supply", firm.id), NONE)
            if drawn:
                word_x = word(SUPPLY, firm.key, *draws)
                supply = severity(word_x, firm.supply_severe, firm.supply_mild)
            if not on_site[n]:
                provider = net.providers[firm.provider]
                cyber = recorded.get((period, "cyber", firm.provider), NONE)
                if drawn:
                    word_y = word(CYBER, provider.key, *draws)
                    cyber = severity(word_y, provider.cyber_severe, provider.cyber_mild)
                    spills = word(SPILLOVER, firm.key, *draws) < round(firm.spillover * 2.0**32)
                    supply = max(supply, cyber) if spills else supply
            x_hits.append(supply)
            y_hits.append(cyber)
        x_after = [lowered(state, hit) for state, hit in zip(x, x_hits, strict=True)]
        y_after = [lowered(state, hit) for state, hit in zip(y, y_hits, strict=True)]
        y_before = list(y)

        for n, firm in enumerate(net.firms):
            acquired = firm.r_x[limits[n]] + firm.r_y[y_before[n]]
            held = resources[n] + acquired
            charged = min(held, firm.holding_cost * stock[n] + upkeep[n])
            held -= charged
            near = (customers[n], peers[n], suppliers[n])
            aim_x = target(firm.supply_rule, x_after[n], *near, x_after)
            aim_y = target(firm.cyber_rule, y_after[n], *near, y_after)
            if on_site[n] or (net.recovery == "when-hit" and y_hits[n] == NONE):
                aim_y = y_after[n]
            if net.recovery == "when-hit" and x_hits[n] == NONE:
                aim_x = x_after[n]
            aim_x = before_cutoff(firm.supply_cutoffs, x_after[n], aim_x, periods - period)
            aim_y = before_cutoff(firm.cyber_cutoffs, y_after[n], aim_y, periods - period)
            cost_x = cost(firm.c_x, x_after[n], aim_x)
            cost_y = cost(firm.c_y, y_after[n], aim_y)
            pays_x, pays_y = held >= cost_x, held >= cost_y
            if pays_x and pays_y and held < cost_x + cost_y:
                pays_x, pays_y = firm.principle == "P", firm.principle == "C"
            paid = cost_x * pays_x + cost_y * pays_y
            x[n] = aim_x if pays_x else x_after[n]
            y[n] = aim_y if pays_y else y_after[n]
            resources[n] = held - paid
            rows.append(
                Row(
                    period, firm.id, x[n], y[n], resources[n], stock[n], x_hits[n], y_hits[n],
                    acquired, charged, paid,
                )
            )  # fmt: skip
    return rows
