"""The best recovery at each point of a sweep: bound, found, and how the best rule changes."""

from typing import Any, Final

import polars as pl

from cakernel.pictures.levels import axes_of, levels_of
from cakernel.pictures.theme import finished
from cakernel.recovery.optimal.in_words import WHAT_R_LEAVES_OUT
from cakernel.recovery.policy import POLICY, POLICY_PARTS
from cakernel.recovery.report.best_policies import Lines, in_full, rules_explained
from cakernel.recovery.report.optimal import PLACES
from cakernel.recovery.terms import TERMS
from cakernel.report.axes import axis_lines
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import Answer, Grid, Picture, Section, by_values, picture, simple_grid
from cakernel.report.ranking import policy_name
from cakernel.wording import brief, decimals

LISTED: Final = 100
"""Points in the table; the folder has all."""
BOUND: Final = "bound on any policy"
FAMILIES: Final = {
    "best": "best rules found",
    "own-state": "rules of the own state",
    "cutoffs": "rules that stop in time",
    "neighbours": "rules that look at neighbours",
    "paper": "the paper's rules",
}


def points_contents(folder: RunFolder, note: str) -> Contents:
    """Return what a page shows of the folder that ``cakernel optimal --sweep`` writes."""
    points = folder.sheet("points")
    axes = _axes(points.frame)
    best = points.rows(pl.col("family") == "best")
    findings: list[Any] = [
        Answer(
            f"{words}, point by point",
            _lines(best.rows(pl.col("deployment") == place), axes),
        )
        for place, words in PLACES.items()
        if place in best.frame["deployment"]
    ]
    drawn = [_picture(points, axes, note)] if axes else []
    return [*findings, say(WHAT_R_LEAVES_OUT)], [
        Section("along", "Bound and best rules along the axes", drawn),
        Section("points-section", "The best at each point", [_grid(best, axes)]),
    ]


def _axes(frame: pl.DataFrame) -> list[str]:
    """Return the fields that vary: they stand between point and deployment."""
    names = frame.columns
    return axes_of(
        frame.select("point", *names[names.index("point") + 1 : names.index("deployment")])
    )


def _lines(part: Sheet, axes: list[str]) -> Lines:
    """Say which rule is best at most points, how near the bound is, and where it brings most."""
    counts = part.frame.group_by(POLICY, maintain_order=True).len()
    named = counts.sort("len", descending=True, maintain_order=True).head(2)
    lines: Lines = []
    firsts = []
    for label, names in zip(("Most often best", "Next"), named.iter_rows(named=True), strict=False):
        its = part.rows(pl.all_horizontal(pl.col(name) == names[name] for name in POLICY))
        first = its.frame.row(0, named=True)
        firsts.append(first)
        told = say(
            "{}: at {} of {} points, in most of their resource scenarios",
            in_full(its, first),
            its.over("point", "count"),
            part.over("point", "count"),
        )
        lines.append((label, told))
    sure = say(
        "the best found is {}% below the bound on any policy on average over points, {}% at the "
        "point where it is farthest",
        part.over("mean_gap_percent", "mean", style=".2f"),
        part.over("mean_gap_percent", "largest", style=".1f"),
    )
    lowest = part.frame["mean_gap_percent"].min()
    if isinstance(lowest, float) and lowest < 0:
        sure += say("; below 0 is noise: what is found is simulated, the bound is not")
    ends = part.frame.sort("objective")
    least, most = (ends.row(place, named=True) for place in (0, -1))
    style = f".{decimals([least['se_objective'], most['se_objective']])}f"
    brings = say(
        "from {} units of resources ({}) to {} ({})",
        part.cite(least, "objective", style=style), _where(part, least, axes),
        part.cite(most, "objective", style=style), _where(part, most, axes),
    )  # fmt: skip
    return [*lines, ("It brings", brings), ("How sure", sure), *rules_explained(firsts[:1])]


def _where(part: Sheet, row: dict[str, Any], axes: list[str]) -> Any:
    """Cite the values of what varies at a point."""
    told = [
        say("{} {}", TERMS.column(name), part.cite(row, name, style=TERMS.style(name, row[name])))
        for name in axes
    ]
    return say(", ").join(told)


def _picture(points: Sheet, axes: list[str], note: str) -> Picture:
    """Return bound and what each family of rules ends with, along an axis."""
    frame = points.frame
    bound = frame.filter(family="best").with_columns(
        family=pl.lit(BOUND), objective=pl.col("upper_bound")
    )
    rows = pl.concat([bound, frame]).with_columns(pl.col("family").replace(FAMILIES))
    where = frame.select("point", *axes).unique(maintain_order=True)
    by = ["order", "level", "deployment", "family"]
    parts = []
    for axis in axes:
        placed = rows.join(levels_of(where, axis), on="point", maintain_order="left")
        means = placed.group_by(by, maintain_order=True).agg(
            points=pl.len(), value=pl.col("objective").mean()
        )
        parts.append(means.sort(by, maintain_order=True).with_columns(axis=pl.lit(axis)))
    drawn = pl.concat(parts)
    names = [name for name in (BOUND, *FAMILIES.values()) if name in drawn["family"]]
    first = drawn.filter(axis=axes[0], family=FAMILIES["best"])
    first = first.filter(deployment=first["deployment"][0])
    told = ", ".join(f"{brief(mean)} at {level}" for level, mean in first["level", "value"].rows())
    chart = axis_lines(drawn, series="family", names=names)
    return picture(
        finished(
            chart,
            title="Resources at the end along an axis",
            notes=["Mean over all points at a level.", note],
            description=f"Best rules along {TERMS.column(axes[0])}: {told}.",
            width=600,
        ),
        id="along-axes",
        caption="The bound on any policy, and what the best rules of each family end with.",
        source=points.file,
        filters=[
            by_values(drawn, "axis", "axis", every=None),
            by_values(drawn, "deployment", "deployment", every=None),
        ],
        columns={"axis": "axis", "level": "level", "deployment": "deployment"}
        | {"family": "policies", "points": "points", "value": "mean resources"},
    )


def _grid(best: Sheet, axes: list[str]) -> Grid:
    listed = best.frame.head(LISTED)
    style = f".{decimals(listed['se_objective'], listed['objective'])}f"
    rows = [
        [
            best.cite(row, "point", brief=True),
            *(best.cite(row, n, style=TERMS.style(n, row[n]), brief=True) for n in axes),
            best.cite(row, "deployment", brief=True),
            policy_name(best, row, POLICY_PARTS, brief=True),
            best.cite(row, "share", style=".0%", brief=True),
            best.cite(row, "upper_bound", style=style, brief=True),
            best.cite(row, "objective", style=style, brief=True),
            best.cite(row, "mean_gap_percent", style=".2f", brief=True),
        ]
        for row in listed.iter_rows(named=True)
    ]
    return simple_grid(
        "optimal-points",
        f"The best of all rules at {listed.height:,} of {best.frame.height:,} points and "
        "deployments; rules without the days before the end at which they stop. Source: "
        "points.parquet.",
        ["point", *map(TERMS.column, axes), "deployment", "best in most scenarios",
         "share of scenarios", "bound", "found", "gap (%)"],
        rows,
        kind="numbers",
    )  # fmt: skip
