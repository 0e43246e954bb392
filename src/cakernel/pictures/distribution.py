"""How outcomes vary from replication to replication: densities and quantiles, policy by policy."""

import json
from typing import Final

import altair as alt
import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.pictures.frame import NUMBER, POLICY, checked, policy_name
from cakernel.pictures.theme import BLACK, BLUE, SKY, counted, finished, layered, told

QUANTITIES: Final = {
    "mean_x": "mean operational state x",
    "mean_y": "mean intangibles state y",
    "mean_resources": "mean resources R at the end",
}
COLUMNS: Final = POLICY | dict.fromkeys(("replication", *QUANTITIES), NUMBER)
QUANTILES: Final = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
MOST_POLICIES: Final = 40
POINTS: Final = 101
ROW: Final = 34
PANEL_WIDTH: Final = 158
FOOT: Final = 0.72
RIDGE: Final = 0.66
LINE: Final = 0.84
"""Of a policy's band: where its ridge stands, how high it is, where its quantiles are."""
TOOLTIP: Final = ("policy:N", *(f"{name}:Q" for name in (*QUANTILES, "mean")))

Values = npt.NDArray[np.float64]


def distribution(outcomes: pl.DataFrame, *, note: str = "") -> alt.HConcatChart:
    """Draw how outcomes are distributed over replications, a row a policy.

    Parameters
    ----------
    outcomes : polars.DataFrame
        Rows of `cakernel.simulate` with ``by="replication"``, of at most 40 policies. Without
        the column ``scenario`` a row is taken as a replication's mean over resource scenarios.
    note : str, default ""
        What the frame cannot tell, such as the seed; stands under the title.

    Returns
    -------
    altair.HConcatChart
        For x, y and R each: densities scaled to one height, the median (dot), the middle half
        (thick line) and the middle 90% (thin line).

    Raises
    ------
    InvalidInput
        If a column is missing, there is no row or the policies are too many.
    """
    rows = checked(outcomes, COLUMNS).with_columns(policy=policy_name())
    policies = rows["policy"].unique(maintain_order=True).to_list()
    if len(policies) > MOST_POLICIES:
        raise InvalidInput(f"policies: got {len(policies)}; must be 1 to {MOST_POLICIES}")
    quantiles, densities = quantile_rows(rows), density_rows(rows)
    panels = [_panel(quantiles, densities, policies, quantity) for quantity in QUANTITIES]
    replications = counted(rows["replication"].n_unique(), "replication")
    return finished(
        alt.hconcat(*panels, spacing=14),
        title="Outcomes of single replications, by policy",
        notes=[
            "Shape: density of replications, each to its own height. Dot: median. Thick line: "
            "middle half. Thin line: middle 90%.",
            told(f"{replications}{_of_scenarios(outcomes)}", note),
        ],
        description=_description(quantiles),
    )


def _of_scenarios(outcomes: pl.DataFrame) -> str:
    if "scenario" not in outcomes.columns:
        return ", each the mean over resource scenarios"
    return f" of {counted(outcomes['scenario'].n_unique(), 'resource scenario')}"


def quantile_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a policy and quantity: quantiles over the replications."""
    return (
        rows.unpivot(on=list(QUANTITIES), index="policy", variable_name="quantity")
        .group_by("policy", "quantity", maintain_order=True)
        .agg(
            **{name: pl.col("value").quantile(at, "linear") for name, at in QUANTILES.items()},
            mean=pl.col("value").mean(),
        )
    )


def density_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the density of each policy and quantity from its least to its largest value."""
    parts = []
    for (policy,), of_policy in rows.group_by("policy", maintain_order=True):
        for quantity in QUANTITIES:
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
    quantiles: pl.DataFrame, densities: pl.DataFrame, policies: list[str], quantity: str
) -> alt.LayerChart:
    """Draw one quantity; a policy has the band from its number to the next, downwards."""
    number = pl.col("policy").replace_strict(
        policies, range(len(policies)), return_dtype=pl.Float64
    )
    here = pl.col("quantity") == quantity
    ridges = densities.filter(here).with_columns(foot=number + FOOT)
    ridges = ridges.with_columns(top=pl.col("foot") - RIDGE * pl.col("density"))
    marks = quantiles.filter(here).with_columns(line=number + LINE)
    first = quantity == next(iter(QUANTITIES))
    names = alt.Axis(
        title=None,
        values=[number + 0.5 for number in range(len(policies))],
        labelExpr=f"{json.dumps(policies)}[floor(datum.value)]",
        labels=first,
        tickCount=len(policies),
        labelOverlap=False,
        ticks=False,
        domain=False,
        grid=False,
    )
    scale = alt.Scale(domain=[len(policies), 0], nice=False)
    along = alt.Scale(zero=False, nice=True)
    ridge = (
        alt.Chart(ridges)
        .mark_area(color=SKY, opacity=0.6, line=alt.MarkConfig(color=BLUE, strokeWidth=0.8))
        .encode(
            x=alt.X("at:Q", scale=along, axis=alt.Axis(title=QUANTITIES[quantity], tickCount=5)),
            y=alt.Y("foot:Q", scale=scale, axis=names),
            y2="top:Q",
            detail="policy:N",
        )
    )
    box = alt.Chart(marks).encode(y="line:Q", tooltip=list(TOOLTIP))
    return layered(
        ridge,
        box.mark_rule(color=BLACK, strokeWidth=1).encode(x="q05:Q", x2="q95:Q"),
        box.mark_rule(color=BLACK, strokeWidth=3.5).encode(x="q25:Q", x2="q75:Q"),
        box.mark_point(
            filled=True, fill="white", stroke=BLACK, strokeWidth=1.3, size=34, opacity=1
        ).encode(x="q50:Q"),
    ).properties(width=PANEL_WIDTH, height=ROW * len(policies))


def _description(quantiles: pl.DataFrame) -> str:
    parts = []
    for (policy,), of_policy in quantiles.group_by("policy", maintain_order=True):
        median = dict(of_policy.select("quantity", "q50").iter_rows())
        parts.append(
            f"{policy}: x {median['mean_x']:.2f}, y {median['mean_y']:.2f}, resources "
            f"{median['mean_resources']:.1f} units"
        )
    return f"Medians over replications. {'; '.join(parts)}."
