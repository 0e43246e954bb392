"""Give cakernel mutated files and arguments: every case must end with one clear line, or work.

    python scripts/fuzz.py --cases 100000 --seed 1
    python scripts/fuzz.py --seconds 600
    python scripts/fuzz.py --seed 1 --only 4711      # one case again, shown

A case is a pure function of the seed and its number. Cases run in a process of their own, which is
started again where one of them ends it. What fails is written below --keep, ready to be run again.
"""

import argparse
import contextlib
import io
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from fuzz_cases import ARGUMENTS, FILES, changed, make_files, mutated

LIMIT_SECONDS = 60
# firm-periods of a simulation; more is a long run, not a hang
MOST_WORK = 1e7
MEMORY = 8 << 30
# done, bad input, some points are impossible, interrupted
CODES = (0, 2, 3, 130)
LONGEST_LINE = 2000
A_WORKER = 2000
# a case that computes when its time is up asked for much; one that does anything else hangs
COMPUTING = ("engine.py", "run.py", "kernel_calls.py", "pool.py", "simulation.py", "shard.py")
COMPUTING += ("measurement.py", "many_markets.py", "criticality.py", "known.py", "tracing.py")


def prepare() -> Callable[[], None]:
    """Refuse what would compute for minutes, and compile networks once; return undo."""
    import numpy as np

    from cakernel.errors import InvalidInput
    from cakernel.recovery import network_points, simulation
    from cakernel.recovery.kernel.lanes.step import Planes
    from cakernel.recovery.kernel.network.arguments import Shapes
    from cakernel.recovery.network import kernel_arrays
    from cakernel.recovery.network.engine import NetworkRun

    # whatever amounts need at most: else nearly every case is compiled for
    roomy = Planes(resources=63, low=63, gain=62, cost_from=0, cost_to=62)
    roomy_shapes = Shapes(planes=(roomy,) * 2, coded=(False, True))
    rounds, network_rounds = simulation.rounds, NetworkRun.rounds
    shapes_of, shared_shapes = kernel_arrays.shapes_of, network_points.shared_shapes

    def few_firm_periods(run, *given):
        if run.firms * run.periods * len(run.scenarios) * run.replications > MOST_WORK:
            raise InvalidInput("more than is computed here")
        return network_rounds(run, *given)

    def one_shape(quanta):
        shapes_of(quanta)
        return roomy_shapes, quanta.own.astype(np.int64)

    def one_for_all(networks):
        shared_shapes(networks)
        return [one_shape(quanta) for quanta in networks]

    def few_rounds(experiment, **settings):
        grid = experiment.grid
        if experiment.replications * grid.periods * grid.chains * grid.firms > MOST_WORK:
            raise InvalidInput("more than is computed here")
        return rounds(experiment, **settings)

    simulation.rounds, NetworkRun.rounds = few_rounds, few_firm_periods
    kernel_arrays.shapes_of, network_points.shared_shapes = one_shape, one_for_all

    def undo() -> None:
        simulation.rounds, NetworkRun.rounds = rounds, network_rounds
        kernel_arrays.shapes_of, network_points.shared_shapes = shapes_of, shared_shapes

    return undo


class OutOfTime(KeyboardInterrupt):
    """A case took too long."""


def run(command: tuple[str, ...]) -> tuple[int, str, str]:
    """Run the command line here; return exit code, standard output and error."""
    from cakernel.cli import main

    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    before = sys.argv
    sys.argv = ["cakernel", *command]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    finally:
        sys.argv = before
    texts = (stream.buffer.getvalue().decode("utf-8", "replace") for stream in (out, err))
    return code, *texts


def failure(code: int, err: str) -> str:
    """Say what is wrong with how a command ended; nothing where all is well."""
    if code not in CODES:
        return f"exit code {code}"
    lines = err.strip().splitlines()
    # without any argument there is help instead
    if code == 2 and not err.startswith("Usage: "):
        if len(lines) != 1 or not lines[0].startswith("error: "):
            return "not one clear line"
        if len(lines[0]) > LONGEST_LINE:
            return "a line too long"
    return ""


def run_case(seed: int, number: int, origin: Path, folder: Path) -> tuple[str, tuple, str]:
    """Run a case in a fresh folder; return what is wrong (or "long"), the command, its errors."""
    draw = random.Random(f"{seed} {number}")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(origin, folder)
    if draw.random() < 0.75:
        file = draw.choice(list(FILES))
        command = draw.choice(FILES[file])
        path = folder / file
        path.write_bytes(mutated(path.read_bytes(), draw))
    else:
        command = changed(draw.choice(ARGUMENTS), draw)
    computing = []

    def stop(_: int, frame: object) -> None:
        files = {Path(each.filename).name for each in traceback.extract_stack(frame)}
        computing.append(bool(files & set(COMPUTING)))
        raise OutOfTime

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_SECONDS)
    try:
        with contextlib.chdir(folder):
            code, _, err = run(command)
        wrong = failure(code, err)
    except BaseException:
        err = traceback.format_exc()
        wrong = "a traceback"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if computing:
        wrong = "" if computing[0] else "hangs"
        return wrong or "long", command, err
    return wrong, command, err


def work(arguments: argparse.Namespace) -> None:
    """Run cases from a number on, a line of JSON for each."""
    # not of addresses: the drawing library reserves many that it does not use
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    origin = Path(arguments.origin)
    prepare()
    with tempfile.TemporaryDirectory() as temporary:
        for number in range(arguments.first, arguments.first + arguments.cases):
            print(json.dumps({"begin": number}), flush=True)
            wrong, command, err = run_case(arguments.seed, number, origin, Path(temporary) / "case")
            print(json.dumps({"number": number, "wrong": wrong, "command": command, "err": err}))
            if wrong not in ("", "long") and arguments.keep:
                kept = Path(arguments.keep) / f"{arguments.seed}-{number}"
                shutil.copytree(Path(temporary) / "case", kept, dirs_exist_ok=True)


def fuzz(arguments: argparse.Namespace) -> int:
    """Run all cases, in one process after the other; return how many failed."""
    found: Counter[str] = Counter()
    start, number = time.monotonic(), arguments.first
    end = number + arguments.cases if arguments.cases else sys.maxsize
    with tempfile.TemporaryDirectory() as temporary:
        origin = Path(temporary)
        make_files(origin, run)
        while number < end and time.monotonic() - start < (arguments.seconds or 1e9):
            count = min(A_WORKER, end - number)
            options = ["--seed", arguments.seed, "--first", number, "--cases", count]
            options += ["--origin", origin, "--keep", arguments.keep]
            worker = subprocess.Popen(
                [sys.executable, __file__, "--work", *map(str, options)],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            begun = number
            for line in worker.stdout:
                told = json.loads(line)
                if "begin" in told:
                    begun = told["begin"]
                    continue
                number = told["number"] + 1
                found[told["wrong"] or "well"] += 1
                if told["wrong"] not in ("", "long"):
                    print(f"case {told['number']}: {told['wrong']}: {told['command']}")
                    print("    " + "\n    ".join(told["err"].strip().splitlines()[-6:]), flush=True)
                if time.monotonic() - start > (arguments.seconds or 1e9):
                    worker.terminate()
                    break
            code = worker.wait()
            if code not in (0, -signal.SIGTERM):
                found["ends the process"] += 1
                print(f"case {begun}: ends the process with {code}", flush=True)
                number = begun + 1
            print(f"{number - arguments.first:,} cases, {dict(found)}", flush=True)
    return found.total() - found["well"] - found["long"]


def main() -> None:
    """Read the options, and fuzz."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cases", type=int, default=0)
    options.add_argument("--seconds", type=float, default=0.0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--first", type=int, default=0, help="number of the first case")
    options.add_argument("--only", type=int, help="run this case alone, and show it")
    options.add_argument("--keep", default="", help="folder for the files of cases that fail")
    options.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--origin", help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.work:
        work(arguments)
    elif arguments.only is not None:
        with tempfile.TemporaryDirectory() as temporary:
            origin = Path(temporary) / "origin"
            origin.mkdir()
            make_files(origin, run)
            folder = Path(arguments.keep or temporary) / "case"
            print(*run_case(arguments.seed, arguments.only, origin, folder), sep="\n")
    elif not arguments.cases and not arguments.seconds:
        options.error("say --cases or --seconds")
    else:
        sys.exit(bool(fuzz(arguments)))


if __name__ == "__main__":
    os.environ.setdefault("COLUMNS", "100")
    main()
