"""What tables say, without a medium: `terminal` prints it, `report.grids` shows it on a page.

Tables 3 to 7 and the map of Fig. 2 are laid out here, simulated beside printed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.paper.choices import CHAIN_SIZES, RISKS
from cakernel.paper.comparison import MISPRINT, ROW
from cakernel.paper.five_percent import best_marked
from cakernel.paper.published import (
    ON_SITE_RULE,
    PRINTED_SUPPLY_RULES,
    QUANTITIES,
    SHARED_ROW,
    errata,
    printed_tables,
)
from cakernel.recovery.model import CYBER_RISK, DAYS_A_YEAR, REGIMES, SUPPLY_RISKS

REDUCTIONS: Final[Mapping[str, Callable[[pl.Series], Any]]] = {
    "count": len,
    "sum": lambda column: column.sum(),
    "least": lambda column: column.min(),
    "mean": lambda column: column.mean(),
    "largest": lambda column: column.max(),
    "farthest from 0": lambda column: max(column.drop_nulls(), key=abs, default=None),
}
"""How the values of several rows become one; a report checks its numbers by the same names."""

BEST, MISPRINTED, OUTSIDE = "best", "misprinted", "outside"
"""Marks of an entry: R within 5% of the highest, a misprint, outside the tolerance."""

PRINTED_ROWS: Final = tuple(
    (rule, principle) for principle in "PC" for rule in ("CRD-1", "CRD-2", "CRD-5", "CRD-6")
)
OUR_ROWS: Final = (
    *((rule, principle) for principle in "PC" for rule in ("CRD-3", "CRD-4")),
    (ON_SITE_RULE, "P"),
)
MEANING: Final = {
    "same": "the same",
    "narrower": "fewer rules simulated",
    "wider": "more rules simulated",
    "overlaps": "some rules in common",
    "differs": "no rule in common",
}
"""How the simulated best rules on the map agree with those recommended, in words."""


Cells = dict[tuple[str, str, str], dict[str, Any]]


@dataclass(frozen=True)
class Words:
    """Words for the two media; a column whose head is empty in one of them is left out there."""

    terminal: str
    page: str


@dataclass(frozen=True)
class Value:
    """What ``how`` makes of a column in rows of a file (none where no file was read).

    It is multiplied by ``scale``, written as ``style`` says, on a page as ``page_style`` if that
    is given, and followed by ``unit``.
    """

    value: Any
    column: str
    rows: tuple[int, ...]
    how: str = "value"
    style: str = ""
    page_style: str = ""
    scale: float = 1.0
    unit: str = ""


Part = str | Words | Value
Line = tuple[Part, ...]


@dataclass(frozen=True)
class Entry:
    """What stands in one place of a table: lines, their marks, and the kind of a page's cell."""

    lines: Sequence[Line]
    marks: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Layout:
    """A table whose first ``words`` columns hold words, the others figures; None is not known.

    ``name`` is the table's identifier on a page, ``kind`` its classes there.
    """

    name: str
    title: Words
    heads: Sequence[str | Words]
    rows: Sequence[Sequence[Part | Line | Entry | None]]
    words: int = 1
    kind: str = "numbers"


@dataclass(frozen=True)
class PolicyRows:
    """A cyber rule and principle: the simulated row and, where the paper has one, the printed.

    Entries stand in the order of `PRINTED_SUPPLY_RULES`; the row printed beside CRD-1 ``is_shared``
    with CRD-3 and CRD-4.
    """

    cyber_rule: str
    principle: str
    simulated: Sequence[Entry | None]
    printed: Sequence[Entry | None] | None
    is_shared: bool


@dataclass(frozen=True)
class RegimeTable:
    """A regime's table: the fewest and most replications, the largest standard errors, rows."""

    regime: str
    risks: str
    replications: tuple[Value, ...]
    errors: tuple[Value, ...]
    rows: Sequence[PolicyRows]


def value(row: Mapping[str, Any], column: str, name: str = "", **style: Any) -> Value:
    """Return what a column holds in one row; ``name`` is the file's, if the frame has another."""
    rows = (row[ROW],) if ROW in row else ()
    return Value(row[column], name or column, rows, **style)


def over(frame: pl.DataFrame, column: str, how: str, **style: Any) -> Value:
    """Return what ``how`` makes of a column of all rows of a frame."""
    rows = tuple(frame[ROW]) if ROW in frame.columns else ()
    return Value(REDUCTIONS[how](frame[column]), column, rows, how=how, **style)


def regime_table(
    simulated: pl.DataFrame, regime: str, comparison: pl.DataFrame | None = None
) -> RegimeTable:
    """Lay out one regime of `simulated` as the paper's table does, printed figures below ours.

    With a frame as of `compare`, printed cells are taken from it and those outside the tolerance
    marked; else all printed cells are shown. A regime that the paper has not, or of which nothing
    was simulated, is refused.
    """
    if regime not in REGIMES:
        raise InvalidInput(f"regime is {regime!r}; the paper prints {list(REGIMES)}")
    if "regime" in simulated.columns:
        simulated = simulated.filter(pl.col("regime") == regime)
    names = ["cyber_rule", "principle"]
    policies = pl.DataFrame(PRINTED_ROWS + OUR_ROWS, schema=names, orient="row")
    shown = simulated.filter(pl.col("supply_rule").is_in(PRINTED_SUPPLY_RULES)).join(
        policies, on=names, how="semi", maintain_order="left"
    )
    if shown.is_empty():
        raise InvalidInput(f"simulated holds no policy of regime {regime!r} that the paper prints")
    if comparison is None:
        comparison = printed_tables().rename(lambda name: name.replace("mean_", "printed_"))
    misprints = errata().filter(pl.col("regime") == regime)
    supply, cyber = (
        f"{severe}/{DAYS_A_YEAR} severe, {mild}/{DAYS_A_YEAR} mild"
        for severe, mild in (SUPPLY_RISKS[REGIMES[regime].risk], CYBER_RISK)
    )
    styles = {"x": ".4f", "y": ".4f", "resources": ".3f"}
    return RegimeTable(
        regime=regime,
        risks=f"supply risk {supply}; cyber risk {cyber}",
        replications=tuple(over(shown, "replications", how) for how in ("least", "largest")),
        errors=tuple(
            over(shown, f"se_{name}", "largest", style=style) for name, style in styles.items()
        ),
        rows=_rows(
            _cells(shown, "mean_resources"),
            _cells(comparison.filter(pl.col("regime") == regime), "printed_resources"),
            set(misprints.select("supply_rule", "cyber_rule", "principle").iter_rows()),
        ),
    )


def _cells(table: pl.DataFrame, resources: str) -> Cells:
    """Return rows by policy, with whether they are among the best of their deployment."""
    return {
        (row["supply_rule"], row["cyber_rule"], row["principle"]): row
        for row in best_marked(table, resources).iter_rows(named=True)
    }


def _rows(ours: Cells, printed: Cells, misprinted: set[tuple[str, str, str]]) -> list[PolicyRows]:
    rows = []
    for cyber_rule, principle in PRINTED_ROWS + OUR_ROWS:
        is_shared, is_printed = cyber_rule == "CRD-1", (cyber_rule, principle) in PRINTED_ROWS
        above: list[Entry | None] = []
        below: list[Entry | None] = []
        for rule in PRINTED_SUPPLY_RULES:
            cell = (rule, SHARED_ROW if is_shared else cyber_rule, principle)
            there = printed.get(cell)
            # a comparison tells how near a cell is that is no misprint
            is_outside = (
                there is not None
                and there.get("group", MISPRINT) != MISPRINT
                and not there["within_tolerance"]
            )
            ours_here = ours.get((rule, cyber_rule, principle))
            above.append(_entry(ours_here, "mean", (OUTSIDE,) * is_outside))
            below.append(_entry(there, "printed", (MISPRINTED,) * (cell in misprinted)))
        if is_printed or any(above):
            shown = below if is_printed else None
            rows.append(PolicyRows(cyber_rule, principle, above, shown, is_shared))
    return rows


def _entry(row: dict[str, Any] | None, prefix: str, marks: tuple[str, ...]) -> Entry | None:
    """Return two lines: both states, then resources."""
    if row is None:
        return None
    x, y, resources = (value(row, f"{prefix}_{name}", style=".2f") for name in QUANTITIES)
    return Entry([(x, " ", y), (resources,)], marks=(BEST,) * row["best"] + marks)


def choices_layout(table_7: pl.DataFrame) -> Layout:
    """Lay out Table 7, from what `table_7` returns: choices printed, simulated, and by figures."""
    rows: list[list[Part | Entry]] = []
    for row in table_7.iter_rows(named=True):
        choices = (value(row, name) for name in ("printed", "simulated", "by_printed_figures"))
        agree = "yes" if row["agree"] else "no"
        deployment = f"{row['deployment']} {row['cyber_rule']}"
        rows.append([row["regime"], deployment, *choices, Entry([(agree,)], kind=agree)])
    return Layout(
        name="table-7",
        title=Words(
            "Table 7: best supply rules, within 5% of the highest R",
            "Table 7: the best supply rules, those within 5% of the highest R, best first. "
            "Source: table_7.parquet.",
        ),
        heads=[
            *("regime", "deployment", "printed", "simulated", "5% rule on\nprinted figures"),
            Words("agree", "same?"),
        ],
        rows=rows,
        words=6,
        kind="lists",
    )


def map_layout(figure_2: pl.DataFrame) -> Layout:
    """Lay out the map, from what `figure_2` returns: supply risk downwards, chain size across."""
    cells = {(row["risk"], row["firms"]): row for row in figure_2.iter_rows(named=True)}
    return Layout(
        name="map-table",
        title=Words(
            "Fig. 2: best supply rules under CRD-5 by supply risk and chain size",
            "Fig. 2 as a table: best supply rules under CRD-5, simulated, and recommended by the "
            "paper's text (high risk: SRD-5; large chains: SRD-4; otherwise SRD-3, SRD-4 and "
            "SRD-5). Source: figure_2.parquet.",
        ),
        heads=[
            "supply risk",
            *(Words(f"N = {firms}", f"{firms} firms in each chain") for firms in CHAIN_SIZES),
        ],
        rows=[
            [Words(risk, f"{risk} risk"), *(_on_map(cells.get((risk, n))) for n in CHAIN_SIZES)]
            for risk in reversed(RISKS)
        ],
        words=1 + len(CHAIN_SIZES),
        kind="lists map",
    )


def _on_map(row: dict[str, Any] | None) -> Entry | None:
    if row is None:
        return None
    agreement, table = row["agreement"], row["printed_table"]
    source = f"Table {table}" if table else "in no table"
    where = f"printed in {source}" if table else source
    lines: list[Line] = [
        (Words("sim ", "simulated"), " ", value(row, "simulated")),
        (Words("text", "text"), " ", value(row, "recommended")),
        (Words(f"{agreement}; {source}", f"{MEANING[agreement]}; {where}"),),
    ]
    if row["near_edge"]:
        lines.append((Words("near edge", "near the edge:"), " ", value(row, "near_edge")))
    if row["two_sentences"]:
        sentences = "two sentences of the text apply; the one on high risk is followed"
        lines.append((Words("covered by two sentences", sentences),))
    return Entry(lines, kind="yes" if agreement == "same" else "no")
