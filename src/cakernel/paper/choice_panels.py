"""Table 7 and the map of Fig. 2 as tables for a console of 100 columns."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from rich.console import Group
from rich.text import Text

from cakernel.paper.choices import CHAIN_SIZES, RISKS
from cakernel.paper.plain_table import plain_table


def _short(rules: Sequence[str] | None) -> str:
    """Write SRD-4, SRD-5 as ``SRD-4, 5``."""
    if rules is None:
        return "-"
    return "SRD-" + ", ".join(rule.removeprefix("SRD-") for rule in rules) if rules else "none"


def _choice_row(row: dict[str, Any]) -> list[str]:
    return [
        row["regime"],
        f"{row['deployment']} {row['cyber_rule']}",
        _short(row["printed"]),
        _short(row["simulated"]),
        _short(row["by_printed_figures"]),
        "yes" if row["agree"] else "no",
    ]


def choices_panel(table_7: pl.DataFrame) -> Group:
    """Lay out Table 7: printed choices, simulated choices, and why they differ.

    Parameters
    ----------
    table_7 : polars.DataFrame
        What `table_7` returns.

    Returns
    -------
    rich.console.Group
        At most 100 columns wide.
    """
    rows = table_7.to_dicts()
    table = plain_table(
        "Table 7: best supply rules, within 5% of the highest R",
        ["regime", "deployment", "printed", "simulated", "5% rule on\nprinted figures", "agree"],
        map(_choice_row, rows),
        left=6,
    )
    notes = []
    for row in rows:
        name = f"{row['regime']} {row['deployment']}: "
        if row["reason"]:
            notes.append(Text(name + row["reason"] + "."))
        elif row["near_edge"]:
            near = _short(row["near_edge"])
            notes.append(Text(f"{name}{near} simulated less than 2 standard errors from the edge."))
    count = sum(row["agree"] for row in rows)
    return Group(table, Text(""), Text(f"{count} of {len(rows)} choices agree."), *notes)


def _map_cell(row: dict[str, Any]) -> str:
    source = f"Table {row['printed_table']}" if row["printed_table"] else "in no table"
    lines = [f"sim  {_short(row['simulated'])}", f"text {_short(row['recommended'])}"]
    lines.append(f"{row['agreement']}; {source}")
    if row["near_edge"]:
        lines.append(f"near edge {_short(row['near_edge'])}")
    if row["two_sentences"]:
        lines.append("covered by two sentences")
    return "\n".join([*lines, ""])


def map_panel(figure_2: pl.DataFrame) -> Group:
    """Lay out the map of Fig. 2: supply risk downwards, chain size across.

    Parameters
    ----------
    figure_2 : polars.DataFrame
        What `figure_2` returns.

    Returns
    -------
    rich.console.Group
        At most 100 columns wide.
    """
    cells = {(row["risk"], row["firms"]): _map_cell(row) for row in figure_2.to_dicts()}
    table = plain_table(
        "Fig. 2: best supply rules under CRD-5 by supply risk and chain size",
        ["supply risk", *(f"N = {firms}" for firms in CHAIN_SIZES)],
        [
            [risk, *(cells.get((risk, firms), "-") for firms in CHAIN_SIZES)]
            for risk in reversed(RISKS)
        ],
        left=1 + len(CHAIN_SIZES),
    )
    legend = (
        "sim: within 5% of the highest simulated R, best first. text: what the paper's text "
        "recommends (high risk: SRD-5; large chains: SRD-4; otherwise SRD-3, 4 and 5); at high "
        "risk and N = 15 two of its sentences apply and the one on high risk is followed. "
        "narrower, wider: the simulated set against the text's. near edge: within 2 standard "
        "errors of the 5% edge."
    )
    return Group(table, Text(legend, style="dim"))
