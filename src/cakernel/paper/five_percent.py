"""The paper's 5% rule: which choices are best.

They are the policies whose resources lie within 5% of the highest of their regime, principles P
and C together, on-site and cloud policies apart.
"""

from typing import Annotated, Final

import polars as pl

from cakernel.arguments import Columns, checked_arguments
from cakernel.errors import InvalidInput
from cakernel.paper.published import ON_SITE_RULE, PRINTED_SUPPLY_RULES

WITHIN: Final = 0.05
"""The share of the highest resources that a best choice may fall short by."""
NEAR_EDGE: Final = 2.0
"""A rule nearer to the edge than this many standard errors may change sides with the seed."""

# of one regime
POLICY_COLUMNS = ("supply_rule", "cyber_rule", "principle", "mean_resources")
PolicyTable = Annotated[pl.DataFrame, Columns(POLICY_COLUMNS)]


def judged_together(table: pl.DataFrame, cyber_rule: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the policies of a cyber rule and those whose highest sets their edge, highest first.

    For CRD-0 these are its own policies, for any other rule all cloud policies. Several regimes in
    one table are refused, and one without the cyber rule.
    """
    if "regime" in table.columns and table["regime"].n_unique() > 1:
        raise InvalidInput(
            f"table holds the regimes {table['regime'].unique().to_list()}; "
            "pass the policies of one regime"
        )
    known = table.filter(
        pl.col("supply_rule").is_in(PRINTED_SUPPLY_RULES)
        & pl.col("cyber_rule").str.starts_with("CRD-")
        & pl.col("mean_resources").is_not_null()
    )
    own = known.filter(pl.col("cyber_rule") == cyber_rule)
    if own.is_empty():
        raise InvalidInput(f"table holds no policy of cyber_rule {cyber_rule!r}; simulate some")
    in_the_cloud = known.filter(pl.col("cyber_rule") != ON_SITE_RULE)
    rivals = own if cyber_rule == ON_SITE_RULE else in_the_cloud
    return own.sort("mean_resources", descending=True), rivals.sort(
        "mean_resources", descending=True
    )


@checked_arguments
def standing(table: PolicyTable, cyber_rule: str) -> pl.DataFrame:
    """Say where each supply rule stands against the edge of the best 5%.

    Parameters
    ----------
    table : polars.DataFrame
        Policies of one regime: ``supply_rule``, ``cyber_rule``, ``principle``,
        ``mean_resources`` and, if known, ``se_resources``.
    cyber_rule : str
        The cyber rule whose policies are judged. CRD-0 is judged against the highest resources
        of the CRD-0 policies, any other against the highest of all cloud policies in ``table``.

    Returns
    -------
    polars.DataFrame
        One row a supply rule, best first: ``supply_rule``, ``principle`` (the better of the
        two), ``mean_resources``, ``margin`` (distance inside the edge over the highest
        resources, negative outside), ``best`` (inside) and ``near_edge`` (nearer than two
        standard errors; false where standard errors are not known).

    Raises
    ------
    InvalidInput
        If ``table`` holds several regimes, or no policy of ``cyber_rule``.

    Examples
    --------
    >>> from cakernel.paper import printed_tables, standing
    >>> base = printed_tables().filter(pl.col("regime") == "base")
    >>> standing(base, "CRD-5").select("supply_rule", "principle", "best").head(4).rows()
    [('SRD-4', 'P', True), ('SRD-5', 'P', True), ('SRD-3', 'P', True), ('SRD-1', 'P', False)]
    """
    if "se_resources" not in table.columns:
        table = table.with_columns(se_resources=pl.lit(None, dtype=pl.Float64))
    own, rivals = judged_together(table, cyber_rule)
    top = rivals.row(0, named=True)
    highest = top["mean_resources"]
    edge = (1 - WITHIN) * highest
    # All policies meet the same draws, so their errors are correlated and the true error of the
    # distance is smaller than this one: some rules called near are not.
    edge_error = (1 - WITHIN) * pl.lit(top["se_resources"], dtype=pl.Float64)
    error = (pl.col("se_resources").fill_nan(None).pow(2) + edge_error.fill_nan(None).pow(2)).sqrt()
    distance = pl.col("mean_resources") - edge
    return own.unique("supply_rule", keep="first", maintain_order=True).select(
        "supply_rule",
        "principle",
        "mean_resources",
        margin=distance / highest,
        best=distance >= 0,
        near_edge=(
            (distance.abs() < NEAR_EDGE * error) & (pl.col("mean_resources") < highest)
        ).fill_null(False),
    )


@checked_arguments
def best_set(table: PolicyTable, cyber_rule: str) -> list[str]:
    """Return the supply rules within 5% of the highest resources, best first.

    Parameters
    ----------
    table, cyber_rule
        As for `standing`, which raises the same errors.

    Returns
    -------
    list of str
        Supply rules with at least one principle inside; empty if ``cyber_rule`` itself lies
        wholly below the edge.

    Examples
    --------
    >>> from cakernel.paper import best_set, printed_tables
    >>> best_set(printed_tables().filter(pl.col("regime") == "high"), "CRD-5")
    ['SRD-5']
    """
    return best_of(standing(table, cyber_rule))


def best_of(ranks: pl.DataFrame) -> list[str]:
    """Return the supply rules inside the edge, from the frame of `standing`."""
    return list(ranks.filter("best")["supply_rule"])


def near_edge_of(ranks: pl.DataFrame) -> list[str]:
    """Return the supply rules whose side of the edge is uncertain, from the same frame."""
    return list(ranks.filter("near_edge")["supply_rule"])


def best_marked(policies: pl.DataFrame, resources: str) -> pl.DataFrame:
    """Add a column ``best``: ``resources`` within 5% of the highest of the same deployment."""
    value = pl.col(resources)
    highest = value.max().over(pl.col("cyber_rule") == ON_SITE_RULE)
    return policies.with_columns(best=(value >= (1 - WITHIN) * highest).fill_null(False))
