"""`cakernel run` simulates a user's own files; `cakernel rule` writes a rule to start one from."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich import box
from rich.table import Table

from cakernel.cli.options import Overwrite, Threads
from cakernel.cli.output import INTERRUPTED, Results, refuse_existing
from cakernel.cli.progress import progress_bar
from cakernel.errors import Interrupted
from cakernel.provenance import provenance
from cakernel.recovery.input_files import read_scenario_file, rule_frame
from cakernel.recovery.outcomes import over_scenarios
from cakernel.recovery.policy import POLICY, POLICY_PARTS
from cakernel.recovery.quantum import arithmetic
from cakernel.recovery.rules import rule as named_rule
from cakernel.recovery.simulation import simulate

ROWS_SHOWN = 20
# title, outcome and digits of a column
SHOWN = (("mean x", "x", 3), ("mean y", "y", 3), ("mean R", "resources", 2))


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
    told = f"the first {ROWS_SHOWN} of {ranked.height} policies"
    table = Table(
        *POLICY_PARTS.values(),
        title="highest resources first; standard errors in brackets",
        caption=told if ranked.height > ROWS_SHOWN else None,
        box=box.SIMPLE_HEAD,
    )
    for title, _, _ in SHOWN:
        table.add_column(title, justify="right", no_wrap=True)
    for row in ranked.head(ROWS_SHOWN).iter_rows(named=True):
        figures = (_with_error(row[f"mean_{n}"], row[f"se_{n}"], digits) for _, n, digits in SHOWN)
        table.add_row(*(row[name] for name in POLICY), *figures)
    return table


def _with_error(mean: float, error: float | None, digits: int) -> str:
    return f"{mean:.{digits}f}" if error is None else f"{mean:.{digits}f} ({error:.{digits}f})"


def rule_command(
    name: Annotated[str, typer.Argument(help="A built-in rule, such as SRD-4 or CRD-5.")],
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
) -> None:
    """Write a built-in rule as a table of targets, to be edited into a rule of your own.

    The columns are the firm's own state, those of its neighbours upstream, downstream, in the
    previous and in the next chain (3 = there is none), and the target.
    """
    found = named_rule("cyber" if name.startswith("CRD") else "supply", name)
    refuse_existing(out)
    rule_frame(found).write_csv(out)
    print(f"wrote {out}; name it in a section [[rules]] of a scenario file")
