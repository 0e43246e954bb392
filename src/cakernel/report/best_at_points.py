"""The page of what `cakernel best --sweep` wrote: the best policy at each point, points apart."""

from typing import Any, Final

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.models import terms_of
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, FolderKind, RunFolder
from cakernel.report.page import Answer, Section, simple_grid
from cakernel.report.ranking import BEST, Ranking, policy_name
from cakernel.report.winners import EVERYWHERE, LOSSES, losses_grid, map_picture
from cakernel.report.winners import POINTS as POINTS_WON
from cakernel.terms import explained
from cakernel.wording import decimals

LISTED: Final = 40
"""Points of each group in the table; the folder has all."""
SHOWN: Final = 4
"""Points of each group whose whole rankings are shown."""
LEADERS: Final = 8
"""Policies of each group that are told as the best at so many points."""
LAST_OF_RANKING: Final = "probability_within"
"""The columns that follow this one are those of the points."""
POINTS: Final = (
    "Each point of the sweep is judged by itself: intervals hold at a point, not at all points "
    "together, so of many points with equally good policies some show a lead."
)
HEADS: Final = ("lead", "interval from", "to", "probability of being best", "trustworthy")


def is_best_of_sweep(folder: RunFolder) -> bool:
    """Say whether a folder holds rankings of a sweep's points: its record has the sweep's."""
    return folder.recorded("of", "sweep", "keys") is not None and folder.has("best")


def _contents(folder: RunFolder, note: str) -> Contents:
    """Return what the page shows: how often each policy leads, where, and some points in full."""
    sheet = folder.sheet("best")
    of: dict[str, Any] = folder.record["of"]["sweep"]
    keys = {name: terms_of(of["study"]).column(name) for name in of["keys"]}
    lacking = [name for name in ("point", "group", *keys) if name not in sheet.frame.columns]
    if lacking:
        raise InvalidInput(f"folder: {folder.path / sheet.file} lacks the column {lacking[0]}")
    ranking = Ranking.of(folder, note, keys=keys, model=of["study"])
    findings, sections = [], []
    apart = sheet.frame["group"].n_unique() > 1
    groups = sheet.frame.partition_by("group", maintain_order=True)
    for number, frame in enumerate(groups):
        part, name = Sheet(sheet.file, frame), frame["group"][0] if apart else ""
        findings += _findings(part, ranking, name)
        sections += _map(folder, ranking, frame["group"][0], name, number)
        sections.append(_table(part, ranking, f"best-of-points-{number}", name))
        points = frame["point"].unique(maintain_order=True)
        for point in points.head(SHOWN):
            rows = part.rows(pl.col("point") == point)
            words = f"{name} at point {point} ({_where(rows.frame)})".strip()
            sections.append(ranking.section(rows, f"{number}-{point}", words))
    heading = f"The best policy at each point; in full at the first {SHOWN} of each group"
    return findings, [Section("best-at-points", heading, [], sections)]


def _map(folder: RunFolder, ranking: Ranking, group: str, name: str, number: int) -> list[Section]:
    """Return a group's map of winners, and what one policy everywhere loses, where they are."""
    blocks: list[Any] = []
    if folder.has(POINTS_WON):
        winners = folder.sheet(POINTS_WON).rows(pl.col("group") == group)
        drawn = map_picture(winners, ranking.note, id=f"winners-{number}", name=name)
        blocks += [drawn] if drawn is not None else []
    if folder.has(EVERYWHERE):
        losses = folder.sheet(EVERYWHERE).rows(pl.col("group") == group)
        if losses.frame.height:
            blocks.append(losses_grid(losses, id=f"losses-{number}", name=name))
    heading = f"Who wins where {name}".strip()
    return [Section(f"map-{number}", heading, blocks)] if blocks else []


def _findings(part: Sheet, ranking: Ranking, name: str) -> list[Any]:
    """Say at how many points each policy is the best, and how sure that is."""
    first = part.rows(pl.col("rank") == 1)
    among = say(" {}", name) if name else ""
    alone = part.rows((pl.col("may_be_best").sum().over("point") == 1) & (pl.col("rank") == 1))
    counts = first.frame.group_by(list(ranking.keys), maintain_order=True).len()
    leaders = counts.sort("len", descending=True, maintain_order=True).head(LEADERS)
    told = []
    for leader in leaders.iter_rows(named=True):
        its = first.rows(pl.all_horizontal(pl.col(key) == leader[key] for key in ranking.keys))
        row = its.frame.row(0, named=True)
        told.append(
            say("{} at {}", policy_name(its, row, ranking.keys), its.over("point", "count"))
        )
    heading = say(
        "Policies{} ranked at each of {} points apart, by {}",
        among,
        part.over("point", "count of different"),
        ranking.outcome,
    )
    sure = say(
        "At {} of these points{} every other policy is ruled out as the best; the intervals "
        "of the leads are trustworthy at {}.",
        alone.over("point", "count"),
        among,
        first.rows(pl.col("trustworthy")).over("point", "count"),
    )
    more = ", others elsewhere" if counts.height > leaders.height else ""
    lines: list[tuple[str, Any]] = [("Best", say("{}{}", say(", ").join(told), more))]
    lines.append(("How sure", sure))
    named = ranking.terms.named(leaders.iter_rows(named=True), ranking.keys)
    lines += explained(named)
    return [Answer(heading, lines)]


def _table(part: Sheet, ranking: Ranking, name: str, group: str) -> Section:
    """Return a table of the best policy of each point."""
    first = part.rows(pl.col("rank") == 1)
    listed = first.frame.head(LISTED)
    varied, terms = _varied(listed), terms_of()
    whole = f".{decimals(listed['standard_error'], listed['mean'])}f"
    signed = f"+.{decimals(listed['difference_error'], listed['difference'])}f"
    figures = {
        "mean": whole,
        **dict.fromkeys(("difference", "lower", "upper"), signed),
        "probability_best": ".3f",
        "trustworthy": "",
    }
    rows = [
        [
            first.cite(row, "point", brief=True),
            *(
                first.cite(row, name, style=terms.style(name, row[name]), brief=True)
                for name in varied
            ),
            policy_name(first, row, ranking.keys, brief=True),
            *(
                first.cite(row, column, style=style, brief=True)
                for column, style in figures.items()
            ),
        ]
        for row in listed.iter_rows(named=True)
    ]
    caption = (
        f"The best policy at {listed.height:,} of {first.frame.height:,} points; its lead over the "
        f"second, with the interval of the lead. Source: {part.file}."
    )
    grid = simple_grid(
        name,
        caption,
        ["point", *map(terms.column, varied), "best", ranking.outcome, *HEADS],
        rows,
        kind="numbers",
    )
    return Section(f"{name}-section", f"The best at each point {group}".strip(), [grid])


def _varied(frame: pl.DataFrame) -> list[str]:
    """Return the columns of what varies; a field that also names policies stands there already."""
    names = frame.columns[frame.columns.index(LAST_OF_RANKING) + 1 :]
    return [name for name in names if not name.endswith("_right")]


def _where(frame: pl.DataFrame) -> str:
    """Say what varies, and its values at a point."""
    row = frame.row(0, named=True)
    terms = terms_of()
    return ", ".join(terms.pair(name, row[name]) for name in _varied(frame))


BEST_OF_SWEEP: Final = FolderKind(
    title="Which policy is best at each point of a sweep, and how sure that is",
    made_by="best --sweep",
    contents=_contents,
    methods=lambda folder: [POINTS, BEST, LOSSES],
)
