"""Simulated results set beside the printed cells of Tables 3 to 6."""

from typing import Annotated, Final

import polars as pl
import polars.selectors as cs

from cakernel.arguments import Columns, checked_arguments
from cakernel.errors import InvalidInput
from cakernel.paper.published import (
    CELL,
    QUANTITIES,
    SHARED_ROW,
    SHARED_RULES,
    errata,
    printed_tables,
)
from cakernel.recovery.model import REGIMES

# Printed with two decimals; the slack keeps a difference of exactly half a unit on the inside.
SLACK: Final = 1e-9
ROUNDING: Final = 0.005
# (both states, absolute; resources, relative to the printed figure)
TOLERANCE: Final = (0.015, 0.015)

MISPRINT: Final = "misprint"
CRD_6_UNDER_C: Final = "CRD-6 under C"
SRD_4: Final = "SRD-4"
REGULAR: Final = "regular"

ROW: Final = "row"
"""A column that numbers the rows of a file, where a frame was read to be cited; it is kept."""

RESULT_COLUMNS: Final = (
    *CELL,
    *(f"{kind}_{quantity}" for kind in ("mean", "se") for quantity in QUANTITIES),
    "replications",
)


def _checked(simulated: pl.DataFrame) -> pl.DataFrame:
    """Return the columns compared, or say what is wrong with the frame."""
    missing = [name for name in RESULT_COLUMNS if name not in simulated.columns]
    if missing:
        raise InvalidInput(
            f"simulated lacks the columns {missing}; pass simulated results, one row a policy, "
            "with a 'regime' column added"
        )
    unknown = sorted(set(simulated["regime"].to_list()) - set(REGIMES), key=str)
    if unknown:
        raise InvalidInput(
            f"simulated holds the regimes {unknown}, which the paper does not print; "
            f"the regimes are {list(REGIMES)}"
        )
    if simulated.select(CELL).is_duplicated().any():
        raise InvalidInput(
            "simulated holds several rows for one policy of one regime; pass results averaged "
            "over scenarios and replications (by='policy')"
        )
    # A standard error of one replication does not exist: null, so that no maximum meets a NaN.
    return simulated.select(RESULT_COLUMNS).with_columns(cs.starts_with("se_").fill_nan(None))


def _beside(printed: pl.DataFrame, simulated: pl.DataFrame) -> pl.DataFrame:
    """Join printed cells with the simulated policy each is compared with, and subtract."""
    cells = printed.rename({f"mean_{name}": f"printed_{name}" for name in QUANTITIES})
    joined = cells.join(
        simulated.rename({"cyber_rule": "simulated_cyber_rule"}),
        on=["regime", "supply_rule", "simulated_cyber_rule", "principle"],
        maintain_order="left",
    )
    return joined.with_columns(
        (pl.col(f"mean_{name}") - pl.col(f"printed_{name}")).alias(f"diff_{name}")
        for name in QUANTITIES
    ).with_columns(diff_resources_relative=pl.col("diff_resources") / pl.col("printed_resources"))


def _all_inside(limits: dict[str, float]) -> pl.Expr:
    """Whether every printed quantity lies inside its limit; what is not printed is not judged."""
    return pl.all_horizontal(
        (
            pl.col("printed_" + name.removesuffix("_relative")).is_null()
            | (pl.col(f"diff_{name}").abs() <= limit + SLACK)
        ).fill_null(False)
        for name, limit in limits.items()
    )


def inside_tolerance() -> pl.Expr:
    """Whether every printed figure of a compared cell lies inside the tolerance."""
    state, resources = TOLERANCE
    return _all_inside({"x": state, "y": state, "resources_relative": resources})


def _times_tolerance() -> pl.Expr:
    """How many times the tolerance the worst figure of a cell is off; infinite if not known."""
    limits = zip(("x", "y", "resources_relative"), (TOLERANCE[0], *TOLERANCE), strict=True)
    off = (pl.col(f"diff_{name}").abs().fill_nan(None) / limit for name, limit in limits)
    return pl.max_horizontal(*off).fill_null(float("inf"))


def within_rounding(quantity: str) -> pl.Expr:
    """Whether the simulated figure of a cell rounds to the printed one."""
    return pl.col(f"diff_{quantity}").abs() <= ROUNDING + SLACK


Comparison = Annotated[pl.DataFrame, Columns((*CELL, "group", "replications", "within_tolerance"))]


def _group(misprint: pl.Expr) -> pl.Expr:
    """Say what is known of a cell or figure; the first that holds."""
    return (
        pl.when(misprint.fill_null(False))
        .then(pl.lit(MISPRINT))
        .when((pl.col("cyber_rule") == "CRD-6") & (pl.col("principle") == "C"))
        .then(pl.lit(CRD_6_UNDER_C))
        .when(pl.col("supply_rule") == "SRD-4")
        .then(pl.lit(SRD_4))
        .otherwise(pl.lit(REGULAR))
    )


@checked_arguments
def compare(simulated: pl.DataFrame) -> pl.DataFrame:
    """Set simulated results beside the printed cells of Tables 3 to 6.

    A row printed once for CRD-1, CRD-3 and CRD-4 is compared with that of the three that lies
    farthest from it, CRD-1 if they are alike: it agrees only where all do that were simulated.
    Printed cells that were not simulated are left out.

    Parameters
    ----------
    simulated : polars.DataFrame
        Simulated results, one row a policy, with a ``regime`` column added; any of the seven
        published regimes.

    Returns
    -------
    polars.DataFrame
        One row a printed cell in the printed order: ``table``, the columns of ``CELL``,
        ``simulated_cyber_rule``, ``printed_*``, ``mean_*`` and ``se_*`` (simulated),
        ``replications``, ``diff_*`` (simulated minus printed), ``diff_resources_relative``
        (over printed), ``group`` (``"misprint"``, ``"CRD-6 under C"``, ``"SRD-4"`` or
        ``"regular"``, the first that holds) and two booleans: ``within_rounding`` (0.005 in
        every printed quantity) and ``within_tolerance`` (0.015 in both states and 1.5% in
        resources).

    Raises
    ------
    InvalidInput
        If a column is missing, a regime is not one of the paper's, or a policy of a regime has
        several rows.

    References
    ----------
    Chen, L.-M. and Chang, W.-L. (2021). doi:10.1016/j.tre.2021.102347, Tables 3 to 6.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.paper import compare
    >>> simulated = pl.DataFrame(
    ...     {"regime": "base", "supply_rule": "SRD-5", "cyber_rule": "CRD-5", "principle": "P"}
    ...     | {"mean_x": 1.686, "mean_y": 1.243, "mean_resources": 92.2}
    ...     | {"se_x": 0.002, "se_y": 0.003, "se_resources": 0.3, "replications": 20}
    ... )
    >>> compare(simulated).select("printed_x", "within_rounding", "within_tolerance").rows()
    [(1.69, False, True)]
    """
    printed = printed_tables().with_columns(
        simulated_cyber_rule=pl.when(pl.col("cyber_rule") == SHARED_ROW)
        .then(pl.lit(SHARED_RULES))
        .otherwise(pl.concat_list("cyber_rule"))
    )
    misprints = errata().select(CELL).unique().with_columns(is_misprint=pl.lit(True))
    off = _times_tolerance()
    return (
        _beside(printed.explode("simulated_cyber_rule"), _checked(simulated))
        .filter(off == off.max().over(CELL))
        .unique(CELL, keep="first", maintain_order=True)
        .join(misprints, on=list(CELL), how="left", maintain_order="left")
        .with_columns(
            group=_group(pl.col("is_misprint")),
            within_rounding=_all_inside(dict.fromkeys(QUANTITIES, ROUNDING)),
            within_tolerance=inside_tolerance(),
        )
        .drop("is_misprint")
    )


def printed_figures(comparison: pl.DataFrame) -> pl.DataFrame:
    """Return one row a printed figure, from a frame as of `compare`: three for most cells.

    ``quantity`` is "x", "y" or "resources"; then ``printed``, ``simulated``, ``standard_error``
    and ``difference``. ``group`` is the figure's own: a misprint is one figure of a cell, the
    cell's others go with the group that they would belong to without it.
    """
    misprints = errata().select(*CELL, pl.col("quantity").str.strip_prefix("mean_"), misprint=True)
    parts = [
        comparison.select(
            *CELL,
            cs.by_name(ROW, require_all=False),
            quantity=pl.lit(name),
            printed=pl.col(f"printed_{name}").cast(pl.Float64),
            simulated=pl.col(f"mean_{name}").cast(pl.Float64),
            standard_error=cs.by_name(f"se_{name}", require_all=False),
        )
        for name in QUANTITIES
    ]
    return (
        pl.concat(parts)
        .drop_nulls("printed")
        .join(misprints, on=[*CELL, "quantity"], how="left", maintain_order="left")
        .with_columns(
            difference=pl.col("simulated") - pl.col("printed"), group=_group(pl.col("misprint"))
        )
        .drop("misprint")
    )
