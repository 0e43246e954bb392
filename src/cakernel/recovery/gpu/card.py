"""An experiment on a card: its arrays there, and the launches of a part of its items."""

from typing import Any

import numpy as np
import numpy.typing as npt

from cakernel.jit.cuda import empty, memory_errors, to_device
from cakernel.jit.cuda import launch as run
from cakernel.recovery.gpu.kernel.draws import OUTCOMES_A_THREAD, draw, set_planes, sum_moments
from cakernel.recovery.gpu.kernel.periods import simulation
from cakernel.recovery.gpu.kernel.shape import (
    Launch,
    amounts_of,
    draws_of,
    on_card,
    plane_rows,
    shape_of,
    worth_of,
)
from cakernel.recovery.kernel.arguments import Grid, Policies, Scenarios
from cakernel.recovery.kernel.lanes.shock_bits import PERIODS_A_DRAW
from cakernel.recovery.kernel.sums import LIMBS, Sums

# threads of a block of the kernels that have no barrier
THREADS = 128


class Card:
    """What stays on a card for all parts of an experiment."""

    def __init__(self, grid: Grid, policies: Policies, scenarios: Scenarios, seed: int) -> None:
        shape = shape_of(grid, policies, scenarios)
        self._simulate = simulation(shape)
        self._grid, self._seed = grid, np.uint64(seed)
        self._policies = len(policies.rules)
        rows = plane_rows(shape.planes)
        self._planes = len(rows)
        with memory_errors():
            self._rows = to_device(rows)
            self._amounts = to_device(amounts_of(scenarios))
            self._index = to_device(scenarios.index)
            self._thresholds = to_device(scenarios.thresholds)
            self._worth = to_device(worth_of(scenarios))
            self._policy_arrays = Policies(*map(to_device, on_card(policies)))

    def run(self, sums: Sums, launch: Launch, before: int) -> None:
        """Run every policy on the items of a launch and add to ``sums``.

        ``before`` replications of the experiment come before the first of each scenario.
        """
        with memory_errors():
            outcomes = self._outcomes(launch)
            if sums.each.size:
                add_each(sums, launch, before, outcomes.copy_to_host())
            else:
                add_moments(sums, launch, before, *self._moments(outcomes, launch))
        sums.done[0] += launch.items

    def _outcomes(self, launch: Launch) -> Any:
        """Return the outcomes, on the card: int64 (outcomes, policies, items)."""
        grid, words = self._grid, launch.words
        draws = draws_of(launch.periods) * grid.chains * (grid.firms + 1) * words
        shocks = empty(draws * PERIODS_A_DRAW, np.uint64)
        planes = empty(self._planes * words, np.uint32)
        outcomes = empty((launch.outcomes, self._policies, launch.items), np.int64)
        run(
            draw, _blocks(draws), THREADS, self._seed, grid, self._index, self._thresholds,
            launch, shocks,
        )  # fmt: skip
        run(
            set_planes, _blocks(self._planes * words), THREADS, self._amounts, self._rows, launch,
            planes,
        )  # fmt: skip
        blocks = -(-words // launch.width) * self._policies
        run(
            self._simulate, blocks, (launch.width, grid.chains * grid.firms), grid,
            self._policy_arrays, shocks, planes, self._worth, launch, outcomes,
        )  # fmt: skip
        return outcomes

    def _moments(self, outcomes: Any, launch: Launch) -> tuple[Any, Any]:
        """Return the limbs of each scenario of a launch, and its first outcome there."""
        scenarios = launch.scenarios
        shape = (launch.outcomes, self._policies, scenarios.stop - scenarios.start)
        parts = -(-launch.replications // OUTCOMES_A_THREAD)
        # of one part limbs are set, those of several are added up
        limbs = (*shape, LIMBS)
        limbs = empty(limbs, np.uint64) if parts == 1 else to_device(np.zeros(limbs, np.uint64))
        first = empty(shape, np.int64)
        blocks = _blocks(int(np.prod(shape)) * parts)
        run(sum_moments, blocks, THREADS, outcomes, launch, scenarios.start, limbs, first)
        return limbs.copy_to_host(), first.copy_to_host()


def _blocks(threads: int) -> int:
    """Return how many blocks so many threads fill."""
    return -(-threads // THREADS)


def add_moments(
    sums: Sums, launch: Launch, before: int, limbs: npt.NDArray[np.uint64],
    first: npt.NDArray[np.int64],
) -> None:  # fmt: skip
    """Add the limbs of a launch, and set the first outcomes of the experiment."""
    shape = sums.outcomes, sums.policies, sums.places
    all_limbs, all_first = sums.limbs.reshape(*shape, LIMBS), sums.first.reshape(shape)
    chosen = slice(sums.policy, sums.policy + limbs.shape[1])
    place = sums.place[launch.scenarios]
    if _follow(place):
        all_limbs[:, chosen, place[0] : place[0] + len(place)] += limbs
    else:
        at: Any = np.s_[:, chosen, place]
        np.add.at(all_limbs, at, limbs)
    if before == 0:
        # the launch may begin within its first scenario
        begun = int(launch.first % launch.replications > 0)
        all_first[:, chosen, place[begun:]] = first[:, :, begun:]


def add_each(sums: Sums, launch: Launch, before: int, outcomes: npt.NDArray[np.int64]) -> None:
    """Add the outcomes of a launch where each belongs; scenarios may share a place."""
    every = sums.each.reshape(sums.outcomes, sums.policies, sums.places, sums.replications)
    chosen = slice(sums.policy, sums.policy + outcomes.shape[1])
    count, place = launch.replications, sums.place[launch.scenarios]
    if launch.first % count == launch.items % count == 0 and _follow(place):
        of_scenarios = outcomes.reshape(*outcomes.shape[:2], -1, count)
        places = slice(place[0], place[0] + len(place))
        every[:, chosen, places, before : before + count] += of_scenarios
        return
    for s in range(launch.scenarios.start, launch.scenarios.stop):
        of_scenario = s * count - launch.first
        begin = max(0, of_scenario)
        end = min(launch.items, of_scenario + count)
        to = slice(before + begin - of_scenario, before + end - of_scenario)
        every[:, chosen, sums.place[s], to] += outcomes[:, :, begin:end]


def _follow(place: npt.NDArray[np.int64]) -> bool:
    """Say whether places follow each other: one slice is a hundred times as fast as each alone."""
    return bool((np.diff(place) == 1).all())
