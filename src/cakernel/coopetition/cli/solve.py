"""`cakernel ctip solve` and `case`: the equilibria of one market, with their certificates."""

from typing import Annotated, Any

import polars as pl
import typer
from rich.table import Table

from cakernel.cli.options import Out, Overwrite, Threads
from cakernel.cli.output import Results
from cakernel.coopetition import equilibria, equilibrium, welfare_split
from cakernel.coopetition.cli.shared import File, Set, empty_table, record
from cakernel.coopetition.columns import CONTRACTS, REGIMES
from cakernel.coopetition.market import Market, case_market, read_market
from cakernel.coopetition.words import LABEL

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


def market_tables(rows: pl.DataFrame, chains: int) -> list[Table]:
    """Lay out what the market as a whole gets, what each chain does, and the certificates."""
    keys = ["contract", "regime"]
    whole = empty_table("Expectations", keys, list(WHOLE.values()))
    each = empty_table("Chains", [*keys, "chain"], list(EACH.values()))
    certificates = empty_table("Certificates", keys, CERTIFICATE)
    for row in rows.iter_rows(named=True):
        names = [row[key] for key in keys]
        whole.add_row(*names, *(_number(row[name]) for name in WHOLE))
        gain, found = f"{row['largest_gain']:.0e}", str(row["equilibria_found"])
        certificates.add_row(*names, row["status"], gain, found, row["selection"] or "-")
        for j in range(1, chains + 1):
            each.add_row(*names, str(j), *(_number(row[f"{name}_{j}"]) for name in EACH))
    return [whole, each, certificates]


def split_table(rows: pl.DataFrame) -> Table:
    """Lay out the welfare that the flexible contract adds, in parts."""
    title = "Economic welfare that the flexible contract adds"
    table = empty_table(title, ["regime"], list(SPLIT.values()))
    for row in rows.iter_rows(named=True):
        table.add_row(row["regime"], *(_number(row[name]) for name in SPLIT))
    return table


def _number(value: Any) -> str:
    return "-" if value is None else f"{value:.5f}"


def _all_found(market: Market, contract: str, regime: str) -> list[str]:
    """List every equilibrium that was found, the reported one first."""
    lines = [f"all equilibria found, {contract}, {regime}; the first is the one reported:"]
    for row in equilibrium(market, contract=contract, regime=regime).iter_rows(named=True):
        invested = ", ".join(f"{row[f'investment_{j + 1}']:.6f}" for j in range(market.chains))
        lines.append(f"  investments {invested}; total profit {row['total_profit']:.6f}")
    return lines
