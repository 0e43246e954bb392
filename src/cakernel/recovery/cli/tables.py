"""What `cakernel run` and `trace` show."""

import numpy as np
import polars as pl
from rich import box
from rich.table import Column, Table
from rich.text import Text

from cakernel.recovery.outcomes import names_in
from cakernel.recovery.policy import POLICY, POLICY_PARTS

ROWS_SHOWN = 20
# title, outcome and digits of a column
SHOWN = (
    ("mean x", "x", 3),
    ("mean y", "y", 3),
    ("mean R", "resources", 2),
    ("mean value", "value", 2),
)
# high, medium, low tell apart by height, so that they show without colour
BLOCKS = ("▁", "▄", "█")
STYLES = ("red", "yellow", "green")
LABEL_WIDTH = 15


def result_table(by_policy: pl.DataFrame) -> Table:
    """Lay out means with standard errors, the highest resources first."""
    ranked = by_policy.sort("mean_resources", descending=True)
    told = f"the first {ROWS_SHOWN} of {ranked.height} policies"
    table = Table(
        *(Column(words, overflow="fold") for words in POLICY_PARTS.values()),
        title="highest resources first; standard errors in brackets",
        caption=told if ranked.height > ROWS_SHOWN else None,
        box=box.SIMPLE_HEAD,
    )
    shown = [column for column in SHOWN if column[1] in names_in(by_policy.columns)]
    for title, _, _ in shown:
        table.add_column(title, justify="right", no_wrap=True)
    for row in ranked.head(ROWS_SHOWN).iter_rows(named=True):
        figures = (_with_error(row[f"mean_{n}"], row[f"se_{n}"], digits) for _, n, digits in shown)
        table.add_row(*(row[name] for name in POLICY), *figures)
    return table


def _with_error(mean: float, error: float | None, digits: int) -> str:
    return f"{mean:.{digits}f}" if error is None else f"{mean:.{digits}f} ({error:.{digits}f})"


def drawing(history: pl.DataFrame, width: int) -> Text:
    """Draw what `cakernel.trace` returns: a line a firm, broken at ``width``, a column a period."""
    shape = history.select(pl.col("period", "chain", "firm").max()).row(0)
    columns = max(10, width - LABEL_WIDTH)
    text = Text("high █  medium ▄  low ▁\n")
    for name, title in (("x", "operational states x"), ("y", "intangibles states y")):
        states = history[name].to_numpy().reshape(shape)
        for first in range(0, shape[0], columns):
            last = min(first + columns, shape[0])
            text.append(f"\n{title}, periods {first + 1} to {last}\n", style="bold")
            for chain, firm in np.ndindex(*shape[1:]):
                label = f"chain {chain + 1:>2} firm {firm + 1:<2}"
                text.append(label[:LABEL_WIDTH].ljust(LABEL_WIDTH))
                for state in states[first:last, chain, firm]:
                    text.append(BLOCKS[state], style=STYLES[state])
                text.append("\n")
    return text
