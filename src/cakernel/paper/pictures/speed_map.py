"""The map of Fig. 2: which supply rules are best, by supply risk and chain size."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.errors import InvalidInput
from cakernel.paper.choices import CHAIN_SIZES, RECOMMENDED_RULE, RISKS, figure_2
from cakernel.paper.five_percent import WITHIN, standing
from cakernel.paper.published import PRINTED_SUPPLY_RULES
from cakernel.pictures import theme
from cakernel.pictures.frame import NUMBER, TEXT, checked
from cakernel.recovery.policy import POLICY_PARTS
from cakernel.wording import counted, shown

COLUMNS: Final = {"risk": TEXT, "firms": NUMBER, "mean_resources": NUMBER} | dict.fromkeys(
    POLICY_PARTS, TEXT
)
FARTHEST: Final = 0.10
"""Where the axis ends: rules farther below the best stand beyond it, apart from its places."""
BEYOND: Final = 0.115
PANEL_WIDTH: Final = 176
ROW: Final = 15
HEAD: Final = " "
"""A row above the rules, which says how the cell agrees."""

AGREEMENT: Final = {
    "same": "= same as recommended",
    "narrower": "≠ narrower than recommended",
    "wider": "≠ wider than recommended",
    "overlaps": "≠ overlaps the recommended",
    "differs": "≠ differs from recommended",
}
BOTH, NEITHER = "best and recommended", "neither"
ONLY_BEST, ONLY_RECOMMENDED = "best, not recommended", "recommended, not best"
GLYPHS: Final = {
    BOTH: (theme.DISC_IN_SQUARE, theme.BLUE),
    ONLY_BEST: (theme.DISC, theme.VERMILLION),
    ONLY_RECOMMENDED: (theme.SQUARE_RING, theme.VERMILLION),
    NEITHER: (theme.SMALL_DISC, theme.SOFT_INK),
}
TICKS: Final = [0, 0.05, 0.10]
ROOM: Final = 0.012
"""Beside the ends of the axis, so that glyphs and distances stay inside the frame."""
TIE: Final = 1e-9
TOOLTIP: Final = ("supply_rule:N", "principle:N", "mean_resources:Q", "below_best:Q", "standing:N")


@checked_arguments
def recommended_speed_map(simulated: pl.DataFrame, *, note: str = "") -> alt.FacetChart:
    """Draw which supply rules are best under CRD-5 by supply risk and chain size (Fig. 2).

    Parameters
    ----------
    simulated : polars.DataFrame
        As for `cakernel.paper.figure_2`: results of `cakernel.simulate`, one row a
        policy, with ``risk`` ("low", "base", "high") and ``firms`` (3, 5, 15) added. Rules are
        judged against the highest resources of all cloud policies there.
    note : str, default ""
        What the frame cannot tell, such as the seed; stands under the title.

    Returns
    -------
    altair.FacetChart
        A cell a combination, a row a supply rule: how far its mean resources lie below the
        highest, those within 5% filled, those that the paper's text recommends in a square.

    Raises
    ------
    InvalidInput
        If a column is missing, a risk or chain size is not one of the map's, a policy has several
        rows in a cell or CRD-5 is not among them.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.paper.pictures import recommended_speed_map
    >>> simulated = pl.DataFrame(
    ...     {"risk": "base", "firms": 15, "supply_rule": ["SRD-4", "SRD-5"], "cyber_rule": "CRD-5"}
    ...     | {"principle": "P", "mean_resources": [103.96, 95.0]}
    ... )
    >>> recommended_speed_map(simulated).to_dict()["description"]
    'supply risk base, 15 firms in each chain: best SRD-4; recommended SRD-4.'
    """
    rows = _rows(simulated)
    replications, unsure = "", ""
    if rows["unsure"].any():
        unsure = "(?): how sure is not known, of a single replication or without standard errors."
    if "replications" in simulated.columns:
        fewest = checked(simulated, {"replications": NUMBER}).min().item()
        replications = f"{counted(fewest, 'replication')} of each resource scenario"
    notes = [
        f"Mean resources under {RECOMMENDED_RULE} below the highest of all cloud policies; best: "
        f"within {WITHIN:.0%} (shaded).",
        "Recommended: by the text of Chen and Chang (2021) on their Fig. 2. "
        f"Farther than {FARTHEST:.0%} is beyond the axis, at “>”: only the number counts. "
        + ("(±): within two standard errors of the edge." if rows["near_edge"].any() else "")
        + unsure,
        theme.told(replications, note),
    ]
    return theme.finished(
        _cells(rows),
        title="Which supply rules are best, by supply risk and chain size",
        notes=notes,
        description=_description(rows),
    )


def _rows(simulated: pl.DataFrame) -> pl.DataFrame:
    """Return what the map draws: one row a supply risk, chain size and supply rule."""
    _check_cells(checked(simulated, COLUMNS))
    cells = figure_2(simulated)
    parts = []
    for cell in cells.iter_rows(named=True):
        here = (pl.col("risk") == cell["risk"]) & (pl.col("firms") == cell["firms"])
        ranks = standing(simulated.filter(here), RECOMMENDED_RULE)
        parts.append(
            ranks.with_columns(
                risk=pl.lit(cell["risk"]),
                firms=pl.lit(cell["firms"], pl.Int64),
                below_best=(WITHIN - pl.col("margin")).clip(lower_bound=0),
                recommended=pl.col("supply_rule").is_in(cell["recommended"]),
                agreement=pl.lit(cell["agreement"]),
                unsure=pl.lit(not _has_errors(simulated.filter(here))),
            )
        )
    return pl.concat(parts).with_columns(
        standing=pl.when(pl.col("best") & pl.col("recommended"))
        .then(pl.lit(BOTH))
        .when("best")
        .then(pl.lit(ONLY_BEST))
        .when("recommended")
        .then(pl.lit(ONLY_RECOMMENDED))
        .otherwise(pl.lit(NEITHER)),
        place=pl.when(pl.col("below_best") > FARTHEST).then(BEYOND).otherwise("below_best"),
        label=_distance(),
        head=pl.col("agreement").replace_strict(AGREEMENT),
        row=pl.lit("supply risk ") + pl.col("risk"),
        column=pl.format("{} firms in each chain", "firms"),
    )


def _check_cells(rows: pl.DataFrame) -> None:
    """Refuse cells that the map has not, and what the 5% rule cannot judge."""
    for column, known in (("risk", RISKS), ("firms", CHAIN_SIZES)):
        for value in rows[column].unique(maintain_order=True):
            if value not in known:
                words = ", ".join(map(str, known))
                raise InvalidInput(f"{column}: got {shown(value)}; must be one of {words}")
    if rows.select("risk", "firms", *POLICY_PARTS).is_duplicated().any():
        raise InvalidInput("policies: got one more than once in a cell; must be one row each")
    for (risk, firms), cell in rows.group_by("risk", "firms", maintain_order=True):
        if RECOMMENDED_RULE not in cell["cyber_rule"]:
            raise InvalidInput(
                f"cyber_rule: got no {RECOMMENDED_RULE} at risk {risk} and {firms} firms; must be "
                "among the policies"
            )


def _distance() -> pl.Expr:
    """Say how far a rule lies below the highest, and whether its side of the edge is uncertain."""
    percent = (pl.col("below_best") * 100).round(1).cast(pl.String) + "%"
    doubt = pl.when("near_edge").then(pl.lit(" (±)")).otherwise(pl.lit(""))
    doubt = pl.when("unsure").then(pl.lit(" (?)")).otherwise(doubt)
    return pl.when(pl.col("below_best") < TIE).then(pl.lit("highest")).otherwise(percent) + doubt


def _has_errors(cell: pl.DataFrame) -> bool:
    """Say whether standard errors tell how sure a cell's distances are."""
    if "se_resources" not in cell.columns:
        return False
    return cell["se_resources"].fill_nan(None).null_count() == 0


def _cells(rows: pl.DataFrame) -> alt.FacetChart:
    rules = alt.Y(
        "supply_rule:N",
        scale=alt.Scale(domain=[HEAD, *PRINTED_SUPPLY_RULES]),
        axis=alt.Axis(title=None, ticks=False, domain=False),
    )
    place = alt.X(
        "place:Q",
        scale=alt.Scale(domain=[-ROOM, BEYOND + 5 * ROOM], nice=False),
        axis=alt.Axis(
            title="resources below the highest",
            values=[*TICKS, BEYOND],
            labelExpr=f"datum.value > {FARTHEST} ? '>' : format(datum.value, '.0%')",
            grid=False,
        ),
    )
    shapes, colours = (list(looks) for looks in zip(*GLYPHS.values(), strict=True))
    colour = alt.Color(
        "standing:N",
        scale=alt.Scale(domain=list(GLYPHS), range=colours),
        legend=alt.Legend(title=None, orient="top", offset=4),
    )
    shape = alt.Shape("standing:N", scale=alt.Scale(domain=list(GLYPHS), range=shapes))
    cell = alt.Chart()
    one_a_cell = cell.transform_aggregate(groupby=["agreement", "head"])
    band = one_a_cell.mark_rect(color=theme.BAND).encode(x=alt.datum(-ROOM), x2=alt.datum(WITHIN))
    frame = one_a_cell.transform_filter("datum.agreement != 'same'").mark_rect(
        fill=None, stroke=theme.VERMILLION, strokeWidth=2
    )
    head = one_a_cell.mark_text(align="left", dx=5, fontWeight="bold").encode(
        x=alt.datum(-ROOM),
        y=alt.datum(HEAD),
        text="head:N",
        color=alt.condition(
            "datum.agreement == 'same'", alt.value(theme.BLUE), alt.value(theme.VERMILLION)
        ),
    )
    points = cell.mark_point(size=130, filled=True, opacity=1).encode(
        place, rules, colour, shape, tooltip=list(TOOLTIP)
    )
    distances = cell.mark_text(align="left", dx=10).encode(
        place,
        rules,
        text="label:N",
        color=alt.condition(
            "datum.best || datum.recommended", alt.value(theme.INK), alt.value(theme.SOFT_INK)
        ),
    )
    return (
        theme.layered(band, frame, head, points, distances, data=rows)
        .properties(width=PANEL_WIDTH, height=alt.Step(ROW))
        .facet(
            row=alt.Row("row:N", sort=[f"supply risk {risk}" for risk in RISKS[::-1]], title=None),
            column=alt.Column(
                "column:N", sort=[f"{n} firms in each chain" for n in CHAIN_SIZES], title=None
            ),
            spacing=8,
        )
    )


def _description(rows: pl.DataFrame) -> str:
    sentences = []
    for (row, column), cell in rows.group_by("row", "column", maintain_order=True):
        best = ", ".join(cell.filter("best")["supply_rule"]) or "none"
        advised = ", ".join(cell.filter("recommended").sort("supply_rule")["supply_rule"])
        sentences.append(f"{row}, {column}: best {best}; recommended {advised}.")
    return " ".join(sentences)
