"""The page of a sweep of any study: outcomes by policy over all points, and along each axis."""

from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.measures import Measure
from cakernel.models import outcome_in_words, terms_of
from cakernel.pictures.levels import axes_of, levels_of
from cakernel.pictures.theme import finished
from cakernel.report.axes import axis_lines, difference_lines
from cakernel.report.cited_numbers import Cited, say
from cakernel.report.explorer import grid_explorer
from cakernel.report.folder import Contents, FolderKind, RunFolder
from cakernel.report.page import (
    PREFIX,
    Answer,
    Picture,
    Prose,
    Section,
    by_outcome,
    by_values,
    by_varying,
    picture,
    simple_grid,
)

SOURCE: Final = "results"
QUANTILES: Final = {"5% quantile": 0.05, "median": 0.5, "95% quantile": 0.95}
DRAWN: Final = 200
"""Policies that can be chosen along axes, those with the highest means over all points."""
LINES: Final = 24
"""Of those chosen, lines drawn at most, the highest."""
OWN: Final = ("axis", "order", "level", "points", "policy", "value")
"""Columns of what is drawn along axes; a study's column of such a name gets an underscore."""
MOST_TOGETHER: Final = 8
"""Policies whose differences are drawn together; of more, one at a time."""
FEWEST: Final = 5
"""Points of a level from which an interval of their mean is drawn."""
LISTED: Final = 20
"""Impossible points that are listed."""
HIGHEST_BY: Final = {
    "shortfall": "If it goes badly",
    "quantile": "By a quantile",
    "above": "By a target",
}
"""Labels of the policies that are the highest by another measure than the mean."""
METHODS: Final = (
    "A sweep runs the model at many points of the axes. Along an axis policies are compared with "
    "the one that is highest over all points, by differences at the same point, so that what else "
    "changes from point to point touches both. Lines of means are drawn for grids alone, in which "
    "all levels of an axis meet the same levels of the others: elsewhere they would zigzag by what "
    "the other axes happen to be. Intervals are for means over points drawn as the sweep's are. "
    "Axes with many values are cut into eight parts of about equally many points."
)


class SweepTables:
    """Summaries of a sweep's results, as they are drawn and told.

    ``outcomes`` are columns and what they are called, the ``leading`` one first; ``keys`` the
    columns that name a row within a point, a policy's. ``policies`` has a row each: means over all
    points, the highest first, and quantiles of the leading outcome. ``levels`` has a row an axis,
    level and policy drawn: means, in columns that ``drawn`` names.
    """

    def __init__(self, folder: RunFolder) -> None:
        results, study = folder.sweep, str(folder.setting("study"))
        rows = results.results
        # where all points are impossible, there are no outcomes, or no columns for them
        there = rows.collect_schema().names() if rows.head(1).collect().height else []
        columns = [name for name in results.outcomes if name in there]
        if not columns:
            raise InvalidInput(f"folder: got a sweep of {study} without an outcome; must have one")
        self.leading = results.outcome()
        ordered = dict.fromkeys([self.leading, *columns])
        self.outcomes = {name: _in_words(name, study) for name in ordered}
        self.keys = results.keys
        self.rows = results.joined().with_columns(pl.col(self.keys).cast(pl.String))
        self.axes = axes_of(results.points)
        leading = pl.col(self.leading)
        summaries = [
            *(pl.col(name).mean() for name in self.outcomes),
            *(leading.quantile(at, "linear").alias(how) for how, at in QUANTILES.items()),
        ]
        # in memory: sums in parts, as of a stream, would round differently each time
        held: pl.DataFrame = self.rows.select(*self.keys, *self.outcomes).collect()
        means = held.group_by(self.keys or pl.lit(0), maintain_order=True).agg(summaries)
        self.policies = means.sort(
            self.leading, descending=True, nulls_last=True, maintain_order=True
        )
        names = [*self.keys, *self.outcomes]
        self.drawn = {name: f"{name}_" if name in OWN else name for name in names}
        self.is_grid = results.design.kind == "grid"
        self.levels = self._levels(results.points)
        self.differences = self._differences(results.points)

    def _levels(self, points: pl.DataFrame) -> pl.DataFrame:
        rows = self.rows
        if self.keys:
            top = self.policies.head(DRAWN).select(self.keys).lazy()
            rows = rows.join(top, on=self.keys, how="semi", maintain_order="left")
        rows = rows.select("point", *(pl.col(name).alias(to) for name, to in self.drawn.items()))
        parts = []
        for axis in self.axes:
            # along an axis of policies, another one stands at each level
            by = ["order", "level", *(self.drawn[key] for key in self.keys if key != axis)]
            placed = rows.join(
                levels_of(points, axis).lazy(), on="point", how="inner", maintain_order="left"
            )
            means = placed.collect().group_by(by, maintain_order=True).agg(
                pl.col("point").n_unique().alias("points"),
                *(pl.col(self.drawn[name]).mean() for name in self.outcomes),
                *(pl.col(self.drawn[key]).first() for key in self.keys if key == axis),
            )  # fmt: skip
            parts.append(means.sort(by).with_columns(axis=pl.lit(axis)))
        return pl.concat(parts, how="diagonal_relaxed") if parts else pl.DataFrame()

    def _differences(self, points: pl.DataFrame) -> pl.DataFrame:
        """Return how far policies lie from the highest of all points, paired point by point.

        A row an axis, level and policy: for each outcome the mean difference, two standard errors
        over the points at the level to either side, null of few points, and within what 90% of
        the points lie.
        """
        if self.policies.height < 2 or not self.keys or set(self.keys) & set(self.axes):
            return pl.DataFrame()
        top = self.policies.head(DRAWN).select(self.keys)
        by = ["point", *self.keys]
        held = self.rows.join(top.lazy(), on=self.keys, how="semi", maintain_order="left")
        means = held.select(*by, *self.outcomes).collect().group_by(by, maintain_order=True).mean()
        first = means.join(top.head(1), on=self.keys, how="semi").drop(self.keys)
        paired = means.join(first, on="point", suffix="_first", maintain_order="left").select(
            *by, *(pl.col(name) - pl.col(f"{name}_first") for name in self.outcomes)
        )
        paired = paired.rename({key: self.drawn[key] for key in self.keys})
        keys, parts = [self.drawn[key] for key in self.keys], []
        for axis in self.axes:
            placed = paired.join(levels_of(points, axis), on="point", maintain_order="left")
            parts.append(
                placed.group_by("order", "level", *keys, maintain_order=True)
                .agg(
                    pl.len().alias("points"),
                    *(each for name in self.outcomes for each in _spread(name, self.drawn[name])),
                )
                .sort("order", maintain_order=True)
                .with_columns(axis=pl.lit(axis))
            )
        return pl.concat(parts) if parts else pl.DataFrame()

    def name(self, row: dict[str, Any]) -> str:
        """Return the name of the policy of a row."""
        return " ".join(row[key] for key in self.keys) or "all"

    def cite(self, row: dict[str, Any], column: str, how: str = "mean", **style: Any) -> Cited:
        """Cite what ``how`` makes of an outcome over all points; ``row`` is one of ``policies``."""
        where = {key: row[key] for key in self.keys}
        value = row[column if how == "mean" else how]
        return Cited(value, SOURCE, column, where=where, how=how, style="#.4g", **style)


def _spread(name: str, drawn: str) -> list[pl.Expr]:
    """Return a mean over points, an interval of it, and within what most points lie."""
    value = pl.col(name)
    # so few points tell little of how far off their mean is
    reach = pl.when(value.count() >= FEWEST).then(2 * value.std() / value.count().sqrt())
    return [
        value.mean().alias(drawn),
        (value.mean() - reach).alias(f"{drawn}_from"),
        (value.mean() + reach).alias(f"{drawn}_to"),
        value.quantile(0.05, "linear").alias(f"{drawn}_5"),
        value.quantile(0.95, "linear").alias(f"{drawn}_95"),
    ]


def _in_words(outcome: str, study: str) -> str:
    """Return what a column of outcomes is called: its model may know it with or without mean_."""
    short = outcome.removeprefix("mean_")
    words = outcome_in_words(outcome, model=study)
    return words if words != outcome else outcome_in_words(short, model=study)


def sweep_contents(folder: RunFolder, note: str) -> Contents:
    """Return what a report of a sweep shows."""
    tables = SweepTables(folder)
    sections = explorer_sections(folder, tables)
    notes, drawn = [folder.sweep.label or "", note], []
    if tables.differences.height:
        drawn.append(_differences_picture(tables, notes=notes))
    # elsewhere other axes change along with one, and a line of means would show their changes
    if tables.levels.height and (tables.is_grid or not drawn):
        drawn.append(_axes_picture(tables, notes=notes))
    if drawn:
        sections.append(Section("axes-section", "Outcomes along the axes", drawn))
    rows = [
        [
            tables.name(row),
            *(tables.cite(row, column, brief=True) for column in tables.outcomes),
            *(tables.cite(row, tables.leading, how, brief=True) for how in QUANTILES),
        ]
        for row in tables.policies.iter_rows(named=True)
    ]
    grid = simple_grid(
        "sweep-policies",
        f"Policies, means over all points; quantiles of {tables.outcomes[tables.leading]}. "
        "Source: all shards of the sweep.",
        ["policy", *tables.outcomes.values(), *(f"{how} over points" for how in QUANTILES)],
        rows,
        kind="numbers",
    )
    sections.append(Section("policies", "Policies over all points", [grid]))
    return _findings(folder, tables), [*sections, *left_out_sections(folder)]


def explorer_sections(folder: RunFolder, tables: SweepTables) -> list[Section]:
    """Return a section with sliders, where the points are a whole grid that fits on a page."""
    explorer = grid_explorer(
        folder.sweep,
        tables.rows.collect(),
        keys=tables.keys,
        outcomes=tables.outcomes,
        model=str(folder.setting("study")),
    )
    return [Section("explore", "Explore the grid", [explorer])] if explorer else []


SWEEP: Final = FolderKind(
    title="A sweep of the model",
    made_by="sweep",
    contents=sweep_contents,
    methods=lambda folder: [METHODS],
)
"""The page of a sweep, for any study."""


def _findings(folder: RunFolder, tables: SweepTables) -> list[Any]:
    """Return how large a sweep is, and which policy is highest over all of it."""
    terms = terms_of(str(folder.setting("study")))
    points, rows = tables.rows.select(pl.col("point").n_unique(), pl.len()).collect().row(0)
    told = [
        say(
            "{} points gave {} rows of results; {} vary.",
            Cited(points, SOURCE, "point", how="count of different", style=","),
            Cited(rows, SOURCE, "point", how="count", style=","),
            ", ".join(terms.column(axis) for axis in tables.axes) or "nothing",
        )
    ]
    first = tables.policies.row(0, named=True)
    outcome, mean = tables.outcomes[tables.leading], tables.cite(first, tables.leading)
    lines: list[tuple[str, Any]] = []
    if tables.keys:
        words = terms.policy(first, tables.keys)
        policy = f"{tables.name(first)}{f', {words}' if words else ''}"
        lines.append(("Highest", say("{}; {} on average {}", policy, outcome, mean)))
        lines += _runner_up(tables) + _beyond_the_mean(tables)
        named = terms.named([first], tables.keys)
        lines += [(term.code, f"{term.name}: {term.sentence}") for term in named if term.code]
    else:
        lines.append(("On average", say("{} {}", outcome, mean)))
    if folder.sweep.failures.height:
        told.append(say("Some points are impossible and left out; see below."))
    return [Answer("Over all points of the sweep", lines), *told]


def _runner_up(tables: SweepTables) -> list[tuple[str, Any]]:
    """Tell which policy is the second over all points; how sure that is, other commands say."""
    if tables.policies.height < 2 or tables.policies[tables.leading][1] is None:
        return []
    second = tables.policies.row(1, named=True)
    mean = tables.cite(second, tables.leading)
    return [
        ("Second", say("{}; {}", tables.name(second), mean)),
        ("How sure", "cakernel best --sweep says it point by point, of a sweep of replications; "
         "cakernel rules says where each choice wins"),
    ]  # fmt: skip


def _beyond_the_mean(tables: SweepTables) -> list[tuple[str, Any]]:
    """Tell which policy is the highest by each measure that the sweep has besides means."""
    lines: list[tuple[str, Any]] = []
    for name, words in tables.outcomes.items():
        measure = Measure.named(name)
        if measure is None:
            continue
        highest = tables.policies.sort(
            name, descending=True, nulls_last=True, maintain_order=True
        ).row(0, named=True)
        value = tables.cite(highest, name)
        told = say("{}; {} on average over the points {}", tables.name(highest), words, value)
        lines.append((HIGHEST_BY[measure.kind], told))
    return lines


def _axes_picture(tables: SweepTables, *, notes: list[str]) -> Picture:
    """Return outcomes along a chosen axis, a line a policy."""
    keys = {tables.drawn[key]: key.replace("_", " ") for key in tables.keys}
    outcomes = {tables.drawn[name]: words for name, words in tables.outcomes.items()}
    leading = tables.drawn[tables.leading]
    policy = pl.concat_str(list(keys), separator=" ") if keys else pl.lit("all")
    rows = tables.levels.with_columns(policy=policy)
    series = next(iter(keys), "policy")
    outcome = PREFIX + "outcome"
    axis = rows["axis"][0]
    known = rows.filter(pl.col("axis") == axis, pl.col(leading).is_not_null())
    tops = [
        part.sort(leading).select("policy", "level", leading).row(-1)
        for part in known.partition_by("level", maintain_order=True)
    ]
    highest = "; ".join(f"{name} at {level} ({mean:.4g})" for name, level, mean in tops)
    chart = (
        axis_lines(
            rows,
            series=series,
            names=rows[series].unique().sort().to_list(),
            title=keys.get(series, series),
            line="policy" if len(keys) > 1 else "",
            tooltip=["policy:N"],
        )
        .add_params(alt.param(name=outcome, value=leading))
        .transform_calculate(value=f"datum[{outcome}]")
        .transform_joinaggregate(height="mean(value)", groupby=["policy"])
        .transform_window(place="dense_rank()", sort=[alt.SortField("height", order="descending")])
        .transform_filter(f"datum.place <= {LINES}")
    )
    return picture(
        finished(
            chart,
            title="Outcome along an axis of the sweep",
            notes=[
                "Mean over all points at a level, at all levels of the other axes.",
                f"At most {LINES} policies are drawn, the highest of those chosen."
                if tables.policies.height > LINES
                else "",
                *notes,
            ],
            description=f"Along {terms_of().column(axis)}, highest on average: {highest}.",
            width=600,
        ),
        id="axes",
        caption="How the outcome changes along each axis of the sweep, a line a policy.",
        source="all shards of the sweep",
        filters=[
            by_values(rows, "axis", "axis", every=None),
            by_outcome(outcomes),
            *by_varying(rows, keys),
        ],
        columns={"axis": "axis", "level": "level", "policy": "policy", "points": "points"}
        | outcomes,
    )


def _differences_picture(tables: SweepTables, *, notes: list[str]) -> Picture:
    """Return how far policies lie from the highest along a chosen axis, paired point by point."""
    keys = {tables.drawn[key]: key.replace("_", " ") for key in tables.keys}
    outcomes = {tables.drawn[name]: words for name, words in tables.outcomes.items()}
    rows = tables.differences.with_columns(policy=pl.concat_str(list(keys), separator=" "))
    leading, outcome = tables.drawn[tables.leading], PREFIX + "outcome"
    names = [tables.name(row) for row in tables.policies.head(DRAWN).iter_rows(named=True)]
    axis, first = rows["axis"][0], names[0]
    told = [
        f"{policy} {difference:+.4g}"
        for policy, difference in rows.filter(axis=axis)
        .group_by("policy", maintain_order=True)
        .agg(pl.col(leading).mean())
        .sort(leading, descending=True)
        .iter_rows()
        if policy != first
    ]
    chart = (
        difference_lines(rows, names=names)
        .add_params(alt.param(name=outcome, value=leading))
        .transform_calculate(
            value=f"datum[{outcome}]",
            low=_known(f"datum[{outcome} + '_from']", f"datum[{outcome}]"),
            high=_known(f"datum[{outcome} + '_to']", f"datum[{outcome}]"),
            least=f"datum[{outcome} + '_5']",
            most=f"datum[{outcome} + '_95']",
        )
    )
    return picture(
        finished(
            chart,
            title=f"Differences from {first} along an axis of the sweep",
            notes=[
                f"{first} is the highest over all points and stands at 0. Mark: mean of the "
                "differences at the same points; thick line: two standard errors over points "
                f"either way, from {FEWEST} points on; thin line: 90% of the points.",
                f"Of the {len(names)} highest one is drawn at a time."
                if len(names) > MOST_TOGETHER
                else "",
                *notes,
            ],
            description=f"Mean differences from {first}: {'; '.join(told)}.",
            width=600,
        ),
        id="differences",
        caption=f"How far policies lie from {first} along each axis, at the same points.",
        source="all shards of the sweep",
        filters=[
            by_values(rows, "axis", "axis", every=None),
            by_outcome(outcomes),
            by_values(
                rows.filter(pl.col("policy") != first), "policy", "policy",
                every="all" if len(names) <= MOST_TOGETHER else None,
            ),
        ],
        columns={"axis": "axis", "level": "level", "policy": "policy", "points": "points"}
        | {name: f"difference in {words}" for name, words in outcomes.items()},
    )  # fmt: skip


def _known(field: str, else_: str) -> str:
    """Return the expression of a field, or of another where it is unknown: a line of no length."""
    return f"isValid({field}) ? {field} : {else_}"


def left_out_sections(folder: RunFolder) -> list[Section]:
    """Return sections on impossible points and damaged files, if there are any."""
    sections = []
    failures = folder.sweep.failures
    if failures.height:
        listed = failures.head(LISTED)
        rows = [[str(row["point"]), row["error"]] for row in listed.iter_rows(named=True)]
        grid = simple_grid(
            "failures-table", "Impossible points, twenty at most.", ["point", "reason"], rows,
            kind="wordy",
        )  # fmt: skip
        sections.append(Section("failures", "Impossible points", [grid]))
    if folder.sweep.damaged:
        words = [f"Left out, damaged: {reason}." for reason in folder.sweep.damaged]
        sections.append(Section("damaged", "Damaged files", [Prose(words, finding=False)]))
    return sections
