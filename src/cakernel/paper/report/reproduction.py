"""What a reproduction shows: agreement, the paper's tables beside ours, and what stays open."""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from cakernel.paper import scorecard_tables as scorecards
from cakernel.paper.choices import RECOMMENDED_RULE
from cakernel.paper.comparison import CRD_6_UNDER_C, ROW, SRD_4, inside_tolerance
from cakernel.paper.five_percent import WITHIN, judged_together, near_edge_of, standing
from cakernel.paper.pictures import agreement, recommended_speed_map
from cakernel.paper.report.findings import reproduction_findings
from cakernel.paper.report.grids import COMPARISON, SIGNS, grid, regime_grid
from cakernel.paper.tables import (
    BEST,
    MISPRINTED,
    OUR_ROWS,
    OUTSIDE,
    PRINTED_ROWS,
    choices_layout,
    map_layout,
    regime_table,
)
from cakernel.recovery.regimes import REGIMES
from cakernel.recovery.report.pictures import ranking_picture
from cakernel.report.cited import MISSING, Sheet, say
from cakernel.report.filtered import options, picture
from cakernel.report.folder import RunFolder
from cakernel.report.page import Choices, Filter, Grid, Picture, Prose, Section, simple_grid
from cakernel.report.parts import Contents
from cakernel.report.pictures import by_values

EDGE_HEADS: Final = ("rule", "named", "its R", "edge", "standard error", "side of the edge")


def reproduction_contents(folder: RunFolder, told: str) -> Contents:
    """Return the findings and sections of what `cakernel reproduce` wrote."""
    regimes = [name for name in REGIMES if folder.has(name)]
    comparison = folder.sheet("comparison").frame
    sections = [
        Section(
            "agreement-section",
            "Agreement with the paper",
            [
                grid(scorecards.agreement_layout(comparison), COMPARISON),
                _agreement_picture(comparison, told),
                grid(scorecards.worst_layout(comparison), COMPARISON),
            ],
        ),
        _tables(folder, regimes, comparison),
    ]
    if folder.has("table_7"):
        table = grid(choices_layout(folder.sheet("table_7").frame), "table_7.parquet")
        blocks = [table, _or_words(_table_7_reasons(folder), "All choices agree.")]
        sections.append(Section("table-7-section", "Table 7: best choices", blocks))
    if folder.has("figure_2") and folder.has("map"):
        blocks = [
            _map_picture(folder.sheet("map").frame, told),
            grid(map_layout(folder.sheet("figure_2").frame), "figure_2.parquet"),
            _or_words(_map_reasons(folder), "The whole map agrees."),
        ]
        sections.append(Section("map-section", "Fig. 2: the map of best rules", blocks))
    drawn = ranking_picture(
        pl.concat(folder.sheet(name).frame.with_columns(regime=pl.lit(name)) for name in regimes),
        groups={"regime": "regime"},
        caption="All policies of a regime, by the outcome chosen.",
        note=told,
        source=", ".join(f"{name}.parquet" for name in regimes),
    )
    sections.append(Section("ranking-section", "All policies, regime by regime", [drawn]))
    sections.append(_open_points(folder))
    return reproduction_findings(folder, regimes[0]), sections


def _agreement_picture(comparison: pl.DataFrame, note: str) -> Picture:
    """Return simulated against printed figures, with a choice of regimes and rules."""
    names = {"regime": "regime", "supply_rule": "supply rule", "cyber_rule": "cyber rule"}
    return picture(
        agreement(comparison.drop(ROW), note=note),
        id="agreement",
        caption="Every printed figure of Tables 3 to 6 beside the simulated one.",
        source=COMPARISON,
        filters=[by_values(comparison, column, label) for column, label in names.items()],
        columns=names
        | {
            "principle": "principle",
            "quantity": "figure",
            "printed": "printed",
            "simulated": "simulated",
            "difference": "difference (of R: over the printed)",
            "group": "group",
        },
    )


def _map_picture(simulated: pl.DataFrame, note: str) -> Picture:
    """Return the map of Fig. 2, with a choice of risk and chain length."""
    return picture(
        recommended_speed_map(simulated.drop(ROW), note=note),
        id="map-picture",
        caption="Which supply rules are best under CRD-5, by supply risk and chain length.",
        source="map.parquet",
        filters=[
            by_values(simulated, "risk", "supply risk"),
            by_values(simulated, "firms", "firms in each chain"),
        ],
        columns={
            "risk": "supply risk",
            "firms": "firms",
            "supply_rule": "supply rule",
            "principle": "principle",
            "mean_resources": "mean R",
            "below_best": "share below the highest",
            "standing": "standing",
        },
    )


def _tables(folder: RunFolder, regimes: Sequence[str], comparison: pl.DataFrame) -> Section:
    """Return Tables 3 to 6, as many of their regimes as were simulated."""
    parts = [
        Section(
            f"regime-{name}",
            f"Table {REGIMES[name].table}, regime {name}",
            [regime_grid(regime_table(folder.sheet(name).frame, name, comparison))],
        )
        for name in regimes
    ]
    rules = list(dict.fromkeys(rule for rule, _ in PRINTED_ROWS + OUR_ROWS))
    filters = [
        Filter("regime", "regime", options(regimes), "regime"),
        Filter("cyber_rule", "cyber rule", options(rules), "cyber_rule"),
        Filter("principle", "principle", options(["P", "C"], every="both"), "principle"),
    ]
    legend = say(
        "In each cell the mean operational state x and the mean intangibles state y stand above "
        "the mean resources R at the end: plain as simulated, shaded as printed. {} R within 5% "
        "of the highest, P and C together: simulated among simulated, printed among printed, on "
        "site (CRD-0) among themselves. {} has a misprinted figure. {} simulated farther off than "
        "0.015 in a state or 1.5% in R. {} not printed, or not legible in the copy transcribed. "
        "The paper prints CRD-1, CRD-3 and CRD-4 as one row, here under CRD-1.",
        *(SIGNS[BEST], SIGNS[MISPRINTED], SIGNS[OUTSIDE], MISSING),
    )
    return Section(
        "tables",
        "The paper's tables beside ours",
        [Prose([legend], finding=False), Choices("tables-choice", "Show in the tables", filters)],
        parts,
    )


def _table_7_reasons(folder: RunFolder) -> Grid:
    """Return why choices differ: how far from the edge the rules in question lie."""
    rows = []
    for row in folder.sheet("table_7").frame.filter(~pl.col("agree")).iter_rows(named=True):
        regime, figures = folder.sheet(row["regime"]), row["by_printed_figures"]
        for rule in sorted(set(row["printed"]) ^ set(row["simulated"])):
            is_printed = rule in row["printed"]
            named = "printed, not simulated" if is_printed else "simulated, not printed"
            own = "not printed"
            if figures is not None:
                own = "inside the edge" if rule in figures else "outside the edge"
            edge = _edge(regime, regime.frame, row["cyber_rule"], rule)
            rows.append([f"{row['regime']}, {row['cyber_rule']}", rule, named, *edge, own])
    return simple_grid(
        "table-7-reasons",
        "Why choices differ: the rules that only one of the two names, their R and the edge, 95% "
        "of the highest R. Source: the regimes' Parquet files.",
        ["setting", *EDGE_HEADS, "on the paper's own figures"],
        rows,
        kind="numbers wordy",
    )


def _map_reasons(folder: RunFolder) -> Grid:
    """Return why cells of the map differ from the text."""
    sheet = folder.sheet("map")
    rows = []
    for row in folder.sheet("figure_2").frame.iter_rows(named=True):
        here = sheet.frame.filter(
            (pl.col("risk") == row["risk"]) & (pl.col("firms") == row["firms"])
        )
        for rule in sorted(set(row["simulated"]) ^ set(row["recommended"])):
            advised = rule in row["recommended"]
            named = "recommended, not best" if advised else "best, not recommended"
            edge = _edge(sheet, here, RECOMMENDED_RULE, rule)
            rows.append([f"{row['risk']} risk, N = {row['firms']}", rule, named, *edge])
    return simple_grid(
        "map-reasons",
        "Why the map differs from the text: the rules that only one of the two names, their R "
        "under CRD-5 and the edge, 95% of the highest R. Source: map.parquet.",
        ["setting", *EDGE_HEADS],
        rows,
        kind="numbers wordy",
    )


def _edge(sheet: Sheet, policies: pl.DataFrame, cyber_rule: str, rule: str) -> list[Any]:
    """Cite a rule's R, the edge, its standard error, and say on which side it is."""
    own, rivals = judged_together(policies, cyber_rule)
    best = own.filter(pl.col("supply_rule") == rule).row(0, named=True)
    top = rivals.row(0, named=True)
    inside = best["mean_resources"] >= (1 - WITHIN) * top["mean_resources"]
    near = rule in near_edge_of(standing(policies, cyber_rule))
    doubt = ", by less than 2 standard errors" if near else ""
    return [
        sheet.cite(best, "mean_resources", style=".2f", brief=True),
        sheet.cite(top, "mean_resources", style=".2f", scale=1 - WITHIN, brief=True),
        sheet.cite(best, "se_resources", style=".2f", brief=True),
        ("inside" if inside else "outside") + doubt,
    ]


def _or_words(reasons: Grid, none: str) -> Any:
    """Return a table of reasons, or a sentence where there is nothing to explain."""
    return reasons if reasons.bodies[0].rows else Prose([none])


def _open_points(folder: RunFolder) -> Section:
    """Return misprints and what stays unexplained, apart from all that is counted."""
    comparison = folder.sheet("comparison")
    misprints = scorecards.misprints_layout(comparison.frame)
    srd_4 = comparison.rows(pl.col("group") == SRD_4)
    crd_6 = comparison.rows(pl.col("group") == CRD_6_UNDER_C)
    parts = []
    if misprints.rows:
        parts.append(Section("misprints", "Misprints", [grid(misprints, COMPARISON)]))
    if srd_4.frame.height:
        words = say(
            "Over {} cells, x is simulated from {} to {} above the printed figure, {} on average.",
            srd_4.over("group", "count"),
            *(srd_4.over("diff_x", how, style="+.4f") for how in ("least", "largest", "mean")),
        )
        table = grid(scorecards.srd_4_layout(comparison.frame), COMPARISON)
        heading = "Unexplained: SRD-4 is printed lower in x than simulated"
        parts.append(Section("unexplained-srd-4", heading, [Prose([words]), table]))
    if folder.has("shared_row"):
        shared = folder.sheet("shared_row")
        words = say(
            "The rules of the paper's Table 1 do not give CRD-1, CRD-3 and CRD-4 the same results: "
            "{} of {} simulated cells of CRD-3 and CRD-4 lie farther than 0.015 or 1.5% from the "
            "row printed for all three.",
            shared.rows(~inside_tolerance()).over("regime", "count"),
            shared.over("regime", "count"),
        )
        table = grid(scorecards.shared_row_layout(shared.frame), shared.file)
        heading = "Unexplained: CRD-3 and CRD-4 are printed as one row with CRD-1"
        parts.append(Section("unexplained-crd-3-4", heading, [Prose([words]), table]))
    if crd_6.frame.height:
        words = say(
            "The paper prints CRD-6 under C nearly as under P. Simulated as its rules say, {} of "
            "{} cells under C lie within 0.015 and 1.5% of the printed figures.",
            crd_6.over("within_tolerance", "sum"),
            crd_6.over("group", "count"),
        )
        table = grid(scorecards.crd_6_layout(comparison.frame), COMPARISON)
        heading = "Unexplained: CRD-6 under C"
        parts.append(Section("unexplained-crd-6", heading, [Prose([words]), table]))
    hidden = (
        "None of these cells is hidden: all stand in the tables above, and in the picture of "
        "agreement under marks of their own."
    )
    return Section("open-points", "Misprints and unexplained cells", [Prose([hidden])], parts)
