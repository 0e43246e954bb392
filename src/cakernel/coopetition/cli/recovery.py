"""`cakernel ctip recovery`: which recovery speeds are best under a platform and contract."""

from collections.abc import Iterator
from typing import Annotated, Any

import polars as pl
import typer
from rich.table import Table

from cakernel.cli.best_groups import Outcome
from cakernel.cli.best_table import best_table
from cakernel.cli.options import Overwrite, Seed, Threads
from cakernel.cli.output import Folder
from cakernel.cli.progress import progress_bar
from cakernel.coopetition.cli.options import Contract, File, Out, Set
from cakernel.coopetition.cli.results import console, keep
from cakernel.coopetition.columns import CONTRACTS, REGIMES, codes
from cakernel.coopetition.coupling import coupled
from cakernel.coopetition.market_file import read_market
from cakernel.errors import Interrupted
from cakernel.extras import library
from cakernel.models import outcome_in_words
from cakernel.ranking.summary import summary
from cakernel.recovery.cli.best import described_case
from cakernel.recovery.scenario_file import ScenarioFile

CONFIDENCE, TOLERANCE = 0.95, 0.05

Money = Annotated[
    float,
    typer.Option(
        help="Units of resources that one unit of the market's money is worth to a firm; there is "
        "no natural value, 0 leaves payments out."
    ),
]
Investments = Annotated[str, typer.Option(help="Who chooses investments: nash, joint or planner.")]
Ranked = Annotated[Outcome, typer.Option(help="What the best policy has most of.")]


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
    screen = console()
    for table, told in recovery_tables(ranked, outcome):
        screen.print(table)
        screen.print(told, highlight=False)
    keep(
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


def cloud_policies(described: ScenarioFile) -> list[Any]:
    """Return the policies in the cloud: on-site ones meet no cyber risk, and so no platform."""
    return [policy for policy in described.policies if not policy.cyber_rule.on_site]


def recovery_record(described: ScenarioFile, regime: str) -> dict[str, Any]:
    """Return what is kept of the recovery model, and how its policies were ranked."""
    return {
        "regime": regime,
        # a file's model is told by its fields alone
        "convention": None if regime.endswith(".toml") else "published",
        "recovery_model": described.model.model_dump(),
        "scenarios": len(described.scenarios),
        "confidence": CONFIDENCE,
        "tolerance": TOLERANCE,
    }


def recovery_tables(ranked: pl.DataFrame, outcome: Outcome) -> Iterator[tuple[Table, str]]:
    """Yield the best policies of each type of chain, as a table and in words."""
    for group in ranked.partition_by("chains", maintain_order=True):
        first = group.row(0, named=True)
        chains = f"chain{'s' if ',' in first['chains'] else ''} {first['chains']}"
        title = (
            f"{chains}: invests {first['investment']:.5f} ({first['status']}), meets "
            f"{first['risk_factor']:.1%} of the cyber risk, each firm pays {first['payment']:.4g} "
            "a period"
        )
        told = summary(
            group, outcome=outcome_in_words(outcome), confidence=CONFIDENCE, tolerance=TOLERANCE
        )
        if first["unpaid"] > 0:
            told += f" In some states a firm pays up to {first['unpaid']:.3g} less than it owes."
        yield best_table(group, title=title, confidence=CONFIDENCE), f"{chains}: {told}"
