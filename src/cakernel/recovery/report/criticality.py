"""Which firms of a network are critical, and what to do about it, on a page."""

from typing import Any, Final

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.recovery import pictures
from cakernel.recovery.network.beside_results import NAMES, network_beside
from cakernel.recovery.network.critical_in_words import NAMED, TITLES, sure_of
from cakernel.recovery.words import OUTCOME_WORDS
from cakernel.report.cited_numbers import ROW, Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import Answer, Picture, Prose, Section, by_values, picture, simple_grid
from cakernel.wording import decimals

CRITICAL_METHODS: Final = (
    "The network is simulated again with one thing changed at a time, on the same disruptions, and "
    "compared replication by replication with the network as it is. Protected: a firm's operations "
    "are never disrupted. Hit: it is hit severely in period 1, against a period 1 in which nobody "
    "is hit but by what was recorded. For these the outcome is the mean of the other firms; for a "
    "unit of stock or a backup supplier more it is that of all firms. The intervals of one kind of "
    "change hold all together with the confidence asked for (Bonferroni; the union of Student's "
    "and Willink's). A gain of one unit says little of five."
)
LABELS: Final = {
    "protected": "Protect",
    "hit": "Most missed when hit",
    "stock": "Where stock pays",
    "backup": "Which backup pays",
}
LISTED: Final = 20


def critical_contents(folder: RunFolder, note: str) -> Contents:
    """Return what a page shows of the folder that `cakernel critical` writes."""
    sheet = folder.sheet("critical")
    outcome = str(folder.setting("outcome") or "resources")
    kinds = {
        str(kind): sheet.rows(pl.col("change") == kind)
        for kind in sheet.frame["change"].unique(maintain_order=True)
    }
    lines = [(LABELS[kind], _answer(part, outcome)) for kind, part in kinds.items()]
    confidence = folder.recorded(folder.settings, "confidence", style=".0%")
    if confidence is not None:
        sure = say("intervals of one kind of change hold all together with {}", confidence)
        lines.append(("How sure", sure))
    drawn = picture(
        pictures.critical_firms(sheet.frame, outcome=OUTCOME_WORDS[outcome], note=note),
        id="critical-picture",
        caption="What changing one firm, or adding one link, does.",
        source=sheet.file,
        filters=[by_values(sheet.frame, "change", "change", every=None)],
        columns={"change": "change", "of": "of", "difference": "difference"}
        | {"low": "from", "high": "to"},
    )
    parts = [
        Section(
            f"critical-{kind}",
            _heading(kind),
            [*_network(folder, kind, part, OUTCOME_WORDS[outcome], note), _grid(kind, part)],
        )
        for kind, part in kinds.items()
    ]
    heading = f"Which firms matter to {OUTCOME_WORDS[outcome]}"
    return [Answer(heading, lines)], [Section("critical", "What changes do", [drawn], parts)]


def _answer(part: Sheet, outcome: str) -> Any:
    """Say which changes of one kind do most, and of how many nothing is sure."""
    found = sure_of(part.frame, outcome)
    begin, none, *_ = found.words
    every = part.over("change", "count")
    if found.looked_for.is_empty():
        sentence = say("{} of {} surely {} {}", none, every, found.verb, found.whose)
    else:
        first, *more = _named(part, found.looked_for, found.style)
        larger = _named(part, found.larger, found.style)
        sentence = say(
            "{} {} {} {} {}, by {}{}{}", begin, first[0], found.verb, found.whose, found.most,
            first[1], say("; then {}", _listed(more)) if more else "",
            say(". Larger than some of these, but not sure: {}", _listed(larger)) if larger else "",
        )  # fmt: skip
    count = Sheet(part.file, found.looked_for).over("change", "count")
    return say("{} (sure of {} of {})", sentence, count, every)


def _network(
    folder: RunFolder, kind: str, part: Sheet, outcome: str, note: str
) -> list[Picture | Prose]:
    """Draw the network, its firms coloured by the difference that changing them makes.

    Nothing is drawn of links that might be added, of a network that is not in the folder, or where
    firms lack a row: the run was stopped. A network of too many groups or tiers, or without the
    library that lays it out, has a sentence that says so: all else of the page can be made.
    """
    if not all(folder.has(name) for name in NAMES):
        return []
    sheets = {name: folder.sheet(name) for name in NAMES}
    net = network_beside({name: sheet.frame.drop(ROW) for name, sheet in sheets.items()})
    words = f"difference in {outcome}"
    changed = part.frame.select("of", pl.col("difference").alias(words))
    is_of_group = folder.setting("by") == "group"
    firms = net.firms.select(pl.col("id").alias("firm"), of="group" if is_of_group else "id")
    rows = firms.join(changed, on="of", maintain_order="left")
    if rows.height < firms.height:
        return []
    try:
        chart = pictures.network_graph(
            net, rows, colour=words, note=", ".join((TITLES[kind], note))
        )
    except InvalidInput as error:
        return [Prose([f"The network is not drawn: {error}."], finding=False)]
    drawn = picture(
        chart,
        id=f"critical-{kind}-network",
        caption=f"The network: {TITLES[kind]}.",
        source=f"{part.file}, {', '.join(sheet.file for sheet in sheets.values())}",
        filters=[],
        columns={"name": "of", "value": words},
    )
    return [drawn]


def _named(part: Sheet, rows: pl.DataFrame, style: str) -> list[tuple[Any, Any]]:
    """Cite what the first rows are of, and their differences; what lowers is told by its size."""
    return [
        (part.cite(row, "of"), part.cite(row, "difference", style=style, scale=sign))
        for row in rows.head(NAMED).iter_rows(named=True)
        for sign in [1.0 if row["difference"] > 0 else -1.0]
    ]


def _listed(named: list[tuple[Any, Any]]) -> Any:
    return say("; ").join(say("{}, by {}", *each) for each in named)


def _heading(kind: str) -> str:
    return TITLES[kind][0].upper() + TITLES[kind][1:]


def _grid(kind: str, part: Sheet) -> Any:
    """Return a table of one kind of change, the largest differences first."""
    shown = part.frame.head(LISTED)
    style = f".{decimals(shown['se'], shown['difference'])}f"
    columns = ("as_is", "changed", "difference", "se", "low", "high")
    rows = [
        [
            part.cite(row, "of", brief=True),
            *(
                "" if row[name] is None else part.cite(row, name, style=style, brief=True)
                for name in columns
            ),
            part.cite(row, "differing", style=",", brief=True),
        ]
        for row in shown.iter_rows(named=True)
    ]
    return simple_grid(
        f"critical-{kind}-table",
        f"The {LISTED} largest differences at most; no interval where all replications differ by "
        "the same. Source: critical.parquet.",
        ["of", "as it is", "changed", "difference", "its error", "from", "to", "replications that "
         "differ"],
        rows,
        kind="numbers",
    )  # fmt: skip
