"""How well simulated results reproduce Tables 3 to 6: counts, worst cells, and what stays open.

Open are the paper's misprints and three points that the model does not explain.
"""

from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final

import polars as pl
import polars.selectors as cs

from cakernel.arguments import Columns, checked_arguments
from cakernel.checks import Whole
from cakernel.errors import InvalidInput
from cakernel.paper.comparison import (
    MISPRINT,
    REGULAR,
    ROW,
    SRD_4,
    TOLERANCE,
    WIDE_TOLERANCE,
    Comparison,
    inside_tolerance,
    printed_figures,
    within_rounding,
)
from cakernel.paper.published import CELL, QUANTITIES, errata

IS_COMPARED: Final = pl.col("group").is_in([REGULAR, SRD_4])
"""The cells that count: neither a known misprint nor CRD-6 under C."""
CONTRASTS: Final = {
    "printed_c_from_printed_p": ("printed_{}", "printed_{}_p"),
    "simulated_c_from_simulated_p": ("mean_{}", "mean_{}_p"),
    "simulated_c_from_printed_c": ("mean_{}", "printed_{}"),
    "simulated_p_from_printed_c": ("mean_{}_p", "printed_{}"),
}
"""Contrasts of CRD-6 under C and under P: their columns, ``_p`` being those under P."""
MOST_LISTED: Final = 10
"""How many of the cells farthest off are listed."""


@dataclass(frozen=True)
class Counts:
    """Compared cells, of one regime or of all, and how many meet each criterion of `compare`.

    ``within_own_tolerance`` counts cells of SRD-4 within the wide tolerance and all others within
    the usual one; ``states`` and ``resources`` count single printed figures of the cells.
    """

    cells: int
    within_rounding: int
    within_tolerance: int
    srd_4_cells: int
    srd_4_within_tolerance: int
    srd_4_within_wide: int
    within_own_tolerance: int
    states: int
    states_within_rounding: int
    resources: int
    resources_within_rounding: int


@dataclass(frozen=True)
class Scorecard:
    """The outcome of setting simulated results beside Tables 3 to 6.

    Attributes
    ----------
    regimes : list of str
        Regimes compared, in the order of the tables.
    replications : int
        Replications a policy, the fewest if they differ.
    total, by_regime : Counts, dict of str to Counts
        All regimes together, and each by itself.
    worst : list of dict
        Compared cells farthest off, worst first, each with its worst ``quantity``: ``printed``,
        ``simulated``, ``standard_error``, ``difference``, ``tolerance``, ``times_tolerance``.
    misprints : list of dict
        Known misprints, each with ``likely``, ``simulated`` and ``why``.
    crd_3_and_crd_4, crd_6_under_c, srd_4 : list of dict
        Unexplained, by regime: the largest differences of CRD-3 and CRD-4 from the row printed
        for them and CRD-1; of CRD-6 under C and P, printed and simulated, from each other; and
        the least, mean and largest difference of SRD-4 in x, simulated minus printed.
    """

    regimes: list[str]
    replications: int
    total: Counts
    by_regime: dict[str, Counts]
    worst: list[dict[str, Any]]
    misprints: list[dict[str, Any]]
    crd_3_and_crd_4: list[dict[str, Any]]
    crd_6_under_c: list[dict[str, Any]]
    srd_4: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """Return plain dictionaries, lists, numbers and strings, fit for JSON."""
        return asdict(self)


DIFFERENCES = ("diff_x", "diff_y", "diff_resources_relative")
SharedRow = Annotated[pl.DataFrame, Columns(("regime", "simulated_cyber_rule", *DIFFERENCES))]


@checked_arguments
def scorecard(
    comparison: Comparison,
    *,
    shared_row: SharedRow | None = None,
    worst: Annotated[int, Whole(0, 10_000)] = MOST_LISTED,
) -> Scorecard:
    """Sum up a comparison with Tables 3 to 6.

    Parameters
    ----------
    comparison : polars.DataFrame
        What `compare` returns, for any of the regimes.
    shared_row : polars.DataFrame, optional
        What `shared_row_mismatch` returns, for the scorecard's part on CRD-3 and CRD-4.
    worst : int, default 10
        How many of the cells farthest off to list.

    Returns
    -------
    Scorecard

    Raises
    ------
    InvalidInput
        If ``comparison`` is empty.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.paper import compare, scorecard
    >>> simulated = pl.DataFrame(
    ...     {"regime": "base", "supply_rule": ["SRD-4", "SRD-5"], "cyber_rule": "CRD-5"}
    ...     | {"principle": "P", "mean_x": [1.227, 1.686], "mean_y": [1.292, 1.243]}
    ...     | {"mean_resources": [97.75, 92.2], "se_x": 0.002, "se_y": 0.003}
    ...     | {"se_resources": 0.3, "replications": 20}
    ... )
    >>> card = scorecard(compare(simulated))
    >>> card.total.cells, card.total.within_tolerance, card.total.srd_4_within_wide
    (2, 1, 1)
    >>> card.worst[0]["supply_rule"], round(card.worst[0]["times_tolerance"], 2)
    ('SRD-4', 0.9)
    """
    if comparison.is_empty():
        raise InvalidInput("comparison is empty: no printed cell was simulated")
    cells = comparison.filter(IS_COMPARED)
    regimes = comparison["regime"].unique(maintain_order=True).to_list()
    column = (pl.lit("mean_") + pl.col("quantity")).alias("quantity")
    return Scorecard(
        regimes=regimes,
        replications=int(comparison.select(pl.col("replications").min()).item()),
        total=counts_of(cells),
        by_regime={name: counts_of(cells.filter(pl.col("regime") == name)) for name in regimes},
        worst=worst_figures(comparison, worst).drop("group").with_columns(column).to_dicts(),
        misprints=misprinted(comparison).with_columns(column).to_dicts(),
        crd_3_and_crd_4=[] if shared_row is None else _crd_3_and_crd_4(shared_row),
        crd_6_under_c=crd_6_under_c(comparison),
        srd_4=_srd_4(comparison),
    )


def counts_of(cells: pl.DataFrame) -> Counts:
    """Count compared cells that meet each criterion."""
    is_srd_4 = pl.col("group") == SRD_4
    x, y, resources = (within_rounding(name).sum() for name in QUANTITIES)
    own = pl.when(is_srd_4).then("within_wide").otherwise("within_tolerance")
    counts = cells.select(
        cells=pl.len(),
        within_rounding=pl.col("within_rounding").sum(),
        within_tolerance=pl.col("within_tolerance").sum(),
        srd_4_cells=is_srd_4.sum(),
        srd_4_within_tolerance=(is_srd_4 & pl.col("within_tolerance")).sum(),
        srd_4_within_wide=(is_srd_4 & pl.col("within_wide")).sum(),
        within_own_tolerance=own.sum(),
        states=2 * pl.len(),
        states_within_rounding=x + y,
        resources=pl.col("printed_resources").count(),
        resources_within_rounding=resources,
    )
    return Counts(**counts.row(0, named=True))


def worst_figures(comparison: pl.DataFrame, count: int = MOST_LISTED) -> pl.DataFrame:
    """Return the compared cells whose worst figure is the most times its tolerance off."""
    state, share = (
        pl.when(pl.col("group") == SRD_4).then(pl.lit(wide)).otherwise(pl.lit(usual))
        for usual, wide in zip(TOLERANCE, WIDE_TOLERANCE, strict=True)
    )
    is_state = pl.col("quantity") != "resources"
    tolerance = pl.when(is_state).then(state).otherwise(share * pl.col("printed"))
    return (
        printed_figures(comparison.filter(IS_COMPARED))
        .with_columns(tolerance=tolerance)
        .with_columns(times_tolerance=pl.col("difference").abs() / pl.col("tolerance"))
        .sort("times_tolerance", descending=True, maintain_order=True)
        .unique(CELL, keep="first", maintain_order=True)
        .head(count)
    )


def misprinted(comparison: pl.DataFrame) -> pl.DataFrame:
    """Return the known misprints that were simulated: printed, likely, simulated, and why."""
    known = errata().with_columns(pl.col("quantity").str.strip_prefix("mean_"))
    names = [*CELL, "quantity", "printed", "likely", "simulated", "standard_error", "why"]
    figures = printed_figures(comparison).drop("printed")
    found = known.join(figures, on=[*CELL, "quantity"], maintain_order="left")
    return found.select(*names, cs.by_name(ROW, require_all=False))


def _crd_3_and_crd_4(shared_row: pl.DataFrame) -> list[dict[str, Any]]:
    """Sum up, by regime, how far CRD-3 and CRD-4 lie from the row printed for them and CRD-1."""

    def largest(name: str) -> pl.Expr:
        # The difference itself, with its sign, where it is largest either way.
        return pl.col(name).sort_by(pl.col(name).abs()).drop_nulls().last()

    parts = shared_row.group_by("regime", "simulated_cyber_rule", maintain_order=True).agg(
        cells=pl.len(),
        within_tolerance=inside_tolerance().sum(),
        **{f"largest_{name}": largest(name) for name in DIFFERENCES},
    )
    return parts.to_dicts()


def crd_6_under_c(comparison: pl.DataFrame) -> list[dict[str, Any]]:
    """Sum up, by regime, that CRD-6 under C is printed as CRD-6 under P."""
    crd_6 = comparison.filter((pl.col("cyber_rule") == "CRD-6") & (pl.col("group") != MISPRINT))
    under_c, under_p = (crd_6.filter(pl.col("principle") == name) for name in "CP")
    pairs = under_c.join(under_p, on=["regime", "supply_rule"], suffix="_p", maintain_order="left")
    columns: dict[str, pl.Expr] = {"cells": pl.len()}
    for name, (left, right) in CONTRASTS.items():
        off = {q: (pl.col(left.format(q)) - pl.col(right.format(q))).abs() for q in QUANTITIES}
        columns[f"{name}_states"] = pl.max_horizontal(off["x"], off["y"]).max()
        relative = off["resources"] / pl.col(right.format("resources"))
        columns[f"{name}_resources_relative"] = relative.max()
    return pairs.group_by("regime", maintain_order=True).agg(**columns).to_dicts()


def _srd_4(comparison: pl.DataFrame) -> list[dict[str, Any]]:
    """Sum up, by regime, how far SRD-4 is printed from simulated in x."""
    off = pl.col("diff_x")
    regimes = comparison.filter(pl.col("group") == SRD_4).group_by("regime", maintain_order=True)
    sizes = {"least_diff_x": off.min(), "mean_diff_x": off.mean(), "largest_diff_x": off.max()}
    return regimes.agg(cells=pl.len(), **sizes).to_dicts()
