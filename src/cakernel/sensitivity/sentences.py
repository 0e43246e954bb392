"""Indices, rules and maps in plain sentences."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from cakernel.sensitivity.everywhere import loss_styles
from cakernel.sensitivity.rule_induction import DecisionRules
from cakernel.sensitivity.stability import StabilityMap
from cakernel.terms import Terms
from cakernel.wording import brief, counted, written

# columns by their own names
ITSELF = Terms()
NOISE = {
    "independent": "each point met disruptions of its own; their noise is taken out",
    "common": "all points met the same disruptions: the indices are those under this one set of "
    "disruptions, and are not corrected (common_random_numbers = false makes them independent)",
    "unknown": "the noise is not known and not taken out: that needs 2 or more replications, and "
    "of a margin rows = 'replication'",
    "none": "the model has no noise",
}
OPEN = {
    "boundary": "it changes within",
    "unclear": "it is not clear in",
    "impossible": "no point is possible in",
}


def indices_in_words(found: pl.DataFrame, terms: Terms = ITSELF) -> str:
    """Return what a table of `sensitivity_indices` says, in a few sentences."""
    found = found.with_columns(pl.col("axis").map_elements(terms.column, return_dtype=pl.String))
    row = found.row(0, named=True)
    leading = "total" if "total" in found["index"] else "mu_star"
    ranked = found.filter(pl.col("index") == leading).sort("value", descending=True)
    top = ranked.row(0, named=True)
    largest = brief(top["value"], 3)
    if top["low"] is None:
        words = (
            f"The largest index is that of {top['axis']}, {largest}; how sure that is "
            "cannot be said of so few blocks: some resamples of them have no variance."
        )
    elif top["low"] <= 0:
        words = (
            f"No axis surely matters: the largest index, that of {top['axis']}, is "
            f"{largest}, and its interval, {brief(top['low'], 3)} to {brief(top['high'], 3)}, "
            "holds 0."
        )
    elif leading == "total":
        alone = found.filter(index="first", axis=top["axis"])["value"].item()
        words = (
            f"{top['axis']} matters most: {_percent(top['value'])} of the variance "
            f"({_percent(top['low'])} to {_percent(top['high'])}) depends on it, "
            f"{_percent(alone)} on it alone."
        )
    else:
        words = (
            f"{top['axis']} matters most: over its whole range it moves the outcome by "
            f"{largest} on average."
        )
    negligible = ranked.filter(pl.col("low") <= 0)["axis"].to_list()
    if negligible:
        words += f" No effect of {', '.join(negligible)} shows with so many points."
    words += f" Noise: {NOISE[row['noise']]}"
    if row["noise"] in ("independent", "common"):
        words += f"; it is {_percent(row['noise_share'])} of the variance over the points"
    words += "."
    if row["dropped"]:
        blocks = "blocks" if leading == "total" else "trajectories"
        words += (
            f" {row['dropped']:,} of {row['used'] + row['dropped']:,} {blocks} are left out, "
            "having points that are impossible, without an outcome or not there yet."
        )
    return words


def _percent(share: float) -> str:
    if 0 < share < 0.001:
        return "less than 0.1%"
    return f"{share:.1%}" if 0 < share < 0.01 else f"{share:.0%}"


def rules_in_words(found: DecisionRules, terms: Terms = ITSELF) -> list[str]:
    """Return the rules as sentences, and last what following them gives."""
    lines = [
        f"{terms.where(row['rule'])}: {row['choose']} wins in {row['wins']:.0%} of "
        f"{counted(row['points'], 'point')}, "
        f"mean regret {_regret(row)}"
        for row in found.rules.iter_rows(named=True)
    ]
    lines.append(_tested_in_words(found))
    if found.unclear:
        share = f"{found.unclear:.0%}"
        lines.append(f"In {share} of the points winner and runner-up cannot be told apart.")
    return lines


def _tested_in_words(found: DecisionRules) -> str:
    tested, alone = found.tested, found.alone_tested
    if tested is None or alone is None:
        return (
            "How often the rules are right is not identifiable: all points met the same draws, and "
            "none has a winner clear of them (common_random_numbers = false gives each its own)."
        )
    where = "On points held out"
    if found.tested_share < 1:
        where = (
            f"All points met the same draws, so only the {found.tested_share:.0%} count whose "
            "winner is clear of them: on these, held out,"
        )
    return (
        f"{where} the rules choose the winner in {tested.accuracy:.0%} of them and lose "
        f"{_regret(vars(tested))} on average; {found.alone} everywhere wins in "
        f"{alone.accuracy:.0%} and loses {_regret(vars(alone))}."
    )


def _regret(row: Mapping[str, Any]) -> str:
    """Write a loss, in percent where it can be, with the decimals that its error deserves."""
    name = "regret" if row["regret_percent"] is None else "regret_percent"
    number = written(row[name], style=loss_styles([row])[name])
    return number if name == "regret" else f"{number}%"


def map_in_words(found: StabilityMap) -> str:
    """Return what a map says, in a few sentences."""
    cells = found.cells
    groups = cells.filter(state="clear").group_by("winner", maintain_order=True)
    clear = groups.agg(pl.col("share").sum()).sort("share", descending=True, maintain_order=True)
    parts = [
        f"{winner}{'' if n else ' is the choice'} in {share:.0%}"
        for n, (winner, share) in enumerate(clear.iter_rows())
    ]
    for state, what in OPEN.items():
        if state in cells["state"]:
            parts.append(f"{what} {cells.filter(state=state)['share'].sum():.0%}")
    words = f"Of the space {', '.join(parts)}."
    words += (
        f" {found.points.height:,} points were run; a full grid of this resolution has "
        f"{found.full_grid:,}, {found.full_grid / found.points.height:,.1f} times as many."
    )
    if not found.finished:
        words += " The limit of points was reached before the boundaries were as fine as asked."
    return words
