"""What a comparison prints, and the record that it can write."""

import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import polars as pl
from agreement import Agreement
from roster import Peer
from work import Work

from cakernel.provenance import provenance

PACKAGES = ("numpy", "numba", "llvmlite", "polars", "jax", "jaxlib", "mesa")
COLUMNS = (
    "tool",
    "threads",
    "policies x scenarios x replications",
    "ns per firm-period per core, or card",
    "times slower than cakernel",
    "agreement",
)


@dataclass
class Result:
    """A peer's runs: what was run, its means and how well they agree, how long it took."""

    peer: Peer
    work: Work
    means: pl.DataFrame
    agreement: Agreement
    first_seconds: float
    seconds: list[float]

    @property
    def nanoseconds(self) -> float:
        """Time of one firm and one period, times threads, in the fastest run."""
        return min(self.seconds) / self.work.firm_periods * self.work.threads * 1e9


def table(results: list[Result]) -> str:
    """Return the results as a Markdown table."""
    ours = [result.nanoseconds for result in results if result.peer.name == "cakernel"]
    rows = [COLUMNS, ("---", "---:", "---", "---:", "---:", "---")]
    for result in results:
        work, time = result.work, result.nanoseconds
        rows.append(
            (
                result.peer.title,
                "card" if work.device == "gpu" else str(work.threads),
                f"{len(work.policies)} x {len(work.scenarios)} x {work.replications}",
                rounded(time),
                rounded(time / ours[0]) if ours else "not run",
                str(result.agreement),
            )
        )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def rounded(value: float) -> str:
    """Return a number with three digits, or more before the point."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def record(results: list[Result], skipped: list[str], settings: dict[str, Any]) -> dict[str, Any]:
    """Return all that was measured, and what it was measured on."""
    return {
        **provenance("recovery", **settings),
        "cores": os.cpu_count(),
        "peer_versions": {name: found for name in PACKAGES if (found := installed(name))},
        "compiler": compiler(),
        "results": [
            {
                "tool": result.peer.title,
                "threads": result.work.threads,
                "device": result.work.device,
                "policies": len(result.work.policies),
                "scenarios": len(result.work.scenarios),
                "replications": result.work.replications,
                "firm_periods": result.work.firm_periods,
                "first_seconds": result.first_seconds,
                "seconds": result.seconds,
                "ns_per_firm_period_per_core": result.nanoseconds,
                "agreement": asdict(result.agreement),
            }
            for result in results
        ],
        "skipped": skipped,
    }


def machine_line(found: dict[str, Any]) -> str:
    """Return processor, cores and versions of a `record` in one line."""
    versions = found["versions"] | found["peer_versions"]
    named = [f"{name} {number}" for name, number in sorted(versions.items())]
    parts = [found["machine"]["processor"], f"{found['cores']} cores", *named]
    return ", ".join([*parts, f"Python {found['python']}", *filter(None, [found["compiler"]])])


def installed(package: str) -> str | None:
    """Return a package's version, None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def compiler() -> str | None:
    """Return the first line of what the C++ compiler says of itself, None where there is none."""
    path = shutil.which(os.environ.get("CXX", "g++"))
    if path is None:
        return None
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return said.stdout.partition("\n")[0]
