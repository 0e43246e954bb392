"""One replication of the model, step by step as the paper has it (doi 10.1016/j.tre.2021.102347).

A firm is found by its place (k, i): chain k = 1..K and firm i = 1..N, as in the paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from oracle.philox import CYBER, MILD, NONE, SEVERE, SUPPLY, shock
from oracle.rules import cyber_target, supply_target

Place = tuple[int, int]
Number = int | float | Fraction

CLOUDLESS_STATE = 1


class Row(NamedTuple):
    """One firm at the end of one period; chain, firm and period are counted from 1."""

    period: int
    chain: int
    firm: int
    x: int
    y: int
    resources: Fraction
    supply_hit: int
    cyber_hit: int
    acquired: Fraction
    paid: Fraction


class Summary(NamedTuple):
    """The means of one replication, exact."""

    mean_x: Fraction
    mean_y: Fraction
    mean_resources: Fraction


class Worth(NamedTuple):
    """What a state 0, 1, 2 is worth: operational, intangibles."""

    operational: Sequence[Number]
    intangibles: Sequence[Number]


@dataclass
class Firm:
    """What a firm has: operational state x, intangibles state y, on-hand resources."""

    x: int
    y: int
    resources: Fraction


def history(
    *,
    chains: int,
    firms: int,
    periods: int,
    supply_severe: float,
    supply_mild: float,
    cyber_severe: float,
    cyber_mild: float,
    recovery: str,
    boundary_ends: str,
    boundary_across: str,
    initial_operational: int,
    initial_intangibles: int,
    initial_resources: Number,
    operational_acquisition: Sequence[Number],
    intangibles_acquisition: Sequence[Number],
    operational_cost: Sequence[Number],
    intangibles_cost: Sequence[Number],
    supply_rule: Any,
    cyber_rule: Any,
    principle: str,
    seed: int,
    scenario: int,
    replication: int,
    supply_cutoffs: tuple[int, int] = (0, 0),
    cyber_cutoffs: tuple[int, int] = (0, 0),
) -> list[Row]:
    """Return every firm's history, in order of period, chain and firm.

    Parameters
    ----------
    chains, firms, periods : int
        K, N and T, each at least 1.
    supply_severe, supply_mild, cyber_severe, cyber_mild : float
        Probabilities f_x, g_x, f_y, g_y.
    recovery : {"every-period", "when-hit"}
        When a firm tries to recover.
    boundary_ends, boundary_across : {"open", "periodic"}
        Whether the neighbour past a chain's end, or past an outer chain, is missing or wraps.
    initial_operational, initial_intangibles, initial_resources : int, int, number
        States and resources before period 1.
    operational_acquisition, intangibles_acquisition : sequence of 3 numbers
        r_x and r_y by state 0, 1, 2.
    operational_cost, intangibles_cost : sequence of 3 numbers
        c_x and c_y of 0->1, 1->2, 0->2.
    supply_rule, cyber_rule : str, callable or nested sequence
        As in `oracle.rules`.
    principle : {"P", "C"}
        What comes first when only one of two upgrades can be paid: x under P, y under C.
    seed, scenario, replication : int
        What the draws depend on; scenario and replication are counted from 0.
    supply_cutoffs, cyber_cutoffs : (int, int)
        h0 and h1: a firm leaves state 0 only while at least h0 periods remain, and goes from 1 to 2
        only while at least h1 do. Remaining are the periods whose acquisition depends on the state
        that is reached: those after the present one.

    Returns
    -------
    list of Row
        One row for each period, chain and firm; amounts are exact.
    """
    _check("recovery", recovery, "every-period", "when-hit")
    _check("boundary_ends", boundary_ends, "open", "periodic")
    _check("boundary_across", boundary_across, "open", "periodic")
    _check("principle", principle, "P", "C")

    r_x = [_exact(value) for value in operational_acquisition]
    r_y = [_exact(value) for value in intangibles_acquisition]
    c_x = [_exact(value) for value in operational_cost]
    c_y = [_exact(value) for value in intangibles_cost]
    on_cloud = not (isinstance(cyber_rule, str) and cyber_rule == "CRD-0")

    first_y = initial_intangibles if on_cloud else CLOUDLESS_STATE
    places = [(k, i) for k in range(1, chains + 1) for i in range(1, firms + 1)]
    grid = {
        place: Firm(initial_operational, first_y, _exact(initial_resources)) for place in places
    }

    def neighbours(place: Place) -> list[Place | None]:
        """Return the upstream, downstream, previous chain's and next chain's place."""
        k, i = place
        around = []
        for step in (-1, +1):
            moved = _wrapped(i + step, firms, boundary_ends)
            around.append(None if moved is None else (k, moved))
        for step in (-1, +1):
            moved = _wrapped(k + step, chains, boundary_across)
            around.append(None if moved is None else (moved, i))
        return around

    rows = []
    for period in range(1, periods + 1):
        # Step 1, acquisition (eqs 1-4), from the states at the end of the previous period.
        acquired = {}
        for place in places:
            upstream, downstream, _, _ = neighbours(place)
            line = [grid[each].x for each in (upstream, place, downstream) if each is not None]
            acquired[place] = r_x[min(line)] + r_y[grid[place].y]

        # Step 2, disruption: supply firm by firm, cyber by one draw for the whole chain.
        supply_hit = {}
        cyber_hit = {}
        x_after = {}
        y_after = {}
        for place in places:
            k, i = place
            at = (scenario, replication, period, k - 1)
            supply_hit[place] = shock(seed, SUPPLY, *at, i - 1, supply_severe, supply_mild)
            cyber_hit[place] = NONE
            if on_cloud:
                cyber_hit[place] = shock(seed, CYBER, *at, 0, cyber_severe, cyber_mild)
            x_after[place] = _disrupted(grid[place].x, supply_hit[place])
            y_after[place] = _disrupted(grid[place].y, cyber_hit[place])

        for place in places:
            firm = grid[place]

            # Step 3, targets (Table 1), from the states after disruption.
            around = neighbours(place)
            x_around = [None if each is None else x_after[each] for each in around]
            y_around = [None if each is None else y_after[each] for each in around]
            x_target = supply_target(supply_rule, x_after[place], *x_around)
            y_target = cyber_target(cyber_rule, y_after[place], *y_around)
            to_come = len(range(period + 1, periods + 1))
            if _is_too_late(x_after[place], supply_cutoffs, to_come):
                x_target = x_after[place]
            if _is_too_late(y_after[place], cyber_cutoffs, to_come):
                y_target = y_after[place]
            if recovery == "when-hit":
                if supply_hit[place] == NONE:
                    x_target = x_after[place]
                if cyber_hit[place] == NONE:
                    y_target = y_after[place]

            # Step 4, payment (eqs 5-6, cases 1-5).
            resources = firm.resources + acquired[place]
            x_cost = _cost(c_x, x_after[place], x_target)
            y_cost = _cost(c_y, y_after[place], y_target)
            if resources >= x_cost + y_cost:
                upgrade_x, upgrade_y = True, True
            elif resources >= x_cost and resources >= y_cost:
                upgrade_x, upgrade_y = principle == "P", principle == "C"
            else:
                upgrade_x, upgrade_y = resources >= x_cost, resources >= y_cost
            paid = Fraction(0)
            firm.x = x_after[place]
            firm.y = y_after[place]
            if upgrade_x:
                firm.x = x_target
                paid += x_cost
            if upgrade_y:
                firm.y = y_target
                paid += y_cost
            firm.resources = resources - paid
            hits = (supply_hit[place], cyber_hit[place])
            amounts = (acquired[place], paid)
            rows.append(Row(period, *place, firm.x, firm.y, firm.resources, *hits, *amounts))
    return rows


def summary(rows: Sequence[Row]) -> Summary:
    """Return the means of one replication that section 4 of the paper tabulates.

    Parameters
    ----------
    rows : sequence of Row
        A whole history.

    Returns
    -------
    Summary
        mean_x and mean_y over firms and periods, mean_resources over firms in the last period.
    """
    last = max(row.period for row in rows)
    final = [row.resources for row in rows if row.period == last]
    return Summary(
        mean_x=Fraction(sum(row.x for row in rows), len(rows)),
        mean_y=Fraction(sum(row.y for row in rows), len(rows)),
        mean_resources=sum(final, Fraction(0)) / len(final),
    )


def value(row: Row, worth: Worth) -> Fraction:
    """Return a firm's resources at the end of a period and what its states are worth then."""
    return row.resources + _exact(worth.operational[row.x]) + _exact(worth.intangibles[row.y])


def mean_value(rows: Sequence[Row], worth: Worth) -> Fraction:
    """Return the mean over firms of `value` in the last period."""
    last = max(row.period for row in rows)
    final = [value(row, worth) for row in rows if row.period == last]
    return sum(final, Fraction(0)) / len(final)


def _is_too_late(state: int, cutoffs: tuple[int, int], to_come: int) -> bool:
    return state != 2 and to_come < cutoffs[state]


def _exact(value: Number) -> Fraction:
    return Fraction(value) if isinstance(value, int | Fraction) else Fraction(str(value))


def _check(name: str, value: str, *choices: str) -> None:
    if value not in choices:
        raise ValueError(f"{name} is {value!r}; choose one of {choices}")


def _wrapped(index: int, length: int, boundary: str) -> int | None:
    if boundary == "periodic":
        return (index - 1) % length + 1
    return index if 1 <= index <= length else None


def _disrupted(state: int, hit: int) -> int:
    if hit == SEVERE:
        return 0
    return max(state - 1, 0) if hit == MILD else state


def _cost(costs: Sequence[Fraction], state: int, target: int) -> Fraction:
    if target == state:
        return Fraction(0)
    return costs[{(0, 1): 0, (1, 2): 1, (0, 2): 2}[state, target]]
