"""What columns and values are called where people read them; a model's own names are its own.

Files keep the columns' names.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from cakernel.measures import Measure
from cakernel.wording import number_style, share_style, written

CONDITION: Final = re.compile(r"(?:(\S+) < )?(.+?) (<=|>|is not|is) (.+)")
OF_SINGLE: Final = re.compile(r"(.+)_(\d+)")


class Term(NamedTuple):
    """What a value of a column stands for: its code, name, a few words and a sentence.

    ``code`` is empty where readers are not to see it; ``phrase`` is how the value is said as part
    of a policy, ``sentence`` what it means.
    """

    code: str
    name: str
    phrase: str = ""
    sentence: str = ""

    @property
    def title(self) -> str:
        """Code and name, as in "SRD-4 rigorous benchmarking"."""
        return f"{self.code} {self.name}".strip()

    @property
    def whole(self) -> str:
        """Code, name and sentence, as where a reader meets it first."""
        return f"{self.code}, {self.name}: {self.sentence}"


def explained(terms: Iterable[Term]) -> list[tuple[str, str]]:
    """Return codes and what each stands for; of terms of one code and name the sentences follow.

    Examples
    --------
    >>> sides = ("never rebuild operations", "never rebuild intangibles")
    >>> explained(Term("none", "no recovery", sentence=words) for words in sides)
    [('none', 'no recovery: never rebuild operations; never rebuild intangibles')]
    """
    found: dict[tuple[str, str], list[str]] = {}
    for term in terms:
        if term.code:
            found.setdefault((term.code, term.name), []).append(term.sentence)
    return [
        (code, f"{name}: {'; '.join(dict.fromkeys(sentences))}")
        for (code, name), sentences in found.items()
    ]


@dataclass(frozen=True)
class Terms:
    """What a model's columns and values are called.

    ``columns`` are columns and fields in words, ``shares`` those that are probabilities or parts
    of a whole, to be written in percent; ``values`` what values of a column stand for. ``settings``
    is a sentence with a model's fields in braces. ``variant`` gives the term of a value that is a
    variant of a known one, by column and value. ``effort`` says how much a policy asks of those
    who follow it, least first: from its columns to numbers to be compared, or None where unknown;
    ``simplest`` is how that is explained. ``owned`` takes apart the name of a field that something
    in particular has: the column that it is like, and whose it is; None of any other name.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    shares: frozenset[str] = frozenset()
    values: Mapping[str, Mapping[str, Term]] = field(default_factory=dict)
    settings: str = ""
    variant: Callable[[str, str], Term | None] = lambda column, value: None
    effort: Callable[[Mapping[str, Any]], tuple[int, ...] | None] = lambda row: None
    simplest: str = ""
    owned: Callable[[str], tuple[str, str] | None] = lambda name: None

    def column(self, name: str) -> str:
        """Return what a column is called; of a single chain, also of which."""
        if owned := self.owned(name):
            return f"{self.column(owned[0])} of {owned[1]}"
        if name in self.columns:
            return self.columns[name]
        for prefix, before in (("mean_", ""), ("se_", "standard error of ")):
            short = name.removeprefix(prefix)
            if short != name and short in self.columns:
                return before + self.columns[short]
        measure = Measure.named(name.removeprefix("se_"))
        if measure is not None:
            before = "standard error of the " if name.startswith("se_") else ""
            return before + measure.words(self.column(measure.of))
        single = OF_SINGLE.fullmatch(name)
        if single and single[1] in self.columns:
            return f"{self.columns[single[1]]}, chain {single[2]}"
        return name.replace("_", " ")

    def term(self, name: str, value: Any) -> Term | None:
        """Return what a value of a column stands for, if anything."""
        name, _ = self.owned(name) or (name, "")
        return self.values.get(name, {}).get(str(value)) or self.variant(name, str(value))

    def style(self, name: str, value: Any) -> str:
        """Return the format of a value of a column."""
        name, _ = self.owned(name) or (name, "")
        single = OF_SINGLE.fullmatch(name)
        if not isinstance(value, float):
            return "," if isinstance(value, int) and not isinstance(value, bool) else ""
        if name in self.shares or (single and single[1] in self.shares):
            return share_style(value)
        return number_style(value)

    def value(self, name: str, value: Any) -> str:
        """Write a value of a column: a name for a code, percent for a share."""
        term = self.term(name, value)
        if term is not None:
            return term.title
        return written(value, style=self.style(name, value))

    def pair(self, name: str, value: Any) -> str:
        """Write a column and its value, as in "firms in a chain: 5"."""
        return f"{self.column(name)}: {self.value(name, value)}"

    def where(self, rule: str) -> str:
        """Say the conditions of a decision rule in words.

        Examples
        --------
        >>> terms = Terms(columns={"risk": "risk a day"}, shares=frozenset(["risk"]))
        >>> terms.where("0.1 < risk <= 0.25 and firms > 4")
        'risk a day above 10%, at most 25%; firms above 4'
        """
        found = [CONDITION.fullmatch(part) for part in rule.split(" and ")]
        if None in found:
            # no conditions, but perhaps names of columns
            return re.sub(r"\w+_\w+", lambda name: self.column(name[0]), rule)
        return "; ".join(self._condition(*match.groups()) for match in found if match)

    def _condition(self, low: str | None, name: str, sign: str, value: str) -> str:
        ends = [self._number(name, low)] if low else []
        at = {"<=": "at most ", ">": "above ", "is": "is ", "is not": "is not "}[sign]
        words = f"{at}{self._number(name, value)}"
        above = "".join(f"above {end}, " for end in ends)
        return f"{self.column(name)} {above}{words}"

    def _number(self, name: str, text: str) -> str:
        try:
            return self.value(name, float(text))
        except ValueError:
            return self.value(name, text)

    def policy(self, row: Mapping[str, Any], keys: Iterable[str]) -> str:
        """Say what a policy does, or nothing where its columns have no words."""
        found = [self.term(key, row[key]) for key in keys]
        return ", ".join(term.phrase for term in found if term and term.phrase)

    def named(self, rows: Iterable[Mapping[str, Any]], keys: Iterable[str]) -> list[Term]:
        """Return the terms that occur in rows, each once, in the order of the columns."""
        listed, found = list(rows), []
        for key in keys:
            used = dict.fromkeys(str(row[key]) for row in listed)
            known = self.values.get(key, {})
            ordered = [*(code for code in known if code in used), *used]
            terms = (self.term(key, code) for code in dict.fromkeys(ordered))
            found += [term for term in terms if term is not None]
        return found
