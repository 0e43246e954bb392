"""Rankings of policies, of any model: at each point of a sweep, and as tables for the terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from cakernel.cli.output import Results, opened_input
from cakernel.cli.tables import (
    MOST_AXES,
    FittedTable,
    add_place_columns,
    aligned,
    in_lines,
    place_cells,
    with_errors,
)
from cakernel.errors import InvalidInput
from cakernel.models import MODELS, load, outcome_in_words, terms_of
from cakernel.provenance import provenance
from cakernel.ranking import best
from cakernel.ranking.in_words import Card, Plain
from cakernel.ranking.pairing import policy_name
from cakernel.sensitivity.everywhere import losses_of_ranking, winners_of_ranking
from cakernel.sweep.results import SweepResults
from cakernel.wording import Terms, counted, decimals, written

FEWEST_ROWS, MOST_ROWS = 5, 20
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
    intervals = _intervals(shown, "lower", "upper")
    rows = zip(shown.iter_rows(named=True), means, leads, intervals, strict=True)
    for row, mean, lead, interval in rows:
        policy = policy_name([row[key] for key in keys])
        table.add_row(
            str(row["point"]),
            *place_cells(row, varied, terms),
            f"{policy}, {row['group']}" if groups > 1 else policy,
            mean,
            lead,
            f"{interval}{'' if row['trustworthy'] else ' ?'}",
            _chance(row["probability_best"]),
        )
    return table


def ranking_card(
    ranked: pl.DataFrame,
    *,
    model: str,
    keys: Sequence[str],
    outcome: str,
    confidence: float,
    tolerance: float,
) -> FittedTable:
    """Lay out the answer of one group of what `cakernel.best` returns: see `Card`."""
    card = Card(ranked, keys, outcome, confidence, tolerance, terms_of(model), Plain())
    table = FittedTable(show_header=False, keys=2, box=None)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for label, words in card.lines():
        table.add_row(label, words)
    return table


def ranking_table(
    ranked: pl.DataFrame,
    *,
    title: str,
    keys: Sequence[str],
    outcome: str,
    confidence: float,
    tolerance: float,
) -> FittedTable:
    """Lay out one group of what `cakernel.best` returns; ``outcome`` is what is compared, in words.

    Shows the policies within the tolerance, and those whose side of its edge is open, five at
    least and twenty at most.
    """
    shown = shown_of(ranked)
    table = FittedTable(
        title=title,
        caption=f"{shown.height:,} of {ranked.height:,} policies; standard errors in brackets. "
        f"Difference: from the best, with its {100 * confidence:.4g}% interval. On which side of "
        f"the {100 * tolerance:.4g}% each policy is, is judged for all together.",
    )
    level = f"{100 * confidence:.4g}% interval"
    table.add_column("policy", no_wrap=True)
    columns = (
        (in_lines(outcome), 0, ""),
        ("difference", 0, ""),
        (level, 0, ""),
        ("at once", 2, "At once: a policy minus the best of the others, for all together."),
        (f"within {100 * tolerance:.4g}%", 0, ""),
        ("P best", 1, "P best: share of resamples in which the policy is the best."),
        ("P within", 3, "P within: the same of being within."),
        ("to settle", 4, "To settle: replications that would settle the difference, were it as "
         "measured; ? where those at hand do not."),
        ("its side", 5, "Its side: the same of the side."),
    )  # fmt: skip
    for name, optional, note in columns:
        table.add_column(name, justify="right", no_wrap=True, optional=optional, note=note)
    means = with_errors(shown["mean"], shown["standard_error"])
    differences = aligned(shown["difference"], shown["difference_error"])
    own, at_once = (_intervals(shown, f"{of}lower", f"{of}upper") for of in ("", "simultaneous_"))
    rows = zip(shown.iter_rows(named=True), means, differences, own, at_once, strict=True)
    for row, mean, difference, interval, together in rows:
        first = row["place"] == 0
        table.add_row(
            policy_name([row[key] for key in keys]),
            mean,
            "the best" if first else difference,
            "" if first else _own_interval(row, interval),
            together,
            {"inside": "yes", "outside": "no"}.get(row["side"], "open"),
            _chance(row["probability_best"]),
            _chance(row["probability_within"]),
            _needed(row["replications_to_settle"], row["lower"], row["upper"]),
            _needed(row["replications_to_settle_side"], row["margin_lower"], row["margin_upper"]),
        )
    return table


def risk_table(
    risk: pl.DataFrame, *, keys: Sequence[str], outcome: str, tail: float, target: float | None
) -> FittedTable:
    """Lay out what `cakernel.risk_measures` returns of the policies that a ranking shows."""
    table = FittedTable(
        title="Beyond the mean: " + outcome,
        caption=f"Quantiles over replications. Worst {100 * tail:.4g}%: mean of so many of the "
        "replications, the lowest (expected shortfall), with its standard error.",
    )
    table.add_column("policy", no_wrap=True)
    listed = {name: name.removeprefix("quantile_") for name in risk.columns if "quantile_" in name}
    for at in listed.values():
        optional = 0 if at in ("5", "50", "95") else 1
        head = "median" if at == "50" else f"{at}%"
        table.add_column(head, justify="right", no_wrap=True, optional=optional)
    table.add_column(f"worst {100 * tail:.4g}%", justify="right", no_wrap=True)
    if target is not None:
        table.add_column(f"above {target:,.6g}", justify="right", no_wrap=True)
    errors = risk["shortfall_error"].to_list()
    columns = [aligned(risk[name], errors) for name in listed]
    columns.append(list(with_errors(risk["shortfall"], errors)))
    if target is not None:
        figures = risk.select("probability_above", "above_lower", "above_upper").iter_rows()
        columns.append([f"{at:.1%} ({low:.1%} to {high:.1%})" for at, low, high in figures])
    for row, *cells in zip(risk.select(keys).iter_rows(), *columns, strict=True):
        table.add_row(policy_name(row), *cells)
    return table


def shown_of(ranked: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that `ranking_table` shows, with their ``place``."""
    concerned = ranked.with_row_index("place").filter(
        pl.col("within") | (pl.col("side") == "open") | (pl.col("place") < FEWEST_ROWS)
    )
    return concerned.head(MOST_ROWS)


def _own_interval(row: Mapping[str, Any], interval: str) -> str:
    if row["lower"] is None:
        return f"{'the same' if row['differing'] else 'equal'} in all {row['replications']:,}"
    return interval


def _intervals(rows: pl.DataFrame, lower: str, upper: str) -> list[str]:
    """Write intervals, of which an end may be unknown, with the decimals of differences."""
    style = f",.{decimals(rows['difference_error'], rows['difference'])}f"
    return [
        "unknown"
        if low is None and high is None
        else " to ".join("?" if end is None else written(end, style=style) for end in (low, high))
        for low, high in rows.select(lower, upper).iter_rows()
    ]


def _chance(probability: float) -> str:
    """Write a probability with two decimals, without rounding it to 0 or 1."""
    if 0 < probability < 0.005:
        return "< 0.01"
    return "> 0.99" if 0.995 <= probability < 1 else f"{probability:.2f}"


def _needed(replications: int | None, lower: float | None, upper: float | None) -> str:
    if lower is None or upper is None:
        return "?"
    number = "> 10^6" if replications is None else f"{replications:,}"
    return f"{number} ?" if lower <= 0 <= upper else number
