"""Histories of a network, read from the lane kernel's lanes period by period."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.network.arguments import BY_RUN, STATE_BYTES, STATES, State
from cakernel.recovery.kernel.network.blocks import Window
from cakernel.recovery.kernel.shocks import NONE, SEVERE
from cakernel.recovery.kernel.states import LEVELS, ON_SITE_STATE
from cakernel.recovery.kernel.sums import Items
from cakernel.recovery.network.engine import NetworkRun
from cakernel.recovery.network.quanta import Quanta

Numbers = npt.NDArray[Any]
STATES_AND_STOCK: Final = ("x", "y", "resources", "stock")
HITS_AND_MONEY: Final = ("supply_hit", "cyber_hit", "acquired", "charged", "paid")
COLUMNS: Final = (*STATES_AND_STOCK, *HITS_AND_MONEY)


def history_of(run: NetworkRun, quanta: Quanta) -> dict[str, Numbers]:
    """Return columns (periods, firms), firms in the order of the user's table.

    They are x, y, resources and stock at the period's end, the supply and cyber hits, and what was
    acquired, charged and paid; amounts in quanta of each firm.
    """
    lanes = Lanes(run, quanta, 1)
    columns = {name: np.empty((run.periods, run.firms), np.int64) for name in COLUMNS}
    before = quanta.initial
    y_before = np.where(lanes.on_site, ON_SITE_STATE, lanes.in_table(run.made.firms["y"]))
    for period, place in enumerate(lanes.periods()):
        x, y, lowest = lanes.states()[..., 0]
        resources, stock = lanes.resources()[:, 0], lanes.stock()[:, 0]
        supply, cyber = lanes.hits(place)
        acquired = lanes.acquired(lowest, y_before)
        charged = np.minimum(before + acquired, quanta.holding * stock + quanta.upkeep)
        paid = before + acquired - charged - resources
        row = (x, y, resources, stock, supply, cyber, acquired, charged, paid)
        for name, values in zip(COLUMNS, row, strict=True):
            columns[name][period] = values
        before, y_before = resources, y
    return columns


def paths_of(run: NetworkRun, quanta: Quanta) -> Iterator[Numbers]:
    """Yield x, y and resources at each period's end: (3, firms, replications), of 512 at most.

    Firms are in the order of the user's table; resources are in units.
    """
    lanes = Lanes(run, quanta, run.replications)
    for _ in lanes.periods():
        x, y, _ = lanes.states()
        yield np.stack([x, y, lanes.resources() / quanta.denominator[:, None]])


class Lanes:
    """What the first ``count`` lanes of the memory of a run's only policy say, firm by firm.

    They are the run's replications, in one block.
    """

    def __init__(self, run: NetworkRun, quanta: Quanta, count: int) -> None:
        self.run, self.quanta, self.count = run, quanta, count
        memories = run.plan.memories
        begins = [0, *memories.ends[:-1]]
        memory = memories.states[0]
        self.state = State(*(memory[a:b] for a, b in zip(begins, memories.ends, strict=True)))
        firms = run.made.firms
        on_site = firms["site"] == 1
        on_site |= (firms["site"] == BY_RUN) & (run.rules[0, 2] == 1)
        self.on_site = self.in_table(on_site)

    def periods(self) -> Iterator[int]:
        """Take the policy through all periods; after each yield its place in the window."""
        run, count = self.run, self.count
        items = Items(0, count, count, np.uint64(run.first_replication), 0)
        sums = run.sums(each=True)
        blocks = run.place_lanes(items, 0)
        size = run.plan.window
        for first in range(0, run.periods, size):
            window = Window(
                first_period=first, periods=size, begin=0, end=0, item=0, blocks=blocks, policy=0,
                policies=1, starts=False, ends=False, remaining=run.periods - first,
            )  # fmt: skip
            run.run_window(window, items, sums)
            for n in range(min(size, run.periods - first)):
                step = window._replace(begin=n, end=n + 1, starts=first + n == 0)
                run.run_window(step, items, sums)
                yield n

    def in_table(self, values: Numbers) -> Numbers:
        """Return values by firm in the order of the user's table."""
        return np.asarray(values)[self.run.made.number]

    def states(self) -> Numbers:
        """Return x, y, and the state by which firms acquired: (3, firms, lanes)."""
        planes = self.state.bits.reshape(self.run.firms, STATES, 2, VECTOR_BYTES)
        x, y, _, _, lowest = np.moveaxis(_lanes(planes, self.count).sum(axis=2), 1, 0)
        return np.stack([self.in_table(each) for each in (x, y, lowest)])

    def resources(self) -> Numbers:
        """Return what firms have: (firms, lanes)."""
        made = self.run.made
        planes = made.resource_planes[made.firms["of_shape"]]
        return self.in_table(self._numbers(self.state.resources, made.firms["resources"], planes))

    def stock(self) -> Numbers:
        """Return how much firms have in stock: (firms, lanes)."""
        firms = self.run.made.firms
        planes = firms["stock_planes"].astype(np.int64)
        return self.in_table(self._numbers(self.state.stock, firms["stock"], planes))

    def hits(self, period: int) -> tuple[Numbers, Numbers]:
        """Return severities of the first lane's supply and cyber hits in a period of the window."""
        run = self.run
        size = run.plan.places * STATE_BYTES
        bits = run.plan.memories.shocks[0, period * size : (period + 1) * size]
        severe, hit = (bits.reshape(-1, 2, VECTOR_BYTES)[..., 0] & 1).astype(np.int64).T
        drawn = np.where(severe == 1, SEVERE, hit)
        firms = run.made.firms
        cyber = np.where(self.on_site, NONE, self.in_table(drawn[firms["provider"]]))
        spilt = np.where(self.in_table(hit[firms["spill"]]) == 1, cyber, NONE)
        return np.maximum(self.in_table(drawn[: run.firms]), spilt), cyber

    def acquired(self, lowest: Numbers, y: Numbers) -> Numbers:
        """Return what firms acquire in one lane by these states."""
        quanta = self.quanta
        amounts = quanta.amounts[:, : 2 * LEVELS]
        if len(quanta.run):
            of_run = quanta.run[quanta.run_place, 0, : 2 * LEVELS]
            amounts = np.where(quanta.own[:, None], amounts, of_run)
        firm = np.arange(len(y))
        both: Numbers = amounts[firm, lowest] + amounts[firm, LEVELS + y]
        return both

    def _numbers(self, memory: Numbers, begins: Numbers, planes: Numbers) -> Numbers:
        """Return the numbers whose planes begin at ``begins``, in vectors: (firms, lanes)."""
        vectors = memory.reshape(-1, VECTOR_BYTES)
        numbers = np.zeros((len(begins), self.count), np.int64)
        for n in range(planes.max(initial=0)):
            there = planes > n
            numbers[there] += _lanes(vectors[begins[there] + n], self.count) << n
        return numbers


def _lanes(vectors: Numbers, count: int) -> Numbers:
    """Return the bits of the first lanes of vectors."""
    return np.unpackbits(vectors, axis=-1, count=count, bitorder="little").astype(np.int64)
