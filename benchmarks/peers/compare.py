"""Time the same model and the same kind of work on every peer, side by side."""

import argparse
import importlib
import json
import os
import sys
import time
from pathlib import Path
from types import ModuleType

import polars as pl
from agreement import Disagreement, check, check_same, reference
from polars.testing import assert_frame_equal
from roster import PEERS, Peer, work_of
from work import Unavailable, Work

from report import Result, machine_line, record, table

Ready = list[tuple[ModuleType, Result]]


def note(text: str) -> None:
    """Say on the error stream how far the comparison is."""
    print(text, file=sys.stderr, flush=True)


def timed(module: ModuleType, work: Work) -> tuple[pl.DataFrame, float]:
    """Run a peer once; return its means and the seconds it took."""
    begin = time.perf_counter()
    means = module.run(work)
    return means, time.perf_counter() - begin


def prepare(peers: list[Peer], *, quick: bool, threads: int) -> tuple[Ready, list[str]]:
    """Run every peer once, which compiles it, and check its means; return also who cannot run.

    Raises
    ------
    Disagreement
        If a peer's means are not the model's.
    """
    ready: Ready = []
    skipped = []
    for peer in peers:
        work = work_of(peer, quick=quick, threads=threads)
        note(f"{peer.title}: first run and check")
        try:
            module = importlib.import_module(peer.module)
            means, seconds = timed(module, work)
        except ModuleNotFoundError as error:
            if error.name not in ("jax", "mesa"):
                raise
            skipped.append(f"{peer.title}: skipped; pip install {error.name}")
            continue
        except Unavailable as error:
            skipped.append(f"{peer.title}: skipped; {error}")
            continue
        try:
            if peer.same_draws:
                agreement = check_same(work, means)
            else:
                agreement = check(work, means, reference(work))
        except Disagreement as error:
            raise Disagreement(f"{peer.title}: {error}") from None
        ready.append((module, Result(peer, work, means, agreement, seconds, [])))
    return ready, skipped


def repeat(ready: Ready, times: int) -> None:
    """Time the peers in turn, so that a noisy minute falls on all, and check every run's means."""
    for n in range(times):
        for module, result in ready:
            means, seconds = timed(module, result.work)
            assert_frame_equal(means, result.means, check_exact=True)
            result.seconds.append(seconds)
            note(f"{result.peer.title}: run {n + 1} of {times}, {seconds:.2f} s")


def confine(threads: int) -> None:
    """Leave this process as many cores as threads: JAX takes every core that it may use."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        if not 1 <= threads <= len(cores):
            raise SystemExit(f"--threads: got {threads}; must be 1 to {len(cores)}")
        os.sched_setaffinity(0, cores[:threads])


def arguments() -> argparse.Namespace:
    """Read the command line."""
    names = [peer.name for peer in PEERS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1, help="of peers that can use several (1)")
    parser.add_argument("--repeats", type=int, help="timed runs; the fastest counts (5, quick 2)")
    parser.add_argument("--only", metavar="A,B", help=f"some of {','.join(names)}")
    parser.add_argument("--quick", action="store_true", help="less work, every 7th policy")
    parser.add_argument("--out", type=Path, help="JSON file for all that was measured")
    chosen = parser.parse_args()
    chosen.only = names if chosen.only is None else chosen.only.split(",")
    if unknown := set(chosen.only) - set(names):
        parser.error(f"--only: got {','.join(sorted(unknown))}; must be some of {','.join(names)}")
    chosen.repeats = (2 if chosen.quick else 5) if chosen.repeats is None else chosen.repeats
    if chosen.repeats < 1:
        parser.error(f"--repeats: got {chosen.repeats}; must be 1 or more")
    return chosen


def main() -> int:
    """Compare the peers; return 1 if one disagrees with the model."""
    chosen = arguments()
    confine(chosen.threads)
    peers = [peer for peer in PEERS if peer.name in chosen.only]
    try:
        ready, skipped = prepare(peers, quick=chosen.quick, threads=chosen.threads)
    except Disagreement as error:
        note(str(error))
        return 1
    repeat(ready, chosen.repeats)
    results = [result for _, result in ready]
    settings = {name: value for name, value in vars(chosen).items() if name != "out"}
    found = record(results, skipped, settings)
    print("\n\n".join([table(results), *skipped, machine_line(found)]))
    if chosen.out is not None:
        chosen.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
