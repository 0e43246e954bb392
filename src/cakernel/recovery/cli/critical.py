"""`cakernel critical`: which firms' disruptions cost the others most, and what to do about it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from cakernel.cli.options import Confidence, Device, Json, Out, Overwrite, Threads
from cakernel.errors import Interrupted, InvalidInput
from cakernel.recovery.cli.options import FileSeed, OnePolicy, ScenarioIndex

if TYPE_CHECKING:
    import polars as pl

    from cakernel.cli.tables import FittedTable

ROWS_SHOWN: Final = 10
SAME: Final = "same in all"


def critical_command(
    source: Annotated[
        Path, typer.Argument(help="Folder of a network, or a scenario file that names one.")
    ],
    policy: OnePolicy = None,
    by: Annotated[Literal["firm", "group"], typer.Option(help="What is changed at once.")] = "firm",
    outcome: Annotated[
        Literal["resources", "x", "y", "value"],
        typer.Option(help="What is compared; value needs a scenario with terminal values."),
    ] = "resources",
    backups: Annotated[
        Path | None,
        typer.Option(
            help="CSV file of links that might be added: supplier, customer, input, upkeep.",
            show_default="none",
        ),
    ] = None,
    periods: Annotated[
        int | None, typer.Option(help="Periods simulated.", show_default="the file's, else 180")
    ] = None,
    replications: Annotated[int, typer.Option(help="The engine runs 512 at a time.")] = 512,
    seed: FileSeed = None,
    scenario_index: ScenarioIndex = 0,
    confidence: Confidence = 0.95,
    threads: Threads = None,
    device: Device = None,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Say which firms' disruptions cost the others most, and which stock or backup pays.

    Each firm in turn is protected, hit, and given a unit of stock more; each link of --backups is
    added: on the same disruptions as the network as it is. That is three runs of a policy a firm.
    Writes critical.parquet and .csv, one row a change, and provenance.json; of up to 5,000 firms
    also the network's tables (network_firms and so on), which `cakernel report` draws.
    """
    from cakernel.checks import check_value, whole
    from cakernel.cli.output import Results, progress_bar
    from cakernel.files import within
    from cakernel.provenance import provenance
    from cakernel.recovery.cli.setups import setup
    from cakernel.recovery.kernel.shocks import MAX_PERIODS
    from cakernel.recovery.network.backups import backup_links
    from cakernel.recovery.network.beside_results import tables_beside
    from cakernel.recovery.network.critical_in_words import critical_in_words
    from cakernel.recovery.network.criticality import critical
    from cakernel.table_files import read_texts

    chosen = setup(source, None, None, scenario_index=scenario_index, seed=seed,
                   networks=True)  # fmt: skip
    if chosen.file.network is None:
        raise InvalidInput(f"{source}: has no section [network]; must describe a network")
    (followed,) = chosen.policies([policy] if policy else None, default=["SRD-5 CRD-5"])
    horizon: dict[str, Any] = dict(chosen.file.horizon)
    if periods is not None:
        horizon["periods"] = check_value("periods", periods, whole(1, MAX_PERIODS))
    links = None
    if backups is not None:
        with within(f"{backups}: "):
            texts = read_texts(backups)
        links = backup_links(chosen.file.network, texts, name=str(backups))
    results = Results(out, overwrite=overwrite, as_json=as_json)
    interrupted = ""
    try:
        with progress_bar(source.name) as progress:
            rows = critical(
                chosen.file.network,
                policy=followed,
                scenario=chosen.scenario,
                by=by,
                outcome=outcome,
                backups=links,
                replications=replications,
                seed=chosen.seed,
                threads=threads,
                scenario_index=scenario_index,
                confidence=confidence,
                **horizon,
                progress=progress,
            )
    except Interrupted as stopped:
        rows = stopped.kept()
        interrupted = f"interrupted; kept the {stopped.replications:,} networks that were finished"
    settings = {
        "policy": str(followed), "by": by, "outcome": outcome, "replications": replications,
        "seed": chosen.seed, "scenario_index": scenario_index, "periods": horizon["periods"],
        "confidence": confidence,
    }  # fmt: skip
    sentences = critical_in_words(rows, outcome=outcome)
    results.show(f"{followed}, {horizon['periods']:,} periods, {chosen.note}", "", *sentences, "")
    for part in rows.partition_by("change", maintain_order=True):
        results.show(critical_table(part, confidence=confidence, outcome=outcome))
    results.keep({"critical": rows, **tables_beside(chosen.file.network)})
    record = provenance("recovery", network=str(source), **settings)
    answer = {"summary": sentences, "critical": rows.to_dicts()}
    results.conclude(record, answer=answer, interrupted=interrupted)


def critical_table(rows: "pl.DataFrame", *, confidence: float, outcome: str) -> "FittedTable":
    """Lay out the changes of one kind, the largest differences first."""
    from cakernel.cli.tables import FittedTable, aligned
    from cakernel.recovery.network.critical_in_words import TITLES
    from cakernel.recovery.words import OUTCOME_WORDS

    told = f" The first {ROWS_SHOWN} of {rows.height:,}." if rows.height > ROWS_SHOWN else ""
    table = FittedTable(
        title=TITLES[rows["change"][0]],
        caption=f"{OUTCOME_WORDS[outcome]}; intervals that hold all together with "
        f"{confidence:.0%}; {SAME}: all replications differ by the same, which tells nothing of "
        f"others.{told}",
        keys=1,
    )
    table.add_column("of", overflow="fold")
    for head in ("as it is", "changed", "difference", "interval"):
        table.add_column(head, justify="right", no_wrap=True)
    shown = rows.head(ROWS_SHOWN)
    figures = {
        name: aligned(shown[name], shown["se"])
        for name in ("as_is", "changed", "difference", "low", "high")
    }
    for n, of in enumerate(shown["of"]):
        low, high = shown["low"][n], shown["high"][n]
        known = low is not None and high is not None
        interval = f"{figures['low'][n]} to {figures['high'][n]}" if known else SAME
        table.add_row(of, *(figures[k][n] for k in ("as_is", "changed", "difference")), interval)
    return table
