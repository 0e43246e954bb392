"""How far policies lie from the best, and how sure that is: a dot and an interval a policy."""

from collections.abc import Sequence
from typing import Annotated, Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import Share, Whole
from cakernel.errors import InvalidInput
from cakernel.pictures.frame import BOOLEAN, NUMBER, NUMBER_OR_NULL, checked, with_policy
from cakernel.pictures.theme import BLUE, INK, VERMILLION, finished, heading, layered, told
from cakernel.wording import brief, counted

COLUMNS: Final = {
    "mean": NUMBER,
    "difference": NUMBER,
    "lower": NUMBER_OR_NULL,
    "upper": NUMBER_OR_NULL,
    "within": BOOLEAN,
    "probability_best": NUMBER_OR_NULL,
}
USED: Final = ("group", "compared_with", "side")
"""Text columns of a ranking that tell no policies apart."""
PANEL_WIDTH: Final = 420
CHANCE_WIDTH: Final = 40
ROW: Final = 16
BEYOND: Final = 0.12
TOOLTIP: Final = ("policy:N", "mean:Q", "difference:Q", "lower:Q", "upper:Q", "probability_best:Q")


@checked_arguments
def best(
    frame: pl.DataFrame,
    *,
    keys: Sequence[str] | None = None,
    outcome: str = "outcome",
    tolerance: Share = 0.05,
    most: Annotated[int, Whole(1, 200)] = 20,
    note: str = "",
    keep_all: bool = False,
) -> alt.LayerChart:
    """Draw how far the outcomes of policies lie from the best, with their intervals.

    Parameters
    ----------
    frame : polars.DataFrame
        One group of what `cakernel.best` returns, one row a policy: ``keys``; ``mean`` (its
        outcome); ``difference`` (that minus the best's, in the same units; the best's own is 0 or
        its lead over the second); ``lower``, ``upper`` (ends of a confidence interval of the
        difference; null where not known); ``within`` (true or false: in the best set);
        ``probability_best`` (0 to 1; null where not known). If there is a column
        ``replications``, the fewest stand under the title.
    keys : sequence of str, optional
        Columns that tell policies apart; by default all text columns but ``group``,
        ``compared_with`` and ``side``.
    outcome : str, default "outcome"
        What the outcome is, with its unit, for the axis.
    tolerance : float, default 0.05
        The share of the highest outcome below it where the edge is drawn, above 0 and below 1.
    most : int, default 20
        How many policies to draw, the highest first, 1 to 200.
    note : str, default ""
        What the frame cannot tell, such as replications and seed; stands under the title.

    keep_all : bool, default False
        Whether all policies are among the chart's rows, so that a page can choose among them;
        ``most`` are drawn of those chosen.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InvalidInput
        If a column is missing or holds something else, a policy has several rows or a number is
        outside its range.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel import pictures
    >>> ranked = pl.DataFrame(
    ...     {"contract": ["flexible", "fixed"], "mean": [90.0, 80.0], "difference": [10.0, -10.0]}
    ...     | {"lower": [5.0, -15.0], "upper": [15.0, -5.0]}
    ...     | {"within": [True, False], "probability_best": [0.98, 0.02]}
    ... )
    >>> chart = pictures.best(ranked, outcome="profit (million)")
    >>> chart.description
    'flexible has the highest profit (million), 90. Differences from it: fixed -10.'
    """
    rows = with_policy(frame, COLUMNS, keys=keys, used=USED)
    if rows["policy"].is_duplicated().any():
        name = rows.filter(pl.col("policy").is_duplicated())["policy"][0]
        raise InvalidInput(f"policies: got {name} more than once; must be one row a policy")
    shown = rows.sort("mean", descending=True, maintain_order=True).head(most)
    fewest = None
    if "replications" in frame.columns:
        fewest = checked(frame, {"replications": NUMBER_OR_NULL}).min().item()
    replications = "" if fewest is None else counted(fewest, "replication")
    (top, mean, _), *others = shown.select("policy", "mean", "difference").iter_rows()
    rest = "; ".join(
        f"{policy} {brief(difference, 3, sign='+')}" for policy, _, difference in others
    )
    return finished(
        _dots(
            rows.sort("mean", descending=True, maintain_order=True) if keep_all else shown,
            most=most,
            edge=-tolerance * abs(shown["mean"][0]),
            tolerance=f"{100 * tolerance:.3g}%",
            outcome=outcome,
        ),
        title="How far policies lie from the best",
        notes=[
            "Mark: difference from the best policy, which stands at 0. Line: confidence interval.",
            told(f"The {shown.height:,} highest of {rows.height:,} policies", replications, note),
        ],
        description=f"{top} has the highest {outcome}, {brief(mean)}. Differences from it: {rest}.",
        width=540,
    )


def _dots(
    shown: pl.DataFrame, *, most: int, edge: float, tolerance: str, outcome: str
) -> alt.LayerChart:
    sides = {True: f"within {tolerance} of the best", False: "farther"}
    # the best's own row tells of its lead over the second
    is_best = pl.int_range(pl.len()) == 0
    rows = shown.with_columns(
        pl.when(is_best)
        .then(0.0)
        .otherwise(pl.col(name).fill_null(pl.col("difference")))
        .alias(name)
        for name in ("difference", "lower", "upper")
    ).with_columns(
        side=pl.col("within").replace_strict(sides, return_dtype=pl.String),
        chance=pl.col("probability_best").map_elements(_chance, return_dtype=pl.String),
    )
    policies = alt.Y(
        "policy:N", sort=rows["policy"].to_list(), axis=alt.Axis(title=None, ticks=False)
    )
    # room to the right of the best for its name, and for intervals that reach there
    highest = rows.head(most)
    low = min(edge, *highest["lower"])
    high = max(BEYOND * abs(low), *highest["upper"])
    # where a page chooses among more, those that it draws say how far the axis goes
    scale = alt.Scale(domain=[low, high], nice=True)
    if rows.height > most:
        scale = alt.Scale(domainMax=high, zero=True, nice=True)
    along = alt.X(
        "difference:Q",
        scale=scale,
        axis=alt.Axis(title=f"difference in {outcome}"),
    )
    dots = alt.Chart().encode(y=policies, tooltip=list(TOOLTIP))
    names = list(sides.values())
    colour = alt.Color(
        "side:N",
        scale=alt.Scale(domain=names, range=[BLUE, VERMILLION]),
        legend=alt.Legend(title=None, orient="top", offset=22),
    )
    shape = alt.Shape("side:N", scale=alt.Scale(domain=names, range=["circle", "square"]))
    # the lines' names stand to different sides, so that they do not meet
    edge_line = alt.Chart(pl.DataFrame({"edge": [edge], "name": [f"{tolerance} below the best"]}))
    best_line = alt.Chart(pl.DataFrame({"best": [0.0], "name": ["the best"]}))
    chances = dots.mark_text(align="right").encode(
        x=alt.value(PANEL_WIDTH + CHANCE_WIDTH), text="chance:N"
    )
    chance_head = heading("P(best)", width=2 * PANEL_WIDTH + CHANCE_WIDTH)
    drawn = layered(
        edge_line.mark_rule(color=INK, strokeDash=[4, 3]).encode(x="edge:Q"),
        edge_line.mark_text(align="right", dx=4, dy=-9, y=0).encode(x="edge:Q", text="name:N"),
        best_line.mark_rule(color=INK, strokeWidth=0.8).encode(x="best:Q"),
        best_line.mark_text(align="left", dx=-4, dy=-9, y=0).encode(x="best:Q", text="name:N"),
        dots.mark_rule(strokeWidth=1.5).encode(x="lower:Q", x2="upper:Q", color=colour),
        dots.mark_point(filled=True, size=48, opacity=1).encode(x=along, color=colour, shape=shape),
        *([chances, chance_head] if rows["chance"].null_count() < rows.height else []),
        data=rows,
    ).properties(width=PANEL_WIDTH, height=alt.Step(ROW))
    if rows.height <= most:
        return drawn
    return drawn.transform_window(
        place="row_number()", sort=[alt.SortField("mean", order="descending")]
    ).transform_filter(f"datum.place <= {most}")


def _chance(probability: float) -> str:
    """Write a probability with two decimals, without rounding it to 0 or 1."""
    if 0 < probability < 0.005:
        return "< 0.01"
    return "> 0.99" if 0.995 <= probability < 1 else f"{probability:.2f}"
