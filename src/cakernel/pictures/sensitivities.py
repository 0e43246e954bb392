"""Sensitivities: a tornado of single parameters, and Sobol indices with their intervals."""

import json
from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.errors import InvalidInput
from cakernel.models import terms_of
from cakernel.pictures.frame import NUMBER, TEXT, checked
from cakernel.pictures.theme import BLUE, INK, ORANGE, Align, finished, layered, told
from cakernel.wording import brief, shown

COLUMNS: Final = {"parameter": TEXT} | dict.fromkeys(
    ("low", "high", "outcome_at_low", "outcome_at_high", "base_outcome"), NUMBER
)
INDEX_COLUMNS: Final = {"parameter": TEXT, "order": TEXT} | dict.fromkeys(
    ("index", "index_low", "index_high"), NUMBER
)
ENDS: Final = {"low": "parameter at its low end", "high": "at its high end"}
ORDERS: Final = {"first": "first order: alone", "total": "total: with its interactions"}
PANEL_WIDTH: Final = 430
ROW: Final = 13


@checked_arguments
def tornado(
    sensitivities: pl.DataFrame, *, outcome: str = "outcome", note: str = ""
) -> alt.LayerChart:
    """Draw how an outcome moves when one parameter at a time goes from its low to its high end.

    Parameters
    ----------
    sensitivities : polars.DataFrame
        One row a parameter: ``parameter`` (its name), ``low``, ``high`` (its ends),
        ``outcome_at_low``, ``outcome_at_high`` and ``base_outcome`` (the same in all rows).
    outcome : str, default "outcome"
        What the outcome is, with its unit, for the axis.
    note : str, default ""
        What the frame cannot tell, such as replications and seed; stands under the title.

    Returns
    -------
    altair.LayerChart
        A pair of bars a parameter from the base outcome, the widest reach above.

    Raises
    ------
    InvalidInput
        If a column is missing or holds something else, a parameter has several rows or base
        outcomes differ.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel import pictures
    >>> ends = pl.DataFrame(
    ...     {"parameter": ["risk", "size"], "low": [0.1, 3.0], "high": [0.3, 9.0]}
    ...     | {"outcome_at_low": [70.0, 61.0], "outcome_at_high": [40.0, 58.0]}
    ...     | {"base_outcome": [60.0, 60.0]}
    ... )
    >>> chart = pictures.tornado(ends, outcome="resources (units)")
    >>> chart.description
    'Outcomes, base 60. risk 0.1: 70; risk 0.3: 40; size 3: 61; size 9: 58.'
    """
    rows = checked(sensitivities, COLUMNS)
    _once(rows.select("parameter"))
    if rows["base_outcome"].n_unique() > 1:
        several = ", ".join(f"{value:g}" for value in rows["base_outcome"].unique().sort())
        raise InvalidInput(f"base_outcome: got {several}; must be the same in all rows")
    base = float(rows["base_outcome"][0])
    outcomes = ("outcome_at_low", "outcome_at_high", "base_outcome")
    reach = pl.max_horizontal(outcomes) - pl.min_horizontal(outcomes)
    ordered = rows.with_columns(reach=reach).sort("reach", descending=True, maintain_order=True)
    kept = ("parameter", "reach", "base_outcome")
    ends = pl.concat(
        ordered.select(*kept, end=pl.lit(end), value=end, outcome=f"outcome_at_{end}")
        for end in ENDS
    )
    by_parameter = ends.sort("reach", descending=True, maintain_order=True)
    parts = [
        f"{terms_of().column(parameter)} {terms_of().value(parameter, value)}: {brief(at_end)}"
        for parameter, value, at_end in by_parameter["parameter", "value", "outcome"].iter_rows()
    ]
    return finished(
        _bars(ends, base, outcome),
        title="Sensitivity to single parameters",
        notes=[
            "Bars: from the base outcome to that with one parameter changed, all others as in the "
            "base; numbers: the parameter's value.",
            told(note),
        ],
        description=f"Outcomes, base {brief(base)}. {'; '.join(parts)}.",
        width=540,
    )


@checked_arguments
def sobol_indices(indices: pl.DataFrame, *, note: str = "") -> alt.LayerChart:
    """Draw first- and total-order Sobol indices with their intervals.

    Parameters
    ----------
    indices : polars.DataFrame
        One row a parameter and order: ``parameter``, ``order`` ("first" or "total"), ``index``
        and its interval's ends ``index_low``, ``index_high``.
    note : str, default ""
        What the frame cannot tell, such as sample size and seed; stands under the title.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InvalidInput
        If a column is missing or holds something else, or a parameter and order comes twice.

    References
    ----------
    Saltelli, A. et al. (2008). Global Sensitivity Analysis: The Primer, chapter 4.
    doi 10.1002/9780470725184.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel import pictures
    >>> indices = pl.DataFrame(
    ...     {"parameter": ["risk", "risk"], "order": ["first", "total"], "index": [0.5, 0.6]}
    ...     | {"index_low": [0.4, 0.5], "index_high": [0.6, 0.7]}
    ... )
    >>> chart = pictures.sobol_indices(indices)
    >>> chart.description
    'Sobol indices. risk first 0.50 (0.40 to 0.60); risk total 0.60 (0.50 to 0.70)'
    """
    rows = checked(indices, INDEX_COLUMNS).with_columns(pl.col("order").cast(pl.String))
    _once(rows.select("parameter", "order"))
    for order in rows["order"].unique(maintain_order=True):
        if order not in ORDERS:
            raise InvalidInput(f"order: got {shown(order)}; must be 'first' or 'total'")
    parts = [
        f"{parameter} {order} {index:.2f} ({low:.2f} to {high:.2f})"
        for parameter, order, index, low, high in rows.iter_rows()
    ]
    return finished(
        _whiskers(rows),
        title="Which parameters the outcome's variance comes from",
        notes=[told("Sobol indices and their confidence intervals", note)],
        description=f"Sobol indices. {'; '.join(parts)}",
        width=540,
    )


def _once(names: pl.DataFrame) -> None:
    """Refuse names that come twice."""
    if names.is_duplicated().any():
        twice = " ".join(names.filter(names.is_duplicated()).row(0))
        raise InvalidInput(f"parameter: got {twice} more than once; must be one row each")


def _bars(rows: pl.DataFrame, base: float, outcome: str) -> alt.LayerChart:
    order = rows["parameter"].unique(maintain_order=True).to_list()
    words = list(ENDS.values())
    data = rows.with_columns(
        words=pl.col("end").replace_strict(ENDS),
        label=pl.Series(
            [terms_of().value(*pair) for pair in rows["parameter", "value"].iter_rows()],
            dtype=pl.String,
        ),
    )
    offset = alt.YOffset("words:N", sort=words)
    bars = alt.Chart(data).encode(
        y=alt.Y(
            "parameter:N",
            sort=order,
            axis=alt.Axis(title=None, ticks=False, domain=False, **_in_words(order)),
            scale=alt.Scale(paddingInner=0.3),
        ),
        yOffset=offset,
        tooltip=["parameter:N", "value:Q", "outcome:Q", "base_outcome:Q"],
    )
    along = alt.X(
        "outcome:Q", scale=alt.Scale(zero=False, padding=34), axis=alt.Axis(title=outcome)
    )
    up = pl.col("outcome") >= pl.col("base_outcome")
    sides: list[tuple[pl.Expr, Align, int]] = [(up, "left", 4), (~up, "right", -4)]
    labels = [
        alt.Chart(data.filter(side))
        .mark_text(align=align, dx=dx)
        .encode(x="outcome:Q", y=alt.Y("parameter:N", sort=order), yOffset=offset, text="label:N")
        for side, align, dx in sides
    ]
    line = alt.Chart(pl.DataFrame({"base": [base]})).mark_rule(color=INK, strokeWidth=1)
    return layered(
        bars.mark_bar().encode(x=along, x2="base_outcome:Q", color=_colour(words)),
        line.encode(x="base:Q"),
        *labels,
    ).properties(width=PANEL_WIDTH, height=alt.Step(ROW))


def _whiskers(rows: pl.DataFrame) -> alt.LayerChart:
    largest = rows.group_by("parameter", maintain_order=True).agg(pl.col("index").max())
    order = largest.sort("index", descending=True, maintain_order=True)["parameter"].to_list()
    words = list(ORDERS.values())
    data = rows.with_columns(words=pl.col("order").replace_strict(ORDERS))
    marks = alt.Chart(data).encode(
        y=alt.Y(
            "parameter:N",
            sort=order,
            axis=alt.Axis(title=None, ticks=False, labelPadding=5, **_in_words(order)),
        ),
        yOffset=alt.YOffset("words:N", sort=words),
        color=_colour(words),
        tooltip=["parameter:N", "order:N", "index:Q", "index_low:Q", "index_high:Q"],
    )
    along = alt.X("index:Q", axis=alt.Axis(title="Sobol index (share of the variance)"))
    shape = alt.Shape("words:N", scale=alt.Scale(domain=words, range=["circle", "diamond"]))
    return layered(
        marks.mark_rule(strokeWidth=1.5).encode(x=alt.X("index_low:Q"), x2="index_high:Q"),
        marks.mark_point(filled=True, size=55, opacity=1).encode(x=along, shape=shape),
    ).properties(width=PANEL_WIDTH, height=alt.Step(ROW))


def _in_words(parameters: list[str]) -> dict[str, Any]:
    """Return how an axis names parameters in words."""
    words = {name: terms_of().column(name) for name in parameters}
    return {"labelExpr": f"{json.dumps(words)}[datum.label]", "labelLimit": 240}


def _colour(words: list[str]) -> alt.Color:
    """Return the colours of the two ends, or of the two orders."""
    return alt.Color(
        "words:N",
        scale=alt.Scale(domain=words, range=[BLUE, ORANGE]),
        legend=alt.Legend(title=None, orient="top", offset=6),
    )
