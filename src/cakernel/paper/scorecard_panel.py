"""The scorecard as tables for a console of 100 columns."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group
from rich.text import Text

from cakernel.paper.plain_table import plain_table
from cakernel.paper.published import CELL
from cakernel.paper.scorecard import Counts, Scorecard


def _state(value: float | None, sign: str = "") -> str:
    return "-" if value is None else f"{value:{sign}.3f}"


def _percent(value: float | None, sign: str = "") -> str:
    return "-" if value is None else f"{100 * value:{sign}.2f}%"


def _cell_name(entry: dict[str, Any]) -> str:
    return " ".join(str(entry[name]) for name in CELL)


def _figures(entry: dict[str, Any], names: Sequence[str]) -> list[str]:
    """Return figures of one quantity: states with four decimals, resources with two."""
    decimals = 2 if entry["quantity"] == "mean_resources" else 4
    return ["-" if entry[name] is None else f"{entry[name]:.{decimals}f}" for name in names]


def _quantity(entry: dict[str, Any]) -> str:
    return str(entry["quantity"]).removeprefix("mean_")


def _counts_row(name: str, counts: Counts) -> list[str]:
    return [
        name,
        str(counts.cells),
        str(counts.within_rounding),
        str(counts.within_tolerance),
        f"{counts.srd_4_within_wide}/{counts.srd_4_cells}",
        str(counts.within_own_tolerance),
        f"{counts.states_within_rounding}/{counts.states}",
        f"{counts.resources_within_rounding}/{counts.resources}",
    ]


def _agreement(card: Scorecard) -> Group:
    columns = ["regime", "cells", "within\nrounding", "within\n0.015, 1.5%"]
    columns += ["SRD-4 within\n0.03, 3%", "within own\ntolerance"]
    columns += ["states within\nrounding", "R within\nrounding"]
    rows = [_counts_row(name, counts) for name, counts in card.by_regime.items()]
    rows.append(_counts_row("all", card.total))
    return plain_table("Printed cells reproduced", columns, rows)


def _worst(card: Scorecard) -> Group:
    names = ("printed", "simulated", "standard_error", "difference", "tolerance")
    return plain_table(
        "Cells farthest off, by how many times its tolerance the worst figure of the cell is off",
        [
            "cell",
            "quantity",
            "printed",
            "simulated",
            "std. error",
            "difference",
            "tolerance",
            "times",
        ],
        [
            [_cell_name(e), _quantity(e), *_figures(e, names), f"{e['times_tolerance']:.2f}"]
            for e in card.worst
        ],
        left=2,
    )


def _misprints(card: Scorecard) -> Group:
    names = ("printed", "likely", "simulated", "standard_error")
    return plain_table(
        "Known misprints (not counted above)",
        ["cell", "quantity", "printed", "likely", "simulated", "std. error"],
        [[_cell_name(e), _quantity(e), *_figures(e, names)] for e in card.misprints],
        left=2,
    )


def _shared_row(entry: dict[str, Any]) -> list[str]:
    return [
        entry["regime"],
        entry["simulated_cyber_rule"],
        str(entry["cells"]),
        str(entry["within_tolerance"]),
        _state(entry["largest_diff_x"], "+"),
        _state(entry["largest_diff_y"], "+"),
        _percent(entry["largest_diff_resources_relative"], "+"),
    ]


def _crd_3_and_crd_4(card: Scorecard) -> Group:
    return plain_table(
        "Unexplained: CRD-3 and CRD-4 are printed as one row with CRD-1\n"
        "(largest differences, simulated minus that row)",
        ["regime", "rule", "cells", "within 0.015, 1.5%", "x", "y", "R"],
        map(_shared_row, card.crd_3_and_crd_4),
        left=2,
    )


def _crd_6_under_c(card: Scorecard) -> Group:
    contrasts = {
        "printed_c_from_printed_p": "printed C\nfrom printed P",
        "simulated_c_from_simulated_p": "simulated C\nfrom simulated P",
        "simulated_c_from_printed_c": "simulated C\nfrom printed C",
        "simulated_p_from_printed_c": "simulated P\nfrom printed C",
    }
    return plain_table(
        "Unexplained: CRD-6 under C is printed nearly equal to CRD-6 under P (not counted above)\n"
        "(largest absolute differences, in a state and in R)",
        ["regime", "cells", *contrasts.values()],
        [
            [e["regime"], str(e["cells"])]
            + [
                f"{_state(e[f'{name}_states'])} {_percent(e[f'{name}_resources_relative'])}"
                for name in contrasts
            ]
            for e in card.crd_6_under_c
        ],
    )


def _srd_4(card: Scorecard) -> Group:
    return plain_table(
        "Unexplained: SRD-4 is printed lower in x (simulated minus printed)",
        ["regime", "cells", "least", "mean", "largest"],
        [
            [e["regime"], str(e["cells"])]
            + [_state(e[f"{name}_diff_x"], "+") for name in ("least", "mean", "largest")]
            for e in card.srd_4
        ],
    )


def scorecard_panel(card: Scorecard) -> Group:
    """Lay out the scorecard: agreement by regime, worst cells, misprints, unexplained points.

    Parameters
    ----------
    card : Scorecard
        What `scorecard` returns.

    Returns
    -------
    rich.console.Group
        At most 100 columns wide; parts with nothing to show are left out.
    """
    parts: list[tuple[bool, Group]] = [
        (True, _agreement(card)),
        (bool(card.worst), _worst(card)),
        (bool(card.misprints), _misprints(card)),
        (bool(card.crd_3_and_crd_4), _crd_3_and_crd_4(card)),
        (bool(card.crd_6_under_c), _crd_6_under_c(card)),
        (bool(card.srd_4), _srd_4(card)),
    ]
    head = f"Scorecard: {', '.join(card.regimes)}; {card.replications} replications a policy"
    shown = [item for wanted, table in parts if wanted for item in (Text(""), table)]
    return Group(Text(head, style="bold"), *shown)
