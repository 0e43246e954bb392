"""`cakernel ctip government`: the subsidy, sharing level and minimum order of most welfare."""

from typing import Annotated

import typer

from cakernel.cli.options import Overwrite, Threads
from cakernel.cli.output import Folder
from cakernel.cli.progress import progress_bar
from cakernel.coopetition import best_government, equilibria
from cakernel.coopetition.cli.options import File, Out, Set
from cakernel.coopetition.cli.results import console, keep
from cakernel.coopetition.cli.tables import government_table
from cakernel.coopetition.market_file import read_market


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
    with progress_bar("government", unit="equilibria") as progress:
        rows = best_government(
            described,
            largest_subsidy_rate=largest_subsidy_rate,
            largest_minimum_order=largest_minimum_order,
            threads=threads,
            progress=progress,
        )
    console().print(government_table(rows, threshold=described.discount_threshold))
    tables = {"government": rows}
    if folder is not None:
        tables["now"] = equilibria([described], contracts=["flexible-moq"], threads=threads)
    keep(
        folder,
        "ctip government",
        described,
        tables,
        largest_subsidy_rate=largest_subsidy_rate,
        largest_minimum_order=largest_minimum_order,
    )
