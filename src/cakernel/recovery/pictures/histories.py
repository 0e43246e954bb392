"""States and resources over time, and outcomes at the end, and how replications spread."""

from collections.abc import Sequence
from typing import Final, Literal

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import Share
from cakernel.errors import InvalidInput
from cakernel.pictures import distribution
from cakernel.pictures.frame import NUMBER, TEXT, with_policy
from cakernel.pictures.theme import RULE, SERIES, finished, heading, layered, told, whole_ticks
from cakernel.recovery.policy import POLICY_PARTS
from cakernel.recovery.words import OUTCOME_WORDS
from cakernel.wording import counted, shown

QUANTITIES: Final = {
    "x": "operational state x",
    "y": "intangibles state y",
    "resources": "resources R (units)",
}
PLACE: Final = ("replication", "period", "chain", "firm")
OUTCOME_COLUMNS: Final = {f"mean_{name}": OUTCOME_WORDS[name] for name in QUANTITIES}
COLUMNS: Final = dict.fromkeys((*PLACE, *QUANTITIES), NUMBER)
MOST_POLICIES: Final = 4
PANELS_WIDTH: Final = 560
PANEL_HEIGHT: Final = 105
GAP: Final = 14

Spread = Literal["replications", "firms"]
SPREADS: Final = {
    "replications": "replications (means over firms)",
    "firms": "firms in all replications",
}


@checked_arguments
def history(
    histories: pl.DataFrame, *, spread: Spread = "replications", note: str = ""
) -> alt.VConcatChart:
    """Draw how states and resources move over time, a column of panels a policy.

    Parameters
    ----------
    histories : polars.DataFrame
        Rows of `cakernel.trace`, of several replications, with ``supply_rule``, ``cyber_rule``,
        ``principle`` and ``replication`` added; one to four policies.
    spread : {"replications", "firms"}, default "replications"
        What the band from the 10% to the 90% quantile is of: means over firms, one a replication;
        or single firms of all replications, which for states of 0, 1 and 2 makes blocks.
    note : str, default ""
        What the frame cannot tell, such as the seed; stands under the title.

    Returns
    -------
    altair.VConcatChart

    Raises
    ------
    InvalidInput
        If a column is missing, ``spread`` is unknown or the policies are too many.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.recovery import pictures
    >>> policy = {"supply_rule": "SRD-5", "cyber_rule": "CRD-5", "principle": "P"}
    >>> rows = pl.DataFrame(
    ...     {"replication": [0, 0, 1, 1], "period": [1, 2, 1, 2], "chain": 1, "firm": 1}
    ...     | {"x": [2, 1, 2, 2], "y": [2, 2, 1, 2], "resources": [3.0, 4.0, 3.0, 5.0]}
    ... )
    >>> chart = pictures.history(rows.with_columns(**{k: pl.lit(v) for k, v in policy.items()}))
    >>> chart.description.partition(". ")[2]
    'SRD-5 CRD-5 P: x 1.50, y 2.00, resources 4.5 units.'
    """
    rows = history_rows(histories, spread=spread)
    counts = histories.select(pl.col("replication").n_unique(), pl.col("chain", "firm").max())
    replications, chains, firms = counts.row(0)
    grid = f"{counted(chains, 'chain')} of {counted(firms, 'firm')}"
    return _drawn(rows, spread, told(f"{counted(replications, 'replication')} of {grid}", note))


@checked_arguments
def over_time(
    rows: pl.DataFrame, *, spread: Spread = "replications", note: str = ""
) -> alt.VConcatChart:
    """Draw how states and resources move over time, as `cakernel.history` sums them up.

    Parameters
    ----------
    rows : polars.DataFrame
        As of `cakernel.history`, with quantiles of 10% and 90%: of one to four policies, or parts
        of a network.
    spread : {"replications", "firms"}, default "replications"
        What the quantiles are of.
    note : str, default ""
        What the frame cannot tell, such as the seed; stands under the title.

    Returns
    -------
    altair.VConcatChart
        As of `history`.

    Raises
    ------
    InvalidInput
        If a column is missing or the policies or parts are too many.

    Examples
    --------
    >>> import cakernel as ck
    >>> from cakernel.recovery import pictures
    >>> net = ck.Network(firms={"id": ["mine", "mill"]})
    >>> rows = ck.history(
    ...     net,
    ...     policies=[ck.Policy(supply_rule="SRD-2", cyber_rule="CRD-0")],
    ...     scenario=ck.paper_scenarios()[0],
    ...     periods=3,
    ...     replications=4,
    ...     by="firm",
    ... )
    >>> pictures.over_time(rows).description.count("SRD-2 CRD-0 P, mi")
    2
    """
    parts = {"of": TEXT} if "of" in rows.columns else {}
    names = {"mean": "mean", "quantile_10": "low", "quantile_90": "high"}
    columns = {"quantity": TEXT, "period": NUMBER} | dict.fromkeys(names, NUMBER)
    shown = with_policy(rows, columns | parts, keys=list(POLICY_PARTS)).rename(names)
    if parts:
        shown = shown.with_columns(policy=pl.concat_str("policy", "of", separator=", "))
    return _drawn(shown, spread, told(note[:1].upper() + note[1:]))


def _drawn(rows: pl.DataFrame, spread: Spread, facts: str) -> alt.VConcatChart:
    policies = rows["policy"].unique(maintain_order=True).to_list()
    if len(policies) > MOST_POLICIES:
        raise InvalidInput(
            f"policies: got {len(policies)}; must be 1 to {MOST_POLICIES}, each part of a network "
            "counted"
        )
    last = rows.filter(pl.col("period") == pl.col("period").max())
    at_last = []
    for (policy,), means in last.group_by("policy", maintain_order=True):
        x, y, resources = (dict(means["quantity", "mean"].iter_rows())[name] for name in QUANTITIES)
        at_last.append(f"{policy}: x {x:.2f}, y {y:.2f}, resources {resources:,.1f} units")
    others = "the others" if "of" in rows.columns else "the other policies"
    others = f" Grey: means of {others}." if len(policies) > 1 else ""
    return finished(
        _panels(rows, policies),
        title="States and resources over time",
        notes=[f"Line: mean. Band: the middle 80% of {SPREADS[spread]}.{others}", facts],
        description=f"Means over firms and replications on day {last['period'][0]}. "
        f"{'; '.join(at_last)}.",
    )


def history_rows(histories: pl.DataFrame, *, spread: Spread = "replications") -> pl.DataFrame:
    """Return what `history` draws: one row a policy, quantity and period."""
    if spread not in SPREADS:
        raise InvalidInput(f"spread: got {shown(spread)}; must be 'replications' or 'firms'")
    rows = with_policy(histories, COLUMNS, keys=list(POLICY_PARTS))
    if spread == "replications":
        rows = rows.group_by("policy", "replication", "period", maintain_order=True).agg(
            pl.col(*QUANTITIES).mean()
        )
    return (
        rows.unpivot(on=list(QUANTITIES), index=["policy", "period"], variable_name="quantity")
        .group_by("policy", "quantity", "period", maintain_order=True)
        .agg(
            mean=pl.col("value").mean(),
            low=pl.col("value").quantile(0.1, "linear"),
            high=pl.col("value").quantile(0.9, "linear"),
        )
        .sort("period", maintain_order=True)
    )


def _panels(rows: pl.DataFrame, policies: Sequence[str]) -> alt.VConcatChart:
    width = (PANELS_WIDTH - GAP * (len(policies) - 1)) / len(policies)
    largest = pl.max_horizontal("high", "mean").filter(pl.col("quantity") == "resources").max()
    last_period, top = rows.select(pl.col("period").max(), top=largest).row(0)
    lines = []
    for quantity, title in QUANTITIES.items():
        ends = [0, 2] if quantity != "resources" else [0, top]
        line = []
        for policy, colour in zip(policies, SERIES, strict=False):
            first, bottom = policy == policies[0], quantity == "resources"
            place = alt.X(
                "period:Q",
                scale=alt.Scale(domain=[0, last_period], nice=False),
                axis=alt.Axis(
                    title="day" if bottom else None,
                    labels=bottom,
                    values=whole_ticks(0, last_period, most=5),
                    format=",d",
                ),
            )
            scale = alt.Scale(domain=ends, nice=bottom)
            axis = alt.Axis(title=title if first else None, labels=first, tickCount=4)
            here = alt.Chart(rows).transform_filter(alt.datum.quantity == quantity)
            own = here.transform_filter(alt.datum.policy == policy)
            others = here.transform_filter(alt.datum.policy != policy)
            panel = layered(
                own.mark_area(opacity=0.3, color=colour).encode(
                    place, y=alt.Y("low:Q", scale=scale, axis=axis), y2="high:Q"
                ),
                others.mark_line(color=RULE, strokeWidth=0.8).encode(
                    place, y="mean:Q", detail="policy:N"
                ),
                own.mark_line(color=colour, strokeWidth=2).encode(place, y="mean:Q"),
                heading(policy if quantity == "x" else "", width=width),
            ).properties(width=width, height=PANEL_HEIGHT)
            line.append(panel)
        lines.append(alt.hconcat(*line, spacing=GAP))
    return alt.vconcat(*lines, spacing=10)


@checked_arguments
def outcome_distribution(
    outcomes: pl.DataFrame, *, tail: Share = 0.05, note: str = ""
) -> alt.HConcatChart:
    """Draw how x, y and R are distributed over replications, a row a policy.

    Parameters
    ----------
    outcomes : polars.DataFrame
        Rows of `cakernel.simulate` with ``by="replication"``, of at most 40 policies. Without
        the column ``scenario`` a row is taken as a replication's mean over resource scenarios.
    tail : float, default 0.05
        The share of worst replications that is marked, above 0 and below 1.
    note : str, default ""
        What the frame cannot tell, such as the seed; stands under the title.

    Returns
    -------
    altair.HConcatChart
        As of `cakernel.pictures.distribution`.

    Raises
    ------
    InvalidInput
        If a column is missing, there is no row or the policies are too many.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.recovery import pictures
    >>> outcomes = pl.DataFrame(
    ...     {"supply_rule": "SRD-5", "cyber_rule": "CRD-5", "principle": "P", "replication": [0, 1]}
    ...     | {"mean_x": [1.5, 1.7], "mean_y": [1.8, 1.9], "mean_resources": [40.0, 60.0]}
    ... )
    >>> chart = pictures.outcome_distribution(outcomes, note="seed 1")
    >>> chart.title.subtitle[-1]
    '2 replications, each the mean over resource scenarios; seed 1.'
    """
    scenarios = outcomes["scenario"].n_unique() if "scenario" in outcomes.columns else None
    each = (
        ", each the mean over resource scenarios"
        if scenarios is None
        else f" of {counted(scenarios, 'resource scenario')}"
    )
    return distribution(
        outcomes,
        outcomes=OUTCOME_COLUMNS,
        keys=list(POLICY_PARTS),
        tail=tail,
        replication_of=each,
        note=note,
    )
