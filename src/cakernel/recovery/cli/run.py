"""`cakernel run`: a user's own model, policies and resource scenarios."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich import box
from rich.table import Table

from cakernel.cli.options import Overwrite, Threads
from cakernel.cli.output import INTERRUPTED, Results
from cakernel.cli.progress import progress_bar
from cakernel.errors import Interrupted
from cakernel.provenance import provenance
from cakernel.recovery.outcomes import over_scenarios
from cakernel.recovery.quantum import arithmetic
from cakernel.recovery.scenario_file import read_scenario_file
from cakernel.recovery.simulation import simulate

ROWS_SHOWN = 20


def run_command(
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
    results = Results(out, overwrite=overwrite)
    interrupted = ""
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
            raise typer.Exit(INTERRUPTED) from None
        rows = stopped.partial
        interrupted = (
            f"interrupted; kept {stopped.replications} of {described.settings.replications} "
            f"replications of every policy and scenario in {out}"
        )
    by_policy = over_scenarios(rows)
    counted = Counter(arithmetic(described.model, described.scenarios))
    results.show(result_table(by_policy))
    for numbers, scenarios in counted.items():
        results.show(f"resources of {scenarios} resource scenarios: {numbers}")
    results.keep({"scenarios": rows, "policies": by_policy})
    record = provenance(
        "recovery",
        model=described.model.model_dump(),
        policies=[str(policy) for policy in described.policies],
        scenarios=[scenario.model_dump() for scenario in described.scenarios],
        seed=described.settings.seed,
        replications=rows["replications"][0],
        arithmetic=counted,
    )
    results.conclude(record, interrupted=interrupted)


def result_table(by_policy: pl.DataFrame) -> Table:
    """Lay out means with standard errors, the highest resources first."""
    ranked = by_policy.sort("mean_resources", descending=True)
    table = Table(
        title="highest resources first; standard errors in brackets",
        caption=f"the first {ROWS_SHOWN} of {ranked.height} policies"
        if ranked.height > ROWS_SHOWN
        else None,
        box=box.SIMPLE_HEAD,
    )
    for name in ("supply rule", "cyber rule", "principle"):
        table.add_column(name)
    for name in ("mean x", "mean y", "mean R"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in ranked.head(ROWS_SHOWN).iter_rows(named=True):
        table.add_row(
            row["supply_rule"],
            row["cyber_rule"],
            row["principle"],
            _with_error(row["mean_x"], row["se_x"], 3),
            _with_error(row["mean_y"], row["se_y"], 3),
            _with_error(row["mean_resources"], row["se_resources"], 2),
        )
    return table


def _with_error(mean: float, error: float | None, digits: int) -> str:
    return f"{mean:.{digits}f}" if error is None else f"{mean:.{digits}f} ({error:.{digits}f})"
