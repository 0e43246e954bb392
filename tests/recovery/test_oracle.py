"""Hand-worked cases for the oracle itself; the engine takes no part here."""

from fractions import Fraction
from typing import Any

import pytest

from oracle.model import Row, history, summary
from oracle.philox import CYBER, MILD, NONE, SEVERE, SUPPLY, philox4x32, shock
from oracle.rules import cyber_target, supply_target

Hits = dict[tuple[int, ...], int]


def run(**changes: Any) -> list[Row]:
    """One firm, one period, nothing happens and nothing costs, unless changed."""
    arguments: dict[str, Any] = {
        "chains": 1, "firms": 1, "periods": 1,
        "supply_severe": 0.0, "supply_mild": 0.0, "cyber_severe": 0.0, "cyber_mild": 0.0,
        "recovery": "every-period", "boundary_ends": "open", "boundary_across": "open",
        "initial_operational": 2, "initial_intangibles": 2, "initial_resources": 0,
        "operational_acquisition": [0, 0, 0], "intangibles_acquisition": [0, 0, 0],
        "operational_cost": [0, 0, 0], "intangibles_cost": [0, 0, 0],
        "supply_rule": "SRD-1", "cyber_rule": "CRD-1", "principle": "P",
        "seed": 1, "scenario": 0, "replication": 0,
    }  # fmt: skip
    return history(**(arguments | changes))


def script(monkeypatch: pytest.MonkeyPatch, supply: Hits, cyber: Hits) -> None:
    """Set the shocks: supply by (period, chain, firm), cyber by (period, chain), from 1."""

    def scripted(*at: Any) -> int:
        _, purpose, _, _, period, chain, position, _, _ = at
        if purpose == SUPPLY:
            return supply.get((period, chain + 1, position + 1), NONE)
        return cyber.get((period, chain + 1), NONE)

    monkeypatch.setattr("oracle.model.shock", scripted)


ONES = 0xFFFFFFFF
PI = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344)


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0,) * 4, (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((ONES,) * 4, (ONES, ONES), "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (PI, (0xA4093822, 0x299F31D0), "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_philox_gives_the_known_answers_of_random123(counter, key, words):
    assert " ".join(f"{word:08x}" for word in philox4x32(counter, key)) == words


def test_philox_agrees_with_randomgen():
    randomgen = pytest.importorskip("randomgen")
    words = (0x80000003, 0x00200004, 199, 575)
    counter = sum(word << (32 * place) for place, word in enumerate(words))
    # randomgen raises its counter before each block of four words.
    other = randomgen.Philox(number=4, width=32, counter=counter - 1, key=(7 << 32) | 5)
    assert list(other.random_raw(4)) == list(philox4x32(words, (5, 7)))


@pytest.mark.parametrize(
    ("purpose", "period", "position", "counter", "word"),
    [
        (SUPPLY, 1, 4, (0, 4 | 2 << 20, 6, 9), 0), (SUPPLY, 4, 4, (0, 4 | 2 << 20, 6, 9), 3),
        (SUPPLY, 5, 0, (1, 2 << 20, 6, 9), 0), (CYBER, 7, 0, (1 | 1 << 31, 2 << 20, 6, 9), 2),
        (CYBER, 7, 3, (1 | 1 << 31, 2 << 20, 6, 9), 2),  # one draw for the whole chain
    ],
)  # fmt: skip
def test_shock_compares_the_word_of_its_counter(purpose, period, position, counter, word):
    seed = 0x0123456789ABCDEF
    drawn = philox4x32(counter, (0x89ABCDEF, 0x01234567))[word]
    at = (seed, purpose, 9, 6, period, 2, position)
    below, above = drawn / 2**32, (drawn + 1) / 2**32
    assert (shock(*at, above, 0.0), shock(*at, below, 0.0)) == (SEVERE, NONE)
    assert shock(*at, below, 1.0 - below) == MILD
    assert (shock(*at, 0.0, above), shock(*at, 0.0, below)) == (MILD, NONE)
    assert (shock(*at, 1.0, 0.0), shock(*at, 0.0, 1.0)) == (SEVERE, MILD)


# Each line: own, upstream, downstream, previous, following; then the targets under the rules 1
# to 8 (supply) or 1 to 6 (cyber), worked by hand from the table.
N = None
SUPPLY_CASES = [
    ((0, 0, 0, 0, 0), "21110111"), ((1, 1, 1, 1, 1), "22111222"),  # u + 1 unless M is above u
    ((0, 2, 0, 0, 0), "21212122"), ((0, 0, 2, 0, 0), "21212212"),
    ((0, 0, 0, 2, 0), "21212222"), ((0, 0, 2, 0, 2), "21222222"),
    ((0, 1, 0, 0, 0), "21111111"), ((2, 0, 0, 0, 0), "22222222"),
    ((0, N, N, N, N), "21110111"), ((1, N, N, N, N), "22111222"),
    ((0, 2, N, N, N), "21212122"),  # SRD-6 finds no neighbour of its own
    ((0, N, 2, N, N), "21212212"),  # nor SRD-7
]  # fmt: skip
CYBER_CASES = [
    ((0, 0, 0, 0, 0), "211101"), ((1, 0, 0, 0, 1), "221112"),
    ((0, 2, 2, 0, 0), "212201"),  # up- and downstream count for benchmarking alone
    ((0, 2, 0, 1, 0), "212111"), ((0, 0, 0, 0, 2), "212122"),
    ((0, 0, 0, 2, 2), "212222"), ((2, 0, 0, 0, 0), "222222"),
    ((0, N, N, N, N), "211101"), ((1, 2, 2, N, N), "222212"), ((0, 0, 0, N, 2), "212122"),
]  # fmt: skip


@pytest.mark.parametrize(("states", "targets"), SUPPLY_CASES)
def test_supply_rules(states, targets):
    assert "".join(str(supply_target(f"SRD-{n}", *states)) for n in range(1, 9)) == targets
    assert supply_target("none", *states) == states[0]


@pytest.mark.parametrize(("states", "targets"), CYBER_CASES)
def test_cyber_rules(states, targets):
    assert "".join(str(cyber_target(f"CRD-{n}", *states)) for n in range(1, 7)) == targets
    assert cyber_target("none", *states) == states[0]


@pytest.mark.parametrize("target", [supply_target, cyber_target])
def test_own_rules(target):
    table = [[[[[0] * 4 for _ in range(4)] for _ in range(4)] for _ in range(4)] for _ in range(3)]
    table[0][1][3][2][0] = 2
    assert target(table, 0, 1, None, 2, 0) == 2
    assert target(table, 0, 1, 0, 2, 0) == 0
    assert target(table, 1, 0, 0, 0, 0) == 1  # a target is never below the own state
    assert target(lambda *states: states.count(None), 0, None, 1, None, 1) == 2
    with pytest.raises(ValueError, match="RD-9"):
        target("RD-9", 0, 0, 0, 0, 0)


# Both states fall to 0 and aim at 2. A step 0->1 could always be paid but is never taken.
@pytest.mark.parametrize(
    ("resources", "x_cost", "y_cost", "under_p", "under_c"),
    [
        (8, 5, 3, (2, 2, 0), (2, 2, 0)), (7, 5, 3, (2, 0, 2), (0, 2, 4)),
        (5, 5, 3, (2, 0, 0), (0, 2, 2)), (4, 5, 3, (0, 2, 1), (0, 2, 1)),
        (4, 3, 5, (2, 0, 1), (2, 0, 1)), (2, 5, 3, (0, 0, 2), (0, 0, 2)),
    ],
)  # fmt: skip
def test_payment_cases(resources, x_cost, y_cost, under_p, under_c):
    for principle, expected in (("P", under_p), ("C", under_c)):
        [row] = run(supply_severe=1.0, cyber_severe=1.0, initial_resources=resources,
                    operational_cost=[1, 1, x_cost], intangibles_cost=[1, 1, y_cost],
                    principle=principle)  # fmt: skip
        assert (row.x, row.y, row.resources) == expected
        assert row.paid == resources - row.resources
        assert (row.supply_hit, row.cyber_hit) == (SEVERE, SEVERE)


def test_amounts_are_the_decimals_as_written():
    # In floats 0.1 + 0.7 is below 0.8.
    [row] = run(supply_severe=1.0, initial_resources=0.1, operational_acquisition=[0, 0, 0.7],
                operational_cost=[0, 0, 0.8])  # fmt: skip
    assert (row.x, row.resources, row.acquired, row.paid) == (2, 0, Fraction(7, 10), Fraction(4, 5))


# Two chains of two firms, SRD-5 and CRD-1, x = y = 2 and R = 1 before period 1;
# r_x 0.5 1 1.5, r_y 0.25 0.5 0.75, c_x 1 2 3, c_y 1 1.5 2.75.
# Period 1. Each acquires 1.5 + 0.75, r = 3.25. x' = 0 1 / 2 1, y' = 0 0 / 1 1.
#   (1,1) aims at x 2 (next chain) for 3 and y 2 for 2.75: one of them, P x, C y.
#   (1,2) aims at x 1 (next chain), y 2 for 2.75.
#   (2,1) keeps x 2, y 2 for 1.5.
#   (2,2) aims at x 2 (upstream) for 2 and y 2 for 1.5, together 3.5: one, P x, C y.
# Period 2. P: m = 1 1 / 2 2, y = 0 2 / 2 1, r = 1.5 2.25 / 4 3.25, x' = 1 0 / 2 0, y' = 0 2 / 0 0.
#           C: m = 0 0 / 1 1, y = 2 2 / 2 2, r = 1.75 1.75 / 3.5 3.5, x' = 0 0 / 2 0, y' = 2 2 / 0 0
#   (1,1) P: x 2 for 2, y 2 for 2.75: neither. C: x 2 for 3: no.
#   (1,2) P: x 1 (upstream) for 1. C: all its neighbours have 0.
#   (2,1) y 2 for 2.75.
#   (2,2) x 2 (upstream) for 3 and y 2 for 2.75: one, P x, C y.
HAND_SUPPLY: Hits = {(1, 1, 1): SEVERE, (1, 1, 2): MILD, (1, 2, 2): MILD,
                     (2, 1, 1): MILD, (2, 1, 2): SEVERE, (2, 2, 2): SEVERE}  # fmt: skip
HAND_CYBER: Hits = {(1, 1): SEVERE, (1, 2): MILD, (2, 2): SEVERE}
# Each firm's x, y, R, acquired, paid.
BY_HAND = {
    "P": [
        (2, 0, 0.25, 2.25, 3), (1, 2, 0.5, 2.25, 2.75), (2, 2, 1.75, 2.25, 1.5),
        (2, 1, 1.25, 2.25, 2), (1, 0, 1.5, 1.25, 0), (1, 2, 1.25, 1.75, 1),
        (2, 2, 1.25, 2.25, 2.75), (2, 0, 0.25, 2, 3),
    ],
    "C": [
        (0, 2, 0.5, 2.25, 2.75), (1, 2, 0.5, 2.25, 2.75), (2, 2, 1.75, 2.25, 1.5),
        (1, 2, 1.75, 2.25, 1.5), (0, 2, 1.75, 1.25, 0), (0, 2, 1.75, 1.25, 0),
        (2, 2, 0.75, 1.75, 2.75), (0, 2, 0.75, 1.75, 2.75),
    ],
}  # fmt: skip


@pytest.mark.parametrize("principle", ["P", "C"])
def test_two_periods_by_hand(monkeypatch, principle):
    script(monkeypatch, HAND_SUPPLY, HAND_CYBER)
    rows = run(
        chains=2, firms=2, periods=2, supply_rule="SRD-5", principle=principle, initial_resources=1,
        operational_acquisition=[0.5, 1, 1.5], intangibles_acquisition=[0.25, 0.5, 0.75],
        operational_cost=[1, 2, 3], intangibles_cost=[1, 1.5, 2.75],
    )  # fmt: skip
    places = [(t, k, i) for t in (1, 2) for k in (1, 2) for i in (1, 2)]
    assert [row[:3] for row in rows] == places
    assert [(*row[3:6], *row[8:]) for row in rows] == BY_HAND[principle]
    assert [row.supply_hit for row in rows] == [HAND_SUPPLY.get(place, NONE) for place in places]
    assert [row.cyber_hit for row in rows] == [HAND_CYBER.get(place[:2], NONE) for place in places]
    # P: x adds to 7 and 6, y to 5 and 4, the last R to 4.25; C: 4 and 2, 8 and 8, 5.
    means = {"P": (13 / 8, 9 / 8, 4.25 / 4), "C": (6 / 8, 16 / 8, 5 / 4)}
    assert summary(rows) == means[principle]


def test_when_hit_recovers_only_what_is_hit(monkeypatch):
    script(monkeypatch, {(1, 1, 1): MILD, (3, 1, 1): MILD}, {(2, 1): MILD})
    low: Any = {"periods": 3, "initial_operational": 0, "initial_intangibles": 0,
                "supply_rule": "SRD-2", "cyber_rule": "CRD-2"}  # fmt: skip
    # A mild hit leaves 0 at 0 and lets the firm rise to 1; from 1 it falls to 0 and rises again.
    assert [row[3:5] for row in run(**low, recovery="when-hit")] == [(1, 0), (1, 1), (1, 1)]
    assert [row[3:5] for row in run(**low)] == [(1, 1), (2, 1), (2, 2)]


def test_without_cloud_the_intangibles_state_is_one_throughout():
    rows = run(periods=2, cyber_rule="CRD-0", cyber_severe=1.0, intangibles_cost=[1, 1, 1],
               intangibles_acquisition=[8, 3, 9], principle="C")  # fmt: skip
    assert [row[3:] for row in rows] == [(2, 1, 3, 0, 0, 3, 0), (2, 1, 6, 0, 0, 3, 0)]


def test_periodic_ends_join_the_first_and_last_firm(monkeypatch):
    script(monkeypatch, {(1, 1, 3): SEVERE}, {})
    ring = {"firms": 3, "periods": 2, "supply_rule": "none", "operational_acquisition": [1, 2, 4]}
    assert [row.acquired for row in run(**ring)] == [4, 4, 4, 4, 1, 1]
    assert [row.acquired for row in run(**ring, boundary_ends="periodic")] == [4, 4, 4, 1, 1, 1]


def test_periodic_outer_chains_are_neighbours(monkeypatch):
    script(monkeypatch, {(1, 1, 1): SEVERE, (1, 2, 1): SEVERE}, {})
    wide = {"chains": 3, "supply_rule": "SRD-5"}
    assert [row.x for row in run(**wide)] == [0, 2, 2]
    assert [row.x for row in run(**wide, boundary_across="periodic")] == [2, 2, 2]
    # Of two chains each is the other's neighbour twice.
    script(monkeypatch, {(1, 1, 1): SEVERE}, {})
    wide = {"chains": 2, "supply_rule": "SRD-4"}
    assert [row.x for row in run(**wide)] == [1, 2]
    assert [row.x for row in run(**wide, boundary_across="periodic")] == [2, 2]


def test_draws_are_shared_by_policies_and_by_the_firms_of_a_chain_where_cyber():
    risky = {"supply_severe": 0.2, "supply_mild": 0.3, "cyber_severe": 0.2, "cyber_mild": 0.3,
             "chains": 3, "firms": 4, "periods": 50, "seed": 2**64 - 1}  # fmt: skip
    rows = run(**risky)
    other = run(**risky, supply_rule="none", cyber_rule="CRD-6", principle="C")
    assert [row[6:8] for row in rows] == [row[6:8] for row in other]
    assert len({(row.period, row.chain, row.cyber_hit) for row in rows}) == 3 * 50
    for row in rows:
        at = (2**64 - 1, SUPPLY, 0, 0, row.period, row.chain - 1, row.firm - 1)
        assert row.supply_hit == shock(*at, 0.2, 0.3)
