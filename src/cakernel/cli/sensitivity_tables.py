"""Sensitivity indices, decision rules and stability maps, laid out for the terminal."""

from string import ascii_uppercase

import numpy as np
import polars as pl
from rich.text import Text

from cakernel.cli.tables import FittedTable
from cakernel.sensitivity.rule_induction import DecisionRules

MAP_COLUMNS, MAP_ROWS = 60, 20
OPEN = "·"


def index_table(found: pl.DataFrame, confidence: float) -> FittedTable:
    """Return a row an axis, or pair of them, with its indices and their intervals."""
    names = found["index"].unique(maintain_order=True).to_list()
    shown = [name for name in names if name != "second"]
    corrected = found["noise"][0] == "independent"
    title = "noise taken out" if corrected else "noise not taken out"
    table = FittedTable(title=f"{title}; {confidence:.0%} intervals in brackets")
    table.add_column("axis")
    for name in shown:
        table.add_column(name.replace("_", " "), justify="right", no_wrap=True)
        if corrected:
            table.add_column("raw", justify="right", style="dim", optional=1, no_wrap=True)

    def cells(row: dict[str, float]) -> list[str]:
        value = f"{row['value']:.3g} ({row['low']:.3g} to {row['high']:.3g})"
        return [value, f"{row['uncorrected']:.3g}"] if corrected else [value]

    leading = "total" if "total" in shown else "mu_star"
    for axis in found.filter(index=leading).sort("value", descending=True)["axis"]:
        rows = (found.filter(index=name, axis=axis).row(0, named=True) for name in shown)
        table.add_row(axis, *(cell for row in rows for cell in cells(row)))
    if "second" in names:
        table.add_section()
        pairs = found.filter(index="second").sort("value", descending=True)
        for row in pairs.iter_rows(named=True):
            table.add_row(f"{row['axis']} with {row['other']}", *cells(row))
    return table


def rules_table(found: DecisionRules) -> FittedTable:
    """Return a row a rule."""
    table = FittedTable(title=f"rules over {found.points:,} points")
    table.add_column("where")
    table.add_column("choose", no_wrap=True)
    for name in ("points", "wins", "of its wins", "regret", "%"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in found.rules.iter_rows(named=True):
        percent = row["regret_percent"]
        table.add_row(
            row["rule"],
            row["choose"],
            f"{row['points']:,}",
            f"{row['wins']:.0%}",
            f"{row['coverage']:.0%}",
            f"{row['regret']:.3g}",
            "" if percent is None else f"{percent:.2g}",
        )
    return table


def map_drawing(cells: pl.DataFrame) -> Text | None:
    """Draw a map: a letter for the winner at each place, a dot where none is clear.

    The first axis goes up, the second to the right. Returns None unless there are two axes, both of
    numbers.
    """
    axes = [name.removesuffix("_low") for name in cells.columns if name.endswith("_low")]
    ends = [cells.select(f"{name}_low", f"{name}_high") for name in axes]
    numbers = all(kind.is_numeric() for each in ends for kind in each.schema.values())
    if len(axes) != 2 or not numbers:
        return None
    bounds = [each.to_numpy().astype(float) for each in ends]
    spans = [(each.min(), each.max()) for each in bounds]
    # middles of the characters, which lie on no cell's face but by chance
    up, right = (
        low + (np.arange(count) + 0.5) / count * (high - low)
        for (low, high), count in zip(spans, (MAP_ROWS, MAP_COLUMNS), strict=True)
    )
    winners = cells.filter(state="clear")["winner"].unique().sort().to_list()
    letters = dict(zip(winners, ascii_uppercase, strict=False))
    picture = np.full((MAP_ROWS, MAP_COLUMNS), " ")
    rows = cells.select("winner", "state").iter_rows()
    for (winner, state), first, second in zip(rows, *bounds, strict=True):
        inside = np.ix_(
            (up >= first[0]) & (up <= first[1]), (right >= second[0]) & (right <= second[1])
        )
        if state != "impossible":
            picture[inside] = letters.get(winner, "?") if state == "clear" else OPEN
    text = Text()
    for winner, letter in letters.items():
        text.append(f"{letter} {winner}   ")
    text.append(f"{OPEN} changes or not clear\n\n{axes[0]}\n")
    labels = [f"{spans[0][1]:.4g}", *[""] * (MAP_ROWS - 2), f"{spans[0][0]:.4g}"]
    for label, line in zip(labels, picture[::-1], strict=True):
        text.append(f"{label:>8} {''.join(line)}\n")
    left, ahead = f"{spans[1][0]:.4g}", f"{spans[1][1]:.4g}"
    text.append(f"{'':>8} {left}{ahead:>{MAP_COLUMNS - len(left)}}  {axes[1]}\n")
    return text
