"""What `best` found, for those who read no tables: a card of a few lines, the answer first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import polars as pl

from cakernel.terms import Terms, explained
from cakernel.wording import decimals, written

MOST_NAMED: Final = 6
"""Policies that are named one by one; more are counted."""
Row = Mapping[str, Any]
Lines = list[tuple[str, Any]]


class Writer(Protocol):
    """How a card's numbers are written: plainly, or with the place they are from."""

    def cite(self, row: Row, column: str, *, style: str = "", scale: float = 1.0) -> Any:
        """Write a column of a row."""

    def count(self, rows: pl.DataFrame) -> Any:
        """Write how many rows there are."""

    def below(self, first: Row, row: Row) -> Any:
        """Write how far the mean of a row is below that of the first, in percent of it."""

    def fixed(self, text: str) -> Any:
        """Write a number that was chosen, not found."""

    def say(self, words: str, *parts: Any) -> Any:
        """Put parts in the places of braces."""


class Plain:
    """A card's numbers as text."""

    def cite(self, row: Row, column: str, *, style: str = "", scale: float = 1.0) -> str:
        """Write a column of a row."""
        return written(row[column], style=style, scale=scale)

    def count(self, rows: pl.DataFrame) -> str:
        """Write how many rows there are."""
        return f"{rows.height:,}"

    def below(self, first: Row, row: Row) -> str:
        """Write how far the mean of a row is below that of the first, in percent of it."""
        return written(row["mean"] / first["mean"] - 1, style=".1%", scale=-1)

    def fixed(self, text: str) -> str:
        """Write a number that was chosen, not found."""
        return text

    def say(self, words: str, *parts: Any) -> str:
        """Put parts in the places of braces."""
        return words.format(*parts)


@dataclass(frozen=True)
class Card:
    """One group of the frame of `best`, best first, as a card; every number is one of its rows.

    ``keys`` name a policy, ``outcome`` is what is compared, in words, ``confidence`` and
    ``tolerance`` are those that `best` was given; ``terms`` are the model's.
    """

    ranked: pl.DataFrame
    keys: Sequence[str]
    outcome: str
    confidence: float
    tolerance: float
    terms: Terms
    to: Writer

    @property
    def first(self) -> dict[str, Any]:
        """The row of the best policy."""
        return self.ranked.row(0, named=True)

    @property
    def second(self) -> dict[str, Any]:
        """The row of the policy that the best is compared with."""
        return self.ranked.row(min(1, self.ranked.height - 1), named=True)

    @property
    def simplest(self) -> dict[str, Any] | None:
        """The row of the simplest policy within the tolerance; None where nothing tells."""
        asked = {
            place: effort
            for place, row in enumerate(self.ranked.iter_rows(named=True))
            if row["within"] and (effort := self.terms.effort(row)) is not None
        }
        if not asked:
            return None
        # the rows are best first, so that of equally simple ones the best is taken
        return self.ranked.row(min(asked, key=lambda place: (asked[place], place)), named=True)

    def lines(self) -> Lines:
        """Return labels, and what stands beside each."""
        within = f"Within {100 * self.tolerance:.4g}%"
        lines: Lines = [("Best", self._best()), ("Lead", self._lead()), ("How sure", self._sure())]
        lines.append((within, self._within()))
        simplest = self.simplest
        if simplest is not None:
            lines.append(("Simplest of these", self._simple(simplest)))
        shown = [self.first, *([simplest] if simplest else [])]
        named = self.terms.named(shown, self.keys)
        return lines + explained(named)

    def _name(self, row: Row) -> Any:
        places = " ".join("{}" for _ in self.keys)
        return self.to.say(places, *(self.to.cite(row, key) for key in self.keys))

    def _style(self, row: Row, error: str) -> str:
        return (
            f".{decimals([row[error]], [row['mean'] if error[0] == 's' else row['difference']])}f"
        )

    def _best(self) -> Any:
        row = self.first
        words, style = self.terms.policy(row, self.keys), self._style(row, "standard_error")
        return self.to.say(
            "{}{}; {} {} (standard error {})",
            self._name(row),
            f", {words}" if words else "",
            self.outcome,
            self.to.cite(row, "mean", style=style),
            self.to.cite(row, "standard_error", style=style),
        )

    def _lead(self) -> Any:
        """Say how far the best is ahead of the second, with the interval."""
        row, count = self.first, self.to.cite(self.first, "replications", style=",")
        second = self.to.cite(row, "compared_with")
        most = ""
        if "differing_upper" in row:
            share = self.to.cite(row, "differing_upper", style=".2g", scale=100.0)
            most = self.to.say("at most {}% of all, at {}", share, self._level())
        if row["lower"] is None and not row.get("differing", 1):
            return self.to.say(
                "none: equal to {} in all {} replications; they differ in {}", second, count, most
            )
        size = self._amount(row, second)
        if row["lower"] is None:
            return self.to.say("{}; the same in all {}: no interval is known", size, count)
        sentence = self.to.say("{}; {} interval {}", size, self._level(), self._interval(row))
        if "differing" in row and 2 * row["differing"] < row["replications"]:
            differing = self.to.cite(row, "differing", style=",")
            sentence = self.to.say(
                "{}; they differ in {} of {} replications, in {}", sentence, differing, count, most
            )
        return sentence

    def _amount(self, row: Row, rival: Any) -> Any:
        """Say by how much the best, whose row it is, is better than the second."""
        sign = -1.0 if row["difference"] < 0 else 1.0
        size = self.to.cite(
            row, "difference", style=self._style(row, "difference_error"), scale=sign
        )
        if not 0 < self.second["mean"] <= row["mean"]:
            return self.to.say("{} over {}", size, rival)
        return self.to.say("{} over {}, {}", size, rival, self.to.below(row, self.second))

    def _interval(self, row: Row) -> Any:
        """Write the interval of how much better the best is."""
        sign, ends = (1.0, ("lower", "upper"))
        if row["difference"] < 0:
            sign, ends = -1.0, ("upper", "lower")
        style = self._style(row, "difference_error")
        return self.to.say(
            "{} to {}", *(self.to.cite(row, end, style=style, scale=sign) for end in ends)
        )

    def _sure(self) -> Any:
        """Say whether the others are ruled out, and whether there are replications enough."""
        row, others = self.first, self.ranked.slice(1)
        rivals = others.filter("may_be_best")
        if rivals.is_empty():
            who = "the other policy is"
            if others.height > 1:
                who = self.to.say("all {} others are", self.to.count(others))
            known = self.to.say("{} ruled out as the best at {} together", who, self._level())
        else:
            many = self.to.count(rivals)
            known = self.to.say(
                "{} other{} may be the best as well ({})",
                many, "" if rivals.height == 1 else "s", self._names(rivals),
            )  # fmt: skip
            if row["lower"] is not None and row["lower"] <= 0 <= row["upper"]:
                needed = "more than a million"
                if row["replications_to_settle"] is not None:
                    number = self.to.cite(row, "replications_to_settle", style=",")
                    needed = self.to.say("about {}", number)
                known = self.to.say("{}; {} replications would settle the lead", known, needed)
        return self._trusted(known, settled=rivals.is_empty())

    def _trusted(self, known: Any, *, settled: bool) -> Any:
        row = self.first
        word = "Sure" if settled else "Open"
        # a folder of an earlier version does not tell whether intervals can be trusted
        if "replications_to_trust" not in row:
            return self.to.say("{}: {}.", word, known)
        count = self.to.cite(row, "replications", style=",")
        enough = self.to.cite(row, "replications_to_trust", style=",")
        if row["replications_to_trust"] is None:
            return self.to.say(
                "Not known: {} replication{} not show how differences vary: trust no interval.",
                count,
                " does" if row["replications"] == 1 else "s do",
            )
        if row["replications_to_trust"] > row["replications"]:
            return self.to.say(
                "Not yet: of differences as skewed as these, {} replications may lack what is "
                "rare; about {} would do. Until then: {}.", count, enough, known,
            )  # fmt: skip
        unknown = self.ranked.filter(pl.col("lower").is_null())
        but = self.to.say(", but for {} that they do not tell", self.to.count(unknown))
        return self.to.say(
            "{}: {}. The intervals are trustworthy{}: such differences need {} replications, {} "
            "were run.", word, known, but if unknown.height else "", enough, count,
        )  # fmt: skip

    def _within(self) -> Any:
        """Say who else is within the tolerance, and for whom that is open."""
        inside = self.ranked.slice(1).filter("within")
        unsure = self.ranked.filter(pl.col("side") == "open")
        words = self._listed(inside) if inside.height else "no other policy"
        if unsure.is_empty():
            return words
        return self.to.say("{}; on which side of that edge it lies is open for {}", words,
                           self._listed(unsure))  # fmt: skip

    def _simple(self, row: Row) -> Any:
        """Say which policy within the tolerance is the simplest, and what it costs."""
        if row == self.first:
            return "the best itself: no policy within is simpler"
        style = self._style(row, "difference_error")
        sign = -1.0 if row["difference"] < 0 else 1.0
        cost = self.to.cite(row, "difference", style=style, scale=sign)
        words = self.terms.policy(row, self.keys)
        share = (
            self.to.say(" ({})", self.to.below(self.first, row)) if self.first["mean"] > 0 else ""
        )
        interval = (
            "no interval is known"
            if row["lower"] is None
            else self.to.say("{} interval {}", self._level(), self._interval(row))
        )
        return self.to.say(
            "{}, {}; it costs {}{} against the best, {}",
            self._name(row),
            words,
            cost,
            share,
            interval,
        )

    def _level(self) -> Any:
        return self.to.fixed(f"{100 * self.confidence:.4g}%")

    def _listed(self, rows: pl.DataFrame) -> Any:
        """Name policies, or count them and name the first."""
        if rows.height <= MOST_NAMED:
            return self._names(rows)
        return self.to.say("{} policies ({})", self.to.count(rows), self._names(rows))

    def _names(self, rows: pl.DataFrame) -> Any:
        named = [self._name(row) for row in rows.head(MOST_NAMED).iter_rows(named=True)]
        more = ["\u2026"] if rows.height > MOST_NAMED else []
        return self.to.say(", ".join("{}" for _ in (*named, *more)), *named, *more)


def ranking_in_words(
    ranked: pl.DataFrame,
    *,
    keys: Sequence[str],
    outcome: str,
    confidence: float,
    tolerance: float,
    terms: Terms | None = None,
) -> str:
    """Sum up one group of the frame of `best` in a few sentences; see `Card`."""
    card = Card(ranked, keys, outcome, confidence, tolerance, terms or Terms(), Plain())
    return " ".join(f"{label}: {str(words).rstrip('.')}." for label, words in card.lines())
