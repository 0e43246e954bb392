"""`cakernel estimate` makes probabilities of a record; `cakernel plot network` draws a network."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cakernel.cli.options import Confidence, Json, Out, Overwrite, OverwriteFile
from cakernel.cli.plot import Only, PictureOut, Scale

if TYPE_CHECKING:
    import polars as pl

    from cakernel.cli.tables import FittedTable

ROWS_SHOWN = 40


def estimate_command(
    record: Annotated[
        Path, typer.Argument(help="CSV file of disruptions: period, kind, of, severity.")
    ],
    network: Annotated[
        Path, typer.Option(help="Folder of the network; `cakernel init --network` writes one.")
    ],
    periods: Annotated[int, typer.Option(help="How many periods were watched.")],
    pool: Annotated[
        Literal["all", "provider", "none"],
        typer.Option(help="What has one probability: all firms, those of a provider, or none."),
    ] = "all",
    confidence: Confidence = 0.95,
    into: Annotated[
        Path | None,
        typer.Option(
            help="Folder to write: the network with these probabilities.", show_default="none"
        ),
    ] = None,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Estimate probabilities of disruptions from a record of their onsets, with intervals.

    A row of the record is the onset of one disruption: an outage of ten days is one row. Every firm
    of the network counts as watched in every period. Writes estimates.parquet and .csv, and
    provenance.json.
    """
    from cakernel.checks import Share, check_value, whole
    from cakernel.cli.output import Results
    from cakernel.provenance import provenance
    from cakernel.recovery.kernel.shocks import MAX_PERIODS
    from cakernel.recovery.network.disruptions import read_record
    from cakernel.recovery.network.estimates import estimate_watched, with_estimates
    from cakernel.recovery.network.folder import refuse_tables
    from cakernel.recovery.network.network import Network

    check_value("periods", periods, whole(1, MAX_PERIODS))
    check_value("confidence", confidence, Share)
    net = Network.read(network)
    watched = read_record(record, net, through=periods, all_of_it=True)
    if into is not None:
        refuse_tables(into, overwrite=overwrite)
    results = Results(out, overwrite=overwrite, as_json=as_json)
    rows = estimate_watched(watched, net, pool=pool, confidence=confidence)
    results.show(_table(rows, "on site" if pool == "provider" else "together", confidence))
    results.keep({"estimates": rows})
    if into is not None:
        with_estimates(net, rows, pool).write(into, overwrite=overwrite)
        results.show(f"wrote {into}")
    settings = {"periods": periods, "pool": pool, "confidence": confidence}
    told = provenance("recovery", record=str(record), network=str(network), **settings)
    results.conclude(told, answer={"estimates": rows.to_dicts()})


def _table(rows: "pl.DataFrame", without: str, confidence: float) -> "FittedTable":
    """Lay out estimates, one row each; ``without`` says what firms of a blank ``of`` are."""
    from cakernel.cli.tables import FittedTable

    table = FittedTable(
        title=f"probabilities a period, with Jeffreys intervals of {confidence:.0%}",
        caption=f"the first {ROWS_SHOWN} of {rows.height:,}" if rows.height > ROWS_SHOWN else None,
        keys=3,
    )
    for title in ("kind", "of", "severity"):
        table.add_column(title, no_wrap=True)
    for title in ("onsets", "exposure", "probability", "interval"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows.head(ROWS_SHOWN).iter_rows(named=True):
        table.add_row(
            row["kind"],
            row["of"] or f"{row['members']:,} {without}",
            row["severity"],
            f"{row['onsets']:,}",
            f"{row['exposure']:,}",
            f"{row['probability']:.5f}",
            f"{row['low']:.5f} to {row['high']:.5f}",
        )
    return table


def network(
    folder: Annotated[
        Path, typer.Argument(help="Folder of the network; `cakernel init --network` writes one.")
    ],
    out: PictureOut,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="A .parquet or .csv file with a row a firm, or a firm and period; or a folder of "
            "`cakernel critical`.",
            show_default="none",
        ),
    ] = None,
    only: Only = None,
    colour: Annotated[
        str | None,
        typer.Option(
            help="Column that colours the firms.",
            show_default="mean_x, x or difference of --from, else the probability of a supply hit",
        ),
    ] = None,
    scale: Scale = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Draw a network, suppliers to the left of their customers, coloured by a number.

    Up to 200 firms are drawn one by one; of more, groups: the column group, or tiers. In .html a
    history of several periods is played; --only period=30 draws one of them. Of what
    `cakernel critical` wrote, protection is drawn, or what --only change=hit says.
    """
    from cakernel.cli.picture_source import PictureFile, check_only, note_of, read_results
    from cakernel.files import ending
    from cakernel.recovery.network.critical_in_words import TITLES
    from cakernel.recovery.network.network import Network

    check_only(only, source)
    file = PictureFile(out, scale=scale, overwrite=overwrite)
    from cakernel.recovery import pictures

    net = Network.read(folder)
    if source is None:
        file.write(pictures.network_graph(net, colour=colour, note=folder.name))
        return
    rows = read_results(source, "firms", "history", "critical", only=only)
    change = ""
    if {"change", "of"} <= set(rows.columns):
        # of several kinds of change the first
        kind = str(rows["change"].first())
        rows = rows.filter(rows["change"] == kind).rename({"of": "firm"})
        change = TITLES.get(kind, kind)
        colour = colour or "difference"
    note = ", ".join(filter(None, [change, folder.name, note_of(source)]))
    history = "period" in rows.columns
    colour = colour or ("x" if history else "mean_x")
    if history and ending(out) == ".html":
        file.write(pictures.network_player(net, rows, colour=colour, note=note))
    else:
        file.write(pictures.network_graph(net, rows, colour=colour, note=note))
