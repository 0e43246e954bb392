"""What a sweep found: outcomes by policy, and along each axis."""

from typing import Any, Final

import altair as alt
import polars as pl
import polars.selectors as cs

from cakernel.errors import InvalidInput
from cakernel.pictures.theme import finished, layered
from cakernel.recovery.outcomes import OUTCOMES
from cakernel.recovery.report.pictures import policy_filters
from cakernel.report.cited import Cited, say
from cakernel.report.filtered import PREFIX, picture
from cakernel.report.folder import RunFolder
from cakernel.report.left_out import left_out_sections
from cakernel.report.levels import axes_of, levels_of
from cakernel.report.page import Grid, Picture, Section, simple_grid
from cakernel.report.pictures import (
    COLOURS,
    SHAPES,
    by_outcome,
    by_values,
    cycled,
)
from cakernel.sweep.summaries import summarise

SOURCE: Final = "results"
QUANTILES: Final = {"q05": "5% quantile", "q50": "median", "q95": "95% quantile"}
DRAWN: Final = 24
"""Policies drawn along axes, the highest means of all points."""


class SweepTables:
    """Summaries of a sweep's results, as they are drawn and told.

    Attributes
    ----------
    outcomes : list of str
        Names of outcomes, resources first where the model has them.
    keys : list of str
        Columns that name a row within a point: the policy's.
    axes : list of str
        What varies.
    policies : polars.DataFrame
        One row a policy: means over all points, the highest first.
    levels : polars.DataFrame
        One row an axis, level and policy drawn.
    """

    def __init__(self, folder: RunFolder) -> None:
        results = folder.sweep
        self.rows = results.joined()
        columns = results.results.collect_schema().names()
        named = [n.removeprefix("mean_") for n in columns if n.startswith("mean_")]
        self.outcomes = sorted(named, key=lambda name: name != "resources")
        self.keys = results.keys
        if not self.outcomes:
            study = folder.recorded("sweep", "study")
            raise InvalidInput(
                f"folder: got a sweep of {study.value if study else 'no study'} without a column "
                "mean_...; must have an outcome"
            )
        points = results.points
        self.axes = axes_of(points)
        self.main = f"mean_{self.outcomes[0]}"
        means = [pl.col(f"mean_{name}").mean() for name in self.outcomes]
        grouped = self.rows.group_by(self.keys, maintain_order=True) if self.keys else None
        averaged = self.rows.select(means) if grouped is None else grouped.agg(means)
        self.policies = averaged.sort(self.main, descending=True).collect()
        self.points = points
        self.failures = results.failures.height
        self.levels = self._levels()

    def _levels(self) -> pl.DataFrame:
        drawn = self.rows
        if self.keys:
            top = self.policies.head(DRAWN).select(self.keys).lazy()
            drawn = drawn.join(top, on=self.keys, how="semi")
        parts = []
        for axis in self.axes:
            level = levels_of(self.points, axis)
            by = [*level.columns[1:], *(k for k in self.keys if k != axis)]
            kept = drawn.drop("level", "order", strict=False).join(level.lazy(), on="point")
            part = kept.group_by(by).agg(
                pl.len().alias("points"),
                *(pl.col(f"mean_{name}").mean() for name in self.outcomes),
                *([pl.col(axis).first()] if axis in self.keys else []),
            )
            parts.append(part.sort(by).with_columns(axis=pl.lit(axis)).collect())
        return pl.concat(parts, how="diagonal_relaxed") if parts else pl.DataFrame()


def sweep_words(folder: RunFolder, tables: SweepTables) -> list[Any]:
    """Return how large a sweep is, and which policy is highest over all of it."""
    best = tables.policies.row(0, named=True)
    where = {key: best[key] for key in tables.keys}
    counted = tables.rows.select(pl.len(), pl.col("point").n_unique()).collect().row(0)
    words = [
        say(
            "{} points gave {} rows of results; {} vary.",
            Cited(counted[1], SOURCE, "point", how="count of different", style=","),
            Cited(counted[0], SOURCE, "point", how="count", style=","),
            ", ".join(tables.axes) or "none",
        )
    ]
    outcome = OUTCOMES.get(tables.outcomes[0], tables.outcomes[0])
    mean = Cited(best[tables.main], SOURCE, tables.main, where=where, how="mean", style="#.4g")
    if where:
        policy = " ".join(where.values())
        words.append(
            say("Over all points, {} has the highest {}: {} on average.", policy, outcome, mean)
        )
    else:
        words.append(say("Over all points, the {} is {} on average.", outcome, mean))
    if tables.failures:
        words.append(say("Some points are impossible and left out; see below."))
    return words


def sweep_sections(folder: RunFolder, tables: SweepTables, note: str) -> list[Section]:
    """Return outcomes along axes, and a table of policies."""
    sections = []
    if tables.levels.height:
        drawn = _axes_picture(tables, note=note)
        sections.append(Section("axes-section", "Outcomes along the axes", [drawn]))
    sections.append(Section("policies", "Policies over all points", [_grid(tables)]))
    return [*sections, *left_out_sections(folder)]


def _grid(tables: SweepTables) -> Grid:
    spread = (
        summarise(tables.rows, by=tables.keys, outcome=tables.main).collect()
        if tables.keys
        else None
    )
    rows = []
    for row in tables.policies.iter_rows(named=True):
        where = {key: row[key] for key in tables.keys}
        means = [
            Cited(row[f"mean_{name}"], SOURCE, f"mean_{name}", where=where, how="mean",
                  style="#.4g", brief=True)
            for name in tables.outcomes
        ]  # fmt: skip
        quantiles = []
        if spread is not None:
            found = spread.filter(pl.col(key) == value for key, value in where.items())
            quantiles = [
                Cited(
                    found[name].item(),
                    SOURCE,
                    tables.main,
                    where=where,
                    how=how,
                    style="#.4g",
                    brief=True,
                )
                for name, how in QUANTILES.items()
            ]
        rows.append([" ".join(where.values()) or "all", *means, *quantiles])
    names = [OUTCOMES.get(name, name) for name in tables.outcomes]
    extra = [f"{how} over points" for how in QUANTILES.values()] if spread is not None else []
    return simple_grid(
        "sweep-policies",
        f"Policies, means over all points; quantiles of {names[0]}. Source: all shards of the "
        "sweep.",
        ["policy", *names, *extra],
        rows,
        kind="numbers",
    )


def _axes_picture(tables: SweepTables, *, note: str) -> Picture:
    """Return outcomes along a chosen axis, a line a policy."""
    keys = tables.keys
    known = tables.levels.with_columns(cs.by_name(*keys).fill_null("")) if keys else tables.levels
    name = pl.concat_str(keys, separator=" ") if keys else pl.lit("all")
    series = keys[0] if keys else "policy"
    known = known.with_columns(policy=name)
    if not keys:
        series = "policy"
    groups = known[series].unique().sort().to_list()
    outcome = PREFIX + "outcome"
    title = series.replace("_", " ")
    drawn = alt.Chart(known).encode(
        x=alt.X(
            "level:N",
            sort=alt.EncodingSortField("order", op="min"),
            axis=alt.Axis(title="level of the axis chosen", labelAngle=-30),
        ),
        y=alt.Y(
            "value:Q",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(title="mean of the outcome chosen"),
        ),
        detail="policy:N",
        color=alt.Color(
            f"{series}:N",
            scale=alt.Scale(domain=groups, range=cycled(COLOURS, len(groups))),
            legend=alt.Legend(title=title, orient="top", columns=5),
        ),
    )
    shape = alt.Shape(
        f"{series}:N", scale=alt.Scale(domain=groups, range=cycled(SHAPES, len(groups)))
    )
    tooltip = ["policy:N", "axis:N", "level:N", "points:Q", "value:Q"]
    chart = (
        layered(
            drawn.mark_line(strokeWidth=1.5),
            drawn.mark_point(filled=True, size=45, opacity=1).encode(shape=shape, tooltip=tooltip),
            data=known,
        )
        .add_params(alt.param(name=outcome, value=tables.outcomes[0]))
        .transform_calculate(value=f"datum['mean_' + {outcome}]")
        .properties(width=520, height=300)
    )
    return picture(
        finished(
            chart,
            title="Outcome along an axis of the sweep",
            notes=["Mean over all points at a level, whatever the other axes are there.", note],
            description=_described(known, tables.main),
            width=600,
        ),
        id="axes",
        caption="How the outcome changes along each axis of the sweep, a line a policy.",
        source="all shards of the sweep",
        filters=[
            by_values(known, "axis", "axis", every=None),
            by_outcome({name: OUTCOMES.get(name, name) for name in tables.outcomes}),
            *policy_filters(known),
        ],
        columns={"axis": "axis", "level": "level", "policy": "policy", "points": "points"}
        | {f"mean_{name}": OUTCOMES.get(name, name) for name in tables.outcomes},
    )


def _described(known: pl.DataFrame, main: str) -> str:
    axis = known["axis"][0]
    levels = known.filter(pl.col("axis") == axis).group_by("level", maintain_order=True)
    tops = [(key[0], part.sort(main).row(-1, named=True)) for key, part in levels]
    told = "; ".join(f"{top['policy']} at {level} ({top[main]:.4g})" for level, top in tops)
    return f"Along {axis}, highest on average: {told}."
