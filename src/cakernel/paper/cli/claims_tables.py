"""What `cakernel claims` shows."""

from collections.abc import Mapping, Sequence

import polars as pl

from cakernel.cli.tables import FittedTable
from cakernel.paper.claims.judgement import least_in_favour
from cakernel.paper.claims.own_claims import CYBER_MATCHING, SUPPLY_MATCHING
from cakernel.paper.claims.settings import EXPERIMENT_REGIMES, EXPERIMENTS, under
from cakernel.wording import brief, counted

RULE = (
    "True, false, open: of the settings that a claim speaks of, with {:.4g}% confidence for all "
    "comparisons of the claim together. Holds: true in all; fails: false in all; else depends."
)
RESTATED = (
    "Remarks 1 and 2 are tested in substance, in our words; Fig. 2 is restated from what the text "
    "recommends."
)


def claims_table(claims: pl.DataFrame, comparisons: pl.DataFrame, *, variant: str) -> FittedTable:
    """Lay out the claims of one variant, each with the comparison that speaks least for it."""
    table = FittedTable(
        title=f"Claims, variant {variant}, {counted(claims['replications'][0], 'replication')}",
        caption=f"{RESTATED} {RULE.format(claims['confidence'][0])} P: share of resamples in which "
        "the claim is true. Least in favour: difference, its interval, share of resamples.",
    )
    table.add_column("claim", no_wrap=True)
    table.add_column("statement")
    table.add_column("verdict", no_wrap=True)
    table.add_column("true/\nfalse/\nopen", no_wrap=True)
    table.add_column("P", justify="right", no_wrap=True)
    table.add_column("least in favour")
    weakest = {row["id"]: row for row in least_in_favour(comparisons).iter_rows(named=True)}
    for row in claims.iter_rows(named=True):
        low = weakest[row["id"]]
        table.add_row(
            row["id"],
            row["statement"],
            row["verdict"],
            _counts(row),
            f"{row['probability']:.2f}",
            f"{low['setting']}: {low['comparison']}: {brief(low['difference'], 3)} "
            f"({brief(low['lower'], 3)} to {brief(low['upper'], 3)}), {low['probability']:.2f}",
        )
    return table


def variants_table(claims: pl.DataFrame) -> FittedTable:
    """Lay out verdicts by variant: one row a claim, one column a variant."""
    rows: dict[str, list[str]] = {}
    for row in claims.iter_rows(named=True):
        rows.setdefault(row["id"], []).append(f"{row['verdict']} {_counts(row)}")
    title = "Verdicts by variant: true/false/open settings"
    return _filled(title, ["claim", *claims["variant"].unique(maintain_order=True)], rows)


def margins_table(comparisons: pl.DataFrame) -> FittedTable:
    """Lay out how far matching leads its strongest rival, as things are and in each experiment."""
    cells: dict[tuple[str, str], str] = {}
    leads = comparisons.filter(pl.col("id").str.starts_with("lead")).sort("difference")
    for row in leads.iter_rows(named=True):
        own, rival = row["comparison"].split(" above ")
        # the first is the smallest
        cells.setdefault(
            (row["setting"], own),
            f"{brief(row['difference'], 3)} {rival}\n"
            f"{brief(row['lower'], 3)} to {brief(row['upper'], 3)}",
        )
    rows = {}
    for regime in EXPERIMENT_REGIMES:
        settings = (regime, *(under(regime, experiment) for experiment in EXPERIMENTS))
        for own in (SUPPLY_MATCHING, CYBER_MATCHING):
            rows[f"{regime}, {own}"] = [cells.get((name, own), "") for name in settings]
    return _filled(
        "Matching against its strongest rival: difference in R and its interval",
        ["regime, rule", "as is", *EXPERIMENTS],
        rows,
        caption="SRD-5 against the other supply rules under CRD-5, CRD-5 against the other cyber "
        "rules with SRD-5; rows of the claims lead and lead-....",
    )


def _filled(
    title: str, heads: Sequence[str], rows: Mapping[str, Sequence[str]], caption: str | None = None
) -> FittedTable:
    """Return a table of unbroken columns, whose first names the rows."""
    table = FittedTable(title=title, caption=caption)
    for head in heads:
        table.add_column(head, no_wrap=True)
    for name, cells in rows.items():
        table.add_row(name, *cells)
    return table


def _counts(row: Mapping[str, Sequence[str]]) -> str:
    return "/".join(str(len(row[kind])) for kind in ("true", "false", "open"))
