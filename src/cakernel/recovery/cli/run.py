"""`cakernel run`: a user's own model, policies and resource scenarios."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from cakernel.cli.options import Overwrite, Threads
from cakernel.cli.output import Folder
from cakernel.cli.progress import progress_bar
from cakernel.errors import Interrupted
from cakernel.provenance import provenance
from cakernel.recovery.cli.result_table import result_table
from cakernel.recovery.outcomes import over_scenarios
from cakernel.recovery.quantum import arithmetic
from cakernel.recovery.scenario_file import ScenarioFile, read_scenario_file
from cakernel.recovery.simulation import simulate


def run(
    scenario: Annotated[Path, typer.Argument(help="A scenario file; `cakernel init` writes one.")],
    out: Annotated[Path, typer.Option(help="Folder for results, as Parquet and CSV.")],
    threads: Threads = None,
    overwrite: Overwrite = False,
) -> None:
    """Simulate the scenario file's model, policies and resource scenarios.

    Writes policies.parquet and .csv (one row a policy), scenarios.parquet and .csv (one row a
    policy and resource scenario) and provenance.json.
    """
    described = read_scenario_file(scenario)
    folder = Folder(out, overwrite=overwrite)
    try:
        with progress_bar(scenario.name) as progress:
            rows = simulate(
                described.model,
                policies=described.policies,
                scenarios=described.scenarios,
                replications=described.settings.replications,
                seed=described.settings.seed,
                threads=threads,
                by="scenario",
                progress=progress,
            )
    except Interrupted as stopped:
        if stopped.partial is None:
            print("interrupted before the first replication was whole; nothing was kept")
        else:
            _keep(folder, described, stopped.partial)
            print(
                f"interrupted; kept {stopped.replications} of {described.settings.replications} "
                f"replications of every policy and scenario in {out}"
            )
        raise typer.Exit(130) from None
    _keep(folder, described, rows)
    print(f"wrote {out}")


def _keep(folder: Folder, described: ScenarioFile, rows: pl.DataFrame) -> None:
    """Write the results and show one row a policy."""
    by_policy = over_scenarios(rows)
    counted = Counter(arithmetic(described.model, described.scenarios))
    folder.table("scenarios", rows)
    folder.table("policies", by_policy)
    folder.record(
        "provenance",
        provenance(
            "recovery",
            model=described.model.model_dump(),
            policies=[str(policy) for policy in described.policies],
            scenarios=[scenario.model_dump() for scenario in described.scenarios],
            seed=described.settings.seed,
            replications=rows["replications"][0],
            arithmetic=counted,
        ),
    )
    console = Console()
    console.width = max(console.width, 100)
    console.print(result_table(by_policy))
    for numbers, scenarios in counted.items():
        console.print(f"resources of {scenarios} resource scenarios: {numbers}")
