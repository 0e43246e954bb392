"""`cakernel ctip recovery`: which recovery speeds are best under a platform and contract."""

from typing import Annotated

import typer

from cakernel.cli.options import Device, Out, Overwrite, Replications, Seed, Threads
from cakernel.coopetition.cli.options import Contract, File, Set
from cakernel.coopetition.words import CONTRACTS, LABEL, REGIMES
from cakernel.errors import Interrupted
from cakernel.recovery.cli.options import Outcome, RegimeOrFile


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
    device: Device = None,
    overwrite: Overwrite = False,
) -> None:
    """Rank recovery speeds under a platform and contract.

    The policies are those of the recovery model in the cloud.
    """
    from cakernel.cli.output import Results, progress_bar
    from cakernel.coopetition.cli.recovery_tables import CONFIDENCE, TOLERANCE, recovery_tables
    from cakernel.coopetition.cli.shared import record
    from cakernel.coopetition.columns import codes
    from cakernel.coopetition.coupling import coupled
    from cakernel.coopetition.market import read_market
    from cakernel.recovery.cli.setups import described

    platform = read_market(market, changes=change or [])
    codes("contract", [contract], CONTRACTS)
    codes("investments", [investments], REGIMES)
    firms = described(regime)
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
        ranked = stopped.kept()
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
