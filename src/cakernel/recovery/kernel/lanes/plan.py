"""How a batch of scenarios is laid out on lanes: how many, in how many bits, in what memory."""

from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
import numpy.typing as npt

from cakernel.jit.vectors import VECTOR_BYTES
from cakernel.recovery.kernel.arguments import Grid, Scenarios
from cakernel.recovery.kernel.lanes.bit_rows import CHAIN_ROWS, SINGLE_ROWS, LaneShape
from cakernel.recovery.kernel.lanes.blocks import LaneScratch
from cakernel.recovery.kernel.lanes.floats import PRICES
from cakernel.recovery.kernel.lanes.quanta import FEW_PLANES, KINDS
from cakernel.recovery.kernel.lanes.sums import LOW_PLANES, PLACES
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE, HIGH

FEWEST_LANES, MOST_LANES = 8, PLACES
# bytes that one thread works on, over and over: about half of a core's second-level cache
CACHE_BYTES = 1 << 19
# bytes of shocks that one thread holds
SHOCKS_BYTES = 1 << 26


@dataclass(frozen=True)
class LanePlan:
    """A shape, the periods of shocks that are held at once, and the memory for both.

    ``arrays`` are sizes and type of each array of the scratch, a row a thread.
    """

    shape: LaneShape
    window: int
    arrays: dict[str, tuple[tuple[int, ...], type[np.generic]]]

    @property
    def bytes_a_thread(self) -> int:
        """How much memory each thread will take."""
        arrays = self.arrays.values()
        return sum(prod(sizes[1:]) * np.dtype(kind).itemsize for sizes, kind in arrays)

    @cached_property
    def scratch(self) -> LaneScratch:
        """The memory, allocated when it is first asked for."""
        return LaneScratch(**{name: _aligned(*array) for name, array in self.arrays.items()})


def plan_lanes(
    grid: Grid, scenarios: Scenarios, items: int, *, threads: int, most: int
) -> LanePlan:
    """Choose the lanes of a batch.

    ``items`` are the (scenario, replication) pairs to run on ``threads`` threads at once; ``most``
    is how many threads the memory must serve.
    """
    bits = _bit_planes(grid, scenarios)
    lanes = _lanes(grid, items, threads, bits["planes"])
    firm_bytes = lanes // 8
    vectors = -(-grid.firms * firm_bytes // VECTOR_BYTES)
    shape = LaneShape(
        lanes=lanes,
        firm_bytes=firm_bytes,
        vectors=vectors,
        row_bytes=(vectors + 2) * VECTOR_BYTES,
        **bits,
    )
    a_period = 2 * grid.chains * vectors * VECTOR_BYTES
    window = min(grid.periods, max(4, SHOCKS_BYTES // a_period // 4 * 4))
    return LanePlan(shape, window, _arrays(grid, shape, window, most))


def _bit_planes(grid: Grid, scenarios: Scenarios) -> dict[str, int]:
    """Return how many bits resources, gains and costs take in quanta; none in float64."""
    if scenarios.initial.dtype != np.int64:
        return dict.fromkeys(("planes", "low", "gain_planes", "cost_from", "cost_to"), 0)
    gains = scenarios.acquisition.reshape(-1, 2, AMOUNTS_A_SIDE).max(axis=2).sum(axis=1)
    largest = int((scenarios.initial + scenarios.periods * gains).max())
    gain_planes = int(scenarios.acquisition.max()).bit_length()
    cost_to = int(scenarios.cost.max()).bit_length()
    every_bit = int(np.bitwise_or.reduce(scenarios.cost, axis=None))
    cost_from = (every_bit & -every_bit).bit_length() - 1 if every_bit else 0
    low = max(gain_planes + 1, cost_to + 1, cost_from + FEW_PLANES)
    return {
        "planes": max(low, largest.bit_length()),
        "low": low,
        "gain_planes": gain_planes,
        "cost_from": cost_from,
        "cost_to": cost_to,
    }


def _lanes(grid: Grid, items: int, threads: int, planes: int) -> int:
    """Return a power of two of lanes: enough for all threads, few enough for the cache."""
    rows = CHAIN_ROWS + (planes or MOST_LANES // 8)
    fitting = 8 * CACHE_BYTES // (grid.chains * grid.firms * rows)
    wanted = min(-(-items // threads), fitting, MOST_LANES)
    return max(FEWEST_LANES, 1 << (wanted.bit_length() - 1) if wanted else FEWEST_LANES)


def _arrays(
    grid: Grid, shape: LaneShape, window: int, threads: int
) -> dict[str, tuple[tuple[int, ...], type[np.generic]]]:
    """Return sizes and types of working memory for ``threads`` threads."""
    vectors = grid.chains * shape.vectors
    rows = CHAIN_ROWS * grid.chains + SINGLE_ROWS
    kind: type[np.generic]
    if shape.planes:
        costs = shape.cost_to - shape.cost_from
        kind, size = np.uint8, shape.planes * VECTOR_BYTES
        prices = (shape.gain_planes + max(costs, FEW_PLANES)) * KINDS * VECTOR_BYTES
    else:
        kind, size, prices = np.float64, PLACES, PRICES * shape.lanes
    # supply row by row, then a vector a chain for cyber, then one of none
    shocks = (window * (vectors + grid.chains) + 1) * VECTOR_BYTES
    states = (HIGH * grid.chains * grid.firms * grid.periods).bit_length()
    return {
        "bits": ((threads, rows * shape.row_bytes), np.uint8),
        "resources": ((threads, vectors * size), kind),
        "prices": ((threads, prices), kind),
        "initial": ((threads, size), kind),
        "shocks": ((threads, 2, shocks), np.uint8),
        "draws": ((threads, 6 * shape.lanes), np.uint64),
        "counters": ((threads, 2, (LOW_PLANES + states) * VECTOR_BYTES), np.uint8),
        "total": ((threads, (shape.planes + vectors.bit_length()) * VECTOR_BYTES), np.uint8),
        "values": ((threads, PLACES), np.int64),
        "spare": ((threads, 40 * VECTOR_BYTES), np.uint8),
    }


def _aligned(sizes: tuple[int, ...], kind: type[np.generic]) -> npt.NDArray[np.generic]:
    """Return zeros that begin, with each row, on a 64-byte boundary; rows are whole vectors."""
    size = prod(sizes) * np.dtype(kind).itemsize
    raw = np.zeros(size + VECTOR_BYTES, np.uint8)
    start = -raw.ctypes.data % VECTOR_BYTES
    return raw[start : start + size].view(kind).reshape(sizes)
