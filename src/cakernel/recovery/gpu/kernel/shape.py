"""How an experiment is laid out on a card: what its kernel is compiled for, and what one is told.

A thread is one firm of one word of 32 lanes, a lane one item: a replication of a scenario. A block
of threads is all firms of ``width`` words. Rows of shared memory hold a word of each thread, and
last a word of none, which stands for neighbours that are missing.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.jit.words import LANES_A_WORD
from cakernel.recovery.kernel.arguments import Grid, Policies, Scenarios
from cakernel.recovery.kernel.lanes.diagrams import FIRST_NODE, MOST_NODES
from cakernel.recovery.kernel.lanes.plan import planes_of
from cakernel.recovery.kernel.lanes.prices import KINDS
from cakernel.recovery.kernel.lanes.shock_bits import PERIODS_A_DRAW
from cakernel.recovery.kernel.lanes.step import TABLE, Planes
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, HIGH, UPGRADES

# words of a row of shared memory, the last of them none; and the threads of a warp
ROWS = 256, 512, 1024
WARP = 32
# registers of a multiprocessor, and the most that help a thread
REGISTERS, MOST_REGISTERS = 1 << 16, 128
# rows of shared memory for a period: planes one and two of each firm's operational state at the
# end of the last one, and of both its states after disruptions; two periods' alternate
PERIOD_ROWS = 6


class Shape(NamedTuple):
    """What a kernel is compiled for.

    ``counts`` are the planes of a firm's states summed over periods, ``row`` one of `ROWS`, and
    ``answers`` the most rows that a rule's diagram has, 0 where no rule is a table.
    """

    planes: Planes
    counts: int
    row: int
    answers: int

    @property
    def registers(self) -> int:
        """How many registers a thread may take, so that a block finds room."""
        return min(MOST_REGISTERS, REGISTERS // self.row)

    @property
    def prices(self) -> int:
        """How many planes amounts take."""
        return (self.planes.gain + self.planes.cost_to - self.planes.cost_from) * KINDS

    @property
    def numbers(self) -> int:
        """How many planes a firm's outcomes take: both sums, resources, and final states."""
        return 2 * self.counts + self.planes.resources + 2 * HIGH


class Launch(NamedTuple):
    """What a launch is told.

    Items ``first`` and after, ``items`` of them in ``words`` columns, ``width`` of them a block's,
    which have one horizon of ``periods``; a scenario has ``replications``, the first of which is
    ``first_replication``. So many ``outcomes`` are asked for.
    """

    periods: int
    words: int
    width: int
    first: int
    items: int
    replications: int
    first_replication: np.uint64
    outcomes: int

    @property
    def scenarios(self) -> slice:
        """The scenarios of its items."""
        last = self.first + self.items - 1
        return slice(self.first // self.replications, last // self.replications + 1)


def shape_of(grid: Grid, policies: Policies, scenarios: Scenarios) -> Shape:
    """Return the shape of a batch; its firms must fit a block."""
    return Shape(
        planes=planes_of(scenarios),
        counts=max(4, (HIGH * grid.periods).bit_length()),
        row=next(row for row in ROWS if grid.chains * grid.firms < row),
        answers=FIRST_NODE + MOST_NODES if (policies.codes == TABLE).any() else 0,
    )


def width_of(firms: int, row: int, words: int) -> int:
    """Return how many words a block takes, so that the fewest threads of its warps are idle."""
    widths = range(1, max(1, min(words, (row - 1) // firms)) + 1)
    return max(widths, key=lambda width: firms * width / (-(-firms * width // WARP) * WARP))


def draws_of(periods: int) -> int:
    """Return how many calls of the generator serve so many periods of a place."""
    return -(-periods // PERIODS_A_DRAW)


def words_of(items: int) -> int:
    """Return how many words so many items take."""
    return -(-items // LANES_A_WORD)


def amounts_of(scenarios: Scenarios) -> npt.NDArray[np.int64]:
    """Return initial resources, what is acquired and what upgrades cost: (scenarios, 13)."""
    costs = [scenarios.cost[:, side, low, high] for side in range(2) for low, high in UPGRADES]
    return np.column_stack([scenarios.initial, scenarios.acquisition, *costs])


def worth_of(scenarios: Scenarios) -> npt.NDArray[np.int64]:
    """Return what resources and final states are worth in quanta of value: (scenarios, 8)."""
    return np.column_stack([scenarios.times, scenarios.value_quanta, scenarios.value])


def plane_rows(planes: Planes) -> npt.NDArray[np.int64]:
    """Return of which amount and bit each plane is: prices as in `lanes.prices`, then initial."""
    acquired, costs = 1, 1 + 2 * AMOUNTS_A_SIDE
    gains = [(acquired + kind, bit) for bit in range(planes.gain) for kind in range(KINDS)]
    paid = [
        (costs + kind, bit)
        for bit in range(planes.cost_from, planes.cost_to)
        for kind in range(KINDS)
    ]
    initial = [(0, bit) for bit in range(planes.resources)]
    return np.array([*gains, *paid, *initial], np.int64)


def on_card(policies: Policies) -> Policies:
    """Return policies with ``cutoffs`` (policies, 4) by side and state that may be left."""
    cutoffs = policies.cutoffs[:, :, :HIGH].reshape(-1, 2 * HIGH)
    arrays = policies._replace(cutoffs=cutoffs)
    # a card takes no array of nothing
    return Policies(*(a if a.size else np.zeros((1,) * a.ndim, a.dtype) for a in arrays))
