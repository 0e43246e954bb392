"""Table 7 and Fig. 2 derived from simulated results by the paper's own 5% rule."""

from typing import Annotated, Any, Final

import polars as pl

from cakernel.arguments import Columns, checked_arguments
from cakernel.paper.five_percent import POLICY_COLUMNS, best_of, best_set, near_edge_of, standing
from cakernel.paper.published import ON_SITE_RULE, printed_choices, printed_tables
from cakernel.recovery.model import REGIMES

RECOMMENDED_RULE: Final = "CRD-5"
RISKS: Final = ("low", "base", "high")
CHAIN_SIZES: Final = (3, 5, 15)
LARGE_CHAIN: Final = 15
MAP_PERIODS: Final = 180
"""The horizon of the combinations on the map."""
RULES: Final = pl.List(pl.String)


def _side(ranks: pl.DataFrame, rules: set[str], side: str) -> str:
    """Name rules on one side of the edge and how far from it they lie."""
    there = ranks.filter(pl.col("supply_rule").is_in(sorted(rules)))
    if there.is_empty():
        return ""
    margins = [f"{margin:.2f}%" for margin in there["margin"].abs().sort() * 100]
    reach = margins[0] if margins[0] == margins[-1] else f"{margins[0]} to {margins[-1]}"
    near = near_edge_of(there)
    doubt = f" ({', '.join(near)} by less than 2 standard errors)" if near else ""
    names = ", ".join(sorted(rules))
    return f"{names} simulated {reach} of the highest {side} the edge{doubt}"


def _reason(ranks: pl.DataFrame, printed: list[str], by_figures: list[str] | None) -> str:
    simulated = set(best_of(ranks))
    parts = [
        _side(ranks, simulated - set(printed), "inside"),
        _side(ranks, set(printed) - simulated, "outside"),
    ]
    if by_figures is not None and set(by_figures) != set(printed):
        parts.append("the printed choice does not follow the 5% rule on the paper's own figures")
    return "; ".join(part for part in parts if part)


@checked_arguments
def table_7(
    simulated: Annotated[pl.DataFrame, Columns(("regime", *POLICY_COLUMNS))],
) -> pl.DataFrame:
    """Derive Table 7 from simulated results and set it beside the printed one.

    Parameters
    ----------
    simulated : polars.DataFrame
        Simulated results with a ``regime`` column, any of the published regimes.

    Returns
    -------
    polars.DataFrame
        One row for each regime and deployment that was simulated: ``regime``, ``deployment``,
        ``cyber_rule``, ``printed``, ``simulated``, ``by_printed_figures`` (the 5% rule on the
        paper's own figures; null for CRD-0, whose figures are not printed), ``agree``
        (printed and simulated are the same set), ``near_edge`` (rules whose side of the edge is
        within two standard errors) and ``reason`` (empty where they agree).

    References
    ----------
    Chen, L.-M. and Chang, W.-L. (2021). doi:10.1016/j.tre.2021.102347, Table 7.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.paper import table_7
    >>> simulated = pl.DataFrame(
    ...     {"regime": "high", "supply_rule": ["SRD-4", "SRD-5"], "cyber_rule": "CRD-5"}
    ...     | {"principle": "P", "mean_resources": [46.0, 74.8]}
    ... )
    >>> table_7(simulated).select("deployment", "printed", "simulated", "agree").rows()
    [('cloud', ['SRD-5'], ['SRD-5'], True)]
    """
    figures = printed_tables()
    rows: list[tuple[Any, ...]] = []
    for regime, deployment, cyber_rule, printed in printed_choices().iter_rows():
        table = simulated.filter(pl.col("regime") == regime)
        if table.filter(pl.col("cyber_rule") == cyber_rule).is_empty():
            continue
        ranks = standing(table, cyber_rule)
        by_figures = None
        if cyber_rule != ON_SITE_RULE:
            by_figures = best_set(figures.filter(pl.col("regime") == regime), cyber_rule)
        best, near = best_of(ranks), near_edge_of(ranks)
        agree = set(best) == set(printed)
        reason = "" if agree else _reason(ranks, printed, by_figures)
        choices = (printed, best, by_figures)
        rows.append((regime, deployment, cyber_rule, *choices, agree, near, reason))
    schema: dict[str, Any] = dict.fromkeys(("regime", "deployment", "cyber_rule"), pl.String)
    schema |= dict.fromkeys(("printed", "simulated", "by_printed_figures"), RULES)
    schema |= {"agree": pl.Boolean, "near_edge": RULES, "reason": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def recommended(risk: str, firms: int) -> tuple[list[str], bool]:
    """Return what the text recommends in the cloud, and whether two of its sentences apply.

    Where the sentence on high risk and the one on large chains both apply, the former is followed.
    """
    if risk == "high":
        return ["SRD-5"], firms >= LARGE_CHAIN
    return (["SRD-4"], False) if firms >= LARGE_CHAIN else (["SRD-3", "SRD-4", "SRD-5"], False)


def _agreement(simulated: set[str], advice: set[str]) -> str:
    if simulated == advice:
        return "same"
    if simulated < advice or simulated > advice:
        return "narrower" if simulated < advice else "wider"
    return "overlaps" if simulated & advice else "differs"


MapTable = Annotated[pl.DataFrame, Columns(("risk", "firms", *POLICY_COLUMNS))]


@checked_arguments
def figure_2(simulated_map: MapTable) -> pl.DataFrame:
    """Derive the map of Fig. 2, supply risk by chain size, from simulated results.

    Parameters
    ----------
    simulated_map : polars.DataFrame
        Simulated results with the columns ``risk`` (``"low"``, ``"base"``, ``"high"``) and
        ``firms`` (3, 5, 15) added; 180 periods.

    Returns
    -------
    polars.DataFrame
        One row for each combination simulated, up to nine: ``risk``, ``firms``, ``simulated``
        (best supply rules under CRD-5), ``recommended`` (by the text), ``agreement``
        (``"same"``; simulated ``"narrower"`` or ``"wider"`` than recommended; ``"overlaps"``;
        ``"differs"``), ``two_sentences`` (see `recommended`), ``printed_table`` (null where the
        paper prints none for the combination) and ``near_edge``.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.paper import figure_2
    >>> simulated = pl.DataFrame(
    ...     {"risk": "base", "firms": 15, "supply_rule": ["SRD-4", "SRD-5"], "cyber_rule": "CRD-5"}
    ...     | {"principle": "P", "mean_resources": [103.96, 95.0]}
    ... )
    >>> figure_2(simulated).select("simulated", "recommended", "agreement").rows()
    [(['SRD-4'], ['SRD-4'], 'same')]
    """
    tables = {(r.risk, r.firms): r.table for r in REGIMES.values() if r.periods == MAP_PERIODS}
    rows: list[tuple[Any, ...]] = []
    for risk in RISKS:
        for firms in CHAIN_SIZES:
            table = simulated_map.filter((pl.col("risk") == risk) & (pl.col("firms") == firms))
            if table.is_empty():
                continue
            ranks = standing(table, RECOMMENDED_RULE)
            advice, two_sentences = recommended(risk, firms)
            best, table_number = best_of(ranks), tables.get((risk, firms))
            agreement = _agreement(set(best), set(advice))
            choices = (best, advice, agreement, two_sentences)
            rows.append((risk, firms, *choices, table_number, near_edge_of(ranks)))
    schema: dict[str, Any] = {"risk": pl.String, "firms": pl.Int64}
    schema |= {"simulated": RULES, "recommended": RULES, "agreement": pl.String}
    schema |= {"two_sentences": pl.Boolean, "printed_table": pl.Int64, "near_edge": RULES}
    return pl.DataFrame(rows, schema=schema, orient="row")
