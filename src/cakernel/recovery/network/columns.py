"""The columns of a network's tables: their kinds, ranges and what a blank means."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import polars as pl

from cakernel.checks import MOST_AMOUNT
from cakernel.recovery.counts import QUARTER_AND_HALF
from cakernel.recovery.kernel.shocks import MAX_PERIODS
from cakernel.recovery.kernel.states import HIGH, LOW, MEDIUM
from cakernel.recovery.model import CYBER_RISK, DAYS_A_YEAR, SUPPLY_RISKS
from cakernel.recovery.rules import BUILT_IN

# of a name
MOST_CHARACTERS: Final = 1000
MOST_STOCK: Final = (1 << 16) - 1
# a share of neighbours; 0% is refused apart
SHARE: Final = r"(?:100(?:\.0{1,4})?|[0-9]{1,2}(?:\.[0-9]{1,4})?)\s*%"
# of neighbours that a rule counts
MOST_COUNTED: Final = 1_000_000
# SRD-3, SRD-4, CRD-3 and CRD-4 count neighbours; two more take the share of them that are high
SUPPLY_RULES: Final = (*BUILT_IN["supply"], *(f"SRD-{share}" for share in QUARTER_AND_HALF))
CYBER_RULES: Final = (*BUILT_IN["cyber"], *(f"CRD-{share}" for share in QUARTER_AND_HALF))
PRINCIPLES: Final = ("P", "C")

# a firm's own amounts, in the order of a resource scenario's
AMOUNTS: Final = (
    *("r_x0", "r_x1", "r_x2"),
    *("r_y0", "r_y1", "r_y2"),
    *("c_x01", "c_x12", "c_x02"),
    *("c_y01", "c_y12", "c_y02"),
)


class Column(NamedTuple):
    """A column of a table: what its values are, and what stands for a blank.

    A value lies from ``low`` to ``high`` if it is a number, is one of ``choices`` if there are any,
    or written like the ``pattern``, and is ``default`` where it is left out: None leaves it null; a
    ``required`` one must be there.
    """

    name: str
    dtype: type[pl.DataType]
    words: str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    pattern: str = ""
    default: float | None = None
    required: bool = False


def _name(name: str, *, required: bool = False) -> Column:
    words = (
        f"a text of one line, at most {MOST_CHARACTERS:,} characters, that does not begin with #, "
        "or a whole number"
    )
    return Column(name, pl.String, words, required=required)


def _probability(name: str, default: float = 0.0) -> Column:
    return Column(name, pl.Float64, "a number from 0 to 1", high=1, default=default)


def _amount(name: str, default: float | None = None) -> Column:
    words = "a number from 0 to 1e15"
    return Column(name, pl.Float64, words, high=MOST_AMOUNT, default=default)


def _whole(name: str, words: str, high: int, default: int) -> Column:
    return Column(name, pl.Int64, words, high=high, default=default)


def _choice(name: str, choices: tuple[str, ...], *, required: bool = False) -> Column:
    words = f"one of {', '.join(choices)}"
    return Column(name, pl.String, words, choices=choices, required=required)


def _number_or_share(name: str) -> Column:
    words = (
        f"a whole number from 1 to {MOST_COUNTED:,}, or a share of at most 100% with at most 4 "
        "decimals, such as 50%"
    )
    pattern = rf"^(?:0*(?:[1-9][0-9]{{0,5}}|{MOST_COUNTED})|{SHARE})$"
    return Column(name, pl.String, words, pattern=pattern)


def _level(name: str, low: int, words: str, *, high: int = HIGH, required: bool = False) -> Column:
    return Column(name, pl.Int64, words, low=low, high=high, required=required)


def _state(name: str) -> Column:
    assert LOW == 0
    return _whole(name, "a state: 0, 1 or 2", HIGH, HIGH)


def _draw() -> Column:
    most = (1 << 64) - 1
    return Column("draw", pl.UInt64, f"a whole number from 0 to {most:,}", high=most)


def _period() -> Column:
    words = f"a whole number from 1 to {MAX_PERIODS:,}"
    return Column("period", pl.Int64, words, low=1, high=MAX_PERIODS, required=True)


def _risk(side: str, counts: tuple[int, int]) -> tuple[Column, Column]:
    return tuple(
        _probability(f"{side}_{size}", count / DAYS_A_YEAR)
        for size, count in zip(("severe", "mild"), counts, strict=True)
    )  # type: ignore[return-value]


FIRMS: Final = (
    _name("id", required=True),
    _name("provider"),
    *_risk("supply", SUPPLY_RISKS["base"]),
    *map(_amount, AMOUNTS),
    _state("x"),
    _state("y"),
    _amount("resources"),
    _choice("supply_rule", SUPPLY_RULES),
    _choice("cyber_rule", CYBER_RULES),
    _choice("principle", PRINCIPLES),
    _whole("stock", f"a whole number from 0 to {MOST_STOCK:,}", MOST_STOCK, 0),
    _amount("holding_cost", 0.0),
    _probability("spillover"),
    _draw(),
    _name("group"),
)
LINKS: Final = (
    _name("supplier", required=True),
    _name("customer", required=True),
    _name("input"),
    _amount("upkeep", 0.0),
)
PEERS: Final = (_name("firm", required=True), _name("peer", required=True))
PROVIDERS: Final = (_name("id", required=True), *_risk("cyber", CYBER_RISK), _draw())
# kinds of neighbours, as `cakernel.recovery.kernel.states` numbers them
NEIGHBOURS: Final = ("suppliers", "customers", "peers", "neighbours")
# rows of a rule by counts: whom they are for, what must hold of neighbours of a kind, the target
COUNTS: Final = (
    _level("own", LOW, "0, 1 or blank (either)", high=MEDIUM),
    *(
        column
        for kind in NEIGHBOURS
        for column in (
            _level(f"{kind}_worst", MEDIUM, "1, 2 or blank"),
            _level(f"{kind}_best", MEDIUM, "1, 2 or blank"),
            _number_or_share(f"{kind}_high"),
        )
    ),
    _level("target", LOW, "a state: 0, 1 or 2", required=True),
)
RULES: Final = (_name("rule", required=True), *COUNTS)
TABLES: Final = {
    "firms": FIRMS,
    "links": LINKS,
    "peers": PEERS,
    "providers": PROVIDERS,
    "rules": RULES,
}


def columns_of(table: str, rules: Iterable[str]) -> tuple[Column, ...]:
    """Return a table's columns where firms may also follow some rules of the network's own."""
    own = tuple(rules)
    return tuple(
        _choice(column.name, (*column.choices, *own))
        if own and column.name in ("supply_rule", "cyber_rule")
        else column
        for column in TABLES[table]
    )


# recorded disruptions, by size as `cakernel.recovery.kernel.shocks` numbers them from 1
SEVERITIES: Final = ("mild", "severe")
KINDS: Final = ("supply", "cyber")
DISRUPTIONS: Final = (
    _period(),
    _choice("kind", KINDS, required=True),
    _name("of", required=True),
    _choice("severity", SEVERITIES, required=True),
)
