"""`cakernel ctip solve`, `case`, `statics` and `government`: what there is to say of one market."""

import math
from typing import Annotated, Any, Final

import polars as pl
import typer

from cakernel.cli.options import Out, Overwrite, Threads
from cakernel.cli.output import Results, progress_bar
from cakernel.cli.tables import FittedTable
from cakernel.coopetition import (
    best_government,
    comparative_statics,
    equilibria,
    equilibrium,
    welfare_split,
)
from cakernel.coopetition.cli.shared import (
    UNITS,
    Contract,
    File,
    Regime,
    Set,
    codes_in_words,
    empty_table,
    number,
    record,
)
from cakernel.coopetition.columns import CONTRACTS, REGIMES
from cakernel.coopetition.market import Market, case_market, read_market
from cakernel.coopetition.words import CONTRACT_WORDS, LABEL, REGIME_WORDS, TERMS
from cakernel.errors import Interrupted

# columns of the tables, and what they are called there
EACH = {
    "investment": "invests z",
    "breach_probability": "breached B",
    "order": "orders",
    "delivery": "delivers",
    "profit": "profit",
}
WHOLE = {
    "total_profit": "profits",
    "consumer_surplus": "consumer\nsurplus",
    "supplier_profit": "supplier",
    "subsidy_bill": "subsidies",
    "unmet_need": "unmet\nneed",
    "economic_welfare": "economic\nwelfare",
}
CERTIFICATE = ["status", "largest gain", "equilibria found", "the reported one is"]
SPLIT = {
    "welfare_gain": "flexible MOQ\nless fixed",
    "timing_value": "timing",
    "commitment_value": "commitment\nand discount",
    "gain_without_risk": "of it at\nzero risk",
    "gain_by_risk": "by risk",
}
MOVED = {
    name: WHOLE[name]
    for name in ("total_profit", "consumer_surplus", "unmet_need", "economic_welfare")
}
NOTE: Final = (
    "Derivatives: by how much an outcome grows, in its own unit, for a unit more of the parameter. "
    "-: none, as slopes to the left and to the right differ (a kink or a jump, as of M at Mbar), "
    "or as there is no equilibrium."
)
CHOICE = {
    "subsidy_rate": "subsidy\nsigma",
    "sharing_level": "sharing\ntheta",
    "minimum_order": "minimum\norder M",
    "economic_welfare": "economic\nwelfare",
    "welfare_now": "welfare\nnow",
    "smallest_profit_gain": "smallest\nprofit gain",
}


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
    overwrite: Overwrite = False,
) -> None:
    """Print investments, orders, profits and welfare with their certificates."""
    described = read_market(market, changes=change or [])
    results = Results(out, overwrite=overwrite)
    contracts, regimes = contract or list(CONTRACTS), regime or list(REGIMES)
    rows = equilibria([described], contracts=contracts, regimes=regimes, threads=threads)
    results.show(LABEL, *market_tables(rows, described.chains))
    for row in rows.filter(pl.col("equilibria_found") > 1).iter_rows(named=True):
        results.show(*_all_found(described, row["contract"], row["regime"]))
    results.keep({"equilibria": rows})
    if set(contracts) == set(CONTRACTS):
        split = welfare_split(rows)
        results.show(split_table(split))
        results.keep({"welfare_split": split})
    results.conclude(record("ctip solve", market=described.model_dump()))


def case_command(out: Out = None, threads: Threads = None, overwrite: Overwrite = False) -> None:
    """Print what `solve` prints, of the case study at the chains' own investments."""
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


def market_tables(rows: pl.DataFrame, chains: int) -> list[FittedTable]:
    """Lay out what the market as a whole gets, what each chain does, and the certificates."""
    keys = ["contract", "regime"]
    used = codes_in_words([*rows["contract"], *rows["regime"]])
    whole = empty_table("Expectations", keys, list(WHOLE.values()), caption=used)
    each = empty_table("Chains", [*keys, "chain"], list(EACH.values()))
    certificates = empty_table("Certificates", keys, CERTIFICATE)
    for row in rows.iter_rows(named=True):
        names = [row[key] for key in keys]
        whole.add_row(*names, *(number(row[name]) for name in WHOLE))
        gain, found = f"{row['largest_gain']:.0e}", str(row["equilibria_found"])
        certificates.add_row(*names, row["status"], gain, found, row["selection"] or "-")
        for j in range(1, chains + 1):
            each.add_row(*names, str(j), *(number(row[f"{name}_{j}"]) for name in EACH))
    return [whole, each, certificates]


def split_table(rows: pl.DataFrame) -> FittedTable:
    """Lay out the welfare that the flexible contract adds, in parts."""
    title = "Economic welfare that the flexible contract adds"
    table = empty_table(title, ["regime"], list(SPLIT.values()))
    for row in rows.iter_rows(named=True):
        table.add_row(row["regime"], *(number(row[name]) for name in SPLIT))
    return table


def _all_found(market: Market, contract: str, regime: str) -> list[str]:
    """List every equilibrium that was found, the reported one first."""
    lines = [f"all equilibria found, {contract}, {regime}; the first is the one reported:"]
    for row in equilibrium(market, contract=contract, regime=regime).iter_rows(named=True):
        invested = ", ".join(f"{row[f'investment_{j + 1}']:.6f}" for j in range(market.chains))
        lines.append(f"  investments {invested}; total profit {row['total_profit']:.6f}")
    return lines


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


def statics_table(rows: pl.DataFrame, *, title: str, chains: int) -> FittedTable:
    """Lay out the derivatives by each parameter."""
    invested = {f"investment_{j}": f"invests\nz_{j}" for j in range(1, chains + 1)}
    moved = invested | MOVED
    names = ["value", *moved.values()]
    table = empty_table(title, ["parameter"], names, caption=NOTE)
    for row in rows.iter_rows(named=True):
        table.add_row(
            TERMS.column(row["parameter"]),
            f"{row['value']:g}",
            *(number(row[n], "z.5f") for n in moved),
        )
    return table


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
    interrupted = ""
    try:
        with progress_bar("government", unit="equilibria") as progress:
            rows = best_government(described, threads=threads, progress=progress, **limits)
    except Interrupted as stopped:
        if stopped.partial is None:
            raise
        rows = stopped.partial
        interrupted = "interrupted; kept the choice that no chain is asked about"
    results.show(LABEL, government_table(rows, threshold=described.discount_threshold))
    results.keep({"government": rows})
    if out is not None:
        results.keep({"now": equilibria([described], contracts=["flexible-moq"], threads=threads)})
    results.conclude(
        record("ctip government", market=described.model_dump(), **limits), interrupted=interrupted
    )


def government_table(rows: pl.DataFrame, *, threshold: float) -> FittedTable:
    """Lay out the government's best choices."""
    titles = ["participation", *CHOICE.values(), "largest\ngain"]
    table = empty_table(
        "The government's best choice under flexible MOQ", [], titles, caption=UNITS
    )
    for row in rows.iter_rows(named=True):
        values = {name: number(row[name]) for name in CHOICE}
        if row["at_threshold"]:
            values["minimum_order"] += " = Mbar"
        if row["minimum_order"] == math.nextafter(threshold, 0):
            values["minimum_order"] += " < Mbar"
        name = "no chain loses" if row["participation"] else "not asked"
        gain = "none found" if row["largest_gain"] is None else f"{row['largest_gain']:.0e}"
        table.add_row(name, *values.values(), gain)
    return table
