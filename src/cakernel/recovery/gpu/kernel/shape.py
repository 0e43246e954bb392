"""How an experiment is laid out on a card: what its kernel is compiled for, and what one is told.

A thread is one firm of one word of 32 lanes, a lane one item: a replication of a scenario. A block
of threads is all firms of some words. Rows of shared memory hold a word of each thread, and last a
word of none, which stands for neighbours that are missing.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.jit.words import LANES_A_WORD
from cakernel.recovery.kernel.arguments import Grid, Policies, Scenarios
from cakernel.recovery.kernel.lanes.plan import planes_of
from cakernel.recovery.kernel.lanes.prices import KINDS
from cakernel.recovery.kernel.lanes.rules import TABLE
from cakernel.recovery.kernel.lanes.step import Planes
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, HIGH, UPGRADES

# words of a row of shared memory, the last of them none; and the threads of a warp
ROWS = 256, 512, 1024
WARP = 32
# registers of a multiprocessor, and the most that help a thread
REGISTERS, MOST_REGISTERS = 1 << 16, 128


class Shape(NamedTuple):
    """What a kernel is compiled for.

    ``counts`` are the planes of a firm's states summed over periods, ``row`` is one of `ROWS`, and
    ``tables`` says whether any rule is a table.
    """

    planes: Planes
    counts: int
    row: int
    tables: bool

    @property
    def registers(self) -> int:
        """How many registers a thread may take, so that a block finds room."""
        return min(MOST_REGISTERS, REGISTERS // self.row)

    @property
    def prices(self) -> int:
        """How many planes amounts take."""
        return (self.planes.gain + self.planes.cost_to - self.planes.cost_from) * KINDS


class Launch(NamedTuple):
    """What a launch is told: scenarios from ``scenario`` on, of one horizon of ``periods``.

    Each has the same ``replications``, those after ``before`` of the experiment.
    """

    periods: int
    scenario: int
    scenarios: int
    before: int
    replications: int

    @property
    def items(self) -> int:
        """How many lanes are filled."""
        return self.scenarios * self.replications

    @property
    def words(self) -> int:
        """How many words its items take."""
        return -(-self.items // LANES_A_WORD)


def shape_of(grid: Grid, policies: Policies, scenarios: Scenarios) -> Shape:
    """Return the shape of a batch; its firms must fit a block."""
    return Shape(
        planes=planes_of(scenarios),
        counts=max(4, (HIGH * grid.periods).bit_length()),
        row=next(row for row in ROWS if grid.chains * grid.firms < row),
        tables=bool((policies.codes == TABLE).any()),
    )


def width_of(firms: int, row: int, words: int) -> int:
    """Return how many words a block takes, so that the fewest threads of its warps are idle."""
    widths = range(1, max(1, min(words, (row - 1) // firms)) + 1)
    return max(widths, key=lambda width: firms * width / (-(-firms * width // WARP) * WARP))


def places_of(grid: Grid, width: int, missing: int) -> npt.NDArray[np.int64]:
    """Return where each thread of a block finds the words of its firm's neighbours: (threads, 4).

    A row of shared memory has the firms one after the other, ``width`` words each.
    """
    firms = np.arange(grid.chains * grid.firms).reshape(grid.chains, grid.firms)
    around = np.pad(firms, 1, constant_values=-1)
    if grid.ends_wrap:
        around[1:-1, [0, -1]] = firms[:, [-1, 0]]
    if grid.across_wrap:
        around[[0, -1], 1:-1] = firms[[-1, 0]]
    along, across = around[1:-1], around[:, 1:-1]
    near = np.stack([along[:, :-2], along[:, 2:], across[:-2], across[2:]], axis=-1)
    near = near.reshape(-1, 1, 4)
    words = near * width + np.arange(width)[:, None]
    return np.where(near < 0, missing, words).reshape(-1, 4)


def amounts_of(scenarios: Scenarios) -> npt.NDArray[np.int64]:
    """Return what is acquired, what upgrades cost, and initial resources: (scenarios, 13)."""
    costs = [scenarios.cost[:, side, low, high] for side in range(2) for low, high in UPGRADES]
    return np.column_stack([scenarios.acquisition, *costs, scenarios.initial])


def plane_rows(planes: Planes) -> npt.NDArray[np.int64]:
    """Return of which amount and bit each plane is: prices as in `lanes.prices`, then initial."""
    bits = range(planes.gain), range(planes.cost_from, planes.cost_to), range(planes.resources)
    amounts = range(KINDS), range(KINDS, 2 * KINDS), range(2 * KINDS, 2 * KINDS + 1)
    rows = zip(amounts, bits, strict=True)
    return np.array([(amount, bit) for some, of in rows for bit in of for amount in some], np.int64)


def worth_of(scenarios: Scenarios) -> npt.NDArray[np.int64]:
    """Return in what quanta value is counted, a firm's in low states, and what is one state up.

    They are int64 (scenarios, 7); steps up stand by side, then by state.
    """
    value = scenarios.value.reshape(-1, 2, AMOUNTS_A_SIDE)
    steps = np.diff(value).reshape(-1, 2 * HIGH)
    return np.column_stack([scenarios.times, scenarios.value_quanta, value[..., 0].sum(1), steps])
