"""Claims and their verdicts, as tables for the terminal."""

import polars as pl
from rich import box
from rich.table import Table

from cakernel.paper.claims.judgement import least_in_favour
from cakernel.paper.claims.low_states import CYBER_MATCHING, SUPPLY_MATCHING
from cakernel.paper.claims.settings import EXPERIMENT_REGIMES, EXPERIMENTS, under

RULE = (
    "True, false, open: of the settings that a claim speaks of, with {:.4g}% confidence for all "
    "comparisons of the claim together. Holds: true in all; fails: false in all; else depends."
)
RESTATED = (
    "The wording of the paper's Remarks 1 and 2 is not at hand: claims of the paper are restated "
    "from what its tables and its text recommend."
)


def claims_table(claims: pl.DataFrame, comparisons: pl.DataFrame, *, variant: str) -> Table:
    """Lay out the claims of one variant, each with the comparison that speaks least for it."""
    table = Table(
        title=f"Claims, variant {variant}, {claims['replications'][0]} replications",
        caption=f"{RESTATED} {RULE.format(claims['confidence'][0])} P: share of resamples in which "
        "the claim is true. Least in favour: difference, its interval, share of resamples.",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
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
            f"{low['setting']}: {low['comparison']}: {low['difference']:.3g} "
            f"({low['lower']:.3g} to {low['upper']:.3g}), {low['probability']:.2f}",
        )
    return table


def variants_table(claims: pl.DataFrame) -> Table:
    """Lay out verdicts by variant: one row a claim, one column a variant."""
    variants = claims["variant"].unique(maintain_order=True).to_list()
    table = Table(
        title="Verdicts by variant: true/false/open settings",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column("claim", no_wrap=True)
    for variant in variants:
        table.add_column(variant, no_wrap=True)
    cells = {
        (row["variant"], row["id"]): f"{row['verdict']} {_counts(row)}"
        for row in claims.iter_rows(named=True)
    }
    for name in claims["id"].unique(maintain_order=True):
        table.add_row(name, *(cells[variant, name] for variant in variants))
    return table


def _counts(row: dict[str, list[str]]) -> str:
    return "/".join(str(len(row[kind])) for kind in ("true", "false", "open"))


def margins_table(comparisons: pl.DataFrame) -> Table:
    """Lay out how far matching leads its strongest rival, as things are and in each experiment."""
    table = Table(
        title="Matching against its strongest rival: difference in R and its interval",
        caption="SRD-5 against the other supply rules under CRD-5, CRD-5 against the other cyber "
        "rules with SRD-5; rows of the claims lead and lead-....",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column("regime, rule", no_wrap=True)
    for experiment in ("", *EXPERIMENTS):
        table.add_column(experiment or "as is", no_wrap=True)
    cells: dict[tuple[str, str], str] = {}
    leads = comparisons.filter(pl.col("id").str.starts_with("lead")).sort("difference")
    for row in leads.iter_rows(named=True):
        own, rival = row["comparison"].split(" above ")
        # the first is the smallest
        cells.setdefault(
            (row["setting"], own),
            f"{row['difference']:.3g} {rival}\n{row['lower']:.3g} to {row['upper']:.3g}",
        )
    for regime in EXPERIMENT_REGIMES:
        for own in (SUPPLY_MATCHING, CYBER_MATCHING):
            settings = (regime, *(under(regime, experiment) for experiment in EXPERIMENTS))
            table.add_row(f"{regime}, {own}", *(cells.get((name, own), "") for name in settings))
    return table
