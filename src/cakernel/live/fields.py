"""Fields of a live page, and how a setting of them is written in an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl, urlencode

from cakernel.checks import reject_unknown
from cakernel.errors import InvalidInput
from cakernel.wording import shown

# the values of all fields, by name
Setting = dict[str, Any]
# of an address
MOST_CHARACTERS = 8192


@dataclass(frozen=True)
class Number:
    """A number, with the ends and the step of its slider; a typed one may lie beyond the ends."""

    name: str
    label: str
    default: float
    low: float
    high: float
    step: float = 1
    whole: bool = False

    def read(self, text: str) -> float:
        """Return the number that a text of an address stands for."""
        try:
            value = int(text) if self.whole else float(text)
        except ValueError:
            value = float("nan")
        if not isfinite(value):
            kind = "a whole number" if self.whole else "a number"
            raise InvalidInput(f"{self.name}: got {shown(text)}; must be {kind}")
        return value

    def write(self, value: float) -> str:
        """Return the text of a number for an address."""
        return repr(value)


@dataclass(frozen=True)
class Choice:
    """One of some values; ``options`` are what they are called, by value."""

    name: str
    label: str
    default: str
    options: Mapping[str, str]

    def read(self, text: str) -> str:
        """Return a text of an address, if it is one of the values."""
        if text not in self.options:
            listed = ", ".join(list(self.options)[:12])
            more = ", ..." if len(self.options) > 12 else ""
            raise InvalidInput(f"{self.name}: got {shown(text)}; must be one of {listed}{more}")
        return text

    def write(self, value: str) -> str:
        """Return the text of a value for an address."""
        return value


@dataclass(frozen=True)
class Several:
    """Any of some values, in their order; ``options`` are what they are called, by value."""

    name: str
    label: str
    default: tuple[str, ...]
    options: Mapping[str, str]

    def read(self, text: str) -> tuple[str, ...]:
        """Return the values that a text of an address lists, with commas between them."""
        listed = text.split(",") if text else []
        for value in listed:
            if value not in self.options:
                raise InvalidInput(
                    f"{self.name}: got {shown(value)}; must be of {', '.join(self.options)}"
                )
        return tuple(value for value in self.options if value in listed)

    def write(self, value: Sequence[str]) -> str:
        """Return the text of values for an address."""
        return ",".join(value)


Field = Number | Choice | Several


@dataclass(frozen=True)
class Group:
    """Fields that stand under one heading; one that is not ``open`` shows them when asked to."""

    title: str
    fields: Sequence[Field]
    open: bool = False


def fields_of(groups: Sequence[Group]) -> dict[str, Field]:
    """Return all fields by name."""
    return {field.name: field for group in groups for field in group.fields}


def defaults(groups: Sequence[Group]) -> Setting:
    """Return the setting in which every field has its default."""
    return {name: field.default for name, field in fields_of(groups).items()}


def read_query(query: str, groups: Sequence[Group], start: Setting) -> tuple[Setting, list[str]]:
    """Return the setting that an address asks for, and a line for each part that is of no use.

    An empty query asks for ``start``. In any other, fields that it leaves out have their defaults:
    what it means does not depend on where the page was started.
    """
    query = query.removeprefix("?")
    if not query:
        return dict(start), []
    if len(query) > MOST_CHARACTERS:
        return dict(start), [
            f"address: got {len(query):,} characters; must be at most {MOST_CHARACTERS:,}"
        ]
    known = fields_of(groups)
    setting, problems = defaults(groups), []
    for name, text in parse_qsl(query, keep_blank_values=True):
        try:
            # a name in an address may have line breaks
            reject_unknown({" ".join(name.split()): text}, list(known), "address: ")
            field = known[" ".join(name.split())]
            setting[field.name] = field.read(text)
        except InvalidInput as error:
            problems.append(str(error))
    return setting, problems


def write_query(setting: Setting, groups: Sequence[Group], start: Setting) -> str:
    """Return the address's part for a setting: what is not the default, or not at the start."""
    return urlencode(
        {
            name: field.write(setting[name])
            for name, field in fields_of(groups).items()
            if setting[name] != field.default or setting[name] != start[name]
        },
        safe=",",
    )
