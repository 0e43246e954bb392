"""`cakernel best --sweep`: the best policy at each point of a sweep."""

import json
from pathlib import Path
from typing import Any

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table

from cakernel.cli.best_groups import Outcome, grouped
from cakernel.cli.output import Folder
from cakernel.errors import InvalidInput
from cakernel.models import outcome_in_words
from cakernel.provenance import provenance
from cakernel.ranking import best as best_policies
from cakernel.recovery.policy import policies
from cakernel.sweep.results import open_sweep

MOST_ROWS = 40
WIDTH = 110


def best_of_sweep(
    path: Path,
    *,
    outcome: Outcome,
    confidence: float,
    tolerance: float,
    together: bool,
    folder: Folder | None,
    as_json: bool,
) -> None:
    """Rank the policies at each point; print the best, write all."""
    results = open_sweep(path)
    held = results.manifest["sweep"]
    if not results.is_replicated:
        raise InvalidInput(
            f"--sweep: {path} is of the {held['study']} model, in which nothing is drawn; must be "
            "of a model with replications: cakernel rules says which "
            f"{' and '.join(results.keys)} is best where"
        )
    if held.get("rows") != "replication":
        raise InvalidInput(
            f"--sweep: {path} holds rows a {held.get('rows', 'point')}; paired comparisons need "
            'those of a sweep with rows = "replication"'
        )
    on_site = [p.cyber_rule.name for p in policies() if p.cyber_rule.on_site]
    frames = []
    # point by point, so that a large sweep need not fit in memory
    for part in results.in_blocks():
        groups = grouped(part, on_site, together=together)
        # a policy alone has nobody to be compared with
        rivals = pl.struct("supply_rule", "cyber_rule", "principle").n_unique()
        groups = groups.filter(rivals.over("point", "group") > 1)
        if groups.height:
            frames.append(
                best_policies(
                    groups,
                    outcome=f"mean_{outcome}",
                    by=["point", "group"],
                    confidence=confidence,
                    tolerance=tolerance,
                    seed=held["seed"],
                )
            )
    if not frames:
        raise InvalidInput(f"--sweep: {path} has one policy a point; must have two or more")
    ranked = pl.concat(frames).sort("point", "group", "rank")
    points = results.points
    record = provenance(
        held["study"], sweep=str(path), outcome=outcome, confidence=confidence, tolerance=tolerance
    )
    if folder is not None:
        folder.table("best", ranked.join(points, on="point", maintain_order="left"))
        folder.record("provenance", record | {"of": results.manifest})
    if as_json:
        answer: dict[str, Any] = {"best": ranked.filter(pl.col("rank") == 1).to_dicts()}
        print(json.dumps(answer | {"provenance": record}))
        return
    console = Console()
    console.width = max(console.width, WIDTH)
    console.print(_table(ranked, points, outcome, confidence))
    if folder is not None:
        console.print(f"wrote {folder.path}")


def _table(
    ranked: pl.DataFrame, points: pl.DataFrame, outcome: Outcome, confidence: float
) -> Table:
    """Lay out the best policy of each point."""
    first = ranked.filter(pl.col("rank") == 1).join(points, on="point", maintain_order="left")
    table = Table(
        title=f"the best policy at each point, by {outcome_in_words(outcome)}",
        caption=f"{min(first.height, MOST_ROWS)} of {first.height} rows; lead: over the second, "
        f"with its {100 * confidence:.4g}% interval",
        box=box.SIMPLE_HEAD,
    )
    varied = [name for name in points.columns if name != "point"]
    table.add_column("point", justify="right")
    table.add_column("with", ratio=1)
    for name in ("best", "mean", "lead", "P best"):
        table.add_column(name, no_wrap=True)
    groups = first["group"].n_unique()
    for row in first.head(MOST_ROWS).iter_rows(named=True):
        label = f"{row['supply_rule']} {row['cyber_rule']} {row['principle']}"
        table.add_row(
            str(row["point"]),
            ", ".join(f"{name} {_short(row[name])}" for name in varied),
            f"{label}, {row['group']}" if groups > 1 else label,
            f"{row['mean']:.4g}",
            f"{row['difference']:.3g} ({row['lower']:.3g} to {row['upper']:.3g})",
            f"{row['probability_best']:.3f}",
        )
    return table


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
