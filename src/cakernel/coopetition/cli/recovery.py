"""`cakernel ctip recovery`: which recovery speeds are best under a platform and contract."""

from collections.abc import Iterator
from typing import Annotated

import polars as pl
import typer

from cakernel.checks import library
from cakernel.cli.options import Out, Overwrite, Replications, Seed, Threads
from cakernel.cli.output import Results, progress_bar
from cakernel.cli.ranking import ranking_card, ranking_table
from cakernel.cli.tables import FittedTable
from cakernel.coopetition.cli.shared import Contract, File, Set, record
from cakernel.coopetition.columns import CONTRACTS, REGIMES, codes
from cakernel.coopetition.coupling import coupled
from cakernel.coopetition.market import read_market
from cakernel.coopetition.words import LABEL
from cakernel.errors import Interrupted
from cakernel.models import outcome_in_words
from cakernel.recovery.cli.setups import Outcome, RegimeOrFile, described
from cakernel.recovery.policy import POLICY

CONFIDENCE, TOLERANCE = 0.95, 0.05


def recovery_command(
    resources_per_money: Annotated[
        float,
        typer.Option(
            help="Units of resources that one unit of the market's money is worth to a firm; there "
            "is no natural value, 0 leaves payments out."
        ),
    ],
    market: File = None,
    change: Set = None,
    contract: Contract = "flexible-moq",
    investments: Annotated[
        str, typer.Option(help=f"Who chooses investments: {', '.join(REGIMES)}.")
    ] = "nash",
    regime: RegimeOrFile = "base",
    outcome: Annotated[
        Outcome, typer.Option(help="What the best policy has most of.")
    ] = Outcome.RESOURCES,
    replications: Replications = 50,
    seed: Seed = 1,
    out: Out = None,
    threads: Threads = None,
    overwrite: Overwrite = False,
) -> None:
    """Rank the cloud policies of the recovery model; needs the extra answers."""
    platform = read_market(market, changes=change or [])
    codes("contract", [contract], CONTRACTS)
    codes("investments", [investments], REGIMES)
    firms = described(regime)
    # check for SciPy now: a long run should not fail at its end
    library("scipy.special", extra="answers", what="recovery")
    results = Results(out, overwrite=overwrite)
    interrupted = ""
    try:
        with progress_bar(regime) as progress:
            ranked = coupled(
                platform,
                contract=contract,
                regime=investments,
                model=firms.model,
                scenarios=firms.scenarios,
                # on-site policies meet no cyber risk, and so no platform
                policies=[policy for policy in firms.policies if not policy.cyber_rule.on_site],
                resources_per_money=resources_per_money,
                outcome=f"mean_{outcome}",
                replications=replications,
                seed=seed,
                threads=threads,
                progress=progress,
            )
    except Interrupted as stopped:
        if stopped.partial is None:
            raise
        ranked = stopped.partial
        kept = ", ".join(ranked["chains"].unique(maintain_order=True))
        interrupted = f"interrupted; kept chains {kept}"
    results.show(LABEL)
    for shown in recovery_tables(ranked, outcome):
        results.show(*shown)
    results.keep({"recovery": ranked})
    results.conclude(
        record(
            "ctip recovery",
            market=platform.model_dump(),
            contract=contract,
            investments=investments,
            outcome=outcome,
            resources_per_money=resources_per_money,
            replications=replications,
            seed=seed,
            regime=regime,
            # a file's model is told by its fields alone
            convention=None if regime.lower().endswith(".toml") else "published",
            recovery_model=firms.model.model_dump(),
            scenarios=len(firms.scenarios),
            confidence=CONFIDENCE,
            tolerance=TOLERANCE,
        ),
        interrupted=interrupted,
    )


def recovery_tables(
    ranked: pl.DataFrame, outcome: Outcome
) -> Iterator[tuple[str, FittedTable, FittedTable, str]]:
    """Yield the best policies of each type of chain, on a card and as a table."""
    for group in ranked.partition_by("chains", maintain_order=True):
        first = group.row(0, named=True)
        chains = f"chain{'s' if ',' in first['chains'] else ''} {first['chains']}"
        title = (
            f"{chains}: invests {first['investment']:.4f} ({first['status']}), meets "
            f"{first['risk_factor']:.1%} of the cyber risk, each firm pays {first['payment']:.4g} "
            "a period"
        )
        judged = {"confidence": CONFIDENCE, "tolerance": TOLERANCE}
        words = outcome_in_words(outcome)
        card = ranking_card(group, model="recovery", keys=POLICY, outcome=words, **judged)
        table = ranking_table(group, title="The best against the others", keys=POLICY, **judged)
        unpaid = ""
        if first["unpaid"] > 0:
            unpaid = f"In some states a firm pays up to {first['unpaid']:.3g} less than it owes."
        yield title, card, table, unpaid
