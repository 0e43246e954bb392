"""Rankings of policies, of any model, as tables for the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from cakernel.cli.tables import FittedTable, aligned, in_lines, with_errors
from cakernel.models import terms_of
from cakernel.ranking.in_words import Card, Plain
from cakernel.ranking.pairing import policy_name
from cakernel.wording import decimals, written

FEWEST_ROWS, MOST_ROWS = 5, 20


def ranking_card(
    ranked: pl.DataFrame,
    *,
    model: str,
    keys: Sequence[str],
    outcome: str,
    confidence: float,
    tolerance: float,
) -> FittedTable:
    """Lay out the answer of one group of what `cakernel.best` returns: see `Card`."""
    card = Card(ranked, keys, outcome, confidence, tolerance, terms_of(model), Plain())
    table = FittedTable(show_header=False, keys=2, box=None)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for label, words in card.lines():
        table.add_row(label, words)
    return table


def ranking_table(
    ranked: pl.DataFrame,
    *,
    title: str,
    keys: Sequence[str],
    outcome: str,
    confidence: float,
    tolerance: float,
) -> FittedTable:
    """Lay out one group of what `cakernel.best` returns; ``outcome`` is what is compared, in words.

    Shows the policies within the tolerance, and those whose side of its edge is open, five at
    least and twenty at most.
    """
    shown = shown_of(ranked)
    table = FittedTable(
        title=title,
        caption=f"{shown.height:,} of {ranked.height:,} policies; standard errors in brackets. "
        f"Difference: from the best, with its {100 * confidence:.4g}% interval. On which side of "
        f"the {100 * tolerance:.4g}% each policy is, is judged for all together.",
    )
    level = f"{100 * confidence:.4g}% interval"
    table.add_column("policy", no_wrap=True)
    columns = (
        (in_lines(outcome), 0, ""),
        ("difference", 0, ""),
        (level, 0, ""),
        ("at once", 2, "At once: a policy minus the best of the others, for all together."),
        (f"within {100 * tolerance:.4g}%", 0, ""),
        ("P best", 1, "P best: share of resamples in which the policy is the best."),
        ("P within", 3, "P within: the same of being within."),
        ("to settle", 4, "To settle: replications that would settle the difference, were it as "
         "measured; ? where those at hand do not."),
        ("its side", 5, "Its side: the same of the side."),
    )  # fmt: skip
    for name, optional, note in columns:
        table.add_column(name, justify="right", no_wrap=True, optional=optional, note=note)
    means = with_errors(shown["mean"], shown["standard_error"])
    differences = aligned(shown["difference"], shown["difference_error"])
    own, at_once = (intervals(shown, f"{of}lower", f"{of}upper") for of in ("", "simultaneous_"))
    rows = zip(shown.iter_rows(named=True), means, differences, own, at_once, strict=True)
    for row, mean, difference, interval, together in rows:
        first = row["place"] == 0
        table.add_row(
            policy_name([row[key] for key in keys]),
            mean,
            "the best" if first else difference,
            "" if first else _own_interval(row, interval),
            together,
            {"inside": "yes", "outside": "no"}.get(row["side"], "open"),
            chance(row["probability_best"]),
            chance(row["probability_within"]),
            _needed(row["replications_to_settle"], row["lower"], row["upper"]),
            _needed(row["replications_to_settle_side"], row["margin_lower"], row["margin_upper"]),
        )
    return table


def risk_table(
    risk: pl.DataFrame, *, keys: Sequence[str], outcome: str, tail: float, target: float | None
) -> FittedTable:
    """Lay out what `cakernel.risk_measures` returns of the policies that a ranking shows."""
    table = FittedTable(
        title="Beyond the mean: " + outcome,
        caption=f"Quantiles over replications. Worst {100 * tail:.4g}%: mean of so many of the "
        "replications, the lowest (expected shortfall), with its standard error.",
    )
    table.add_column("policy", no_wrap=True)
    listed = {name: name.removeprefix("quantile_") for name in risk.columns if "quantile_" in name}
    for at in listed.values():
        optional = 0 if at in ("5", "50", "95") else 1
        head = "median" if at == "50" else f"{at}%"
        table.add_column(head, justify="right", no_wrap=True, optional=optional)
    table.add_column(f"worst {100 * tail:.4g}%", justify="right", no_wrap=True)
    if target is not None:
        table.add_column(f"above {target:,.6g}", justify="right", no_wrap=True)
    errors = risk["shortfall_error"].to_list()
    columns = [aligned(risk[name], errors) for name in listed]
    columns.append(list(with_errors(risk["shortfall"], errors)))
    if target is not None:
        figures = risk.select("probability_above", "above_lower", "above_upper").iter_rows()
        columns.append([f"{at:.1%} ({low:.1%} to {high:.1%})" for at, low, high in figures])
    for row, *cells in zip(risk.select(keys).iter_rows(), *columns, strict=True):
        table.add_row(policy_name(row), *cells)
    return table


def shown_of(ranked: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that `ranking_table` shows, with their ``place``."""
    concerned = ranked.with_row_index("place").filter(
        pl.col("within") | (pl.col("side") == "open") | (pl.col("place") < FEWEST_ROWS)
    )
    return concerned.head(MOST_ROWS)


def _own_interval(row: Mapping[str, Any], interval: str) -> str:
    if row["lower"] is None:
        return f"{'the same' if row['differing'] else 'equal'} in all {row['replications']:,}"
    return interval


def intervals(rows: pl.DataFrame, lower: str, upper: str) -> list[str]:
    """Write intervals, of which an end may be unknown, with the decimals of differences."""
    style = f",.{decimals(rows['difference_error'], rows['difference'])}f"
    return [
        "unknown"
        if low is None and high is None
        else " to ".join("?" if end is None else written(end, style=style) for end in (low, high))
        for low, high in rows.select(lower, upper).iter_rows()
    ]


def chance(probability: float) -> str:
    """Write a probability with two decimals, without rounding it to 0 or 1."""
    if 0 < probability < 0.005:
        return "< 0.01"
    return "> 0.99" if 0.995 <= probability < 1 else f"{probability:.2f}"


def _needed(replications: int | None, lower: float | None, upper: float | None) -> str:
    if lower is None or upper is None:
        return "?"
    number = "> 10^6" if replications is None else f"{replications:,}"
    return f"{number} ?" if lower <= 0 <= upper else number
