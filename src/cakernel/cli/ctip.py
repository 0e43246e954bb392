"""`cakernel ctip`: the coopetition model, a second model beside that of recovery."""

from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console

from cakernel.answers.ctip_verdicts import ctip_claims
from cakernel.answers.selection import Share
from cakernel.checks import check_value, whole
from cakernel.cli.best import described_case
from cakernel.cli.best_groups import Outcome
from cakernel.cli.ctip_claims_table import claims_tables
from cakernel.cli.ctip_recovery import (
    Investments,
    Money,
    Ranked,
    cloud_policies,
    recovery_record,
    recovery_tables,
)
from cakernel.cli.ctip_statics import Contract, Parameters, Regime, statics_table
from cakernel.cli.ctip_tables import government_table, market_tables, split_table
from cakernel.cli.options import Overwrite, Seed, Threads
from cakernel.cli.output import Folder
from cakernel.cli.progress import progress_bar
from cakernel.coupling import coupled
from cakernel.ctip import (
    best_government,
    comparative_statics,
    equilibria,
    equilibrium,
    welfare_split,
)
from cakernel.ctip.case import case_market
from cakernel.ctip.claim_points import MOST_POINTS, numbered
from cakernel.ctip.equilibria import codes
from cakernel.ctip.label import LABEL
from cakernel.ctip.market import Market
from cakernel.ctip.market_file import read_market
from cakernel.ctip.table import CONTRACTS, REGIMES
from cakernel.errors import Interrupted
from cakernel.kernel.shocks import MAX_SEED
from cakernel.provenance import provenance
from cakernel.sensitivity.libraries import library

app = typer.Typer(
    no_args_is_help=True,
    help=f"{LABEL} Competing chains that share cyber threat intelligence, and their contracts.",
)

File = Annotated[
    Path | None,
    typer.Argument(help=r"A TOML file with a section \[market].", show_default="all defaults"),
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
    _keep(folder, "ctip solve", described, tables)


@app.command(help=f"{LABEL} How do investments, profits and welfare move with each parameter?")
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
    console = _console()
    chains = described.chains
    console.print(statics_table(rows, contract=contract, regime=regime, chains=chains))
    tables = {"statics": rows}
    if folder is not None:
        # derivatives are of something: levels, for elasticities
        tables["equilibria"] = equilibria([described], contracts=[contract], regimes=[regime])
    _keep(folder, "ctip statics", described, tables, contract=contract, regime=regime)


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
    with progress_bar("government", unit="equilibria") as progress:
        rows = best_government(
            described,
            largest_subsidy_rate=largest_subsidy_rate,
            largest_minimum_order=largest_minimum_order,
            threads=threads,
            progress=progress,
        )
    _console().print(government_table(rows, threshold=described.discount_threshold))
    tables = {"government": rows}
    if folder is not None:
        tables["now"] = equilibria([described], contracts=["flexible-moq"], threads=threads)
    _keep(
        folder,
        "ctip government",
        described,
        tables,
        largest_subsidy_rate=largest_subsidy_rate,
        largest_minimum_order=largest_minimum_order,
    )


CASE = (
    "Solve the case study of health and medical procurement: the three contracts side by side. "
    "Its numbers are from the surveys that case.toml names, none of them Australian, or assumed."
)


@app.command(help=f"{LABEL} {CASE}")
def case(out: Out = None, threads: Threads = None, overwrite: Overwrite = False) -> None:
    """Print what `solve` prints, of the case study at the chains' own investments."""
    folder = None if out is None else Folder(out, overwrite=overwrite)
    market = case_market()
    rows = equilibria([market], threads=threads)
    split = welfare_split(rows)
    console = _console()
    console.print("Numbers: see case.toml; none of its sources is Australian, the rest is assumed.")
    for table in (*market_tables(rows, market.chains), split_table(split)):
        console.print(table)
    _keep(folder, "ctip case", market, {"equilibria": rows, "welfare_split": split})


@app.command(help=f"{LABEL} Which recovery speeds are best under a platform and contract?")
def recovery(
    resources_per_money: Money,
    market: File = None,
    change: Set = None,
    contract: Contract = "flexible-moq",
    investments: Investments = "nash",
    regime: Annotated[
        str, typer.Option(help="A regime of Chen and Chang (2021), or a scenario file (.toml).")
    ] = "base",
    outcome: Ranked = Outcome.RESOURCES,
    replications: Annotated[int, typer.Option(help="Of each resource scenario.")] = 50,
    seed: Seed = 1,
    out: Out = None,
    threads: Threads = None,
    overwrite: Overwrite = False,
) -> None:
    """Rank the cloud policies of the recovery model; needs the extra answers."""
    described = read_market(market, changes=change or [])
    codes("contract", [contract], CONTRACTS)
    codes("investments", [investments], REGIMES)
    case = described_case(regime)
    library("scipy.stats", extra="answers", what="recovery")
    folder = None if out is None else Folder(out, overwrite=overwrite)
    try:
        with progress_bar(regime) as progress:
            ranked = coupled(
                described,
                contract=contract,
                regime=investments,
                model=case.model,
                scenarios=case.scenarios,
                policies=cloud_policies(case),
                resources_per_money=resources_per_money,
                outcome=f"mean_{outcome}",
                replications=replications,
                seed=seed,
                threads=threads,
                progress=progress,
            )
    except Interrupted:
        print("interrupted; nothing was kept")
        raise typer.Exit(130) from None
    console = _console()
    for table, told in recovery_tables(ranked, outcome):
        console.print(table)
        console.print(told, highlight=False)
    _keep(
        folder,
        "ctip recovery",
        described,
        {"recovery": ranked},
        contract=contract,
        investments=investments,
        outcome=outcome,
        resources_per_money=resources_per_money,
        replications=replications,
        seed=seed,
        **recovery_record(case, regime),
    )


@app.command(help=f"{LABEL} In what share of random markets do the abstract's claims hold?")
def claims(
    points: Annotated[
        int, typer.Option(help="Markets, each solved 36 times under each regime.")
    ] = 2000,
    seed: Seed = 1,
    regime: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Who chooses investments: {', '.join(REGIMES)}; may be repeated.",
            show_default="all, and how they differ",
        ),
    ] = None,
    confidence: Annotated[float, typer.Option(help="Of each interval by itself.")] = 0.95,
    out: Out = None,
    threads: Threads = None,
    overwrite: Overwrite = False,
) -> None:
    """Print claims with their shares; needs the extra answers."""
    check_value("points", points, whole(1, MOST_POINTS))
    check_value("seed", seed, whole(0, MAX_SEED - 1))
    check_value("confidence", confidence, Share)
    regimes = regime or list(REGIMES)
    codes("regime", regimes, REGIMES)
    # that it is there is better known before a long run than after
    library("sklearn.tree", extra="answers", what="claims")
    folder = None if out is None else Folder(out, overwrite=overwrite)
    with progress_bar("claims", unit="markets") as progress:
        found = ctip_claims(
            points=points,
            seed=seed,
            regimes=regimes,
            confidence=confidence,
            threads=threads,
            progress=progress,
        )
    console = _console()
    for table in claims_tables(found, confidence=confidence):
        console.print(table)
    if folder is not None:
        folder.table("claims", found.claims)
        folder.table("by_risk", found.by_risk)
        if found.shortfall.height:
            folder.table("shortfall", found.shortfall)
        # rows by the thousand a market are for programs
        folder.table("differences", found.differences, csv=False)
        folder.table("markets", numbered(found.markets))
        folder.table("equilibria", found.rows, csv=False)
        settings = {"points": points, "seed": seed, "regimes": regimes, "confidence": confidence}
        record = provenance(model=LABEL, command="ctip claims", **settings)
        folder.record("provenance", record)
        console.print(f"wrote {folder.path}")


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


def _keep(
    folder: Folder | None,
    command: str,
    market: Market,
    tables: dict[str, pl.DataFrame],
    **settings: Any,
) -> None:
    """Write the tables and the record of what they came from, if they are wanted."""
    if folder is None:
        return
    for name, table in tables.items():
        folder.table(name, table)
    settings = {"command": command, "market": market.model_dump(), **settings}
    folder.record("provenance", provenance(model=LABEL, **settings))
    print(f"wrote {folder.path}")
