"""`cakernel claims`: the paper's statements, and some it does not make, tested on simulations."""

from collections.abc import Collection
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cakernel.cli.options import Device, Json, Out, Overwrite, Seed, Threads
from cakernel.paper.cli.options import Without
from cakernel.paper.variants import AS_PRINTED, VARIANTS

if TYPE_CHECKING:
    import polars as pl


TABLES = ("claims", "settings", "comparisons", "means")
Variant = StrEnum("Variant", [(name.upper(), name) for name in VARIANTS])  # type: ignore[misc]


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
    device: Device = None,
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
    from importlib.metadata import version

    import polars as pl

    from cakernel.checks import MAX_REPLICATIONS, Share, check_value, whole
    from cakernel.cli.output import Results
    from cakernel.paper.cli.claims_tables import (
        RESTATED,
        claims_table,
        margins_table,
        variants_table,
    )
    from cakernel.paper.printed_rules import check_deviations
    from cakernel.provenance import provenance

    deviations, off = check_deviations(without or ()), without or ()
    check_value("replications", replications, whole(2, MAX_REPLICATIONS))
    check_value("confidence", confidence, Share)
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
) -> "dict[str, pl.DataFrame]":
    """Simulate the settings of a variant and judge all claims on them."""
    import polars as pl

    from cakernel.cli.output import progress_bar
    from cakernel.paper.claims import (
        all_claims,
        results_of,
        settings_of,
        simulated_settings,
        verdicts,
    )
    from cakernel.paper.claims.recommendations import paper_claims
    from cakernel.paper.printed_rules import as_printed, check_deviations
    from cakernel.recovery.outcomes import OUTCOMES
    from cakernel.recovery.policy import POLICY

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
