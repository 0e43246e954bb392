"""The paper's tables printed in a terminal; what does not fit its width stands below."""

from collections.abc import Sequence
from typing import Final

import polars as pl
from rich.console import Group
from rich.text import Text

from cakernel.cli.tables import FittedTable
from cakernel.paper import scorecard_tables as scorecards
from cakernel.paper.published import PRINTED_SUPPLY_RULES, errata
from cakernel.paper.tables import (
    BEST,
    MISPRINTED,
    Entry,
    Layout,
    Line,
    Part,
    RegimeTable,
    Value,
    choices_layout,
    map_layout,
    regime_table,
)
from cakernel.recovery.model import REGIMES
from cakernel.wording import counted

DASH: Final = "-"
SIGNS: Final = {BEST: "*", MISPRINTED: "\u2020"}


def table_panel(simulated: pl.DataFrame, regime: str, *, note: str = "") -> FittedTable:
    """Print one regime as the paper's table does; see `regime_table`.

    ``note`` is a line to add to the title, for instance on conventions that were changed.
    """
    laid_out = regime_table(simulated, regime)
    table = FittedTable(title=_title(laid_out, note), caption=_caption(regime), pad_edge=False)
    table.add_column("", width=len("CRD-1 P"), no_wrap=True)
    for rule in PRINTED_SUPPLY_RULES:
        table.add_column(rule, width=len("1.51 1.44"), no_wrap=True)
    for rows in laid_out.rows:
        table.add_row(
            f"{rows.cyber_rule} {rows.principle}\n    sim",
            *(_marked(entry, "") for entry in rows.simulated),
            end_section=rows.printed is None,
        )
        if rows.printed is not None:
            table.add_row(
                Text(f"{'1/3/4' if rows.is_shared else '':<7}\n  paper", style="dim"),
                *(_marked(entry, "dim") for entry in rows.printed),
                end_section=True,
            )
    return table


def _marked(entry: Entry | None, style: str) -> Text:
    """Write an entry with signs for its marks; the best are bold."""
    if entry is None:
        return Text(DASH, style=style)
    signs = "".join(SIGNS.get(mark, "") for mark in entry.marks)
    bold = f"{style} bold".strip() if BEST in entry.marks else style
    return Text(f"{_written(entry)} {signs}".rstrip(), style=bold)


def _title(table: RegimeTable, note: str) -> Text:
    published = REGIMES[table.regime]
    replications = dict.fromkeys(str(count.value) for count in table.replications)
    errors = "standard errors not known"
    if all(error.value is not None and error.value == error.value for error in table.errors):
        x, y, resources = map(_text, table.errors)
        errors = f"largest standard error shown {x} in x, {y} in y, {resources} in R"
    plural = "" if list(replications) == ["1"] else "s"
    lines = [
        f"Table {published.table}, regime {table.regime}: N = {published.firms}, "
        f"T = {published.periods}",
        table.risks,
        f"{' to '.join(replications)} replication{plural}; {errors}",
        note,
    ]
    return Text("\n".join(line for line in lines if line), style="bold")


def _caption(regime: str) -> Text:
    lines = [
        "Each cell: mean x and mean y, then mean resources R at the end; sim as simulated, paper "
        "as printed.",
        f"{SIGNS[BEST]} R within 5% of the highest, P and C together: sim among sim, paper among "
        "paper, CRD-0 among CRD-0.",
        f"{DASH} absent from the copy transcribed, or not simulated. The paper prints CRD-1, CRD-3 "
        "and CRD-4 as one row, here under CRD-1, and no figures of CRD-0.",
    ]
    lines += [
        f"{SIGNS[MISPRINTED]} misprint: {row['supply_rule']} {row['cyber_rule']} "
        f"{row['principle']} {row['quantity'].removeprefix('mean_')} printed {row['printed']:.2f}, "
        f"likely {row['likely']:.2f}."
        for row in errata().filter(pl.col("regime") == regime).iter_rows(named=True)
    ]
    return Text("\n".join(lines))


def scorecard_panel(comparison: pl.DataFrame, explained: pl.DataFrame | None = None) -> Group:
    """Print the scorecard of what `compare` and `explained` return.

    Parts with nothing to show are left out.
    """
    regimes = ", ".join(comparison["regime"].unique(maintain_order=True))
    fewest = comparison.select(pl.col("replications").min()).item()
    parts = [
        scorecards.agreement_layout(comparison),
        scorecards.worst_layout(comparison),
        scorecards.misprints_layout(comparison),
        *([] if explained is None else [scorecards.explained_layout(explained)]),
    ]
    shown = [item for part in parts if part.rows for item in (Text(""), panel(part))]
    head = f"Scorecard: {regimes}; {counted(fewest, 'replication')} a policy"
    return Group(Text(head, style="bold"), *shown)


def choices_panel(table_7: pl.DataFrame) -> Group:
    """Print what `table_7` returns: printed choices, simulated choices, and why they differ."""
    notes = []
    for row in table_7.iter_rows(named=True):
        near = f"{_short(row['near_edge'])} simulated less than 2 standard errors from the edge"
        words = row["reason"] or (near if row["near_edge"] else "")
        if words:
            notes.append(Text(f"{row['regime']} {row['deployment']}: {words}."))
    count = f"{table_7['agree'].sum()} of {table_7.height} choices agree."
    return Group(panel(choices_layout(table_7)), Text(""), Text(count), *notes)


def map_panel(figure_2: pl.DataFrame) -> Group:
    """Print what `figure_2` returns: supply risk downwards, chain size across."""
    legend = (
        "sim: within 5% of the highest simulated R, best first. text: what the paper's text "
        "recommends (high risk: SRD-5; large chains: SRD-4; otherwise SRD-3, 4 and 5); at high "
        "risk and N = 15 two of its sentences apply and the one on high risk is followed. "
        "narrower, wider: the simulated set against the text's. near edge: within 2 standard "
        "errors of the 5% edge."
    )
    return Group(panel(map_layout(figure_2)), Text(legend, style="dim"))


def panel(layout: Layout) -> Group:
    """Return a layout as a title over a table without frames."""
    table = FittedTable(pad_edge=False, keys=layout.words)
    heads = [_text(head) for head in layout.heads]
    for place, head in enumerate(heads):
        if head:
            table.add_column(head, justify="left" if place < layout.words else "right")
    for row in layout.rows:
        texts = [_written(entry) for entry, head in zip(row, heads, strict=True) if head]
        # an empty line below several
        table.add_row(*(f"{text}\n" if "\n" in text else text for text in texts))
    return Group(Text(layout.title.terminal, style="bold"), table)


def _written(entry: Part | Line | Entry | None) -> str:
    """Write what stands in one place of a table."""
    if entry is None:
        return DASH
    if isinstance(entry, Entry):
        return "\n".join(map(_written, entry.lines))
    return "".join(map(_text, entry)) if isinstance(entry, tuple) else _text(entry)


def _text(part: Part) -> str:
    if not isinstance(part, Value):
        return part if isinstance(part, str) else part.terminal
    if part.value is None:
        return DASH
    if isinstance(part.value, list):
        return _short(part.value)
    scaled = part.value if part.scale == 1 else part.value * part.scale
    return format(scaled, part.style) + part.unit


def _short(rules: Sequence[str]) -> str:
    """Write SRD-4, SRD-5 as ``SRD-4, 5``."""
    return "SRD-" + ", ".join(rule.removeprefix("SRD-") for rule in rules) if rules else "none"
