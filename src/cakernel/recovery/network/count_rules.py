"""Rules by counts of neighbours as tables: read, checked, and written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.errors import InvalidInput
from cakernel.files import within
from cakernel.recovery.counts import BY_NAME, Condition, Row, Rows, best, high, share_high, worst
from cakernel.recovery.kernel.states import BELOW_HIGH, HIGH, MEDIUM, WHOLE
from cakernel.recovery.network.columns import COUNTS, CYBER_RULES, NEIGHBOURS, SUPPLY_RULES
from cakernel.recovery.network.tables import filled, first, frame_of, refusal
from cakernel.recovery.rules import Rule, by_counts
from cakernel.wording import shown

# of a network: each has a number of 16 bits
MOST_RULES: Final = 10_000
# of a rule
MOST_ROWS: Final = 1_000
# of 100%
OF_PERCENT: Final = WHOLE // 100


@checked_arguments
def count_rule(name: str, rows: Any) -> Rule:
    """Return a rule of your own that counts neighbours, whatever number of them a firm has.

    The first row whose conditions hold gives the target; where none holds, the firm stays. A firm
    in state 2 stays in any case. Conditions are on states after the period's disruptions, of a
    supply rule the operational ones, of a cyber rule the intangibles; each is a column, for the
    firm's ``suppliers``, ``customers``, ``peers``, or all its ``neighbours``, each firm once:

    - ``KIND_worst``: the worst of the kind is in this state or above (1 or 2). A firm without such
      neighbours waits for none: it holds.
    - ``KIND_best``: the best of the kind is in this state or above (1 or 2). A firm without such
      neighbours has none: it does not hold.
    - ``KIND_high``: at least so many of the kind (2) or such a share of them ("50%", up to 4
      decimals) are in state 2. A firm without such neighbours has none: it does not hold.

    Parameters
    ----------
    name : str
        The name in tables of results.
    rows : table
        Up to 1,000 rows, in their order: a frame of polars or pandas, a mapping of columns, or a
        list of mappings. Columns are the conditions above, ``own`` (the state of the firms that
        a row is for, 0 or 1; blank: either) and ``target`` (0, 1 or 2, not below the own state).
        A condition that is blank, or left out, is none.

    Returns
    -------
    Rule
        On a network as it is said; on a grid the table that it makes, with the firm upstream as
        supplier, downstream as customer, and those of the neighbouring chains as peers.

    Raises
    ------
    InvalidInput
        Naming row, field and value.

    Examples
    --------
    Go to high once at least half of the suppliers are, and to medium unless the worst of them is
    low.

    >>> careful = count_rule(
    ...     "careful",
    ...     [
    ...         {"suppliers_high": "50%", "target": 2},
    ...         {"own": 0, "suppliers_worst": 1, "target": 1},
    ...     ],
    ... )
    >>> [int(careful.targets[0, upstream, 0, 0, 0]) for upstream in (0, 1, 2)]
    [0, 1, 2]
    """
    return count_rule_of(name, f"rule {name}", frame_of(f"rule {name}: rows", rows))


def count_rule_of(name: str, table: str, given: pl.DataFrame) -> Rule:
    """Return the rule of a frame of rows; ``table`` is what errors call it."""
    frame = filled(table, given, COUNTS)
    rows = rows_of(table, frame)
    check_targets(table, frame)
    return by_counts(name, rows)


def rules_of_table(table: str, frame: pl.DataFrame) -> dict[str, Rule]:
    """Return the rules of a network's table, by name; ``table`` is what errors call it."""
    names = frame["rule"]
    known = {*SUPPLY_RULES, *CYBER_RULES}
    row = first(names.is_in(known))
    if row is not None:
        words = "must not be that of a built-in rule"
        raise refusal(table, row, "rule", names[row], words)
    check_targets(table, frame)
    parts = frame.partition_by("rule", maintain_order=True)
    if len(parts) > MOST_RULES:
        raise InvalidInput(f"{table}: got {len(parts):,} rules; must be at most {MOST_RULES:,}")
    made = {}
    for part in parts:
        name = part["rule"][0]
        rows = rows_of(f"{table}: rule {name}", part)
        with within(f"{table}: "):
            made[name] = by_counts(name, rows)
    return made


def rows_of(table: str, frame: pl.DataFrame) -> Rows:
    """Return the rows of a rule, whose columns are filled in."""
    if not 0 < frame.height <= MOST_ROWS:
        raise InvalidInput(f"{table}: got {frame.height:,} rows; must be from 1 to {MOST_ROWS:,}")
    return tuple(_row(row) for row in frame.iter_rows(named=True))


def check_targets(table: str, frame: pl.DataFrame) -> None:
    """Raise for a target below the own state, and for a share of nothing."""
    least = frame["own"].fill_null(MEDIUM)
    row = first(frame["target"] < least)
    if row is not None:
        blank = frame["own"][row] is None
        whose = "that of firms in state 1, which a blank own includes" if blank else "the own state"
        words = f"must be from {least[row]} to {HIGH}, not below {whose}"
        raise refusal(table, row, "target", frame["target"][row], words)
    for kind in NEIGHBOURS:
        values = frame[f"{kind}_high"]
        row = first(values.str.contains(r"^[0.]+\s*%$"))
        if row is not None:
            raise refusal(table, row, values.name, values[row], "must be above 0%")


def _row(row: Mapping[str, Any]) -> Row:
    conditions: list[Condition] = []
    for number, kind in enumerate(NEIGHBOURS):
        for name, made in (("worst", worst), ("best", best)):
            if (state := row[f"{kind}_{name}"]) is not None:
                conditions.append(made(number, state))
        if (many := row[f"{kind}_high"]) is not None:
            percent = many.removesuffix("%")
            conditions.append(
                high(number, int(many))
                if percent == many
                else share_high(number, int(Decimal(percent.strip()) * OF_PERCENT))
            )
    own = BELOW_HIGH if row["own"] is None else row["own"]
    return Row(own, tuple(conditions), row["target"])


def count_frame(name: str) -> pl.DataFrame:
    """Return a built-in rule as a table of rows, to be edited; all columns are there."""
    rows = BY_NAME.get(name)
    if rows is None:
        raise InvalidInput(f"rule: got {shown(name)}; must be one of {', '.join(BY_NAME)}")
    return pl.DataFrame(
        [_columns(row) for row in rows], schema={column.name: column.dtype for column in COUNTS}
    )


def _columns(row: Row) -> dict[str, Any]:
    """Return a row's values by column."""
    found: dict[str, Any] = {"own": None if row.own == BELOW_HIGH else row.own}
    for kind, state, number, share in row.conditions:
        if not number:
            found[f"{NEIGHBOURS[kind]}_worst"] = state
        elif share:
            found[f"{NEIGHBOURS[kind]}_high"] = f"{Decimal(share) / OF_PERCENT:f}%"
        elif state == HIGH and number > 1:
            found[f"{NEIGHBOURS[kind]}_high"] = str(number)
        else:
            found[f"{NEIGHBOURS[kind]}_best"] = state
    return {column.name: found.get(column.name) for column in COUNTS} | {"target": row.target}
