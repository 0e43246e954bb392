"""The cases of the benchmark, and how they are measured: speed and memory as one table."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, replace
from statistics import mean
from typing import Any, NamedTuple

import polars as pl

from cakernel.bench.timed_case import PAPER_SCENARIOS, SPREAD, TimedCase, rates
from cakernel.checks import check_some, check_value, whole
from cakernel.jit.compile import MOST_THREADS
from cakernel.provenance import provenance

# the engine runs at least so many replications side by side, even if fewer are asked for
FEWEST_ITEMS = 8


class Sizes(NamedTuple):
    """How large cases are and how often they run.

    ``firm_periods`` are those of a case on each thread; ``grids`` are chains, firms and periods.
    """

    repeats: int
    firm_periods: int
    table_3_replications: int
    grids: tuple[tuple[int, int, int], ...]
    periods: tuple[int, ...]
    replications: tuple[int, ...]


FULL = Sizes(
    repeats=3,
    # about half a second
    firm_periods=1 << 31,
    table_3_replications=10,
    grids=(
        *((5, firms, 180) for firms in (3, 5, 15, 50, 150, 500, 1500, 5000, 10_000)),
        *((chains, 5, 180) for chains in (1, 3, 20, 100)),
        (100, 100, 180),
        (100, 1000, 60),
        (100, 10_000, 40),
    ),
    periods=(1, 10, 30, 180, 360, 1000, 10_000, 100_000),
    replications=(1, 10, 100, 200, 1000, 10_000, 100_000),
)
QUICK = Sizes(
    repeats=2,
    firm_periods=1 << 28,
    table_3_replications=2,
    grids=(*((5, firms, 180) for firms in (3, 15, 100, 1000, 10_000)), (100, 100, 180)),
    periods=(10, 180, 3000),
    replications=(1, 200, 10_000),
)

FULL_CARD = Sizes(
    repeats=3,
    firm_periods=1 << 35,
    # those of the paper
    table_3_replications=200,
    # that fit a block
    grids=(
        *((5, firms, 180) for firms in (3, 5, 15, 50, 100)),
        *((chains, 5, 180) for chains in (1, 3, 20, 100)),
    ),
    periods=(10, 30, 180, 360, 1000, 10_000),
    replications=FULL.replications,
)
QUICK_CARD = Sizes(
    repeats=2,
    firm_periods=1 << 32,
    table_3_replications=10,
    grids=FULL_CARD.grids[::2],
    periods=(10, 180, 1000),
    replications=QUICK.replications,
)

COLUMNS: dict[str, type[pl.DataType]] = {
    "section": pl.String,
    **dict.fromkeys(("chains", "firms", "periods", "policies", "scenarios"), pl.Int64),
    **dict.fromkeys(("replications", "threads", "processes"), pl.Int64),
    "device": pl.String,
    "firm_periods": pl.Int64,
    "seconds": pl.Float64,
    **dict.fromkeys(("firm_periods_per_second", "ns_per_firm_period_per_core"), pl.Float64),
    "repeats": pl.Int64,
    **dict.fromkeys(("peak_mib", "added_mib"), pl.Float64),
}


def cases(*, quick: bool = False, threads: int | None = None) -> list[TimedCase]:
    """Return the cases of all sections: "Table 3", "threads", "processes", "grid", ...

    There are fewer and shorter ones if ``quick``. A case's work grows with the threads (by default
    all), but in the section "threads", which runs the same work on 1 thread, 2, 4, ... The section
    "processes" sets n threads beside n processes of one thread each, with the same work together.
    """
    if threads is not None:
        check_value("threads", threads, whole(1, MOST_THREADS))
    used = threads or MOST_THREADS
    sizes = QUICK if quick else FULL
    budget = sizes.firm_periods
    most = _sized("threads", 1, budget).replications
    return [
        TimedCase(
            "Table 3",
            policies="paper",
            scenarios=PAPER_SCENARIOS,
            replications=sizes.table_3_replications,
            threads=used,
        ),
        *(TimedCase("threads", replications=most, threads=n) for n in _thread_counts(used)),
        *(
            TimedCase(
                "processes",
                replications=n // processes * most,
                threads=n // processes,
                processes=processes,
            )
            for n in _thread_counts(used)[1:]
            for processes in (1, n)
        ),
        *(
            _sized("grid", used, budget, chains=chains, firms=firms, periods=periods)
            for chains, firms, periods in sizes.grids
        ),
        *(_sized("periods", used, budget, periods=periods) for periods in sizes.periods),
        *(
            TimedCase("replications", scenarios=1, replications=replications, threads=used)
            for replications in sizes.replications
        ),
    ]


def cases_of_card(*, quick: bool = False, threads: int | None = None) -> list[TimedCase]:
    """Return the cases of a graphics card: first the work of Table 3, on the threads beside it."""
    if threads is not None:
        check_value("threads", threads, whole(1, MOST_THREADS))
    sizes = QUICK_CARD if quick else FULL_CARD
    table = TimedCase(
        "devices",
        policies="paper",
        scenarios=PAPER_SCENARIOS,
        replications=sizes.table_3_replications,
        threads=threads or MOST_THREADS,
    )
    budget = sizes.firm_periods
    on_card = [
        replace(table, threads=1),
        *(
            _sized("grid", 1, budget, chains=chains, firms=firms, periods=periods)
            for chains, firms, periods in sizes.grids
        ),
        *(_sized("periods", 1, budget, periods=periods) for periods in sizes.periods),
        *(
            TimedCase("replications", scenarios=1, replications=replications)
            for replications in sizes.replications
        ),
    ]
    return [table, *(replace(case, device="gpu") for case in on_card)]


def _sized(section: str, threads: int, budget: int, **grid: int) -> TimedCase:
    """Return a case of at most ``budget`` firm-periods a thread, but never under FEWEST_ITEMS.

    Items are a power of two a thread, so that no thread has more to do than the others.
    """
    one = TimedCase(section, threads=threads, **grid)  # type: ignore[arg-type]
    items = max(FEWEST_ITEMS, budget * one.scenarios // one.firm_periods)
    replications = (1 << (items.bit_length() - 1)) * threads // one.scenarios
    return TimedCase(section, replications=replications, threads=threads, **grid)  # type: ignore[arg-type]


def _thread_counts(most: int) -> list[int]:
    """Return 1, 2, 4, ... and ``most``."""
    return [*(1 << n for n in range(most.bit_length()) if 1 << n < most), most]


def measure(
    chosen: Iterable[TimedCase] | None = None,
    *,
    repeats: int = FULL.repeats,
    row_done: Callable[[dict[str, Any]], None] | None = None,
) -> pl.DataFrame:
    """Time cases, each in a fresh process, and return one row a case.

    Each case is run once before it is timed, which leaves compilation out; its time is the
    shortest of the repeats. Every timed result is compared with the first, to the bit, and part of
    it with the scalar kernel: a RuntimeError says which case failed or was wrong. ``repeats`` are
    the timed calls of each case, more where they are short; `timed_case.time_case` says what is in
    a row. ``row_done`` is called with each row as it is there.
    """
    check_value("repeats", repeats, whole(1, 1000))
    chosen = cases() if chosen is None else list(chosen)
    check_some(cases=chosen)
    # compile what is not in the cache yet, so that no case's peak is that of the compiler
    in_fresh_process(TimedCase("warm-up", chains=1, firms=1, periods=1, scenarios=1), repeats=1)
    rows = []
    for case in chosen:
        rows.append(in_fresh_process(case, repeats=repeats))
        if row_done is not None:
            row_done(rows[-1])
    return frame_of(rows)


def in_fresh_process(case: TimedCase, *, repeats: int) -> dict[str, Any]:
    """Call `time_case` in new processes, which peak memory needs: it never falls.

    Of several at once the seconds are the mean, the peak is the highest.
    """
    # -P keeps Python from importing modules of the current folder
    command = [sys.executable, "-P", "-m", "cakernel.bench.timed_case"]
    asked = json.dumps({"case": asdict(case), "repeats": repeats}) + "\n"
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    started: list[Any] = [
        subprocess.Popen(command, text=True, **pipes) for _ in range(case.processes)
    ]
    for process in started:
        process.stdin.write(asked)
        process.stdin.flush()
    # all are ready before any begins
    for process in started:
        process.stdout.readline()
    rows = []
    for process in started:
        with suppress(BrokenPipeError):
            process.stdin.write("\n")
            process.stdin.flush()
    for process in started:
        out, err = process.communicate()
        if process.returncode == 130:
            raise KeyboardInterrupt
        if process.returncode != 0:
            why = err.strip() or f"ended with code {process.returncode}"
            raise RuntimeError(f"a benchmark failed: {case}: {why}")
        rows.append(json.loads(out))
    first: dict[str, Any] = rows[0]
    peaks = {
        name: max(row[name] for row in rows) for name in ("peak_mib", "added_mib") if first[name]
    }
    return first | rates(case, mean(row["seconds"] for row in rows)) | peaks


def frame_of(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return rows of `in_fresh_process` as the table of `measure`."""
    return pl.DataFrame(rows, schema=COLUMNS)


def record(rows: pl.DataFrame, **settings: Any) -> dict[str, Any]:
    """Return all that was measured and what it was measured on, to be written as JSON."""
    return {
        **provenance("recovery", policies=[" ".join(names) for names in SPREAD], **settings),
        "threads_available": MOST_THREADS,
        "results": rows.to_dicts(),
    }
