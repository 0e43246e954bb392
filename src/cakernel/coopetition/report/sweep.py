"""What a sweep of the coopetition model found: means by contract and regime, and along axes."""

from dataclasses import replace
from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.coopetition.claims.shares import EQUAL
from cakernel.coopetition.report.shared import ENDS, amounts, labelled, market_sections
from cakernel.coopetition.report.sweep_tables import ALL, MEAN_WORDS, SweepTables
from cakernel.coopetition.words import (
    CONTRACT_WORDS,
    REGIME_WORDS,
    SPLIT_WORDS,
    TERMS,
    with_unit,
)
from cakernel.report.axes import axis_lines
from cakernel.report.cited_numbers import Cited, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import (
    PREFIX,
    Answer,
    Filter,
    Grid,
    Picture,
    Section,
    by_values,
    by_varying,
    simple_grid,
)
from cakernel.report.sweep import left_out_sections
from cakernel.wording import brief

LISTED: Final = [name for name in MEAN_WORDS if name != "welfare_without_risk"]
"""Means in the table; the picture has all."""
OUTCOMES: Final = MEAN_WORDS | {
    "share_equilibrium": "share of points that have an equilibrium",
    "share_unique": "share of points whose equilibrium is the only one found",
}


def contents(folder: RunFolder, note: str) -> Contents:
    """Return outcomes along axes, means and statuses by contract and regime, what is left out."""
    tables = SweepTables(folder)
    sections = []
    if tables.levels.height:
        split = [split_picture(tables, note)] if tables.split_levels.height else []
        drawn = [outcome_picture(tables, note), *split]
        sections.append(Section("axes-section", "Outcomes along the axes", drawn))
    if tables.groups:
        grids = [_means(tables), *([_split(tables)] if tables.split.height else [])]
        sections.append(Section("means", "Means over all points", grids))
        sections.append(Section("statuses", "Equilibria found", [_statuses(tables)]))
    return _findings(folder, tables), [
        *sections,
        *left_out_sections(folder),
        *market_sections(folder, varied=tables.axes),
    ]


def _findings(folder: RunFolder, tables: SweepTables) -> list[Any]:
    """Say what contracts give, how large a sweep is, and how many points have no equilibrium."""
    size = say(
        "the sweep has {} points; {} of them are impossible and left out; what varies: {}",
        Cited(tables.points.height, "points", "point", how="count", style=","),
        Cited(folder.sweep.failures.height, "failures", "point", how="count", style=","),
        ", ".join(map(TERMS.column, tables.axes)) or "nothing",
    )
    if not tables.groups:
        return [Answer("A sweep without a result", [("Points", size)])]
    sought = [{}, *({"status": end} for end in ENDS)]
    sure = say(
        "of {} equilibria sought at the other points, {} converged and {} are not unique; {} "
        "went round in circles and {} did not converge, which have no outcomes and are in no "
        "mean",
        *(tables.cite("status", "count", where, style=",") for where in sought),
    )
    return [
        Answer(
            f"Which contract is best on average where {REGIME_WORDS[regime]}",
            [*_of_regime(tables, regime), ("Points", size), ("How sure", sure)],
        )
        for regime in tables.regimes
    ]


def _of_regime(tables: SweepTables, regime: str) -> list[tuple[str, Any]]:
    """Say what contracts give under one regime, and what flexible orders add."""
    means = [
        (tables.cite_mean("economic_welfare", where), where["contract"])
        for where in tables.groups
        if where["regime"] == regime
    ]
    means = [pair for pair in means if pair[0].value is not None]
    means.sort(key=lambda pair: -pair[0].value)
    if not means:
        return [("Best", "no point has an equilibrium")]
    style = amounts(mean.value for mean, _ in means)
    told = [
        say("{} under {}", replace(mean, style=style), CONTRACT_WORDS[contract])
        for mean, contract in means
    ]
    best = say("{}: mean economic welfare of {}", CONTRACT_WORDS[means[0][1]], say(", ").join(told))
    lines: list[tuple[str, Any]] = [("Best", best + ", in money")]
    if tables.split.height:
        parts = ("welfare_gain", "timing_value", "commitment_value")
        size = amounts(tables.cite_split(part, "mean", regime).value for part in parts)
        ways = (("mean", size), (f"share above {EQUAL:g}", ".1%"))
        gains = [
            tables.cite_split(part, how, regime, style=style)
            for part in parts
            for how, style in ways
        ]
        added = say(
            "at the {} points at which all three have an equilibrium, flexible MOQ adds {} to "
            "fixed orders on average, positive at {}; of it {} by timing, positive at {}, and {} "
            "by commitment and discount, positive at {}",
            tables.cite_split("welfare_gain", "count of known", regime, style=","),
            *gains,
        )
        lines.append(("To choose otherwise", added))
    return lines


def _means(tables: SweepTables) -> Grid:
    rows = []
    for where in tables.groups:
        known = tables.cite("economic_welfare", "count of known", where, style=",", brief=True)
        means = [tables.cite_mean(name, where, style=".4f", brief=True) for name in LISTED]
        names = (CONTRACT_WORDS[where["contract"]], REGIME_WORDS[where["regime"]])
        rows.append([", ".join(names), known, *means])
    return simple_grid(
        "sweep-means",
        "Means over the points that have an equilibrium under a contract, those that are not "
        "unique included; contracts may lack one at different points. Source: all shards of the "
        "sweep.",
        [
            "contract, investments",
            "points counted",
            *(with_unit(name, MEAN_WORDS[name]) for name in LISTED),
        ],
        rows,
        kind="numbers",
    )


def _split(tables: SweepTables) -> Grid:
    columns = [("welfare_gain", "count of known", ",")]
    columns += [(part, "mean", "+.4f") for part in SPLIT_WORDS]
    rows = []
    for of in tables.regimes:
        cited = [tables.cite_split(part, how, of, style=s, brief=True) for part, how, s in columns]
        rows.append([REGIME_WORDS[of], *cited])
    return simple_grid(
        "sweep-split",
        "What flexible MOQ adds to the economic welfare of fixed orders: mean of the differences "
        "point by point, where all three contracts have an equilibrium. Source: all shards of the "
        "sweep.",
        ["who invests", "points", *(f"{words} (money)" for words in SPLIT_WORDS.values())],
        rows,
        kind="numbers",
    )


def _statuses(tables: SweepTables) -> Grid:
    rows = []
    for where in tables.groups:
        total = tables.cite("status", "count", where, style=",", brief=True)
        cells = []
        for end in ENDS:
            ended = where | {"status": end}
            count = tables.cite("status", "count", ended, style=",", brief=True)
            share = tables.cite("status", f"share {end}", where, style=".1%", brief=True)
            cells.append(say("{} ({})", count, share))
        gain = tables.cite("largest_gain", "largest", where, style=".1g", brief=True)
        rows.append([*where.values(), total, *cells, gain])
    return simple_grid(
        "sweep-statuses",
        "How the equilibria of all possible points ended, and their shares. Source: all shards of "
        "the sweep.",
        ["contract", "investments", "sought", *ENDS, "largest gain of deviating"],
        rows,
        kind="numbers",
    )


def outcome_picture(tables: SweepTables, note: str) -> Picture:
    """Return a mean along a chosen axis, a line a contract."""
    rows = tables.levels
    outcome = PREFIX + "outcome"
    chosen = Filter("outcome", "outcome", list(OUTCOMES.items()), default="economic_welfare")
    names = [contract for contract in CONTRACT_WORDS if contract in set(rows["contract"])]
    chart = axis_lines(rows, series="contract", names=names, tooltip=["contract:N", "regime:N"])
    chart = chart.add_params(alt.param(name=outcome, value=chosen.default)).transform_calculate(
        value=f"datum[{outcome}]"
    )
    return labelled(
        chart,
        title="Outcome along an axis of the sweep",
        notes=[
            "Mean over the points at a level that have an equilibrium, whatever the other axes "
            "are there.",
            note,
        ],
        told=_told(rows.filter(equilibria=ALL), "contract", "economic_welfare"),
        id="axes",
        caption="How the outcome changes along each axis of the sweep, a line a contract.",
        source="all shards of the sweep",
        filters=[
            by_values(rows, "axis", "axis", every=None),
            chosen,
            *by_varying(rows, {"contract": "contract"}),
            *by_varying(rows, {"regime": "investments"}, every=None),
            by_values(rows, "equilibria", "equilibria", every=None),
        ],
        columns={name: name for name in ("axis", "level", "contract")}
        | {"regime": "investments", "equilibria": "equilibria"}
        | {"points": "points counted", "without": "points not counted"}
        | OUTCOMES,
    )


def split_picture(tables: SweepTables, note: str) -> Picture:
    """Return what flexible contracts add along a chosen axis, a line a part."""
    rows, names = tables.split_levels, list(SPLIT_WORDS.values())
    return labelled(
        axis_lines(rows, series="part", names=names, tooltip=["part:N", "regime:N"]),
        title="What flexible MOQ adds to economic welfare, along an axis",
        notes=[
            "Mean of paired differences over the points at a level at which all three contracts "
            "have an equilibrium.",
            note,
        ],
        told=_told(rows, "part", "value"),
        id="split-axes",
        caption="The advantage of flexible MOQ over separate fixed orders and its parts, along "
        "each axis of the sweep.",
        source="all shards of the sweep, point by point",
        filters=[
            by_values(rows, "axis", "axis", every=None),
            by_values(rows, "part", "part"),
            *by_varying(rows, {"regime": "investments"}, every=None),
        ],
        columns={name: name for name in ("axis", "level", "part")}
        | {"regime": "investments", "points": "points", "value": "mean"},
    )


def _told(rows: pl.DataFrame, series: str, value: str) -> str:
    first = rows.row(0, named=True)
    mine = rows.filter(axis=first["axis"], regime=first["regime"])
    known = mine.drop_nulls(value)
    lines = []
    for (name,), part in known.group_by(series, maintain_order=True):
        means = (f"{brief(mean, 3)} at {level}" for level, mean in part["level", value].iter_rows())
        lines.append(f"{name}: {', '.join(means)}")
    where = f"Along {TERMS.column(first['axis'])}, investments: {REGIME_WORDS[first['regime']]}"
    return f"{where}, means: {'; '.join(lines)}."
