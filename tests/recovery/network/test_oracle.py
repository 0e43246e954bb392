"""The oracle of networks: equal to the grid's oracle on a grid, and told apart from its mutants."""

import dataclasses
from dataclasses import replace
from fractions import Fraction

import pytest

import cakernel as ck
from cakernel.recovery.network.columns import AMOUNTS
from helpers.network_cases import Case
from oracle import network as definition
from oracle.model import history as history_of_grid
from oracle.network import history

SCENARIO = ck.ResourceScenario(
    operational_acquisition=(0.25, 0.5, 1.1),
    intangibles_acquisition=(0.3, 0.5, 0.75),
    operational_cost=(1, 1.3, 2),
    intangibles_cost=(0.9, 1.3, 2.2),
)


def busy_network(policy, recovery="every-period", demand="half"):
    """Return a case in which everything that a firm can have happens."""
    ids = [f"firm {n}" for n in range(14)]
    own = [n % 3 == 0 for n in range(14)]
    of = (0.2, 0.4, 1.3, 0.1, 0.6, 0.9, 0.7, 1.9, 1.2, 0.4, 0.8, 2.1)
    pairs = [
        (a, b)
        for a in range(14)
        for b in range(14)
        if a != b and ((3 * a + 5 * b) % 17 < 2 or (2 in (a, b) and (a + b) % 2))
    ]
    inputs = ("steel", "glass", "parts")
    links = [(ids[a], ids[b], inputs[(a + b) % 3], 0.1 * (a % 2)) for a, b in pairs]
    # one supplier of two inputs
    links += [
        (s, c, "steel" if i == "glass" else "glass", 0.0)
        for s, c, i, _ in links[::4]
        if i != "parts"
    ]
    return Case(
        firms={
            "id": ids,
            "provider": [None if n == 5 else f"cloud {n % 3}" for n in range(14)],
            "supply_severe": [0.1] * 14,
            "supply_mild": [0.3] * 14,
            **{name: [of[n] if mine else None for mine in own] for n, name in enumerate(AMOUNTS)},
            "x": [n % 3 for n in range(14)],
            "y": [2 - n % 3 for n in range(14)],
            "resources": [None if n % 2 else n / 4 for n in range(14)],
            "supply_rule": [{2: "SRD-half", 4: "SRD-quarter"}.get(n) for n in range(14)],
            "cyber_rule": ["CRD-0" if n == 7 else None for n in range(14)],
            "principle": ["C" if n == 6 else None for n in range(14)],
            "stock": [n % 4 for n in range(14)],
            "holding_cost": [0.05] * 14,
            "spillover": [0.4 * (n % 3) for n in range(14)],
        },
        links=list(dict.fromkeys(links)),
        peers=[(ids[a], ids[(a + 3) % 14]) for a in range(0, 14, 2)],
        providers={
            "id": [f"cloud {n}" for n in range(3)],
            "cyber_severe": [0.05] * 3,
            "cyber_mild": [0.2] * 3,
        },
        demand=demand,
        recovery=recovery,
        policy=policy,
        scenario=SCENARIO,
        periods=40,
        record=[(2, "supply", ids[1], "severe"), (4, "cyber", "cloud 1", "mild")],
        through=4,
    )  # fmt: skip


SUPPLY = [f"SRD-{n}" for n in range(1, 9)]
CYBER = [f"CRD-{n}" for n in (5, 6, 4, 3, 2, 1, 0, 5)]
BUSY = [
    busy_network(
        ck.Policy(supply_rule=supply, cyber_rule=cyber, principle=principle), recovery, demand
    )
    for supply, cyber in zip(SUPPLY, CYBER, strict=True)
    for principle, recovery, demand in (("P", "every-period", "half"), ("C", "when-hit", "all"))
] + [busy_network(ck.Policy(supply_rule="SRD-4", cyber_rule="CRD-5"), demand="any")]
BY_COUNTS = {
    "half": [
        {"suppliers_high": "50%", "target": 2},
        {"own": 0, "suppliers_worst": 1, "target": 1},
    ],
    "followers": [
        {"own": 1, "peers_best": 2, "customers_high": 2, "target": 2},
        {"own": 0, "neighbours_best": 2, "target": 1},
        {"own": 0, "peers_best": 1, "target": 2},
    ],
}
# one of those that ask for half of their suppliers has none
LINKS = [link for link in BUSY[-1].links if link[1] != "firm 3"]
BUSY.append(replace(BUSY[-1], rules=BY_COUNTS, links=LINKS))
for side in ("supply", "cyber"):
    names = [("half", "followers", None)[n % 3] for n in range(14)]
    BUSY[-1].firms = BUSY[-1].firms | {f"{side}_rule": names}


def histories():
    return [
        history(c.oracle(), periods=c.periods, seed=n, record=c.recorded(), through=c.through)
        for n, c in enumerate(BUSY)
    ]


@pytest.fixture(scope="module")
def expected():
    return histories()


def strict(states, demand):
    """Let a firm with two customers need both."""
    if demand == "half" and len(states) == 2:
        return min(states)
    return genuine["reached"](states, demand)


def no_refill(inputs, own, stock, full):
    return genuine["bridged"](inputs, own, stock, full if inputs < own else stock)


def used_whenever_low(inputs, own, stock, full):
    if inputs < 2:
        return (2, stock - 1) if stock > 0 else (inputs, 0)
    return inputs, min(stock + 1, full)


def no_stock(inputs, own, stock, full):
    return inputs, stock


def counting(**others):
    """Return a target that treats one rule as another."""

    def target(given, *near):
        other = others.get(given.replace("-", "_"), given) if isinstance(given, str) else given
        return genuine["target"](other, *near)

    return target


def swapped(rule, own, customers, peers, suppliers, after):
    """Mix up customers and suppliers."""
    return genuine["target"](rule, own, suppliers, peers, customers, after)


def without_peers(rule, own, customers, peers, suppliers, after):
    return genuine["target"](rule, own, customers, set(), suppliers, after)


def of_none(many, states):
    """Let a share of none be there."""
    return not states or genuine["enough"](many, states)


def more_than(many, states):
    """Let a share be exceeded."""
    return genuine["enough"](many, states[:-1] if str(many).endswith("%") else states)


def without(what):
    """Return a row that lacks conditions of a kind."""

    def holds(row, own, near):
        kept = {name: value for name, value in row.items() if not name.endswith(what)}
        return genuine["row_holds"](kept, own, near)

    return holds


def last_row(rows, *given):
    return genuine["by_counts"](rows[::-1], *given)


FUNCTIONS = ("reached", "bridged", "target", "word", "enough", "row_holds", "by_counts")
genuine = {name: getattr(definition, name) for name in FUNCTIONS}
MUTANTS = {
    "demand of all of two": ("reached", strict),
    "demand of nobody": ("reached", lambda states, demand: 2),
    "stock is not refilled": ("bridged", no_refill),
    "stock is used where the firm itself is low": ("bridged", used_whenever_low),
    "stock does nothing": ("bridged", no_stock),
    "customers and suppliers mixed up": ("target", swapped),
    "peers not seen": ("target", without_peers),
    "half for a quarter": ("target", counting(SRD_quarter="SRD-half")),
    "two for a half": ("target", counting(SRD_half="SRD-4")),
    "one for two": ("target", counting(SRD_4="SRD-3")),
    "SRD-8 for SRD-6": ("target", counting(SRD_6="SRD-8")),
    "SRD-8 for SRD-7": ("target", counting(SRD_7="SRD-8")),
    "SRD-8 for SRD-5": ("target", counting(SRD_5="SRD-8")),
    "CRD-6 for CRD-5": ("target", counting(CRD_5="CRD-6")),
    "a share of none is there": ("enough", of_none),
    "a share of one less": ("enough", more_than),
    "the worst is not asked for": ("row_holds", without("worst")),
    "the best is not asked for": ("row_holds", without("best")),
    "the own state is not asked for": ("row_holds", without("own")),
    "customers are not counted": ("row_holds", without("customers_high")),
    "the last row counts": ("by_counts", last_row),
    "spillovers by the draw of supply": (
        "word",
        lambda purpose, *rest: genuine["word"](
            0 if purpose == definition.SPILLOVER else purpose, *rest
        ),
    ),
    "the key's high word is left out": (
        "word",
        lambda purpose, key, *rest: genuine["word"](purpose, key & 0xFFFFFFFF, *rest),
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_told_apart(name, expected, monkeypatch):
    function, mutant = MUTANTS[name]
    monkeypatch.setattr(definition, function, mutant)
    assert histories() != expected


FIELDS = {
    "holding is free": {"holding_cost": Fraction(0)},
    "own principle not heard": {"principle": "P"},
    "no spillover": {"spillover": 0.0},
    "always a spillover": {"spillover": 1.0},
    "a cloud for all": {"provider": "cloud 0"},
    "full stock for all": {"stock": 3},
    "same resources": {"resources": Fraction(1)},
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_is_not_heard_is_told_apart(name, expected):
    found = []
    for n, case in enumerate(BUSY):
        net = case.oracle()
        net.firms = [dataclasses.replace(firm, **FIELDS[name]) for firm in net.firms]
        found.append(
            history(net, periods=case.periods, seed=n, record=case.recorded(), through=case.through)
        )
    assert found != expected


@pytest.mark.parametrize(
    "change", [{"through": 3}, {"through": 5}, {"record": []}, {"seed": 99}], ids=str
)
def test_a_record_and_a_seed_are_heard(change, expected):
    case = BUSY[0]
    given = {"seed": 0, "record": case.recorded(), "through": case.through} | change
    assert history(case.oracle(), periods=case.periods, **given) != expected[0]


@pytest.mark.parametrize("n", range(len(BUSY)))
def test_the_engine_agrees(n, expected):
    from recovery.network.test_histories import assert_same, rows_of

    assert_same(rows_of(BUSY[n].trace(seed=n)), expected[n])


@pytest.mark.parametrize("recovery", ["every-period", "when-hit"])
@pytest.mark.parametrize("boundary", ["open", "periodic"])
def test_the_grid_has_the_history_of_its_own_oracle(recovery, boundary):
    model = ck.Model(
        chains=3, firms=4, periods=30, recovery=recovery, boundary_ends=boundary,
        boundary_across=boundary, supply_mild=0.3, initial_resources=1.5,
    )  # fmt: skip
    net = ck.Network.of_grid(model)
    for supply, cyber in zip(SUPPLY, CYBER, strict=True):
        policy = ck.Policy(supply_rule=supply, cyber_rule=cyber)
        case = Case(
            firms=net.firms.drop("group").to_dict(as_series=False),
            links=net.links.rows(),
            peers=net.peers.rows(),
            providers=net.providers.to_dict(as_series=False),
            demand="half", recovery=recovery, policy=policy, scenario=SCENARIO, periods=30,
            record=[], through=0,
        )  # fmt: skip
        found = history(case.oracle(), periods=30, seed=3, scenario=2, replication=7)
        expected = history_of_grid(
            **model.model_dump(), **SCENARIO.given, supply_rule=supply, cyber_rule=cyber,
            principle="P", seed=3, scenario=2, replication=7,
        )  # fmt: skip
        for row, of_grid in zip(found, expected, strict=True):
            assert row.firm == f"{of_grid.chain}.{of_grid.firm}"
            for name in ("x", "y", "resources", "supply_hit", "cyber_hit", "acquired", "paid"):
                assert getattr(row, name) == getattr(of_grid, name)
