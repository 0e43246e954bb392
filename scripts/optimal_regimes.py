"""The results of docs/optimal.md in Markdown: the best recovery in the paper's seven regimes.

    python scripts/optimal_regimes.py FOLDER --every 7

Computes what the folder lacks, a regime or a rule at a time, so that it may be stopped and run
again; then prints the tables of docs/optimal.md, so that no number is copied by hand. ``--every 7``
takes every seventh of the 576 resource scenarios; 7 has no factor in common with the numbers of
acquisitions and costs, so that all of these are met. ``--every 1`` takes all. The rules that have
to do for all scenarios always meet all 576.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

import cakernel as ck
from cakernel.recovery.model import REGIMES

# one rule for all scenarios: regime, criterion, least mean x and y, and whether tables are searched
ROBUST: tuple[tuple[str, str, float, float, bool], ...] = (
    ("base", "mean", 0.0, 0.0, False),
    ("base", "mean", 1.2, 0.0, False),
    ("base", "mean", 1.5, 0.0, False),
    ("base", "mean", 1.5, 0.0, True),
    ("base", "mean", 1.2, 1.2, False),
    ("base", "mean", 1.5, 1.2, False),
    ("base", "mean", 1.5, 1.5, False),
    ("base", "minimum", 0.0, 0.0, False),
    ("base", "regret", 0.0, 0.0, False),
    ("low", "mean", 0.0, 0.0, False),
    ("high", "mean", 0.0, 0.0, False),
    ("n3", "mean", 1.5, 1.2, False),
    ("t30", "mean", 1.5, 1.2, False),
    ("t360", "mean", 1.5, 1.2, False),
)
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
    if not given.regime:
        compute_robust(given.folder, given.threads)
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
        curve = ck.frontier(model, scenarios=scenarios, seed=SEED, threads=threads)
        curve.points.write_parquet(folder / "points.parquet")
        curve.curve.write_parquet(folder / "curve.parquet")
        print("frontier: done", file=sys.stderr, flush=True)


def compute_robust(folder: Path, threads: int | None) -> None:
    """Find one rule for all scenarios, for what was not done before."""
    for number, (name, criterion, floor_x, floor_y, search) in enumerate(ROBUST):
        file = folder / f"robust-{number}.parquet"
        if file.exists():
            continue
        found = ck.robust(
            ck.regime(name), scenarios=ck.paper_scenarios(), criterion=criterion, floor_x=floor_x,
            floor_y=floor_y, search=search, seed=SEED, threads=threads,
        )  # fmt: skip
        found.valued.with_columns(delta=found.delta).write_parquet(file)
        print(f"robust {number}: done", file=sys.stderr, flush=True)


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
    if any(folder.glob("robust-*.parquet")):
        yield ""
        yield from robust_lines(folder)


def robust_lines(folder: Path) -> Iterator[str]:
    """Yield the rules that have to do for all scenarios."""
    yield from _head(
        "regime", "best by", "with at least", "rule", "mean R", "x, y", "criterion", "delta",
        "the paper's best",
    )  # fmt: skip
    for number, (name, criterion, floor_x, floor_y, search) in enumerate(ROBUST):
        file = folder / f"robust-{number}.parquet"
        if not file.exists():
            continue
        rows = {row["policies"]: row for row in pl.read_parquet(file).to_dicts()}
        choice, paper = rows["the choice"], rows.get("the best of the paper's")
        floors = [f"{s} {f:g}" for s, f in (("x", floor_x), ("y", floor_y)) if f]
        yield _line(
            name,
            criterion + (", searched" if search else ""),
            ", ".join(floors) or "-",
            _policy(choice),
            f"{choice['mean_earned']:.1f}",
            f"{choice['mean_x']:.2f}, {choice['mean_y']:.2f}",
            f"{choice['criterion']:.1f}",
            f"{choice['delta']:.2f}",
            "-" if paper is None else f"{_policy(paper)}: {paper['criterion']:.1f}",
        )


def _policy(row: dict[str, Any]) -> str:
    return " ".join(row[part] for part in ("supply_rule", "cyber_rule", "principle"))


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
        yield _line(
            name if place == "cloud" else f"{name}, on site",
            f"{cut['upper_bound']:.1f}",
            f"{own['mean_gap_percent']:.2f}%, {own['worst_gap_percent']:.1f}%",
            f"{cut['mean_gap_percent']:.2f}%, {cut['worst_gap_percent']:.1f}%",
            f"{cut['missed_percent']:.1f}%",
            f"{single['objective']:.1f} ({_policy(single)})",
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
