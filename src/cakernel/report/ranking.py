"""The parts of a page that show what `cakernel.best` found: the best of each group, how sure."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.models import outcome_in_words
from cakernel.pictures import best
from cakernel.report.cited_numbers import Cited, Sheet, say
from cakernel.report.filters import SHOWN, by_varying, picture
from cakernel.report.folder import RunFolder
from cakernel.report.page import Cell, Grid, Picture, Section, simple_grid
from cakernel.report.parts import Contents

LISTED: Final = 40
"""Rows of a ranking; the folder has all."""
TOLERANCE: Final = 0.05
"""That of `cakernel.best` where the record names none."""
COLUMNS: Final = {
    "mean": "mean",
    "difference": "difference",
    "lower": "interval from",
    "upper": "to",
    "probability_best": "probability of being best",
}


def ranking_contents(
    folder: RunFolder, note: str, *, keys: Mapping[str, str], table: str = "best"
) -> Contents:
    """Return what a page shows of a table that `cakernel.best` returned.

    Parameters
    ----------
    folder : RunFolder
        Its record may hold the settings ``outcome`` and ``tolerance``.
    note : str
        Under the titles of pictures.
    keys : mapping of str to str
        Columns that tell policies apart, and what they are called.
    table : str, default "best"
        Its name in the folder. Groups are told apart by a column ``group``, if there is one.
    """
    sheet = folder.sheet(table)
    groups = {"": sheet.frame}
    if "group" in sheet.frame.columns:
        parts = sheet.frame.group_by("group", maintain_order=True)
        groups = {str(name): rows for (name,), rows in parts}
    findings, sections = [], []
    for number, (group, rows) in enumerate(groups.items()):
        part = Sheet(sheet.file, rows)
        findings += group_findings(folder, part, group, keys=keys)
        sections.append(group_section(folder, part, number, group=group, keys=keys, note=note))
    heading = "How far policies lie from the best"
    return findings, [Section("ranking-section", heading, [], sections)]


def group_findings(
    folder: RunFolder, part: Sheet, group: Any, *, keys: Mapping[str, str]
) -> list[Any]:
    """Return which of the policies ranked together is best, and how sure that is.

    ``part`` are the rows of one group, best first; ``group`` says in words which one.
    """
    first = part.frame.row(0, named=True)
    others = part.rows(pl.col("may_be_best") & (pl.col("rank") > 1))
    return [
        say(
            "Among the {} policies{}, {} has the highest {}, {} (standard error {}). Its "
            "difference from {} is {}, with an interval from {} to {}; it is the best in {} of "
            "resamples.",
            part.over("rank", "count"), say(" {}", group) if group else "",
            policy_name(part, first, keys), outcome_of(folder),
            *(part.cite(first, column, style=style) for column, style in (
                ("mean", ".2f"), ("standard_error", ".2f"), ("compared_with", ""),
                ("difference", "+.2f"), ("lower", "+.2f"), ("upper", "+.2f"),
                ("probability_best", ".1%"),
            )),
        ),
        say(
            "Of the others, {} cannot be ruled out as the best. The best set, those within the "
            "tolerance of the highest, holds {}; the side of its edge is open for {}.",
            *(rows.over("rank", "count") for rows in (
                others, part.rows(pl.col("within")), part.rows(pl.col("side") == "open"),
            )),
        ),
    ]  # fmt: skip


def group_section(
    folder: RunFolder, part: Sheet, number: int, *, group: str, keys: Mapping[str, str], note: str
) -> Section:
    """Return a picture and a table of the policies ranked together; ``part`` are their rows."""
    name = f"Policies {group}".strip()
    drawn = _picture(folder, part, number, name, keys, note)
    return Section(f"group-{number}", name, [drawn, _grid(part, number, name, keys)])


def policy_name(sheet: Sheet, row: dict[str, Any], keys: Mapping[str, str], **how: Any) -> Any:
    """Cite the parts of a policy's name."""
    return say(" ").join(sheet.cite(row, key, **how) for key in keys)


def outcome_of(folder: RunFolder) -> str:
    """Return in words the outcome that policies were ranked by, as the record has it."""
    return outcome_in_words(str(folder.setting("outcome") or "outcome"))


def _picture(
    folder: RunFolder, part: Sheet, number: int, name: str, keys: Mapping[str, str], note: str
) -> Picture:
    """Return how far the policies of a group lie from the best, with a choice of their parts."""
    tolerance = folder.setting("tolerance")
    drawn = part.frame.sort("mean", descending=True).head(SHOWN)
    chart = best(
        part.frame,
        keys=list(keys),
        outcome=outcome_of(folder),
        tolerance=TOLERANCE if tolerance is None else tolerance,
        most=SHOWN,
        note=note,
    )
    return picture(
        chart,
        id=f"best-{number}",
        caption=f"{name}: differences from the best, with their intervals.",
        source=part.file,
        filters=by_varying(drawn, keys),
        columns=dict(keys) | COLUMNS,
    )


def _grid(sheet: Sheet, number: int, name: str, keys: Mapping[str, str]) -> Grid:
    rows = []
    for row in sheet.frame.head(LISTED).iter_rows(named=True):

        def cite(column: str, style: str = "", row: dict[str, Any] = row) -> Cited:
            return sheet.cite(row, column, style=style, brief=True)

        rows.append(
            [
                policy_name(sheet, row, keys, brief=True),
                cite("mean", ".2f"),
                cite("standard_error", ".2f"),
                cite("difference", "+.2f"),
                say("{} to {}", cite("lower", "+.2f"), cite("upper", "+.2f")),
                Cell(cite("side"), kind="yes" if row["side"] == "inside" else ""),
                cite("probability_best", ".3f"),
                cite("probability_within", ".3f"),
                cite("replications_to_settle", ","),
            ]
        )
    return simple_grid(
        f"best-table-{number}",
        f"{name}: the {len(rows)} highest of {sheet.frame.height}. Difference: from the "
        f"best; the best's from the second. Source: {sheet.file}.",
        ["policy", "mean", "standard error", "difference", "interval",
         "side of the best set's edge", "probability of being best", "of being in the set",
         "replications to settle"],
        rows,
        kind="numbers",
    )  # fmt: skip
