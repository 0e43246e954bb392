"""What the processor does beside a graphics card, without one: its share of each result.

    python benchmarks/beside_card.py [POINTS]

A card that takes no time stands in for a real one: what is left is what makes work ready for it and
tables of its sums. A card that takes less than the last column waits for the processor. What its
arrays and launches take is not in it.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
from sweep_throughput import described

import cakernel as ck
from cakernel.jit import cuda
from cakernel.provenance import processor
from cakernel.recovery.model import REGIMES
from cakernel.sweep.blocks import WORK_A_SECOND

REPLICATIONS = 200


class NoTime:
    """A card whose sums are all 0, at once, and whose points are as many numbers."""

    def __init__(self, *_: Any) -> None:
        pass

    def run(self, sums: Any, launch: Any) -> None:
        """Leave all sums at 0."""

    def fold(self, found: Any, launch: Any) -> None:
        """Set means and errors to numbers that are compressed no better than real ones."""
        draw = np.random.default_rng(launch.scenario)
        outcomes, moments, points, policies = found.shape
        found[...] = draw.random((points, policies))
        found += draw.random((outcomes, moments, points, 1))


@contextmanager
def card_of_no_time() -> Iterator[None]:
    """Let it take the place of a card, an H100 by its size."""
    with (
        patch.dict(sys.modules, {"cakernel.recovery.gpu.card": SimpleNamespace(Card=NoTime)}),
        patch.object(cuda, "device_missing", lambda: ""),
        patch.object(cuda, "free_bytes", lambda: 80 << 30),
        patch.object(cuda, "multiprocessors", lambda: 132),
    ):
        yield


def work_of(model: ck.Model) -> int:
    """Return the firm-periods of a regime: 104 policies, 576 scenarios."""
    return model.chains * model.firms * model.periods * 104 * 576 * REPLICATIONS


def best_of(call: Callable[[], Any], turns: int) -> tuple[float, float]:
    """Return seconds on the clock and of all processors, of the fastest turn after a first one."""
    call()
    found = []
    for _ in range(turns):
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        found.append((time.perf_counter() - wall, time.process_time() - cpu))
    return min(found)


def main(points: int) -> None:
    """Measure and print."""
    policies, scenarios = ck.policies(), ck.paper_scenarios()

    def simulate(model: ck.Model) -> None:
        given = {"policies": policies, "scenarios": scenarios, "replications": REPLICATIONS}
        ck.simulate(model, **given, device="gpu")

    def regimes() -> None:
        for name in REGIMES:
            simulate(ck.regime(name))

    sweep = described(points)
    replication = sweep.study.cost(sweep.points())["work"].sum()

    def run_sweep() -> None:
        with tempfile.TemporaryDirectory() as folder:
            given = {"device": "gpu", "block_work": 60 * WORK_A_SECOND}
            ck.run_sweep(sweep, f"{folder}/sweep", **given)

    cases = (
        ("Table 3", lambda: simulate(ck.Model()), 10, work_of(ck.Model())),
        ("the seven regimes", regimes, 5, sum(work_of(ck.regime(name)) for name in REGIMES)),
        (f"a sweep of {points:,} points", run_sweep, 3, replication * sweep.replications),
    )
    print(f"beside a card of no time; {processor()}\n")
    print("| work | s | s of all processors | ns a firm-period |\n|---|---:|---:|---:|")
    with card_of_no_time():
        for name, call, turns, work in cases:
            wall, cpu = best_of(call, turns)
            print(f"| {name} | {wall:.4f} | {cpu:.4f} | {wall / work * 1e9:.6f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 20_000)
