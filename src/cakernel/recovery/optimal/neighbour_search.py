"""A search over supply rules that look at the own state and at the two chain neighbours.

Neighbours across chains tell nothing once the resource scenario is known (docs/optimal.md), and of
intangibles no neighbour does. So a rule has 30 entries that matter: 15 pairs of neighbours' states
from low, 15 from medium. All tables that differ in one entry are simulated side by side on the same
disruptions; what improves is taken, until nothing does beyond noise.
"""

import zlib
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.recovery.kernel.states import ABSENT, HIGH, LEVELS, LOW
from cakernel.recovery.model import Model
from cakernel.recovery.optimal.looks import each_replication
from cakernel.recovery.optimal.selection import Numbers
from cakernel.recovery.optimal.trial import Trial
from cakernel.recovery.outcomes import OUTCOMES
from cakernel.recovery.paired import paired_outcomes
from cakernel.recovery.policy import Policy
from cakernel.recovery.rules import BUILT_IN, Rule
from cakernel.recovery.scenario import ResourceScenario

Table = npt.NDArray[np.uint8]
"""Targets uint8 (3, 4, 4): by own state, and by those upstream and downstream."""

MOST_ROUNDS = 30
# standard errors of a paired difference that count as an improvement, and the least that does
CLEAR = 2.0
LEAST_GAIN = 1e-9
# worse than anything: what a search must not take
BELOW_FLOOR = -1e18


def search(trial: Trial, start: Policy, scenario: ResourceScenario, number: int) -> Policy:
    """Return the best policy found for one scenario; ``number`` names its draws."""
    return climb(lambda options: trial.each(options, scenario, number), start)


def search_over_scenarios(
    model: Model, listed: list[Policy], floors: tuple[float, float], pilot: dict[str, Any]
) -> Policy | None:
    """Return the best policy found over many scenarios; None where none meets the floors.

    The search begins at the best of those listed that look at no chain across; ``pilot`` are
    further arguments of `paired_outcomes`, with draws of its own.
    """

    def outcomes(options: list[Policy]) -> Numbers:
        rows = paired_outcomes(model, policies=options, **pilot)
        count = pilot["replications"]
        earned = each_replication(rows, "", count).copy()
        for name, floor in zip(OUTCOMES[:2], floors, strict=True):
            earned[each_replication(rows, name, count).mean(axis=1) < floor] = BELOW_FLOOR
        return earned

    along = [p for p in listed if (p.supply_rule.targets == _along(p)).all()]
    means = outcomes(along).mean(axis=1)
    place = int(means.argmax())
    return None if means[place] == BELOW_FLOOR else climb(outcomes, along[place])


def climb(outcomes: Callable[[list[Policy]], npt.NDArray[np.float64]], start: Policy) -> Policy:
    """Return the best policy found whose supply rule looks at chain neighbours.

    ``start`` is the best of simpler rules; its cyber rule, principle and cutoffs are kept.
    ``outcomes`` returns what policies earn on common draws, float64 (policies, replications).
    """

    def earned(tables: list[Table]) -> npt.NDArray[np.float64]:
        return outcomes([with_table(start, table) for table in tables])

    own = start.supply_rule.targets[:, :, :, ABSENT, ABSENT]
    tables = [own, spared_beside_dead(own)]
    best = tables[int(earned(tables).mean(axis=1).argmax())]
    for _ in range(MOST_ROUNDS):
        changed = list(changes(best))
        before, *after = earned([best, *changed])
        gains = np.array(after) - before
        errors = gains.std(axis=1, ddof=1) / np.sqrt(len(before))
        mean = gains.mean(axis=1)
        clear = mean > np.maximum(CLEAR * errors, LEAST_GAIN)
        if not clear.any():
            break
        improved = [table for table, is_clear in zip(changed, clear, strict=True) if is_clear]
        # what improves alone may not together
        tables = [changed[int(mean.argmax())], combined(best, improved)]
        best = tables[int(earned(tables).mean(axis=1).argmax())]
    return with_table(start, best)


def spared_beside_dead(own: Table) -> Table:
    """Return a table that does not repair beside a low neighbour, which limits what is earned."""
    table = own.copy()
    for state in range(LEVELS):
        table[state, LOW, :] = state
        table[state, :, LOW] = state
    return table


def changes(table: Table) -> Iterator[Table]:
    """Return every table that differs in one entry that matters."""
    for own, up, down in np.ndindex(HIGH, ABSENT + 1, ABSENT + 1):
        for target in range(own, LEVELS):
            if target != table[own, up, down] and (up, down) != (ABSENT, ABSENT):
                changed = table.copy()
                changed[own, up, down] = target
                yield changed


def combined(table: Table, changed: list[Table]) -> Table:
    """Return the table with all changes; where two change one entry, the last."""
    result = table.copy()
    for one in changed:
        places = one != table
        result[places] = one[places]
    return result


def with_table(policy: Policy, table: Table) -> Policy:
    """Return a policy with another supply table, which gets a name by its content."""
    kept = policy.supply_rule
    rule = _named(table).with_cutoffs(leave_low=kept.leave_low, leave_medium=kept.leave_medium)
    return policy.replace(supply_rule=rule)


def entries(rule: Rule) -> pl.DataFrame:
    """Return the table of a rule that looks at chain neighbours, one row an entry.

    Columns rule, own, upstream, downstream (0, 1, 2, or null where there is none) and target.
    """
    table = rule.targets[:, :, :, ABSENT, ABSENT]
    states: list[int | None] = [*range(LEVELS), None]
    rows: list[dict[str, Any]] = [
        {
            "rule": rule.name,
            "own": own,
            "upstream": states[up],
            "downstream": states[down],
            "target": int(table[own, up, down]),
        }
        for own, up, down in product(range(HIGH), range(ABSENT + 1), range(ABSENT + 1))
    ]
    kinds = dict.fromkeys(("own", "upstream", "downstream", "target"), pl.Int64)
    return pl.DataFrame(rows, schema={"rule": pl.String, **kinds})


def rules_of(rows: pl.DataFrame) -> dict[str, Rule]:
    """Return the rules of such tables, by their names."""
    rules = {}
    for (name,), part in rows.group_by("rule", maintain_order=True):
        table = BUILT_IN["supply"]["none"].targets[:, :, :, ABSENT, ABSENT].copy()
        filled = part.with_columns(pl.col("upstream", "downstream").fill_null(ABSENT))
        for own, up, down, target in filled.drop("rule").iter_rows():
            table[own, up, down] = target
        rules[str(name)] = _named(table)
    return rules


def _named(table: Table) -> Rule:
    """Return the rule of a table, with a name by its content."""
    whole = np.broadcast_to(table[:, :, :, None, None], (*table.shape, ABSENT + 1, ABSENT + 1))
    return Rule(f"near-{zlib.crc32(table.tobytes()):08x}", whole)


def _along(policy: Policy) -> npt.NDArray[np.uint8]:
    """Return the targets of a supply rule as if there were one chain alone."""
    return policy.supply_rule.targets[:, :, :, -1:, -1:]
