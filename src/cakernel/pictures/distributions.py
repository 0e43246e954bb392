"""How outcomes vary from replication to replication: densities and quantiles, policy by policy."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

import altair as alt
import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import Share
from cakernel.errors import InvalidInput
from cakernel.pictures.frame import NUMBER, with_policy
from cakernel.pictures.theme import BLACK, BLUE, SKY, VERMILLION, finished, layered, told
from cakernel.ranking.influence import shortfall
from cakernel.wording import counted

QUANTILES: Final = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
MOST_POLICIES: Final = 40
POINTS: Final = 101
ROW: Final = 34
PANELS_WIDTH: Final = 502
GAP: Final = 14
# of a policy's band: where its ridge stands, how high it is, where its quantiles are
FOOT: Final = 0.72
RIDGE: Final = 0.66
LINE: Final = 0.84
TOOLTIP: Final = ("policy:N", *(f"{name}:Q" for name in (*QUANTILES, "mean", "edge", "worst")))

Values = npt.NDArray[np.float64]


@checked_arguments
def distribution(
    frame: pl.DataFrame,
    *,
    outcomes: Mapping[str, str],
    keys: Sequence[str] | None = None,
    tail: Share = 0.05,
    replication_of: str = "",
    note: str = "",
) -> alt.HConcatChart:
    """Draw how outcomes are distributed over replications, a row a policy and a panel an outcome.

    Parameters
    ----------
    frame : polars.DataFrame
        One row a replication and policy, of at most 40 policies: ``keys``, ``replication`` and
        the columns of ``outcomes``.
    outcomes : mapping of str to str
        Columns of outcomes, and what they are, with their units, for the axes.
    keys : sequence of str, optional
        Columns that tell policies apart; by default all text columns.
    tail : float, default 0.05
        The share of worst replications, the lowest, whose edge and mean are marked; above 0 and
        below 1.
    replication_of : str, default ""
        What follows "50 replications" under the title, such as " of one scenario".
    note : str, default ""
        What the frame cannot tell, such as the seed; stands under the title.

    Returns
    -------
    altair.HConcatChart
        For each outcome: densities scaled to one height, the median (dot), the middle half
        (thick line) and the middle 90% (thin line); the quantile at the edge of the worst
        replications (tick) and their mean, the expected shortfall (triangle). The width of the
        Gaussian kernel is by Silverman's rule of thumb.

    Raises
    ------
    InvalidInput
        If a column is missing, there is no row or the policies are too many.

    References
    ----------
    Silverman, B. W. (1986). Density Estimation for Statistics and Data Analysis, equation 3.31.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel import pictures
    >>> profits = pl.DataFrame(
    ...     {"contract": ["fixed"] * 3 + ["flexible"] * 3, "replication": [0, 1, 2] * 2}
    ...     | {"profit": [8.0, 9.0, 13.0, 11.0, 14.0, 15.0]}
    ... )
    >>> chart = pictures.distribution(profits, outcomes={"profit": "profit (million)"})
    >>> chart.description
    'Medians over replications of profit (million). fixed: 9.0; flexible: 14.0.'
    """
    rows = with_policy(frame, dict.fromkeys(("replication", *outcomes), NUMBER), keys=keys)
    policies = rows["policy"].unique(maintain_order=True).to_list()
    if len(policies) > MOST_POLICIES:
        raise InvalidInput(f"policies: got {len(policies)}; must be 1 to {MOST_POLICIES}")
    names = list(outcomes)
    quantiles = (
        rows.unpivot(on=names, index="policy", variable_name="quantity")
        .group_by("policy", "quantity", maintain_order=True)
        .agg(
            **{name: pl.col("value").quantile(at, "linear") for name, at in QUANTILES.items()},
            mean=pl.col("value").mean(),
            edge=pl.col("value").quantile(tail, "linear"),
            worst=pl.col("value").map_batches(
                lambda values: float(
                    shortfall(np.sort(values.to_numpy().astype(np.float64)), tail)
                ),
                return_dtype=pl.Float64,
                returns_scalar=True,
            ),
        )
    )
    densities = density_rows(rows, names)
    width = (PANELS_WIDTH - GAP * (len(names) - 1)) / len(names)
    panels = []
    for name in names:
        here = pl.col("quantity") == name
        panel = _panel(
            quantiles.filter(here),
            densities.filter(here),
            policies,
            title=outcomes[name],
            labelled=name == names[0],
        )
        panels.append(panel.properties(width=width, height=ROW * len(policies)))
    replications = counted(rows["replication"].n_unique(), "replication")
    largest = quantiles.group_by("quantity").agg(pl.col("q95").abs().max())
    decimals = {name: 2 if number < 10 else 1 for name, number in largest.iter_rows()}
    medians = []
    for (policy,), of_policy in quantiles.group_by("policy", maintain_order=True):
        places = of_policy.select("quantity", "q50").iter_rows()
        middle = ", ".join(f"{at:.{decimals[name]}f}" for name, at in places)
        medians.append(f"{policy}: {middle}")
    return finished(
        alt.hconcat(*panels, spacing=GAP),
        title="Outcomes of single replications, by policy",
        notes=[
            "Shape: density of replications, each to its own height. Dot: median. Thick line: "
            "middle half. Thin line: middle 90%. Triangle: mean of the worst "
            f"{100 * tail:.4g}%; tick: their edge.",
            told(f"{replications}{replication_of}", note),
        ],
        description=f"Medians over replications of {', '.join(outcomes.values())}. "
        f"{'; '.join(medians)}.",
    )


def density_rows(rows: pl.DataFrame, outcomes: Sequence[str]) -> pl.DataFrame:
    """Return the density of each policy and quantity from its least to its largest value."""
    parts = []
    for (policy,), of_policy in rows.group_by("policy", maintain_order=True):
        for quantity in outcomes:
            at, density = _density(of_policy[quantity].to_numpy())
            parts.append(
                pl.DataFrame({"at": at, "density": density / density.max()}).select(
                    pl.lit(policy).alias("policy"), pl.lit(quantity).alias("quantity"), pl.all()
                )
            )
    return pl.concat(parts)


def _density(values: Values) -> tuple[Values, Values]:
    """Return points and a Gaussian kernel density there, its width by Silverman's rule of thumb."""
    lower, upper = np.quantile(values, [0.25, 0.75])
    widths = [width for width in (values.std(), (upper - lower) / 1.34) if width > 0]
    if not widths:
        return values[:1], np.ones(1)
    width = 0.9 * min(widths) * len(values) ** -0.2
    at = np.linspace(values.min(), values.max(), POINTS)
    # in parts, so that many replications do not take points x replications of memory
    density = np.zeros(POINTS)
    for part in np.array_split(values, 1 + len(values) // 10_000):
        density += np.exp(-0.5 * ((at[:, None] - part) / width) ** 2).sum(axis=1)
    return at, density


def _panel(
    quantiles: pl.DataFrame,
    densities: pl.DataFrame,
    policies: list[str],
    *,
    title: str,
    labelled: bool,
) -> alt.LayerChart:
    """Draw one quantity; a policy has the band from its number to the next, downwards."""
    number = pl.col("policy").replace_strict(
        policies, range(len(policies)), return_dtype=pl.Float64
    )
    ridges = densities.with_columns(foot=number + FOOT)
    ridges = ridges.with_columns(top=pl.col("foot") - RIDGE * pl.col("density"))
    marks = quantiles.with_columns(line=number + LINE)
    names = alt.Axis(
        title=None,
        values=[number + 0.5 for number in range(len(policies))],
        labelExpr=f"{json.dumps(policies)}[floor(datum.value)]",
        labels=labelled,
        tickCount=len(policies),
        labelOverlap=False,
        ticks=False,
        domain=False,
        grid=False,
    )
    along = alt.X(
        "at:Q", scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(title=title, tickCount=5)
    )
    down = alt.Y("foot:Q", scale=alt.Scale(domain=[len(policies), 0], nice=False), axis=names)
    ridge = (
        alt.Chart(ridges)
        .mark_area(color=SKY, opacity=0.6, line=alt.MarkConfig(color=BLUE, strokeWidth=0.8))
        .encode(x=along, y=down, y2="top:Q", detail="policy:N")
    )
    box = alt.Chart(marks).encode(y="line:Q", tooltip=list(TOOLTIP))
    return layered(
        ridge,
        box.mark_rule(color=BLACK, strokeWidth=1).encode(x="q05:Q", x2="q95:Q"),
        box.mark_rule(color=BLACK, strokeWidth=3.5).encode(x="q25:Q", x2="q75:Q"),
        box.mark_tick(color=VERMILLION, thickness=1.6, size=11, orient="vertical").encode(
            x="edge:Q"
        ),
        box.mark_point(
            shape="triangle-up",
            filled=True,
            fill=VERMILLION,
            stroke=BLACK,
            strokeWidth=0.6,
            size=44,
            opacity=1,
        ).encode(x="worst:Q"),
        box.mark_point(
            filled=True, fill="white", stroke=BLACK, strokeWidth=1.3, size=34, opacity=1
        ).encode(x="q50:Q"),
    )
