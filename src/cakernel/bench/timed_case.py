"""One case of a benchmark: what `simulate` is given, how it is timed and how it is checked.

As a program (``python -m cakernel.bench.timed_case``) it reads one case as JSON, says when it is
ready, waits for a line and writes the case's row. So `measure` gives each case processes of its own
that begin together.
"""

import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import polars as pl

from cakernel.devices import on_device
from cakernel.errors import Interrupted, InvalidInput
from cakernel.provenance import told_by_linux
from cakernel.recovery.engine import scalar_sums
from cakernel.recovery.kernel_arrays import batch_of
from cakernel.recovery.model import Model
from cakernel.recovery.outcomes import OUTCOMES, divisors
from cakernel.recovery.policy import Policy, policies
from cakernel.recovery.scenario import ResourceScenario, paper_scenarios
from cakernel.recovery.simulation import By, simulate

# every built-in rule at least once, and both principles
SPREAD = (
    ("SRD-1", "CRD-1", "P"),
    ("SRD-2", "CRD-2", "C"),
    ("SRD-3", "CRD-3", "P"),
    ("SRD-4", "CRD-4", "C"),
    ("SRD-5", "CRD-5", "P"),
    ("SRD-6", "CRD-6", "C"),
    ("SRD-7", "CRD-0", "P"),
    ("SRD-8", "CRD-5", "C"),
)
PAPER_SCENARIOS = 576

# short cases are repeated until they have run for this long, but no more often than that
LEAST_SECONDS = 0.2
MOST_REPEATS = 200
# what the program prints when it is about to time, until it gets another line
READY = "ready"
# how far means may be apart whose sums were made in another order
ROUNDING = 1e-9


class WrongResult(RuntimeError):
    """What was timed is not what the scalar kernel gives, not the same each time, or elsewhere."""


@dataclass(frozen=True)
class TimedCase:
    """A call of `simulate` that is to be timed; the cases of one ``section`` differ in one thing.

    So many ``processes`` make the same call at once, each on ``threads`` threads; on a graphics
    card these are one.

    ``policies`` are eight that use every rule, or the paper's 104; ``scenarios`` is how many of the
    paper's 576, evenly spread.
    """

    section: str
    chains: int = 5
    firms: int = 5
    periods: int = 180
    policies: Literal["spread", "paper"] = "spread"
    scenarios: int = 8
    replications: int = 1
    threads: int = 1
    processes: int = 1
    device: Literal["cpu", "gpu"] = "cpu"

    @property
    def model(self) -> Model:
        """The paper's base case on this grid."""
        return Model(chains=self.chains, firms=self.firms, periods=self.periods)

    @property
    def chosen(self) -> list[Policy]:
        """The policies."""
        if self.policies == "paper":
            return policies()
        return [
            Policy(supply_rule=supply, cyber_rule=cyber, principle=principle)  # type: ignore[arg-type]
            for supply, cyber, principle in SPREAD
        ]

    @property
    def resource_scenarios(self) -> list[ResourceScenario]:
        """The resource scenarios."""
        paper = paper_scenarios()
        return [paper[n * len(paper) // self.scenarios] for n in range(self.scenarios)]

    @property
    def firm_periods(self) -> int:
        """Firms times periods, over all policies, scenarios, replications and processes."""
        runs = len(self.chosen) * self.scenarios * self.replications * self.processes
        return self.chains * self.firms * self.periods * runs

    def run(self, *, by: By = "policy", chosen: list[Policy] | None = None) -> pl.DataFrame:
        """Call `simulate`; raise where it runs on another device."""
        with on_device(self.device) as where:
            rows = simulate(
                self.model,
                policies=chosen or self.chosen,
                scenarios=self.resource_scenarios,
                replications=self.replications,
                threads=self.threads,
                by=by,
            )
        for row in where.rows:
            if row["device"] != self.device:
                raise WrongResult(f"{self}: ran on the CPU: {row['why']}")
        return rows


def time_case(
    case: TimedCase, *, repeats: int, begin: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Time a case in this process, check its result and return its row of the benchmark.

    ``begin`` is called when all is compiled and timing begins.

    A row holds the case's fields and firm_periods, seconds (of the fastest call),
    firm_periods_per_second, ns_per_firm_period_per_core (nanoseconds times threads and processes;
    of a graphics card, of the whole card), repeats (timed calls, more where they are short),
    peak_mib (peak memory of this process in MiB) and added_mib (how far the case raised the peak);
    the last two are None where the system does not tell them.
    """
    # load or compile the kernels first: their time and memory are not the case's
    TimedCase("warm-up", chains=1, firms=1, periods=1, scenarios=1, device=case.device).run()
    before = peak_bytes()
    first = case.run()
    begin()
    seconds: list[float] = []
    while len(seconds) < repeats or (sum(seconds) < LEAST_SECONDS and len(seconds) < MOST_REPEATS):
        start = time.perf_counter()
        result = case.run()
        seconds.append(time.perf_counter() - start)
        if not result.equals(first):
            raise WrongResult(f"{case}: two equal calls gave different results")
    # read before the check, which needs memory of its own
    after = peak_bytes()
    check_against_scalar_kernel(case, first)
    fastest = min(seconds)
    return {
        **asdict(case),
        "policies": len(case.chosen),
        "firm_periods": case.firm_periods,
        **rates(case, fastest),
        "repeats": len(seconds),
        "peak_mib": None if after is None else after / 2**20,
        # the system counts some pages late, so that a later reading of a peak can be lower
        "added_mib": None if after is None or before is None else max(0, after - before) / 2**20,
    }


def rates(case: TimedCase, seconds: float) -> dict[str, float]:
    """Return the columns that follow from the seconds of a case."""
    cores = case.threads * case.processes
    return {
        "seconds": seconds,
        "firm_periods_per_second": case.firm_periods / seconds,
        "ns_per_firm_period_per_core": seconds / case.firm_periods * cores * 1e9,
    }


def peak_bytes() -> int | None:
    """Return the peak of this process' resident memory in bytes, where the system tells it.

    It never falls, so each measurement needs a fresh process.
    """
    # VmHWM begins anew with each program; on Linux ru_maxrss is inherited from the process that
    # started this one
    if peak_kib := told_by_linux("self/status", "VmHWM"):
        return int(peak_kib.split()[0]) * 1024
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def check_against_scalar_kernel(case: TimedCase, table: pl.DataFrame) -> None:
    """Check one policy's row of a case's table, by way of its replications.

    The row must be the mean of the policy's replications, and the last of these, under the last
    scenario, what the scalar kernel gives: all of them would take minutes.
    """
    policy = case.chosen[-1]
    each = case.run(by="replication", chosen=[policy])
    batch = batch_of(case.model, case.resource_scenarios[-1:], case.scenarios - 1)
    sums = scalar_sums(
        case.model, [policy], batch, replications=1, first_replication=case.replications - 1
    )
    totals = sums.each * [1, 1, batch.scale[0]]
    sizes = divisors(case.model)[: len(totals)]
    expected = [total / size for total, size in zip(totals, sizes, strict=True)]
    means = each.select(OUTCOMES).mean()
    compared = (
        (each.select(OUTCOMES).row(-1), expected),
        (table.select(OUTCOMES).row(-1), means.row(0)),
    )
    for pair in compared:
        for name, got, wanted in zip(OUTCOMES, *pair, strict=True):
            if not math.isclose(got, wanted, rel_tol=ROUNDING, abs_tol=ROUNDING):
                raise WrongResult(f"{case}: {name} of {policy} is {got}; must be {wanted}")


def main() -> None:
    """Time the case that the first line of standard input describes and print its row."""
    asked = json.loads(sys.stdin.readline())

    def begin() -> None:
        print(READY, flush=True)
        sys.stdin.readline()

    try:
        row = time_case(TimedCase(**asked["case"]), repeats=asked["repeats"], begin=begin)
    except (Interrupted, KeyboardInterrupt):
        sys.exit(130)
    except (InvalidInput, WrongResult) as error:
        sys.exit(str(error))
    print(json.dumps(row))


if __name__ == "__main__":
    main()
