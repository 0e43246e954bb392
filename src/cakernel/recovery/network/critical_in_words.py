"""What `cakernel.critical` found, in words: which firms matter most, and of how many it is sure."""

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

    ``words`` are those of `WORDS`, ``verb`` what the change does to the outcome of whom ``whose``
    says.
    """

    looked_for: pl.DataFrame
    opposite: pl.DataFrame
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
    verb = "raises" if gain else "lowers"
    return Sure(first, other, words, verb, f"{whose}' {OUTCOME_WORDS[outcome]}")


def critical_in_words(rows: pl.DataFrame, *, outcome: str) -> list[str]:
    """Say of each kind of change which matter most, and of how many it is not sure."""
    sentences = []
    for part in rows.partition_by("change", maintain_order=True):
        first, other, (begin, none, *_), verb, what = found = sure_of(part, outcome)
        if first.is_empty():
            sentences.append(f"{none} of {part.height:,} surely {verb} {what}.")
        else:
            by = [f"{abs(size):{found.style}}" for size in first["difference"].head(NAMED)]
            named = [f"{of}, by {size}" for of, size in zip(first["of"], by, strict=False)]
            then = f"; then {'; '.join(named[1:])}" if len(named) > 1 else ""
            sentence = f"{begin} {first['of'][0]} {verb} {what} most, by {by[0]}{then}."
            sentences.append(sentence)
        if not other.is_empty():
            sentences[-1] += f" The opposite is sure of {other.height:,} of {part.height:,}."
        unsure = part.height - first.height - other.height
        if unsure:
            sentences[-1] += f" Neither is sure of {unsure:,} of {part.height:,}."
    return sentences
