"""The page of who wins where: a map, what following it loses, and decision rules beside it."""

from typing import Any, Final

import polars as pl

from cakernel.models import outcome_in_words, terms_of
from cakernel.pictures import winner_map
from cakernel.pictures.winner_tiles import axes_of_map, is_of_cells
from cakernel.report.cited_numbers import RULE, Sheet, say
from cakernel.report.folder import Contents, FolderKind, RunFolder
from cakernel.report.page import Answer, Grid, Picture, Section, picture, simple_grid
from cakernel.sensitivity.everywhere import loss_styles
from cakernel.terms import explained

CELLS, POINTS, EVERYWHERE, RULES = "map-cells", "winners", "everywhere", "rules"
ALONE: Final = "one everywhere"
LISTED: Final = 40
"""Single choices in the table; the folder has all."""
METHODS: Final = (
    "At each point the choice with the highest outcome wins. It is clear where its lead over every "
    "other is surely above 0, the confidence shared out among them; tied where others are as good "
    "within what was said not to matter; else unclear, as it is wherever one replication cannot "
    "tell. Shares are of the points, or of the space that a map's cells fill: they weigh the axes "
    "as the sweep does, and are no shares of the world."
)
LOSSES: Final = (
    "Losses are against the best outcome of each point, on the same points that the map and the "
    "rules were made of, so both look somewhat better than they would at new points; of many "
    "choices the best is somewhat too high by luck. A map chooses in each cell what loses least "
    "there."
)


def map_picture(
    sheet: Sheet,
    note: str,
    *,
    id: str = "winners",
    name: str = "",
    rows: pl.DataFrame | None = None,
) -> Picture | None:
    """Return the map of the winners of a sheet; None where no axis varies."""
    frame = (sheet.frame if rows is None else rows).drop("row", strict=False)
    if not axes_of_map(frame):
        return None
    chart = winner_map(frame, note=note)
    columns = {"across": "across", "up": "up", "facet": "panel", "winner": "winner"}
    more = {"share": "share of the space"}
    if not is_of_cells(frame):
        more = {"wins": "share of its points that it wins", "points": "points"}
    return picture(
        chart,
        id=id,
        caption=f"Who wins where{f', {name}' if name else ''}: hatched where that is not clear.",
        source=sheet.file,
        filters=[],
        columns=columns | {"state": "how sure"} | more,
    )


def losses_grid(sheet: Sheet, *, id: str = "losses", name: str = "") -> Grid:
    """Return the table of what is lost by the map, the rules, or one choice everywhere."""
    listed = sheet.frame.head(LISTED)
    rows = []
    for row in listed.iter_rows(named=True):
        choice = row["choice"] if row["kind"] != ALONE else say("{} everywhere", row["choice"])
        # of its own error each, for the least losses are known best
        figures = {"wins": ".1%", "clear": ".1%"} | loss_styles([row])
        cited = [sheet.cite(row, column, style=s, brief=True) for column, s in figures.items()]
        rows.append([choice, *cited])
    return simple_grid(
        id,
        f"Follow the map or rules, or make one choice everywhere{f', {name}' if name else ''}: "
        f"the {listed.height:,} of {sheet.frame.height:,} that lose least. Source: {sheet.file}.",
        ["choose", "wins at", "surely wins at", "loses on average", "in percent of the best"],
        rows,
        kind="numbers",
    )


def answer_of(folder: RunFolder, sheet: Sheet, heading: str) -> Answer:
    """Say which single choice loses least, where it wins, and what following the map saves."""
    terms = terms_of()
    alone = sheet.rows(pl.col("kind") == ALONE)
    lines: list[tuple[str, Any]] = []
    for label, row in zip(("One choice everywhere", "The next"), alone.frame.iter_rows(named=True),
                          strict=False):  # fmt: skip
        wins, clear, lost = (
            alone.cite(row, column, style=style)
            for column, style in (("wins", ".0%"), ("clear", ".0%"), _lost(row))
        )
        percent = "%" if row["regret_percent"] is not None else ""
        lines.append(
            (
                label,
                say(
                    "{}: it wins at {}, surely at {}, and loses {}{} on average against the best "
                    "of each place",
                    row["choice"], wins, clear, lost, percent,
                ),
            )
        )  # fmt: skip
    for row in sheet.frame.filter(pl.col("kind") != ALONE).iter_rows(named=True):
        lost = sheet.cite(row, _lost(row)[0], style=_lost(row)[1])
        percent = "%" if row["regret_percent"] is not None else ""
        lines.append((f"Following {row['kind']}", say("loses {}{} on average", lost, percent)))
    named = [term for code in alone.frame["choice"].head(2) for term in _terms_in(terms, code)]
    lines += explained(named)
    return Answer(heading, lines)


def _lost(row: dict[str, Any]) -> tuple[str, str]:
    """Return the column that tells a loss best, and how it is written."""
    name = "regret" if row["regret_percent"] is None else "regret_percent"
    return name, loss_styles([row])[name]


def _terms_in(terms: Any, choice: str) -> list[Any]:
    """Return what the words of a choice stand for."""
    found = (terms.term(key, code) for key in terms.values for code in choice.split())
    return [term for term in found if term is not None and term.code and term.sentence]


def _contents(folder: RunFolder, note: str) -> Contents:
    winners = folder.sheet(CELLS if folder.has(CELLS) else POINTS)
    findings: list[Any] = []
    blocks: list[Any] = []
    outcome = folder.setting("outcome")
    if outcome:
        by = outcome_in_words(str(outcome).removeprefix("mean_"), model=folder.setting("study"))
        findings.append(say("Winners are those with the highest {}.", by))
        note = ", ".join(word for word in (f"Winners by {by}", note) if word)
    drawn = map_picture(winners, note)
    if drawn is not None:
        blocks.append(drawn)
    if folder.has(EVERYWHERE) and folder.sheet(EVERYWHERE).frame.height:
        sheet = folder.sheet(EVERYWHERE)
        of = "of the space mapped" if folder.has(CELLS) else "of the points of the sweep"
        findings.append(answer_of(folder, sheet, f"What to choose where; shares {of}"))
        blocks.append(losses_grid(sheet))
    findings.append(_unclear(winners))
    sections = [Section("map-section", "Who wins where", blocks)]
    if folder.has(RULES):
        sections.insert(
            0, Section("rules-section", "Rules to follow", [_rules(folder.sheet(RULES))])
        )
    return findings, sections


def _unclear(winners: Sheet) -> Any:
    """Say at how much the winner is not clear."""
    if "share" in winners.frame.columns and not winners.frame.is_empty():
        told = [
            say(
                "{} {}",
                words,
                winners.rows(pl.col("state") == state).over("share", "sum", style=".0%"),
            )
            for state, words in (
                ("clear", "one choice is clear in"),
                ("boundary", "it changes within cells that are"),
                ("unclear", "it is not clear in"),
            )
            if state in winners.frame["state"]
        ]
        return say("Of the space mapped, {}.", say("; ").join(told))
    return say(
        "The winner is clear of noise at {} of {} points.",
        winners.rows(pl.col("state") == "clear").over("state", "count", style=","),
        winners.over("state", "count", style=","),
    )


def _rules(sheet: Sheet) -> Grid:
    """Return the decision rules as a table."""
    rows = []
    styles = loss_styles(sheet.frame.iter_rows(named=True))
    for row in sheet.frame.iter_rows(named=True):
        rows.append(
            [
                sheet.cite(row, "rule", style=RULE, brief=True),
                row["choose"],
                sheet.cite(row, "points", style=",", brief=True),
                sheet.cite(row, "wins", style=".0%", brief=True),
                *(sheet.cite(row, n, style=style, brief=True) for n, style in styles.items()),
            ]
        )
    return simple_grid(
        "rules",
        "Rules, every point falls under one of them. Wins: of the points, those at which the "
        f"choice is the best. Source: {sheet.file}.",
        ["where", "choose", "points", "wins", "loses on average", "in percent"],
        rows,
        kind="wordy",
    )


WHERE_KINDS: Final = (
    FolderKind(
        title="Who wins where, and the rules to follow",
        made_by="rules",
        contents=_contents,
        methods=lambda folder: [METHODS, LOSSES],
        file=f"{POINTS}.parquet",
    ),
    FolderKind(
        title="Who wins where: a map refined along its boundaries",
        made_by="stability",
        contents=_contents,
        methods=lambda folder: [METHODS, LOSSES],
        file=f"{CELLS}.parquet",
    ),
)
"""Pages of what `cakernel rules` and `cakernel stability` write, for any model."""
