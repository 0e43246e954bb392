"""What each of the deviations "as printed" explains: the rows it is about, with it and without."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import polars as pl

from cakernel.arguments import Columns, checked_arguments
from cakernel.checks import check_some
from cakernel.paper.comparison import MISPRINT, RESULT_COLUMNS, compare
from cakernel.paper.deviations import CRD_3_4_AS_CRD_1, CRD_6_C_AS_P, DEVIATIONS, SRD_4_ENDS
from cakernel.paper.printed_rules import as_printed
from cakernel.paper.published import SHARED_ROW

CONCERNED: Final = {
    SRD_4_ENDS: pl.col("supply_rule") == "SRD-4",
    CRD_3_4_AS_CRD_1: pl.col("cyber_rule") == SHARED_ROW,
    CRD_6_C_AS_P: (pl.col("cyber_rule") == "CRD-6") & (pl.col("principle") == "C"),
}
"""The printed cells that each deviation is about."""
Simulated = Annotated[pl.DataFrame, Columns(RESULT_COLUMNS[1:])]
DIFFERENCES: Final = ("diff_x", "diff_y", "diff_resources_relative")


@checked_arguments
def explained(simulated: Mapping[str, Simulated]) -> pl.DataFrame:
    """Compare the printed cells that each deviation is about, with it and by Table 1.

    The other deviations are on in either case.

    Parameters
    ----------
    simulated : mapping of str to polars.DataFrame
        By regime, results of the paper's policies `with_printed_rules`, one row a policy.

    Returns
    -------
    polars.DataFrame
        One row a deviation and regime that prints such cells: ``deviation``, ``rows`` (in words),
        ``regime``, ``cells`` (misprints apart), and, ``_with`` it and ``_without``:
        ``within_tolerance``, and the largest difference of x, y and R (over the printed figure),
        simulated minus printed, with its sign.

    Examples
    --------
    >>> import cakernel as ck
    >>> from cakernel.paper.printed_rules import (with_printed_rules)
    >>> policies = with_printed_rules(ck.policies(cyber_rules=["CRD-1", "CRD-3"]))
    >>> options = {"scenarios": ck.paper_scenarios()[:1], "replications": 1}
    >>> simulated = {"t30": ck.simulate(ck.regime("t30"), policies=policies, **options)}
    >>> explained(simulated).select("deviation", "cells").rows()
    [('srd-4-ends', 2), ('crd-3-4-as-crd-1', 16)]
    """
    check_some(simulated=list(simulated))
    parts = []
    with_all = _compared(simulated, tuple(DEVIATIONS))
    for name, deviation in DEVIATIONS.items():
        without = _compared(simulated, tuple(n for n in DEVIATIONS if n != name))
        for regime in simulated:
            row: dict[str, Any] = {"deviation": name, "rows": deviation.rows, "regime": regime}
            for kind, every in (("with", with_all), ("without", without)):
                cells = every.filter(CONCERNED[name], pl.col("regime") == regime)
                row["cells"] = cells.height
                row[f"within_tolerance_{kind}"] = cells["within_tolerance"].sum()
                for column in DIFFERENCES:
                    off = cells[column].drop_nulls().to_list()
                    row[f"{column}_{kind}"] = max(off, key=abs, default=None)
            parts.append(row)
    return pl.DataFrame(parts, infer_schema_length=None).filter(pl.col("cells") > 0)


def _compared(simulated: Mapping[str, pl.DataFrame], on: tuple[str, ...]) -> pl.DataFrame:
    """Return the printed cells of all regimes, misprints apart, with some deviations on."""
    printed = [
        as_printed(rows, deviations=on).with_columns(regime=pl.lit(regime)).select(RESULT_COLUMNS)
        for regime, rows in simulated.items()
    ]
    every = pl.concat(printed, how="vertical_relaxed")
    return compare(every).filter(pl.col("group") != MISPRINT)
