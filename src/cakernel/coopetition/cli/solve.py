"""`cakernel ctip solve` and `case`: the equilibria of one market, with their certificates."""

from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from cakernel.cli.options import Overwrite, Threads
from cakernel.cli.output import Folder
from cakernel.coopetition import equilibria, equilibrium, welfare_split
from cakernel.coopetition.cli.options import File, Out, Set
from cakernel.coopetition.cli.results import console, keep
from cakernel.coopetition.cli.tables import market_tables, split_table
from cakernel.coopetition.columns import CONTRACTS, REGIMES
from cakernel.coopetition.market import Market
from cakernel.coopetition.market_file import case_market, read_market


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
    screen = console()
    for table in market_tables(rows, described.chains):
        screen.print(table)
    for row in rows.filter(pl.col("equilibria_found") > 1).iter_rows(named=True):
        _print_all(screen, described, row["contract"], row["regime"])
    tables = {"equilibria": rows}
    if set(contracts) == set(CONTRACTS):
        tables["welfare_split"] = welfare_split(rows)
        screen.print(split_table(tables["welfare_split"]))
    keep(folder, "ctip solve", described, tables)


def case(out: Out = None, threads: Threads = None, overwrite: Overwrite = False) -> None:
    """Print what `solve` prints, of the case study at the chains' own investments."""
    folder = None if out is None else Folder(out, overwrite=overwrite)
    market = case_market()
    rows = equilibria([market], threads=threads)
    split = welfare_split(rows)
    screen = console()
    screen.print("Numbers: see case.toml; none of its sources is Australian, the rest is assumed.")
    for table in (*market_tables(rows, market.chains), split_table(split)):
        screen.print(table)
    keep(folder, "ctip case", market, {"equilibria": rows, "welfare_split": split})


def _print_all(screen: Console, market: Market, contract: str, regime: str) -> None:
    """List every equilibrium that was found, the reported one first."""
    found = equilibrium(market, contract=contract, regime=regime)
    screen.print(f"all equilibria found, {contract}, {regime}; the first is the one reported:")
    for row in found.iter_rows(named=True):
        invested = ", ".join(f"{row[f'investment_{j + 1}']:.6f}" for j in range(market.chains))
        screen.print(f"  investments {invested}; total profit {row['total_profit']:.6f}")
