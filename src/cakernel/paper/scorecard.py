"""How well simulated results reproduce Tables 3 to 6, in a few numbers and lists."""

from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from cakernel.paper import open_points
from cakernel.paper.comparison import REGULAR, ROUNDING, SLACK, SRD_4, TOLERANCE, WIDE_TOLERANCE
from cakernel.paper.published import CELL, QUANTITIES

COMPARED = (REGULAR, SRD_4)


@dataclass(frozen=True)
class Counts:
    """Cells and quantities that agree, of one regime or of all.

    Attributes
    ----------
    cells : int
        Printed cells compared: neither a known misprint nor CRD-6 under C.
    within_rounding, within_tolerance : int
        Of these, how many meet each criterion of `compare`.
    srd_4_cells : int
        Of ``cells``, those of SRD-4.
    srd_4_within_tolerance, srd_4_within_wide : int
        Of these, how many meet each criterion.
    within_own_tolerance : int
        Cells of SRD-4 within the wide tolerance and all others within the usual one.
    states, states_within_rounding, resources, resources_within_rounding : int
        Single printed figures of ``cells``: two states each, and resources where printed.
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
    total : Counts
        All regimes together.
    by_regime : dict of str to Counts
        Each regime by itself.
    worst : list of dict
        Compared cells farthest off, worst first: the cell, the ``quantity`` that is farthest
        off, ``printed``, ``simulated``, ``standard_error``, ``difference``, ``tolerance`` (in
        the quantity's unit) and ``times_tolerance``.
    misprints : list of dict
        Known misprints: the cell, ``quantity``, ``printed``, ``likely``, ``simulated``,
        ``standard_error``, ``why``.
    crd_3_and_crd_4 : list of dict
        Unexplained: printed as one row with CRD-1. For each regime and rule, the largest
        differences of the simulated rule from that row, and how many cells are within
        tolerance of it. Empty if they were not simulated or not passed.
    crd_6_under_c : list of dict
        Unexplained: printed nearly equal to CRD-6 under P. For each regime, the largest
        absolute differences in a state and, relative, in resources: printed C from printed P,
        simulated C from simulated P, simulated C from printed C, simulated P from printed C.
    srd_4 : list of dict
        Unexplained: printed lower in x than simulated. For each regime, the least, mean and
        largest difference in x, simulated minus printed.
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


def _counts(cells: pl.DataFrame) -> Counts:
    srd_4 = cells.filter(pl.col("group") == SRD_4)
    regular = cells.filter(pl.col("group") == REGULAR)
    hits = {
        name: int((cells[f"diff_{name}"].abs() <= ROUNDING + SLACK).sum()) for name in QUANTITIES
    }
    wide = int(srd_4["within_wide"].sum())
    return Counts(
        cells=cells.height,
        within_rounding=int(cells["within_rounding"].sum()),
        within_tolerance=int(cells["within_tolerance"].sum()),
        srd_4_cells=srd_4.height,
        srd_4_within_tolerance=int(srd_4["within_tolerance"].sum()),
        srd_4_within_wide=wide,
        within_own_tolerance=int(regular["within_tolerance"].sum()) + wide,
        states=2 * cells.height,
        states_within_rounding=hits["x"] + hits["y"],
        resources=int(cells["printed_resources"].is_not_null().sum()),
        resources_within_rounding=hits["resources"],
    )


def _worst(cells: pl.DataFrame, count: int) -> list[dict[str, Any]]:
    """Return the cells whose worst quantity is the most times its tolerance off."""
    is_srd_4 = pl.col("group") == SRD_4
    state, share = (
        pl.when(is_srd_4).then(pl.lit(wide)).otherwise(pl.lit(usual))
        for usual, wide in zip(TOLERANCE, WIDE_TOLERANCE, strict=True)
    )
    tolerances = {"x": state, "y": state, "resources": share * pl.col("printed_resources")}
    figures = [
        cells.select(
            *CELL,
            quantity=pl.lit(f"mean_{name}"),
            printed=pl.col(f"printed_{name}"),
            simulated=pl.col(f"mean_{name}"),
            standard_error=pl.col(f"se_{name}"),
            difference=pl.col(f"diff_{name}"),
            tolerance=tolerance,
        )
        for name, tolerance in tolerances.items()
    ]
    return (
        pl.concat(figures)
        .drop_nulls("printed")
        .with_columns(times_tolerance=pl.col("difference").abs() / pl.col("tolerance"))
        .sort("times_tolerance", descending=True, maintain_order=True)
        .unique(CELL, keep="first", maintain_order=True)
        .head(count)
        .to_dicts()
    )


def scorecard(
    comparison: pl.DataFrame, *, shared_row: pl.DataFrame | None = None, worst: int = 10
) -> Scorecard:
    """Sum up a comparison with Tables 3 to 6.

    Parameters
    ----------
    comparison : polars.DataFrame
        What `compare` returns, for any of the regimes.
    shared_row : polars.DataFrame, optional
        What `shared_row_mismatch` returns, for the scorecard's part on CRD-3 and CRD-4.
    worst : int
        How many of the cells farthest off to list.

    Returns
    -------
    Scorecard

    Raises
    ------
    ValueError
        If ``comparison`` is empty.
    """
    if comparison.is_empty():
        raise ValueError("comparison is empty: no printed cell was simulated")
    cells = comparison.filter(pl.col("group").is_in(COMPARED))
    regimes = comparison["regime"].unique(maintain_order=True).to_list()
    return Scorecard(
        regimes=regimes,
        replications=int(comparison.select(pl.col("replications").min()).item()),
        total=_counts(cells),
        by_regime={name: _counts(cells.filter(pl.col("regime") == name)) for name in regimes},
        worst=_worst(cells, worst),
        misprints=open_points.misprints(comparison),
        crd_3_and_crd_4=[] if shared_row is None else open_points.crd_3_and_crd_4(shared_row),
        crd_6_under_c=open_points.crd_6_under_c(comparison),
        srd_4=open_points.srd_4(comparison),
    )
