"""`cakernel ctip solve`, `case`, `statics` and `government`: what there is to say of one market."""

from typing import Annotated, Any

import typer

from cakernel.cli.options import Device, Out, Overwrite, Threads
from cakernel.coopetition.cli.options import Contract, File, Regime, Set
from cakernel.coopetition.words import CONTRACT_WORDS, CONTRACTS, LABEL, REGIME_WORDS, REGIMES
from cakernel.errors import Interrupted


def solve_command(
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
    device: Device = None,
    overwrite: Overwrite = False,
) -> None:
    """Find the equilibria of one market under contracts and regimes.

    Prints investments, orders, profits and welfare with their certificates.
    """
    import polars as pl

    from cakernel.cli.output import Results
    from cakernel.coopetition import equilibria, welfare_split
    from cakernel.coopetition.cli.market_tables import all_found, market_tables, split_table
    from cakernel.coopetition.cli.shared import record
    from cakernel.coopetition.market import read_market

    described = read_market(market, changes=change or [])
    results = Results(out, overwrite=overwrite)
    contracts, regimes = contract or list(CONTRACTS), regime or list(REGIMES)
    rows = equilibria([described], contracts=contracts, regimes=regimes, threads=threads)
    results.show(LABEL, *market_tables(rows, described.chains))
    for row in rows.filter(pl.col("equilibria_found") > 1).iter_rows(named=True):
        results.show(*all_found(described, row["contract"], row["regime"]))
    results.keep({"equilibria": rows})
    if set(contracts) == set(CONTRACTS):
        split = welfare_split(rows)
        results.show(split_table(split))
        results.keep({"welfare_split": split})
    results.conclude(record("ctip solve", market=described.model_dump()))


def case_command(
    out: Out = None, threads: Threads = None, device: Device = None, overwrite: Overwrite = False
) -> None:
    """Solve the case study of health and medical procurement under three contracts.

    Prints what `solve` prints, at the chains' own investments. The numbers are from the surveys
    that case.toml names, none of them Australian, or assumed.
    """
    from cakernel.cli.output import Results
    from cakernel.coopetition import equilibria, welfare_split
    from cakernel.coopetition.cli.market_tables import market_tables, split_table
    from cakernel.coopetition.cli.shared import record
    from cakernel.coopetition.market import case_market

    results = Results(out, overwrite=overwrite)
    market = case_market()
    rows = equilibria([market], threads=threads)
    split = welfare_split(rows)
    results.show(
        LABEL,
        "Numbers: see case.toml; none of its sources is Australian, the rest is assumed.",
        *market_tables(rows, market.chains),
        split_table(split),
    )
    results.keep({"equilibria": rows, "welfare_split": split})
    results.conclude(record("ctip case", market=market.model_dump()))


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
    device: Device = None,
    overwrite: Overwrite = False,
) -> None:
    """Say how investments, profits and welfare move with each parameter.

    Prints the derivatives of an equilibrium and of what follows from it.
    """
    from cakernel.cli.output import Results
    from cakernel.coopetition import comparative_statics, equilibria
    from cakernel.coopetition.cli.market_tables import statics_table
    from cakernel.coopetition.cli.shared import record
    from cakernel.coopetition.market import read_market

    described = read_market(market, changes=change or [])
    results = Results(out, overwrite=overwrite)
    rows = comparative_statics(
        described, contract=contract, regime=regime, parameters=parameter or None
    )
    named = f"{CONTRACT_WORDS[contract]}, {REGIME_WORDS[regime]}"
    title = f"What moves the equilibrium: {named}"
    results.show(LABEL, statics_table(rows, title=title, chains=described.chains))
    results.keep({"statics": rows})
    if out is not None:
        # elasticities take the levels, too
        levels = equilibria([described], contracts=[contract], regimes=[regime])
        results.keep({"equilibria": levels})
    results.conclude(
        record("ctip statics", market=described.model_dump(), contract=contract, regime=regime)
    )


def government_command(
    market: File = None,
    change: Set = None,
    largest_subsidy_rate: Annotated[float, typer.Option(help="sigma_max.")] = 0.8,
    largest_minimum_order: Annotated[
        float | None, typer.Option(help="The largest M tried.", show_default="what could be sold")
    ] = None,
    out: Out = None,
    threads: Threads = None,
    device: Device = None,
    overwrite: Overwrite = False,
) -> None:
    """Find the best subsidy, sharing level and pooled minimum order.

    Prints the choice of highest welfare, without and with the chains' participation.
    """
    from cakernel.cli.output import Results, progress_bar
    from cakernel.coopetition import best_government, equilibria
    from cakernel.coopetition.cli.market_tables import government_table
    from cakernel.coopetition.cli.shared import record
    from cakernel.coopetition.market import read_market

    described = read_market(market, changes=change or [])
    results = Results(out, overwrite=overwrite)
    limits: dict[str, Any] = {
        "largest_subsidy_rate": largest_subsidy_rate,
        "largest_minimum_order": largest_minimum_order,
    }
    interrupted = ""
    try:
        with progress_bar("government", unit="equilibria") as progress:
            rows = best_government(described, threads=threads, progress=progress, **limits)
    except Interrupted as stopped:
        rows = stopped.kept()
        interrupted = "interrupted; kept the choice that no chain is asked about"
    results.show(LABEL, government_table(rows, threshold=described.discount_threshold))
    results.keep({"government": rows})
    if out is not None:
        results.keep({"now": equilibria([described], contracts=["flexible-moq"], threads=threads)})
    results.conclude(
        record("ctip government", market=described.model_dump(), **limits), interrupted=interrupted
    )
