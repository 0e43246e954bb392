"""All that is claimed of graphics cards, measured on this machine's: one table, in eight minutes.

    python benchmarks/card.py --out card.json
    python benchmarks/card.py --only first,table3
    NUMBA_ENABLE_CUDASIM=1 python benchmarks/card.py --toy    # in numba's simulator of a card

Each step (`card_steps.py`) has a process and a time limit of its own; where one fails, the others
run all the same. Whoever wants JAX beside it installs JAX for the card first.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from card_steps import STEPS

from cakernel.jit.cuda import SIMULATED, device_missing
from cakernel.provenance import provenance

HEADS = ("step", "measure", "value", "", "target", "met")


def run_step(name: str, *, toy: bool, limit: float) -> dict[str, Any]:
    """Run a step in a process of its own; return its seconds, its figures, and what went wrong."""
    command = [sys.executable, str(Path(__file__).with_name("card_steps.py")), name]
    begin = time.perf_counter()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        [*command, "toy" if toy else "whole"], text=True, start_new_session=True, **pipes
    ) as process:
        try:
            out, err = process.communicate(timeout=limit)
            error = err.strip()[-1500:] if process.returncode else ""
        except subprocess.TimeoutExpired:
            out, error = "", f"takes more than {limit:g} s"
        finally:
            # what it started, too
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    figures = [] if error else json.loads(out.splitlines()[-1])
    if toy:
        # a simulator meets no target
        figures = [figure | {"met": None} for figure in figures]
    return {"seconds": time.perf_counter() - begin, "error": error, "figures": figures}


def table(steps: dict[str, dict[str, Any]]) -> str:
    """Return all figures as a Markdown table."""
    rows = [HEADS, ("---",) * len(HEADS)]
    for name, step in steps.items():
        if step["error"]:
            rows.append((name, "failed", step["error"].splitlines()[-1], "", "", "no"))
        for figure in step["figures"]:
            value, met = figure["value"], figure["met"]
            rows.append(
                (
                    name,
                    figure["measure"],
                    value if isinstance(value, str) else f"{value:.4g}",
                    figure["unit"],
                    figure["target"],
                    "" if met is None else "yes" if met else "no",
                )
            )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def card() -> dict[str, Any]:
    """Return what this machine's card is."""
    if SIMULATED:
        return {"name": "simulated"}
    from numba import cuda

    device = cuda.get_current_device()
    name = device.name
    return {
        "name": name.decode() if isinstance(name, bytes) else str(name),
        "compute_capability": list(device.compute_capability),
        "driver": list(cuda.cudadrv.driver.get_version()),
        "libraries": list(cuda.runtime.get_version()),
    }


def main() -> int:
    """Measure; return 1 where a step failed or a target was missed, 2 where no card answers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="A,B", help=f"some of {','.join(STEPS)}")
    parser.add_argument("--toy", action="store_true", help="tiny sizes, to try the script itself")
    parser.add_argument("--out", type=Path, help="JSON file for all that was measured")
    asked = parser.parse_args()
    chosen = list(STEPS) if asked.only is None else asked.only.split(",")
    if unknown := set(chosen) - set(STEPS):
        parser.error(f"--only: got {','.join(sorted(unknown))}; must be some of {','.join(STEPS)}")
    if why := device_missing():
        print(why, file=sys.stderr)
        return 2
    steps = {}
    for name in chosen:
        limit = STEPS[name][1]
        print(f"{name}: at most {limit} s", file=sys.stderr, flush=True)
        steps[name] = run_step(name, toy=asked.toy, limit=limit)
    found = {**provenance("recovery", toy=asked.toy), "card": card(), "steps": steps}
    if asked.out is not None:
        asked.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(table(steps))
    print(f"\n{found['card']}; {found['machine']['processor']}")
    met = [figure["met"] for step in steps.values() for figure in step["figures"]]
    return int(False in met or any(step["error"] for step in steps.values()))


if __name__ == "__main__":
    sys.exit(main())
