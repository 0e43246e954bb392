"""One regime of Tables 3 to 6 in the paper's layout, simulated figures above printed ones."""

from typing import Any, Final

import polars as pl
from rich import box
from rich.table import Table
from rich.text import Text

from cakernel.paper.choice_panels import choices_panel, map_panel
from cakernel.paper.five_percent import WITHIN
from cakernel.paper.published import (
    ON_SITE_RULE,
    QUANTITIES,
    SHARED_ROW,
    SUPPLY_RULES,
    errata,
    printed_tables,
)
from cakernel.paper.scorecard_panel import scorecard_panel
from cakernel.recovery.regimes import CYBER_RISK, DAYS_A_YEAR, REGIMES, SUPPLY_RISKS

__all__ = ["WIDTH", "choices_panel", "map_panel", "scorecard_panel", "table_panel"]

WIDTH: Final = 100
"""Columns that every renderable of this subpackage fits, and that a console must offer."""

DAGGER: Final = "\u2020"
STAR: Final = "*"
DASH: Final = "-"

PRINTED_ROWS: Final = tuple(
    (rule, principle) for principle in "PC" for rule in ("CRD-1", "CRD-2", "CRD-5", "CRD-6")
)
OUR_ROWS: Final = (
    *((rule, principle) for principle in "PC" for rule in ("CRD-3", "CRD-4")),
    (ON_SITE_RULE, "P"),
)

Cells = dict[tuple[str, str, str], dict[str, Any]]


def _best_marked(table: pl.DataFrame) -> pl.DataFrame:
    """Add ``best``: within 5% of the highest resources, on site and in the cloud apart."""
    resources = pl.col("mean_resources")
    highest = resources.max().over(pl.col("cyber_rule") == ON_SITE_RULE)
    return table.with_columns(best=(resources >= (1 - WITHIN) * highest).fill_null(False))


def _cells(table: pl.DataFrame) -> Cells:
    return {
        (row["supply_rule"], row["cyber_rule"], row["principle"]): row
        for row in _best_marked(table).iter_rows(named=True)
    }


def _number(value: float | None) -> str:
    return DASH if value is None else f"{value:.2f}"


def _cell(row: dict[str, Any] | None, *, style: str, misprint: bool = False) -> Text:
    """Return two lines: both states, then resources with their marks."""
    if row is None:
        return Text(DASH, style=style)
    marks = STAR * row["best"] + DAGGER * misprint
    states = f"{_number(row['mean_x'])} {_number(row['mean_y'])}"
    resources = f"{_number(row['mean_resources'])} {marks}".rstrip()
    return Text(f"{states}\n{resources}", style=f"{style} bold".strip() if row["best"] else style)


def _largest_errors(shown: pl.DataFrame) -> str:
    largest = shown.select(pl.col(f"se_{name}").fill_nan(None).max() for name in QUANTITIES).row(0)
    if None in largest:
        return "standard errors not known"
    x, y, resources = largest
    return f"largest standard error shown {x:.4f} in x, {y:.4f} in y, {resources:.3f} in R"


def _title(regime: str, shown: pl.DataFrame, note: str) -> Text:
    published = REGIMES[regime]
    supply, cyber = (
        f"{severe}/{DAYS_A_YEAR} severe, {mild}/{DAYS_A_YEAR} mild"
        for severe, mild in (SUPPLY_RISKS[published.risk], CYBER_RISK)
    )
    replications = shown["replications"].unique().sort().to_list()
    lines = [
        f"Table {published.table}, regime {regime}: N = {published.firms}, T = {published.periods}",
        f"supply risk {supply}; cyber risk {cyber}",
        f"{' to '.join(map(str, replications))} replications; {_largest_errors(shown)}",
        note,
    ]
    return Text("\n".join(line for line in lines if line), style="bold")


def _caption(misprints: pl.DataFrame) -> Text:
    lines = [
        "Each cell: mean x and mean y, then mean resources R at the end; sim as simulated, paper "
        "as printed.",
        f"{STAR} R within 5% of the highest, P and C together: sim among sim, paper among paper, "
        "CRD-0 among CRD-0.",
        f"{DASH} absent from the copy transcribed, or not simulated. The paper prints CRD-1, CRD-3 "
        "and CRD-4 as one row, here under CRD-1, and no figures of CRD-0.",
    ]
    lines += [
        f"{DAGGER} misprint: {row['supply_rule']} {row['cyber_rule']} {row['principle']} "
        f"{row['quantity'].removeprefix('mean_')} printed {row['printed']:.2f}, "
        f"likely {row['likely']:.2f}."
        for row in misprints.iter_rows(named=True)
    ]
    return Text("\n".join(lines))


def _grid(title: Text, caption: Text) -> Table:
    table = Table(
        title=title,
        caption=caption,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    table.add_column("", width=len("CRD-1 P"), no_wrap=True)
    for rule in SUPPLY_RULES:
        table.add_column(rule, width=len("1.51 1.44"), no_wrap=True)
    return table


def _add_ours(
    table: Table, ours: Cells, cyber_rule: str, principle: str, *, end_section: bool = False
) -> None:
    cells = (ours.get((rule, cyber_rule, principle)) for rule in SUPPLY_RULES)
    table.add_row(
        f"{cyber_rule} {principle}\n    sim",
        *(_cell(row, style="") for row in cells),
        end_section=end_section,
    )


def table_panel(simulated: pl.DataFrame, regime: str, *, note: str = "") -> Table:
    """Lay out one regime as the paper's table does, with the printed figures below ours.

    Parameters
    ----------
    simulated : polars.DataFrame
        Simulated results of the regime, one row a policy; where there is a ``regime`` column,
        the rows of ``regime`` are taken.
    regime : str
        A key of ``REGIMES``.
    note : str
        A line to add to the title, for instance on conventions that were changed.

    Returns
    -------
    rich.table.Table
        95 columns wide.

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
    shown = simulated.filter(pl.col("supply_rule").is_in(SUPPLY_RULES)).join(
        rows, on=["cyber_rule", "principle"], how="semi", maintain_order="left"
    )
    if shown.is_empty():
        raise ValueError(f"simulated holds no policy of regime {regime!r} that the paper prints")
    misprints = errata().filter(pl.col("regime") == regime)
    misprinted = set(misprints.select("supply_rule", "cyber_rule", "principle").iter_rows())
    ours = _cells(shown)
    printed = _cells(printed_tables().filter(pl.col("regime") == regime))

    table = _grid(_title(regime, shown, note), _caption(misprints))
    for cyber_rule, principle in PRINTED_ROWS:
        _add_ours(table, ours, cyber_rule, principle)
        shared = cyber_rule == "CRD-1"
        keys = [(rule, SHARED_ROW if shared else cyber_rule, principle) for rule in SUPPLY_RULES]
        table.add_row(
            Text(f"{'1/3/4' if shared else '':<7}\n  paper", style="dim"),
            *(_cell(printed.get(key), style="dim", misprint=key in misprinted) for key in keys),
            end_section=True,
        )
    for cyber_rule, principle in OUR_ROWS:
        if any((rule, cyber_rule, principle) in ours for rule in SUPPLY_RULES):
            _add_ours(table, ours, cyber_rule, principle, end_section=True)
    return table
