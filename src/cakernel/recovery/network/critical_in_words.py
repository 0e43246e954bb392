"""What `cakernel.critical` found, in words: which firms matter most, and of how many it is sure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import polars as pl

from cakernel.recovery.words import OUTCOME_WORDS
from cakernel.wording import decimals

# firms that a sentence names
NAMED: Final = 3
TITLES: Final = {
    "protected": "operations protected: what the others have",
    "hit": "hit severely in period 1: what the others have",
    "stock": "a unit of stock more: what all firms have",
    "backup": "a backup more: what all firms have",
}
# how a sentence begins, and where nothing is sure; whose outcome it is of; whether a gain is sought
WORDS: Final = {
    "protected": ("Protecting", "No protection", "the others", True),
    "hit": ("A severe hit of", "No severe hit", "the others", False),
    "stock": ("A unit of stock more at", "No unit of stock more", "all firms", True),
    "backup": ("A link from", "No link", "all firms", True),
}


class Sure(NamedTuple):
    """Changes of one kind whose effect is sure: as looked for, and the opposite one.

    ``larger`` are those that are not sure, and do more than one that a sentence names; ``most`` is
    what it then says of the first. ``words`` are those of `WORDS`, ``verb`` what the change does to
    the outcome of whom ``whose`` says.
    """

    looked_for: pl.DataFrame
    opposite: pl.DataFrame
    larger: pl.DataFrame
    most: str
    words: tuple[str, str, str, bool]
    verb: str
    whose: str

    @property
    def style(self) -> str:
        """How differences are written."""
        return f".{decimals(self.looked_for['se'], self.looked_for['difference'])}f"


def sure_of(part: pl.DataFrame, outcome: str) -> Sure:
    """Return the changes of one kind, all rows of ``part``, whose intervals leave out 0."""
    words = WORDS[part["change"][0]]
    *_, whose, gain = words
    up, down = (pl.col("low") > 0).fill_null(False), (pl.col("high") < 0).fill_null(False)
    first, other = (part.filter(each) for each in ((up, down) if gain else (down, up)))
    sizes = first["difference"].head(NAMED).abs().to_list() or [float("inf")]
    effect = pl.col("difference") * (1 if gain else -1)
    larger = part.filter(~(up | down) & (effect > sizes[-1]))
    most = "most" if larger.filter(effect > sizes[0]).is_empty() else "most of those that surely do"
    verb = "raises" if gain else "lowers"
    return Sure(first, other, larger, most, words, verb, f"{whose}' {OUTCOME_WORDS[outcome]}")


def critical_in_words(rows: pl.DataFrame, *, outcome: str) -> list[str]:
    """Say of each kind of change which matter most, and of how many it is not sure."""
    sentences = []
    for part in rows.partition_by("change", maintain_order=True):
        found = sure_of(part, outcome)
        first, other, larger, most, (begin, none, *_), verb, what = found
        if first.is_empty():
            sentences.append(f"{none} of {part.height:,} surely {verb} {what}.")
        else:
            (leader, by), *others = _named(first, found.style)
            then = f"; then {_listed(others)}" if others else ""
            sentences.append(f"{begin} {leader} {verb} {what} {most}, by {by}{then}.")
            if not larger.is_empty():
                listed = _listed(_named(larger, found.style))
                sentences[-1] += f" Larger than some of these, but not sure: {listed}."
        if not other.is_empty():
            sentences[-1] += f" The opposite is sure of {other.height:,} of {part.height:,}."
        unsure = part.height - first.height - other.height
        if unsure:
            sentences[-1] += f" Neither is sure of {unsure:,} of {part.height:,}."
    return sentences


def _named(rows: pl.DataFrame, style: str) -> list[tuple[str, str]]:
    """Return what the first rows are of, and the size of their differences."""
    some = rows.head(NAMED).select("of", "difference").rows()
    return [(of, f"{abs(size):{style}}") for of, size in some]


def _listed(named: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{of}, by {size}" for of, size in named)
