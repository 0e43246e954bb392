"""The whole history of one replication of a network, read from the lane kernel's first lane."""

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
    items = Items(0, 1, 1, np.uint64(run.first_replication), 0)
    sums = run.sums(each=True)
    blocks = run.place_lanes(items, 0)
    lane = FirstLane(run, quanta)
    columns = {name: np.empty((run.periods, run.firms), np.int64) for name in COLUMNS}
    size = run.plan.window
    before = quanta.initial
    y_before = np.where(lane.on_site, ON_SITE_STATE, lane.in_table(run.made.firms["y"]))
    for first in range(0, run.periods, size):
        window = Window(
            first_period=first, periods=size, begin=0, end=0, item=0, blocks=blocks, policy=0,
            policies=1, starts=False, ends=False, remaining=run.periods - first,
        )  # fmt: skip
        run.run_window(window, items, sums)
        for n in range(min(size, run.periods - first)):
            step = window._replace(begin=n, end=n + 1, starts=first + n == 0)
            run.run_window(step, items, sums)
            x, y, lowest = lane.states()
            resources, stock = lane.resources(), lane.stock()
            supply, cyber = lane.hits(n)
            acquired = lane.acquired(lowest, y_before)
            charged = np.minimum(before + acquired, quanta.holding * stock + quanta.upkeep)
            paid = before + acquired - charged - resources
            row = (x, y, resources, stock, supply, cyber, acquired, charged, paid)
            for name, values in zip(COLUMNS, row, strict=True):
                columns[name][first + n] = values
            before, y_before = resources, y
    return columns


class FirstLane:
    """What the first lane of the memory of a run's only policy and block says, firm by firm."""

    def __init__(self, run: NetworkRun, quanta: Quanta) -> None:
        self.run, self.quanta = run, quanta
        memories = run.plan.memories
        begins = [0, *memories.ends[:-1]]
        memory = memories.states[0]
        self.state = State(*(memory[a:b] for a, b in zip(begins, memories.ends, strict=True)))
        firms = run.made.firms
        on_site = firms["site"] == 1
        on_site |= (firms["site"] == BY_RUN) & (run.rules[0, 2] == 1)
        self.on_site = self.in_table(on_site)

    def in_table(self, values: Numbers) -> Numbers:
        """Return values by firm in the order of the user's table."""
        return np.asarray(values)[self.run.made.number]

    def states(self) -> tuple[Numbers, Numbers, Numbers]:
        """Return x and y, and the state by which firms acquired."""
        bits = self.state.bits.reshape(self.run.firms, STATES, 2, VECTOR_BYTES)[..., 0] & 1
        x, y, _, _, lowest = bits.astype(np.int64).sum(axis=2).T
        return self.in_table(x), self.in_table(y), self.in_table(lowest)

    def resources(self) -> Numbers:
        """Return what firms have."""
        made = self.run.made
        planes = made.resource_planes[made.firms["of_shape"]]
        return self.in_table(_numbers(self.state.resources, made.firms["resources"], planes))

    def stock(self) -> Numbers:
        """Return how much firms have in stock."""
        firms = self.run.made.firms
        planes = firms["stock_planes"].astype(np.int64)
        return self.in_table(_numbers(self.state.stock, firms["stock"], planes))

    def hits(self, period: int) -> tuple[Numbers, Numbers]:
        """Return the severities of supply and cyber hits in a period of the window."""
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
        """Return what firms acquire by these states."""
        quanta = self.quanta
        amounts = quanta.amounts[:, : 2 * LEVELS]
        if len(quanta.run):
            of_run = quanta.run[quanta.run_place, 0, : 2 * LEVELS]
            amounts = np.where(quanta.own[:, None], amounts, of_run)
        firm = np.arange(len(y))
        both: Numbers = amounts[firm, lowest] + amounts[firm, LEVELS + y]
        return both


def _numbers(memory: Numbers, begins: Numbers, planes: Numbers) -> Numbers:
    """Return the numbers whose planes begin at ``begins``, in vectors."""
    bits = (memory.reshape(-1, VECTOR_BYTES)[:, 0] & 1).astype(np.int64)
    numbers = np.zeros(len(begins), np.int64)
    for n in range(planes.max(initial=0)):
        there = planes > n
        numbers[there] += bits[begins[there] + n] << n
    return numbers
