"""Sweeps as processes that are killed and resumed."""

import random
import subprocess
import sys
import time


def started(file, out, *more):
    command = [sys.executable, "-m", "cakernel", "sweep", str(file), "--out", str(out), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def killed_and_resumed(file, out, work, *, kills):
    """Kill a sweep so often, each time once it has written, and let it end; its code and output."""
    chance = random.Random(1)
    process = started(file, out, *work)
    for _ in range(kills):
        journal = out / "journal.jsonl"
        before = journal.stat().st_size if journal.exists() else 0
        # once it writes, at some moment
        while process.poll() is None and (not journal.exists() or journal.stat().st_size == before):
            time.sleep(0.001)
        time.sleep(chance.random() * 0.05)
        process.kill()
        process.communicate()
        process = started(file, out, "--resume", *work)
    output, _ = process.communicate()
    return process.returncode, output
