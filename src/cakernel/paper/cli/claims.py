"""`cakernel claims`: the paper's statements, and some it does not make, tested on simulations."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from importlib.metadata import version
from typing import Annotated

import polars as pl
import typer

from cakernel.checks import MAX_REPLICATIONS, Share, check_value, library, whole
from cakernel.cli.options import Json, Out, Overwrite, Seed, Threads
from cakernel.cli.output import Results, progress_bar
from cakernel.cli.tables import FittedTable
from cakernel.paper.claims import all_claims, results_of, settings_of, simulated_settings, verdicts
from cakernel.paper.claims.judgement import least_in_favour
from cakernel.paper.claims.own_claims import CYBER_MATCHING, SUPPLY_MATCHING
from cakernel.paper.claims.recommendations import paper_claims
from cakernel.paper.claims.settings import (
    AS_PRINTED,
    EXPERIMENT_REGIMES,
    EXPERIMENTS,
    VARIANTS,
    under,
)
from cakernel.paper.cli.reproduce import Without
from cakernel.paper.printed_rules import as_printed, check_deviations
from cakernel.provenance import provenance
from cakernel.recovery.outcomes import OUTCOMES
from cakernel.recovery.policy import POLICY
from cakernel.wording import counted

TABLES = ("claims", "settings", "comparisons", "means")
Variant = StrEnum("Variant", [(name.upper(), name) for name in VARIANTS])  # type: ignore[misc]
RULE = (
    "True, false, open: of the settings that a claim speaks of, with {:.4g}% confidence for all "
    "comparisons of the claim together. Holds: true in all; fails: false in all; else depends."
)
RESTATED = (
    "Remarks 1 and 2 are tested in substance, in our words; Fig. 2 is restated from what the text "
    "recommends."
)


def claims_command(
    replications: Annotated[int, typer.Option(help="Of each resource scenario.")] = 20,
    seed: Seed = 1,
    confidence: Annotated[float, typer.Option(help="Of all said within a claim, together.")] = 0.95,
    variant: Annotated[
        list[Variant] | None,
        typer.Option(help="Variants of the model; may be repeated.", show_default="all"),
    ] = None,
    without: Without = None,
    threads: Threads = None,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Test claims on the best recovery speeds: the paper's, and what it does not show.

    Writes claims, settings and comparisons (one row each a claim, a claim's setting, a
    comparison), means (one row a setting and policy), as Parquet and CSV, and provenance.json.
    In the variant "published" the paper's own claims are tested on the rules of its printed rows,
    all other claims, and all in other variants, also "table-1", on the rules of its Table 1.
    """
    deviations, off = check_deviations(without or ()), without or ()
    check_value("replications", replications, whole(2, MAX_REPLICATIONS))
    check_value("confidence", confidence, Share)
    # check for SciPy now: a long run should not fail at its end
    library("scipy.special", extra="answers", what="claims")
    results = Results(out, overwrite=overwrite, as_json=as_json)
    chosen = list(dict.fromkeys(str(name) for name in variant or VARIANTS))
    tables: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    interrupted = ""
    try:
        for name in chosen:
            tested = _tested(name, replications, seed, confidence, threads, off)
            for table, rows in tested.items():
                tables[table].append(rows.select(pl.lit(name).alias("variant"), pl.all()))
            if name == chosen[0]:
                results.show(
                    claims_table(tested["claims"], tested["comparisons"], variant=name),
                    margins_table(tested["comparisons"]),
                )
    except KeyboardInterrupt:
        if not tables["claims"]:
            raise
        interrupted = f"interrupted; kept {len(tables['claims'])} of {len(chosen)} variants"
    finished = {table: pl.concat(parts) for table, parts in tables.items() if parts}
    if len(tables["claims"]) > 1:
        results.show(variants_table(finished["claims"]))
    results.keep(finished)
    record = provenance(
        "recovery",
        replications=replications,
        seed=seed,
        confidence=confidence,
        variants=chosen[: len(tables["claims"])],
        deviations=deviations if AS_PRINTED in chosen else (),
        interrupted=bool(interrupted),
        restated=RESTATED,
        scipy=version("scipy"),
    )
    # the means are for files
    answer = {name: rows.to_dicts() for name, rows in finished.items() if name != "means"}
    results.conclude(record, answer=answer, interrupted=interrupted)


def _tested(
    variant: str,
    replications: int,
    seed: int,
    confidence: float,
    threads: int | None,
    without: Collection[str],
) -> dict[str, pl.DataFrame]:
    """Simulate the settings of a variant and judge all claims on them."""
    listed = all_claims()
    results, printed, means = {}, {}, []
    errors = [
        (pl.col(name).std() / pl.len().sqrt()).alias(name.replace("mean_", "se_"))
        for name in OUTCOMES
    ]
    is_printed = variant == AS_PRINTED
    with progress_bar(variant) as progress:
        for name, frame in simulated_settings(
            variant,
            names=settings_of(listed),
            replications=replications,
            seed=seed,
            threads=threads,
            progress=progress,
        ):
            results[name] = results_of(frame, seed=seed)
            if is_printed and "/" not in name:
                rows = as_printed(frame, deviations=check_deviations(without))
                printed[name] = results_of(rows, seed=seed)
            means.append(
                frame.group_by(POLICY, maintain_order=True)
                .agg(pl.col(OUTCOMES).mean(), *errors)
                .select(pl.lit(name).alias("setting"), pl.all())
            )
    # the paper's own claims are on what it prints, all others on the rules of its Table 1
    papers = {claim.id for claim in paper_claims()} if is_printed else set()
    groups = (
        ([claim for claim in listed if claim.id in papers], printed),
        ([claim for claim in listed if claim.id not in papers], results),
    )
    found = [
        vars(verdicts(claims, known, confidence=confidence)) for claims, known in groups if claims
    ]
    judged = {name: pl.concat([tables[name] for tables in found]) for name in found[0]}
    return {**judged, "means": pl.concat(means)}


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
            f"{low['setting']}: {low['comparison']}: {low['difference']:.3g} "
            f"({low['lower']:.3g} to {low['upper']:.3g}), {low['probability']:.2f}",
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
            f"{row['difference']:.3g} {rival}\n{row['lower']:.3g} to {row['upper']:.3g}",
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
