"""A stability map over two axes, drawn as text."""

from string import ascii_uppercase

import numpy as np
import polars as pl
from rich.text import Text

COLUMNS, ROWS = 60, 20
OPEN = "·"


def map_drawing(cells: pl.DataFrame) -> Text | None:
    """Return a letter for the winner at each place, a dot where it is open; None for other axes.

    The first axis goes up, the second to the right; only maps of two axes of numbers are drawn.
    """
    axes = [name.removesuffix("_low") for name in cells.columns if name.endswith("_low")]
    ends = [cells.select(f"{name}_low", f"{name}_high") for name in axes]
    numbers = all(kind.is_numeric() for each in ends for kind in each.schema.values())
    if len(axes) != 2 or not numbers:
        return None
    bounds = [each.to_numpy().astype(float) for each in ends]
    spans = [(each.min(), each.max()) for each in bounds]
    # middles of the places drawn, which lie on no cell's face but by chance
    up, right = (
        low + (np.arange(count) + 0.5) / count * (high - low)
        for (low, high), count in zip(spans, (ROWS, COLUMNS), strict=True)
    )
    winners = cells.filter(state="clear")["winner"].unique().sort().to_list()
    letters = dict(zip(winners, ascii_uppercase, strict=False))
    picture = np.full((ROWS, COLUMNS), " ")
    rows = cells.select("winner", "state").iter_rows()
    for (winner, state), first, second in zip(rows, *bounds, strict=True):
        inside = np.ix_(
            (up >= first[0]) & (up <= first[1]), (right >= second[0]) & (right <= second[1])
        )
        if state != "impossible":
            picture[inside] = letters.get(winner, "?") if state == "clear" else OPEN
    text = Text()
    for letter, winner in ((letter, winner) for winner, letter in letters.items()):
        text.append(f"{letter} {winner}   ")
    text.append(f"{OPEN} changes or not clear\n\n{axes[0]}\n")
    for n, line in enumerate(picture[::-1]):
        end = {0: spans[0][1], ROWS - 1: spans[0][0]}.get(n)
        label = "" if end is None else f"{end:.4g}"
        text.append(f"{label:>8} {''.join(line)}\n")
    left, ahead = f"{spans[1][0]:.4g}", f"{spans[1][1]:.4g}"
    text.append(f"{'':>8} {left}{ahead:>{COLUMNS - len(left)}}  {axes[1]}\n")
    return text
