"""`cakernel ctip government`: the subsidy, sharing level and minimum order of most welfare."""

import math
from typing import Annotated, Any

import polars as pl
import typer
from rich.table import Table

from cakernel.cli.options import Out, Overwrite, Threads
from cakernel.cli.output import Results, nothing_kept
from cakernel.cli.progress import progress_bar
from cakernel.coopetition import best_government, equilibria
from cakernel.coopetition.cli.shared import File, Set, empty_table, record
from cakernel.coopetition.market import read_market
from cakernel.coopetition.words import LABEL

# columns of the table, and what they are called there
CHOICE = {
    "subsidy_rate": "subsidy\nsigma",
    "sharing_level": "sharing\ntheta",
    "minimum_order": "minimum\norder M",
    "economic_welfare": "economic\nwelfare",
    "welfare_now": "welfare\nnow",
    "smallest_profit_gain": "smallest\nprofit gain",
}


def government_command(
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
    results = Results(out, overwrite=overwrite)
    limits: dict[str, Any] = {
        "largest_subsidy_rate": largest_subsidy_rate,
        "largest_minimum_order": largest_minimum_order,
    }
    with nothing_kept(), progress_bar("government", unit="equilibria") as progress:
        rows = best_government(described, threads=threads, progress=progress, **limits)
    results.show(LABEL, government_table(rows, threshold=described.discount_threshold))
    results.keep({"government": rows})
    if out is not None:
        now = equilibria([described], contracts=["flexible-moq"], threads=threads)
        results.keep({"now": now})
    results.conclude(record("ctip government", market=described.model_dump(), **limits))


def government_table(rows: pl.DataFrame, *, threshold: float) -> Table:
    """Lay out the government's best choices."""
    titles = ["participation", *CHOICE.values(), "largest\ngain"]
    table = empty_table("The government's best choice under flexible MOQ", [], titles)
    for row in rows.iter_rows(named=True):
        values = {n: "-" if row[n] is None else f"{row[n]:.5f}" for n in CHOICE}
        if row["at_threshold"]:
            values["minimum_order"] += " = Mbar"
        if row["minimum_order"] == math.nextafter(threshold, 0):
            values["minimum_order"] += " < Mbar"
        name = "no chain loses" if row["participation"] else "not asked"
        gain = "none found" if row["largest_gain"] is None else f"{row['largest_gain']:.0e}"
        table.add_row(name, *values.values(), gain)
    return table
