"""`cakernel ctip statics`: how an equilibrium moves with each parameter."""

from typing import Annotated, Any, Final

import polars as pl
import typer
from rich.table import Table

from cakernel.cli.options import Out, Overwrite
from cakernel.cli.output import Results
from cakernel.coopetition import comparative_statics, equilibria
from cakernel.coopetition.cli.shared import Contract, File, Regime, Set, empty_table, record
from cakernel.coopetition.market import read_market
from cakernel.coopetition.words import LABEL

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


def statics_command(
    market: File = None,
    change: Set = None,
    contract: Contract = "flexible-moq",
    regime: Regime = "nash",
    parameter: Annotated[
        list[str] | None,
        typer.Option(help="A field; of a single chain: vulnerability_2.", show_default="all"),
    ] = None,
    out: Out = None,
    overwrite: Overwrite = False,
) -> None:
    """Print the derivatives of an equilibrium and of what follows from it."""
    described = read_market(market, changes=change or [])
    results = Results(out, overwrite=overwrite)
    rows = comparative_statics(
        described, contract=contract, regime=regime, parameters=parameter or None
    )
    title = f"What moves the equilibrium, {contract}, {regime}"
    results.show(LABEL, statics_table(rows, title=title, chains=described.chains))
    results.keep({"statics": rows})
    if out is not None:
        # elasticities take the levels, too
        levels = equilibria([described], contracts=[contract], regimes=[regime])
        results.keep({"equilibria": levels})
    results.conclude(
        record("ctip statics", market=described.model_dump(), contract=contract, regime=regime)
    )


def statics_table(rows: pl.DataFrame, *, title: str, chains: int) -> Table:
    """Lay out the derivatives by each parameter."""
    invested = {f"investment_{j}": f"invests\nz_{j}" for j in range(1, chains + 1)}
    moved = invested | MOVED
    names = ["value", *moved.values()]
    table = empty_table(title, ["parameter"], names, caption=NOTE, wrap_keys=False)
    for row in rows.iter_rows(named=True):
        table.add_row(row["parameter"], f"{row['value']:g}", *(_change(row[n]) for n in moved))
    return table


def _change(value: Any) -> str:
    # z: what rounds to 0 is shown without a sign
    return "-" if value is None else f"{value:z.5f}"
