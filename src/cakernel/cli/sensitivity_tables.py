"""Sensitivity indices, decision rules and stability maps, laid out for the terminal."""

from string import ascii_uppercase
from typing import Any

import numpy as np
import polars as pl
from rich.text import Text

from cakernel.cli.tables import FittedTable
from cakernel.sensitivity.everywhere import loss_styles
from cakernel.sensitivity.rule_induction import DecisionRules
from cakernel.terms import Terms
from cakernel.wording import counted, decimals, written

MAP_COLUMNS, MAP_ROWS = 60, 20
OPEN = "·"
HEADS = {
    "first": "by it alone\n(first index)",
    "total": "by it in all\n(total index)",
    "mu": "mean effect\n(mu)",
    "mu_star": "mean size of it\n(mu star)",
    "sigma": "spread of it\n(sigma)",
}


def index_table(found: pl.DataFrame, confidence: float, terms: Terms) -> FittedTable:
    """Return a row an axis, or pair of them, with its indices and their intervals."""
    names = found["index"].unique(maintain_order=True).to_list()
    shown = [name for name in names if name != "second"]
    corrected = found["noise"][0] == "independent"
    title = "noise taken out" if corrected else "noise not taken out"
    table = FittedTable(title=f"{title}; {confidence:.0%} intervals in brackets")
    table.add_column("axis")
    for name in shown:
        table.add_column(HEADS[name], justify="right", no_wrap=True)
        if corrected:
            table.add_column("raw", justify="right", style="dim", optional=1, no_wrap=True)
    styles = {name: _style(found.filter(index=name)) for name in names}

    def cells(row: dict[str, Any]) -> list[str]:
        numbers = [row["value"], row["low"], row["high"], row["uncorrected"]]
        value, low, high, raw = (written(each, style=styles[row["index"]]) for each in numbers)
        cell = f"{value} ({low} to {high})"
        return [cell, raw] if corrected else [cell]

    leading = "total" if "total" in shown else "mu_star"
    for axis in found.filter(index=leading).sort("value", descending=True)["axis"]:
        rows = (found.filter(index=name, axis=axis).row(0, named=True) for name in shown)
        table.add_row(terms.column(axis), *(cell for row in rows for cell in cells(row)))
    if "second" in names:
        table.add_section()
        pairs = found.filter(index="second").sort("value", descending=True)
        for row in pairs.iter_rows(named=True):
            pair = f"{terms.column(row['axis'])} with {terms.column(row['other'])}"
            table.add_row(pair, *cells(row))
    return table


def _style(rows: pl.DataFrame) -> str:
    """Return the format of indices with as many decimals as their intervals deserve."""
    # an interval of 95% is about four standard errors wide
    errors = ((rows["high"] - rows["low"]) / 4).to_list()
    return f",.{decimals(errors, rows['value'])}f"


def rules_table(found: DecisionRules, terms: Terms) -> FittedTable:
    """Return a row a rule."""
    table = FittedTable(
        title=f"rules over {counted(found.points, 'point')}",
        caption="Wins: of the points, those in which the choice is the best. Loses: on average, "
        "against the best of each point.",
        keys=2,
    )
    table.add_column("where")
    table.add_column("choose", no_wrap=True)
    for name in ("points", "wins", "loses", "in percent"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("of its wins", justify="right", no_wrap=True, optional=1)
    rows = found.rules.to_dicts()
    styles = loss_styles(rows)
    for row in rows:
        lost, percent = (written(row[name], style=style) for name, style in styles.items())
        table.add_row(
            terms.where(row["rule"]),
            row["choose"],
            f"{row['points']:,}",
            f"{row['wins']:.0%}",
            lost,
            percent if row["regret_percent"] is None else f"{percent}%",
            f"{row['coverage']:.0%}",
        )
    return table


def map_drawing(cells: pl.DataFrame, terms: Terms) -> Text | None:
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
    text.append(f"{OPEN} changes or not clear\n\n{terms.column(axes[0])}\n")
    (low, high), (left, ahead) = (
        [terms.value(axis, float(end)) for end in span]
        for axis, span in zip(axes, spans, strict=True)
    )
    labels = [high, *[""] * (MAP_ROWS - 2), low]
    for label, line in zip(labels, picture[::-1], strict=True):
        text.append(f"{label:>8} {''.join(line)}\n")
    text.append(f"{'':>8} {left}{ahead:>{MAP_COLUMNS - len(left)}}\n")
    text.append(f"{'':>8} {terms.column(axes[1]):^{MAP_COLUMNS}}".rstrip() + "\n")
    return text
