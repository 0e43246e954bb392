"""`cakernel claims`: the paper's statements, and some it does not make, tested on simulations."""

import json
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from cakernel.checks import MAX_REPLICATIONS, check_value, whole
from cakernel.cli.options import Overwrite, Seed, Threads
from cakernel.cli.output import Folder
from cakernel.cli.progress import progress_bar
from cakernel.paper.claims import all_claims, results_of, settings_of, simulated_settings, verdicts
from cakernel.paper.claims.settings import VARIANTS
from cakernel.paper.cli.claims_table import RESTATED, claims_table, margins_table, variants_table
from cakernel.provenance import provenance
from cakernel.ranking.ranking import Share
from cakernel.ranking.student import quantile
from cakernel.recovery.paired import OUTCOMES, POLICY

WIDTH = 120
TABLES = ("claims", "settings", "comparisons", "means")
Variant = StrEnum("Variant", [(name.upper(), name) for name in VARIANTS])  # type: ignore[misc]


def claims(
    replications: Annotated[int, typer.Option(help="Of each resource scenario.")] = 20,
    seed: Seed = 1,
    confidence: Annotated[float, typer.Option(help="Of all said within a claim, together.")] = 0.95,
    variant: Annotated[
        list[Variant] | None,
        typer.Option(help="Variants of the model; may be repeated.", show_default="all"),
    ] = None,
    threads: Threads = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for results, as Parquet and CSV.")
    ] = None,
    overwrite: Overwrite = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Test claims on the best recovery speeds: the paper's, and what it does not show.

    Writes claims, settings and comparisons (one row each a claim, a claim's setting, a
    comparison), means (one row a setting and policy), as Parquet and CSV, and provenance.json.
    """
    check_value("replications", replications, whole(2, MAX_REPLICATIONS))
    check_value("confidence", confidence, Share)
    quantile(confidence, 1)  # that SciPy is there is better known before a long run than after
    folder = None if out is None else Folder(out, overwrite=overwrite)
    console = Console(quiet=as_json)
    console.width = max(console.width, WIDTH)
    chosen = list(dict.fromkeys(str(name) for name in variant or VARIANTS))
    tables: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    interrupted = False
    try:
        for name in chosen:
            tested = _tested(name, replications, seed, confidence, threads)
            for table, rows in tested.items():
                tables[table].append(rows.select(pl.lit(name).alias("variant"), pl.all()))
            if name == chosen[0]:
                console.print(claims_table(tested["claims"], tested["comparisons"], variant=name))
                console.print(margins_table(tested["comparisons"]))
    except KeyboardInterrupt:
        interrupted = True
    finished = {table: pl.concat(parts) for table, parts in tables.items() if parts}
    if len(tables["claims"]) > 1:
        console.print(variants_table(finished["claims"]))
    record = provenance(
        "recovery",
        replications=replications,
        seed=seed,
        confidence=confidence,
        variants=chosen[: len(tables["claims"])],
        interrupted=interrupted,
        restated=RESTATED,
        scipy=version("scipy"),
    )
    if folder is not None:
        for table, rows in finished.items():
            folder.table(table, rows)
        folder.record("provenance", record)
    if as_json:
        # the means are for files
        shown = {table: rows.to_dicts() for table, rows in finished.items() if table != "means"}
        print(json.dumps(shown | {"provenance": record}))
    if interrupted:
        console.print(f"interrupted; variants tested whole: {len(tables['claims'])}")
        raise typer.Exit(130)
    if out is not None:
        console.print(f"wrote {out}")


def _tested(
    variant: str, replications: int, seed: int, confidence: float, threads: int | None
) -> dict[str, pl.DataFrame]:
    """Simulate the settings of a variant and judge all claims on them."""
    listed = all_claims()
    results, means = {}, []
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
            means.append(_means(frame).select(pl.lit(name).alias("setting"), pl.all()))
    found = verdicts(listed, results, confidence=confidence)
    return {
        "claims": found.claims,
        "settings": found.settings,
        "comparisons": found.comparisons,
        "means": pl.concat(means),
    }


def _means(frame: pl.DataFrame) -> pl.DataFrame:
    """Return means over replications with standard errors, one row a policy."""
    error = pl.len().sqrt()
    return frame.group_by(POLICY, maintain_order=True).agg(
        pl.col(OUTCOMES).mean(),
        *((pl.col(name).std() / error).alias(name.replace("mean_", "se_")) for name in OUTCOMES),
    )
