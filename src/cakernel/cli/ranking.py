"""Rankings of policies, of any model: at each point of a sweep, and as tables for the terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from rich import box
from rich.table import Table

from cakernel.cli.output import Results, opened_input
from cakernel.errors import InvalidInput
from cakernel.models import MODELS, load, outcome_in_words
from cakernel.provenance import provenance
from cakernel.ranking import best
from cakernel.ranking.pairing import policy_name
from cakernel.sweep.results import SweepResults

FEWEST_ROWS, MOST_ROWS = 5, 20
MOST_POINTS = 40
SWEEP_WIDTH = 110


def with_groups(rows: pl.DataFrame, model: str, *, together: bool) -> pl.DataFrame:
    """Add the column ``group``: the policies that the model, unless ``together``, ranks apart."""
    places = {row.name: row.groups for row in MODELS}
    if together or not places.get(model):
        return rows.with_columns(group=pl.lit("all policies"))
    groups: pl.DataFrame = load(places[model])(rows)
    return groups


def best_of_sweep(
    path: Path,
    results: Results,
    *,
    outcome: str | None,
    confidence: float,
    tolerance: float,
    together: bool,
) -> None:
    """Rank the policies at each point of a sweep; show the best, keep all."""
    sweep = _with_replications(path)
    study, seed = (sweep.manifest["sweep"][name] for name in ("study", "seed"))
    keys, column = sweep.keys, sweep.outcome(outcome)
    outcome = column.removeprefix("mean_")
    frames = []
    # point by point, so that a large sweep need not fit in memory
    for rows in sweep.in_blocks():
        groups = with_groups(rows, study, together=together)
        # a policy alone has no rival
        rivals = pl.struct(keys).n_unique().over("point", "group")
        groups = groups.filter(rivals > 1)
        if groups.height:
            frames.append(
                best(
                    groups,
                    outcome=column,
                    by=["point", "group"],
                    keys=keys,
                    confidence=confidence,
                    tolerance=tolerance,
                    seed=seed,
                )
            )
    if not frames:
        raise InvalidInput(f"--sweep: {path} has one policy a point; must have two or more")
    ranked = pl.concat(frames).sort("point", "group", "rank")
    listed = ranked.join(sweep.points, on="point", maintain_order="left")
    first = listed.filter(pl.col("rank") == 1)
    varied = [name for name in sweep.points.columns if name != "point"]
    title = f"the best policy at each point, by {outcome_in_words(outcome)}"
    results.show(_points_table(first, title, keys, varied, confidence))
    results.keep({"best": listed})
    record = provenance(
        sweep=str(path), outcome=outcome, confidence=confidence, tolerance=tolerance
    ) | {"kernel": sweep.manifest["kernel"]}
    answer = {"best": ranked.filter(pl.col("rank") == 1).to_dicts()}
    results.conclude(record, answer=answer, more={"of": sweep.manifest})


def _with_replications(path: Path) -> SweepResults:
    """Open a sweep whose rows are single replications, or say why it is none."""
    sweep = opened_input(path)
    rows = sweep.manifest["sweep"].get("rows")
    if rows is None:
        raise InvalidInput(
            f"--sweep: {path} is of the {sweep.manifest['sweep']['study']} model, in which nothing "
            "is drawn; must be of a model with replications: cakernel rules says which "
            f"{' and '.join(sweep.keys)} is best where"
        )
    if rows != "replication":
        raise InvalidInput(
            f"--sweep: {path} holds rows a {rows}; paired comparisons need "
            'those of a sweep with rows = "replication"'
        )
    return sweep


def _points_table(
    first: pl.DataFrame, title: str, keys: Sequence[str], varied: Sequence[str], confidence: float
) -> Table:
    """Lay out the best policy of each point."""
    table = Table(
        title=title,
        caption=f"{min(first.height, MOST_POINTS)} of {first.height} rows; lead: over the second, "
        f"with its {100 * confidence:.4g}% interval; ? where it is not trustworthy: too few "
        "replications for differences so skewed, about replications_to_trust would do",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("point", justify="right")
    table.add_column("with", ratio=1)
    for name in ("best", "mean", "lead", "P best"):
        table.add_column(name, no_wrap=True)
    groups = first["group"].n_unique()
    for row in first.head(MOST_POINTS).iter_rows(named=True):
        policy = policy_name([row[key] for key in keys])
        table.add_row(
            str(row["point"]),
            ", ".join(f"{name} {_short(row[name])}" for name in varied),
            f"{policy}, {row['group']}" if groups > 1 else policy,
            f"{row['mean']:.4g}",
            f"{row['difference']:.3g} ({_interval(row['lower'], row['upper'])})"
            f"{'' if row['trustworthy'] else ' ?'}",
            f"{row['probability_best']:.3f}",
        )
    return table


def ranking_table(
    ranked: pl.DataFrame, *, title: str, keys: Sequence[str], confidence: float
) -> Table:
    """Lay out one group of what `cakernel.best` returns.

    Shows the policies within the tolerance, and those whose side of its edge is open, five at
    least and twenty at most.
    """
    concerned = ranked.with_row_index("place").filter(
        pl.col("within") | (pl.col("side") == "open") | (pl.col("place") < FEWEST_ROWS)
    )
    shown = concerned.head(MOST_ROWS)
    table = Table(
        title=title,
        caption=f"{shown.height} of {ranked.height} policies. Intervals of "
        f"{100 * confidence:.4g}%. Difference: from the best (in the first row from the second), "
        "its own interval. Together: "
        "of the mean minus the best of the others' means, right for all policies at once; so is "
        "the side of the best set's edge. To settle: replications that would settle the "
        "difference, or the side, were they as measured; ? where those at hand do not.",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for name in ("policy", "mean\n(error)", "difference", "together", "side"):
        table.add_column(name, no_wrap=True)
    for name in ("P best", "P in\nset", "to\nsettle", "its\nside"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in shown.iter_rows(named=True):
        table.add_row(
            policy_name([row[key] for key in keys]),
            f"{row['mean']:.5g}\n({row['standard_error']:.2g})",
            f"{row['difference']:.3g}\n{_own_interval(row)}",
            f"\n{_interval(row['simultaneous_lower'], row['simultaneous_upper'])}",
            row["side"],
            f"{row['probability_best']:.3f}",
            f"{row['probability_within']:.3f}",
            _needed(row["replications_to_settle"], row["lower"], row["upper"]),
            _needed(row["replications_to_settle_side"], row["margin_lower"], row["margin_upper"]),
        )
    return table


def _own_interval(row: Mapping[str, Any]) -> str:
    if row["lower"] is None:
        return f"{'the same' if row['differing'] else 'equal'} in all {row['replications']}"
    return _interval(row["lower"], row["upper"])


def _interval(lower: float | None, upper: float | None) -> str:
    """Write an interval, of which an end may be unknown."""
    if lower is None and upper is None:
        return "unknown"
    return " to ".join("?" if end is None else f"{end:.3g}" for end in (lower, upper))


def _needed(replications: int | None, lower: float | None, upper: float | None) -> str:
    if lower is None or upper is None:
        return "?"
    number = "> 10^6" if replications is None else f"{replications:,}"
    return f"{number} ?" if lower <= 0 <= upper else number


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
