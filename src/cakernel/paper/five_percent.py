"""The paper's 5% rule.

The best choices are the policies whose resources lie within 5% of the highest of their regime,
P and C together.
"""

from typing import Final

import polars as pl

from cakernel.paper.published import ON_SITE_RULE, SUPPLY_RULES

WITHIN: Final = 0.05
NEAR_EDGE: Final = 2.0
"""A rule nearer to the edge than this many standard errors may change sides with the seed."""


def standing(table: pl.DataFrame, cyber_rule: str) -> pl.DataFrame:
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
    ValueError
        If ``table`` holds several regimes, or no policy of ``cyber_rule``.
    """
    if "regime" in table.columns and table["regime"].n_unique() > 1:
        raise ValueError(
            f"table holds the regimes {table['regime'].unique().to_list()}; "
            "pass the policies of one regime"
        )
    known = table.filter(
        pl.col("supply_rule").is_in(SUPPLY_RULES)
        & pl.col("cyber_rule").str.starts_with("CRD-")
        & pl.col("mean_resources").is_not_null()
    )
    if "se_resources" not in known.columns:
        known = known.with_columns(se_resources=pl.lit(None, dtype=pl.Float64))
    own = known.filter(pl.col("cyber_rule") == cyber_rule)
    if own.is_empty():
        raise ValueError(f"table holds no policy of cyber_rule {cyber_rule!r}; simulate some")
    rivals = (
        own if cyber_rule == ON_SITE_RULE else known.filter(pl.col("cyber_rule") != ON_SITE_RULE)
    )
    top = rivals.sort("mean_resources", descending=True).row(0, named=True)
    highest = top["mean_resources"]
    edge = (1 - WITHIN) * highest
    # All policies meet the same draws, so their errors go together and the true error of the
    # distance is smaller than this one: "near" is said rather too often than too seldom.
    edge_error = (1 - WITHIN) * pl.lit(top["se_resources"], dtype=pl.Float64)
    error = (pl.col("se_resources").fill_nan(None).pow(2) + edge_error.fill_nan(None).pow(2)).sqrt()
    distance = pl.col("mean_resources") - edge
    return (
        own.sort("mean_resources", descending=True)
        .unique("supply_rule", keep="first", maintain_order=True)
        .select(
            "supply_rule",
            "principle",
            "mean_resources",
            margin=distance / highest,
            best=distance >= 0,
            near_edge=(
                (distance.abs() < NEAR_EDGE * error) & (pl.col("mean_resources") < highest)
            ).fill_null(False),
        )
    )


def best_set(table: pl.DataFrame, cyber_rule: str) -> list[str]:
    """Return the supply rules within 5% of the highest resources, best first.

    Parameters
    ----------
    table : polars.DataFrame
        Policies of one regime, as for `standing`.
    cyber_rule : str
        The cyber rule whose policies are judged, as for `standing`.

    Returns
    -------
    list of str
        Supply rules with at least one principle inside; empty if ``cyber_rule`` itself lies
        wholly below the edge.

    Raises
    ------
    ValueError
        As `standing`.
    """
    return best_of(standing(table, cyber_rule))


def best_of(ranks: pl.DataFrame) -> list[str]:
    """Return the supply rules inside the edge, from the frame of `standing`."""
    return list(ranks.filter("best")["supply_rule"])


def near_edge_of(ranks: pl.DataFrame) -> list[str]:
    """Return the supply rules whose side of the edge is uncertain, from the same frame."""
    return list(ranks.filter("near_edge")["supply_rule"])
