"""An experiment on a card: its arrays there, and its launches."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cakernel.jit.cuda import driver_errors, empty, to_device
from cakernel.jit.cuda import launch as run
from cakernel.recovery.gpu.kernel.draws import OUTCOMES_A_THREAD, draw, set_planes, sum_moments
from cakernel.recovery.gpu.kernel.folding import fold
from cakernel.recovery.gpu.kernel.periods import simulation
from cakernel.recovery.gpu.kernel.shape import (
    Launch,
    amounts_of,
    places_of,
    plane_rows,
    shape_of,
    width_of,
    worth_of,
)
from cakernel.recovery.kernel.arguments import Policies
from cakernel.recovery.kernel.folding import Parts
from cakernel.recovery.kernel.lanes.shock_bits import PERIODS_A_DRAW
from cakernel.recovery.kernel.sums import LIMBS, Sums

if TYPE_CHECKING:
    from cakernel.recovery.engine import Experiment

# threads of a block of the kernels that have no barrier
THREADS = 128


class Card:
    """What stays on a card for all launches of an experiment, which may be one of points."""

    def __init__(self, experiment: "Experiment", parts: Parts | None = None) -> None:
        grid, scenarios = experiment.grid, experiment.batch.scenarios
        self._shape = shape_of(grid, experiment.policies, scenarios)
        self._grid, self._policies = grid, len(experiment.policies.rules)
        self._seed = np.uint64(experiment.seed), np.uint64(experiment.first_replication)
        rows = plane_rows(self._shape.planes)
        self._planes = len(rows)
        # where threads of blocks of so many words find neighbours
        self._near: dict[int, Any] = {}
        self._parts: Any = parts
        with driver_errors():
            self._drawn = to_device(np.column_stack([scenarios.index, scenarios.thresholds]))
            self._rows, self._amounts = to_device(rows), to_device(amounts_of(scenarios))
            self._worth = to_device(worth_of(scenarios))
            # a card takes no array of nothing
            some = (a if a.size else np.zeros((1,) * a.ndim, a.dtype) for a in experiment.policies)
            self._policy_arrays = Policies(*map(to_device, some))
            self._folding = Parts(*map(to_device, parts)) if parts else None

    def run(self, sums: Sums, launch: Launch) -> None:
        """Run every policy on the items of a launch and add to ``sums``."""
        shape = sums.outcomes, self._policies, launch.scenarios
        place = sums.place[launch.scenario : launch.scenario + launch.scenarios]
        places = sums.outcomes, sums.policies, sums.places
        # all that the sums will hold is copied once, to where it belongs
        whole = launch.replications == sums.replications and np.array_equal(
            sums.place, np.arange(launch.scenarios)
        )
        with driver_errors():
            outcomes = self._outcomes(sums.outcomes, launch)
            if sums.each.size:
                if whole:
                    outcomes.copy_to_host(sums.each)
                    return
                some = slice(launch.before, launch.before + launch.replications)
                each = sums.each.reshape(*places, -1)[..., some]
                add(each, place, outcomes.copy_to_host().reshape(*shape, -1))
                return
            rows = int(np.prod(shape))
            parts = -(-launch.replications // OUTCOMES_A_THREAD)
            limbs, first = empty((parts, rows, LIMBS), np.uint64), empty(rows, np.int64)
            flat(sum_moments, parts * rows, outcomes, limbs, first)
            if whole and parts == 1:
                limbs.copy_to_host(sums.limbs.reshape(limbs.shape))
            else:
                for part in limbs.copy_to_host():
                    add(sums.limbs.reshape(*places, LIMBS), place, part.reshape(*shape, LIMBS))
            if launch.before == 0:
                sums.first.reshape(places)[:, :, place] = first.copy_to_host().reshape(shape)

    def fold(self, found: npt.NDArray[np.float64], launch: Launch) -> None:
        """Run every policy on the points of a launch and set their means and errors in ``found``.

        It is float64 (outcomes, 2, points, policies).
        """
        owner, place = self._parts.owner, self._parts.place
        outcomes, _, points, policies = found.shape
        last = launch.scenario + launch.scenarios
        some = owner[place[launch.scenario : last : len(place) // points]]
        with driver_errors():
            made = self._outcomes(outcomes, launch)
            folded = empty((outcomes, 2, len(some), policies), np.float64)
            flat(fold, outcomes * policies * len(some), made, launch, self._folding, folded)
            found[:, :, some] = folded.copy_to_host()

    def _outcomes(self, outcomes: int, launch: Launch) -> Any:
        """Return outcomes, on the card: int64 (outcomes * policies * items,)."""
        grid, words = self._grid, launch.words
        firms, draws = grid.chains * grid.firms, -(-launch.periods // PERIODS_A_DRAW)
        places = (firms + grid.chains) * words
        shocks = empty((draws * PERIODS_A_DRAW, places), np.uint64)
        planes = empty((words, self._planes), np.uint32)
        made = empty(outcomes * self._policies * launch.items, np.int64)
        flat(draw, draws * places, *self._seed, grid, self._drawn, launch, shocks)
        flat(set_planes, words * self._planes, self._amounts, self._rows, launch, planes)
        width = width_of(firms, self._shape.row, words)
        if width not in self._near:
            self._near[width] = to_device(places_of(grid, width, self._shape.row - 1))
        run(
            simulation(self._shape), -(-words // width) * self._policies, (width, firms), grid,
            self._policy_arrays, self._near[width], shocks, planes, self._worth, launch, made,
        )  # fmt: skip
        return made


def flat(kernel: Any, threads: int, *arguments: Any) -> None:
    """Run a kernel whose threads know no others."""
    run(kernel, -(-threads // THREADS), THREADS, *arguments)


def add(sums: npt.NDArray[Any], place: npt.NDArray[np.int64], some: npt.NDArray[Any]) -> None:
    """Add what some scenarios give, each at its place; some may share one."""
    if (np.diff(place) == 1).all():
        # one slice is a hundred times as fast as each alone
        sums[:, :, place[0] : place[-1] + 1] += some
    else:
        for s, at in enumerate(place):
            sums[:, :, at] += some[:, :, s]
