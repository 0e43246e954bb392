"""The results of docs/optimal.md in Markdown: the best recovery in the paper's seven regimes.

    python scripts/optimal_regimes.py FOLDER --every 7

Computes what the folder lacks, a regime at a time, so that it may be stopped and run again; then
prints the tables that stand between the two marks of docs/optimal.md, so that no number is copied
by hand. ``--every 7`` takes every seventh of the 576 resource scenarios; 7 has no factor in common
with the numbers of acquisitions and costs, so that all of these are met. ``--every 1`` takes all.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl

import cakernel as ck
from cakernel.recovery.model import REGIMES
from cakernel.recovery.optimal import frontier

FAMILIES = ("own-state", "cutoffs", "paper")
SEED = 1


def main() -> None:
    """Compute what is missing, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every so-many-th scenario")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--regime", action="append", choices=REGIMES, help="these alone")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    scenarios = ck.paper_scenarios()[:: given.every]
    for name in given.regime or REGIMES:
        compute(given.folder, name, scenarios, given.threads)
    print("\n".join(tables(given.folder)))


def compute(
    folder: Path, name: str, scenarios: list[ck.ResourceScenario], threads: int | None
) -> None:
    """Find the best recovery of a regime, and of base the frontier, too, if not done before."""
    model = ck.regime(name)
    if not (folder / f"{name}-speeds.parquet").exists():
        found = ck.optimal(
            model, scenarios=scenarios, families=FAMILIES, seed=SEED, threads=threads,
            # on site is the same question of the operational side, asked of base alone
            deployments=("cloud", "on-site") if name == "base" else ("cloud",),
        )  # fmt: skip
        found.summary.write_parquet(folder / f"{name}-summary.parquet")
        found.scenarios.write_parquet(folder / f"{name}-scenarios.parquet")
        found.speeds.write_parquet(folder / f"{name}-speeds.parquet")
        print(f"{name}: done", file=sys.stderr, flush=True)
    if name == "base" and not (folder / "points.parquet").exists():
        curve = frontier(model, scenarios=scenarios, seed=SEED, threads=threads)
        curve.points.write_parquet(folder / "points.parquet")
        curve.curve.write_parquet(folder / "curve.parquet")
        print("frontier: done", file=sys.stderr, flush=True)


def tables(folder: Path) -> Iterator[str]:
    """Yield the lines of all tables of a folder."""
    known = [name for name in REGIMES if (folder / f"{name}-speeds.parquet").exists()]
    yield from _head(
        "regime", "bound", "own state: gap, worst", "with cutoffs: gap, worst", "missed",
        "the paper's best single rule", "never rebuilding", "x, y of the best",
    )  # fmt: skip
    for name in known:
        yield from regime_line(name, folder)
    if (folder / "points.parquet").exists():
        yield ""
        yield from frontier_lines(pl.read_parquet(folder / "points.parquet"))


def regime_line(name: str, folder: Path) -> Iterator[str]:
    """Yield the row of a regime, and of base one on site."""
    summary = pl.read_parquet(folder / f"{name}-summary.parquet")
    speeds = pl.read_parquet(folder / f"{name}-speeds.parquet")
    for place in summary["deployment"].unique(maintain_order=True):
        of = {row["family"]: row for row in summary.filter(deployment=place).to_dicts()}
        single = (
            speeds.filter(deployment=place).sort("objective", descending=True).row(0, named=True)
        )
        own, cut = of["own-state"], of["cutoffs"]
        policy = " ".join(single[part] for part in ("supply_rule", "cyber_rule", "principle"))
        yield _line(
            name if place == "cloud" else f"{name}, on site",
            f"{cut['upper_bound']:.1f}",
            f"{own['mean_gap_percent']:.2f}%, {own['worst_gap_percent']:.1f}%",
            f"{cut['mean_gap_percent']:.2f}%, {cut['worst_gap_percent']:.1f}%",
            f"{cut['missed_percent']:.1f}%",
            f"{single['objective']:.1f} ({policy})",
            f"{cut['never']:.1f}",
            f"{cut['mean_x']:.2f}, {cut['mean_y']:.2f}",
        )


def frontier_lines(points: pl.DataFrame) -> Iterator[str]:
    """Yield the best rules by their weight, and the paper's policies that come nearest."""
    yield from _head("policies", "mean x", "mean y", "mean R", "bound", "short")
    best = points.filter(policies="best rules").with_columns(
        name=pl.format("best rules, weight {}", pl.col("weight").cast(pl.Int64))
    )
    paper = (
        points.filter(policies="paper", principle="P")
        .with_columns(name=pl.concat_str(["supply_rule", "cyber_rule", "principle"], separator=" "))
        .sort("short")
        .head(5)
    )
    for row in [*best.to_dicts(), *paper.to_dicts()]:
        yield _line(
            row["name"],
            *(f"{row[state]:.2f}" for state in ("mean_x", "mean_y")),
            *(f"{row[amount]:.1f}" for amount in ("mean_resources", "upper_bound", "short")),
        )


def _head(*names: str) -> Iterator[str]:
    yield _line(*names)
    yield _line(*("---" for _ in names))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
