"""`cakernel ctip statics`: how an equilibrium moves with each parameter."""

from typing import Annotated, Any, Final

import polars as pl
import typer
from rich import box
from rich.table import Table

from cakernel.cli.options import Overwrite
from cakernel.cli.output import Folder
from cakernel.coopetition import comparative_statics, equilibria
from cakernel.coopetition.cli.options import Contract, File, Out, Regime, Set
from cakernel.coopetition.cli.results import console, keep
from cakernel.coopetition.market_file import read_market

MOVED: Final = {
    "total_profit": "profits",
    "consumer_surplus": "consumer\nsurplus",
    "unmet_need": "unmet\nneed",
    "economic_welfare": "economic\nwelfare",
}
NOTE: Final = (
    "Derivatives. -: none, as slopes to the left and to the right differ (a kink or a jump, as of "
    "M at Mbar), or as there is no equilibrium."
)

Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter", help="A field; of a single chain: vulnerability_2.", show_default="all"
    ),
]


def statics(
    market: File = None,
    change: Set = None,
    contract: Contract = "flexible-moq",
    regime: Regime = "nash",
    parameter: Parameters = None,
    out: Out = None,
    overwrite: Overwrite = False,
) -> None:
    """Print the derivatives of an equilibrium and of what follows from it."""
    described = read_market(market, changes=change or [])
    folder = None if out is None else Folder(out, overwrite=overwrite)
    rows = comparative_statics(
        described, contract=contract, regime=regime, parameters=parameter or None
    )
    screen = console()
    chains = described.chains
    screen.print(statics_table(rows, contract=contract, regime=regime, chains=chains))
    tables = {"statics": rows}
    if folder is not None:
        # derivatives are of something: levels, for elasticities
        tables["equilibria"] = equilibria([described], contracts=[contract], regimes=[regime])
    keep(folder, "ctip statics", described, tables, contract=contract, regime=regime)


def statics_table(rows: pl.DataFrame, *, contract: str, regime: str, chains: int) -> Table:
    """Lay out the derivatives by each parameter."""
    table = Table(
        title=f"What moves the equilibrium, {contract}, {regime}",
        title_justify="left",
        caption=NOTE,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    invested = [f"investment_{j + 1}" for j in range(chains)]
    table.add_column("parameter", no_wrap=True)
    for name in ("value", *(f"invests\nz_{j + 1}" for j in range(chains)), *MOVED.values()):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows.iter_rows(named=True):
        changes = (_change(row[name]) for name in (*invested, *MOVED))
        table.add_row(row["parameter"], f"{row['value']:g}", *changes)
    return table


def _change(value: Any) -> str:
    # what rounds to nothing has no sign
    return "-" if value is None else f"{value:z.5f}"
