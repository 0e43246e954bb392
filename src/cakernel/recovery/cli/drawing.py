"""A history drawn as text: one line a firm, one column a period, states as blocks."""

import numpy as np
import polars as pl
from rich.text import Text

# high, medium, low tell apart by height, so that they show without colour
BLOCKS = ("▁", "▄", "█")
STYLES = ("red", "yellow", "green")
LABEL_WIDTH = 15


def drawing(history: pl.DataFrame, width: int) -> Text:
    """Return the operational and the intangibles states of all firms over time.

    ``history`` is as of `cakernel.trace`; lines are broken at ``width`` characters.
    """
    shape = history.select(pl.col("period", "chain", "firm").max()).row(0)
    columns = max(10, width - LABEL_WIDTH)
    text = Text("high █  medium ▄  low ▁\n")
    for name, title in (("x", "operational states x"), ("y", "intangibles states y")):
        states = history[name].to_numpy().reshape(shape)
        for first in range(0, shape[0], columns):
            last = min(first + columns, shape[0])
            text.append(f"\n{title}, periods {first + 1} to {last}\n", style="bold")
            for chain, firm in np.ndindex(*shape[1:]):
                text.append(
                    f"chain {chain + 1:>2} firm {firm + 1:<2}"[:LABEL_WIDTH].ljust(LABEL_WIDTH)
                )
                for state in states[first:last, chain, firm]:
                    text.append(BLOCKS[state], style=STYLES[state])
                text.append("\n")
    return text
