"""The parts of a page that show what `cakernel.best` found: the best of each group, how sure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from cakernel.models import outcome_in_words, terms_of
from cakernel.pictures import best
from cakernel.ranking.in_words import Card
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import (
    SHOWN,
    Answer,
    Cell,
    Grid,
    Picture,
    Section,
    by_varying,
    picture,
    simple_grid,
)
from cakernel.terms import Terms
from cakernel.wording import decimals

LISTED: Final = 200
"""Rows of a ranking; the folder has all."""
TOLERANCE: Final = 0.05
CONFIDENCE: Final = 0.95
"""Those of `cakernel.best` where the record names none."""
BEST: Final = (
    "The interval of a difference is the union of Student's and of Willink's, which allows for "
    "skewed differences, replication by replication. "
    "Whether a policy can be ruled out as the best is judged for all together (multiple "
    "comparisons with the best, with Bonferroni's inequality), and so is the side of the best "
    "set's edge. Probabilities are shares of resamples of whole replications, the same for all "
    "policies. “Replications to settle” are the fewest at which the interval of the difference "
    "would exclude 0 with probability 0.9, were difference and spread as measured."
)
COLUMNS: Final = {
    "difference": "difference",
    "lower": "interval from",
    "upper": "to",
    "probability_best": "probability of being best",
}


def ranking_contents(
    folder: RunFolder,
    note: str,
    *,
    keys: Mapping[str, str],
    table: str = "best",
    model: str | None = None,
) -> Contents:
    """Return what a page shows of a table that `cakernel.best` returned.

    ``keys`` are the columns that tell policies apart, and what they are called; a column ``group``,
    if there is one, tells groups apart. The folder's record may hold the settings ``outcome`` and
    ``tolerance``; ``model`` is the one whose words name the outcome, by default the first that has
    some for it. ``note`` stands under the titles of pictures.
    """
    sheet, ranking = folder.sheet(table), Ranking.of(folder, note, keys=keys, model=model)
    groups = {"": sheet.frame}
    if "group" in sheet.frame.columns:
        parts = sheet.frame.group_by("group", maintain_order=True)
        groups = {str(name): rows for (name,), rows in parts}
    findings, sections = [], []
    for number, (group, rows) in enumerate(groups.items()):
        part = Sheet(sheet.file, rows)
        findings += ranking.findings(part, group)
        sections.append(ranking.section(part, number, group))
    heading = "How far policies lie from the best"
    return findings, [Section("ranking-section", heading, [], sections)]


def policy_name(sheet: Sheet, row: dict[str, Any], keys: Mapping[str, str], **how: Any) -> Any:
    """Cite the parts of a policy's name."""
    return say(" ").join(sheet.cite(row, key, **how) for key in keys)


@dataclass(frozen=True)
class Ranking:
    """How a page shows policies that `cakernel.best` ranked together, as of `ranking_contents`."""

    keys: Mapping[str, str]
    outcome: str
    tolerance: float
    confidence: float
    note: str
    terms: Terms

    @classmethod
    def of(
        cls, folder: RunFolder, note: str, *, keys: Mapping[str, str], model: str | None = None
    ) -> "Ranking":
        """Read outcome and tolerance from a folder's record."""
        outcome = outcome_in_words(str(folder.setting("outcome") or "outcome"), model=model)
        tolerance, confidence = folder.setting("tolerance"), folder.setting("confidence")
        return cls(
            keys,
            outcome,
            TOLERANCE if tolerance is None else tolerance,
            CONFIDENCE if confidence is None else confidence,
            note,
            terms_of(model),
        )

    def findings(self, part: Sheet, group: Any) -> list[Any]:
        """Say which policy of a group is best, and how sure that is; ``part`` are its rows."""
        card = Card(
            part.frame, list(self.keys), self.outcome, self.confidence, self.tolerance, self.terms,
            Citing(part),
        )  # fmt: skip
        heading = say(
            "{} policies{}, the highest {} is the best",
            part.over("rank", "count"), say(" {}", group) if group else "", self.outcome,
        )  # fmt: skip
        return [Answer(heading, card.lines())]

    def section(self, part: Sheet, number: int | str, group: str) -> Section:
        """Return a picture and a table of the policies; ``part`` are the rows of one group."""
        name = f"Policies {group}".strip()
        blocks = [self._picture(part, number, name), self._grid(part, number, name)]
        return Section(f"group-{number}", name, blocks)

    def _picture(self, part: Sheet, number: int | str, name: str) -> Picture:
        chart = best(
            part.frame,
            keys=list(self.keys),
            outcome=self.outcome,
            tolerance=self.tolerance,
            most=SHOWN,
            note=self.note,
            keep_all=True,
        )
        return picture(
            chart,
            id=f"best-{number}",
            caption=f"{name}: differences from the best, with their intervals.",
            source=part.file,
            filters=by_varying(part.frame, self.keys),
            columns={**self.keys, "mean": self.outcome, **COLUMNS},
        )

    def _grid(self, part: Sheet, number: int | str, name: str) -> Grid:
        listed = part.frame.head(LISTED)
        whole = f".{decimals(listed['standard_error'], listed['mean'])}f"
        signed = f"+.{decimals(listed['difference_error'], listed['difference'])}f"
        styles = {
            **dict.fromkeys(("mean", "standard_error"), whole),
            **dict.fromkeys(("difference", "lower", "upper"), signed),
            **{"side": "", "probability_best": ".3f", "probability_within": ".3f"},
            "replications_to_settle": ",",
        }
        rows = []
        for row in listed.iter_rows(named=True):
            cell: dict[str, Any] = {
                column: part.cite(row, column, style=style, brief=True)
                for column, style in styles.items()
            }
            cell["lower"] = say("{} to {}", cell["lower"], cell.pop("upper"))
            cell["side"] = Cell(cell["side"], kind="yes" if row["side"] == "inside" else "")
            rows.append([policy_name(part, row, self.keys, brief=True), *cell.values()])
        return simple_grid(
            f"best-table-{number}",
            f"{name}: the {listed.height:,} highest of {part.frame.height:,}. Difference: from the "
            f"best; the best's from the second. Source: {part.file}.",
            ["policy", self.outcome, "standard error", "difference", "interval",
             "side of the best set's edge", "probability of being best", "of being in the set",
             "replications to settle"],
            rows,
            kind="numbers",
        )  # fmt: skip


@dataclass(frozen=True)
class Citing:
    """A card's numbers with the places that they are from; see `cakernel.ranking.in_words`."""

    part: Sheet

    def cite(self, row: Mapping[str, Any], column: str, **how: Any) -> Any:
        """Cite a column of a row."""
        return self.part.cite(row, column, **how)

    def count(self, rows: pl.DataFrame) -> Any:
        """Cite how many rows there are."""
        return Sheet(self.part.file, rows).over("rank", "count", style=",")

    def below(self, first: Mapping[str, Any], row: Mapping[str, Any]) -> Any:
        """Cite how far the mean of a row is below that of the first, in percent of it."""
        return self.part.less(first, row, "mean")

    def fixed(self, text: str) -> Any:
        """Mark a number that was chosen."""
        return say('<span class="fixed">{}</span>', text)

    def say(self, words: str, *parts: Any) -> Any:
        """Put parts in the places of braces."""
        return say(words, *parts)
