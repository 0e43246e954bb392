"""Kill commands that write, at random moments, and run them again: the bytes must be the same.

    python scripts/kill.py --kills 1000
    python scripts/kill.py --kills 50 --only sweep "ctip claims" --fresh

Each command first runs undisturbed, twice. Then it is killed (SIGKILL) at a random moment of a run.
What it leaves under the names that it was to write must be whole; run again (with ``--resume``, or
``--overwrite``, or as it was), it must give what the undisturbed run gave, byte for byte, and
leave nothing else behind. Files that differ from one undisturbed run to the next (journals hold
times) are left out and named. Ends with code 1 where anything was not so.

Commands run in forks of this process, which has imported all that they need but used none of it;
``--fresh`` starts Python anew each time, which takes seconds.
"""

import argparse
import contextlib
import importlib
import os
import pkgutil
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cakernel
from cakernel.cli import main

INPUTS = "../inputs"
SECONDS = 300
HELPFUL = ("altair", "vl_convert", "scipy.stats", "sklearn.tree", "cakernel.report")
# imported, it would run
PROGRAM = "cakernel.__main__"
SCENARIO = """
[model]
chains = 2
firms = 3
periods = 20
[simulation]
replications = 8
[policies]
supply_rules = ["SRD-1", "SRD-5"]
cyber_rules = ["CRD-1", "CRD-5"]
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""
SWEEP = """
[sweep]
replications = 6
rows = "replication"
[design]
kind = "{kind}"
{points}
[model]
chains = 2
firms = 3
periods = 20
[axes]
supply_mild = {{ low = 0.1, high = 0.3{count} }}
supply_severe = {{ low = 0.0, high = 0.5{count} }}
[policies]
supply_rules = ["SRD-1", "SRD-5"]
cyber_rules = ["CRD-1"]
principles = ["P"]
"""
MARKETS = """
[sweep]
model = "coopetition"
[design]
kind = "random"
points = 60
[axes]
threat_probability = { low = 0.0, high = 1.0 }
"""
NETWORK = (
    "[network]\nfolder = 'net'\n[model]\nperiods = 20\n"
    + SCENARIO[SCENARIO.index("[simulation]") :]
)
OF_NETWORK = (
    "[sweep]\nreplications = 6\n[design]\nkind = 'random'\npoints = 20\n[axes]\n"
    "firms.supply_mild = { low = 0.1, high = 0.3 }\nfirms.mill.stock = { low = 0, high = 9 }\n"
    + NETWORK.replace("[simulation]\nreplications = 8\n", "")
)
FILES = {
    "net/firms.csv": "id,stock,group,provider\nmine,,ore,\nmill,2,steel,cloud\nshop,1,,cloud\n",
    "net/links.csv": "supplier,customer\nmine,mill\nmill,shop\n",
    "net/peers.csv": "firm,peer\nmine,shop\n",
    "net/providers.csv": "id\ncloud\n",
    "past.csv": "period,kind,of,severity\n3,supply,mill,mild\n",
    "network.toml": NETWORK,
    "of-network.toml": OF_NETWORK,
    "scenario.toml": SCENARIO,
    "random.toml": SWEEP.format(kind="random", points="points = 40", count=""),
    "saltelli.toml": SWEEP.format(kind="saltelli", points="points = 8", count="").replace(
        '"SRD-1", ', ""
    ),
    "grid.toml": SWEEP.format(kind="grid", points="", count=", count = 3"),
    "markets.toml": MARKETS,
}


HALF_WRITTEN = re.compile(r"([^/]+/)?\.[^/]+\.[0-9a-f]{8}\.partial|\.[^/]+\.partial/lock")


class Command(NamedTuple):
    """Words of a command, what is said to go on after a kill, and a file that it writes often.

    One of which nothing is said (None) replaces nothing: it goes on where something is missing.
    """

    words: str
    again: str | None = "--overwrite"
    rewritten: str = ""

    @property
    def name(self) -> str:
        """The command's name, with that of its group."""
        words = self.words.split()
        return " ".join(words[: 2 if words[0] in ("ctip", "plot") else 1])


# what later commands read, by its name among the inputs
PREPARED = {
    "random": f"sweep {INPUTS}/random.toml --out random",
    "saltelli": f"sweep {INPUTS}/saltelli.toml --out saltelli",
    "best": f"best --regime {INPUTS}/scenario.toml --out best",
    "claims": "ctip claims --points 20 --regime nash --out claims",
}
COMMANDS = (
    Command(f"sweep {INPUTS}/random.toml --out new --block-seconds 0.00001", "--resume"),
    Command(f"sweep {INPUTS}/markets.toml --out new --block-seconds 0.0001", "--resume"),
    Command(f"sweep {INPUTS}/of-network.toml --out new --block-seconds 0.00001", "--resume"),
    Command(f"stability {INPUTS}/grid.toml --out new --depth 2", "", "new/points.parquet"),
    Command(f"run {INPUTS}/scenario.toml --out new"),
    Command(f"run {INPUTS}/network.toml --out new"),
    Command(f"critical {INPUTS}/network.toml --replications 8 --out new"),
    Command(f"history {INPUTS}/network.toml --by tier --replications 8 --out new"),
    Command(f"estimate {INPUTS}/past.csv --network {INPUTS}/net --periods 9 --into net --out new"),
    Command(f"trace {INPUTS}/network.toml --out new.parquet"),
    Command("reproduce table6 --replications 1 --out new"),
    Command(f"best --regime {INPUTS}/scenario.toml --out new"),
    Command(f"best --sweep {INPUTS}/random --out new"),
    Command("claims --variant published --replications 2 --out new"),
    Command("conventions --replications 2 --out new"),
    Command(f"sensitivity {INPUTS}/saltelli --out new"),
    Command(f"rules {INPUTS}/random --out new"),
    Command(f"trace {INPUTS}/scenario.toml --out new.parquet"),
    Command("ctip solve --out new"),
    Command("ctip case --out new"),
    Command("ctip statics --out new"),
    Command("ctip government --out new"),
    Command(f"ctip recovery --resources-per-money 1 --regime {INPUTS}/scenario.toml --out new"),
    Command("ctip claims --points 20 --regime nash --out new"),
    Command(f"report {INPUTS}/best --out new.html"),
    Command(f"report {INPUTS}/random --out new.html"),
    Command(f"report {INPUTS}/claims --out new.html"),
    Command(f"plot ctip-claims --from {INPUTS}/claims --out new.svg"),
    Command("plot history --out new.svg"),
    Command(f"plot network {INPUTS}/net --out new.svg"),
    Command("init new.toml", None),
    Command("init --network new", None),
    Command("init --sweep --network new new.toml", None),
    Command("rule SRD-4 --out new.csv", None),
)


def started(words: list[str], folder: Path, *, fresh: bool) -> int:
    """Start a command in a folder; return its process id."""
    if fresh:
        command = [sys.executable, "-m", "cakernel", *words]
        with open(folder / "said", "ab") as said:
            return subprocess.Popen(command, cwd=folder, stdout=said, stderr=said).pid
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        os.chdir(folder)
        said_to = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(said_to, 1)
        os.dup2(said_to, 2)
        sys.argv = ["cakernel", *words]
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def ended(process: int, seconds: float) -> int | None:
    """Wait for a process at most so long; return its exit code, or None where it goes on."""
    until = time.monotonic() + seconds
    pause = 0.0005
    while True:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= until:
            return None
        time.sleep(min(pause, max(0.0, until - time.monotonic())))
        pause = min(2 * pause, 0.02)


def run(words: list[str], folder: Path, *, fresh: bool) -> float:
    """Run a command to its end; return its seconds."""
    start = time.monotonic()
    process = started(words, folder, fresh=fresh)
    code = ended(process, SECONDS)
    if code is None:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        raise RuntimeError(f"{' '.join(words)}: hangs")
    if code not in (0, 3):
        said = (folder / "said").read_text(errors="replace")
        raise RuntimeError(f"{' '.join(words)}: ended with {code}: {said[-2000:]}")
    return time.monotonic() - start


def files(folder: Path) -> dict[str, bytes]:
    """Return all files under a folder but what the command said, with their bytes."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in found if p.name != "said"}


@contextlib.contextmanager
def beside(root: Path) -> Iterator[Path]:
    """Give an empty folder beside the inputs, for a time."""
    folder = root / "run"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


class Trials:
    """A command with what it writes undisturbed."""

    def __init__(self, command: Command, root: Path, *, fresh: bool) -> None:
        self.command, self.root, self.fresh = command, root, fresh
        runs, times = [], []
        for _ in range(2):
            with beside(root) as folder:
                times.append(run(command.words.split(), folder, fresh=fresh))
                runs.append(files(folder))
        # the first run may have compiled kernels
        self.seconds = min(times)
        first, second = runs
        if first.keys() != second.keys() or not first:
            raise RuntimeError(f"{command.words}: writes other files each time")
        self.vary = {name for name in first if first[name] != second[name]}
        self.names = set(first)
        self.wanted = {name: content for name, content in first.items() if name not in self.vary}

    def kill(self, chance: random.Random) -> tuple[str, list[str]]:
        """Kill the command at a random moment and run it again; say when, and what is wrong."""
        words, wrong = self.command.words.split(), []
        with beside(self.root) as folder:
            process = started(words, folder, fresh=self.fresh)
            seconds, code = chance.uniform(0, 1.1 * self.seconds), None
            if chance.random() < 0.5:
                # soon after it begins to write
                seconds *= 0.1
                while code is None and not any(p.name != "said" for p in folder.iterdir()):
                    code = ended(process, 0.0005)
            code = ended(process, seconds) if code is None else code
            if code is None:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
            left = files(folder)
            state = "after the end" if code is not None else "before a file" if not left else "amid"
            for name, content in left.items():
                whole = content == self.wanted.get(name, content)
                if not whole and name != self.command.rewritten:
                    wrong.append(f"{name} was not whole")
            if self.command.again is not None or not self.names <= left.keys():
                again = [*words, *(self.command.again or "").split()]
                try:
                    run(again, folder, fresh=self.fresh)
                except RuntimeError as error:
                    return state, [*wrong, str(error)]
            now = files(folder)
            # what was half written of a single file has a name of its own, and may stay; and a lock
            # beside a folder, if the kill came between its last rename and its end
            strange = [n for n in sorted(now.keys() - self.names) if not HALF_WRITTEN.fullmatch(n)]
            wrong += [f"{name} was left behind" for name in strange]
            wrong += [f"{name} is missing" for name in sorted(self.names - now.keys())]
            wrong += [
                f"{name} differs from the undisturbed run's"
                for name, content in self.wanted.items()
                if name in now and now[name] != content
            ]
        return state, wrong


def prepare(commands: list[Command], root: Path, *, fresh: bool) -> None:
    """Write what commands read."""
    inputs = root / "inputs"
    inputs.mkdir()
    for name, content in FILES.items():
        (inputs / name).parent.mkdir(exist_ok=True)
        (inputs / name).write_text(content)
    for name, words in PREPARED.items():
        if any(f"{INPUTS}/{name} " in command.words for command in commands):
            run(words.split(), inputs, fresh=fresh)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="Stop after so long.")
    parser.add_argument("--only", nargs="+", help="Names of commands, such as best 'ctip claims'.")
    parser.add_argument("--fresh", action="store_true", help="Start Python anew each time.")
    return parser.parse_args()


def kill_all() -> int:
    """Kill, compare and report; return the exit code."""
    asked = arguments()
    if not asked.fresh:
        # commands import what they need when they are called
        names = [name for _, name, _ in pkgutil.walk_packages(cakernel.__path__, "cakernel.")]
        for module in (*HELPFUL, *(name for name in names if name != PROGRAM)):
            importlib.import_module(module)
    chosen = [c for c in COMMANDS if not asked.only or c.name in asked.only]
    chance = random.Random(asked.seed)
    counts: Counter[str] = Counter()
    failures = 0
    until = time.monotonic() + 60 * asked.minutes
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        prepare(chosen, root, fresh=asked.fresh)
        trials = []
        for command in chosen:
            trial = Trials(command, root, fresh=asked.fresh)
            vary = f"; not compared: {', '.join(sorted(trial.vary))}" if trial.vary else ""
            told = f"{trial.seconds:6.2f} s, {len(trial.names):3} files  {command.words}{vary}"
            print(told, flush=True)
            trials.append(trial)
        for number in range(asked.kills):
            if time.monotonic() > until:
                break
            trial = trials[number % len(trials)]
            state, wrong = trial.kill(chance)
            counts[state] += 1
            for what in wrong:
                print(f"kill {number}, {trial.command.words}: {what}", flush=True)
            failures += bool(wrong)
    print(f"{counts.total()} kills of {len(chosen)} commands: {failures} failed;", end=" ")
    print(", ".join(f"{count} {state}" for state, count in counts.most_common()))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(kill_all())
