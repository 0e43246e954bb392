"""The steps of `card.py`: each measures one thing on a graphics card, in a process of its own.

A step returns its figures. ``toy`` sizes are for numba's simulator of a card.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cakernel.jit.compile import MOST_THREADS

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Figure:
    """What was measured; ``target`` as words and whether it is ``met``, where there is one."""

    measure: str
    value: float | str
    unit: str = ""
    target: str = ""
    met: bool | None = None


def below(measure: str, value: float, unit: str, most: float) -> Figure:
    """Return a figure that should be at most so much."""
    return Figure(measure, value, unit, f"at most {most:g}", value <= most)


def at_least(measure: str, value: float, unit: str, least: float) -> Figure:
    """Return a figure that should be at least so much."""
    return Figure(measure, value, unit, f"at least {least:g}", value >= least)


def timed(call: Callable[[], Any]) -> float:
    """Return the seconds that a call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def python(*arguments: str, **environment: str) -> str:
    """Run Python in a process of its own; return what it prints, raise where it fails."""
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        raise RuntimeError(f"{' '.join(arguments)[:60]}: {(ran.stderr or ran.stdout)[-800:]}")
    return ran.stdout


def tests(toy: bool) -> list[Figure]:
    """Compare the card with the scalar kernel, to the bit."""
    files = ["tests/recovery/gpu/test_card.py"]
    if not toy:
        files += ["tests/recovery/gpu/test_devices.py", "tests/jit/test_card_cache.py"]
    chosen = ["-k", "many_decimals"] if toy else ["-m", "gpu"]
    told = python("-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen, *files)
    return [Figure("tests on the card", told.strip().splitlines()[-1])]


FIRST = """
import json, sys, time
toy = sys.argv[1] == "toy"
if toy:
    sys.setswitchinterval(1e-4)
begin = time.perf_counter()
import cakernel as ck
from cakernel.jit import cuda
imported = time.perf_counter()
assert not cuda.device_missing(), cuda.device_missing()
opened = time.perf_counter()
model = ck.Model(chains=1, firms=2, periods=3) if toy else ck.regime("base")
some = slice(0, 1) if toy else slice(None)
given = dict(policies=ck.policies()[some], scenarios=ck.paper_scenarios()[some], device="gpu")
ck.simulate(model, replications=1, **given)
first = time.perf_counter()
ck.simulate(model, replications=1, **given)
again = time.perf_counter() - first
print(json.dumps([imported - begin, opened - imported, first - opened, again]))
"""


def first_result(toy: bool, folder: str) -> tuple[float, list[float]]:
    """Return a process' seconds until Table 3 is there, and those of its parts."""
    told: list[str] = []
    size = "toy" if toy else "whole"
    seconds = timed(lambda: told.append(python("-c", FIRST, size, CAKERNEL_CACHE_DIR=folder)))
    return seconds, json.loads(told[0])


def first(toy: bool) -> list[Figure]:
    """Start with an empty cache of compiled code, then with one that is filled."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, most in (("an empty cache", 6.0), ("a filled cache", 3.0)):
            seconds, parts = first_result(toy, folder)
            found.append(below(f"first result, {kind}", seconds, "s", most))
            names = "to import", "to open the card", "first call", "second call"
            found += [
                Figure(f"- {name}", part, "s") for name, part in zip(names, parts, strict=True)
            ]
    return found


def table3(toy: bool) -> list[Figure]:
    """Time the work of Table 3 on the card and on all threads beside it."""
    from cakernel.bench.timed_case import TimedCase, time_case

    size: dict[str, Any] = {"policies": "paper", "scenarios": 576}
    if toy:
        size = {"chains": 1, "firms": 1, "periods": 2, "scenarios": 1}
    ns = {}
    for device, threads, replications in (("gpu", 1, 1 if toy else 200), ("cpu", MOST_THREADS, 20)):
        case = TimedCase("card", **size, replications=replications, threads=threads, device=device)
        row = time_case(case, repeats=2)
        ns[device] = row["seconds"] / row["firm_periods"] * 1e9
    return [
        below("Table 3 on the card", ns["gpu"], "ns a firm-period", 0.001),
        Figure(f"Table 3 on {MOST_THREADS} threads", ns["cpu"], "ns a firm-period"),
        at_least(f"the card against {MOST_THREADS} threads", ns["cpu"] / ns["gpu"], "times", 30),
    ]


def regimes(toy: bool) -> list[Figure]:
    """Time the seven regimes of the paper's tables, 200 replications, in a warm process."""
    import cakernel as ck
    from cakernel.recovery.model import REGIMES

    some = slice(0, 1) if toy else slice(None)

    def all_seven() -> None:
        for name in REGIMES:
            model = ck.regime(name)
            ck.simulate(
                model.replace(chains=1, firms=2, periods=2) if toy else model,
                policies=ck.policies()[some],
                scenarios=ck.paper_scenarios()[some],
                replications=1 if toy else 200,
                device="gpu",
            )

    cold = timed(all_seven)
    warm = min(timed(all_seven) for _ in range(1 if toy else 3))
    return [
        Figure("all seven regimes, first time", cold, "s"),
        below("all seven regimes, warm", warm, "s", 1.0),
    ]


def reproduce(toy: bool) -> list[Figure]:
    """Time the command that reproduces the paper; the second process finds compiled code."""
    size = ["table5", "--replications", "1", "--device", "cpu"] if toy else ["all"]
    device = [] if toy else ["--device", "gpu"]
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for n in range(2):
            given = ["-m", "cakernel", "reproduce", *size, *device, "--out", f"{folder}/{n}"]
            seconds.append(timed(lambda given=given: python(*given)))
    return [
        Figure("reproduce all, first process", seconds[0], "s"),
        below("reproduce all, second process", seconds[1], "s", 3.0),
    ]


def jax(toy: bool) -> list[Figure]:
    """Time JAX on the same card, in turns with the engine."""
    compare = ROOT / "benchmarks/peers/compare.py"
    size = ["--only", "jax-card", "--quick"]
    if not toy:
        size = ["--only", "jax-card,cakernel-card", "--repeats", "2"]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "peers.json"
        python(str(compare), *size, "--out", str(out))
        found = json.loads(out.read_text())
    if skipped := found["skipped"]:
        return [Figure("JAX on the same card", "; ".join(skipped))]
    ns = [row["ns_per_firm_period_per_core"] for row in found["results"]]
    return [
        Figure("JAX on the same card", ns[0], "ns a firm-period"),
        at_least("the card against JAX on it", ns[0] / ns[-1], "times", 30),
    ]


@contextmanager
def stopwatch(name: str, seconds: dict[str, float]):
    """Add up the seconds that calls of a function take."""
    from pkgutil import resolve_name

    inner = resolve_name(name)

    def call(*given: Any, **named: Any) -> Any:
        begin = time.perf_counter()
        try:
            return inner(*given, **named)
        finally:
            seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - begin

    with patch(name.replace(":", "."), call):
        yield


# what a sweep's time goes to; its blocks are prepared while others are on the card
SWEEP_PARTS = {
    "cakernel.recovery.gpu.engine:fold_on_gpu": "on the card",
    "cakernel.recovery.grid_points:GridPoints.groups": "to make points ready",
    "cakernel.sweep.task:parquet_bytes": "to write Parquet",
}


def sweep(toy: bool) -> list[Figure]:
    """Time a part of a sweep of 10^6 points x 96 policies x 20 replications."""
    from sweep_throughput import POLICIES, described

    import cakernel as ck
    from cakernel.sweep.blocks import WORK_A_SECOND

    # blocks as long as the guide advises
    given = {"device": "gpu", "block_work": 60 * WORK_A_SECOND}
    points = 2 if toy else 20_000
    small = (ck.Model(chains=1, firms=2, periods=3), POLICIES[:1]) if toy else ()
    asked = described(points, *small)
    parts: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as watches:
        # compiled or loaded beforehand
        ck.run_sweep(asked, f"{folder}/warm", **given)
        for name in SWEEP_PARTS:
            watches.enter_context(stopwatch(name, parts))
        drawn = timed(asked.points)
        whole = timed(lambda: ck.run_sweep(asked, f"{folder}/timed", **given))
    found = [
        Figure(f"sweep of {points:,} points", whole, "s"),
        Figure("- a sweep of 10^6 so", whole / points * 1e6, "s"),
        Figure("- to draw its design", drawn / whole, "of the time"),
    ]
    return found + [
        Figure(f"- {words}", parts.get(name, 0.0) / whole, "of the time")
        for name, words in SWEEP_PARTS.items()
    ]


def auto(toy: bool) -> list[Figure]:
    """Measure from which work on the card is worth it, which `auto` takes as fixed."""
    import cakernel as ck
    from cakernel.recovery.devices import FIRST_WORK, WORK

    model = ck.Model(chains=1, firms=2, periods=3) if toy else ck.regime("base")
    policies = ck.policies()[:1] if toy else ck.policies()
    a_replication = model.chains * model.firms * model.periods * len(policies)

    def seconds(device: str, work: float) -> float:
        # some replications of as many scenarios as make up the work
        scenarios = ck.paper_scenarios()[: max(1, min(576, int(work / a_replication)))]
        given = {"policies": policies, "scenarios": scenarios, "device": device}
        replications = max(1, int(work / a_replication / len(scenarios)))
        call = lambda: ck.simulate(model, replications=replications, **given)  # noqa: E731
        call()
        return min(timed(call) for _ in range(1 if toy else 3))

    powers = (1, 2) if toy else (6, 7, 8, 9, 10)
    by_work = {10**n: (seconds("gpu", 10**n), seconds("cpu", 10**n)) for n in powers}
    found = [
        Figure(f"10^{n} firm-periods: {MOST_THREADS} threads against the card", cpu / gpu, "times")
        for n, (gpu, cpu) in zip(powers, by_work.values(), strict=True)
    ]
    faster = [work for work, (gpu, cpu) in by_work.items() if gpu < cpu]
    found.append(
        Figure(
            "auto: work of a call from which the card is faster",
            min(faster, default="none of these"),
            "firm-periods",
            f"{WORK:.0e} is set",
        )
    )
    # another process' way to its first result, with the compiled code at hand
    with tempfile.TemporaryDirectory() as folder:
        first_result(toy, folder)
        _, (_, opened, called, again) = first_result(toy, folder)
    most, (_, cpu) = max(by_work.items())
    found.append(
        Figure(
            f"auto: work of {MOST_THREADS} threads while a card opens",
            (opened + called - again) / cpu * most,
            "firm-periods",
            f"{FIRST_WORK:.0e} is set",
        )
    )
    return found


# steps and the seconds that each may take: eight minutes together
STEPS: dict[str, tuple[Callable[[bool], list[Figure]], int]] = {
    "tests": (tests, 120),
    "first": (first, 50),
    "table3": (table3, 60),
    "regimes": (regimes, 30),
    "reproduce": (reproduce, 40),
    "jax": (jax, 80),
    "sweep": (sweep, 50),
    "auto": (auto, 45),
}

if __name__ == "__main__":
    step, of_toy = sys.argv[1:]
    if of_toy == "toy":
        # threads of the simulator wait for one that looks whether they do
        sys.setswitchinterval(1e-4)
    print(json.dumps([asdict(figure) for figure in STEPS[step][0](of_toy == "toy")]))
