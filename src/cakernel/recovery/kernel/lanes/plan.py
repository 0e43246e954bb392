"""How a batch of scenarios is laid out on lanes: how many, in how many planes, in what memory."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.arguments import Grid, Policies, Scenarios
from cakernel.recovery.kernel.lanes.bit_numbers import LOW_PLANES, PLACES
from cakernel.recovery.kernel.lanes.blocks import Scratch
from cakernel.recovery.kernel.lanes.cutoffs import LEAVE_VECTORS
from cakernel.recovery.kernel.lanes.layout import (
    CHAIN_ROWS,
    SINGLE_ROWS,
    Layout,
    set_constant_rows,
)
from cakernel.recovery.kernel.lanes.neighbours import NEIGHBOUR_PLACES
from cakernel.recovery.kernel.lanes.prices import prices_bytes
from cakernel.recovery.kernel.lanes.shock_bits import PERIODS_A_DRAW
from cakernel.recovery.kernel.lanes.step import Planes
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, HIGH

FEWEST_LANES, MOST_LANES = 8, PLACES
# bytes that one thread works on, over and over: about half of a core's second-level cache
CACHE_BYTES = 1 << 19
# bytes of shocks that one thread holds
SHOCKS_BYTES = 1 << 26
# a large page of memory
PAGE_BYTES = 1 << 21


@dataclass(frozen=True)
class LanePlan:
    """Planes and layout, the periods of shocks that are held at once, and the memory for all.

    ``ends`` int64 is where each array of `Scratch` ends in the memory of a thread.
    """

    grid: Grid
    planes: Planes
    layout: Layout
    window: int
    threads: int
    ends: npt.NDArray[np.int64]

    @property
    def bytes_a_thread(self) -> int:
        """How much memory each thread will take: whole pages."""
        return -(-int(self.ends[-1]) // PAGE_BYTES) * PAGE_BYTES

    @cached_property
    def memory(self) -> npt.NDArray[np.uint8]:
        """The memory uint8 (threads, bytes), allocated when it is first asked for.

        Each thread has large pages of its own: where small pages lie is chance, and they may
        compete for the same places of a core's cache for as long as the process lives.
        """
        size = self.threads * self.bytes_a_thread
        raw = np.zeros(size + PAGE_BYTES, np.uint8)
        start = -raw.ctypes.data % PAGE_BYTES
        memory = raw[start : start + size].reshape(self.threads, -1)
        for of_thread in memory:
            set_constant_rows(of_thread[: self.ends[0]], self.layout, self.grid)
        return memory


def plan_lanes(
    grid: Grid, policies: Policies, scenarios: Scenarios, items: int, *, threads: int
) -> LanePlan:
    """Choose the lanes of a batch of ``items`` (scenario, replication) pairs on some threads."""
    planes = planes_of(scenarios)
    lanes = _lanes(grid, items, threads, planes.resources)
    firm_bytes = lanes // 8
    vectors = -(-grid.firms * firm_bytes // VECTOR_BYTES)
    layout = Layout(lanes, firm_bytes, vectors, (vectors + 2) * VECTOR_BYTES)
    a_period = 2 * grid.chains * vectors * VECTOR_BYTES
    # draws come four periods at a time
    every = -(-grid.periods // PERIODS_A_DRAW)
    window = min(every, max(1, SHOCKS_BYTES // a_period // PERIODS_A_DRAW)) * PERIODS_A_DRAW
    # no more threads than blocks
    threads = min(threads, -(-items // lanes))
    nodes = policies.nodes.shape[2]
    ends = np.cumsum(_sizes(grid, planes, layout, window, nodes), dtype=np.int64)
    return LanePlan(grid, planes, layout, window, threads, ends)


def planes_of(scenarios: Scenarios) -> Planes:
    """Return how many planes resources, gains and costs take."""
    gains = scenarios.acquisition.reshape(-1, 2, AMOUNTS_A_SIDE).max(axis=2).sum(axis=1)
    largest = int((scenarios.initial + scenarios.periods * gains).max())
    gain = int(scenarios.acquisition.max()).bit_length()
    cost_to = int(scenarios.cost.max()).bit_length()
    every_bit = int(np.bitwise_or.reduce(scenarios.cost, axis=None))
    cost_from = (every_bit & -every_bit).bit_length() - 1 if every_bit else 0
    low = max(gain, cost_to) + 1
    return Planes(
        resources=max(low, largest.bit_length()),
        low=low,
        gain=gain,
        cost_from=cost_from,
        cost_to=cost_to,
    )


def _lanes(grid: Grid, items: int, threads: int, planes: int) -> int:
    """Return a power of two of lanes: few enough for the cache, and the fewest vectors in turn.

    A thread runs its blocks one after the other; chains that fill no whole vectors, and a last
    block that is not full, cost as much as full ones. A chain costs half a vector more.
    """
    fitting = 8 * CACHE_BYTES // (grid.chains * grid.firms * (CHAIN_ROWS + planes))
    chosen, fewest = FEWEST_LANES, math.inf
    lanes = FEWEST_LANES
    while lanes <= min(max(fitting, FEWEST_LANES), MOST_LANES):
        blocks = -(-items // lanes)
        vectors = -(-grid.firms * lanes // PLACES)
        cost = -(-blocks // threads) * (vectors + 0.5)
        # as many lanes as cost no more
        if cost <= fewest:
            chosen, fewest = lanes, cost
        lanes *= 2
    return chosen


def _sizes(grid: Grid, planes: Planes, layout: Layout, window: int, nodes: int) -> Scratch:
    """Return the bytes of each array, whole vectors."""
    vectors = grid.chains * layout.vectors
    rows = CHAIN_ROWS * grid.chains + SINGLE_ROWS + nodes
    # supply row by row, then a vector a chain for cyber, then one of none
    shocks = (window * (vectors + grid.chains) + 1) * VECTOR_BYTES
    states = (HIGH * grid.chains * grid.firms * grid.periods).bit_length()
    counter = (LOW_PLANES + states) * VECTOR_BYTES
    return Scratch(
        bits=rows * layout.row_bytes,
        resources=vectors * planes.resources * VECTOR_BYTES,
        prices=prices_bytes(planes),
        initial=planes.resources * VECTOR_BYTES,
        severe=shocks,
        hit=shocks,
        x_counter=counter,
        y_counter=counter,
        total=(planes.resources + (vectors - 1).bit_length()) * VECTOR_BYTES,
        leave=LEAVE_VECTORS * VECTOR_BYTES,
        carry=VECTOR_BYTES,
        draws=6 * layout.lanes * 8,
        values=PLACES * 8,
        counts=PLACES * 8,
        neighbours=2 * grid.chains * NEIGHBOUR_PLACES * 8,
    )
