"""Runs of a network: windows of periods, cut to what memory holds, and what comes out of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from cakernel.devices import note_cpu_alone
from cakernel.jit.known import address_of
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.jit.threads import ONE_CALLER
from cakernel.recovery.engine import FIRM_PERIODS_PER_CALL, Progress
from cakernel.recovery.kernel.lanes.bit_numbers import LOW_PLANES
from cakernel.recovery.kernel.lanes.shock_bits import PERIODS_A_DRAW
from cakernel.recovery.kernel.network.arguments import (
    FIRM_BYTES,
    LANES,
    STATE_BYTES,
    WORK_VECTORS,
    Rules,
    State,
)
from cakernel.recovery.kernel.network.blocks import Memories, Window, run_worker, run_workers
from cakernel.recovery.kernel.network.period import Shocks, run_periods
from cakernel.recovery.kernel.states import HIGH
from cakernel.recovery.kernel.sums import MOST_OUTCOMES, OUTCOMES, Items, Sums, empty_sums
from cakernel.recovery.network.amounts import prices_of
from cakernel.recovery.network.kept import Drawn, Kept
from cakernel.recovery.network.kernel_arrays import Compiled

# bytes of a window of draws, so that policies find it in a cache, and of what they work on: at most
SHOCKS_BYTES = 1 << 21
STATES_BYTES = 1 << 30
# pieces of work for each thread between two waits
PIECES_A_THREAD = 4


@dataclass(frozen=True)
class Plan:
    """What runs at once: ``blocks`` of lanes by ``policies``, ``window`` periods at a time.

    ``ends`` int64 is where each array of `State` ends in the memory of one policy in one block.
    ``kept`` has the memory.
    """

    window: int
    blocks: int
    policies: int
    places: int
    price_bytes: int
    ends: npt.NDArray[np.int64]
    threads: int
    kept: Kept

    @cached_property
    def memories(self) -> Memories:
        """The memory of all, allocated when it is first asked for."""
        blocks, places = self.blocks, self.places
        shocks = self.kept.rows("shocks", blocks, self.window * places * STATE_BYTES)
        # nothing happens at the last place
        shocks.reshape(blocks, self.window, places, STATE_BYTES)[:, :, -1] = 0
        return Memories(
            lanes=np.zeros((blocks, 3 * LANES), np.uint64),
            limits=self.kept.rows("limits", self.threads, 2 * LANES * 8).view(np.uint64),
            prices=self.kept.rows("prices", blocks, self.price_bytes),
            shocks=shocks,
            states=self.kept.rows("states", blocks * self.policies, int(self.ends[-1])),
            ends=self.ends,
        )


@dataclass(frozen=True)
class NetworkRun:
    """All that is to be run: a network, policies, scenarios, how often, and how it is summed.

    ``variants`` says of each scenario which of the network's variants it meets, by default the
    first.
    """

    made: Compiled
    rules: npt.NDArray[np.int64]
    scenarios: npt.NDArray[np.uint64]
    periods: int
    when_hit: bool
    seed: int
    first_replication: int
    replications: int
    threads: int
    by_firm: bool
    variants: npt.NDArray[np.int64] | None = None
    # what the run before left
    kept: Kept = field(default_factory=Kept)

    @property
    def firms(self) -> int:
        """How many firms there are."""
        return len(self.made.firms)

    @cached_property
    def plan(self) -> Plan:
        """What runs at once; raises where it takes more memory than there is."""
        made, policies = self.made, len(self.rules)
        places = len(made.draws.keys) + 1
        a_period = places * STATE_BYTES
        draws = -(-self.periods // PERIODS_A_DRAW)
        window = min(draws, max(1, SHOCKS_BYTES // a_period // PERIODS_A_DRAW)) * PERIODS_A_DRAW
        ends = np.cumsum(self._sizes(), dtype=np.int64)
        of_state = int(ends[-1])
        blocks = -(-len(self.scenarios) * self.replications // LANES)
        wanted = PIECES_A_THREAD * self.threads
        fitting = max(1, PIECES_A_THREAD * SHOCKS_BYTES // (window * a_period))
        blocks = min(blocks, max(1, -(-wanted // policies)), fitting)
        most = max(-(-self.threads // blocks), STATES_BYTES // (blocks * of_state))
        policies = min(policies, max(1, most))
        price_bytes = max(made.prices.size, 1) * VECTOR_BYTES
        needed = blocks * (window * a_period + price_bytes + policies * of_state)
        self.kept.check(self.firms, needed)
        return Plan(window, blocks, policies, places, price_bytes, ends, self.threads, self.kept)

    def _sizes(self) -> State:
        """Return the bytes of each array that a policy works on in a block."""
        states = HIGH * self.periods
        counter = (LOW_PLANES + (states * self.firms).bit_length()) * VECTOR_BYTES
        of_firm = max(2, states.bit_length()) * 2 * self.firms * VECTOR_BYTES
        return State(
            bits=self.firms * FIRM_BYTES,
            resources=self.made.resources * VECTOR_BYTES,
            stock=max(1, self.made.stock) * VECTOR_BYTES,
            x_counter=0 if self.by_firm else counter,
            y_counter=0 if self.by_firm else counter,
            firm_counts=of_firm if self.by_firm else 0,
            total=self.made.total * VECTOR_BYTES,
            work=WORK_VECTORS * VECTOR_BYTES,
            values=2 * LANES * 8,
        )

    def sums(self, place: npt.NDArray[np.int64] | None = None, *, each: bool) -> Sums:
        """Return sums to add to: by policy or, where firms are told apart, by policy and firm.

        ``place`` is where each scenario's outcomes belong, by default one of its own.
        """
        rows = len(self.rules) * (self.firms if self.by_firm else 1)
        if place is None:
            place = np.arange(len(self.scenarios))
        outcomes = MOST_OUTCOMES if self.made.valued else OUTCOMES
        return empty_sums(rows, place, self.replications, each=each, outcomes=outcomes)

    def rounds(self, sums: Sums, progress: Progress | None) -> Iterator[int]:
        """Run all, and after each round of replications return how many are finished."""
        scenarios, policies = len(self.scenarios), len(self.rules)
        block = self.firms * self.periods * LANES * policies
        blocks = max(self.plan.blocks, 4 * self.threads * FIRM_PERIODS_PER_CALL // block)
        each_round = max(1, blocks * LANES // scenarios)
        whole = policies * scenarios * self.replications
        for before in range(0, self.replications, each_round):
            count = min(each_round, self.replications - before)
            items = Items(
                first=0,
                size=scenarios * count,
                replications=count,
                first_replication=np.uint64(self.first_replication + before),
                before=before,
            )
            done = policies * scenarios * before
            for item in range(0, items.size, self.plan.blocks * LANES):
                for first in range(0, policies, self.plan.policies):
                    some = min(self.plan.policies, policies - first)
                    self._run_some(items, item, first, some, sums)
                    if progress is not None:
                        run = min(self.plan.blocks * LANES, items.size - item)
                        done += run * some
                        progress(done, whole)
            note_cpu_alone("networks", self.firms * self.periods * policies * items.size)
            yield before + count

    def _run_some(self, items: Items, item: int, policy: int, policies: int, sums: Sums) -> None:
        """Take some policies through all periods in the blocks from an item on."""
        blocks = self.place_lanes(items, item)
        for first in range(0, self.periods, self.plan.window):
            length = min(self.plan.window, self.periods - first)
            window = Window(
                first_period=first,
                periods=-(-length // PERIODS_A_DRAW) * PERIODS_A_DRAW,
                begin=0,
                end=0,
                item=item,
                blocks=blocks,
                policy=policy,
                policies=policies,
                starts=first == 0,
                ends=first + length == self.periods,
                remaining=self.periods - first,
            )
            self.run_window(window, items, sums)
            self.run_window(window._replace(end=length), items, sums)

    def place_lanes(self, items: Items, item: int) -> int:
        """Fill the lanes of the blocks from an item on; return how many blocks there are."""
        memories = self.plan.memories
        blocks = min(self.plan.blocks, -(-(items.size - item) // LANES))
        for block in range(blocks):
            numbers = np.minimum(item + block * LANES + np.arange(LANES), items.size - 1)
            scenarios = numbers // items.replications
            memories.lanes[block, :LANES] = items.first_replication + (
                numbers % items.replications
            ).astype(np.uint64)
            memories.lanes[block, LANES : 2 * LANES] = self.scenarios[scenarios]
            memories.lanes[block, 2 * LANES :] = (
                0 if self.variants is None else self.variants[scenarios]
            )
            memories.prices[block] = prices_of(self.made.prices, scenarios)
        return blocks

    def run_window(self, window: Window, items: Items, sums: Sums) -> None:
        """Draw a window or, where it begins before it ends, step through it."""
        made, memories, draws = self.made, self.plan.memories, self.made.draws
        if window.begin == window.end:
            lanes = memories.lanes[: window.blocks].tobytes()
            of = self.seed, lanes, window.first_period, window.periods, memories.shocks.shape
            drawn = Drawn(of, draws)
            draws = draws._replace(drawn=drawn.stale(self.kept.drawn))
            # of what is interrupted nothing is sure
            self.kept.drawn = None
        work = (
            np.zeros(1, np.int64), self._periods_code, np.uint64(self.seed), made.firms,
            made.arrays, made.resource_planes, self.rules, self.when_hit, draws, window, memories,
            items, sums,
        )  # fmt: skip
        sums.done[0] = 0
        codes, key = self.kept.codes, (run_worker, self._layouts)
        if key not in codes:
            codes[key] = address_of(run_worker, 0, *work)
        with ONE_CALLER:
            run_workers(self.threads, codes[key], *work)
        if window.begin == window.end:
            self.kept.drawn = drawn
        if window.begin < window.end and sums.done[0] != window.blocks * window.policies:
            raise RuntimeError("the kernel left replications out; please report this as a bug")

    @property
    def _periods_code(self) -> Any:
        """The address of `run_periods`, compiled for the network's shapes."""
        codes, key = self.kept.codes, (self.made.shapes, self._layouts)
        if key not in codes:
            codes[key] = self._compiled_periods()
        return codes[key]

    @cached_property
    def _layouts(self) -> tuple[int, ...]:
        """How arrays stand in memory: code for one order reads another one's numbers wrongly."""
        made = self.made
        arrays = (made.firms, made.resource_planes, self.rules, *made.arrays, *made.draws)
        return tuple(each.flags.num for each in arrays if isinstance(each, np.ndarray))

    def _compiled_periods(self) -> Any:
        made, memories = self.made, self.plan.memories
        # values of the types that a worker passes on
        flat = memories.states[0]
        state = State(flat, flat, flat, flat, flat, flat, flat, flat, values=memories.ends)
        return address_of(
            run_periods, made.shapes, made.resource_planes, made.firms, made.arrays,
            Rules(0, 0, True, True, True, 0, 0, 0, 0), state, memories.prices[0], Shocks(flat, 0),
            0, 0, 0,
        )  # fmt: skip
