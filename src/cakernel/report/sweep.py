"""The page of a sweep of any study: outcomes by policy over all points, and along each axis."""

from typing import Any, Final

import polars as pl

from cakernel.measures import Measure
from cakernel.models import terms_of
from cakernel.report.cited_numbers import Cited, say
from cakernel.report.explorer import grid_explorer
from cakernel.report.folder import Contents, FolderKind, RunFolder
from cakernel.report.page import Answer, Prose, Section, simple_grid
from cakernel.report.sweep_pictures import axes_picture, differences_picture
from cakernel.report.sweep_tables import QUANTILES, SOURCE, SweepTables
from cakernel.terms import explained

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


def sweep_contents(folder: RunFolder, note: str) -> Contents:
    """Return what a report of a sweep shows."""
    tables = SweepTables(folder)
    sections = explorer_sections(folder, tables)
    notes, drawn = [folder.sweep.label or "", note], []
    if tables.differences.height:
        drawn.append(differences_picture(tables, notes=notes))
    # elsewhere other axes change along with one, and a line of means would show their changes
    if tables.levels.height and (tables.is_grid or not drawn):
        drawn.append(axes_picture(tables, notes=notes))
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
        lines += explained(named)
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
