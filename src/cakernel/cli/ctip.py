"""`cakernel ctip`: the coopetition model, a second model beside that of recovery."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from cakernel.cli.ctip_tables import government_table, market_tables, split_table
from cakernel.cli.options import Overwrite, Threads
from cakernel.cli.output import Folder
from cakernel.ctip import best_government, equilibria, equilibrium, welfare_split
from cakernel.ctip.market import Market
from cakernel.ctip.market_file import read_market
from cakernel.ctip.table import CONTRACTS, REGIMES
from cakernel.provenance import provenance

LABEL = "Inspired by the abstract of Arisian et al. (2025); not a reproduction."

app = typer.Typer(
    no_args_is_help=True,
    help=f"{LABEL} Competing chains that share cyber threat intelligence, and their contracts.",
)

File = Annotated[
    Path | None,
    typer.Argument(help="A TOML file with a section [market].", show_default="all defaults"),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="A field and its value, name=value; one a chain: name=0.1,0.2."),
]
Out = Annotated[Path | None, typer.Option(help="Folder for the tables, as Parquet and CSV.")]


@app.command(help=f"{LABEL} Find the equilibria of one market under contracts and regimes.")
def solve(
    market: File = None,
    change: Set = None,
    contract: Annotated[
        list[str] | None,
        typer.Option(help=f"One of {', '.join(CONTRACTS)}.", show_default="all"),
    ] = None,
    regime: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(REGIMES)}.", show_default="all")
    ] = None,
    out: Out = None,
    threads: Threads = None,
    overwrite: Overwrite = False,
) -> None:
    """Print investments, orders, profits and welfare with their certificates."""
    described = read_market(market, changes=change or [])
    folder = None if out is None else Folder(out, overwrite=overwrite)
    contracts, regimes = contract or list(CONTRACTS), regime or list(REGIMES)
    rows = equilibria([described], contracts=contracts, regimes=regimes, threads=threads)
    console = _console()
    for table in market_tables(rows, described.chains):
        console.print(table)
    for row in rows.filter(pl.col("equilibria_found") > 1).iter_rows(named=True):
        _print_all(console, described, row["contract"], row["regime"])
    tables = {"equilibria": rows}
    if set(contracts) == set(CONTRACTS):
        tables["welfare_split"] = welfare_split(rows)
        console.print(split_table(tables["welfare_split"]))
    _keep(folder, described, tables)


@app.command(help=f"{LABEL} Find the best subsidy, sharing level and pooled minimum order.")
def government(
    market: File = None,
    change: Set = None,
    largest_subsidy_rate: Annotated[float, typer.Option(help="sigma_max.")] = 0.8,
    largest_minimum_order: Annotated[
        float | None, typer.Option(help="The largest M tried.", show_default="what could be sold")
    ] = None,
    out: Out = None,
    threads: Threads = None,
    overwrite: Overwrite = False,
) -> None:
    """Print the choice of highest welfare, without and with the chains' participation."""
    described = read_market(market, changes=change or [])
    folder = None if out is None else Folder(out, overwrite=overwrite)
    rows = best_government(
        described,
        largest_subsidy_rate=largest_subsidy_rate,
        largest_minimum_order=largest_minimum_order,
        threads=threads,
    )
    _console().print(government_table(rows))
    _keep(folder, described, {"government": rows})


def _console() -> Console:
    console = Console()
    console.width = max(console.width, 100)
    console.print(LABEL)
    return console


def _print_all(console: Console, market: Market, contract: str, regime: str) -> None:
    """List every equilibrium that was found, the reported one first."""
    found = equilibrium(market, contract=contract, regime=regime)
    console.print(f"all equilibria found, {contract}, {regime}; the first is the one reported:")
    for row in found.iter_rows(named=True):
        invested = ", ".join(f"{row[f'investment_{j + 1}']:.6f}" for j in range(market.chains))
        console.print(f"  investments {invested}; total profit {row['total_profit']:.6f}")


def _keep(folder: Folder | None, market: Market, tables: dict[str, pl.DataFrame]) -> None:
    """Write the tables and the record of what they came from, if they are wanted."""
    if folder is None:
        return
    for name, table in tables.items():
        folder.table(name, table)
    folder.record("provenance", provenance(model=LABEL, market=market.model_dump()))
    print(f"wrote {folder.path}")
