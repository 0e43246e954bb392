"""How well simulated results reproduce Tables 3 to 6: counts, worst cells, and misprints."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final

import polars as pl
import polars.selectors as cs

from cakernel.arguments import checked_arguments
from cakernel.checks import Whole
from cakernel.errors import InvalidInput
from cakernel.paper.comparison import (
    MISPRINT,
    ROW,
    TOLERANCE,
    Comparison,
    printed_figures,
    within_rounding,
)
from cakernel.paper.published import CELL, QUANTITIES, errata

IS_COMPARED: Final = pl.col("group") != MISPRINT
"""The cells that count: those without a known misprint."""
MOST_LISTED: Final = 10
"""How many of the cells farthest off are listed."""


@dataclass(frozen=True)
class Counts:
    """Compared cells, of one regime or of all, and how many meet each criterion of `compare`.

    ``states`` and ``resources`` count single printed figures of the cells.
    """

    cells: int
    within_rounding: int
    within_tolerance: int
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
    deviations : list of str
        Deviations "as printed" that were on; see `cakernel.paper.printed_rules`.
    explained : list of dict
        What each deviation explains, by regime; see `cakernel.paper.explained`.
    """

    regimes: list[str]
    replications: int
    total: Counts
    by_regime: dict[str, Counts]
    worst: list[dict[str, Any]]
    misprints: list[dict[str, Any]]
    deviations: list[str]
    explained: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """Return plain dictionaries, lists, numbers and strings, fit for JSON."""
        return asdict(self)


@checked_arguments
def scorecard(
    comparison: Comparison,
    *,
    deviations: Sequence[str] = (),
    explained: pl.DataFrame | None = None,
    worst: Annotated[int, Whole(0, 10_000)] = MOST_LISTED,
) -> Scorecard:
    """Sum up a comparison with Tables 3 to 6.

    Parameters
    ----------
    comparison : polars.DataFrame
        What `compare` returns, for any of the regimes.
    deviations : sequence of str, default ()
        Deviations "as printed" that were on.
    explained : polars.DataFrame, optional
        What `explained` returns.
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
    >>> card.total.cells, card.total.within_tolerance
    (2, 1)
    >>> card.worst[0]["supply_rule"], round(card.worst[0]["times_tolerance"], 2)
    ('SRD-4', 1.8)
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
        deviations=list(deviations),
        explained=[] if explained is None else explained.to_dicts(),
    )


def counts_of(cells: pl.DataFrame) -> Counts:
    """Count compared cells that meet each criterion."""
    x, y, resources = (within_rounding(name).sum() for name in QUANTITIES)
    counts = cells.select(
        cells=pl.len(),
        within_rounding=pl.col("within_rounding").sum(),
        within_tolerance=pl.col("within_tolerance").sum(),
        states=2 * pl.len(),
        states_within_rounding=x + y,
        resources=pl.col("printed_resources").count(),
        resources_within_rounding=resources,
    )
    return Counts(**counts.row(0, named=True))


def worst_figures(comparison: pl.DataFrame, count: int = MOST_LISTED) -> pl.DataFrame:
    """Return the compared cells whose worst figure is the most times its tolerance off."""
    state, share = TOLERANCE
    is_state = pl.col("quantity") != "resources"
    tolerance = pl.when(is_state).then(pl.lit(state)).otherwise(share * pl.col("printed"))
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
