"""What a model brings to the live page, and what an answer is made of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt
import polars as pl

from cakernel.live.fields import Group, Setting


@dataclass(frozen=True)
class Panels:
    """One replication, place by place: what ``periods`` frames of a film show.

    ``levels`` are whole numbers from 0, shape (periods, rows, columns), by what they are called
    (two at most: the first fills a place, the second is a disc in it); ``level_names`` are theirs,
    lowest first. ``more`` are further numbers of each place, of the same shape, for those who
    point at it.
    """

    title: str
    row: str
    column: str
    levels: Mapping[str, npt.NDArray[Any]]
    level_names: Sequence[str]
    more: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Periods, rows and columns."""
        periods, rows, columns = next(iter(self.levels.values())).shape
        return periods, rows, columns


@dataclass(frozen=True)
class Answer:
    """What is known of a setting so far; parts that are None are still to come.

    ``ranked`` is one group of the frame of `cakernel.best`, of ``outcome``; ``courses`` are means
    over time: outcome (in words), period, mean, lower, upper, of the policy and replications that
    ``courses_of`` names. ``state`` says in a few words how far the work is; ``final`` that nothing
    more will come.
    """

    replications: int = 0
    ranked: pl.DataFrame | None = None
    outcome: str = ""
    courses: pl.DataFrame | None = None
    courses_of: str = ""
    panels: Panels | None = None
    state: str = ""
    final: bool = False


# yields None where nothing is new, so that it can be left for a newer setting
Answers = Callable[[Setting], Iterator[Answer | None]]


@dataclass(frozen=True)
class Part:
    """What a model brings: fields, where they start, answers, words, and files to take away.

    ``new_answers`` makes what answers the settings of one page. ``files`` return a file's content
    for a setting and a number of replications, by its name; the last is shown on the page, too.
    ``courses`` are the outcomes that an answer's courses may have.
    """

    title: str
    groups: Sequence[Group]
    start: Setting
    new_answers: Callable[[], Answers]
    in_words: Callable[[Setting], str]
    files: Mapping[str, Callable[[Setting, int], str]]
    keys: Sequence[str]
    model: str
    courses: Sequence[str] = ()
