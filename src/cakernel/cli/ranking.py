"""Rankings of policies, of any model, at each point of a sweep."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from cakernel.cli.output import Results, opened_input
from cakernel.cli.ranking_tables import chance, intervals
from cakernel.cli.tables import (
    MOST_AXES,
    FittedTable,
    add_place_columns,
    aligned,
    in_lines,
    place_cells,
)
from cakernel.errors import InvalidInput
from cakernel.models import MODELS, load, outcome_in_words, terms_of
from cakernel.provenance import provenance
from cakernel.ranking import best
from cakernel.ranking.pairing import policy_name
from cakernel.sensitivity.everywhere import losses_of_ranking, winners_of_ranking
from cakernel.sweep.results import SweepResults
from cakernel.terms import Terms
from cakernel.wording import counted

MOST_POINTS = 40


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
    words = outcome_in_words(outcome, model=study)
    terms = terms_of(study)
    results.show(
        _winners(first, keys),
        _points_table(first, words, keys, varied, confidence, terms),
        *(term.whole for term in terms.named(first.iter_rows(named=True), keys)),
    )
    tables = {"best": listed, "winners": winners_of_ranking(listed, keys)}
    everywhere = losses_of_ranking(listed, keys)
    if everywhere.height:
        tables["everywhere"] = everywhere
    results.keep(tables)
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


def _winners(first: pl.DataFrame, keys: Sequence[str]) -> str:
    """Say how often each policy is the best, and how often that is sure."""
    lines = []
    for group in first.partition_by("group", maintain_order=True):
        points = group["point"].n_unique()
        counts = group.group_by(list(keys), maintain_order=True).len().sort("len", descending=True)
        leaders = [
            f"{policy_name(names)} at {count:,}" for *names, count in counts.head(3).iter_rows()
        ]
        more = ", others elsewhere" if counts.height > len(leaders) else ""
        sure = group.filter(pl.col("trustworthy") & (pl.col("lower") > 0)).height
        lines.append(
            f"Best at {counted(points, 'point')}, {group['group'][0]}: "
            f"{', '.join(leaders)}{more}; its "
            f"lead is above 0 and trustworthy at {sure:,}.\n"
        )
    return "".join(lines)


def _points_table(
    first: pl.DataFrame,
    outcome: str,
    keys: Sequence[str],
    varied: Sequence[str],
    confidence: float,
    terms: Terms,
) -> FittedTable:
    """Lay out the best policy of each point."""
    shown = first.head(MOST_POINTS)
    table = FittedTable(
        title=f"the best policy at each point, by {outcome}",
        caption=f"{shown.height:,} of {first.height:,} rows; lead: over the second, "
        f"with its {100 * confidence:.4g}% interval; ? where it is not trustworthy: too few "
        "replications for differences so skewed. P best: share of resamples in which it is the "
        "best.",
        keys=1 + min(len(varied), MOST_AXES),
    )
    table.add_column("point", justify="right", no_wrap=True)
    add_place_columns(table, varied, terms)
    table.add_column("best", no_wrap=True)
    table.add_column(in_lines(outcome), no_wrap=True, justify="right", optional=2)
    for name in ("lead", "interval"):
        table.add_column(name, no_wrap=True, justify="right")
    table.add_column("P best", no_wrap=True, justify="right", optional=1)
    groups = first["group"].n_unique()
    means = aligned(shown["mean"], shown["standard_error"])
    leads = aligned(shown["difference"], shown["difference_error"])
    ends = intervals(shown, "lower", "upper")
    rows = zip(shown.iter_rows(named=True), means, leads, ends, strict=True)
    for row, mean, lead, interval in rows:
        policy = policy_name([row[key] for key in keys])
        table.add_row(
            str(row["point"]),
            *place_cells(row, varied, terms),
            f"{policy}, {row['group']}" if groups > 1 else policy,
            mean,
            lead,
            f"{interval}{'' if row['trustworthy'] else ' ?'}",
            chance(row["probability_best"]),
        )
    return table
