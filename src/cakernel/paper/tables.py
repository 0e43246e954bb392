"""Tables 3 to 7 and the map of Fig. 2 laid out as in the paper, simulated beside printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from cakernel.paper.choices import CHAIN_SIZES, RISKS
from cakernel.paper.comparison import MISPRINT
from cakernel.paper.five_percent import best_marked
from cakernel.paper.layout import Entry, Layout, Line, Part, Value, Words, over, value
from cakernel.paper.published import (
    ON_SITE_RULE,
    PRINTED_SUPPLY_RULES,
    QUANTITIES,
    SHARED_ROW,
    errata,
    printed_tables,
)
from cakernel.recovery.model import CYBER_RISK, DAYS_A_YEAR, REGIMES, SUPPLY_RISKS

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
class PolicyRows:
    """A cyber rule and principle: the simulated row and, where the paper has one, the printed.

    Entries stand in the order of `PRINTED_SUPPLY_RULES`; None where nothing is known.
    """

    cyber_rule: str
    principle: str
    simulated: Sequence[Entry | None]
    printed: Sequence[Entry | None] | None

    @property
    def is_shared(self) -> bool:
        """Whether the printed row is that of CRD-1, CRD-3 and CRD-4 together."""
        return self.cyber_rule == "CRD-1"


@dataclass(frozen=True)
class RegimeTable:
    """A regime's table: the fewest and most replications, the largest standard errors, rows."""

    regime: str
    risks: str
    replications: tuple[Value, ...]
    errors: tuple[Value, ...]
    misprints: pl.DataFrame
    rows: Sequence[PolicyRows]


def regime_table(
    simulated: pl.DataFrame, regime: str, comparison: pl.DataFrame | None = None
) -> RegimeTable:
    """Lay out one regime of `simulated` as the paper's table does, printed figures below ours.

    With a frame as of `compare`, printed cells are taken from it and those outside the tolerance
    marked; else all printed cells are shown.

    Raises
    ------
    ValueError
        If ``regime`` is not one of the paper's, or none of its policies was simulated.
    """
    if regime not in REGIMES:
        raise ValueError(f"regime is {regime!r}; the paper prints {list(REGIMES)}")
    if "regime" in simulated.columns:
        simulated = simulated.filter(pl.col("regime") == regime)
    rows = pl.DataFrame(PRINTED_ROWS + OUR_ROWS, schema=["cyber_rule", "principle"], orient="row")
    shown = simulated.filter(pl.col("supply_rule").is_in(PRINTED_SUPPLY_RULES)).join(
        rows, on=["cyber_rule", "principle"], how="semi", maintain_order="left"
    )
    if shown.is_empty():
        raise ValueError(f"simulated holds no policy of regime {regime!r} that the paper prints")
    if comparison is None:
        names = {f"mean_{name}": f"printed_{name}" for name in QUANTITIES}
        comparison = printed_tables().rename(names)
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
        misprints=misprints,
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
        label = SHARED_ROW if cyber_rule == "CRD-1" else cyber_rule
        above: list[Entry | None] = []
        below: list[Entry | None] = []
        for rule in PRINTED_SUPPLY_RULES:
            there = printed.get((rule, label, principle))
            above.append(_entry(ours.get((rule, cyber_rule, principle)), "mean", _outside(there)))
            marks = (MISPRINTED,) if (rule, label, principle) in misprinted else ()
            below.append(_entry(there, "printed", marks))
        is_printed = (cyber_rule, principle) in PRINTED_ROWS
        if is_printed or any(above):
            rows.append(PolicyRows(cyber_rule, principle, above, below if is_printed else None))
    return rows


def _entry(row: dict[str, Any] | None, prefix: str, marks: tuple[str, ...]) -> Entry | None:
    """Return two lines: both states, then resources."""
    if row is None:
        return None
    x, y, resources = (value(row, f"{prefix}_{name}", style=".2f") for name in QUANTITIES)
    return Entry([(x, " ", y), (resources,)], marks=(BEST,) * row["best"] + marks)


def _outside(printed: dict[str, Any] | None) -> tuple[str, ...]:
    """Return the mark of a simulated cell that a printed one tells to be outside the tolerance."""
    if printed is None or "group" not in printed or printed["group"] == MISPRINT:
        return ()
    return () if printed["within_tolerance"] else (OUTSIDE,)


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
            "regime",
            "deployment",
            "printed",
            "simulated",
            "5% rule on\nprinted figures",
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
