"""Runs an experiment on a card: cuts its items into launches that fit it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cakernel.errors import InvalidInput
from cakernel.jit import cuda
from cakernel.jit.words import LANES_A_WORD
from cakernel.recovery.gpu.kernel.shape import ROWS, Launch, shape_of
from cakernel.recovery.kernel.folding import Parts
from cakernel.recovery.kernel.lanes.shock_bits import PERIODS_A_DRAW
from cakernel.recovery.kernel.sums import MOST_OUTCOMES, Sums

if TYPE_CHECKING:
    from cakernel.recovery.engine import Experiment, Progress

# work of a launch on each multiprocessor, in firm-periods: a tenth of a second, so that Ctrl-C and
# progress are served; a user's table takes some times as long
FIRM_PERIODS_A_LAUNCH = 750_000_000
TIMES_OF_TABLES = 4
# bytes of the shocks of one word of lanes; many words should fit a card's memory together
MOST_SHOCK_BYTES = 1 << 26
# share of a card's free memory that a launch may take
SHARE = 0.5


def why_not(experiment: "Experiment") -> str:
    """Return why a card cannot run an experiment, in one line, or nothing where it can."""
    grid = experiment.grid
    firms = grid.chains * grid.firms
    most = ROWS[-1] - 1
    if firms > most:
        return f"a card runs grids of up to {most:,} firms, and this one has {firms:,}"
    if _shock_bytes(experiment) > MOST_SHOCK_BYTES:
        return f"{grid.periods:,} periods of {firms:,} firms are more than a card holds at once"
    return ""


def run_on_gpu(
    experiment: "Experiment", sums: Sums, replications: slice, progress: "Progress | None"
) -> None:
    """Run some replications of every policy and scenario on the card and add to ``sums``.

    Raises
    ------
    InvalidInput
        If the card's memory does not hold the smallest part.
    """
    from cakernel.recovery.gpu.card import Card

    card, policies = Card(experiment), len(experiment.policies.rules)
    whole = policies * experiment.items
    done = whole * replications.start // experiment.replications
    for launch in _launched(experiment, replications, partial(card.run, sums)):
        done += launch.items * policies
        if progress is not None:
            progress(done, whole)


def fold_on_gpu(experiment: "Experiment", parts: Parts) -> npt.NDArray[np.float64] | None:
    """Run points and fold them on the card: means and errors, (outcomes, policies, points, 2).

    Scenarios of a point follow each other. Returns nothing where a launch does not hold all of one.
    """
    from cakernel.recovery.gpu.card import Card

    points, every = len(parts.begin) - 1, slice(0, experiment.replications)
    found = np.empty((experiment.outcomes, 2, points, len(experiment.policies.rules)))
    try:
        run = partial(Card(experiment, parts).fold, found)
        for _ in _launched(experiment, every, run, together=len(parts.place) // points):
            pass
    except cuda.DeviceMemoryError:
        return None
    return found.transpose(0, 3, 2, 1)


def _launched(
    experiment: "Experiment",
    replications: slice,
    run: Callable[[Launch], None],
    together: int = 0,
) -> Iterator[Launch]:
    """Run launches of some replications and yield each of them.

    Where one finds no memory, it is tried again in smaller ones. Scenarios that are ``together``,
    so many of them, stay so with all replications; DeviceMemoryError says that these do not fit.
    """
    most = _most_words(experiment, cuda.free_bytes(), cuda.multiprocessors())
    waiting = _horizons(experiment, replications)
    while waiting:
        launch = waiting.pop()
        if launch.words > most:
            if launch.scenarios == together:
                raise cuda.DeviceMemoryError("all replications of a point")
            waiting += reversed(_cut(launch, most * LANES_A_WORD, max(1, together)))
            continue
        try:
            run(launch)
        except cuda.DeviceMemoryError as error:
            if launch.words == 1:
                raise InvalidInput(
                    f"device: the card's memory does not hold {LANES_A_WORD} replications of "
                    f"{len(experiment.policies.rules)} policies; must be cpu for this work"
                ) from error
            most = -(-launch.words // 2)
            waiting.append(launch)
            continue
        yield launch


def _horizons(experiment: "Experiment", replications: slice) -> list[Launch]:
    """Return a launch for each horizon, whose scenarios follow each other."""
    count = replications.stop - replications.start
    found = np.unique(experiment.batch.scenarios.periods, return_index=True, return_counts=True)
    return [
        Launch(periods, first, scenarios, replications.start, count)
        for periods, first, scenarios in np.column_stack(found).tolist()
        if count
    ]


def _cut(launch: Launch, items: int, together: int) -> tuple[Launch, Launch]:
    """Cut so many items off: scenarios ``together``, at least these, or a part of a last one."""
    if launch.scenarios > together:
        some = max(1, items // launch.replications // together) * together
        from_here = launch.scenario + some
        rest = launch._replace(scenario=from_here, scenarios=launch.scenarios - some)
        return launch._replace(scenarios=some), rest
    before = launch.before + items
    rest = launch._replace(before=before, replications=launch.replications - items)
    return launch._replace(replications=items), rest


def _shock_bytes(experiment: "Experiment") -> int:
    """Return what the shocks of one word of lanes take."""
    grid = experiment.grid
    periods = -(-grid.periods // PERIODS_A_DRAW) * PERIODS_A_DRAW
    return periods * grid.chains * (grid.firms + 1) * np.dtype(np.uint64).itemsize


def _most_words(experiment: "Experiment", free: int, multiprocessors: int) -> int:
    """Return how many words a launch may take by its work and by the card's memory."""
    grid, policies = experiment.grid, len(experiment.policies.rules)
    shape = shape_of(grid, experiment.policies, experiment.batch.scenarios)
    # more planes take longer
    times = max(1, shape.planes.resources / 16) * (TIMES_OF_TABLES if shape.tables else 1)
    work = grid.chains * grid.firms * grid.periods * policies * LANES_A_WORD * times
    by_work = int(FIRM_PERIODS_A_LAUNCH * multiprocessors / work)
    outcomes = MOST_OUTCOMES * policies * LANES_A_WORD * np.dtype(np.int64).itemsize
    by_memory = int(free * SHARE) // (_shock_bytes(experiment) + outcomes)
    return max(1, min(by_work, by_memory))
