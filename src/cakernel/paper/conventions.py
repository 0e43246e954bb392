"""The conventions that the printed tables imply, each set against its alternatives.

The published convention is simulated once; with the rules as printed, without each deviation and
without all. Each alternative changes one thing of it, and all seven regimes are simulated again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import polars as pl

from cakernel.devices import Device
from cakernel.errors import InvalidInput
from cakernel.paper.deviations import DEVIATIONS
from cakernel.paper.goodness_of_fit import (
    FIGURE,
    PAPER_REPLICATIONS,
    figures_of,
    fit,
    residuals,
)
from cakernel.paper.printed_rules import as_printed, with_printed_rules
from cakernel.paper.published import CLOUD_RULES
from cakernel.recovery.engine import Progress
from cakernel.recovery.model import CONVENTIONS, REGIMES, Model, regime
from cakernel.recovery.paired import shifted
from cakernel.recovery.policy import policies
from cakernel.recovery.scenario import paper_scenarios
from cakernel.recovery.simulation import simulate

ALL_RULES: Final = with_printed_rules(policies(cyber_rules=CLOUD_RULES))
FEW_RULES: Final = with_printed_rules(policies(cyber_rules=["CRD-1", "CRD-2", "CRD-5", "CRD-6"]))
"""Policies of the printed rows; without CRD-3 and CRD-4, which are as printed CRD-1."""
PUBLISHED, OTHER_DRAWS, TABLE_1 = "published", "other-draws", "table-1"
WITHOUT: Final = "without-"
"""Before a deviation's name: the published convention without it."""


class Alternative(NamedTuple):
    """A question that the text leaves open or answers otherwise, an answer, and its fields."""

    question: str
    answer: str
    changes: dict[str, Any]


START_X, START_Y = "initial_operational", "initial_intangibles"
ENDS, ACROSS = "boundary_ends", "boundary_across"
ALTERNATIVES: Final = {
    "chains-3": Alternative("chains", "3 (text)", {"chains": 3}),
    "chains-4": Alternative("chains", "4", {"chains": 4}),
    "chains-6": Alternative("chains", "6", {"chains": 6}),
    "when-hit": Alternative("recovery", "only where hit (text)", {"recovery": "when-hit"}),
    "r-0": Alternative("initial R", "0", {"initial_resources": 0.0}),
    "r-2": Alternative("initial R", "2", {"initial_resources": 2.0}),
    "r-4": Alternative("initial R", "4", {"initial_resources": 4.0}),
    "start-1-1": Alternative("initial x, y", "1, 1", {START_X: 1, START_Y: 1}),
    "start-0-0": Alternative("initial x, y", "0, 0", {START_X: 0, START_Y: 0}),
    "ring-ends": Alternative("boundary", "ends of chains joined", {ENDS: "periodic"}),
    "ring-across": Alternative("boundary", "outer chains joined", {ACROSS: "periodic"}),
    "torus": Alternative("boundary", "both joined", {ENDS: "periodic", ACROSS: "periodic"}),
    "text": Alternative("all of them", "the text", CONVENTIONS["text"]),
}
"""Alternatives to the published convention, one thing changed at a time but for the last."""

NAMES: Final = (
    OTHER_DRAWS,
    *(WITHOUT + name for name in DEVIATIONS),
    TABLE_1,
    *ALTERNATIVES,
)


def check_names(names: Sequence[str]) -> None:
    """Raise for a name that is none of ``NAMES``."""
    for name in names:
        if name not in NAMES:
            raise InvalidInput(f"alternative: got {name!r}; must be one of {', '.join(NAMES)}")


def conventions(
    *,
    names: Sequence[str] = NAMES,
    regimes: Sequence[str] = tuple(REGIMES),
    replications: int = 20,
    seed: int = 1,
    threads: int | None = None,
    device: Device | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[dict[str, Any], pl.DataFrame]]:
    """Fit the printed tables with the published convention, then with each alternative.

    Parameters
    ----------
    names : sequence of str
        Which of ``NAMES``, by default all.
    regimes : sequence of str
        The paper's regimes compared, by default all seven.
    replications, seed, threads, device, progress
        As of `cakernel.simulate`; progress is over all that is simulated.

    Yields
    ------
    tuple of (dict, polars.DataFrame)
        The published convention first. The row of the table: ``name``, ``question``, ``answer``,
        what `fit` tells, and ``times_published``, the mean square over that of the published
        convention; and the figures with their residuals, all in units of the errors of the
        published convention.

    Raises
    ------
    InvalidInput
        If a name or an argument is outside its range.

    Examples
    --------
    >>> found = [row for row, _ in conventions(names=["r-0"], regimes=["t30"], replications=2)]
    >>> [row["name"] for row in found], found[1]["times_published"] > 5
    (['published', 'r-0'], True)
    """
    check_names(names)
    models = {name: regime(name) for name in regimes}
    work = _Work(models, replications, seed, threads, device, progress, runs=_runs(names))
    raw = work.simulated({}, with_all_rules=True)
    published = _figures(raw, DEVIATIONS)
    reference = residuals(published, published)
    first = {
        "name": PUBLISHED,
        "question": "nothing",
        "answer": "the tables imply it",
        **fit(reference),
    }
    yield first | {"times_published": 1.0}, reference
    for name in names:
        runs_of_printed = PAPER_REPLICATIONS
        if name == OTHER_DRAWS:
            question, answer = "nothing", "other draws, as if printed"
            other = _figures(work.simulated({}, other_draws=True), DEVIATIONS)
            found, runs_of_printed = _as_if_printed(published, other), replications
        elif name in ALTERNATIVES:
            question, answer, changes = ALTERNATIVES[name]
            found = _figures(work.simulated(changes), DEVIATIONS)
        else:
            off = name.removeprefix(WITHOUT)
            question = "rules"
            answer = "all of Table 1" if name == TABLE_1 else f"{DEVIATIONS[off].rows} of Table 1"
            found = _figures(raw, [one for one in DEVIATIONS if name != TABLE_1 and one != off])
        figures = residuals(found, published, replications=runs_of_printed)
        row = {"name": name, "question": question, "answer": answer, **fit(figures)}
        yield row | {"times_published": row["mean_square"] / first["mean_square"]}, figures


def _runs(names: Sequence[str]) -> int:
    """Return how often the regimes are simulated, after the first time."""
    return len([name for name in names if name in (OTHER_DRAWS, *ALTERNATIVES)])


@dataclass
class _Work:
    """What is simulated, and how much of it is done."""

    models: dict[str, Model]
    replications: int
    seed: int
    threads: int | None
    device: Device | None
    progress: Progress | None
    runs: int
    done: int = 0

    def simulated(
        self, changes: dict[str, Any], *, with_all_rules: bool = False, other_draws: bool = False
    ) -> dict[str, pl.DataFrame]:
        """Simulate the printed policies in each regime with some fields of the model changed."""
        every, few = ALL_RULES * len(self.models), FEW_RULES * len(self.models)
        of_policy = len(paper_scenarios()) * self.replications
        total = (len(every) + self.runs * len(few)) * of_policy
        found = {}
        for name, model in self.models.items():
            run = ALL_RULES if with_all_rules else FEW_RULES
            found[name] = simulate(
                model.replace(**changes) if changes else model,
                policies=run,
                scenarios=paper_scenarios(),
                replications=self.replications,
                seed=self.seed + other_draws,
                threads=self.threads,
                device=self.device,
                progress=shifted(self.progress, self.done, total),
            )
            self.done += len(run) * of_policy
        return found


def _figures(raw: Mapping[str, pl.DataFrame], deviations: Collection[str]) -> pl.DataFrame:
    """Return figures as printed, of simulated policies by regime."""
    return figures_of(
        pl.concat(
            as_printed(rows, deviations=deviations).with_columns(regime=pl.lit(name))
            for name, rows in raw.items()
        )
    )


def _as_if_printed(figures: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Return figures beside those of other draws, rounded as if the paper had printed these."""
    rounded = other.select(*FIGURE, as_if=pl.col("simulated").round(2))
    return (
        figures.join(rounded, on=list(FIGURE), how="left", maintain_order="left")
        .with_columns(printed=pl.col("as_if"), difference=pl.col("simulated") - pl.col("as_if"))
        .drop("as_if")
    )
